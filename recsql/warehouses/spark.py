"""Spark: a session in this process, on one machine or a cluster, or a server by Spark Connect.

Models are temp views of a session of recsql's own, on rows that were computed once and lie with
the executors; nothing is ever written.
"""

from __future__ import annotations

import re
import socket
import uuid
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

from pyspark import SparkContext  # isort: skip - first: it is what a missing driver is called by
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import col
from pyspark.sql.types import TimestampType

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows, plain
from recsql.warehouses.settings import single

Done = TypeVar("Done")

_STANDARD = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # a number that overflows is an error, not another number
}
_QUIET = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
_CONNECT_PORT = 15002
_TYPES = {"varchar": "string", "timestamp": "timestamp_ntz"}


def connect(target: Target, _root: Path) -> Spark:
    """A session of recsql's own; `method` is `session` (the default) or `connect`.

    Settings that start with `spark.` are Spark's, and so are dbt's `server_side_parameters`.
    Raises `ConfigError` for another method and `WarehouseError` when there is no Spark to be had.
    """
    given = single(target)
    method = given.get("method", "session")
    if method not in ("session", "connect"):
        hint = "method: session, or connect with a host"
        raise ConfigError(f"recsql cannot connect to Spark by `method: {method}`", hint=hint)
    own = {name: value for name, value in given.items() if name.startswith("spark.")}
    named = {**single(target, "server_side_parameters"), **own}
    options = {name: _said(value) for name, value in named.items()}
    name = "Spark in this process"
    try:
        if method == "connect":
            name = f"Spark on `{given.get('host', 'localhost')}`"
            session, stop = _remote(given), True
        else:
            session, stop = _local(given, options)
        for key, value in {**_settable(session, options), **_STANDARD}.items():
            session.conf.set(key, value)
        if "schema" in given:
            session.catalog.setCurrentDatabase(str(given["schema"]))
    except _ERRORS as cause:
        raise WarehouseError(f"cannot open {name}: {_sentence(cause)}", hint=_hint(cause)) from None
    return Spark(session, stop=stop)


def _local(given: Mapping[str, Scalar], options: Mapping[str, str]) -> tuple[SparkSession, bool]:
    """A session beside whatever this process has; whether its Spark was started for it."""
    running = SparkContext._active_spark_context
    builder = SparkSession.builder.appName("recsql")
    if running is None:
        if "master" in given:
            builder = builder.master(str(given["master"]))
        for key, value in {**_QUIET, **options}.items():
            builder = builder.config(key, value)
    return builder.getOrCreate().newSession(), running is None


def _remote(given: Mapping[str, Scalar]) -> SparkSession:
    place = (str(given.get("host") or "localhost"), int(given.get("port") or _CONNECT_PORT))
    # Connect's own client tries a server that is not there for ten minutes
    socket.create_connection(place, float(given.get("connect_timeout") or 10)).close()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
        from pyspark.sql.connect.session import SparkSession as Remote  # noqa: PLC0415 - gRPC

        parts = [f"sc://{place[0]}:{place[1]}/"]
        if given.get("use_ssl") is True:
            parts.append("use_ssl=true")
        if "token" in given:
            parts.append(f"token={given['token']}")
        if "user" in given:
            parts.append(f"user_id={given['user']}")
        return cast("SparkSession", Remote.builder.remote(";".join(parts)).create())


def _settable(session: SparkSession, options: Mapping[str, str]) -> dict[str, str]:
    """What a session may set for itself; the rest is decided where Spark starts."""
    return {key: value for key, value in options.items() if session.conf.isModifiable(key)}


