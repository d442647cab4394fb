from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

from recsql import api
from recsql.results import CaseResult, Mismatch

Write = Callable[[Mapping[str, str]], Path]

CHECK = """\
sql: |
  select events.surface, avg(case when events.is_bot then 1.0 else 0.0 end) as bots,
      count(events.event_id) as bots_n
  from {{ relation('events') }} as events
  where events.event_ts < {{ as_of() }}
  group by grouping sets ((), (events.surface))
segments: [surface]
metrics: {bots: {unit: share, error_if: "> 50%"}}
sentence: "{bots} are bots."
optional: [events.surface]
"""


def results(write: Write, case: str, **files: str) -> tuple[CaseResult, ...]:
    head = "check: own\nas_of: 2026-03-03 12:00:00\ncases:\n"
    root = write({"checks/own.yml": CHECK, "tests/own.yml": head + case, **files})
    found = api.test(root, pattern="tests/own.yml")
    assert found
    return found


def result(write: Write, body: str, **files: str) -> CaseResult:
    (found,) = results(write, f"  c:\n{body}", **files)
    return found


GIVEN = (
    "    given:\n      events:\n"
    "        - {event_id: e1, event_ts: 2026-03-01, surface: home, is_bot: true}\n"
    "        - {event_id: e2, event_ts: 2026-03-01, surface: home, is_bot: true}\n"
    "        - {event_id: e3, event_ts: 2026-03-01, surface: cart}\n"
)


def test_a_case_that_holds_passes(write: Write) -> None:
    body = GIVEN + (
        "    expect:\n      status: fail\n"
        "      metrics: {bots: 66.666667%, bots_n: 3}\n"
        "      segments: [{surface: home, bots: 1, status: fail}, {surface: cart, bots: 0}]\n"
        '      message: "~66.7 % are bots"\n'
    )
    found = result(write, body)
    assert (found.mismatches, found.problem, found.passed) == ((), None, True)


@pytest.mark.parametrize(
    ("expect", "mismatch"),
    [
        ("status: pass", Mismatch("status", "pass", "fail")),
        ("metrics: {bots: 0.5}", Mismatch("bots", "0.5", "0.6666666666666666")),
        ("metrics: {bots: null}", Mismatch("bots", "None", "0.6666666666666666")),
        ("metrics: {bots_n: 4}", Mismatch("bots_n", "4", "3.0")),
        ("metrics: {bot: 4}", Mismatch("bot", "4", "no such metric: did you mean `bots`?")),
        ("metrics: {bots_low: 0.1}", Mismatch("bots_low", "0.1", "None")),
        ("segments: [{surface: home, bots: 0.5}]",
         Mismatch("bots of surface home", "0.5", "1.0")),
        ("segments: [{surface: home, status: pass}]",
         Mismatch("status of surface home", "pass", "fail")),
        ("segments: [{surface: gone}]", Mismatch("surface gone", "a row", "none")),
        ("reason: empty_input", Mismatch("reason", "empty_input", "None")),
        ("message: no bots", Mismatch("message", "no bots", "66.7 % are bots.")),
    ],
)  # fmt: skip
def test_a_case_that_does_not_hold_shows_expected_and_actual(
    write: Write, expect: str, mismatch: Mismatch
) -> None:
    found = result(write, f"{GIVEN}    expect: {{{expect}}}\n")
    assert (found.mismatches, found.passed) == ((mismatch,), False)


def test_a_number_may_differ_by_the_tolerance_and_not_by_more(write: Write) -> None:
    exact = f"{GIVEN}    expect: {{metrics: {{bots: 0.66667}}, tolerance: %s}}\n"
    assert result(write, exact % "1e-5").passed
    assert not result(write, exact % "1e-6").passed


def test_relations_that_are_not_given_are_not_declared(write: Write) -> None:
    found = result(write, "    expect: {status: skip, reason: not_computable}\n")
    assert found.passed


def test_an_empty_relation_is_given_and_never_passes(write: Write) -> None:
    body = "    given: {events: []}\n    expect: {status: unknown, reason: empty_input}\n"
    assert result(write, body).passed


