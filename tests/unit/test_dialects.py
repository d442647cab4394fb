from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.compile import dialects
from recsql.errors import CompileError, Location
from recsql.model import Scalar, Text
from recsql.project.contract import DIALECTS

PLACE = Location("own.yml", 10, 5)


def run(sql: str) -> list[tuple[object, ...]]:
    return list(duckdb.execute(sql).fetchall())


def refused(sql: str) -> CompileError:
    with pytest.raises(CompileError) as caught:
        dialects.parse(sql, Text(sql, PLACE))
    return caught.value


def generated(sql: str, dialect: str = "duckdb") -> str:
    return dialects.generate(dialects.parse(sql, Text(sql, PLACE)), dialect)


WRITING = [
    ("delete from events", "DELETE"),
    ("update events set key = 'x'", "UPDATE"),
    ("insert into events values (1)", "INSERT"),
    ("create table x as select 1", "CREATE"),
    ("create or replace view x as select 1", "CREATE"),
    ("drop table events", "DROP"),
    ("alter table events add column x int", "ALTER"),
    ("truncate table events", "TRUNCATETABLE"),
    ("copy events to 'x.csv'", "COPY"),
    ("attach 'x.duckdb' as x", "ATTACH"),
    ("detach x", "DETACH"),
    ("pragma database_list", "PRAGMA"),
    ("set threads = 1", "SET"),
    ("merge into a using b on a.x = b.x when matched then delete", "MERGE"),
    ("select * into x from events", "INTO"),
    ("with gone as (delete from events returning *) select * from gone", "DELETE"),
    ("with gone as (insert into a values (1) returning *) select * from gone", "INSERT"),
    ("with gone as (update a set x = 1 returning *) select * from gone", "UPDATE"),
    ("select * from (with gone as (delete from events returning *) select * from gone)", "DELETE"),
    ("select * from events for update", "LOCK"),
    ("install httpfs", ""),
    ("load httpfs", "LOAD"),
    ("call pragma_version()", "CALL"),
    ("begin", "TRANSACTION"),
    ("export database 'x'", "EXPORT"),
    ("vacuum", "VACUUM"),
    ("grant select on x to y", "GRANT"),
    ("use x", "USE"),
]


@pytest.mark.parametrize(("sql", "word"), WRITING, ids=[sql[:40] for sql, _ in WRITING])
def test_a_statement_that_could_change_something_is_refused(sql: str, word: str) -> None:
    error = refused(f"-- one row per thing\n{sql}")
    assert error.message.startswith(("this is not one read-only SELECT", "this SQL cannot be read"))
    if error.message.startswith("this is not"):
        assert error.message.removesuffix(word).endswith("it contains ") or not word
        assert error.hint == "a check reads; recsql runs nothing else"
    assert error.location is not None
    assert error.location.path == "own.yml"


def test_a_refused_word_is_found_on_its_line() -> None:
    sql = "with\n\ngone as (\n    delete from events returning *\n)\n\nselect * from gone"
    assert refused(sql).location == Location("own.yml", 13, 9, "    delete from events returning *")


def test_two_statements_are_refused_at_the_second() -> None:
    error = refused("select 1;\n\n  select 2")
    assert (error.message, error.location) == (
        "2 statements where one is allowed",
        Location("own.yml", 12, 7, "  select 2"),
    )


def test_a_harmless_statement_does_not_hide_a_second_one() -> None:
    assert refused("select 1; drop table x").message == "2 statements where one is allowed"


@pytest.mark.parametrize("sql", ["", "  \n", "-- only a comment", ";"])
def test_no_statement_is_refused(sql: str) -> None:
    assert refused(sql).message == "there is no statement here"


@pytest.mark.parametrize(
    "sql",
    [
        "select 1;", "select 1; -- done", "select 1;\n/* done */\n", "(select 1)", "from events",
        "select 1 union all select 2", "with a as (select 1) select * from a",
        "select 'delete from x'", "select deleted, updated from x", "select 1 -- drop table x",
    ],
)  # fmt: skip
def test_one_select_is_one_select_however_it_ends(sql: str) -> None:
    assert generated(sql)


@pytest.mark.parametrize(
    ("sql", "line", "words"),
    [
        ("select a,\nfrom x\nwhere (b", 3, "Expecting )"),
        ("select 'open", 1, "a quote or a comment does not end"),
        ("selec a\nfrom x", 2, "near `from`"),
        ("select a from x where", 1, "something is missing"),
    ],
)
def test_sql_that_cannot_be_read_is_told_at_its_line(sql: str, line: int, words: str) -> None:
    error = refused(sql)
    assert error.message.startswith(("this SQL cannot be read: ", "this is not one read-only"))
    assert error.location is not None
    assert (error.location.path, error.location.line) == ("own.yml", 9 + line)
    assert "Token" not in error.message
    assert words in error.message


def test_an_expression_is_no_statement_and_changes_nothing() -> None:
    for sql in (
        "select 1",
        "drop table x",
        "delete from x",
        "a b c (",
        "",
        "a; b",
        "a; drop table x",
    ):
        with pytest.raises(CompileError) as caught:
            dialects.parse_expression(Text(sql, PLACE), "duckdb")
        assert caught.value.location == PLACE
    for sql in (
        "timestamp",
        "a + 1",
        "case when x then 1 end",
        "data->>'$.id'",
        "(select max(x) from y)",
    ):
        assert dialects.parse_expression(Text(sql, PLACE), "duckdb") is not None


