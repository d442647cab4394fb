"""Spark in this process: values, temp views, errors."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from recsql.compile.dialects import generate, parse
from recsql.errors import ConfigError, Location, WarehouseError
from recsql.model import Scalar, Setting, Target, Text
from recsql.warehouses import connect
from recsql.warehouses.base import Rows, Shared, Warehouse
from tests.warehouses.alike import MARKERS, gives_what_duckdb_gives, loads_types_and_nulls


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("1", 1),
        ("1.5D", 1.5),
        ("1.5", 1.5),
        ("null", None),
        ("true", True),
        ("'x'", "x"),
        ("cast('2026-03-03 12:00:00' as timestamp_ntz)", "2026-03-03 12:00:00"),
        ("cast('2026-07-03 12:00:00+02:00' as timestamp)", "2026-07-03 10:00:00"),
        ("date '2026-03-03'", "2026-03-03"),
    ],
)
def test_every_value_is_a_plain_python_value(spark: Warehouse, sql: str, value: Scalar) -> None:
    found = spark.query(f"select {sql} as `X.y`")
    assert found == Rows(("x.y",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


def test_a_temp_view_is_replaced_and_may_read_itself(spark: Warehouse) -> None:
    spark.materialize("recsql_t", "select 1 as x")
    spark.materialize("recsql_t", "select x + 1 as x from recsql_t")
    assert spark.query("select x from recsql_t").rows == [(2,)]
    spark.drop("recsql_t")
    spark.drop("recsql_t")
    with pytest.raises(WarehouseError, match="`recsql_t` cannot be found"):
        spark.query("select x from recsql_t")


def test_rows_of_a_model_are_computed_once(spark: Warehouse) -> None:
    spark.materialize("recsql_t", "select rand() as x")
    assert spark.query("select x from recsql_t") == spark.query("select x from recsql_t")


def test_what_could_not_be_made_leaves_the_old_view(spark: Warehouse) -> None:
    spark.materialize("recsql_t", "select 1 as x")
    with pytest.raises(WarehouseError) as caught:
        spark.materialize("recsql_t", "select nope from recsql_t")
    assert caught.value.exit_code == 3
    assert caught.value.message == (
        "A column, variable, or function parameter with name `nope` cannot be resolved."
        " Did you mean one of the following? [`x`]."
    )
    assert spark.query("select x from recsql_t").rows == [(1,)]


def test_rows_are_loaded_with_their_types_and_nulls(spark: Warehouse) -> None:
    loads_types_and_nulls(spark)


@pytest.mark.parametrize("call", MARKERS)
def test_a_marker_has_the_value_of_duckdb(spark: Warehouse, call: str) -> None:
    gives_what_duckdb_gives(spark, f"select {call} as x")


def test_inner_ctes_of_one_name_keep_their_meaning(spark: Warehouse) -> None:
    sql = (
        "with a as (select 1 as x) select l.x as l, r.x as r, a.x as a from a"
        " cross join (with a as (select a.x + 1 as x from a) select a.x from a) as l"
        " cross join (with a as (select 5 as x), b as (select x from a) select x from b) as r"
    )
    text = Text(sql, Location("a query", 1, 1))
    assert spark.query(generate(parse(sql, text), "spark")).rows == [(2, 5, 1)]


def test_another_line_sees_the_same_models_and_is_stopped_alone(spark: Warehouse) -> None:
    assert isinstance(spark, Shared)
    other = spark.another()
    assert other is not None
    spark.materialize("recsql_t", "select 7 as x")
    assert other.query("select x from recsql_t").rows == [(7,)]
    over = Event()

    def stop() -> None:
        while not over.wait(0.2):  # a query that has not begun does not hear it
            other.cancel()

    stopping = Thread(target=stop)
    stopping.start()
    with pytest.raises(WarehouseError, match="the query was cancelled"):
        other.query("select count(*) from range(1000000000000) where id = -1")
    over.set()
    stopping.join()
    assert spark.query("select x from recsql_t").rows == [(7,)]


def test_a_method_that_is_not_there_is_told() -> None:
    pytest.importorskip("pyspark")
    with pytest.raises(ConfigError, match="cannot connect to Spark by `method: thrift`"):
        connect(Target("t", "spark", {"method": "thrift"}), Path())


def test_dbts_server_side_parameters_are_sparks_settings(spark: Warehouse) -> None:
    parameters: dict[str, Setting] = {
        "spark.sql.shuffle.partitions": 3,
        "spark.sql.session.timeZone": "Asia/Tokyo",
    }
    target = Target("t", "spark", {"method": "session", "server_side_parameters": parameters})
    session = connect(target, Path())
    said = [session.query(f"set {name}").rows[0][1] for name in parameters]
    assert said == ["3", "UTC"]
    session.close()


def test_a_session_says_what_it_is(spark: Warehouse) -> None:
    assert spark.version().startswith("Spark 4")
