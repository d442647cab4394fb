from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlglot import exp

from recsql.api import Request, mutate_request
from recsql.compile.moment import Rendered
from recsql.compile.mutants import Nursery
from recsql.compile.sources import Sources
from recsql.errors import Location
from recsql.model import Inputs, Relation, Text
from recsql.testing import telling
from recsql.testing.mutation import Score

Write = Callable[[Mapping[str, str]], Path]

HEAD = "check: own\nas_of: 2026-03-03\ncases:\n"
CHECK = """\
sql: |
  select
      count(*) as n
  from {{ relation('events') }} as events
  where events.event_id > 'a'
metrics: {n: {error_if: "> 9"}}
"""


def mutants(sql: str, template: str | None = None) -> list[tuple[int, str, str]]:
    source = Text(template or sql, Location("x.sql", 1))
    relation = Relation("events", None, rows=())
    sources = Sources({"events": relation}, {}, {}, "duckdb")
    nursery = Nursery("k", Rendered(sql, source, (), ()), "duckdb", Inputs(), sources)
    for mutant in nursery.mutants:
        assert isinstance(nursery.statement(mutant), exp.Query)
    return [(each.line, each.before, each.after) for each in nursery.mutants]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a > b as x", {("a > b", "a >= b"), ("a > b", "a < b")}),
        ("select a = b and c as x", {("a = b", "a <> b"), ("a = b AND c", "a = b OR c")}),
        ("select a + 1 as x", {("a + 1", "a - 1"), ("a + 1", "a + 2")}),
        ("select a / 1000000.0 as x", {("a / 1000000.0", "a / 2000000.0")}),
        ("select a > 1 as x",
         {("a > 1", "a >= 1"), ("a > 1", "a < 1"), ("a > 1", "a > 2"), ("a > 1", "a > 0")}),
        ("select a and b and c as x",
         {("… AND c", "… OR c"), ("a AND b", "a OR b")}),
        ("select sum(a) as x, min(b) as y", {("SUM(a)", "MAX(a)"), ("MIN(b)", "MAX(b)")}),
        ("select coalesce(a, b) as x", {("COALESCE(a, b)", "a")}),
        ("select a is null as x", {("a IS NULL", "NOT a IS NULL")}),
        ("select not a as x", {("NOT a", "a")}),
        ("select count(distinct a) as x", {("COUNT(DISTINCT a)", "COUNT(a)")}),
        ("select count(case when a then 1 end) as x", set()),
        ("select 'a' as x from t group by 1 limit 3", set()),
        ("select a from t order by a", set()),
        ("select rank() over (order by a) as x from t", {("a", "a DESC")}),
        ("select distinct a from t", {("SELECT DISTINCT a", "SELECT a")}),
        ("select a from t where b", {("b", "TRUE")}),
        ("select a from t where 1 = 1 and b",
         {("1 = 1", "1 <> 1"), ("1 = 1", "2 = 1"), ("1 = 1", "0 = 1"), ("1 = 1", "1 = 2"),
          ("1 = 1", "1 = 0"), ("1 = 1 AND b", "1 = 1 OR b"), ("b", "TRUE")}),
        ("select a from t where b and c",
         {("b", "TRUE"), ("c", "TRUE"), ("b AND c", "b OR c")}),
        ("select a from t left join u on b",
         {("LEFT JOIN u", "JOIN u")}),
        ("select a from t join u on b and c",
         {("JOIN u", "LEFT JOIN u"), ("b", "TRUE"), ("c", "TRUE"), ("b AND c", "b OR c")}),
    ],
)  # fmt: skip
def test_a_statement_is_broken_in_simple_ways(sql: str, expected: set[tuple[str, str]]) -> None:
    found = [
        (before.replace("NULLS FIRST", "").strip(), after) for _, before, after in mutants(sql)
    ]
    assert {
        (before, " ".join(after.replace("NULLS FIRST", "").split())) for before, after in found
    } == expected


def test_what_a_macro_writes_is_left_alone() -> None:
    template = "select\n{{ columns() }},\n    a > b as x\nfrom t"
    sql = "select\nc > 1 as c,\nd > 2 as d,\n    a > b as x\nfrom t"
    assert {(line, before) for line, before, _ in mutants(sql, template)} == {(3, "a > b")}


def test_a_projects_mapping_is_left_alone() -> None:
    sql = "select events.key from recsql_relation_events as events where events.item_id is null"
    assert {before for _, before, _ in mutants(sql)} == {
        "events.item_id IS NULL",
    }  # fmt: skip


def scores(write: Write, cases: str, more: str = "", check: str = CHECK) -> Score:
    root = write({"checks/own.yml": check, "tests/own.yml": HEAD + cases + more})
    found, problems = mutate_request(Request(root), "tests/own.yml")
    (score,) = found
    assert problems == ()
    return score


ONE = "  a: {given: {events: [{event_id: b}]}, expect: {metrics: {n: 1}}}\n"
TWO = (
    "  b: {given: {events: [{event_id: a}, {event_id: b}, {event_id: c}]},"
    " expect: {metrics: {n: 2}}}\n"
)


