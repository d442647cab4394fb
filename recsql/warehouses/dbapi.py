"""What drivers by Python's standard (PEP 249) have alike: one session of a warehouse.

A warehouse of its own file gives the connection and says what its engine does otherwise.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import sleep
from typing import Protocol, TypeVar, runtime_checkable

from recsql.errors import WarehouseError
from recsql.warehouses.base import Rows, plain

LOST = "what was found before is kept; run again when the server is there"
"""What to do when a connection is gone."""

_FIRST_PAUSE_S = 0.2
_NAME = re.compile(r"(?<![.\w])(?<!\.[\"`])recsql_\w+")
"""A working table's name; after a dot it is a column's, or somebody else's table."""

Found = TypeVar("Found")


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


@runtime_checkable
class Cancelling(Protocol):
    """A cursor that can stop what it runs, from another thread."""

    def cancel(self) -> None:
        """Stop it."""
        ...


class Connection(Protocol):
    """A connection of PEP 249, as far as it is used."""

    def cursor(self) -> Cursor:
        """A new cursor."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


def _never(_: Exception) -> bool:
    return False


def _nothing(_: Exception) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Engine:
    """What an engine does in its own way.

    `error` is the driver's base of all errors and `sentence` its message in plain words; `version`
    is a query of its name and version. `passing` tells an error that another attempt may not meet,
    and `hint` what to do about one.
    """

    dialect: str
    error: tuple[type[Exception], ...]
    sentence: Callable[[Exception], str]
    version: str
    passing: Callable[[Exception], bool] = _never
    hint: Callable[[Exception], str | None] = _nothing


class DbApi:
    """A session by PEP 249; see `recsql.warehouses.base.Warehouse`.

    Models are temp tables; nothing else is ever written.
    """

    def __init__(
        self,
        connection: Connection,
        engine: Engine,
        stop: Callable[[], None],
        *,
        retries: int = 0,
    ) -> None:
        self.dialect = engine.dialect
        self._connection = connection
        self._engine = engine
        self._stop = stop
        self._retries = retries

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""

        def fetched() -> Rows:
            with self._executed(sql) as cursor:
                columns = tuple(str(column[0]).lower() for column in cursor.description or ())
                return Rows(columns, [tuple(map(plain, row)) for row in cursor.fetchall()])

        return tried(fetched, self._engine, self._retries)

    def execute(self, sql: str) -> None:
        """Run one statement that has no rows."""

        def done() -> None:
            with self._executed(sql):
                pass

        tried(done, self._engine, self._retries)

    @contextmanager
    def _executed(self, sql: str) -> Iterator[Cursor]:
        """A cursor with a statement's result."""
        cursor = self._opened()
        try:
            cursor.execute(sql)
            yield cursor
        finally:
            with suppress(*self._engine.error):  # of a connection that is gone
                cursor.close()

    def _opened(self) -> Cursor:
        return self._connection.cursor()

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
        with suppress(*self._engine.error):  # it is gone already
            self._connection.close()


class Scratch(DbApi):
    """A session of an engine that cannot replace a table by a SELECT that reads it.

    Each working table is made under a name of its own, which no other session has, and takes the
    old one's place when it is there: `recsql_events` is `recsql_events__<session>_<number>` in what
    the engine is told. `made` begins the statement that makes one: where an engine has no temp
    tables they are tables of the session's schema, and are dropped at its end. Without a `stop` a
    statement is cancelled by its cursor.
    """

    def __init__(
        self,
        connection: Connection,
        engine: Engine,
        stop: Callable[[], None] | None = None,
        *,
        made: str = "create temporary table",
        retries: int = 0,
    ) -> None:
        super().__init__(connection, engine, stop or self._stop_running, retries=retries)
        self._running: Cursor | None = None
        self._cancelled = False
        self._made = made
        self._mark = uuid.uuid4().hex[:12]
        self._count = 0
        self._names: dict[str, str] = {}
        self._tables: set[str] = set()

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        return super().query(self.named(sql))

    @contextmanager
    def _executed(self, sql: str) -> Iterator[Cursor]:
        """A cursor with a statement's result; of a cancelled one some drivers tell no rows."""
        self._cancelled = False
        with super()._executed(sql) as cursor:
            yield cursor
        if self._cancelled:
            raise WarehouseError("the query was cancelled")

    def _opened(self) -> Cursor:
        self._running = cursor = super()._opened()
        return cursor

    def cancel(self) -> None:
        """Stop the running statement."""
        self._cancelled = True
        with suppress(*self._engine.error):  # then it ends by itself, or the server did
            super().cancel()

    def _stop_running(self) -> None:
        if isinstance(self._running, Cancelling):
            self._running.cancel()

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a working table, replacing it; the SELECT may read it."""
        self._count += 1
        name = f"{table}__{self._mark}_{self._count}"
        self._tables.add(name)
        self.execute(f"{self._made} {name} as {self.named(sql)}")
        self.drop(table)
        self._names[table] = name

    def drop(self, table: str) -> None:
        """Remove a working table if it is there."""
        name = self._names.pop(table, None)
        if name is not None:
            self._remove(name)

    def named(self, sql: str) -> str:
        """A statement with the working tables' names of this session."""
        return _NAME.sub(lambda found: self._names.get(found[0], found[0]), sql)

    def close(self) -> None:
        """Remove the working tables, also what a cancelled statement may have left, and end."""
        for name in sorted(self._tables):
            with suppress(WarehouseError):
                self._remove(name)
        super().close()

    def _remove(self, name: str) -> None:
        self.execute(f"drop table if exists {name}")
        self._tables.discard(name)


def pause(turn: int) -> None:
    """Wait before another attempt, ever longer."""
    sleep(_FIRST_PAUSE_S * 2**turn)


def tried(work: Callable[[], Found], engine: Engine, retries: int) -> Found:
    """What the work gives; an error that may pass is tried again, ever later.

    The driver's errors become `WarehouseError`s.
    """
    for turn in range(retries + 1):
        try:
            return work()
        except engine.error as cause:
            if turn == retries or not engine.passing(cause):
                raise WarehouseError(engine.sentence(cause), hint=engine.hint(cause)) from cause
            pause(turn)
    raise AssertionError  # the last turn returns or raises