def test_a_column_left_out_is_null_and_one_without_is_not_mapped(write: Write) -> None:
    row = "    given: {events: [{event_id: e1, event_ts: 2026-03-01}]}\n"
    assert result(write, f"{row}    expect: {{metrics: {{bots: 0}}}}\n").passed
    body = f"{row}    without: [events.is_bot]\n    expect: {{status: skip}}\n"
    assert result(write, body).passed


def test_rows_may_be_a_query_or_csv(write: Write) -> None:
    sql = (
        "    given:\n      events:\n        sql: |\n"
        "          select 'e' || i as event_id, timestamp '2026-03-01' as event_ts,\n"
        "              i < 9 as is_bot from range(10) as n(i)\n    expect: {metrics: {bots: 90%}}\n"
    )
    assert result(write, sql).passed
    text = '"event_id,event_ts,is_bot\\ne1,2026-03-01,true\\ne2,2026-03-01,"'
    body = f"    given: {{events: {{csv: {text}}}}}\n    expect: {{metrics: {{bots: 50%}}}}\n"
    assert result(write, body).passed


def test_the_clock_of_a_case_lets_its_own_instant_in(write: Write) -> None:
    row = "    given: {events: [{event_id: e1, event_ts: '2026-03-03 12:00:00', is_bot: %s}]}\n"
    assert result(write, f"{row % 'true'}    expect: {{metrics: {{bots: 1, bots_n: 1}}}}\n").passed


def test_values_keep_their_quotes(write: Write) -> None:
    files = {
        "checks/own.yml": (
            "sql: select count(*) as m from {{ relation('events') }} as events "
            "where events.key = 'it''s; {{ '{{' }} \"x\"'\nmetrics: {m: }\n"
        )
    }
    row = '    given: {events: [{key: "it\'s; {{ \\"x\\""}]}\n'
    assert result(write, f"{row}    expect: {{metrics: {{m: 1}}}}\n", **files).passed


MODEL = {
    "checks/models/people.yml": "sql: select e.key as p from {{ relation('events') }} as e\n",
    "checks/own.yml": (
        "sql: select count(x.p) * 1.0 as m, count(*) as m_n from {{ ref('people') }} as x\n"
        "metrics: {m: {error_if: '> 1'}}\n"
    ),
}


@pytest.mark.parametrize(
    "people",
    [
        "[{p: a}, {p: b}, {p: }]",
        "{sql: select 'a' as p union all select 'b' union all select null}",
    ],
)
def test_a_model_may_be_given_instead_of_what_it_reads(write: Write, people: str) -> None:
    expect = "    expect: {status: fail, metrics: {m: 2, m_n: 3}}\n"
    body = f"    given: {{people: {people}}}\n{expect}"
    found = result(write, body, **MODEL)
    assert (found.mismatches, found.problem) == ((), None)


def test_a_model_that_is_not_given_is_built_from_the_relations(write: Write) -> None:
    body = "    given: {events: [{key: a}]}\n    expect: {status: pass, metrics: {m: 1}}\n"
    assert result(write, body, **MODEL).passed


def test_the_rules_on_sample_size_are_off_unless_a_case_asks_for_them(write: Write) -> None:
    files = {
        "checks/own.yml": (
            "sql: select 0.9 as m, 0.1 as m_low, 1.0 as m_high, 5 as m_persons, 5 as m_positives\n"
            "metrics: {m: {unit: share, error_if: '> 5%'}}\n"
        )
    }
    cases = (
        "  a: {expect: {status: fail}}\n"
        "  b: {vars: {min_persons: 6}, expect: {status: unknown, reason: not_enough_data}}\n"
        "  c: {vars: {min_positives: 6}, expect: {status: unknown, reason: not_enough_data}}\n"
        "  d: {vars: {max_half_width: 10%}, expect: {status: unknown, reason: not_enough_data}}\n"
        "  e: {vars: {min_persons: 5}, expect: {status: fail}}\n"
    )
    assert [found.passed for found in results(write, cases, **files)] == [True] * 5


