"""Trino, through its own client.

Trino has no temp tables: models are tables of the profile's schema under names of one session, and
are dropped at its end. Nothing else is ever written; Trino has no read-only sessions to hold it to.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import trino
from requests.exceptions import RequestException
from trino import auth
from trino.exceptions import Error, HttpError, TrinoConnectionError, TrinoQueryError

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Setting, Target
from recsql.warehouses.dbapi import LOST, DbApi, Engine, Scratch
from recsql.warehouses.settings import given, listed, nested, whole

logging.getLogger("trino").setLevel(logging.CRITICAL)  # it logs requests, and headers with them


_ERRORS = (Error, HttpError, RequestException)
_QUOTING = {"INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT", "NUMERIC_VALUE_OUT_OF_RANGE"}
"""Errors whose message may quote a value of a row."""
_PASSING = {"TOO_MANY_REQUESTS_FAILED", "NO_NODES_AVAILABLE", "CLUSTER_OUT_OF_MEMORY",
            "SERVER_STARTING_UP", "REMOTE_TASK_ERROR", "REMOTE_HOST_GONE", "PAGE_TRANSPORT_ERROR",
            "PAGE_TRANSPORT_TIMEOUT"}  # fmt: skip
"""Errors that another attempt may not meet; the client tries HTTP's again by itself."""
_CANCELLED = "USER_CANCELED"

Login = Callable[[Mapping[str, Setting]], object]


def connect(target: Target, _root: Path) -> Trino:
    """Connect with dbt's settings; models become tables of `database` (or `catalog`) and `schema`.

    Raises `ConfigError` for a `method` that recsql does not know, and `WarehouseError` when Trino
    cannot be reached or refuses.
    """
    settings = given(target, "host", "user", "database|catalog", "schema")
    method = str(settings.get("method", "none"))
    if method not in _LOGINS:
        hint = f"method: {', '.join(_LOGINS)}"
        raise ConfigError(f"recsql cannot connect to Trino by `method: {method}`", hint=hint)
    try:
        connection = trino.dbapi.connect(**_options(settings, _LOGINS[method](settings)))
        warehouse = Trino(connection, whole(settings, "retries", 3))
        warehouse.query("select 1 as one")  # the client says nothing until it is asked
    except KeyError as cause:
        raise ConfigError(f"target `{target.name}` has no `{cause.args[0]}:`") from None
    except WarehouseError as error:
        message = f"cannot open Trino on `{settings['host']}`: {error.message}"
        raise WarehouseError(message) from None
    except _ERRORS as cause:
        message = f"cannot open Trino on `{settings['host']}`: {_sentence(cause)}"
        raise WarehouseError(message) from None
    return warehouse


def _options(settings: Mapping[str, Setting], login: object) -> dict[str, object]:
    secure = settings.get("method", "none") != "none"
    cert = settings.get("cert")
    unverified = str(cert).lower() == "false"
    return {
        "host": settings["host"],
        "port": whole(settings, "port", 443 if secure else 8080),
        "user": settings.get("impersonation_user", settings["user"]),
        "catalog": settings.get("database", settings.get("catalog")),
        "schema": settings["schema"],
        "http_scheme": settings.get("http_scheme", "https" if secure else "http"),
        "auth": login,
        "verify": True if cert is None else False if unverified else str(cert),
        "session_properties": nested(settings, "session_properties"),
        "http_headers": nested(settings, "http_headers"),
        "roles": nested(settings, "roles"),
        "client_tags": listed(settings, "client_tags"),
        "source": "recsql",
        "timezone": "UTC",
        "max_attempts": whole(settings, "retries", 3) + 1,
        "request_timeout": float(whole(settings, "request_timeout", 30)),
    }


_LOGINS: dict[str, Login] = {
    "none": lambda _: None,
    "ldap": lambda told: auth.BasicAuthentication(told["user"], told["password"]),
    "jwt": lambda told: auth.JWTAuthentication(told["jwt_token"]),
    "certificate": lambda told: auth.CertificateAuthentication(
        told["client_certificate"], told["client_private_key"]
    ),
    "oauth": lambda _: auth.OAuth2Authentication(auth.WebBrowserRedirectHandler()),
    "oauth_console": lambda _: auth.OAuth2Authentication(auth.ConsoleRedirectHandler()),
}
"""dbt's `method`, and who then proves to the server who they are."""


class Trino(Scratch):
    """A Trino session; see `recsql.warehouses.base.Warehouse`."""

    estimated_by = "Trino's plans, from the statistics of its connectors"

    def __init__(self, connection: trino.dbapi.Connection, retries: int) -> None:
        super().__init__(connection, _ENGINE, made="create table", retries=min(retries, 1))

    def execute(self, sql: str) -> None:
        """Run one statement; it ends when its last page is fetched."""
        DbApi.query(self, sql)

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        explain = f"explain (type io, format json) {self.named(sql)}"
        plan = json.loads(str(DbApi.query(self, explain).rows[0][0]))
        own = set(self._names.values())
        return sum(_read(scan) for scan in plan["inputTableColumnInfos"] if _table(scan) not in own)


def _table(scan: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    return scan["table"]["schemaTable"]["table"]


def _read(scan: Mapping[str, Mapping[str, object]]) -> float:
    """The bytes of one table that is read; raises `WarehouseError` where Trino does not know."""
    size = float(str(scan.get("estimate", {}).get("outputSizeInBytes", "NaN")))
    if not math.isfinite(size):
        table = scan["table"]["schemaTable"]
        name = table["table"] if isinstance(table, dict) else table
        hint = "analyze it, if its connector keeps statistics"
        raise WarehouseError(f"Trino has no statistics of `{name}`", hint=hint)
    return size


def _name(cause: Exception) -> str | None:
    return cause.error_name if isinstance(cause, TrinoQueryError) else None


def _sentence(cause: Exception) -> str:
    """Trino's message without its place in compiled SQL, and without a row's values."""
    if _name(cause) == _CANCELLED:
        return "the query was cancelled"
    if isinstance(cause, TrinoQueryError):
        text = re.sub(r"^line \d+:\d+: ", "", " ".join(cause.message.split()))
        return re.sub(r"'[^']*'", "'…'", text) if _name(cause) in _QUOTING else text
    if isinstance(cause, HttpError):  # what follows may be a page of HTML
        words = " ".join(str(cause).split(":")[0].split())
        return "the server refuses the login" if words in ("error 401", "error 403") else words
    if isinstance(cause, RequestException | TrinoConnectionError):
        return f"the connection to Trino was lost: {_reason(cause)}"
    return " ".join(str(cause).split())


def _reason(cause: BaseException) -> str:
    """What a request failed with: its own message holds addresses and objects of Python's."""
    inner = cause.__cause__ or cause.__context__
    if inner is not None:
        return _reason(inner)
    return getattr(cause, "strerror", None) or type(cause).__name__


def _passing(cause: Exception) -> bool:
    return _name(cause) in _PASSING


def _hint(cause: Exception) -> str | None:
    if _name(cause) == "PERMISSION_DENIED":
        return "the user of the profile needs SELECT on it, and may make tables in the schema"
    if isinstance(cause, RequestException | TrinoConnectionError):
        return LOST
    return None


_ENGINE = Engine(
    dialect="trino",
    error=_ERRORS,
    sentence=_sentence,
    version="select 'Trino ' || version()",
    passing=_passing,
    hint=_hint,
)