@given(st.one_of(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")),
                 st.integers(-(2**63), 2**63 - 1), st.booleans(), st.none(),
                 st.floats(allow_nan=False, allow_infinity=False)))  # fmt: skip
def test_a_literal_is_the_value_whatever_is_in_it(value: Scalar) -> None:
    row = run(f"select {dialects.literal(value)}")[0]
    found = float(str(row[0])) if isinstance(value, float) else row[0]
    assert found == value


def test_markers_are_replaced_in_every_dialect_inside_each_other_too() -> None:
    sql = "select rs_hash_u(cast(rs_epoch_us(events.event_ts) as varchar)) as u from events"
    for dialect in DIALECTS:
        assert "rs_" not in generated(sql, dialect).lower()


def test_a_marker_has_the_value_that_its_name_says() -> None:
    sql = "select rs_epoch_us(timestamp '1970-01-02 00:00:00.000001') as us, rs_hash_u('a') as u"
    (row,) = run(generated(sql))
    assert row == (86_400_000_001, int("0cc175b9c0f1b", 16) / 16**13)


def test_a_marker_takes_whole_expressions_and_gives_instants_and_numbers() -> None:
    sql = "select rs_instant(500000 + 1500001) as t, rs_hex_number(substr('00ff00ffff', 3, 8)) as n"
    (row,) = run(generated(sql))
    assert row == (datetime(1970, 1, 1, 0, 0, 2, 1), 0xFF00FFFF)
    there = " ".join(generated(sql, "postgres").split())
    assert "+ ( 500000 + 1500001 ) * INTERVAL '1 MICROSECOND'" in there


def test_duckdb_runs_markers_as_they_stand_where_they_are_defined() -> None:
    sql = "select rs_epoch_us(rs_instant(7)) as us, rs_hex_number('0000000f') as n, rs_hash_u('a')"
    with duckdb.connect() as connection:
        connection.execute(dialects.marker_functions())
        assert connection.execute(sql).fetchall() == run(generated(sql))


def test_functions_are_written_out_with_brackets_where_text_needs_them() -> None:
    script = """
        -- twice as much
        create function twice(x) as x + x;
        create function share(a, b) as twice(a) / b;
    """
    sql, known = "select 1 - share(i - 1, 2 + 2) * 8 as x from t", frozenset({"share"})
    tree = dialects.parse(sql, Text("", PLACE), functions=known)
    text = dialects.expanded(tree, dialects.functions(script)).sql("duckdb")
    assert text == "SELECT 1 - (((i - 1) + (i - 1)) / (2 + 2)) * 8 AS x FROM t"


def test_a_logarithm_to_a_base_is_a_quotient_where_there_is_none() -> None:
    there = generated("select log2(2 * log2(x)) as x from t", "postgres")
    assert ("LOG(" in there, there.count("LN(")) == (False, 4)
    assert generated("select log2(x) as x from t").split()[1] == "LOG(2,"


def test_a_marker_without_a_form_is_an_error() -> None:
    with pytest.raises(CompileError, match="`rs_epoch_us` has no form in mysql"):
        generated("select rs_epoch_us(x) from t", "mysql")


@pytest.mark.parametrize(
    "sql",
    [
        "select i from range(50) as t(i) order by i",
        "select i from range(50) as t(i) order by i limit 30",
        "select i from range(25) as t(i) union all select i from range(25) as t(i)",
        "(select i from range(50) as t(i))",
        "with a as (select i from range(50) as t(i)) select * from a",
        "select i from range(50) as t(i) order by i offset 3",
        "select distinct i % 40 as i from range(50) as t(i)",
    ],
)
def test_a_query_is_limited_and_counted_as_it_stands(sql: str) -> None:
    rows = run(sql)
    limited = dialects.limited(dialects.parse(sql, Text(sql, PLACE)), 20)
    counted = dialects.counted(dialects.parse(sql, Text(sql, PLACE)), "n")
    found = run(dialects.generate(limited, "duckdb"))
    assert run(dialects.generate(counted, "duckdb")) == [(len(rows),)]
    assert len(found) == 20
    assert set(found) <= set(rows)
    if "order by" in sql:
        assert found == rows[:20]


refuses_to_write = pytest.mark.skipif(
    int(version("sqlglot").partition(".")[0]) < 30, reason="an older sqlglot writes half a call"
)


@refuses_to_write
@pytest.mark.parametrize("sql", ["select date() as m", "select * from (date())"])
def test_a_statement_that_has_no_text_is_told(sql: str) -> None:
    with pytest.raises(CompileError, match="this SQL cannot be written for duckdb"):
        generated(sql)


@refuses_to_write
def test_an_argument_that_has_no_text_is_told() -> None:
    with pytest.raises(CompileError, match="this SQL cannot be written for duckdb"):
        dialects.expression_text(Text("date()", PLACE), "duckdb")
