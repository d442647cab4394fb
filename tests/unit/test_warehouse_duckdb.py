from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses import connect
from recsql.warehouses.base import Rows, Warehouse
from recsql.warehouses.duckdb import DuckDB
from tests.warehouses.imitations import cancelling

LONG = """
    select count(*) as n from range(10000000) as a, range(2000) as b
    where (a.range * b.range) % 7 = 3
"""


def memory(**settings: Scalar) -> Warehouse:
    return connect(Target("local", "duckdb", settings), Path())


def refused(warehouse: Warehouse, sql: str) -> str:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query(sql)
    assert caught.value.exit_code == 3
    return caught.value.message


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("cast(1.5 as decimal(10, 2))", 1.5),
        ("null", None),
        ("true", True),
        ("'x'", "x"),
        ("date '2026-03-03'", "2026-03-03"),
        ("timestamp '2026-03-03 12:00:00'", "2026-03-03 12:00:00"),
        ("timestamptz '2026-03-03 12:00:00+02'", "2026-03-03 10:00:00"),
        ("time '12:00:00'", "12:00:00"),
        ("[1, 2]", "[1, 2]"),
        ("interval 1 day", "1 day, 0:00:00"),
        ("cast(5 as hugeint)", 5),
        ("timestamp '20000-01-01'", "20000-01-01 00:00:00"),
    ],
)
def test_every_value_is_a_plain_python_value(sql: str, value: Scalar) -> None:
    found = memory().query(f"select {sql} as x")
    assert found == Rows(("x",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


def test_column_names_are_lower_case() -> None:
    assert memory().query('select 1 as "Person", 2 as N').columns == ("person", "n")


def test_times_with_a_zone_need_no_other_library_and_keep_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pytz", None)
    sql = """
        select 'e' || i as "Event", timestamptz '2026-03-03 12:00:00+00' - interval (i) hour as ts
        from range(3) as n(i) order by ts
    """
    assert memory().query(sql) == Rows(
        ("event", "ts"),
        [
            ("e2", "2026-03-03 10:00:00"),
            ("e1", "2026-03-03 11:00:00"),
            ("e0", "2026-03-03 12:00:00"),
        ],
    )


def test_the_session_is_in_utc() -> None:
    sql = "select cast(timestamptz '2026-03-03 12:00:00+02' as timestamp) as x"
    assert memory().query(sql).rows == [("2026-03-03 10:00:00",)]


def test_a_temp_table_is_replaced_and_may_read_itself() -> None:
    warehouse = memory()
    warehouse.materialize("t", "select 1 as x")
    warehouse.materialize("t", "select t.x + 1 as x from t")
    assert warehouse.query("select x from t").rows == [(2,)]
    warehouse.drop("t")
    warehouse.drop("t")
    assert "does not exist" in refused(warehouse, "select x from t")


def test_an_error_is_one_sentence_without_a_drawing() -> None:
    message = refused(memory(), "select\n  nope\nfrom range(3) as t(x)")
    assert message.startswith('Binder Error: Referenced column "nope" not found')
    assert "LINE" not in message
    assert "\n" not in message
    assert "^" not in message


def test_an_error_while_rows_are_read_is_a_warehouse_error() -> None:
    assert refused(memory(), "select cast(x as int) from (values ('1'), ('a')) as t(x)").startswith(
        "Conversion Error"
    )


def test_a_file_is_opened_read_only_and_takes_temp_tables(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute("create table tracks as select 1 as x")
    warehouse = connect(Target("t", "duckdb", {"path": "shop.duckdb"}), tmp_path)
    warehouse.materialize("t", "select x from tracks")
    assert warehouse.query("select x from t").rows == [(1,)]
    assert "read-only" in refused(warehouse, "insert into tracks values (2)")
    warehouse.close()


def test_files_in_sql_are_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    warehouse = connect(Target("t", "duckdb"), tmp_path)
    assert warehouse.query("select x from read_csv('a.csv')").rows == [(1,)]


def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"no DuckDB file `shop\.duckdb`"):
        connect(Target("t", "duckdb", {"path": "shop.duckdb"}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_text("not a database", encoding="utf-8")
    with pytest.raises(WarehouseError, match=r"cannot open DuckDB `x\.duckdb`: "):
        connect(Target("t", "duckdb", {"path": "x.duckdb"}), tmp_path)


def test_a_token_in_a_path_is_never_shown(tmp_path: Path) -> None:
    target = Target("t", "duckdb", {"path": "shop.duckdb?motherduck_token=hunter2"})
    with pytest.raises(WarehouseError) as gone:
        connect(target, tmp_path)
    (tmp_path / "shop.duckdb?motherduck_token=hunter2").write_text("no database", encoding="utf-8")
    with pytest.raises(WarehouseError) as torn:
        connect(target, tmp_path)
    assert "hunter2" not in f"{gone.value} {torn.value} {torn.value.__cause__}"


def test_threads_are_set_and_a_wrong_number_is_told() -> None:
    sql = "select current_setting('threads') as n"
    assert memory(threads=1).query(sql).rows == [(1,)]
    with pytest.raises(WarehouseError):
        memory(threads="many")


def test_a_running_query_is_cancelled_from_another_thread() -> None:
    warehouse = memory(threads=1)
    with cancelling(warehouse):
        assert refused(warehouse, LONG) == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_two_sessions_share_nothing() -> None:
    one, two = memory(), memory()
    one.materialize("t", "select 1 as x")
    assert "does not exist" in refused(two, "select x from t")


def test_the_version_names_the_engine() -> None:
    assert memory().version() == f"DuckDB {duckdb.__version__}"


def test_an_unknown_type_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(Target("t", "ducdkb"), tmp_path)
    assert (caught.value.message, caught.value.hint) == (
        "recsql cannot connect to `type: ducdkb`", "did you mean `duckdb`?",
    )  # fmt: skip


class _Counting:
    """A connection that counts what it parses."""

    def __init__(self) -> None:
        self._inner = duckdb.connect()
        self.parsed: list[str] = []

    def extract_statements(self, sql: str) -> list[duckdb.Statement]:
        self.parsed.append(sql)
        return self._inner.extract_statements(sql)

    def execute(self, sql: str | duckdb.Statement) -> duckdb.DuckDBPyConnection:
        return self._inner.execute(sql)


def test_a_statement_is_parsed_once_and_answers_from_what_is_there_then() -> None:
    connection = _Counting()
    warehouse = DuckDB(connection, {})  # type: ignore[arg-type]
    seen = []
    for sql in ("select 1 as x", "select 2 as x", "select 'three' as x, 4 as y"):
        warehouse.materialize("a", sql)
        warehouse.materialize("b", "select * from a")
        seen.append(warehouse.query("select * from b"))
    assert [found.rows for found in seen] == [[(1,)], [(2,)], [("three", 4)]]
    assert seen[2].columns == ("x", "y")
    assert connection.parsed.count("select * from b") == 1
    assert len(connection.parsed) == 5


def test_so_many_parsed_statements_are_kept_and_the_newest_of_them() -> None:
    connection = _Counting()
    warehouse = DuckDB(connection, {})  # type: ignore[arg-type]
    for number in (*range(500), 0, 500, 0, 1):
        warehouse.query(f"select {number}")
    assert len(connection.parsed) == 502
    assert connection.parsed[500:] == ["select 500", "select 1"]


def test_what_duckdb_makes_several_statements_of_is_run_as_it_is() -> None:
    warehouse = memory()
    warehouse.materialize("sold", "select * from (values ('a', 1), ('b', 2)) as v(item, n)")
    for _ in range(2):
        found = warehouse.query("pivot sold on item using sum(n)")
        assert found == Rows(("a", "b"), [(1, 2)])
