"""What every warehouse that recsql executes on must do alike."""

from __future__ import annotations

from pathlib import Path

from recsql.compile.dialects import generate, parse
from recsql.errors import Location
from recsql.model import Target, Text
from recsql.warehouses import connect
from recsql.warehouses.base import Loading, Warehouse

MARKERS = (
    "rs_epoch_us(cast('1969-12-31 23:59:59.000001' as timestamp))",
    "rs_epoch_us(cast('2026-03-03 12:00:00.123456' as timestamp))",
    "rs_epoch_us(rs_instant(1772539200123456))",
    "rs_hash_u('k1')",
    "rs_hex_number('00ff10a2')",
    "rs_hex_number('ffffffff')",
)
"""Calls of the marker functions, before and after 1970 and up to the largest number."""


def gives_what_duckdb_gives(warehouse: Warehouse, sql: str) -> None:
    """One SELECT, written for both, gives both the same rows."""
    text = Text(sql, Location("a query", 1, 1))
    here = connect(Target("t", "duckdb"), Path())
    expected = here.query(generate(parse(sql, text), "duckdb")).rows
    here.close()
    assert warehouse.query(generate(parse(sql, text), warehouse.dialect)).rows == expected


def loads_types_and_nulls(warehouse: Warehouse) -> None:
    """Rows come back as they were given, a second load replaces the first, and none is none."""
    assert isinstance(warehouse, Loading)
    types = {"a": "bigint", "b": "double", "c": "varchar", "d": "boolean", "e": "timestamp"}
    rows = [(1, 1.5, "it's a \\n", True, "1969-12-31 23:59:59.000001"), (None,) * 5]
    for _ in range(2):
        warehouse.load("recsql_given", types, rows)
    assert warehouse.query("select * from recsql_given order by a nulls last").rows == rows
    warehouse.load("recsql_given", types, [])
    assert warehouse.query("select count(*) from recsql_given").rows == [(0,)]
