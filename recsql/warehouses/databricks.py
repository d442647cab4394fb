"""Databricks, through its own SQL connector: a SQL warehouse or a cluster.

On a SQL warehouse models are temp tables. Not every cluster has those: there they are tables of the
profile's schema under names of one session, and are dropped at its end. Nothing else is ever
written; Databricks has no read-only sessions to hold it to.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from databricks import sql as connector
from databricks.sql.exc import Error, RequestError
from urllib3.exceptions import HTTPError

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Setting, Target
from recsql.warehouses.dbapi import LOST, Engine, Scratch
from recsql.warehouses.settings import given, nested, whole

logging.getLogger("databricks").setLevel(logging.CRITICAL)  # it logs what it raises

_ERRORS = (Error, HTTPError, OSError)
_NETWORK = (RequestError, HTTPError, OSError)
_QUIET = {
    "enable_telemetry": False,
    "use_cloud_fetch": False,  # results are small, and come from the same host
    "user_agent_entry": "recsql",
}
_CANCELLED = re.compile(r"(?i)\bcancell?ed\b|OPERATION_CANCELED|CANCELED_STATE")
_CODE = re.compile(r"^\[([A-Z_]+(?:\.[A-Z_]+)*)\] ")
_REST = re.compile(r" SQLSTATE: |; line \d+ pos \d+|== SQL ")
_OF_A_VALUE = {"CAST_INVALID_INPUT", "CAST_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE"}
_DENIED = {"INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED"}


def connect(target: Target, _root: Path) -> Databricks:
    """Connect with dbt's settings: `token`, or `auth_type: oauth` with or without a client.

    Raises `ConfigError` for a target that lacks what it needs, and `WarehouseError` when Databricks
    cannot be reached or refuses.
    """
    settings = given(target, "host", "http_path", "schema")
    options = {**_options(settings), **_login(target, settings)}
    try:
        connection = connector.connect(**{**options, **nested(settings, "connection_parameters")})
    except _ERRORS as cause:
        message = f"cannot open Databricks `{settings['host']}`: {_sentence(cause)}"
        raise WarehouseError(message) from None
    # a cluster is told by how it is reached
    cluster = "protocolv1" in str(settings["http_path"])
    made = "create table" if cluster else "create temporary table"
    warehouse = Databricks(connection, made, whole(settings, "connect_retries", 1))
    warehouse.execute("set time zone 'UTC'")
    # a number that overflows is an error, not another number
    warehouse.execute(f"set {'spark.sql.ansi.enabled' if cluster else 'ansi_mode'} = true")
    return warehouse


def _options(settings: Mapping[str, Setting]) -> dict[str, object]:
    catalog = settings.get("catalog", settings.get("database"))
    wanted = {
        "server_hostname": settings["host"],
        "http_path": settings["http_path"],
        "schema": settings["schema"],
        "session_configuration": nested(settings, "session_properties") or None,
        "query_tags": nested(settings, "query_tags") or None,
        "catalog": catalog,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    attempts = whole(settings, "connect_retries", 1) + 1
    seconds = whole(settings, "connect_timeout", 60)
    return {
        **_QUIET,
        **told,
        "_retry_stop_after_attempts_count": attempts,
        "_retry_stop_after_attempts_duration": seconds * attempts,
    }


def _login(target: Target, settings: Mapping[str, Setting]) -> dict[str, object]:
    if "token" in settings:
        return {"access_token": settings["token"]}
    if "azure_client_id" in settings:
        names = ("azure_client_id", "azure_client_secret", "azure_tenant_id")
        return {"auth_type": "azure-sp-m2m", **{n: settings[n] for n in names if n in settings}}
    if settings.get("auth_type") != "oauth":
        hint = "token: …, or auth_type: oauth"
        raise ConfigError(f"target `{target.name}` has no `token:`", hint=hint)
    if "client_secret" in settings:
        return {"credentials_provider": _principal(settings)}
    return {"auth_type": "databricks-oauth"}


def _principal(settings: Mapping[str, Setting]) -> Callable[[], object]:
    """A service principal's login, by the maker's own library."""

    def provided() -> object:
        core = import_module("databricks.sdk.core")
        config = core.Config(
            host=f"https://{settings['host']}",
            client_id=settings.get("client_id"),
            client_secret=settings["client_secret"],
        )
        return core.oauth_service_principal(config)

    return provided


class Databricks(Scratch):
    """A Databricks session; see `recsql.warehouses.base.Warehouse`."""

    def __init__(self, connection: connector.client.Connection, made: str, retries: int) -> None:
        super().__init__(connection, _ENGINE, made=made, retries=retries)

    def version(self) -> str:
        """The engine's name and version."""
        return f"Databricks {self.query('select current_version().dbsql_version').rows[0][0]}"


def _told(cause: Exception) -> str:
    return " ".join(str(getattr(cause, "message", None) or cause).split())


def _code(cause: Exception) -> str:
    found = _CODE.match(_told(cause))
    return "" if found is None else found[1]


def _sentence(cause: Exception) -> str:
    """Databricks' message without its code, its place in compiled SQL, and a row's values."""
    text = _told(cause)
    if _CANCELLED.search(text):
        return "the query was cancelled"
    if isinstance(cause, _NETWORK):
        status = getattr(cause, "context", {}).get("http-code")
        if status in (401, 403):
            return "the server refuses the login"
        return f"the connection to Databricks was lost: {_reason(cause)}"
    text = _CODE.sub("", _REST.split(text)[0]).rstrip()
    return re.sub(r"'[^']*'", "'…'", text) if _code(cause) in _OF_A_VALUE else text


def _reason(cause: BaseException) -> str:
    """What a request failed with: its own message holds addresses and objects of Python's."""
    inner = cause.__cause__ or cause.__context__
    if inner is not None:
        return _reason(inner)
    return getattr(cause, "strerror", None) or type(cause).__name__


def _passing(cause: Exception) -> bool:
    return _code(cause) in {
        "DELTA_CONCURRENT_APPEND",
        "CLUSTER_STARTING",
        "TEMPORARILY_UNAVAILABLE",
    }


def _hint(cause: Exception) -> str | None:
    if _code(cause).partition(".")[0] in _DENIED:
        return "the user of the profile needs SELECT on it, and USE SCHEMA"
    return LOST if isinstance(cause, _NETWORK) else None


_ENGINE = Engine(
    dialect="databricks",
    error=_ERRORS,
    sentence=_sentence,
    version="",
    passing=_passing,
    hint=_hint,
)
