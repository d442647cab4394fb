"""PostgreSQL: nothing but temp tables is ever written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import sleep
from typing import Any, TypeVar, cast

import psycopg
from psycopg import errors, sql

from recsql.errors import WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows, Table, plain
from recsql.warehouses.settings import single

_PARAMETERS = {
    "host": "host",
    "port": "port",
    "user": "user",
    "password": "password",
    "pass": "password",
    "dbname": "dbname",
    "database": "dbname",
    "sslmode": "sslmode",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslrootcert": "sslrootcert",
    "connect_timeout": "connect_timeout",
    "keepalives_idle": "keepalives_idle",
    "application_name": "application_name",
}
"""dbt's names of what libpq is told, and libpq's."""


_TYPES = {"double": "double precision"}
"""The contract's types that PostgreSQL calls otherwise."""


_USERINFO = re.compile(r"//[^/@\s]*@")

_LASTING = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password")
"""What the server says where another attempt says the same; before a session it gives no code."""

_FIRST_PAUSE_S = 0.2

Found = TypeVar("Found")

_Plans = list[dict[str, Any]]
"""What `explain (format json)` gives, as psycopg reads JSON."""

_PASSING = (errors.SerializationFailure, errors.DeadlockDetected)
"""Errors of a statement that another attempt may not meet."""


def connect(target: Target, _root: Path) -> Postgres:
    """Connect with dbt's settings; `statement_timeout` is PostgreSQL's own, such as `15min`.

    Raises `WarehouseError` when the server cannot be reached or refuses.
    """
    settings = single(target)
    given = {_PARAMETERS[name]: str(v) for name, v in settings.items() if name in _PARAMETERS}
    options = {"application_name": "recsql", "connect_timeout": "10", **given}
    retries = settings.get("retries", 1)
    turns = int(retries) if isinstance(retries, int | str) else 1
    try:
        connection = _opened(options, turns)
    except psycopg.Error as cause:
        where = f"`{options.get('dbname', '')}` on `{options.get('host', 'localhost')}`"
        message = f"cannot open PostgreSQL {where}: {_sentence(cause)}"
        # a `host` that is a whole address holds a password
        raise WarehouseError(_USERINFO.sub("//***@", message)) from None
    warehouse = Postgres(connection, turns)
    for name, value in _session(settings).items():
        warehouse.configure(name, value)
    return warehouse


def keep(target: Target, root: Path, table: Table) -> None:
    """Append rows to a table of the target's database; see `recsql.warehouses.keeper`."""
    warehouse = connect(target, root)
    try:
        warehouse.keep(table)
    finally:
        warehouse.close()


def _opened(options: Mapping[str, str], retries: int) -> psycopg.Connection:
    """A connection; what may pass, such as a server that starts, is tried again, ever later.

    A wrong password or a database that is not there stays wrong, and is told at once.
    """
    for turn in range(retries + 1):
        try:
            return psycopg.connect(autocommit=True, **options)  # type: ignore[arg-type]
        except psycopg.OperationalError as cause:
            if turn == retries or any(mark in str(cause) for mark in _LASTING):
                raise
            sleep(_FIRST_PAUSE_S * 2**turn)
    raise AssertionError  # the last turn returns or raises


def _session(settings: Mapping[str, Scalar]) -> dict[str, str]:
    """What holds for the session; the transactions that make temp tables say so."""
    wanted = {
        "TimeZone": "UTC",
        "default_transaction_read_only": "on",
        "standard_conforming_strings": "on",  # a literal ends where recsql thinks it ends
    }
    for name in ("role", "statement_timeout", "lock_timeout"):
        if name in settings:
            wanted[name] = str(settings[name])
    path = settings.get("search_path")
    if path is None and "schema" in settings:
        path = '"' + str(settings["schema"]).replace('"', '""') + '"'
    if path is not None:
        wanted["search_path"] = str(path)
    return wanted


