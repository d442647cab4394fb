"""DuckDB: in memory, or a file opened read-only."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from recsql.errors import WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows

MEMORY = ":memory:"


def connect(target: Target, root: Path) -> DuckDB:
    """Open the target's `path`; a relative one, and relative file names in SQL, start at `root`."""
    path = str(target.settings.get("path") or MEMORY)
    shown = path.partition("?")[0]  # what follows may be a token
    in_memory = path == MEMORY
    if not in_memory and "://" not in path and not path.startswith("md:"):
        path = str(root / path)
        if not Path(path).is_file():
            raise WarehouseError(f"no DuckDB file `{shown}`")
    try:
        connection = duckdb.connect(path, read_only=not in_memory)
    except duckdb.Error as cause:
        message = _sentence(cause).replace(path, shown)
        raise WarehouseError(f"cannot open DuckDB `{shown}`: {message}") from None
    warehouse = DuckDB(connection)
    settings = {
        "TimeZone": "UTC",
        "file_search_path": str(root),
        "enable_progress_bar": "false",
        "preserve_insertion_order": "false",
        "threads": target.settings.get("threads"),
    }
    for name, value in settings.items():
        if value is not None:
            quoted = str(value).replace("'", "''")
            warehouse.execute(f"set {name} = '{quoted}'")
    return warehouse


class DuckDB:
    """A DuckDB session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run one statement; DuckDB's errors become `WarehouseError`s."""
        try:
            return self._connection.execute(sql)
        except duckdb.InterruptException as cause:
            raise WarehouseError("the query was cancelled") from cause
        except duckdb.Error as cause:
            raise WarehouseError(_sentence(cause)) from cause
        except RuntimeError as cause:  # how DuckDB tells of Ctrl-C
            raise KeyboardInterrupt from cause

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        result = self.execute(sql)
        description = result.description or ()
        if any("WITH TIME ZONE" in str(column[1]) for column in description):
            # Python values of these types would need pytz; the session's time zone is UTC.
            result = self.execute(_without_zones(sql, description))
        columns = tuple(str(column[0]).lower() for column in description)
        try:
            found = result.fetchall()
        except duckdb.Error as cause:
            raise WarehouseError(_sentence(cause)) from cause
        return Rows(columns, [tuple(_plain(value) for value in row) for row in found])

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table."""
        self.execute(f'create or replace temp table "{table}" as {sql}')

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self.execute(f'drop table if exists temp."{table}"')

    def cancel(self) -> None:
        """Stop the running query."""
        self._connection.interrupt()

    def version(self) -> str:
        """The engine's name and version."""
        return f"DuckDB {duckdb.__version__}"

    def close(self) -> None:
        """End the session."""
        self._connection.close()


def _without_zones(sql: str, description: Iterable[tuple[object, ...]]) -> str:
    items = []
    for name, kind, *_ in description:
        quoted = '"' + str(name).replace('"', '""') + '"'
        zone = "WITH TIME ZONE" in str(kind)
        plain = str(kind).replace(" WITH TIME ZONE", "")
        items.append(f"cast({quoted} as {plain}) as {quoted}" if zone else quoted)
    return f"select {', '.join(items)} from ({sql}) as zoned"  # noqa: S608 - one SELECT in another


def _plain(value: object) -> Scalar:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _sentence(cause: duckdb.Error) -> str:
    """DuckDB's message without its caret drawing, which points into compiled SQL."""
    text = re.split(r"\n\s*\n?LINE \d+:", str(cause))[0]
    return " ".join(text.split())
