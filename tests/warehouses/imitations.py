"""What stands behind the imitations of warehouses: DuckDB, statement by statement.

The drivers that talk to an imitation are the real ones; what answers them is not. It shows how a
warehouse is spoken to, and nothing about the SQL that it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import duckdb

from recsql.warehouses.base import Warehouse

SLOW = "select count(*) as n from range(100000000000) as a(x) where a.x % 7 = 8"
"""Runs for minutes, unless it is stopped."""

_SECRETS = re.compile(r"\bsecrets\b")
_MISSING = re.compile(r"Table with name (\w+) does not exist")


@dataclass(frozen=True, slots=True)
class Refused:
    """What a warehouse would say: one of `missing`, `denied`, `cancelled`, `value`, `other`."""

    kind: str
    what: str


class Work:
    """A statement that runs beside the one who asked for it."""

    def __init__(self, session: duckdb.DuckDBPyConnection, sql: str) -> None:
        self.columns: list[tuple[str, str]] = []
        self.rows: list[tuple[object, ...]] = []
        self.refused: Refused | None = None
        self._session, self._sql = session, sql
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        if _SECRETS.search(self._sql):
            self.refused = Refused("denied", "secrets")
            return
        try:
            found = self._session.execute(self._sql)
            self.columns = [(str(name), str(kind)) for name, kind, *_ in found.description or ()]
            self.rows = found.fetchall()
        except duckdb.Error as error:
            self.refused = _refused(error)

    def done(self, patience_s: float = 0.05) -> bool:
        """Whether it has ended; waits a little."""
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Cancel it, and wait until it is."""
        while not self.done():
            self._session.interrupt()


def _refused(error: duckdb.Error) -> Refused:
    missing = _MISSING.search(str(error))
    if missing:
        return Refused("missing", missing[1])
    if isinstance(error, duckdb.InterruptException):
        return Refused("cancelled", "")
    kind = "value" if isinstance(error, duckdb.ConversionException) else "other"
    return Refused(kind, str(error).splitlines()[0])


class Handler(BaseHTTPRequestHandler):
    """Answers over HTTP/1.1 and keeps quiet."""

    protocol_version = "HTTP/1.1"

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(handler: type[Handler]) -> Iterator[int]:
    """A server on a port of this machine, until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def cancelling(warehouse: Warehouse) -> Iterator[None]:
    """Cancels what the warehouse runs, again and again: it may not have begun the first time."""
    ended = Event()

    def cancel() -> None:
        while not ended.wait(0.2):
            warehouse.cancel()

    thread = Thread(target=cancel, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
