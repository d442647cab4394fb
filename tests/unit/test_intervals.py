"""The interval macros against simulated persons and independent formulas."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import duckdb
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
from recsql.errors import Location
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

_Row = dict[str, float | None]


def rendered(call: str) -> str:
    """A macro call as SQL over a table `seen`."""
    catalog = load(builtin_root() / "checks", optional=True).catalog
    moment = Moment(datetime(2026, 1, 1, tzinfo=UTC), 1.0, 1.0)
    templates = Templates(Policy(moment, {}, lambda name: True), catalog.macros)
    text = f"select * from {{{{ {call} }}}} as found"
    return templates.render(Text(text, Location("test", 1))).sql


def rows(call: str, table: str) -> list[_Row]:
    connection = duckdb.connect()
    connection.execute(f"create table seen as {table}")
    result = connection.execute(rendered(call))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _number(value: float | None) -> float:
    assert value is not None
    return value


def test_a_clustered_ratio_is_the_textbook_sandwich() -> None:
    persons = [(4, 4), (4, 0), (2, 1)]
    values = ", ".join(f"('p{i}', {h}, {n})" for i, (n, h) in enumerate(persons))
    (row,) = rows(
        "clustered_ratio('seen', 'hits', 'tries')",
        f"select * from (values {values}) as t(person_id, hits, tries)",
    )
    p = 0.5
    error = math.sqrt(3 / 2 * sum((h - p * n) ** 2 for n, h in persons)) / 10
    assert error == pytest.approx(0.3464102, abs=1e-7)
    assert row["value"] == p
    assert row["low"] == max(0.0, p - 1.96 * error)
    assert row["high"] == min(1.0, p + 1.96 * error)


@pytest.mark.parametrize("hits", [0, 1])
def test_a_ratio_without_spread_falls_back_to_wilson_over_persons(hits: int) -> None:
    (row,) = rows(
        "clustered_ratio('seen', 'hit', '1')",
        f"select 'p' || (i % 50) as person_id, {hits} as hit from range(500) as t(i)",
    )
    width = 3.8416 / (50 + 3.8416)
    assert row["value"] == hits
    ends = (row["low"], row["high"])
    assert ends == pytest.approx((0.0, width) if hits == 0 else (1.0 - width, 1.0))


def test_a_quantile_of_independent_values_has_the_order_statistic_interval() -> None:
    ages = [2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]
    values = ", ".join(f"('p{i}', {age})" for i, age in enumerate(ages))
    (row,) = rows(
        "clustered_quantile('seen', 'age', 0.5)",
        f"select * from (values {values}) as t(person_id, age)",
    )
    assert (row["value"], row["low"], row["high"]) == (21.0, 3.0, 144.0)


@pytest.mark.parametrize("q", [0.25, 0.5, 0.9])
def test_a_quantile_interpolates_as_duckdb_does(q: float) -> None:
    table = "select 'p' || (i % 37) as person_id, (i * 7919) % 1009 as x from range(500) as t(i)"
    (row,) = rows(f"clustered_quantile('seen', 'x', {q})", table)
    (expected,) = (
        duckdb.connect().execute(f"select quantile_cont(x, {q}) from ({table})").fetchall()[0]
    )
    assert row["value"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_the_interval_of_a_clustered_quantile_covers_the_truth(q: float) -> None:
    """400 worlds of 120 persons who give 1 to 12 alike values each: 93 to 98 % cover."""
    uniform = "cast(('0x' || left(md5({seed}), 12)) as bigint) / 281474976710656.0"
    person, own = (uniform.format(seed=s) for s in ("world || '-' || p", "world || p || '-' || i"))
    table = f"""
        select world, world || '-' || p as person_id,
            -ln(1.0 - least({person}, 0.999999)) * 10.0 + {own} as x
        from range(400) as w(world), range(120) as q(p), range(12) as r(i)
        where i <= (p * 7) % 12
    """
    found = rows(f"clustered_quantile('seen', 'x', {q}, by=['world'])", table)
    big = table.replace("range(400) as w(world), range(120)", "range(1) as w(world), range(200000)")
    (truth,) = duckdb.connect().execute(f"select quantile_cont(x, {q}) from ({big})").fetchall()[0]
    covered = sum(_number(r["low"]) <= truth <= _number(r["high"]) for r in found)
    assert len(found) == 400
    assert 0.93 <= covered / 400 <= 0.98
