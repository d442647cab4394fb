from __future__ import annotations

from pathlib import Path

import pytest

from recsql.errors import WarehouseError
from recsql.testing.remembering import Remembering, open_memory
from recsql.warehouses.base import Rows


@pytest.fixture
def warehouse() -> Remembering:
    return open_memory(Path())


def test_a_table_follows_what_it_was_made_from(warehouse: Remembering) -> None:
    """To and fro between two contents, and what lies above follows."""
    seen = []
    for number in (1, 2, 1, 2, 2):
        warehouse.materialize("recsql_a", f"select {number} as x")
        warehouse.materialize("recsql_b", "select x * 10 as y from recsql_a")
        seen.append(warehouse.query("select y from recsql_b").rows)
    assert seen == [[(10,)], [(20,)], [(10,)], [(20,)], [(20,)]]


def test_nothing_is_built_twice(warehouse: Remembering) -> None:
    warehouse.materialize("recsql_a", "select random() as x")
    first = warehouse.query("select x from recsql_a").rows
    warehouse.materialize("recsql_a", "select 7.0 as x")
    warehouse.materialize("recsql_a", "select random() as x")
    assert warehouse.query("select x from recsql_a").rows == first


def test_a_table_that_is_made_from_itself_is_made_anew(warehouse: Remembering) -> None:
    warehouse.materialize("recsql_a", "select 1 as x")
    for _ in range(3):
        warehouse.materialize("recsql_a", "select x + 1 as x from recsql_a")
    assert warehouse.query("select x from recsql_a").rows == [(4,)]


def test_a_dropped_table_is_gone_and_can_come_back(warehouse: Remembering) -> None:
    warehouse.materialize("recsql_a", "select 1 as x")
    warehouse.drop("recsql_a")
    warehouse.drop("recsql_a")
    found = warehouse.query("select count(*) from duckdb_tables() where table_name = 'recsql_a'")
    assert found.rows == [(0,)]
    warehouse.materialize("recsql_a", "select 1 as x")
    assert warehouse.query("select x from recsql_a").rows == [(1,)]


def test_a_session_names_the_table_in_a_comment_and_nothing_is_built_twice_nonetheless(
    warehouse: Remembering,
) -> None:
    seen = []
    for number in (1, 2, 1):
        warehouse.materialize("recsql_a", f"/* recsql case model recsql_a */ select {number} as x")
        sql = "/* recsql case model recsql_b */ select x + random() as x from recsql_a"
        warehouse.materialize("recsql_b", sql)
        seen.append(warehouse.query("select x from recsql_b").rows)
    assert seen[0] == seen[2] != seen[1]


def test_what_lies_above_equal_rows_is_not_built_again(warehouse: Remembering) -> None:
    """However the rows came about: most of a case's models are as they were in the case before."""
    seen = []
    for sql in ("select 1 as x", "select 3 - 2 as x", "select 2 as x"):
        warehouse.materialize("recsql_a", sql)
        warehouse.materialize("recsql_b", "select x + random() as x from recsql_a")
        seen.append(warehouse.query("select x from recsql_b").rows)
    assert seen[0] == seen[1] != seen[2]


def test_equal_rows_of_another_type_are_another_table(warehouse: Remembering) -> None:
    seen = []
    for sql in ("select 7 as x", "select cast(7 as tinyint) as x"):
        warehouse.materialize("recsql_a", sql)
        seen.append(warehouse.query("select typeof(x) as kind from recsql_a").rows)
    assert seen == [[("INTEGER",)], [("TINYINT",)]]


def test_large_tables_are_known_by_how_they_were_made(warehouse: Remembering) -> None:
    seen = []
    for end in (5000, 5001, 5000):
        warehouse.materialize("recsql_a", f"select i from range({end}) as numbers(i)")
        seen.append(warehouse.query("select count(*), random() from recsql_a").rows)
    assert seen[0] == seen[2] != seen[1]
    assert [rows[0][0] for rows in seen] == [5000, 5001, 5000]


class _Loaded:
    """A warehouse that is given rows, and counts how often."""

    dialect = "other"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def load(self, table: str, types: object, rows: object) -> None:
        self.calls.append(f"load {table} {rows}")

    def rename(self, table: str, name: str) -> None:
        self.calls.append(f"rename {table} {name}")

    def query(self, sql: str) -> Rows:
        self.calls.append(sql)
        return Rows((), ())


def test_rows_that_are_there_are_not_loaded_again() -> None:
    inner = _Loaded()
    warehouse = Remembering(inner)  # type: ignore[arg-type]
    for number in (1, 1, 2, 1):
        warehouse.load("recsql_a", {"x": "bigint"}, [(number,)])
    warehouse.query("select x from recsql_a")
    assert inner.calls == [
        "load recsql_a [(1,)]",
        "rename recsql_a kept_1",
        "load recsql_a [(2,)]",
        "rename recsql_a kept_2",
        "rename kept_1 recsql_a",
        "select x from recsql_a",
    ]


def test_a_table_is_brought_back_only_for_a_statement_that_was_not_answered_before() -> None:
    inner = _Loaded()
    warehouse = Remembering(inner)  # type: ignore[arg-type]
    for number in (1, 2):
        warehouse.load("recsql_a", {"x": "bigint"}, [(number,)])
        warehouse.query("select x from recsql_a")
    done = len(inner.calls)
    for number in (1, 2, 1):
        warehouse.load("recsql_a", {"x": "bigint"}, [(number,)])
        warehouse.query("select x from recsql_a")
    assert inner.calls[done:] == []
    warehouse.query("select max(x) from recsql_a")
    assert inner.calls[done:] == [
        "rename recsql_a kept_2",
        "rename kept_1 recsql_a",
        "select max(x) from recsql_a",
    ]


def test_what_a_statement_reads_is_not_forgotten_however_much_is_put_away(
    warehouse: Remembering,
) -> None:
    """A table that was only meant, and not brought to its place, counts as any other."""
    for number in (1, 2):
        warehouse.materialize("recsql_a", f"select {number} as x")
        warehouse.materialize("recsql_b", "select x * 10 as y from recsql_a")
    warehouse.materialize("recsql_a", "select 1 as x")
    warehouse.materialize("recsql_b", "select x * 10 as y from recsql_a")
    for number in range(700):
        warehouse.materialize("recsql_c", f"select {number} as z")
    found = warehouse.query("select x, y, z from recsql_a, recsql_b, recsql_c")
    assert found.rows == [(1, 10, 699)]


def test_a_table_that_cannot_be_built_is_not_there(warehouse: Remembering) -> None:
    """Nor is the one before it: no case reads what another one left."""
    warehouse.materialize("recsql_a", "select 1 as x")
    with pytest.raises(WarehouseError):
        warehouse.materialize("recsql_a", "select error('broken') as x")
    with pytest.raises(WarehouseError, match="recsql_a"):
        warehouse.query("select x from recsql_a")


def test_a_dropped_table_is_not_read_although_it_is_still_in_its_place(
    warehouse: Remembering,
) -> None:
    warehouse.materialize("recsql_a", "select 1 as x")
    warehouse.drop("recsql_a")
    with pytest.raises(WarehouseError, match="recsql_a"):
        warehouse.query("select x from recsql_a")
    with pytest.raises(WarehouseError, match="recsql_a"):
        warehouse.materialize("recsql_b", "select x from recsql_a")
