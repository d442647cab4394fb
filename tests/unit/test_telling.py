from __future__ import annotations

import json
from xml.etree import ElementTree as Xml

from recsql.errors import Location
from recsql.model import Case, Expectation, Problem
from recsql.results import CaseResult, Mismatch
from recsql.testing import telling

CASE = Case("c", "own", Location("tests/a.yml", 4, 3), (), Expectation(), "2026-03-03", 1.0, 1.0)
HELD = CaseResult(CASE, elapsed_s=0.5)
DIFFERS = CaseResult(
    CASE, (Mismatch("status", "pass", "fail"), Mismatch("bots_n", "4", "3.0")), elapsed_s=0.25
)
BROKEN = CaseResult(CASE, problem=Problem("c", "bad, \x00", Location("x.sql", 3), "try: this"))


def test_expected_and_actual_stand_side_by_side() -> None:
    assert telling.as_text(DIFFERS).splitlines() == [
        "FAIL  own::c  0.25 s",
        "      tests/a.yml:4:3",
        "              expected  actual",
        "      status  pass      fail",
        "      bots_n  4         3.0",
    ]
    assert telling.as_text(HELD) == "PASS  own::c  0.50 s"


def test_what_is_too_wide_for_a_table_stands_below_each_other() -> None:
    wide = "x" * 61
    assert telling.side_by_side([Mismatch("a", wide, "one\ntwo")]) == [
        "  expected  actual", "a", f"  - {wide}", "  + one", "  + two",
    ]  # fmt: skip


def test_what_is_broken_is_told_with_its_place_and_hint() -> None:
    assert telling.differences(BROKEN) == ["bad, \x00", "--> x.sql:3", "hint: try: this"]


def test_json_has_every_case_and_every_mistake() -> None:
    found = json.loads(telling.as_json([HELD, DIFFERS], [Problem("f", "m", Location("y.yml", 1))]))
    assert found["summary"] == {"passed": 1, "failed": 1}
    assert [case["passed"] for case in found["cases"]] == [True, False]
    assert found["cases"][1]["mismatches"][1] == {
        "what": "bots_n",
        "expected": "4",
        "actual": "3.0",
    }
    assert found["problems"] == [{"message": "m", "place": "y.yml:1", "hint": None}]


def test_junit_tells_failures_from_what_is_broken() -> None:
    root = Xml.fromstring(telling.as_junit([HELD, DIFFERS, BROKEN]))  # noqa: S314 - our own text
    (suite,) = root
    assert {k: suite.get(k) for k in ("name", "tests", "failures", "errors", "time")} == {
        "name": "own", "tests": "3", "failures": "1", "errors": "1", "time": "0.750",
    }  # fmt: skip
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"]]
    assert suite[1][0].get("message") == "status, bots_n"
    assert (suite[1].get("file"), suite[1].get("line")) == ("tests/a.yml", "4")


def test_an_annotation_stands_at_the_case_and_cannot_be_ended_early() -> None:
    assert telling.as_annotation(BROKEN) == (
        "::error file=tests/a.yml,line=4,title=case own%3A%3Ac::bad,%0A--> x.sql:3%0A"
        "hint: try: this"
    )
