from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses import connect, keeper
from recsql.warehouses.base import Estimating, Rows, Table, Warehouse
from tests.warehouses.imitations import cancelling


@pytest.fixture
def settings(postgres: str) -> dict[str, Scalar]:
    parts = dict(part.split("=") for part in postgres.split())
    return {**parts, "port": 5432}


@pytest.fixture
def warehouse(settings: dict[str, Scalar]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "postgres", settings), Path())
    yield opened
    opened.close()


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
        ("cast(1.5 as double precision)", 1.5),
        ("null", None),
        ("true", True),
        ("'x'", "x"),
        ("'100 %s'", "100 %s"),
        ("date '2026-03-03'", "2026-03-03"),
        ("timestamp '2026-03-03 12:00:00'", "2026-03-03 12:00:00"),
        ("timestamptz '2026-03-03 12:00:00+02'", "2026-03-03 10:00:00"),
        ("time '12:00:00'", "12:00:00"),
        ("array[1, 2]", "[1, 2]"),
        ("interval '1 day'", "1 day, 0:00:00"),
    ],
)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    found = warehouse.query(f'select {sql} as "X"')
    assert found == Rows(("x",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


def test_a_temp_table_is_replaced_and_may_read_itself(warehouse: Warehouse) -> None:
    warehouse.materialize("It's", "select 1 as x")
    warehouse.materialize("It's", """select "It's".x + 1 as x from "It's" """)
    assert warehouse.query("""select x from "It's" """).rows == [(2,)]
    warehouse.drop("It's")
    warehouse.drop("It's")
    assert "does not exist" in refused(warehouse, """select x from "It's" """)


def test_what_could_not_be_made_leaves_the_old_table(warehouse: Warehouse) -> None:
    warehouse.materialize("t", "select 1 as x")
    with pytest.raises(WarehouseError, match="division by zero"):
        warehouse.materialize("t", "select 1 / 0 as x")
    assert warehouse.query("select x from t").rows == [(1,)]


def test_nothing_else_is_written(warehouse: Warehouse, postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("create table if not exists tracks (x int)")
    warehouse.materialize("t", "select x from tracks")
    for sql in ("insert into tracks values (1)", "drop table tracks", "create table a (x int)"):
        assert "read-only transaction" in refused(warehouse, sql)


def test_an_error_is_one_sentence_without_a_drawing(warehouse: Warehouse) -> None:
    assert refused(warehouse, "select\n  nope\nfrom (select 1 as x) as t") == (
        'column "nope" does not exist'
    )


def test_a_running_query_is_cancelled_from_another_thread(warehouse: Warehouse) -> None:
    with cancelling(warehouse):
        assert refused(warehouse, "select pg_sleep(60)") == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_a_statement_that_takes_too_long_is_stopped_by_the_server(
    settings: dict[str, Scalar],
) -> None:
    warehouse = connect(Target("t", "postgres", {**settings, "statement_timeout": "50ms"}), Path())
    assert "statement timeout" in refused(warehouse, "select pg_sleep(60)")
    warehouse.close()


def test_tables_are_looked_for_in_the_schema_of_the_profile(
    settings: dict[str, Scalar], postgres: str
) -> None:
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute('create schema "My shop"')
        owner.execute('create table "My shop".sales as select 7 as x')
    for setting in ({"schema": "My shop"}, {"search_path": 'public, "My shop"'}):
        warehouse = connect(Target("t", "postgres", {**settings, **setting}), Path())
        assert warehouse.query("select x from sales").rows == [(7,)]
        warehouse.close()


def test_a_session_is_in_utc_and_says_what_it_is(warehouse: Warehouse, postgres: str) -> None:
    with psycopg.connect(postgres) as other:
        version = other.info.parameter_status("server_version")
    assert warehouse.version() == f"PostgreSQL {version}"
    assert warehouse.query("select current_setting('timezone') as x").rows == [("UTC",)]


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    target = Target("t", "postgres", {"host": str(tmp_path), "pass": "hunter2", "dbname": "shop"})
    with pytest.raises(WarehouseError, match="cannot open PostgreSQL `shop` on") as caught:
        connect(target, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_missing_driver_is_told_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def without(name: str, *arguments: object, **others: object) -> object:
        if name == "psycopg":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return load(name, *arguments, **others)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "recsql.warehouses.postgres", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError) as caught:
        connect(Target("t", "postgres"), Path())
    assert caught.value.message == "`type: postgres` needs the Python package `psycopg`"
    assert caught.value.hint == "pip install 'recsql-audit[postgres]'"


def test_rows_are_kept_in_a_lasting_table_all_or_none(
    settings: dict[str, Scalar], warehouse: Warehouse
) -> None:
    target = Target("t", "postgres", settings)
    keep = keeper(target)
    with psycopg.connect(" ".join(f"{k}={v}" for k, v in settings.items())) as connection:
        connection.execute("create schema monitoring")
    types = {"run_id": "varchar", "value": "double", "as_of": "timestamp"}
    place = ("monitoring", "found")
    kept: tuple[tuple[Scalar, ...], ...] = (
        ("a\tb\\N", 1.5, "2026-03-03 12:00:00"), ("b", None, None)
    )  # fmt: skip
    for _ in range(2):
        keep(target, Path(), Table(place, types, kept))
    half: tuple[tuple[Scalar, ...], ...] = (("c", 1.0, None), ("d", 1.0, "no instant"))
    with pytest.raises(WarehouseError, match="invalid input syntax"):
        keep(target, Path(), Table(place, types, half))
    found = warehouse.query("select run_id, value, as_of from monitoring.found order by 1")
    assert found.rows == sorted([*kept, *kept])
    with pytest.raises(WarehouseError, match='schema "gone" does not exist'):
        keep(target, Path(), Table(("gone", "found"), types, kept))


def test_a_plan_tells_what_would_be_read(warehouse: Warehouse, postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as there:
        there.execute("create schema sized")
        there.execute(
            "create table sized.many as select x as a, x as b from generate_series(1, 5000) as x"
        )
        there.execute("create index on sized.many (a)")
        there.execute("analyze sized.many")
        row = there.execute("select pg_table_size('sized.many')").fetchone()
    try:
        assert row is not None
        size = row[0]
        assert size >= 8 * 5000
        assert isinstance(warehouse, Estimating)
        assert warehouse.estimate("select a from sized.many where b < 3") == size
        twice = "select * from sized.many as l join sized.many as r on l.a = r.b"
        assert warehouse.estimate(twice) == 2 * size
        assert 0 < warehouse.estimate("select b from sized.many where a = 7") < size / 100
        assert warehouse.estimate("select 1") == 0
    finally:
        with psycopg.connect(postgres, autocommit=True) as there:
            there.execute("drop schema sized cascade")
