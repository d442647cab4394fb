"""What is rewritten for ClickHouse: stars, CTEs, joins, whole numbers. It is executed elsewhere."""

from __future__ import annotations

import pytest

from recsql.compile.dialects import columns_of, generate, parse
from recsql.errors import Location
from recsql.model import Text

_TABLES = {"left_table": ("k", "x"), "right_table": ("k", "order")}


def written(sql: str) -> str:
    tree = parse(sql, Text(sql, Location("own.sql", 1, 1)))
    return " ".join(generate(tree, "clickhouse", _TABLES.get).split())


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        ("select a.* from left_table as a join b on a.k = b.k", '"a"."k" AS "k", "a"."x" AS "x"'),
        (
            'select a.x, b.* from left_table as a join right_table as b on a.k = b."order"',
            'a.x AS x, "b"."k" AS "k", "b"."order" AS "order"',
        ),
        ("select * from left_table as a join left_table as b on a.k = b.k",
         '"a"."k" AS "k", "a"."x" AS "x", "b"."k" AS "k", "b"."x" AS "x"'),
        ("select c.* from left_table as a join (select 1 as z union select 2) as c on a.k = c.z",
         '"c"."z" AS "z"'),
        # nothing is known of a user's own table, and a star alone has no other names
        ("select t.* from tracks as t join left_table as a on t.k = a.k", "t.*"),
        ("select a.* from left_table as a", "a.*"),
    ],
)  # fmt: skip
def test_a_star_beside_another_table_is_written_out(sql: str, items: str) -> None:
    assert written(sql).startswith(f"SELECT {items} FROM")


def test_the_columns_of_a_statement_are_found_through_its_ctes() -> None:
    sql = (
        "with a as (select left_table.*, 1 as n from left_table), b as (select * from a)"
        " select b.*, r.k as other from b join right_table as r on b.k = r.k"
    )
    tree = parse(sql, Text(sql, Location("own.sql", 1, 1)))
    assert columns_of(tree, _TABLES.get) == ("k", "x", "n", "other")
    unknown = "select * from tracks"
    assert columns_of(parse(unknown, Text(unknown, Location("own.sql", 1, 1))), _TABLES.get) is None


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select z.k from (with a as (select 1 as k) select a.k from a) as z",
            "WITH a AS ( SELECT toInt64(1) AS k ) SELECT z.k AS k FROM ( SELECT a.k AS k FROM a )"
            " AS z",
        ),
        # the inner `a` reads the outer one, and both keep what they mean
        (
            "with a as (select 1 as k) select z.k, y.k from a as y"
            " cross join (with a as (select 2 as k) select a.k from a) as z",
            "WITH a AS ( SELECT toInt64(1) AS k ), a_2 AS ( SELECT toInt64(2) AS k )"
            " SELECT z.k AS k, y.k AS k FROM a AS y"
            " CROSS JOIN ( SELECT a.k AS k FROM a_2 AS a ) AS z",
        ),
        # before the CTE that reads it
        (
            "with a as (select 1 as k), b as (select * from (with c as (select k from a)"
            " select k from c) as d) select k from b",
            "WITH a AS ( SELECT toInt64(1) AS k ), c AS ( SELECT k FROM a ),"
            " b AS ( SELECT * FROM ( SELECT k FROM c ) AS d ) SELECT k FROM b",
        ),
        # a table of the warehouse is not taken for a CTE of its name
        (
            "select z.k, a.k from a cross join (with a as (select 2 as k) select a.k from a) as z",
            "WITH a_2 AS ( SELECT toInt64(2) AS k ) SELECT z.k AS k, a.k AS k FROM a"
            " CROSS JOIN ( SELECT a.k AS k FROM a_2 AS a ) AS z",
        ),
    ],
)
def test_ctes_of_sub_selects_become_the_statements_own(sql: str, expected: str) -> None:
    assert written(sql) == expected


def test_a_cte_that_is_read_beside_a_table_of_its_name_gets_another() -> None:
    sql = (
        "with likeness as (select 1 as j), other as (select likeness.j from likeness)"
        " select whole.j from measured as likeness cross join likeness as whole"
    )
    assert written(sql) == (
        "WITH likeness_2 AS ( SELECT toInt64(1) AS j ),"
        " other AS ( SELECT likeness.j AS j FROM likeness_2 AS likeness )"
        " SELECT whole.j AS j FROM measured AS likeness CROSS JOIN likeness_2 AS whole"
    )


_MARKED = (
    "LEFT JOIN ( SELECT *, toInt64(1) AS rs_met FROM b AS rs_right ) AS b"
    " ON ignore(a.k) + 1 = b.rs_met"
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a.k = b.k", "LEFT JOIN b ON a.k = b.k"),
        ("a.k = b.k and a.x > b.x", "LEFT JOIN b ON a.k = b.k AND a.x > b.x"),
        ("a.k is not distinct from b.k", "LEFT JOIN b ON a.k IS NOT DISTINCT FROM b.k"),
        ("b.k = 1", "LEFT JOIN b ON b.k = 1"),
        ("1 = 1", "LEFT JOIN b ON 1 = 1"),
        ("a.k in (b.k, b.x)", "LEFT JOIN b ON ( a.k = b.k OR a.k = b.x )"),
        ("a.k is null", f"{_MARKED} AND a.k IS NULL"),
        ("a.k = 'all' and b.k = 'x'", f"{_MARKED} AND a.k = 'all' AND b.k = 'x'"),
        ("a.k < b.k", f"{_MARKED} AND a.k < b.k"),
        ("a.k = b.k or a.x is null", f"{_MARKED} AND ( a.k = b.k OR a.x IS NULL )"),
        # whose column `k` is cannot be told: the engine says what it misses
        ("k is null", "LEFT JOIN b ON k IS NULL"),
    ],
)
def test_a_left_join_without_a_key_gets_one(condition: str, expected: str) -> None:
    found = written(f"select a.k from a left join b on {condition}").partition("FROM a ")[2]
    assert found == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("1 as x", "toInt64(1) AS x"),
        ("coalesce(t.x, 0)", "COALESCE(t.x, toInt64(0))"),
        ("sum(case when t.x > 1 then 1 else 0 end)",
         "SUM(CASE WHEN t.x > 1 THEN toInt64(1) ELSE toInt64(0) END)"),
        ("coalesce(t.x, 9000000000000 + 1)", "COALESCE(t.x, toInt64(9000000000000) + 1)"),
        ("count(*) + 1", "toInt64(COUNT(*)) + 1"),
        ("lag(t.x, 1, 0) over (order by t.x)", "lag(t.x, 1, toInt64(0)) OVER"),
        ("t.x * 2.0", "t.x * 2.0"),
        ("substring(t.x, 1, 2)", "SUBSTRING(t.x, 1, 2)"),
        ("cast(floor(t.x) as bigint)", "accurateCastOrNull(FLOOR(t.x), 'Int64')"),
        ("cast(t.x as bigint)", "CAST(t.x AS Nullable(Int64))"),
    ],
)  # fmt: skip
def test_whole_numbers_are_signed_where_they_are_values(item: str, expected: str) -> None:
    assert expected in written(f"select {item} from t")
