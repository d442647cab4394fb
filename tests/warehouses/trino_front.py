"""An imitation of a Trino: its statement protocol as documented, in front of DuckDB.

No package of pip, apt or npm has a Trino. A statement is taken by POST, and its state, its columns
and its rows are fetched page by page; DELETE ends it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import duckdb

from tests.warehouses.imitations import Handler, Refused, Work, serving

_TYPES = {"INTEGER": "integer", "BIGINT": "bigint", "HUGEINT": "bigint", "DOUBLE": "double",
          "VARCHAR": "varchar", "BOOLEAN": "boolean", "DATE": "date",
          "TIMESTAMP": "timestamp"}  # fmt: skip
_ARGUMENTS = {"varchar": 2147483647, "timestamp": 6}
_ERRORS = {
    "missing": ("TABLE_NOT_FOUND", "line 1:15: Table 'memory.shop.{0}' does not exist"),
    "denied": ("PERMISSION_DENIED", "Access Denied: Cannot select from table memory.shop.{0}"),
    "cancelled": ("USER_CANCELED", "Query was canceled"),
    "value": ("INVALID_CAST_ARGUMENT", "Cannot cast 'ann' to INT"),
    "other": ("SYNTAX_ERROR", "line 1:1: {0}"),
}
_EXPLAIN = "explain (type io, format json) "


class Trino:
    """What a server knows: the statements that were sent to it, and how."""

    def __init__(self) -> None:
        self.database = duckdb.connect()
        self.headers: list[dict[str, str]] = []
        self.statements: list[str] = []
        self.statistics: dict[str, float | str] = {}
        self.unavailable = 0
        self.failing: list[str] = []
        self.works: dict[str, Work] = {}
        self.numbers = count(1)

    def plan(self, sql: str) -> str:
        """What would be read, as `explain (type io)` tells it."""
        scans = [
            {
                "table": {"catalog": "memory", "schemaTable": {"schema": "shop", "table": name}},
                "estimate": {"outputRowCount": "NaN", "outputSizeInBytes": size},
            }
            for name, size in self.statistics.items()
            if name in sql
        ]
        scans += [
            {
                "table": {"catalog": "memory", "schemaTable": {"schema": "shop", "table": word}},
                "estimate": {"outputRowCount": 0.0, "outputSizeInBytes": 7.0},
            }
            for word in sql.split()
            if word.startswith("recsql_")
        ]
        return json.dumps({"inputTableColumnInfos": scans})


@contextmanager
def trino_front() -> Iterator[tuple[Trino, int]]:
    """A server of this machine, and its port."""
    server = Trino()

    class Front(_Front):
        trino = server

    with serving(Front) as port:
        yield server, port
    server.database.close()


class _Front(Handler):
    trino: Trino

    def do_POST(self) -> None:  # noqa: N802 - the server calls it by its verb
        sql = self.body().decode()
        self.trino.headers.append(dict(self.headers.items()))
        if self.headers.get("X-Trino-User") == "stranger":
            self.answer(401, b"Unauthorized", "text/plain")
            return
        if self.trino.unavailable:
            self.trino.unavailable -= 1
            self.answer(503, b"", "text/plain")
            return
        self.trino.statements.append(sql)
        name = f"q{next(self.trino.numbers)}"
        if sql.startswith(_EXPLAIN):
            plan = self.trino.plan(sql).replace("'", "''")
            sql = f"select '{plan}' as plan"
        self.trino.works[name] = Work(self.trino.database.cursor(), sql)
        self._tell(name, {"nextUri": self._page(name)}, "QUEUED")

    def do_GET(self) -> None:  # noqa: N802 - the server calls it by its verb
        name = self.path.split("/")[-1]
        work = self.trino.works[name]
        if not work.done():
            self._tell(name, {"nextUri": self._page(name)}, "RUNNING")
        elif self.trino.failing:
            code = self.trino.failing.pop()
            self._tell(name, {"error": _error(code, "As the test wished")}, "FAILED")
        elif work.refused is not None:
            self._tell(name, {"error": _told(work.refused)}, "FAILED")
        elif self.path.startswith("/v1/statement/last"):
            self._tell(name, {"columns": _columns(work)}, "FINISHED")
        else:
            rows = [[_value(value) for value in row] for row in work.rows]
            last = self._page(name, "last")
            self._tell(name, {"columns": _columns(work), "data": rows, "nextUri": last}, "RUNNING")

    def do_DELETE(self) -> None:  # noqa: N802 - the server calls it by its verb
        self.trino.works[self.path.split("/")[-1]].stop()
        self.send_response(204)
        self.end_headers()

    def _page(self, name: str, which: str = "next") -> str:
        return f"http://{self.headers['Host']}/v1/statement/{which}/{name}"

    def _tell(self, name: str, told: dict[str, object], state: str) -> None:
        info = f"http://{self.headers['Host']}/ui/{name}"
        whole = {"id": name, "infoUri": info, "stats": {"state": state}, **told}
        self.answer(200, json.dumps(whole).encode())


def _columns(work: Work) -> list[dict[str, object]]:
    kinds = [(name, _TYPES.get(kind.partition("(")[0], "varchar")) for name, kind in work.columns]
    return [{"name": name, "type": kind, "typeSignature": _signature(kind)} for name, kind in kinds]


def _signature(kind: str) -> dict[str, object]:
    arguments = [{"kind": "LONG", "value": _ARGUMENTS[kind]}] if kind in _ARGUMENTS else []
    return {"rawType": kind, "arguments": arguments}


def _value(value: object) -> object:
    return value if isinstance(value, int | float | str | None) else str(value)


def _told(refused: Refused) -> dict[str, object]:
    code, message = _ERRORS[refused.kind]
    return _error(code, message.format(refused.what))


def _error(code: str, message: str) -> dict[str, object]:
    user = code in {name for name, _ in _ERRORS.values()}
    kind = "USER_ERROR" if user else "INSUFFICIENT_RESOURCES"
    return {"message": message, "errorCode": 1, "errorName": code, "errorType": kind}
