"""Trino's own client against an imitation of Trino's protocol: plumbing, and no more.

Whether Trino takes the text of a check is not known: what answers here is DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Setting, Target
from recsql.warehouses import connect
from recsql.warehouses.base import Estimating, Warehouse
from tests.warehouses.alike import VALUES, gives_plain_value
from tests.warehouses.imitations import SLOW, cancelling
from tests.warehouses.trino_front import Trino, trino_front

pytest.importorskip("trino", reason="pip install -e '.[trino]'")


@pytest.fixture
def server() -> Iterator[tuple[Trino, int]]:
    with trino_front() as found:
        yield found


@pytest.fixture
def settings(server: tuple[Trino, int]) -> dict[str, Setting]:
    return {"method": "none", "host": "127.0.0.1", "port": server[1], "user": "reporter",
            "database": "memory", "schema": "shop"}  # fmt: skip


@pytest.fixture
def warehouse(settings: dict[str, Setting]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "trino", settings), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(("sql", "value"), VALUES)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    gives_plain_value(warehouse, sql, value)


def test_a_session_says_whose_it_is(
    server: tuple[Trino, int], settings: dict[str, Setting]
) -> None:
    told: dict[str, Setting]
    told = {"session_properties": {"query_max_run_time": "1h"}, "client_tags": ("nightly",)}
    opened = connect(Target("t", "trino", {**settings, **told}), Path())
    opened.query("/* recsql r1 check c */ select 1 as x")
    headers = server[0].headers[-1]
    names = ("User", "Catalog", "Schema", "Source", "Time-Zone", "Session", "Client-Tags")
    assert [headers[f"X-Trino-{name}"] for name in names] == [
        "reporter", "memory", "shop", "recsql", "UTC", "query_max_run_time=1h", "nightly",
    ]  # fmt: skip
    assert server[0].statements[-1] == "/* recsql r1 check c */ select 1 as x"
    assert opened.version().startswith("Trino ")
    opened.close()


def test_a_model_is_a_table_of_this_session_and_is_dropped(
    server: tuple[Trino, int], settings: dict[str, Setting]
) -> None:
    first, second = (connect(Target("t", "trino", settings), Path()) for _ in range(2))
    first.materialize("recsql_t", "select 1 as x")
    second.materialize("recsql_t", "select 9 as x")
    first.materialize("recsql_t", "select recsql_t.x + 1 as x from recsql_t")
    assert first.query("select recsql_t.x from recsql_t").rows == [(2,)]
    assert second.query("select x from recsql_t").rows == [(9,)]
    with pytest.raises(WarehouseError, match="nope"):
        first.materialize("recsql_t", "select nope from recsql_t")
    assert first.query("select x from recsql_t").rows == [(2,)]
    first.drop("recsql_t")
    with pytest.raises(WarehouseError, match=r"'memory\.shop\.recsql_t' does not exist"):
        first.query("select x from recsql_t")
    first.close()
    second.close()
    names = "select table_name from information_schema.tables"
    assert server[0].database.execute(names).fetchall() == []


def test_a_column_and_a_table_of_somebody_else_keep_their_names(
    server: tuple[Trino, int], warehouse: Warehouse
) -> None:
    warehouse.materialize("recsql_t", "select 1 as recsql_t")
    server[0].database.execute("create schema kept; create table kept.recsql_t as select 5 as x")
    assert warehouse.query("select t.recsql_t from recsql_t as t").rows == [(1,)]
    assert warehouse.query("select x from kept.recsql_t").rows == [(5,)]
    assert warehouse.query('select x from "kept"."recsql_t"').rows == [(5,)]


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("select * from nope", "Table 'memory.shop.nope' does not exist", None),
        (
            "select * from secrets",
            "Access Denied: Cannot select from table memory.shop.secrets",
            "the user of the profile needs SELECT on it, and may make tables in the schema",
        ),
        ("select cast('ann' as int)", "Cannot cast '…' to INT", None),
    ],
)
def test_an_error_is_one_sentence(
    warehouse: Warehouse, sql: str, message: str, hint: str | None
) -> None:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query(sql)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_running_query_is_cancelled_from_another_thread(warehouse: Warehouse) -> None:
    with cancelling(warehouse), pytest.raises(WarehouseError) as caught:
        warehouse.query(SLOW)
    assert caught.value.message == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_a_model_that_is_cancelled_leaves_no_table(
    server: tuple[Trino, int], warehouse: Warehouse
) -> None:
    cancelled = pytest.raises(WarehouseError, match="the query was cancelled")
    with cancelling(warehouse), cancelled:
        warehouse.materialize("recsql_t", SLOW)
    warehouse.close()
    assert server[0].statements[-1].startswith("drop table if exists recsql_t__")


def test_what_may_pass_is_tried_again(
    server: tuple[Trino, int], warehouse: Warehouse, pauses: list[float]
) -> None:
    server[0].failing.append("NO_NODES_AVAILABLE")
    assert warehouse.query("select 1 as x").rows == [(1,)]
    assert pauses == [0.2]
    server[0].unavailable = 1  # which the client itself tries again
    assert warehouse.query("select 1 as x").rows == [(1,)]
    assert pauses == [0.2]


def test_what_stays_wrong_is_not_tried_again(
    server: tuple[Trino, int], warehouse: Warehouse, pauses: list[float]
) -> None:
    server[0].failing.append("EXCEEDED_TIME_LIMIT")
    with pytest.raises(WarehouseError, match="As the test wished"):
        warehouse.query("select 1 as x")
    assert pauses == []


def test_a_login_that_is_refused_is_told(settings: dict[str, Setting]) -> None:
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "trino", {**settings, "user": "stranger"}), Path())
    expected = "cannot open Trino on `127.0.0.1`: the server refuses the login"
    assert caught.value.message == expected


def test_a_password_is_not_sent_in_the_clear(
    server: tuple[Trino, int], settings: dict[str, Setting]
) -> None:
    given = {**settings, "method": "ldap", "password": "wrong-one", "http_scheme": "http"}
    with pytest.raises(WarehouseError, match="TLS/SSL is required for authentication") as caught:
        connect(Target("t", "trino", given), Path())
    assert "wrong-one" not in str(caught.value)
    assert server[0].headers == []


def test_a_server_that_is_not_there_is_told(settings: dict[str, Setting]) -> None:
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "trino", {**settings, "port": 1, "retries": 0}), Path())
    assert caught.value.message == (
        "cannot open Trino on `127.0.0.1`: the connection to Trino was lost: Connection refused"
    )


def test_a_plan_tells_what_would_be_read(server: tuple[Trino, int], warehouse: Warehouse) -> None:
    assert isinstance(warehouse, Estimating)
    warehouse.materialize("recsql_t", "select 1 as x")
    server[0].statistics.update(tracks=1500.0, requests=80.0)
    sql = "select * from tracks cross join requests cross join recsql_t"
    assert warehouse.estimate(sql) == 1580.0
    server[0].statistics.update(tracks="NaN")
    with pytest.raises(WarehouseError, match="Trino has no statistics of `tracks`"):
        warehouse.estimate(sql)


@pytest.mark.parametrize("name", ["host", "user", "database", "schema"])
def test_a_target_without_what_it_needs_is_told(settings: dict[str, Setting], name: str) -> None:
    given = {key: value for key, value in settings.items() if key != name}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "trino", given), Path())


def test_a_login_without_its_secret_is_told(settings: dict[str, Setting]) -> None:
    with pytest.raises(ConfigError, match="target `t` has no `jwt_token:`"):
        connect(Target("t", "trino", {**settings, "method": "jwt"}), Path())


def test_a_way_to_log_in_that_recsql_does_not_know_is_told(settings: dict[str, Setting]) -> None:
    with pytest.raises(ConfigError, match="by `method: kerberos`") as caught:
        connect(Target("t", "trino", {**settings, "method": "kerberos"}), Path())
    assert caught.value.hint == "method: none, ldap, jwt, certificate, oauth, oauth_console"
