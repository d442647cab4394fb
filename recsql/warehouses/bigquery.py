"""BigQuery, through Google's own client.

A run is one session: models are its temp tables, and go with it. Nothing else is ever written;
BigQuery has no read-only sessions to hold it to.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from google.cloud import bigquery  # isort: skip - first: it is what a missing driver is called by
import google.auth
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.cloud.bigquery.retry import DEFAULT_RETRY
from google.oauth2 import credentials as tokens
from google.oauth2 import service_account
from requests.exceptions import RequestException

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Setting, Target
from recsql.warehouses.base import Rows, plain
from recsql.warehouses.dbapi import LOST, Engine, tried
from recsql.warehouses.settings import given, listed, nested, whole

_ERRORS = (GoogleAPICallError, RetryError, GoogleAuthError, RequestException)
_PASSING = {"backendError", "internalError", "rateLimitExceeded", "jobBackendError",
            "jobInternalError", "jobRateLimitExceeded", "tableUnavailable"}  # fmt: skip
"""Why a job ends that another attempt may not meet; the client itself tries requests again."""

_SCOPES = ("https://www.googleapis.com/auth/bigquery",)
_TYPES = {"FLOAT": "FLOAT64", "INTEGER": "INT64", "BOOLEAN": "BOOL"}
"""Types as a job tells them, and as SQL calls them."""

_PLACE = re.compile(r" at \[\d+:\d+\]|; reason: .*$")
_OF_A_VALUE = re.compile(
    r"((?:Bad|Invalid) .*?: |Could not cast literal |Could not parse )(['\"]?).*"
)


Found = TypeVar("Found")


def connect(target: Target, _root: Path) -> BigQuery:
    """Connect with dbt's settings, and begin a session.

    Raises `ConfigError` for a `method` that recsql does not know or a key that cannot be read, and
    `WarehouseError` when BigQuery cannot be reached or refuses.
    """
    settings = given(target, "project|database", "dataset|schema")
    method = str(settings.get("method", "oauth"))
    if method not in _LOGINS:
        hint = f"method: {', '.join(_LOGINS)}"
        raise ConfigError(f"recsql cannot connect to BigQuery by `method: {method}`", hint=hint)
    project = str(settings.get("project", settings.get("database")))
    try:
        client = _client(settings, _LOGINS[method](settings), project)
        return BigQuery(client, _job(settings, project), settings)
    except KeyError as cause:
        raise ConfigError(f"target `{target.name}` has no `{cause.args[0]}:`") from None
    except (ValueError, OSError) as cause:
        if isinstance(cause, RequestException):
            raise _cannot_open(project, cause) from None
        # what a broken key says may quote the key
        hint = "keyfile: a service account's file, or keyfile_json: what is in it"
        raise ConfigError(f"the key of target `{target.name}` cannot be read", hint=hint) from None
    except _ERRORS as cause:
        raise _cannot_open(project, cause) from None
    except WarehouseError as error:
        message = f"cannot open BigQuery `{project}`: {error.message}"
        raise WarehouseError(message, hint=error.hint) from None


def _cannot_open(project: str, cause: Exception) -> WarehouseError:
    hint = "gcloud auth application-default login" if isinstance(cause, GoogleAuthError) else None
    return WarehouseError(f"cannot open BigQuery `{project}`: {_sentence(cause)}", hint=hint)


def _client(
    settings: Mapping[str, Setting], credentials: Credentials, project: str
) -> bigquery.Client:
    if "impersonate_service_account" in settings:
        credentials = impersonated_credentials.Credentials(
            credentials, str(settings["impersonate_service_account"]), _scopes(settings)
        )
    options = {
        name: str(settings[setting])
        for name, setting in (("quota_project_id", "quota_project"), ("api_endpoint",) * 2)
        if setting in settings
    }
    place = settings.get("location")
    return bigquery.Client(
        project=str(settings.get("execution_project", project)),
        credentials=credentials,
        location=None if place is None else str(place),
        client_options=options,
    )


def _job(settings: Mapping[str, Setting], project: str) -> bigquery.QueryJobConfig:
    """What holds for every query: where names are looked for, and what it may cost."""
    config = bigquery.QueryJobConfig(
        default_dataset=f"{project}.{settings.get('dataset', settings.get('schema'))}",
        labels={"tool": "recsql"},
    )
    if "priority" in settings:
        config.priority = str(settings["priority"]).upper()
    if "maximum_bytes_billed" in settings:
        config.maximum_bytes_billed = whole(settings, "maximum_bytes_billed", 0)
    for name in ("job_execution_timeout_seconds", "timeout_seconds"):
        if name in settings:
            config.job_timeout_ms = 1000 * whole(settings, name, 0)
    if "reservation" in settings:
        config.reservation = str(settings["reservation"])
    return config


def _scopes(settings: Mapping[str, Setting]) -> list[str]:
    return listed(settings, "scopes") or [*_SCOPES]


def _default(settings: Mapping[str, Setting]) -> Credentials:
    found, _ = google.auth.default(scopes=_scopes(settings))
    return found


def _secrets(settings: Mapping[str, Setting]) -> Credentials:
    names = ["refresh_token", "client_id", "client_secret", "token_uri"]
    if "token" not in settings:
        names = [name for name in names if settings[name]]  # each is needed: a KeyError names it
    parts = {name: settings[name] for name in names if name in settings}
    return tokens.Credentials(settings.get("token"), **parts, scopes=_scopes(settings))


def _key(settings: Mapping[str, Setting]) -> Credentials:
    path = Path(str(settings["keyfile"])).expanduser()
    return _account(json.loads(path.read_text(encoding="utf-8")), settings)


def _key_json(settings: Mapping[str, Setting]) -> Credentials:
    """A key in the profile: a mapping, JSON text, or that in base64, as dbt takes it."""
    if isinstance(settings["keyfile_json"], Mapping):
        return _account(nested(settings, "keyfile_json"), settings)
    text = str(settings["keyfile_json"])
    if not text.lstrip().startswith("{"):
        try:
            text = b64decode(text, validate=True).decode()
        except (NotBase64, UnicodeDecodeError):
            raise ValueError from None
    return _account(json.loads(text), settings)


def _account(key: Mapping[str, object], settings: Mapping[str, Setting]) -> Credentials:
    whole_lines = {**key, "private_key": str(key.get("private_key", "")).replace("\\n", "\n")}
    found = service_account.Credentials.from_service_account_info(
        whole_lines, scopes=_scopes(settings)
    )
    return found  # noqa: RET504 - named, so that it has a type


_LOGINS: dict[str, Callable[[Mapping[str, Setting]], Credentials]] = {
    "oauth": _default,
    "oauth-secrets": _secrets,
    "service-account": _key,
    "service-account-json": _key_json,
}
"""dbt's `method`, and who then proves to Google who they are."""


