from __future__ import annotations

import pytest

from recsql.errors import ConfigError, Location
from recsql.model import Check, Explanation, Inputs, Metric, Problem, Status, Text, Threshold, Unit
from recsql.project import definitions, document
from recsql.project.definitions import Origin

OWN = Origin("own", "custom", None, None, builtin=False)


def test_a_check_is_all_that_its_yaml_says() -> None:
    text = (
        "summary: S.\n"
        "sql: select 1 as m\n"
        "segments: [surface]\n"
        "metrics: {m: {unit: s, summary: x, warn_if: '> 1h'}}\n"
        "severity: warn\n"
        "tags: nightly\n"
        "dialect: snowflake\n"
        "pii: clear\n"
        "sentence: '{m}'\n"
        "rows_sentence: '{key}'\n"
        "next: do\n"
        "optional: [snapshots, events.ingested_ts]\n"
        "degraded_without: {events.category: coarse}\n"
        "notes_without: {identity_map: keys}\n"
        "explain: {formula: f, misleads: m, sources: s}\n"
    )
    problems: list[Problem] = []
    found = definitions.check(document.parse(text, "own.yml"), OWN, problems)
    place = Location("own.yml", 4, 36, "metrics: {m: {unit: s, summary: x, warn_if: '> 1h'}}")
    assert problems == []
    assert found.metrics == (
        Metric("m", Unit.SECONDS, "x", Threshold(">", 3600.0, None, "> 1h", place)),
    )
    assert found.inputs == Inputs(
        frozenset({"snapshots", "events.ingested_ts"}),
        {"events.category": "coarse"},
        {"identity_map": "keys"},
    )
    assert found.explanation == Explanation("f", "m", "s")
    assert (
        found.summary, found.segments, found.severity, found.tags, found.dialect, found.pii_clear,
        found.sentences, found.rows_sentence, found.next, found.counts_rows,
    ) == (
        "S.", ("surface",), Status.WARN, ("nightly",), "snowflake", True, ("{m}",), "{key}", "do",
        False,
    )  # fmt: skip


def test_a_check_that_counts_rows_fails_above_none_unless_it_says_otherwise() -> None:
    plain = definitions.check(document.parse("rows: select 1", "o.yml"), OWN, [])
    own = definitions.check(document.parse("rows: select 1\nwarn_if: '> 5'", "o.yml"), OWN, [])
    (first,), (second,) = plain.metrics, own.metrics
    assert first.error_if is not None
    assert second.warn_if is not None
    assert (first.name, first.unit, first.error_if.text, first.warn_if) == (
        "failures", Unit.COUNT, "> 0", None,
    )  # fmt: skip
    assert (second.warn_if.text, second.error_if) == ("> 5", None)


FIXPOINT = (
    "kind: fixpoint\n"
    "max_rounds: 7\n"
    "start:\n"
    "  edges: select 1 as x\n"
    "step:\n"
    "  - table: edges\n"
    "    sql: select 2 as x\n"
    "    changes: select 0 as n\n"
    "changes: select 1 as n\n"
    "result: select 3 as x\n"
)


def test_a_fixpoint_has_a_start_steps_changes_and_a_result() -> None:
    problems: list[Problem] = []
    model = definitions.model(document.parse(FIXPOINT, "m.yml"), OWN, problems)
    assert problems == []
    assert model.fixpoint is not None
    assert model.fixpoint.max_rounds == 7
    assert [(text.text, text.location.line) for text in definitions.texts_of(model)] == [
        ("select 1 as x", 4), ("select 2 as x", 7), ("select 0 as n", 8), ("select 1 as n", 9),
        ("select 3 as x", 10),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("without", "message"),
    [
        ("changes: select 1 as n\n", "model `own` has no `changes:`"),
        ("result: select 3 as x\n", "model `own` has no `result:`"),
        ("    sql: select 2 as x\n", "step of model `own` has no `sql:`"),
    ],
)
def test_a_fixpoint_without_a_part_is_an_error(without: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        definitions.model(document.parse(FIXPOINT.replace(without, ""), "m.yml"), OWN, [])
    assert caught.value.message == message


def test_a_model_without_sql_is_an_error() -> None:
    with pytest.raises(ConfigError, match="model `own` has no SQL"):
        definitions.model(document.parse("summary: x", "m.yml"), OWN, [])


def test_the_sql_in_the_yaml_goes_before_the_file_beside_it() -> None:
    origin = Origin("own", "custom", Text("select 2", Location("own.sql")), None, builtin=False)
    model = definitions.model(document.parse("sql: select 1", "m.yml"), origin, [])
    assert model.sql is not None
    assert model.sql.text == "select 1"


def rules(check: Check) -> tuple[bool, bool | None, int | None]:
    return check.critical_segments, check.sequential, check.consecutive


def test_a_check_says_by_which_rules_it_is_judged() -> None:
    text = "sql: select 1 as m\nmetrics: {m: }\n"
    own = "critical_segments: true\nsequential: false\nconsecutive: 3\n"
    problems: list[Problem] = []
    plain = definitions.check(document.parse(text, "o.yml"), OWN, problems)
    ruled = definitions.check(document.parse(text + own, "o.yml"), OWN, problems)
    assert (rules(plain), rules(ruled)) == ((False, None, None), (True, False, 3))
    again = document.parse("sequential: true\nconsecutive: 2\n", "recsql.yml")
    assert rules(definitions.configured(ruled, again, problems)) == (True, True, 2)
    assert rules(definitions.configured(ruled, document.parse("{}", "r.yml"), problems)) == (
        True, False, 3,
    )  # fmt: skip
    assert problems == []


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            "critical_segment: true",
            "unknown key `critical_segment` in settings of check `own`",
            "did you mean `critical_segments`?",
        ),
        (
            "sequentiel: true",
            "unknown key `sequentiel` in settings of check `own`",
            "did you mean `sequential`?",
        ),
        (
            "sequential: maybe",
            "`sequential` of settings of check `own` must be true or false",
            None,
        ),
        (
            "consecutive: 0",
            "`consecutive: 0` of settings of check `own` is not a count",
            "write a whole number from 1 on",
        ),
        (
            "consecutive: 1.5",
            "`consecutive: 1.5` of settings of check `own` is not a count",
            "write a whole number from 1 on",
        ),
    ],
)
def test_a_rule_that_is_none_is_told_with_its_line(
    line: str, message: str, hint: str | None
) -> None:
    check = definitions.check(
        document.parse("sql: select 1 as m\nmetrics: {m: }\n", "o.yml"), OWN, []
    )
    problems: list[Problem] = []
    definitions.configured(check, document.parse(f"tags: x\n{line}\n", "recsql.yml"), problems)
    (found,) = problems
    assert (found.message, str(found.location), found.hint) == (message, "recsql.yml:2:1", hint)
