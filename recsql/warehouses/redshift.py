"""Amazon Redshift, through its own connector: nothing but temp tables is ever written."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import redshift_connector
from redshift_connector.error import Error

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Setting, Target
from recsql.warehouses.base import Rows
from recsql.warehouses.dbapi import LOST, DbApi, Engine, Scratch, pause
from recsql.warehouses.settings import flag, given, listed, whole

# The driver logs start-up messages, passwords among them, at a level that others may ask for.
logging.getLogger("redshift_connector").setLevel(logging.CRITICAL)

_PARAMETERS = {
    "host": "host",
    "user": "user",
    "password": "password",
    "pass": "password",
    "dbname": "database",
    "database": "database",
    "region": "region",
    "cluster_id": "cluster_identifier",
    "iam_profile": "profile",
    "access_key_id": "access_key_id",
    "secret_access_key": "secret_access_key",
    "is_serverless": "is_serverless",
    "serverless_work_group": "serverless_work_group",
    "serverless_acct_id": "serverless_acct_id",
}
"""dbt's names of what the connector is told, and the connector's."""

_METHODS = ("database", "iam", "iam_role")
_UNENCRYPTED = ("disable",)
_PASSING = {"40001", "40P01", "53300", "57P03", "57P05"}
"""Serialization, a deadlock, too many connections, a server that starts or that let one go."""
_CANCELLED, _DENIED, _LOCKED = "57014", "42501", "55P03"
_SCAN = re.compile(r"Seq Scan on (\S+).*? rows=(\d+) width=(\d+)\)")


def connect(target: Target, _root: Path) -> Redshift:
    """Connect with dbt's settings; `method` is `database`, `iam` or `iam_role`.

    Raises `ConfigError` for another method and `WarehouseError` when Redshift cannot be reached or
    refuses.
    """
    settings = given(target, "host", "dbname|database")
    method = str(settings.get("method", "database"))
    if method not in _METHODS:
        hint = f"method: {', '.join(_METHODS)}"
        raise ConfigError(f"recsql cannot connect to Redshift by `method: {method}`", hint=hint)
    options, retries = _options(settings, method), whole(settings, "retries", 1)
    try:
        connection = _opened(options, retries)
        warehouse = Redshift(connection, _stop(connection, options), retries)
    except (Error, OSError) as cause:
        where = f"`{options['database']}` on `{settings['host']}`"
        message = f"cannot open Redshift {where}: {_sentence(cause)}"
        raise WarehouseError(message, hint=_hint(cause)) from None
    for name, value in _session(settings).items():
        warehouse.execute(f"set {name} to {value}")
    return warehouse


def _options(settings: Mapping[str, Setting], method: str) -> dict[str, object]:
    told: dict[str, object] = {
        _PARAMETERS[name]: value for name, value in settings.items() if name in _PARAMETERS
    }
    mode = str(settings.get("sslmode", "prefer"))
    if method != "database":
        user = told.pop("user", None)
        told["iam"] = True
        if method == "iam":
            told["db_user"] = user
            told["db_groups"] = listed(settings, "db_groups") or None
            told["auto_create"] = flag(settings, "autocreate")
        else:
            told["group_federation"] = not flag(settings, "is_serverless")
    return {
        "application_name": "recsql",
        **told,
        "port": whole(settings, "port", 5439),
        "timeout": whole(settings, "connect_timeout", 10),
        "ssl": mode not in _UNENCRYPTED,
        "sslmode": mode if mode.startswith("verify-") else "verify-ca",
        "tcp_keepalive": True,
    }


def _opened(options: Mapping[str, object], retries: int) -> redshift_connector.Connection:
    """A connection; what may pass, such as a cluster that resumes, is tried again, ever later."""
    for turn in range(retries + 1):
        try:
            connection = redshift_connector.connect(**options)
        except (Error, OSError) as cause:
            if turn == retries or (_told(cause) and _code(cause) not in _PASSING):
                raise
            pause(turn)
        else:
            connection.autocommit = True
            with suppress(AttributeError):  # the time limit was for connecting, not for queries
                connection._usock.settimeout(None)
            return connection
    raise AssertionError  # the last turn returns or raises


def _session(settings: Mapping[str, Setting]) -> dict[str, str]:
    wanted = {"timezone": "'UTC'", "query_group": _literal(settings.get("query_group", "recsql"))}
    if "statement_timeout" in settings:
        wanted["statement_timeout"] = str(whole(settings, "statement_timeout", 0))
    if "role" in settings:
        wanted["role"] = _quoted(settings["role"])
    if "schema" in settings:
        wanted["search_path"] = _quoted(settings["schema"])
    return wanted


def _stop(
    connection: redshift_connector.Connection, options: Mapping[str, object]
) -> Callable[[], None]:
    """How to cancel: from another session, for the driver cannot."""
    cursor = connection.cursor()
    cursor.execute("select pg_backend_pid()")
    ((session,),) = cursor.fetchall()
    cursor.close()

    def stop() -> None:
        with suppress(Error, OSError):  # then it ends by itself, or the server did
            other = _opened(options, 0)
            try:
                other.cursor().execute(f"select pg_cancel_backend({int(session)})")
            finally:
                other.close()

    return stop


class Redshift(Scratch):
    """A Redshift session; see `recsql.warehouses.base.Warehouse`."""

    estimated_by = "Redshift's plans: the rows that scans give, times their widths"

    def __init__(
        self,
        connection: redshift_connector.Connection,
        stop: Callable[[], None],
        retries: int = 1,
    ) -> None:
        super().__init__(connection, _ENGINE, stop, retries=retries)

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT, in a transaction that may only read."""
        self.execute("begin read only")
        try:
            return super().query(sql)
        finally:
            self._end()

    def _end(self) -> None:
        """End a transaction; a cancel that comes late may hit this instead of the query."""
        for _ in range(2):
            with suppress(WarehouseError):  # of a connection that is gone
                self.execute("rollback")
                return

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        plan = DbApi.query(self, f"explain {self.named(sql)}").rows
        scans = [found for (line,) in plan for found in _SCAN.findall(str(line))]
        own = set(self._names.values())
        return sum(float(rows) * float(width) for name, rows, width in scans if name not in own)


