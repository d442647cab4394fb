"""A small HTTP server in front of chdb, which is ClickHouse's engine as a library.

No package that pip or apt brings has a ClickHouse server of today. The engine here is the real
one: sessions, temp tables, `readonly`, privileges, errors, results and cancelling are its own. What
stands between it and the driver is this file: passwords, and which error gets which HTTP status.

`python clickhouse_front.py` prints its port, and serves until it is killed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

_CHDB, _LZ4 = import_module("chdb"), import_module("lz4.frame")  # neither has types
_PASSWORDS = {"default": "", "locked": "right"}
_TRANSPORT = {"query", "query_id", "session_id", "session_timeout", "session_check", "database",
              "default_format", "compress", "decompress", "client_protocol_version",
              "wait_end_of_query", "enable_http_compression", "role",
              "send_progress_in_http_headers", "http_headers_progress_interval_ms"}  # fmt: skip
_FORMAT = re.compile(r"\sFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_BY_ID = re.compile(r"query_id = '(\w+)'")
_SCHEDULED: list[int] = []
"""Errors that the next statements meet, by their codes: `select 'fail next', 202` adds one."""


class Session:
    """A connection of its own to the engine, and the settings that it has."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._connection = _CHDB.connect(":memory:")
        self._settings: dict[str, str] = {}

    def set(self, settings: dict[str, str]) -> None:
        for name, value in sorted(settings.items(), key=lambda item: item[0] == "readonly"):
            if self._settings.get(name) != value:
                self._connection.query(f"set {name} = {_literal(value)}")
                self._settings[name] = value

    def run(self, sql: str, form: str, data: bytes) -> bytes:
        if data:
            with tempfile.NamedTemporaryFile(suffix=".native") as file:
                file.write(data)
                file.flush()
                head = _FORMAT.sub("", sql)
                sql = f"{head} from infile {_literal(file.name)} format Native"
                return bytes(self._connection.query(sql, "Native").bytes())
        return bytes(self._connection.query(_FORMAT.sub("", sql), form).bytes())

    def close(self) -> None:
        self._connection.close()


_SESSIONS: dict[str, Session] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200, b"Ok.\n")

    def do_POST(self) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self._body()
        basic = self.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, password = b64decode(basic).decode().partition(":")
        if _PASSWORDS.get(user) != password:
            self._refuse(
                f"Code: 516. DB::Exception: {user}: Authentication failed: password is incorrect, "
                "or there is no user with such name. (AUTHENTICATION_FAILED)", 403)  # fmt: skip
            return
        head, _, data = body.partition(b"\n") if body.startswith(b"INSERT") else (body, b"", b"")
        sql = asked.get("query") or head.decode()
        try:
            self._answer(200, _answered(asked, sql, data))
        except RuntimeError as error:
            self._refuse(str(error), 500)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            raw = b"".join(parts)
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        packed = self.headers.get("Content-Encoding") == "lz4"
        return bytes(_LZ4.decompress(raw)) if packed else raw

    def _refuse(self, message: str, status: int) -> None:
        found = re.search(r"Code: (\d+)", message)
        self._answer(
            status, message.encode(), {"X-ClickHouse-Exception-Code": found[1] if found else "0"}
        )

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def _answered(asked: dict[str, str], sql: str, data: bytes) -> bytes:
    name = asked.get("session_id")
    session = Session() if name is None else _SESSIONS.setdefault(name, Session())
    found = _FORMAT.search(sql)
    form = found[1] if found else asked.get("default_format", "TabSeparated")
    scheduled = re.search(r"'fail next', (\d+)", sql)
    if scheduled:
        _SCHEDULED.append(int(scheduled[1]))
    elif _SCHEDULED and name is not None:
        raise RuntimeError(
            f"Code: {_SCHEDULED.pop(0)}. DB::Exception: As the test wished. (WISHED)"
        )
    try:
        with session.lock:
            database = asked.get("database")
            if database:
                session.run(f"use `{database}`", "Native", b"")
            session.set({n: v for n, v in asked.items() if n not in _TRANSPORT})
            mark = f"/* {asked['query_id']} */ " if "query_id" in asked else ""
            # the engine gives a statement an id of its own; the driver's stands in its text
            return session.run(mark + _BY_ID.sub(r"startsWith(query, '/* \1 */')", sql), form, data)
    finally:
        if name is None:
            session.close()


def _literal(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{quoted}'"


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    keep = Session()  # so that the engine stays while no session is open
    keep.run("create table tracks (event_id String, event_ts DateTime64(6, 'UTC')) engine = Memory "
             "as select 'e1', now64(6)", "Native", b"")  # fmt: skip
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