class BigQuery:
    """A BigQuery session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "bigquery"
    estimated_by = "BigQuery's dry runs"

    def __init__(
        self,
        client: bigquery.Client,
        config: bigquery.QueryJobConfig,
        settings: Mapping[str, Setting],
    ) -> None:
        self._client = client
        self._config = config
        self._retries = whole(settings, "job_retries", whole(settings, "retries", 1))
        # the client's own deadline for requests that fail is ten minutes
        deadline = float(whole(settings, "job_retry_deadline_seconds", 60))
        self._retry = DEFAULT_RETRY.with_timeout(deadline)
        self._running: bigquery.QueryJob | None = None
        config.create_session = True
        begun = self._done("select 1 as one").session_info.session_id
        config.create_session = None
        config.connection_properties = [bigquery.ConnectionProperty("session_id", begun)]
        self._done("set @@time_zone = 'UTC'")

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""

        def fetched() -> Rows:
            found = self._asked(sql).result(retry=self._retry, job_retry=None)
            columns = tuple(field.name.lower() for field in found.schema)
            return Rows(columns, [tuple(map(plain, row.values())) for row in found])

        return self._tried(fetched)

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, replacing it; the SELECT may read it."""
        self._done(f"create or replace temp table {table} as {sql}")

    def outline(self, table: str, sql: str) -> None:
        """Make an empty temp table with the columns of a SELECT, which a dry run tells."""
        fields = self._dry(sql).schema or []
        columns = ", ".join(
            f"`{field.name}` {_TYPES.get(field.field_type, field.field_type)}" for field in fields
        )
        self._done(f"create or replace temp table {table} ({columns})")

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self._done(f"drop table if exists {table}")

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        return float(self._dry(sql).total_bytes_processed or 0)

    def cancel(self) -> None:
        """Stop the running query."""
        running = self._running
        if running is not None:
            with suppress(*_ERRORS):  # then it ends by itself, or the network did
                running.cancel(retry=None)

    def version(self) -> str:
        """The engine's name; it has no version."""
        return "BigQuery"

    def close(self) -> None:
        """End the session; its temp tables go with it."""
        with suppress(WarehouseError):
            self._done("call bq.abort_session()")
        self._client.close()

    def _asked(self, sql: str) -> bigquery.QueryJob:
        self._running = job = self._client.query(
            sql, self._config, retry=self._retry, job_retry=None
        )
        return job

    def _done(self, sql: str) -> bigquery.QueryJob:
        """A statement that has run."""

        def done() -> bigquery.QueryJob:
            job = self._asked(sql)
            job.result(retry=self._retry, job_retry=None)
            return job

        return self._tried(done)

    def _dry(self, sql: str) -> bigquery.QueryJob:
        """A statement that was planned and not run."""
        wanted = bigquery.QueryJobConfig.from_api_repr(self._config.to_api_repr())
        wanted.dry_run, wanted.use_query_cache = True, False
        return self._tried(
            lambda: self._client.query(sql, wanted, retry=self._retry, job_retry=None)
        )

    def _tried(self, work: Callable[[], Found]) -> Found:
        try:
            return tried(work, _ENGINE, self._retries)
        finally:
            self._running = None


