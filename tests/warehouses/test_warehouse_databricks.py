"""Databricks' own connector against an imitation of its service: plumbing, and no more.

What answers here is DuckDB. The text of checks is nearly Spark's, on which cases were executed; on
Databricks it never was.
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
from tests.warehouses.databricks_front import Databricks, databricks_front
from tests.warehouses.imitations import SLOW, cancelling

pytest.importorskip("databricks.sql", reason="pip install -e '.[databricks]'")

# the connector's own: it looks for parts that are not installed
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def server() -> Iterator[tuple[Databricks, str]]:
    with databricks_front() as found:
        yield found


@pytest.fixture
def settings(server: tuple[Databricks, str]) -> dict[str, Setting]:
    away = {"_connection_uri": server[1]}  # the connector speaks to hosts by TLS only
    return {"host": "h.example.test", "http_path": "/sql/1.0/warehouses/w", "token": "right",
            "catalog": "main", "schema": "shop", "connection_parameters": away}  # fmt: skip


@pytest.fixture
def warehouse(settings: dict[str, Setting]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "databricks", settings), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(("sql", "value"), VALUES)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    gives_plain_value(warehouse, sql, value)


def test_a_session_says_whose_it_is(
    server: tuple[Databricks, str], settings: dict[str, Setting]
) -> None:
    told: dict[str, Setting]
    told = {"session_properties": {"statement_timeout": 900}, "query_tags": {"team": "feed"}}
    opened = connect(Target("t", "databricks", {**settings, **told}), Path())
    opened.query("/* recsql r1 check c */ select 1 as x")
    (begun,) = server[0].opened
    assert (begun.initialNamespace.catalogName, begun.initialNamespace.schemaName) == (
        "main", "shop",
    )  # fmt: skip
    configured = {name.lower(): value for name, value in begun.configuration.items()}
    assert configured["statement_timeout"] == "900"
    assert configured["query_tags"] == "team:feed"
    assert server[0].settings == {"time zone": "UTC", "ansi_mode": "true"}
    assert server[0].statements[-1] == "/* recsql r1 check c */ select 1 as x"
    assert all("(recsql)" in agent for agent in server[0].agents)
    assert opened.version() == "Databricks 2026.1"
    opened.close()


def test_a_temp_table_is_replaced_and_may_read_itself(
    server: tuple[Databricks, str], settings: dict[str, Setting]
) -> None:
    opened = connect(Target("t", "databricks", settings), Path())
    opened.materialize("recsql_t", "select 1 as x")
    opened.materialize("recsql_t", "select recsql_t.x + 1 as x from recsql_t")
    assert opened.query("select recsql_t.x from recsql_t").rows == [(2,)]
    with pytest.raises(WarehouseError, match="nope"):
        opened.materialize("recsql_t", "select nope from recsql_t")
    assert opened.query("select x from recsql_t").rows == [(2,)]
    opened.drop("recsql_t")
    with pytest.raises(WarehouseError, match="The table or view `recsql_t` cannot be found"):
        opened.query("select x from recsql_t")
    opened.close()
    made = [text for text in server[0].statements if text.startswith("create")]
    assert len(made) == 3
    assert all(text.startswith("create temporary table recsql_t__") for text in made)


def test_on_a_cluster_a_model_is_a_table_of_this_session_and_is_dropped(
    server: tuple[Databricks, str], settings: dict[str, Setting]
) -> None:
    cluster = {**settings, "http_path": "sql/protocolv1/o/1/2-3"}
    first, second = (connect(Target("t", "databricks", cluster), Path()) for _ in range(2))
    first.materialize("recsql_t", "select 1 as x")
    second.materialize("recsql_t", "select 9 as x")
    assert first.query("select x from recsql_t").rows == [(1,)]
    assert second.query("select x from recsql_t").rows == [(9,)]
    assert server[0].settings == {"time zone": "UTC", "spark.sql.ansi.enabled": "true"}
    first.close()
    second.close()
    names = "select table_name from information_schema.tables"
    assert server[0].database.execute(names).fetchall() == []


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        (
            "select * from nope",
            "The table or view `nope` cannot be found. Verify the spelling and correctness of the"
            " schema and catalog.",
            None,
        ),
        (
            "select * from secrets",
            "Insufficient privileges: User does not have SELECT on Table `secrets`.",
            "the user of the profile needs SELECT on it, and USE SCHEMA",
        ),
        (
            "select cast('ann' as int)",
            'The value \'…\' of the type "STRING" cannot be cast to "INT" because it is malformed.',
            None,
        ),
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


def test_what_may_pass_is_tried_again(
    server: tuple[Databricks, str], warehouse: Warehouse, pauses: list[float]
) -> None:
    server[0].failing.append("[TEMPORARILY_UNAVAILABLE] As the test wished")
    assert warehouse.query("select 1 as x").rows == [(1,)]
    assert pauses == [0.2]


def test_what_stays_wrong_is_not_tried_again(
    server: tuple[Databricks, str], warehouse: Warehouse, pauses: list[float]
) -> None:
    server[0].failing.append("[STATEMENT_TIMEOUT] As the test wished")
    with pytest.raises(WarehouseError, match="As the test wished"):
        warehouse.query("select 1 as x")
    assert pauses == []


def test_a_token_that_is_refused_is_told_at_once_and_not_shown(
    settings: dict[str, Setting], pauses: list[float]
) -> None:
    given = {**settings, "token": "wrong-one", "connect_retries": 9}
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "databricks", given), Path())
    expected = "cannot open Databricks `h.example.test`: the server refuses the login"
    assert caught.value.message == expected
    assert "wrong-one" not in str(caught.value)
    assert pauses == []


def test_a_server_that_is_not_there_is_told(settings: dict[str, Setting]) -> None:
    away: Setting = {"_connection_uri": "http://127.0.0.1:1/x", "_retry_delay_min": 0}
    given = {**settings, "connection_parameters": away, "connect_retries": 0}
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "databricks", given), Path())
    assert caught.value.message == (
        "cannot open Databricks `h.example.test`: the connection to Databricks was lost:"
        " Connection refused"
    )


def test_nobody_tells_what_a_query_would_read(warehouse: Warehouse) -> None:
    assert not isinstance(warehouse, Estimating)


@pytest.mark.parametrize("name", ["host", "http_path", "schema", "token"])
def test_a_target_without_what_it_needs_is_told(settings: dict[str, Setting], name: str) -> None:
    given = {key: value for key, value in settings.items() if key != name}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "databricks", given), Path())
