"""ClickHouse: a server, or the same engine inside this process (`driver: chdb`).

Models are temp tables of the session; nothing else is ever written, and a server is told so
(`readonly = 2`). Settings change one process's embedded engine for good, so it is not.
"""

from __future__ import annotations

import datetime
import json
import logging
import math
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

from recsql.errors import WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows, plain
from recsql.warehouses.settings import single

# The driver logs what it raises, with its traceback.
logging.getLogger("clickhouse_connect").setLevel(logging.CRITICAL)

_STANDARD: Mapping[str, Scalar] = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "group_by_use_nulls": 1,
    "union_default_mode": "DISTINCT",
    "prefer_column_name_to_alias": 1,
    "allow_lossy_numeric_supertype": 1,
}
"""Where ClickHouse gives 0 or an empty text unless it is told to give NULL, as SQL does; where an
alias hides the column that it is made of; and where numbers of two types are of no type."""

_READING: Mapping[str, Scalar] = {"readonly": 2, "session_timeout": 600}
"""A session that may make temp tables of its own, and change nothing else; of one
that was killed they are gone after ten minutes."""

_PASSING = {202, 209, 210, 279, 373, 999}
"""Codes that another attempt may not meet: too many queries at once, the network, a session that
is still locked, a keeper that is busy."""

_CANCELLED, _DENIED = 394, 497
_FIRST_PAUSE_S = 0.2
_CODE = re.compile(r"\bCode: (\d+)\. DB::Exception: ")

_NAME = re.compile(r"\s*\([A-Z_]+\)$")
_REST = re.compile(r" \(version |: while executing|[:.?]? In scope | \(for url ")

_SMALL = "<small parts>"
"""What stands for those parts of a table that keep all columns in one file."""

_NOTHING = {"ReadFromPreparedSource", "ReadFromSystemNumbers", "ReadFromSystemOne"}
"""Parts of a plan that read no table: counts that are known, numbers, and one row."""

Found = TypeVar("Found")

_TYPES = {
    "bigint": "Int64",
    "double": "Float64",
    "varchar": "String",
    "boolean": "Bool",
    "timestamp": "DateTime64(6, 'UTC')",
}


def connect(target: Target, _root: Path) -> ClickHouse:
    """Connect with dbt's settings; with `driver: chdb`, `path` is a folder or `:memory:`.

    Of `custom_settings` those hold that do not change what recsql's SQL means.

    Raises `WarehouseError` when the server cannot be reached or refuses.
    """
    given, custom = single(target), single(target, "custom_settings")
    database = str(given.get("schema") or given.get("database") or "default")
    path = str(given.get("path") or ":memory:") if given.get("driver") == "chdb" else None
    place = f"in `{path}`" if path is not None else f"on `{given.get('host', 'localhost')}`"
    retries = _whole(given, "retries", 1)

    def opened() -> ClickHouse:
        if path is None:
            session = f"recsql-{uuid.uuid4().hex}"  # temp tables live as long as a session
            client = _served(given, database, {**custom, **_STANDARD, **_READING}, session)
            return ClickHouse(client, _stop_on(given, database), retries)
        dsn = "chdb://memory" if path == ":memory:" else f"chdb://{path}"
        settings = {**custom, **_STANDARD}
        client = clickhouse_connect.get_client(dsn=dsn, database=database, settings=settings)
        return ClickHouse(client, _stop_in(path), retries)

    try:
        return _tried(opened, retries)
    except (ClickHouseError, OSError) as cause:
        message = f"cannot open ClickHouse `{database}` {place}: {_sentence(cause)}"
        raise WarehouseError(message) from None


def _served(
    given: Mapping[str, Scalar],
    database: str,
    settings: Mapping[str, Scalar],
    session: str | None = None,
) -> Client:
    secure = given.get("secure") is True
    return clickhouse_connect.get_client(
        host=str(given.get("host") or "localhost"),
        port=_whole(given, "port", 8443 if secure else 8123),
        username=str(given.get("user") or "default"),
        password=str(given.get("password") or ""),
        database=database,
        secure=secure,
        verify=given.get("verify") is not False,
        connect_timeout=_whole(given, "connect_timeout", 10),
        send_receive_timeout=_whole(given, "send_receive_timeout", 300),
        client_name="recsql",
        autogenerate_session_id=False,
        session_id=session,
        settings=dict(settings),
    )


