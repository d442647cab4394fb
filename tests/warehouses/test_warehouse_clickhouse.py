"""ClickHouse through chdb, the same engine inside this process and behind the same client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recsql.compile.dialects import generate, parse
from recsql.errors import Location, WarehouseError
from recsql.model import Scalar, Target, Text
from recsql.warehouses import connect
from recsql.warehouses.base import Estimating, Rows, Warehouse
from tests.warehouses.alike import MARKERS, gives_what_duckdb_gives, loads_types_and_nulls
from tests.warehouses.imitations import cancelling

pytest.importorskip("chdb", reason="chdb is not installed: pip install -e '.[engines]'")
clickhouse_connect = pytest.importorskip("clickhouse_connect", reason="not installed")

_TWO = "(select toInt64(1) as k, toInt64(2) as x union all select 2, 3)"


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    opened = connect(Target("t", "clickhouse", {"driver": "chdb"}), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("1", 1),
        ("cast(1.5 as Float64)", 1.5),
        ("null", None),
        ("nan", None),
        ("true", True),
        ("'x'", "x"),
        ("toDateTime64('2026-03-03 12:00:00', 6, 'UTC')", "2026-03-03 12:00:00"),
        ("toDate('2026-03-03')", "2026-03-03"),
    ],
)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    found = warehouse.query(f'select {sql} as "X"')
    assert found == Rows(("x",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        (f"select b.x from {_TWO} as a left join (select 9 as k, 1 as x) as b on a.k = b.k", None),
        (f"select sum(x) from {_TWO} as t where k > 9", None),
        (f"select avg(x) from {_TWO} as t where k > 9", None),
        (f"select count(*) from {_TWO} as t where k > 9", 0),
        (f"select x + 1 as x from {_TWO} as t where x = 3", 4),
        ("select count(*) from (select 1 as x union select 1) as t", 1),
    ],
)
def test_what_is_missing_is_null_and_not_zero(
    warehouse: Warehouse, sql: str, value: Scalar
) -> None:
    assert warehouse.query(sql).rows[0] == (value,)


def test_dbts_custom_settings_hold_where_they_do_not_change_what_sql_means() -> None:
    custom = {"max_block_size": 1234, "join_use_nulls": 0}
    target = Target("t", "clickhouse", {"driver": "chdb", "custom_settings": custom})
    session = connect(target, Path())
    said = [session.query(f"select getSetting('{name}') as x").rows[0][0] for name in custom]
    session.close()
    assert [str(value) for value in said] in (["1234", "True"], ["1234", "1"])


def test_a_temp_table_is_replaced_and_may_read_itself(warehouse: Warehouse) -> None:
    warehouse.materialize("It's", "select 1 as x")
    warehouse.materialize("It's", "select x + 1 as x from `It's`")
    assert warehouse.query("select x from `It's`").rows == [(2,)]
    warehouse.drop("It's")
    warehouse.drop("It's")
    with pytest.raises(WarehouseError, match="Unknown table"):
        warehouse.query("select x from `It's`")


def test_what_could_not_be_made_leaves_the_old_table(warehouse: Warehouse) -> None:
    warehouse.materialize("t", "select 1 as x")
    with pytest.raises(WarehouseError) as caught:
        warehouse.materialize("t", "select nope from (select 1 as x) as t")
    assert caught.value.exit_code == 3
    assert warehouse.query("select x from t").rows == [(1,)]


def test_rows_are_loaded_with_their_types_and_nulls(warehouse: Warehouse) -> None:
    loads_types_and_nulls(warehouse)


@pytest.mark.parametrize("call", MARKERS)
def test_a_marker_has_the_value_of_duckdb(warehouse: Warehouse, call: str) -> None:
    gives_what_duckdb_gives(warehouse, f"select {call} as x")


def test_columns_of_joined_relations_keep_their_names(warehouse: Warehouse) -> None:
    sql = (
        "select inner_rows.x, inner_rows.n from (select b.x, row_number() over (order by b.x) as n"
        " from (select 1 as k, 2 as x) as a join (select 1 as k, 3 as x) as b"
        " on a.k in (b.k, b.x)) as inner_rows"
    )
    text = Text(sql, Location("a join", 1, 1))
    found = warehouse.query(generate(parse(sql, text), "clickhouse"))
    assert found == Rows(("x", "n"), [(3, 1)])


def test_a_running_query_is_cancelled_from_another_thread(warehouse: Warehouse) -> None:
    slow = "select sum(sleepEachRow(1)) from numbers(60) settings max_block_size = 1"
    with cancelling(warehouse), pytest.raises(WarehouseError) as caught:
        warehouse.query(slow)
    assert caught.value.message == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_an_error_is_one_sentence_without_number_and_version(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query("select nope from (select 1 as x) as t")
    assert caught.value.message == "Unknown expression identifier `nope`"


def test_a_left_join_without_a_key_keeps_its_rows(warehouse: Warehouse) -> None:
    """Each condition gives on ClickHouse what it gives on DuckDB."""
    rows = "(values (1, 'all'), (2, 'in a'), (3, null)) as a(k, scope)"
    other = "(values (1, 5), (2, 6)) as b(k, y)"
    here = connect(Target("t", "duckdb"), Path())
    for condition in ("a.scope = 'all'", "a.scope is null and b.k = 2", "a.k < b.k",
                      "a.k = b.k or a.scope is null", "b.k = 9", "1 = 1"):  # fmt: skip
        sql = f"select a.k, b.y from {rows} left join {other} on {condition} order by 1, 2"
        text = Text(sql, Location("a join", 1, 1))
        expected = here.query(generate(parse(sql, text), "duckdb")).rows
        assert warehouse.query(generate(parse(sql, text), "clickhouse")).rows == expected, condition
    here.close()


def test_what_a_window_looks_at_is_what_duckdb_sees(warehouse: Warehouse) -> None:
    sql = (
        "select t.k, lag(t.k, 1, -1) over (order by t.k) as before, lead(t.k) over (order by t.k)"
        " as after from (values (1), (2), (3)) as t(k) order by 1"
    )
    text = Text(sql, Location("a window", 1, 1))
    found = warehouse.query(generate(parse(sql, text), "clickhouse")).rows
    assert found == [(1, -1, 2), (2, 1, 3), (3, 2, None)]


@pytest.fixture(scope="module")
def tracks() -> Iterator[str]:
    """A table of 100 000 rows, ordered by `id`, of numbers that take eight bytes each."""
    client = clickhouse_connect.get_client(dsn="chdb://memory")
    for table, wide in (("tracks", 0), ("small", 10_000_000)):
        client.command(
            f"create table {table} (id Int64, x Int64, y Int64) engine = MergeTree order by id"
            f" settings min_bytes_for_wide_part = {wide}, min_rows_for_wide_part = 0"
        )
        client.command(f"insert into {table} select number, number, number from numbers(100000)")
    client.command("create table logged (id Int64) engine = Log")
    yield "tracks"
    for table in ("tracks", "small", "logged"):
        client.command(f"drop table {table}")
    client.close()


@pytest.mark.parametrize(
    ("sql", "size"),
    [
        ("select sum(x) as s from tracks", 8e5),
        ("select sum(x) as s from tracks where y > 5", 16e5),
        ("select sum(a.x) as s from tracks as a join tracks as b on a.x = b.y", 16e5),
        ("select sum(t.x) as s from tracks as t cross join recsql_t", 8e5),
        ("select sum(x) as s from small", 24e5),  # all columns of small parts lie in one file
        ("select count(*) as n from tracks", 0.0),
        ("select 1 as one", 0.0),
    ],
)
def test_a_plan_tells_what_would_be_read(
    warehouse: Warehouse, tracks: str, sql: str, size: float
) -> None:
    assert isinstance(warehouse, Estimating)
    warehouse.materialize("recsql_t", f"select id from {tracks} where 1 = 0")
    assert warehouse.estimate(sql) == size
    warehouse.drop("recsql_t")


def test_an_index_spares_what_it_leaves_out(warehouse: Warehouse, tracks: str) -> None:
    assert isinstance(warehouse, Estimating)
    some = warehouse.estimate(f"select sum(x) as s from {tracks} where id < 1000")
    assert 16 * 1000 <= some < 16e5 / 4  # of two columns, granules of 8192 rows


def test_what_no_plan_tells_is_told(warehouse: Warehouse, tracks: str) -> None:
    assert isinstance(warehouse, Estimating)
    sql = f"select count(*) as n from {tracks} as t join logged on t.id = logged.id"
    with pytest.raises(WarehouseError, match="how much it would read by `ReadFromStorageLog`"):
        warehouse.estimate(sql)


def test_a_session_says_what_it_is(warehouse: Warehouse) -> None:
    assert warehouse.version().startswith("ClickHouse 2")
