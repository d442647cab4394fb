"""What goes wrong on a ClickHouse is told once and clearly, and costs no other check its result.

Over HTTP, as with a server: the engine is ClickHouse's own, what answers is `clickhouse_front`.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Request
from recsql.errors import WarehouseError
from recsql.model import Scalar, Status, Target
from recsql.project.load import load
from recsql.results import RunResult
from recsql.testing.suite import Chosen, collected, run_on
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse
from tests.warehouses.conftest import front
from tests.warehouses.imitations import cancelling

pytest.importorskip("chdb", reason="chdb is not installed: pip install -e '.[engines]'")
clickhouse_connect = pytest.importorskip("clickhouse_connect")

_ROOT = Path(__file__).parents[2]
_SLOW = "select count(*) as rows_lost from numbers(1000000000000) where number % 7 = 8"
_BROKEN = "query like '%check ' || 'broken */%'"  # and not the very statement that asks
_RUNNING = f"from system.processes where {_BROKEN}"
_CHECKS = """
checks:
  - name: first
    dialect: clickhouse
    sql: select count(*) as rows_seen from {{ relation('events') }} as events
    metrics: {rows_seen: {unit: count}}
  - name: broken
    dialect: clickhouse
    sql: SQL
    metrics: {rows_lost: {unit: count}}
  - name: last
    dialect: clickhouse
    sql: select count(*) + 1 as rows_last from {{ relation('events') }} as events
    metrics: {rows_last: {unit: count}}