def test_the_rules_for_repeated_runs_are_off_unless_a_case_asks_for_them(write: Write) -> None:
    """Whatever the project and the check say of them: a case tests the check."""
    check = (
        "sql: select 0.5 as m, 0.469 as m_low, 0.531 as m_high, 1000 as m_persons\n"
        "metrics: {m: {unit: share, error_if: '> 46%'}}\nconsecutive: 2\nsequential: true\n"
    )
    cases = (
        "  a: {expect: {status: fail, metrics: {m_low: 0.469}}}\n"
        "  b: {vars: {consecutive: 2}, expect: {status: warn, reason: first_window}}\n"
        "  c:\n    vars: {sequential: true}\n    expect:\n      status: unknown\n"
        "      metrics: {m_low: 0.452, m_high: 0.548}\n      tolerance: 0.0005\n"
    )
    rules = "name: shop\nvars: {sequential: true, consecutive: 3}\n"
    found = results(write, cases, **{"checks/own.yml": check, "recsql.yml": rules})
    assert [(one.case.name, one.mismatches, one.problem) for one in found] == [
        ("a", (), None), ("b", (), None), ("c", (), None),
    ]  # fmt: skip


ROWS = {
    "checks/own.yml": (
        "rows: select events.key, events.event_id from {{ relation('events') }} as events\n"
        "  where events.key is not null order by events.event_id\n"
    )
}


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        ("[{key: k1}]", True),
        ("[{event_id: e2, key: k2}, {key: k1}]", True),
        ("[{key: k3}]", False),
        ("[]", False),
        ("[{gone: 1}]", False),
    ],
)
def test_rows_are_found_in_the_clear_among_those_that_came(
    write: Write, rows: str, passes: bool
) -> None:
    given = "    given: {events: [{event_id: e1, key: k1}, {event_id: e2, key: k2}]}\n"
    assert result(write, f"{given}    expect: {{rows: {rows}}}\n", **ROWS).passed is passes


def test_no_rows_are_expected_by_an_empty_list(write: Write) -> None:
    given = "    given: {events: [{event_id: e1}]}\n"
    assert result(write, f"{given}    expect: {{status: pass, rows: []}}\n", **ROWS).passed


def test_a_fixture_that_cannot_be_read_is_a_problem_of_its_case(write: Write) -> None:
    body = "    given: {events: {sql: select nope}}\n    expect: {metrics: {bots: 1}}\n"
    found = result(write, body)
    assert found.problem is not None
    assert found.problem.message.startswith('Binder Error: Referenced column "nope"')
    assert not found.passed


def test_a_check_that_breaks_is_a_problem_unless_it_is_expected(write: Write) -> None:
    files = {"checks/own.yml": "sql: select cast('x' as int) as m\nmetrics: {m: }\n"}
    cases = "  a: {expect: {metrics: {m: 1}}}\n  b: {expect: {status: error}}\n"
    first, second = results(write, cases, **files)
    assert first.problem is not None
    assert (first.passed, second.passed) == (False, True)


def test_a_broken_macro_that_a_check_does_not_use_breaks_no_case(write: Write) -> None:
    files = {"macros/torn.sql": "{% macro torn() %}{{ 1 "}
    assert result(write, f"{GIVEN}    expect: {{status: fail}}\n", **files).passed


def test_cases_leave_nothing_behind_for_each_other(write: Write) -> None:
    cases = (
        "  a: {given: {people: [{p: x}, {p: y}]}, expect: {metrics: {m: 2}}}\n"
        "  b: {given: {events: [{key: z}]}, expect: {metrics: {m: 1}}}\n"
        "  c: {given: {events: []}, expect: {status: unknown}}\n"
        "  d: {expect: {status: skip}}\n"
    )
    assert [found.passed for found in results(write, cases, **MODEL)] == [True] * 4