def _said(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Spark:
    """A Spark session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "spark"

    def __init__(self, session: SparkSession, *, stop: bool) -> None:
        self._session = session
        self._stop = stop
        self._remote = not isinstance(session, SparkSession)
        self._tag = f"recsql-{uuid.uuid4().hex}"
        self._views: dict[str, DataFrame] = {}

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        frame, found = self._tagged(lambda: self._collected(sql))
        columns = tuple(name.lower() for name in frame.columns)
        return Rows(columns, [tuple(plain(value) for value in row) for row in found])

    def _collected(self, sql: str) -> tuple[DataFrame, Sequence[Sequence[object]]]:
        frame = self._session.sql(sql)
        if any(isinstance(field.dataType, TimestampType) for field in frame.schema):
            # which Python would be given in the time zone of this machine
            frame = frame.select(*(_without_zone(frame, name) for name in frame.columns))
        return frame, frame.collect()

    def materialize(self, table: str, sql: str) -> None:
        """Compute a SELECT's rows once, and name them; the SELECT may read what it replaces."""
        self._tagged(lambda: self._named(table, self._session.sql(sql).localCheckpoint(eager=True)))

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Name rows as a temp view, replacing it; `types` are the contract's."""
        cells = ", ".join(
            f"cast({_quoted(name)} as {_TYPES.get(kind, kind)}) as {_quoted(name)}"
            for name, kind in types.items()
        )
        lines = rows or [(None,) * len(types)]
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in lines)
        names = ", ".join(map(_quoted, types))
        none = "" if rows else " where false"
        sql = f"select {cells} from values {values} as given({names}){none}"  # noqa: S608 - literals
        self._tagged(lambda: self._named(table, self._session.sql(sql)))

    def _named(self, table: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(_quoted(table))
        self._views[table] = frame

    def drop(self, table: str) -> None:
        """Remove a temp view if it is there; its rows go when nobody reads them."""
        self._views.pop(table, None)
        self._tagged(lambda: self._session.catalog.dropTempView(table))

    def rename(self, table: str, name: str) -> None:
        """Call a temp view by another name, which is free."""
        frame = self._views.pop(table)
        self._tagged(lambda: self._named(name, frame))
        self.drop(table)

    def another(self) -> Spark:
        """The same session, on which another statement may run at the same time."""
        other = Spark(self._session, stop=False)
        other._views = self._views
        return other

    def cancel(self) -> None:
        """Stop what this one is running."""
        if self._remote:
            self._session.interruptTag(self._tag)
        else:  # a session's own tags are known to the thread that set them alone
            self._session.sparkContext.cancelJobsWithTag(self._tag)

    def version(self) -> str:
        """The engine's name and version."""
        return f"Spark {self._session.version}"

    def close(self) -> None:
        """End Spark if it was started for recsql; temp views go with their session."""
        try:
            if self._stop:
                self._session.stop()
        except _ERRORS:
            return  # it is gone already

    def _tagged(self, work: Callable[[], Done]) -> Done:
        """Do something in Spark under a tag by which it can be stopped."""
        try:
            self._mark()
            return work()
        except _ERRORS as cause:
            raise WarehouseError(_sentence(cause), hint=_hint(cause)) from cause

    def _mark(self) -> None:
        """Tag what this thread runs; another session's tag goes, for threads take turns."""
        if self._remote:
            self._session.clearTags()
            self._session.addTag(self._tag)
        else:
            context = self._session.sparkContext
            context.clearJobTags()
            context.addJobTag(self._tag)


_ERRORS = (PySparkException, Py4JError, OSError, RuntimeError, ImportError)
"""Of Spark, of the bridge to its process, of one that is not there; and what Connect lacks."""


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _literal(value: Scalar) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value!r}D"
    return "null" if value is None else _said(value)


def _without_zone(frame: DataFrame, name: str) -> Column:
    column = col(_quoted(name))
    if isinstance(frame.schema[name].dataType, TimestampType):
        return column.cast("timestamp_ntz").alias(name)
    return column


def _sentence(cause: Exception) -> str:
    """Spark's message without its code for programs, its plan and its stack."""
    text = cause.getMessage() if isinstance(cause, PySparkException) else str(cause)
    text = " ".join((text or str(cause)).split())
    if "OPERATION_CANCELED" in text or "cancelled" in text:
        return "the query was cancelled"
    text = re.split(r" SQLSTATE: |; line \d+ pos \d+|== SQL |JVM stacktrace:", text)[0]
    return re.sub(r"^\(?[\w.]*\)? ?\[([A-Z_]+[.A-Z_]*)\] ", "", text)


def _hint(cause: Exception) -> str | None:
    if "JAVA_GATEWAY_EXITED" in str(cause):
        return "Spark needs a Java runtime, 17 or later: install one, or set JAVA_HOME"
    if isinstance(cause, ImportError):  # Spark Connect has more needs than Spark
        return "pip install 'pyspark[connect]'"
    return None
