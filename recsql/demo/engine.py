"""Where a shop is computed: an engine is what `shop.py` needs of a database, in seven methods."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from recsql.compile.dialects import literal, marker_functions
from recsql.errors import WarehouseError
from recsql.model import Target
from recsql.warehouses.duckdb import connect

MAIN = "main"
"""The schema of the people and what they do."""

TARGET = "target"
"""Where a scenario's relations go, and nothing else is."""


class Engine(Protocol):
    """An empty database of its own; SELECTs come in DuckDB SQL, with the shop's functions."""

    def define(self, functions: str) -> None:
        """Make the functions of `create function` statements known."""
        ...

    def enter(self, schema: str) -> None:
        """Look for tables in this schema from now on, then in `MAIN`; it is made if need be."""
        ...

    def table(self, schema: str, name: str, select: str) -> None:
        """Make a table of a SELECT's rows, in their order."""
        ...

    def number(self, select: str) -> float:
        """The only number of a SELECT."""
        ...

    def drop(self, schema: str) -> None:
        """Forget a schema and its tables."""
        ...

    def publish(self, path: Path | None) -> None:
        """Make `TARGET` a new place that a file's name stands for; None when it is complete."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class DuckDBEngine:
    """DuckDB in memory; `TARGET` is a DuckDB file, which replaces an older one once complete."""

    def __init__(self, folder: Path) -> None:
        self._published = folder
        self._session = connect(Target("demo", "duckdb"), folder)
        self._session.execute(marker_functions())

    def define(self, functions: str) -> None:
        """Make the functions of `create function` statements known."""
        self._session.execute(functions)

    def enter(self, schema: str) -> None:
        """Look for tables in this schema from now on, then in `MAIN`."""
        self._session.execute(f'create schema if not exists "{schema}"')
        self._session.execute(f"set search_path = '\"{schema}\",{MAIN}'")

    def table(self, schema: str, name: str, select: str) -> None:
        """Make a table of a SELECT's rows."""
        place = f"{TARGET}.{MAIN}" if schema == TARGET else f'"{schema}"'
        self._session.execute(f'create table {place}."{name}" as {select}')

    def number(self, select: str) -> float:
        """The only number of a SELECT."""
        ((value,),) = self._session.query(select).rows
        return float(value or 0.0)

    def drop(self, schema: str) -> None:
        """Forget a schema and its tables."""
        self._session.execute(f'drop schema "{schema}" cascade')

    def publish(self, path: Path | None) -> None:
        """Attach a new file as `TARGET`; or detach it, and give it its name.

        Raises `WarehouseError` where the folder allows no such file.
        """
        if path is None:
            self._session.execute(f"detach {TARGET}")
        else:
            self._published = path
        try:
            self._renew(complete=path is None)
        except OSError as cause:
            raise WarehouseError(f"cannot write `{self._published}`: {cause.strerror}") from cause
        if path is not None:
            self._session.execute(f"attach {literal(str(_partial(path)))} as {TARGET}")

    def _renew(self, *, complete: bool) -> None:
        """Put a complete file in its place, or remove what a killed demo left of one."""
        partial = _partial(self._published)
        _log(self._published if complete else partial).unlink(missing_ok=True)
        if complete:
            partial.replace(self._published)
        else:
            partial.unlink(missing_ok=True)

    def close(self) -> None:
        """End the session."""
        self._session.close()


def _partial(path: Path) -> Path:
    """Where a file is written until it is complete."""
    return path.with_name(f".{path.name}.partial")


def _log(path: Path) -> Path:
    """What DuckDB keeps beside a file that was not closed."""
    return path.with_name(f"{path.name}.wal")