"""

Ask = Callable[..., RunResult]


@pytest.fixture
def warehouse(clickhouse: dict[str, Scalar]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "clickhouse", clickhouse), Path())
    yield opened
    opened.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("recsql.warehouses.clickhouse.sleep", found.append)
    return found


@pytest.fixture
def ask(clickhouse: dict[str, Scalar], tmp_path: Path) -> Ask:
    """Run three checks, of which the second has this SQL."""

    def asked(sql: str, timeout_s: float | None = None, **settings: Scalar) -> RunResult:
        mapping = "{events: {from: tracks, columns: {event_id: event_id, event_ts: event_ts}}}"
        trusted = "trust: {functions: [numbers]}"
        (tmp_path / "recsql.yml").write_text(f"name: shop\n{trusted}\nrelations: {mapping}\n")
        (tmp_path / "checks").mkdir(exist_ok=True)
        (tmp_path / "checks" / "own.yml").write_text(_CHECKS.replace("SQL", json.dumps(sql)))
        given = {"type": "clickhouse", **clickhouse, **settings}
        profile = {"shop": {"target": "t", "outputs": {"t": given}}}
        (tmp_path / "profiles.yml").write_text(json.dumps(profile))
        names = ("first", "broken", "last")
        request = Request(tmp_path, tmp_path, select=names, timeout_s=timeout_s, run_id="r1")
        return api.run_request(request)[0]

    return asked


def statuses(result: RunResult) -> list[Status]:
    return [check.status for check in result.checks]


@contextmanager
def as_it_runs(settings: dict[str, Scalar], act: Callable[[Warehouse], object]) -> Iterator[None]:
    """Do something to the server when the second check is seen to run there, and not before."""

    def look() -> None:
        watching = connect(Target("t", "clickhouse", settings), Path())
        while not ended.wait(0.05):
            with suppress(WarehouseError):  # a busy server is asked again
                if watching.query(f"select count(*) as n {_RUNNING}").rows != [(0,)]:
                    act(watching)
                    return

    ended = threading.Event()
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_table_that_is_missing_costs_its_own_check_only(ask: Ask) -> None:
    result = ask("select count(*) as rows_lost from nope")
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.INFO]
    assert result.checks[1].sentence == (
        "Unknown table expression identifier 'nope'. Maybe you meant system.one"
    )
    assert result.run.exit_code == 3


def test_a_table_that_is_closed_is_told_with_what_would_open_it(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query("select count(*) as n from system.users")
    assert caught.value.message == (
        "default: Not enough privileges. To execute this query, it's necessary to have the"
        " grant SHOW USERS ON *.*"
    )
    assert caught.value.hint == (
        "the user of the profile needs SELECT on it, and CREATE TEMPORARY TABLE"
    )


def test_a_check_that_takes_too_long_is_cancelled_on_the_server(
    ask: Ask, warehouse: Warehouse
) -> None:
    result = ask(_SLOW, timeout_s=0.5)
    assert statuses(result)[1] is Status.ERROR
    assert result.checks[1].sentence == "cancelled after 0.5 s"
    assert result.run.exit_code == 3
    while warehouse.query(f"select count(*) as n {_RUNNING}").rows != [(0,)]:
        time.sleep(0.05)  # a statement dies in its own time; if it did not, this would not end


def test_a_model_that_takes_too_long_is_cancelled_too(warehouse: Warehouse) -> None:
    cancelled = pytest.raises(WarehouseError, match="the query was cancelled")
    with cancelling(warehouse), cancelled:
        warehouse.materialize("slow", _SLOW)
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_a_server_that_is_killed_keeps_what_was_found(ask: Ask) -> None:
    with front() as (process, settings), as_it_runs(settings, lambda _: process.kill()):
        result = ask(_SLOW, timeout_s=300.0, **settings)
    assert statuses(result) == [Status.INFO, Status.ERROR, Status.ERROR]
    lost = "the connection to ClickHouse was lost: Connection refused"
    assert [check.sentence for check in result.checks[1:]] == [lost, lost]
    assert result.run.exit_code == 3


def test_a_wrong_password_is_told_at_once_and_not_shown(ask: Ask, pauses: list[float]) -> None:
    with pytest.raises(WarehouseError, match="password is incorrect") as caught:
        ask("select 1 as rows_lost", password="wrong-one", retries=9)  # noqa: S106 - a wrong one
    assert caught.value.exit_code == 3
    assert "wrong-one" not in str(caught.value)
    assert pauses == []


def test_what_may_pass_is_tried_again_ever_later(
    clickhouse: dict[str, Scalar], pauses: list[float]
) -> None:
    warehouse = connect(Target("t", "clickhouse", {**clickhouse, "retries": 2}), Path())
    for _ in range(2):
        warehouse.query("select 'fail next', 202")
    assert warehouse.query("select 1 as x").rows == [(1,)]
    assert pauses == [0.2, 0.4]
    warehouse.close()


@pytest.mark.parametrize("code", [60, 241, 497])
def test_what_stays_wrong_is_not_tried_again(
    warehouse: Warehouse, pauses: list[float], code: int
) -> None:
    warehouse.query(f"select 'fail next', {code}")
    with pytest.raises(WarehouseError, match="As the test wished"):
        warehouse.query("select 1 as x")
    assert pauses == []


def test_nothing_but_temp_tables_is_written(warehouse: Warehouse) -> None:
    warehouse.materialize("t", "select event_id from tracks")
    for sql in ("insert into tracks select 'e2', now64(6)", "drop table tracks", "truncate tracks"):
        with pytest.raises(WarehouseError, match="readonly mode"):
            warehouse.query(sql)
    assert warehouse.query("select count(*) as n from t").rows == [(1,)]


def test_a_session_that_ends_leaves_no_temp_table(
    clickhouse: dict[str, Scalar], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("recsql.warehouses.clickhouse.uuid.uuid4", lambda: uuid.UUID(int=7))
        warehouse = connect(Target("t", "clickhouse", clickhouse), Path())
    warehouse.materialize("recsql_events", "select 1 as x")
    warehouse.close()
    parts = {"host": clickhouse["host"], "port": clickhouse["port"], "username": "default"}
    client = clickhouse_connect.get_client(**parts, session_id=f"recsql-{uuid.UUID(int=7).hex}")
    found = client.query("select name from system.tables where is_temporary").result_rows
    client.close()
    assert found == []


def test_a_statement_names_its_run_and_its_check(ask: Ask, clickhouse: dict[str, Scalar]) -> None:
    seen: list[object] = []

    def stop(watching: Warehouse) -> None:
        seen.extend(watching.query(f"select query {_RUNNING}").rows)
        served = clickhouse_connect.get_client(
            host=str(clickhouse["host"]), port=int(str(clickhouse["port"])), username="default"
        )
        served.command(f"kill query where {_BROKEN} async")
        served.close()

    with as_it_runs(clickhouse, stop):
        result = ask(_SLOW, timeout_s=300.0)
    assert result.checks[1].sentence == "the query was cancelled"
    assert "/* recsql r1 check broken */" in str(seen)


def test_the_cases_of_a_check_pass_over_http(warehouse: Warehouse) -> None:
    chosen = Chosen("identity_coverage/unmerged_traffic.yml::worked")
    results, problems = collected(run_on(load(_ROOT, optional=True), warehouse, chosen))
    assert ([result for result in results if not result.passed], problems) == ([], ())
    assert len(results) > 1