def test_a_break_that_no_case_notices_survives_with_its_place(write: Write) -> None:
    score = scores(write, ONE)
    assert [(str(s.location), s.before, s.after) for s in score.survivors] == [
        ("checks/own.yml:5:3", "events.event_id > 'a'", "TRUE"),
        ("checks/own.yml:5:3", "events.event_id > 'a'", "events.event_id >= 'a'"),
    ]
    assert (score.mutants, score.killed, score.share) == (3, 1, 1 / 3)


def test_a_case_at_the_limit_notices_every_break(write: Write) -> None:
    score = scores(write, ONE + TWO)
    assert (score.mutants, score.killed, score.share, score.problems) == (3, 3, 1.0, ())


def test_an_excused_mutant_does_not_count_and_needs_to_survive(write: Write) -> None:
    excuse = (
        "mutants:\n  - {from: \"events.event_id > 'a'\", to: 'TRUE', why: no a exists}\n"
        "  - {from: \"events.event_id > 'a'\", to: \"events.event_id < 'a'\", why: wrong}\n"
    )
    score = scores(write, ONE, excuse)
    assert (score.excused, score.share) == (1, 0.5)
    assert [(p.message, str(p.location)) for p in score.problems] == [
        ("no mutant survives that turns `events.event_id > 'a'` into `events.event_id < 'a'`",
         "tests/own.yml:7:5")
    ]  # fmt: skip
    assert telling.score_as_text(score).splitlines() == [
        " 50 %  own  1 of 3 noticed, 1 excused",
        "       checks/own.yml:5",
        "         events.event_id > 'a'  →  events.event_id >= 'a'",
    ]


def test_an_excuse_counts_the_mutants_that_it_means(write: Write) -> None:
    once = (
        "(select count(*) from {{ relation('events') }} as events\n  where events.event_id > 'a')"
    )
    check = f"sql: |\n  select {once} + {once} as n\nmetrics: {{n: }}\n"
    case = "  a: {given: {events: [{event_id: b}]}, expect: {metrics: {n: 2}}}\n"
    excuse = "mutants: [{from: \"events.event_id > 'a'\", to: 'TRUE', why: no a exists%s}]\n"
    said = scores(write, case, excuse % "", check=check)
    assert [(p.message, p.hint) for p in said.problems] == [
        ("2 mutants survive, not 1, of what turns `events.event_id > 'a'` into `TRUE`",
         "`times: 2` if the reason holds for each of them"),
    ]  # fmt: skip
    said = scores(write, case, excuse % ", times: 2", check=check)
    assert (said.excused, said.problems) == (2, ())


def test_an_excuse_without_a_reason_is_a_mistake(write: Write) -> None:
    more = "mutants: [{from: a, to: b}]\n"
    root = write({"checks/own.yml": CHECK, "tests/own.yml": HEAD + ONE + more})
    _, problems = mutate_request(Request(root), "tests/own.yml")
    assert [p.message for p in problems] == ["an excused mutant needs `from:`, `to:` and `why:`"]


def test_an_excuse_with_an_unknown_key_is_a_mistake(write: Write) -> None:
    more = "mutants: [{from: a, to: b, because: c}]\n"
    root = write({"checks/own.yml": CHECK, "tests/own.yml": HEAD + ONE + more})
    _, problems = mutate_request(Request(root), "tests/own.yml")
    assert next((p.message, str(p.location)) for p in problems) == (
        "unknown key `because` in an entry of `mutants`", "tests/own.yml:5:28",
    )  # fmt: skip


def test_a_case_that_fails_by_itself_is_told_and_kills_nothing(write: Write) -> None:
    score = scores(write, ONE.replace("n: 1", "n: 5"))
    assert (score.mutants, [p.message for p in score.problems]) == (
        0, ["case `a` fails without any mutant"],
    )  # fmt: skip


def test_a_check_that_counts_rows_is_broken_in_its_rows(write: Write) -> None:
    check = (
        "rows: select events.key from {{ relation('events') }} as events where events.key = 'x'\n"
    )
    case = (
        "  a: {given: {events: [{key: x}, {key: y}, {key: y}]}, expect: {metrics: {failures: 1}}}\n"
    )
    score = scores(write, case, check=check)
    assert (score.mutants, score.killed) == (2, 2)


def test_variables_and_instants_of_cases_make_no_mutants_of_their_own(write: Write) -> None:
    check = (
        "sql: |\n  select count(*) as n from {{ relation('events') }} as events\n"
        "  where events.event_ts < {{ as_of() }} and 3 > {{ var('min_persons') }}\nmetrics: {n: }\n"
    )
    given = "given: {events: [{event_ts: 2026-03-01}]}"
    cases = (
        f"  a: {{vars: {{min_persons: 1}}, {given}, expect: {{metrics: {{n: 1}}}}}}\n"
        f"  b: {{as_of: 2026-02-01, vars: {{min_persons: 2}}, {given},"
        f" expect: {{metrics: {{n: 0}}}}}}\n"
    )
    one = scores(write, cases.splitlines(keepends=True)[0], check=check)
    assert scores(write, cases, check=check).mutants == one.mutants
