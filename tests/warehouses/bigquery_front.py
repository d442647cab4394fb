"""An imitation of BigQuery: what of its REST interface queries need, as documented, before DuckDB.

Jobs are inserted, asked for their results and cancelled; sessions have temp tables of their own; a
dry run tells columns and bytes. A service account's key is changed for a token here, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb

from tests.warehouses.imitations import Handler, Refused, Work, serving

TOKEN = "right"  # noqa: S105 - of an imitation
_TYPES = {"INTEGER": "INTEGER", "BIGINT": "INTEGER", "DOUBLE": "FLOAT", "VARCHAR": "STRING",
          "BOOLEAN": "BOOLEAN", "DATE": "DATE", "TIMESTAMP": "DATETIME"}  # fmt: skip
_ERRORS = {
    "missing": (404, "notFound", "Not found: Table p:shop.{0} was not found in location EU"),
    "denied": (403, "accessDenied", "Access Denied: Table p:shop.{0}: User does not have permission"
               " to query table p:shop.{0}, or perhaps it does not exist."),
    "cancelled": (400, "stopped", "Job execution was cancelled: User requested cancellation"),
    "value": (400, "invalidQuery", "Bad int64 value: ann"),
    "other": (400, "invalidQuery", "{0} at [1:8]"),
}  # fmt: skip
_JOBS = re.compile(r"/bigquery/v2/projects/p/(?:jobs|queries)/([^/?]+)")


class BigQuery:
    """What the service knows: the jobs that were inserted, and the sessions."""

    def __init__(self) -> None:
        self.database = duckdb.connect()
        self.database.execute("create type FLOAT64 as double")
        self.jobs: list[dict[str, Any]] = []
        self.grants = 0
        self.failing: list[str] = []
        self.bytes = 0
        self.sessions: dict[str, duckdb.DuckDBPyConnection] = {}
        self.works: dict[str, Work] = {}
        self.places: dict[str, str] = {}
        self.numbers = count(1)

    def session(self, asked: dict[str, object]) -> str:
        """The session of a query, or one that begins."""
        properties = asked.get("connectionProperties")
        if isinstance(properties, list) and properties:
            return str(properties[0]["value"])
        name = f"s{next(self.numbers)}"
        self.sessions[name] = self.database.cursor()
        return name


@contextmanager
def bigquery_front() -> Iterator[tuple[BigQuery, int]]:
    """A service of this machine, and its port."""
    service = BigQuery()

    class Front(_Front):
        bigquery = service

    with serving(Front) as port:
        yield service, port
    service.database.close()


class _Front(Handler):
    bigquery: BigQuery

    def do_POST(self) -> None:  # noqa: N802 - the server calls it by its verb
        body = self.body()
        if self.path == "/token":
            self.bigquery.grants += 1
            self._tell({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._refuse(401, "authError", "Request had invalid authentication credentials.")
        elif self.path.partition("?")[0].endswith("/cancel"):
            name = self._name()
            self.bigquery.works[name].stop()
            self._tell({"job": self._job(name, "DONE")})
        else:
            self._insert(json.loads(body))

    def do_GET(self) -> None:  # noqa: N802 - the server calls it by its verb
        name = self._name()
        work = self.bigquery.works[name]
        done = work.done()
        if "/jobs/" in self.path:
            self._tell(self._job(name, "DONE" if done else "RUNNING"))
        elif done and work.refused is not None:
            self._refused(work.refused)
        elif not done:
            self._tell({"jobComplete": False, "jobReference": _reference(name)})
        else:
            told = {"jobComplete": True, "jobReference": _reference(name), "schema": _schema(work),
                    "totalRows": str(len(work.rows))}  # fmt: skip
            if parse_qs(urlsplit(self.path).query).get("maxResults") != ["0"]:
                told["rows"] = [{"f": [{"v": _value(v)} for v in row]} for row in work.rows]
            self._tell(told)

    def _insert(self, asked: dict[str, dict[str, dict[str, object]]]) -> None:
        service, name = self.bigquery, str(asked["jobReference"]["jobId"])
        service.jobs.append({**asked["configuration"]})
        if service.failing:
            self._refuse(503, service.failing.pop(), "As the test wished")
            return
        query = asked["configuration"]["query"]
        session = service.places[name] = service.session(query)
        sql = str(query["query"]).replace("`", '"')
        if asked["configuration"].get("dryRun"):
            self._dry(name, service.sessions[session], sql)
            return
        if sql.startswith(("set @@", "call bq.abort_session")):
            sql = "select 1 as done"
        service.works[name] = Work(service.sessions[session], sql)
        self._tell(self._job(name, "RUNNING"))

    def _dry(self, name: str, session: duckdb.DuckDBPyConnection, sql: str) -> None:
        work = Work(session, f"select * from ({sql}) as t limit 0")
        while not work.done():
            pass
        if work.refused is not None:
            self._refused(work.refused)
            return
        told = {"totalBytesProcessed": str(self.bigquery.bytes), "schema": _schema(work)}
        self._tell({**self._job(name, "DONE"), "statistics": {"query": told, **told}})

    def _job(self, name: str, state: str) -> dict[str, object]:
        session = {"sessionId": self.bigquery.places[name]}
        status: dict[str, object] = {"state": state}
        work = self.bigquery.works.get(name)
        if state == "DONE" and work is not None and work.refused is not None:
            status["errorResult"] = _error(work.refused)[1]
        into = {"projectId": "p", "datasetId": "_anonymous", "tableId": name}
        return {
            "id": f"p:EU.{name}",
            "jobReference": _reference(name),
            "configuration": {
                "query": {"query": "…", "destinationTable": into},
                "jobType": "QUERY",
            },
            "status": status,
            "statistics": {"query": {"statementType": "SELECT"}, "sessionInfo": session},
        }

    def _name(self) -> str:
        found = _JOBS.match(self.path)
        assert found is not None, self.path
        return found[1]

    def _refused(self, refused: Refused) -> None:
        status, error = _error(refused)
        self._refuse(status, error["reason"], error["message"])

    def _refuse(self, status: int, reason: str, message: str) -> None:
        errors = [{"reason": reason, "message": message, "domain": "global"}]
        told = {"error": {"code": status, "message": message, "errors": errors}}
        self.answer(status, json.dumps(told).encode())

    def _tell(self, told: dict[str, object]) -> None:
        self.answer(200, json.dumps(told).encode())


def _error(refused: Refused) -> tuple[int, dict[str, str]]:
    status, reason, message = _ERRORS[refused.kind]
    return status, {"reason": reason, "message": message.format(refused.what)}


def _reference(name: str) -> dict[str, str]:
    return {"projectId": "p", "jobId": name, "location": "EU"}


def _schema(work: Work) -> dict[str, object]:
    kinds = [(name, _TYPES.get(kind.partition("(")[0], "STRING")) for name, kind in work.columns]
    return {"fields": [{"name": name, "type": kind, "mode": "NULLABLE"} for name, kind in kinds]}


def _value(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value).replace(" 12:00", "T12:00")
