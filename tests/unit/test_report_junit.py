from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from recsql.errors import Location
from recsql.model import Problem, Reason, Status, Unit
from recsql.report import as_junit
from recsql.results import CheckResult, MetricResult, RunResult
from tests.pictured import RUN


def written(*checks: CheckResult, problems: tuple[Problem, ...] = ()) -> str:
    return as_junit.write(RunResult(RUN, (), checks, problems))


def test_a_failure_says_what_was_measured_why_and_what_next() -> None:
    metric = MetricResult("gap", {}, 0.53, Unit.NUMBER, error_if="> 0.05", status=Status.FAIL)
    check = CheckResult(
        name="metric_gap",
        audit="offline",
        status=Status.FAIL,
        sentence="Live is worse.",
        next="Refresh.",
        elapsed_s=0.25,
        compiled_path="target/x.sql",
        metrics=(metric,),
    )
    assert (
        written(check)
        == """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites name="recsql shop" tests="1" failures="1" errors="0" skipped="0" time="1.500">
  <testsuite name="offline" timestamp="2026-03-03T12:00:04Z" time="0.250" tests="1" failures="1" \
errors="0" skipped="0">
    <testcase classname="offline" name="metric_gap" time="0.250">
      <failure message="gap 0.53 (limit &gt; 0.05)" type="fail">Live is worse.
Next: Refresh.
target/x.sql</failure>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (Status.PASS, None, "system-out"),
        (Status.INFO, None, "system-out"),
        (Status.WARN, None, "system-out"),
        (Status.FAIL, None, "failure"),
        (Status.ERROR, None, "error"),
        (Status.UNKNOWN, Reason.EMPTY_INPUT, "error"),
        (Status.UNKNOWN, Reason.INCONCLUSIVE, "skipped"),
        (Status.SKIP, Reason.NOT_COMPUTABLE, "skipped"),
    ],
)
def test_every_status_has_its_element(status: Status, reason: Reason | None, kind: str) -> None:
    root = Xml.fromstring(written(CheckResult("c", "a", status, reason)))  # noqa: S314 - our own
    assert [element.tag for case in root.iter("testcase") for element in case] == [kind]


def test_counts_are_those_of_the_cases() -> None:
    statuses = (Status.FAIL, Status.FAIL, Status.ERROR, Status.SKIP, Status.PASS)
    checks = [CheckResult(f"c{n}", "a", status) for n, status in enumerate(statuses)]
    problem = Problem("model x", "cannot be read", Location("a.yml", 3), "try y")
    root = Xml.fromstring(written(*checks, problems=(problem,)))  # noqa: S314 - our own text
    assert [
        {key: suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")}
        for suite in (root, *root)
    ] == [
        {"name": "recsql shop", "tests": "6", "failures": "2", "errors": "2", "skipped": "1"},
        {"name": "a", "tests": "5", "failures": "2", "errors": "1", "skipped": "1"},
        {"name": "problems", "tests": "1", "failures": "0", "errors": "1", "skipped": "0"},
    ]


def test_a_problem_is_an_error_with_its_place_and_hint() -> None:
    problem = Problem("model x", "cannot be read", Location("a.yml", 3), "try y")
    error = Xml.fromstring(written(problems=(problem,))).find(".//error")  # noqa: S314 - our own
    assert error is not None
    assert (error.get("message"), error.text) == ("cannot be read", "a.yml:3\nhint: try y")


def test_an_empty_run_is_valid() -> None:
    assert written() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<testsuites name="recsql shop" tests="0" failures="0" errors="0" skipped="0" '
        'time="1.500" />\n'
    )
