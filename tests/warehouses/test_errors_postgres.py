"""What goes wrong on a server is told once and clearly, and costs no other check its result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from recsql import api
from recsql.api import Request
from recsql.errors import WarehouseError
from recsql.model import Status, Target
from recsql.results import RunResult
from recsql.warehouses import connect

_CHECKS = """
checks:
  - name: first
    dialect: postgres
    sql: select count(*) as rows_seen from {{ relation('events') }} as events
    metrics: {rows_seen: {unit: count}}
  - name: broken
    dialect: postgres
    sql: SQL
    metrics: {rows_lost: {unit: count}}
  - name: last
    dialect: postgres
    sql: select count(*) + 1 as rows_last from {{ relation('events') }} as events
    metrics: {rows_last: {unit: count}}
"""

Ask = Callable[..., RunResult]


_VOUCHED = (
    "pg_sleep", "pg_terminate_backend", "pg_backend_pid", "current_query", "faults.flaky",
)  # fmt: skip
"""What checks here do to see what comes of it; without this the guard refuses it."""


@pytest.fixture
def owner(postgres: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres, autocommit=True) as connection:
        for statement in (
            "drop schema if exists faults cascade",
            "drop role if exists locked",
            "create schema faults",
            "create table faults.tracks as select 'e1' as event_id, now() as event_ts",
            "create table faults.secrets as select 1 as x",
            "create role locked login password 'right'",
            "grant usage on schema faults to locked",
            "grant select on faults.tracks to locked",
        ):
            connection.execute(statement.encode())
        yield connection
        connection.execute(b"drop schema faults cascade")
        connection.execute(b"drop role locked")


@pytest.fixture
def ask(postgres: str, owner: psycopg.Connection, tmp_path: Path) -> Ask:
    """Run three checks, of which the second has this SQL, as the user with a password."""
    host = dict(part.split("=") for part in postgres.split())["host"]

    def asked(sql: str, timeout_s: float | None = None, **settings: str) -> RunResult:
        mapping = (
            "{events: {from: faults.tracks, columns: {event_id: event_id, event_ts: event_ts}}}"
        )
        (tmp_path / "recsql.yml").write_text(
            f"name: shop\nrelations: {mapping}\ntrust: {{functions: [{', '.join(_VOUCHED)}]}}\n"
        )
        (tmp_path / "checks").mkdir(exist_ok=True)
        (tmp_path / "checks" / "own.yml").write_text(_CHECKS.replace("SQL", json.dumps(sql)))
        given = {"type": "postgres", "host": host, "user": "locked", "password": "right",
                 "dbname": "postgres", **settings}  # fmt: skip
        profile = {"shop": {"target": "t", "outputs": {"t": given}}}
        (tmp_path / "profiles.yml").write_text(json.dumps(profile))
        names = ("first", "broken", "last")
        request = Request(tmp_path, tmp_path, select=names, timeout_s=timeout_s, run_id="r1")
        return api.run_request(request)[0]

    return asked


def statuses(result: RunResult) -> list[Status]:
    return [check.status for check in result.checks]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("select count(*) as rows_lost from faults.nope", 'relation "faults.nope" does not exist'),
        ("select count(*) as rows_lost from faults.secrets", "permission denied for table secrets"),
    ],
)
def test_a_table_that_is_missing_or_closed_costs_its_own_check_only(
    ask: Ask, sql: str, sentence: str
) -> None:
    result = ask(sql)
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert result.checks[1].sentence == sentence
    assert result.run.exit_code == 3


def test_a_lock_that_somebody_holds_is_waited_for_as_long_as_the_profile_says(
    ask: Ask, owner: psycopg.Connection
) -> None:
    owner.execute(b"grant select on faults.secrets to locked")
    with owner.transaction():
        owner.execute(b"lock table faults.secrets in access exclusive mode")
        result = ask("select count(*) as rows_lost from faults.secrets", lock_timeout="50ms")
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert "lock timeout" in result.checks[1].sentence
    problem = result.checks[1].problem
    assert problem is not None
    assert "lock_timeout" in (problem.hint or "")
    assert result.run.exit_code == 3


def test_a_check_that_takes_too_long_is_cancelled_on_the_server(
    ask: Ask, owner: psycopg.Connection
) -> None:
    result = ask("select 1 as rows_lost from pg_sleep(60)", timeout_s=0.3)
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert result.checks[1].sentence == "cancelled after 0.3 s"
    assert result.run.exit_code == 3
    running = owner.execute(
        b"select count(*) from pg_stat_activity where query like '%pg_sleep(6%'"
    )
    assert running.fetchone() == (1,)  # this very question


def test_a_connection_that_is_killed_keeps_what_was_found(
    ask: Ask, owner: psycopg.Connection
) -> None:
    owner.execute(b"grant pg_signal_backend to locked")
    kill = "select case when pg_terminate_backend(pg_backend_pid()) then 1 end as rows_lost"
    result = ask(kill)
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.ERROR]
    lost = "the connection to PostgreSQL was lost: "
    why = "terminating connection due to administrator command"
    assert [check.sentence for check in result.checks[1:]] == [lost + why, lost + why]
    assert result.run.exit_code == 3
    left = owner.execute(b"select count(*) from pg_class where relname like 'recsql%'")
    assert left.fetchone() == (0,)


def test_a_wrong_password_is_told_at_once_and_not_shown(ask: Ask) -> None:
    with pytest.raises(WarehouseError, match="password authentication failed") as caught:
        ask("select 1 as rows_lost", password="wrong-one", retries="9")  # noqa: S106 - a wrong one
    assert caught.value.exit_code == 3
    assert "wrong-one" not in str(caught.value)


def test_a_server_that_is_not_there_yet_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("recsql.warehouses.postgres.sleep", pauses.append)
    target = Target("t", "postgres", {"host": str(tmp_path), "user": "x", "retries": 3})
    with pytest.raises(WarehouseError):
        connect(target, tmp_path)
    assert pauses == [0.2, 0.4, 0.8]


def test_a_statement_names_its_run_and_its_check(ask: Ask) -> None:
    tag = "/* recsql r1 check broken */%"
    own = f"select case when current_query() like '{tag}' then 1 else 0 end as rows_lost"
    result = ask(own)
    assert [metric.value for metric in result.checks[1].metrics] == [1.0]


@pytest.fixture
def flaky(owner: psycopg.Connection) -> None:
    """`faults.flaky(code)`: fails with that SQLSTATE, but passes once it failed twice in a session.

    Locks that a session asked for by number outlive the transaction that failed: they count.
    """
    owner.execute(b"""
        create function faults.flaky(code text) returns int language plpgsql as $$
        declare seen int;
        begin
            select count(*) into seen from pg_locks
            where locktype = 'advisory' and pid = pg_backend_pid();
            if seen >= 2 then return 7; end if;
            perform pg_advisory_lock(seen + 1);
            raise exception 'as the test wished' using errcode = code;
        end $$
    """)
    owner.execute(b"grant execute on function faults.flaky to locked")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("recsql.warehouses.postgres.sleep", found.append)
    return found


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_statement_whose_error_may_pass_is_tried_again_ever_later(
    ask: Ask, flaky: None, pauses: list[float], code: str
) -> None:
    result = ask(f"select faults.flaky('{code}') as rows_lost", retries="2")
    assert statuses(result) == [Status.INFO] * 3
    assert [metric.value for metric in result.checks[1].metrics] == [7.0]
    assert pauses == [0.2, 0.4]


def test_a_model_is_tried_again_too(
    postgres: str, owner: psycopg.Connection, flaky: None, pauses: list[float]
) -> None:
    parts = dict(part.split("=") for part in postgres.split())
    warehouse = connect(Target("t", "postgres", {**parts, "retries": 2}), Path())
    warehouse.materialize("t", "select faults.flaky('40001') as x")
    assert warehouse.query("select x from t").rows == [(7,)]
    assert pauses == [0.2, 0.4]
    warehouse.close()


@pytest.mark.parametrize("code", ["22012", "42P01", "57014", "53100"])
def test_a_statement_whose_error_stays_is_not_tried_again(
    ask: Ask, flaky: None, pauses: list[float], code: str
) -> None:
    result = ask(f"select faults.flaky('{code}') as rows_lost", retries="9")
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert pauses == []


def test_patience_ends_where_the_profile_says(ask: Ask, flaky: None, pauses: list[float]) -> None:
    result = ask("select faults.flaky('40001') as rows_lost", retries="1")
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert result.checks[1].sentence == "as the test wished"
    assert pauses == [0.2]