class Postgres:
    """A PostgreSQL session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "postgres"
    estimated_by = "PostgreSQL's plans and the sizes of its tables"

    def __init__(self, connection: psycopg.Connection, retries: int = 1) -> None:
        self._connection = connection
        self._retries = retries
        self._lost: str | None = None

    def configure(self, name: str, value: str) -> None:
        """Set a parameter for the rest of the session."""
        statement = sql.SQL("select set_config({}, {}, false)").format(name, value)
        self.query(statement.as_string(self._connection))

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        columns, found = self._tried(lambda: self._fetched(sql))
        return Rows(columns, [tuple(plain(value) for value in row) for row in found])

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        _, found = self._tried(lambda: self._fetched(f"explain (format json, verbose) {sql}"))
        ((plans,),) = found
        return sum(
            self._scanned(scan) for plan in cast("_Plans", plans) for scan in _scans(plan["Plan"])
        )

    def _scanned(self, scan: Mapping[str, Any]) -> float:
        """A whole table's bytes where all of it is read, else those of the rows."""
        if scan["Node Type"] != "Seq Scan":
            return float(scan["Plan Rows"]) * float(scan["Plan Width"])
        place = f"{_quoted(scan['Schema'])}.{_quoted(scan['Relation Name'])}"
        size = sql.SQL("select pg_table_size({})").format(place).as_string(self._connection)
        return float(self.query(size).rows[0][0] or 0)

    def _fetched(self, sql: str) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        # a pipeline speaks the extended protocol, in which a second statement is a syntax error
        with self._connection.pipeline(), self._connection.cursor() as cursor:
            cursor.execute(sql.encode())
            rows = cursor.fetchall()
            return tuple(column.name.lower() for column in cursor.description or ()), rows

    def _tried(self, work: Callable[[], Found]) -> Found:
        """What the work gives; an error that may pass is tried again, ever later."""
        for turn in range(self._retries + 1):
            try:
                return work()
            except psycopg.Error as cause:
                if turn == self._retries or not isinstance(cause, _PASSING):
                    raise self._error(cause) from cause
                sleep(_FIRST_PAUSE_S * 2**turn)
        raise AssertionError  # the last turn returns or raises

    def _error(self, cause: psycopg.Error) -> WarehouseError:
        if self._connection.closed:
            self._lost = self._lost or _sentence(cause)
            hint = "what was found before is kept; run again when the server is there"
            return WarehouseError(f"the connection to PostgreSQL was lost: {self._lost}", hint=hint)
        return WarehouseError(_sentence(cause), hint=_hint(cause))

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, with the statistics that a plan needs."""
        name, new = _quoted(table), _quoted(f"{table}__new")
        self._write(
            f"create temp table {new} as {sql}",
            f"drop table if exists pg_temp.{name}",
            f"alter table pg_temp.{new} rename to {name}",
            f"analyze pg_temp.{name}",
        )

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, replacing it; `types` are the contract's."""
        name = _quoted(table)
        made = f"drop table if exists pg_temp.{name}; create temp table {name} ({_columns(types)})"
        self._copied(made, f"pg_temp.{name}", types, rows)

    def keep(self, table: Table) -> None:
        """Append rows to a lasting table, which is made where it is not there."""
        place = ".".join(map(_quoted, table.place))
        made = f"create table if not exists {place} ({_columns(table.types)})"
        self._copied(made, place, table.types, table.rows)

    def _copied(
        self, made: str, place: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Make a table and put rows into it, all or nothing."""
        names = ", ".join(map(_quoted, types))
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(f"set transaction read write; {made}".encode())
                with cursor.copy(f"copy {place} ({names}) from stdin".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(f"analyze {place}".encode())
        except psycopg.Error as cause:
            raise self._error(cause) from cause

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self._write(f"drop table if exists pg_temp.{_quoted(table)}")

    def cancel(self) -> None:
        """Stop the running query."""
        self._connection.cancel_safe()

    def version(self) -> str:
        """The engine's name and version."""
        return f"PostgreSQL {self._connection.info.parameter_status('server_version')}"

    def close(self) -> None:
        """End the session."""
        self._connection.close()

    def _write(self, *statements: str) -> None:
        """Run statements that make or remove temp tables, all or none."""
        # one round trip, which costs more than making a small table; and in the extended
        # protocol, in which a second statement in one of them is a syntax error
        texts = [text.encode() for text in ("set transaction read write", *statements)]

        def written() -> None:
            with self._connection.pipeline(), self._connection.transaction():
                for text in texts:
                    self._connection.execute(text)

        self._tried(written)


def _scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read a table."""
    if "Relation Name" in node:
        yield node
    for child in node.get("Plans", ()):
        yield from _scans(child)


def _columns(types: Mapping[str, str]) -> str:
    return ", ".join(f"{_quoted(name)} {_TYPES.get(kind, kind)}" for name, kind in types.items())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _hint(cause: psycopg.Error) -> str | None:
    if isinstance(cause, errors.InsufficientPrivilege):
        return "the user of the profile needs SELECT on it, USAGE on its schema, and TEMP"
    if isinstance(cause, errors.LockNotAvailable):
        return "somebody holds a lock on it; run again later, or raise `lock_timeout`"
    return None


def _sentence(cause: psycopg.Error) -> str:
    """The server's message without the place that it points to in compiled SQL."""
    if isinstance(cause, errors.QueryCanceled) and "timeout" not in str(cause):
        return "the query was cancelled"
    text = cause.diag.message_primary or str(cause)
    if isinstance(cause, psycopg.DataError):  # it may quote a value of a row, a person's
        text = re.sub(r"\"[^\"]*\"", '"…"', text)
    return " ".join(text.split())
