"""What drivers by Python's standard (PEP 249) have alike: one session of a warehouse.

A warehouse of its own file gives the connection and says what its engine does otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from recsql.errors import WarehouseError
from recsql.warehouses.base import Rows, plain


class Cursor(Protocol):
    """A cursor of PEP 249, as far as it is used."""

    @property
    def description(self) -> Sequence[Sequence[object]] | None:
        """The columns: of each its name first."""
        ...

    def execute(self, sql: str) -> object:
        """Run one statement."""
        ...

    def fetchall(self) -> Sequence[Sequence[object]]:
        """The rows that are left."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class Connection(Protocol):
    """A connection of PEP 249, as far as it is used."""

    def cursor(self) -> Cursor:
        """A new cursor."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine does in its own way.

    `error` is the driver's base of all errors and `sentence` its message in plain words; `version`
    is a query of its name and version.
    """

    dialect: str
    error: type[Exception]
    sentence: Callable[[Exception], str]
    version: str


class DbApi:
    """A session by PEP 249; see `recsql.warehouses.base.Warehouse`.

    Models are temp tables; nothing else is ever written.
    """

    def __init__(self, connection: Connection, engine: Engine, stop: Callable[[], None]) -> None:
        self.dialect = engine.dialect
        self._connection = connection
        self._engine = engine
        self._stop = stop

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        with self._executed(sql) as cursor:
            columns = tuple(str(column[0]).lower() for column in cursor.description or ())
            return Rows(columns, [tuple(map(plain, row)) for row in cursor.fetchall()])

    def execute(self, sql: str) -> None:
        """Run one statement that has no rows."""
        with self._executed(sql):
            pass

    @contextmanager
    def _executed(self, sql: str) -> Iterator[Cursor]:
        """A cursor with a statement's result; the driver's errors become `WarehouseError`s."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            yield cursor
        except self._engine.error as cause:
            raise WarehouseError(self._engine.sentence(cause)) from cause
        finally:
            cursor.close()

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a session temp table, replacing it; the SELECT may read it."""
        self.execute(f"create or replace temporary table {table} as {sql}")

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self.execute(f"drop table if exists {table}")

    def cancel(self) -> None:
        """Stop the running statement."""
        self._stop()

    def version(self) -> str:
        """The engine's name and version."""
        return str(self.query(self._engine.version).rows[0][0])

    def close(self) -> None:
        """End the session; its temp tables go with it."""
        self._connection.close()
