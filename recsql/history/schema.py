"""The tables of the history, and the way from each of their versions to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from recsql.errors import HistoryError

RUNS = {
    "run_id": "varchar", "recsql_version": "varchar", "project": "varchar", "target": "varchar",
    "dialect": "varchar", "as_of": "timestamp", "window_s": "double", "started_at": "timestamp",
    "elapsed_s": "double", "exit_code": "integer", "sample": "double", "queries": "integer",
}  # fmt: skip
"""The columns of a run; instants are in UTC. One whose `run_id` is there is not added again."""

CHECKS = {"audit": "varchar", "check_name": "varchar", "status": "varchar", "reason": "varchar"}
METRICS = {
    "check_name": "varchar", "metric": "varchar", "segment": "varchar", "value": "double",
    "low": "double", "high": "double", "n": "double", "unit": "varchar", "limit_value": "double",
    "status": "varchar", "reason": "varchar", "sequential": "boolean",
}  # fmt: skip
"""The columns of a number beside its `run_id`; `segment` is JSON, `{}` for the total."""

MIGRATIONS = (
    """
    create table runs (
        run_id varchar primary key, recsql_version varchar, project varchar, target varchar,
        dialect varchar, as_of timestamp, window_s double, started_at timestamp, elapsed_s double,
        exit_code integer, sample double, queries integer
    );
    create table checks (
        run_id varchar, audit varchar, check_name varchar, status varchar, reason varchar
    );
    create table metrics (
        run_id varchar, check_name varchar, metric varchar, segment varchar, value double,
        low double, high double, n double, unit varchar, limit_value double, status varchar,
        reason varchar, sequential boolean
    );
    """,
)
"""What makes each schema version from the one before; never changed, only added to."""


def migrate(connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[str]) -> None:
    """Bring a file to this version, all at once; raises `HistoryError` for one of a later."""
    try:
        found = connection.execute("select max(version) from recsql_schema").fetchone()
    except duckdb.CatalogException:
        found = None
    version = 0 if found is None or found[0] is None else int(found[0])
    if version > len(migrations):
        message = f"the history `{path}` was written by a newer recsql (schema {version})"
        raise HistoryError(message, hint="update recsql, or move the file away")
    if version == len(migrations):
        return
    connection.begin()
    connection.execute("create table if not exists recsql_schema (version integer)")
    for number, statements in enumerate(migrations[version:], version + 1):
        connection.execute(statements)
        connection.execute("insert into recsql_schema values (?)", [number])
    connection.commit()


def naive(instant: datetime) -> datetime:
    """An instant in UTC without its zone, as the columns have it."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def sentence(cause: duckdb.Error) -> str:
    """DuckDB's message on one line."""
    return " ".join(str(cause).split("\n")[0].split())