def test_rows_may_lie_in_a_file_beside_the_case(write: Write) -> None:
    files = {"tests/data/e.csv": "event_id,event_ts,is_bot\ne1,2026-03-01,true\ne2,2026-03-01,\n"}
    given = "    given: {events: {file: data/e.csv}}\n"
    found = result(write, f"{given}    expect: {{metrics: {{bots: 50%, bots_n: 2}}}}\n", **files)
    assert (found.mismatches, found.problem) == ((), None)


def test_rows_may_lie_in_a_parquet_file(write: Write) -> None:
    root = write({
        "checks/own.yml": CHECK,
        "tests/own.yml": "check: own\nas_of: 2026-03-03\ncases:\n  c:\n"
        "    given: {events: {file: e.parquet}}\n    expect: {metrics: {bots: 50%, bots_n: 2}}\n",
    })  # fmt: skip
    duckdb.execute(
        "copy (select 'e' || i as event_id, timestamp '2026-03-01' as event_ts, i = 1 as is_bot "
        f"from range(2) as n(i)) to '{root}/tests/e.parquet'"
    )
    (found,) = api.test(root, pattern="tests/own.yml")
    assert (found.mismatches, found.problem) == ((), None)


def test_rows_that_differ_stand_beside_the_nearest_that_came(write: Write) -> None:
    given = "    given: {events: [{event_id: e1, key: k1}, {event_id: e2, key: k2}]}\n"
    rows = "[{event_id: e1, key: k1}, {event_id: e2, key: k3}, {gone: 1}]"
    found = result(write, f"{given}    expect: {{rows: {rows}}}\n", **ROWS)
    assert found.mismatches == (
        Mismatch("a row", "event_id: e2, key: k3", "event_id: e2, key: k2"),
        Mismatch("a row", "gone: 1", "no such column"),
    )


def test_one_row_is_not_found_twice(write: Write) -> None:
    given = "    given: {events: [{event_id: e1, key: k1}]}\n"
    found = result(write, f"{given}    expect: {{rows: [{{key: k1}}, {{key: k1}}]}}\n", **ROWS)
    assert found.mismatches == (Mismatch("a row", "key: k1", "none"),)


def test_there_may_be_other_rows_unless_all_are_expected(write: Write) -> None:
    given = "    given: {events: [{event_id: e1, key: k1}, {event_id: e2, key: k2}]}\n"
    assert result(write, f"{given}    expect: {{rows: [{{key: k1}}]}}\n", **ROWS).passed
    body = f"{given}    expect: {{rows: [{{key: k1}}], all_rows: true}}\n"
    found = result(write, body, **ROWS)
    assert found.mismatches == (Mismatch("number of rows", "1", "2"),)


def test_a_segment_that_comes_twice_is_told(write: Write) -> None:
    check = CHECK.replace("group by grouping sets ((), (events.surface))", "group by 1, events.key")
    given = "    given: {events: [{key: a, surface: x}, {key: b, surface: x}]}\n"
    given = given.replace("{key", "{event_ts: 2026-03-01, key")
    body = f"{given}    expect: {{segments: [{{surface: x}}]}}\n"
    found = result(write, body, **{"checks/own.yml": check})
    assert found.mismatches == (Mismatch("surface x", "a row", "2 rows"),)


@pytest.mark.parametrize(
    ("segments", "mismatches"),
    [
        ("{surface: mail, status: absent}", []),
        ("{surface: home, status: absent}", [Mismatch("surface home", "no row", "a row")]),
        ("{bots: 66.666667%, bots_status: fail, bots_reason: null}", []),
        ("{bots_status: pass}", [Mismatch("bots_status of the total", "pass", "fail")]),
        ("{surface: home, bots_reason: inconclusive}",
         [Mismatch("bots_reason of surface home", "inconclusive", "None")]),
    ],
)  # fmt: skip
def test_a_segment_may_be_absent_and_any_metric_has_a_status_and_a_reason(
    write: Write, segments: str, mismatches: list[Mismatch]
) -> None:
    found = result(write, GIVEN + f"    expect: {{segments: [{segments}]}}\n")
    assert list(found.mismatches) == mismatches