def _stop_on(given: Mapping[str, Scalar], database: str) -> Callable[[str], None]:
    """How to stop a statement of a server: from outside of its session, which is busy."""

    def stop(mark: str) -> None:
        client = _served(given, database, _STANDARD)
        try:
            client.command(f"kill query where query_id = '{mark}' async")
        finally:
            client.close()

    return stop


def _stop_in(path: str) -> Callable[[str], None]:
    """How to stop a statement of the engine in this process, which knows it by its first words."""

    def stop(mark: str) -> None:
        other = import_module("chdb").connect(path)
        try:
            other.query(f"kill query where startsWith(query, '/* {mark} */') async")
        finally:
            other.close()

    return stop


def _whole(given: Mapping[str, Scalar], name: str, default: int) -> int:
    value = given.get(name)
    return int(value) if isinstance(value, int | float | str) else default


def _tried(work: Callable[[], Found], retries: int) -> Found:
    """What the work gives; an error that may pass is tried again, ever later."""
    for turn in range(retries + 1):
        try:
            return work()
        except (ClickHouseError, OSError) as cause:
            if turn == retries or _code(cause) not in _PASSING:
                raise
            sleep(_FIRST_PAUSE_S * 2**turn)
    raise AssertionError  # the last turn returns or raises


class ClickHouse:
    """A ClickHouse session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "clickhouse"
    estimated_by = "ClickHouse's plans and the sizes of its columns, uncompressed"

    def __init__(self, client: Client, stop: Callable[[str], None], retries: int) -> None:
        self._client = client
        self._stop = stop
        self._retries = retries
        self._running: str | None = None
        self._tables: set[str] = set()

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        found = self._run(lambda text, own: self._client.query(text, settings=own), sql)
        columns = tuple(str(name).lower() for name in found.column_names)
        return Rows(columns, [tuple(_plain(value) for value in row) for row in found.result_rows])

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        # what moves to PREWHERE is read, and is not among a scan's columns
        whole = f"select * from ({sql}) as planned settings optimize_move_to_prewhere = 0"  # noqa: S608 - one SELECT in another
        told = self.query(f"explain json = 1, header = 1, indexes = 1 {whole}").rows[0][0]
        (plan,) = json.loads(str(told))
        return sum(self._scanned(scan) for scan in _scans(plan["Plan"]))

    def _scanned(self, scan: Mapping[str, Any]) -> float:
        """The columns' bytes of the granules that an index leaves."""
        kind = str(scan["Node Type"])
        if kind in _NOTHING or (kind == "ReadFromMemoryStorage" and self._tables):
            return 0.0
        if kind != "ReadFromMergeTree":
            raise WarehouseError(f"ClickHouse does not tell how much it would read by `{kind}`")
        read = {column["Name"] for column in scan["Header"]}
        sizes = self._sizes(str(scan["Description"]))
        size = sizes.pop(_SMALL) + sum(found for name, found in sizes.items() if name in read)
        indexes = [index for index in scan.get("Indexes", ()) if index.get("Initial Granules")]
        if not indexes:
            return size
        kept, of = indexes[-1]["Selected Granules"], indexes[0]["Initial Granules"]
        return size * float(kept) / float(of)

    def _sizes(self, table: str) -> dict[str, float]:
        """The bytes of each column of a table, and of its small parts, which are read whole."""
        place = " and ".join(
            f"{name} = {_literal(part)}"
            for name, part in zip(("database", "table"), table.split(".", 1), strict=True)
        )
        found = self.query(
            f"select name, data_uncompressed_bytes as size from system.columns where {place} "  # noqa: S608 - literals
            f"union all select '{_SMALL}', sum(data_uncompressed_bytes) from system.parts "
            f"where active and part_type <> 'Wide' and {place}"
        ).rows
        if len(found) == 1:  # the parts alone: somebody else's columns
            raise WarehouseError(f"ClickHouse does not tell the sizes of the columns of `{table}`")
        return {str(name): float(size or 0) for name, size in found}

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, replacing it; the SELECT may read it."""
        self._tables.add(table)
        name = _quoted(table)
        self._execute(f"create or replace temporary table {name} engine = Memory as {sql}")

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, replacing it; `types` are the contract's."""
        kinds = {name: f"Nullable({_TYPES[kind]})" for name, kind in types.items()}
        self._tables.add(table)
        name = _quoted(table)
        columns = ", ".join(f"{_quoted(column)} {kind}" for column, kind in kinds.items())
        self._execute(f"create or replace temporary table {name} ({columns}) engine = Memory")
        instants = [place for place, kind in enumerate(types.values()) if kind == "timestamp"]
        data = [_instants_read(row, instants) for row in rows]
        if not data:
            return
        types_in_order = [*kinds.values()]
        try:
            self._client.insert(
                table, data, column_names=[*types], column_type_names=types_in_order
            )
        except (ClickHouseError, OSError) as cause:
            raise _error(cause) from cause

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self._execute(f"drop temporary table if exists {_quoted(table)}")
        self._tables.discard(table)

    def cancel(self) -> None:
        """Stop the running statement."""
        running = self._running
        if running is not None:
            with suppress(ClickHouseError, OSError):  # then it ends by itself, or the server did
                self._stop(running)

    def version(self) -> str:
        """The engine's name and version."""
        return f"ClickHouse {self._client.server_version}"

    def close(self) -> None:
        """Remove the temp tables, which a session over HTTP would outlive, and end it."""
        with suppress(WarehouseError):
            for table in sorted(self._tables):
                self.drop(table)
        self._client.close()

    def _embedded(self) -> bool:
        return bool(self._client.uri.startswith("chdb:"))

    def _execute(self, sql: str) -> None:
        self._run(lambda text, own: self._client.command(text, settings=own), sql)

    def _run(self, call: Callable[[str, dict[str, str]], Found], sql: str) -> Found:
        """Run one statement under a mark by which it can be stopped."""

        def once() -> Found:
            mark = self._running = uuid.uuid4().hex
            if self._embedded():
                return call(f"/* {mark} */ {sql}", {})
            return call(sql, {"query_id": mark})

        try:
            return _tried(once, self._retries)
        except (ClickHouseError, OSError) as cause:
            raise _error(cause) from cause
        finally:
            self._running = None