def _literal(value: Setting) -> str:
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def _quoted(name: Setting) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _told(cause: Exception) -> Mapping[str, object]:
    """What the server said, by the letters of its protocol; nothing where it did not speak."""
    first = cause.args[0] if cause.args else None
    return first if isinstance(first, dict) else {}


def _code(cause: Exception) -> object:
    return _told(cause).get("C")


def _lost(cause: Exception) -> bool:
    return isinstance(cause, OSError) or not _told(cause) or _code(cause) in ("57P01", "57P02")


def _passing(cause: Exception) -> bool:
    return _code(cause) in _PASSING


def _hint(cause: Exception) -> str | None:
    if _code(cause) == _DENIED:
        return "the user of the profile needs SELECT on it, USAGE on its schema, and TEMP"
    if _code(cause) == _LOCKED:
        return "somebody holds a lock on it; run again later"
    return None


def _statement_hint(cause: Exception) -> str | None:
    return LOST if _lost(cause) else _hint(cause)


def _sentence(cause: Exception) -> str:
    """The server's message without its place in compiled SQL, and without a row's values."""
    told = _told(cause)
    text = " ".join(str(told.get("M") or _first(cause)).split())
    if _code(cause) == _CANCELLED and "timeout" not in text:
        return "the query was cancelled"
    if str(_code(cause)).startswith("22"):  # of data: it may quote a value of a row, a person's
        text = re.sub(r"\"[^\"]*\"|'[^']*'", '"…"', text)
    return text


def _first(cause: Exception) -> str:
    """What the driver says of what never reached the server."""
    inner = cause.args[-1] if cause.args else cause
    if isinstance(inner, socket.gaierror | OSError):
        return inner.strerror or str(inner)
    return str(inner)


def _said(cause: Exception) -> str:
    if _lost(cause):
        return f"the connection to Redshift was lost: {_sentence(cause)}"
    return _sentence(cause)


_ENGINE = Engine(
    dialect="redshift",
    error=(Error, OSError),
    sentence=_said,
    version="select version()",
    passing=_passing,
    hint=_statement_hint,
)
