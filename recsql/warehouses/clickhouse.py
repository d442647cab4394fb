"""ClickHouse: a server, or the same engine inside this process (`driver: chdb`).

Models are temp tables of the session; nothing else is ever written.
"""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from recsql.errors import WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows

_STANDARD = {
    "join_use_nulls": 1,
    "aggregate_functions_null_for_empty": 1,
    "group_by_use_nulls": 1,
    "union_default_mode": "DISTINCT",
    "prefer_column_name_to_alias": 1,
    "allow_lossy_numeric_supertype": 1,
}
"""Where ClickHouse gives 0 or an empty text unless it is told to give NULL, as SQL does; where an
alias hides the column that it is made of; and where numbers of two types are of no type."""

_TYPES = {
    "bigint": "Int64",
    "double": "Float64",
    "varchar": "String",
    "boolean": "Bool",
    "timestamp": "DateTime64(6, 'UTC')",
}


def connect(target: Target, _root: Path) -> ClickHouse:
    """Connect with dbt's settings; with `driver: chdb`, `path` is a folder or `:memory:`.

    Raises `WarehouseError` when the server cannot be reached or refuses.
    """
    given = {name: value for name, value in target.settings.items() if value is not None}
    database = given.get("schema") or given.get("database") or "default"
    name = f"`{database}` on `{given.get('host', 'localhost')}`"
    try:
        if given.get("driver") == "chdb":
            name = f"`{database}` in `{given.get('path', ':memory:')}`"
            path = str(given.get("path") or ":memory:")
            client = clickhouse_connect.get_client(
                dsn="chdb://memory" if path == ":memory:" else f"chdb://{path}",
                database=str(database),
                settings=_STANDARD,
            )
        else:
            client = _served(given, str(database))
    except (ClickHouseError, OSError) as cause:
        raise WarehouseError(f"cannot open ClickHouse {name}: {_sentence(cause)}") from None
    return ClickHouse(client)


def _served(given: Mapping[str, Scalar], database: str) -> Client:
    secure = given.get("secure") is True
    port = given.get("port")
    return clickhouse_connect.get_client(
        host=str(given.get("host") or "localhost"),
        port=int(port) if isinstance(port, int | str) else 8443 if secure else 8123,
        username=str(given.get("user") or "default"),
        password=str(given.get("password") or ""),
        database=database,
        secure=secure,
        verify=given.get("verify") is not False,
        connect_timeout=_seconds(given, "connect_timeout", 10),
        send_receive_timeout=_seconds(given, "send_receive_timeout", 300),
        session_id=f"recsql-{uuid.uuid4().hex}",  # temp tables live as long as a session
        client_name="recsql",
        settings=_STANDARD,
    )


def _seconds(given: Mapping[str, Scalar], name: str, default: int) -> int:
    value = given.get(name)
    return int(value) if isinstance(value, int | float | str) else default


class ClickHouse:
    """A ClickHouse session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "clickhouse"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._running: str | None = None

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        self._running = uuid.uuid4().hex
        settings = {} if self._embedded() else {"query_id": self._running}
        try:
            found = self._client.query(sql, settings=settings)
        except (ClickHouseError, OSError) as cause:
            raise WarehouseError(_sentence(cause)) from cause
        finally:
            self._running = None
        columns = tuple(str(name).lower() for name in found.column_names)
        return Rows(columns, [tuple(_plain(value) for value in row) for row in found.result_rows])

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, replacing it; the SELECT may read it."""
        new, name = _quoted(f"{table}__new"), _quoted(table)
        self._execute(f"drop temporary table if exists {new}")
        self._execute(f"create temporary table {new} engine = Memory as {sql}")
        self._execute(f"drop temporary table if exists {name}")
        self._execute(f"create temporary table {name} engine = Memory as select * from {new}")  # noqa: S608 - quoted names
        self._execute(f"drop temporary table {new}")

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, replacing it; `types` are the contract's."""
        kinds = {name: f"Nullable({_TYPES[kind]})" for name, kind in types.items()}
        name = _quoted(table)
        columns = ", ".join(f"{_quoted(column)} {kind}" for column, kind in kinds.items())
        self._execute(f"drop temporary table if exists {name}")
        self._execute(f"create temporary table {name} ({columns}) engine = Memory")
        instants = [place for place, kind in enumerate(types.values()) if kind == "timestamp"]
        data = [_instants_read(row, instants) for row in rows]
        if not data:
            return
        try:
            self._client.insert(
                table, data, column_names=[*types], column_type_names=[*kinds.values()]
            )
        except (ClickHouseError, OSError) as cause:
            raise WarehouseError(_sentence(cause)) from cause

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self._execute(f"drop temporary table if exists {_quoted(table)}")

    def cancel(self) -> None:
        """Stop the running query on the server; the engine in this process stops by itself."""
        running = self._running
        if running is not None and not self._embedded():
            self._execute(f"kill query where query_id = '{running}' async")

    def version(self) -> str:
        """The engine's name and version."""
        return f"ClickHouse {self._client.server_version}"

    def close(self) -> None:
        """End the session."""
        self._client.close()

    def _embedded(self) -> bool:
        return bool(self._client.uri.startswith("chdb:"))

    def _execute(self, sql: str) -> None:
        try:
            self._client.command(sql)
        except (ClickHouseError, OSError) as cause:
            raise WarehouseError(_sentence(cause)) from cause


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
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return str(value)


def _sentence(cause: Exception) -> str:
    """The server's message without its version and the query that follows it."""
    text = " ".join(str(cause).split())
    for mark in (" (version ", ": while executing", ": In scope", "(for url"):
        text = text.partition(mark)[0]
    return text