def _scans(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of a plan that read something."""
    if str(node["Node Type"]).startswith("ReadFrom"):
        yield node
    for child in node.get("Plans", ()):
        yield from _scans(child)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _instants_read(row: tuple[Scalar, ...], places: Sequence[int]) -> list[object]:
    cells: list[object] = list(row)
    for place in places:
        text = cells[place]
        if isinstance(text, str):
            cells[place] = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return cells


def _quoted(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _plain(value: object) -> Scalar:
    if isinstance(value, float) and math.isnan(value):
        return None  # ClickHouse's mean of nothing; recsql's SQL makes no other NaN
    return plain(value)


def _code(cause: Exception) -> int | None:
    """The server's number of an error; none where no server spoke."""
    found = _CODE.search(str(cause))
    return None if found is None else int(found[1])


def _error(cause: Exception) -> WarehouseError:
    code = _code(cause)
    if code is None and isinstance(cause, OperationalError | OSError):
        hint = "what was found before is kept; run again when the server is there"
        return WarehouseError(
            f"the connection to ClickHouse was lost: {_sentence(cause)}", hint=hint
        )
    if code == _CANCELLED:
        return WarehouseError("the query was cancelled")
    need = "the user of the profile needs SELECT on it, and CREATE TEMPORARY TABLE"
    return WarehouseError(_sentence(cause), hint=need if code == _DENIED else None)


def _sentence(cause: Exception) -> str:
    """The server's message without its number and version, and the query that follows it."""
    text = " ".join(str(cause).split())
    found = _CODE.search(text)
    # what the driver says of a request that failed holds its whole address
    text = _first(cause) if found is None else text[found.end() :]
    return _NAME.sub("", _REST.split(text)[0]).rstrip(".")


def _first(cause: BaseException) -> str:
    """What an error began with."""
    before = cause.__cause__ or cause.__context__
    if before is not None:
        return _first(before)
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
