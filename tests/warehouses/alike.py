"""What every warehouse that recsql executes on must do alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsql.compile.dialects import generate, parse
from recsql.errors import Location
from recsql.model import Scalar, Target, Text
from recsql.results import RunResult
from recsql.warehouses import connect
from recsql.warehouses.base import Loading, Rows, Warehouse

MARKERS = (
    "rs_epoch_us(cast('1969-12-31 23:59:59.000001' as timestamp))",
    "rs_epoch_us(cast('2026-03-03 12:00:00.123456' as timestamp))",
    "rs_epoch_us(rs_instant(1772539200123456))",
    "rs_hash_u('k1')",
    "rs_hex_number('00ff10a2')",
    "rs_hex_number('ffffffff')",
)
"""Calls of the marker functions, before and after 1970 and up to the largest number."""


VALUES: tuple[tuple[str, Scalar], ...] = (
    ("1", 1),
    ("cast(1.5 as double precision)", 1.5),
    ("null", None),
    ("true", True),
    ("'100 %s'", "100 %s"),
    ("date '2026-03-03'", "2026-03-03"),
    ("timestamp '2026-03-03 12:00:00'", "2026-03-03 12:00:00"),
)
"""Expressions of standard SQL, and the plain value of each."""


def gives_plain_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    """An expression's value is Python's own of the same type, under a name in lower case."""
    found = warehouse.query(f'select {sql} as "X"')
    assert found == Rows(("x",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


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


_ILL_CONDITIONED = {"baseline": 1e-7}
"""What a fit to a handful of rows determines only to a few digits; all else agrees to 1e-9."""


def finds_what_duckdb_finds(theirs: RunResult, ours: RunResult) -> None:
    """A whole run there has the verdicts, and the numbers, of the run on DuckDB."""
    assert [problem.message for problem in theirs.problems] == []
    verdicts = [
        {check.name: (check.status, check.reason, check.rows.count) for check in result.checks}
        for result in (ours, theirs)
    ]
    assert verdicts[0] == verdicts[1]
    expected, actual = _numbers(ours), _numbers(theirs)
    assert expected.keys() == actual.keys()
    assert len(expected) > 8 * len(ours.checks)
    for key, number in expected.items():
        allowed = _ILL_CONDITIONED.get(key[1], 1e-9)
        near = number if number is None else pytest.approx(number, rel=allowed, abs=allowed)
        assert actual[key] == near, key


def _numbers(result: RunResult) -> dict[tuple[str, str, str, str], float | None]:
    return {
        (check.name, metric.name, metric.segment_text, part): getattr(metric, part)
        for check in result.checks
        for metric in check.metrics
        for part in ("value", "low", "high", "n")
    }
