"""What an engine reads otherwise although it is written alike is written otherwise for it."""

from __future__ import annotations

import pytest

from recsql.compile.dialects import generate, parse
from recsql.errors import Location
from recsql.model import Text


def _written(sql: str, dialect: str) -> str:
    text = Text(sql, Location("a query", 1, 1))
    return " ".join(generate(parse(sql, text), dialect).split())


def test_inner_ctes_of_one_name_get_names_of_their_own_in_spark() -> None:
    sql = (
        "select l.x, r.x from (with a as (select 1 as x) select a.x from a) as l"
        " cross join (with a as (select 2 as x) select a.x from a) as r"
    )
    assert _written(sql, "spark") == (
        "WITH a_2 AS ( SELECT 1 AS x ), a AS ( SELECT 2 AS x ) SELECT l.x, r.x"
        " FROM ( SELECT a.x FROM a_2 AS a ) AS l CROSS JOIN ( SELECT a.x FROM a ) AS r"
    )


@pytest.mark.parametrize("dialect", ["spark", "clickhouse"])
def test_a_cte_that_reads_another_of_its_name_still_reads_that_one(dialect: str) -> None:
    sql = (
        "with a as (select 1 as x) select l.x from"
        " (with a as (select a.x + 1 as x from a) select a.x from a) as l"
    )
    found = _written(sql, dialect)
    assert "), a_2 AS ( SELECT a.x + 1 AS x FROM a )" in found
    assert "FROM a_2 AS a )" in found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1 as x from t where t.at >= cast('2026-03-03' as timestamp)", ">= '2026-03-03'"),
        (
            "select 1 as x union all select 2 union select 3",
            "( SELECT 1 AS x UNION ALL SELECT 2 ) UNION DISTINCT SELECT 3",
        ),
        (
            "select count(*) over (partition by floor(t.x)) as n from t",
            "PARTITION BY CAST(FLOOR(t.x) AS STRING)",
        ),
    ],
)
def test_bigquery_is_given_what_it_takes(sql: str, expected: str) -> None:
    assert expected in _written(sql, "bigquery")


def test_snowflakes_instants_have_no_time_zone_whatever_the_account_says() -> None:
    written = _written("select rs_instant(5) as x", "snowflake").upper()
    assert "DATEADD(MICROSECOND, 5, CAST('1970-01-01' AS TIMESTAMPNTZ))" in written