def _reason(cause: Exception) -> str:
    errors = getattr(cause, "errors", None) or [{}]
    return str(errors[0].get("reason", ""))


def _passing(cause: Exception) -> bool:
    return _reason(cause) in _PASSING


def _hint(cause: Exception) -> str | None:
    if _reason(cause) == "accessDenied":
        need = "the account needs to read it (roles/bigquery.dataViewer), to run jobs"
        return f"{need} (bigquery.jobUser) and to keep sessions (bigquery.readSessionUser)"
    return LOST if isinstance(cause, RequestException | RetryError) else None


def _sentence(cause: Exception) -> str:
    """BigQuery's message without its place in compiled SQL, and without a row's values."""
    if _reason(cause) == "stopped":
        return "the query was cancelled"
    if isinstance(cause, RequestException | RetryError):
        return f"the connection to BigQuery was lost: {_inner(cause)}"
    if isinstance(cause, GoogleAuthError):
        return f"no login: {_first_line(str(cause.args[0] if cause.args else cause))}"
    text = _PLACE.sub("", _first_line(str(getattr(cause, "message", cause))))
    return _OF_A_VALUE.sub(r"\1…", text)


def _first_line(text: str) -> str:
    """Without what follows an empty line: the job's number and where it ran."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _inner(cause: BaseException) -> str:
    """What a request failed with: its own message holds addresses and objects of Python's."""
    before = cause.__cause__ or cause.__context__
    if before is not None:
        return _inner(before)
    return getattr(cause, "strerror", None) or type(cause).__name__


_ENGINE = Engine(
    dialect="bigquery",
    error=_ERRORS,
    sentence=_sentence,
    version="",
    passing=_passing,
    hint=_hint,
)
