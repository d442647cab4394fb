"""Snowflake, through its own connector: nothing but temp tables is ever written."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import snowflake.connector
from snowflake.connector.errors import Error

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.dbapi import DbApi, Engine
from recsql.warehouses.settings import single

# The driver logs each connection, and what it raises.
logging.getLogger("snowflake.connector").setLevel(logging.CRITICAL)

_PARAMETERS = {
    "account": "account",
    "user": "user",
    "password": "password",
    "pass": "password",
    "authenticator": "authenticator",
    "token": "token",
    "private_key_path": "private_key_file",
    "private_key_passphrase": "private_key_file_pwd",
    "role": "role",
    "warehouse": "warehouse",
    "database": "database",
    "schema": "schema",
    "host": "host",
    "port": "port",
    "protocol": "protocol",
    "client_session_keep_alive": "client_session_keep_alive",
    "connect_timeout": "login_timeout",
}
"""dbt's names of what the connector is told, and the connector's."""

_SESSION = {"TIMEZONE": "UTC", "QUERY_TAG": "recsql"}


def connect(target: Target, _root: Path) -> DbApi:
    """Connect with dbt's settings; models become temp tables of `database` and `schema`.

    Raises `ConfigError` without an account or a schema, and `WarehouseError` when Snowflake cannot
    be reached or refuses.
    """
    given = single(target)
    for name in ("account", "database", "schema"):
        if name not in given:
            hint = "temp tables need a schema" if name == "schema" else f"{name}: …"
            raise ConfigError(f"target `{target.name}` has no `{name}:`", hint=hint)
    try:
        connection = snowflake.connector.connect(**_options(given))
    except (Error, OSError) as cause:
        message = f"cannot open Snowflake `{given['account']}`: {_sentence(cause)}"
        raise WarehouseError(message) from None

    def stop() -> None:
        """Cancel from a cursor beside the one that is busy: a session takes several at once."""
        with suppress(Error):
            connection.cursor().execute(
                f"select system$cancel_all_queries({connection.session_id})"
            )

    return DbApi(connection, _ENGINE, stop)


def _options(given: Mapping[str, Scalar]) -> dict[str, object]:
    known = {_PARAMETERS[name]: value for name, value in given.items() if name in _PARAMETERS}
    session = dict(_SESSION)
    if "query_tag" in given:
        session["QUERY_TAG"] = str(given["query_tag"])
    standard = {
        "application": "recsql",
        "login_timeout": 60,
        "platform_detection_timeout_seconds": 0.0,  # asks no cloud where this machine stands
    }
    return {**standard, **known, "session_parameters": session}


def _sentence(cause: Exception) -> str:
    """Snowflake's message without its codes, and the place in compiled SQL that it points to."""
    text = getattr(cause, "raw_msg", None) or getattr(cause, "msg", None) or str(cause)
    text = re.sub(r"^(\d{6} \(\w+\): )?([0-9a-f-]{36}: )?", "", " ".join(str(text).split()))
    text = re.sub(r"^SQL compilation error: (error line \d+ at position \d+ )?", "", text)
    if str(getattr(cause, "sqlstate", "")).startswith("22"):  # of data: it may quote a person's
        text = re.sub(r"'[^']*'", "'…'", text)
    return text


_ENGINE = Engine(
    dialect="snowflake",
    error=(Error,),
    sentence=_sentence,
    version="select 'Snowflake ' || current_version()",
)
