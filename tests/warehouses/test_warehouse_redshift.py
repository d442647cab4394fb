"""Redshift's own driver against PostgreSQL, whose protocol it speaks: plumbing, and no more.

Whether Redshift takes the text of a check is not known: nothing here is Redshift's SQL.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Setting, Target
from recsql.warehouses import connect
from recsql.warehouses.base import Estimating, Warehouse
from tests.warehouses.alike import VALUES, gives_plain_value
from tests.warehouses.imitations import cancelling
from tests.warehouses.redshift_front import redshift_front

pytest.importorskip("redshift_connector", reason="pip install -e '.[redshift]'")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the driver's own


@pytest.fixture(scope="module")
def settings(postgres: str) -> Iterator[dict[str, Setting]]:
    made = (
        "drop schema if exists shop cascade",
        "drop role if exists plain",
        "create schema shop",
        "create table shop.tracks as select n as id from generate_series(1, 100) as n",
        "analyze shop.tracks",
        "create table shop.secrets as select 1 as x",
        "create role plain login password 'right'",
        "grant usage on schema shop to plain",
        "grant select, insert on shop.tracks to plain",
    )
    host = dict(part.split("=") for part in postgres.split())["host"]
    with psycopg.connect(postgres, autocommit=True) as owner:
        for statement in made:
            owner.execute(statement.encode())
        with redshift_front(f"{host}/.s.PGSQL.5432") as port:
            yield {"host": "127.0.0.1", "port": port, "user": "plain", "password": "right",
                   "dbname": "postgres", "schema": "shop", "sslmode": "disable"}  # fmt: skip


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """The driver leaves the socket of a login that failed to the garbage collector."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def warehouse(settings: dict[str, Setting]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "redshift", settings), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(("sql", "value"), [("1.5::numeric", 1.5), *VALUES])
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    gives_plain_value(warehouse, sql, value)


def test_a_temp_table_is_replaced_and_may_read_itself(warehouse: Warehouse) -> None:
    warehouse.materialize("recsql_t", "select 1 as x")
    warehouse.materialize("recsql_t", "/* recsql r1 */ select recsql_t.x + 1 as x from recsql_t")
    assert warehouse.query("select recsql_t.x from recsql_t").rows == [(2,)]
    with pytest.raises(WarehouseError, match='column "nope" does not exist'):
        warehouse.materialize("recsql_t", "select nope from recsql_t")
    assert warehouse.query("select x from recsql_t").rows == [(2,)]
    warehouse.drop("recsql_t")
    warehouse.drop("recsql_t")
    with pytest.raises(WarehouseError, match='relation "recsql_t" does not exist'):
        warehouse.query("select x from recsql_t")


def test_a_session_says_whose_it_is_and_looks_into_its_schema(warehouse: Warehouse) -> None:
    told = ("application_name", "timezone", "rs.qrygroup", "search_path")
    values = ", ".join(f"current_setting('{name}') as x{n}" for n, name in enumerate(told))
    assert warehouse.query(f"select {values}").rows == [("recsql", "UTC", "recsql", "shop")]
    assert warehouse.query("select count(*) from tracks").rows == [(100,)]
    assert warehouse.version().startswith("PostgreSQL 18")


def test_a_query_writes_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="in a read-only transaction"):
        warehouse.query("insert into tracks values (101) returning id")
    assert warehouse.query("select count(*) from tracks").rows == [(100,)]


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("select * from nope", 'relation "nope" does not exist', None),
        (
            "select * from secrets",
            "permission denied for table secrets",
            "the user of the profile needs SELECT on it, USAGE on its schema, and TEMP",
        ),
        ("select cast('ann' as int)", 'invalid input syntax for type integer: "…"', None),
    ],
)
def test_an_error_is_one_sentence(
    warehouse: Warehouse, sql: str, message: str, hint: str | None
) -> None:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query(sql)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_a_running_query_is_cancelled_from_another_thread(warehouse: Warehouse) -> None:
    with cancelling(warehouse), pytest.raises(WarehouseError) as caught:
        warehouse.query("select 1 from (select pg_sleep(60)) as slow")
    assert caught.value.message == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_a_statement_may_take_no_longer_than_the_profile_says(settings: dict[str, Setting]) -> None:
    limited = connect(Target("t", "redshift", {**settings, "statement_timeout": "100"}), Path())
    with pytest.raises(WarehouseError, match="canceling statement due to statement timeout"):
        limited.query("select 1 from (select pg_sleep(60)) as slow")
    limited.close()


def test_a_wrong_password_is_told_at_once_and_not_shown(
    settings: dict[str, Setting], pauses: list[float]
) -> None:
    given = {**settings, "password": "wrong-one", "retries": 9}
    with pytest.raises(WarehouseError, match="password authentication failed") as caught:
        connect(Target("t", "redshift", given), Path())
    assert "wrong-one" not in str(caught.value)
    assert pauses == []


def test_a_server_that_is_not_there_is_tried_again(
    settings: dict[str, Setting], pauses: list[float]
) -> None:
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "redshift", {**settings, "port": 1, "retries": 2}), Path())
    expected = "cannot open Redshift `postgres` on `127.0.0.1`: Connection refused"
    assert caught.value.message == expected
    assert pauses == [0.2, 0.4]


def test_a_server_that_goes_is_told_as_lost(warehouse: Warehouse, postgres: str) -> None:
    ((session,),) = warehouse.query("select pg_backend_pid()").rows
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("select pg_terminate_backend(%s, 5000)", (session,))
    with pytest.raises(WarehouseError, match="the connection to Redshift was lost") as caught:
        warehouse.query("select 1 as x")
    assert caught.value.hint == "what was found before is kept; run again when the server is there"


def test_a_plan_tells_what_would_be_read(warehouse: Warehouse) -> None:
    assert isinstance(warehouse, Estimating)
    warehouse.materialize("recsql_t", "select id from tracks")
    read = warehouse.estimate("select sum(tracks.id) from tracks cross join recsql_t")
    assert read == 100 * 4  # rows, and the width of a number


@pytest.mark.parametrize("name", ["host", "dbname"])
def test_a_target_without_what_it_needs_is_told(settings: dict[str, Setting], name: str) -> None:
    given = {key: value for key, value in settings.items() if key != name}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "redshift", given), Path())


def test_a_way_to_log_in_that_recsql_does_not_know_is_told(settings: dict[str, Setting]) -> None:
    given = {**settings, "method": "browser_identity_center"}
    with pytest.raises(ConfigError) as caught:
        connect(Target("t", "redshift", given), Path())
    assert caught.value.hint == "method: database, iam, iam_role"
