from __future__ import annotations

import math
from dataclasses import replace

import pytest

from recsql.errors import Location
from recsql.model import Problem, Reason, Status, Unit
from recsql.report import wording
from recsql.results import AuditResult, CheckResult, MetricResult, RowSample, RunInfo, RunResult

RUN = RunInfo("r", "0.1.0", "shop", "prod", "duckdb", "2026-03-03T12:00:00Z", 2419200.0, "", 1.0, 0)
PASS, WARN, FAIL, UNKNOWN, SKIP, ERROR, INFO = Status


def result(*statuses: Status, problems: int = 0, exit_code: int = 0) -> RunResult:
    run = RunInfo("r", "0.1.0", "shop", "prod", "duckdb", "", 0.0, "", 0.0, exit_code)
    checks = tuple(CheckResult(f"c{n}", "a", status) for n, status in enumerate(statuses))
    return RunResult(run, (), checks, tuple(Problem(f"p{n}", "m") for n in range(problems)))


def metric(value: float | None = 1.0, unit: Unit = Unit.NUMBER) -> MetricResult:
    return MetricResult("m", {}, value, unit)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (result(), "No check ran"),
        (result(problems=2), "No check ran, 2 problems set aside"),
        (result(PASS), "The check passes"),
        (result(PASS, PASS, INFO, SKIP), "All 2 checks pass"),
        (result(PASS, PASS, problems=1), "All 2 checks pass, 1 problem set aside"),
        (result(FAIL, PASS, INFO), "1 of 2 checks fails"),
        (result(FAIL, FAIL, PASS, UNKNOWN, WARN, ERROR),
         "2 of 6 checks fail, 1 could not be evaluated, 1 undecided, 1 warning"),
        (result(ERROR, PASS), "1 of 2 checks could not be evaluated"),
        (result(WARN, WARN, PASS), "No check fails, 2 warnings"),
        (result(UNKNOWN, PASS), "No check fails, 1 undecided"),
        (result(UNKNOWN, UNKNOWN), "Nothing could be decided"),
        (result(INFO, SKIP, SKIP), "Nothing was judged: 1 measured, 2 not run"),
        (result(PASS, FAIL, exit_code=130), "Interrupted after 2 checks"),
    ],
)  # fmt: skip
def test_the_verdict_says_what_happened(run: RunResult, said: str) -> None:
    assert wording.verdict(run) == said


@pytest.mark.parametrize(
    ("run", "status"),
    [
        (result(), SKIP),
        (result(PASS, INFO), PASS),
        (result(ERROR, FAIL, PASS), FAIL),
        (result(PASS, UNKNOWN, WARN), UNKNOWN),
        (result(PASS, problems=1), ERROR),
    ],
)
def test_the_worst_status_stands_for_the_run(run: RunResult, status: Status) -> None:
    assert wording.overall(run) is status


def test_the_tally_has_the_shape_of_dbts_last_line() -> None:
    assert wording.tally(result(PASS, FAIL, FAIL, SKIP)) == (
        "Done. PASS=1 WARN=0 FAIL=2 UNKNOWN=0 SKIP=1 ERROR=0 INFO=0 TOTAL=4"
    )


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        (metric(), ""),
        (replace(metric(unit=Unit.SECONDS), error_if="> 6h"), "> 6 h"),
        (replace(metric(unit=Unit.SHARE), error_if=">5%"), "> 5 %"),
        (replace(metric(unit=Unit.SHARE), error_if="> 0.125"), "> 12.5 %"),
        (replace(metric(unit=Unit.COUNT), error_if="!= 0"), "!= 0"),
        (
            replace(metric(unit=Unit.SECONDS), error_if="> drift_window", limit=48960.0),
            "> drift_window (13.6 h)",
        ),
        (replace(metric(unit=Unit.SECONDS), error_if="> var:grace", limit=math.inf), "> grace"),
        (replace(metric(), error_if="> 30", warn_if="> 15", status=FAIL), "> 30"),
        (replace(metric(), error_if="> 30", warn_if="> 15", status=WARN), "> 15"),
        (replace(metric(), error_if="> 30", status=WARN), "> 30"),
        (replace(metric(), error_if="> a", warn_if="> b", limit=3.0, status=PASS), "> a"),
        (replace(metric(), error_if="> a", warn_if="> b", limit=3.0, status=FAIL), "> a (3)"),
    ],
)
def test_a_limit_is_written_with_its_unit(measured: MetricResult, said: str) -> None:
    assert wording.limit(measured) == said


def test_the_headline_is_the_number_that_decided() -> None:
    info = MetricResult("first", {}, 1.0, Unit.NUMBER)
    judged = MetricResult("judged", {}, 2.0, Unit.NUMBER, status=FAIL)
    home = MetricResult("first", {"surface": "home"}, 3.0, Unit.NUMBER, status=FAIL)
    null = MetricResult("null", {"surface": None}, 4.0, Unit.NUMBER)
    check = CheckResult("c", "a", FAIL, metrics=(home, info, judged))
    assert wording.headline(check) is judged
    assert wording.headline(CheckResult("c", "a", FAIL, metrics=(home, info))) is home
    assert wording.headline(CheckResult("c", "a", PASS, metrics=(home, null))) is null
    assert wording.headline(CheckResult("c", "a", PASS)) is None
    assert wording.headline_name(CheckResult("c", "a", FAIL, metrics=(home,))) == (
        "first (surface home)"
    )


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (CheckResult("c", "a", FAIL, metrics=(metric(180000.0, Unit.SECONDS),)), "50 h"),
        (CheckResult("c", "a", UNKNOWN, metrics=(metric(math.nan),)), "not measured"),
        (CheckResult("c", "a", FAIL, rows=RowSample(("x",), (("y",),), 4101)), "4,101 rows"),
        (CheckResult("c", "a", FAIL, rows=RowSample(("x",), (), 1)), "1 row"),
        (CheckResult("c", "a", SKIP), "not run"),
        (CheckResult("c", "a", ERROR), "could not be evaluated"),
        (CheckResult("c", "a", INFO), "not measured"),
    ],
)
def test_a_check_without_numbers_says_why_there_are_none(check: CheckResult, said: str) -> None:
    assert wording.headline_value(check) == said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (154800.0, 162000.0, Unit.SECONDS, "43 to 45 h"),
        (3600.0, 180000.0, Unit.SECONDS, "60 min to 50 h"),
        (0.1, 0.2, Unit.SHARE, "10.0 to 20.0 %"),
        (0.5, 0.6, Unit.NUMBER, "0.5 to 0.6"),
        (None, 0.6, Unit.NUMBER, ""),
        (0.5, math.inf, Unit.NUMBER, ""),
    ],
)
def test_an_interval_names_its_unit_once(
    low: float | None, high: float | None, unit: Unit, said: str
) -> None:
    assert wording.interval(MetricResult("m", {}, 1.0, unit, low, high)) == said


def test_why_puts_the_error_or_the_reason_before_the_sentence() -> None:
    problem = Problem("c", "no such column", Location("a.yml", 3))
    assert wording.why(CheckResult("c", "a", ERROR, problem=problem)) == "no such column"
    unsure = CheckResult("c", "a", UNKNOWN, Reason.INCONCLUSIVE, sentence="Half are old.")
    assert wording.why(unsure) == "The interval straddles the limit. Half are old."


def test_groups_follow_the_audits_and_then_checks_without_one() -> None:
    audits = tuple(AuditResult(name, "?", PASS, "", "") for name in ("second", "empty"))
    checks = tuple(
        CheckResult(name, audit, PASS) for name, audit in (("x", "own"), ("y", "second"))
    )
    groups = wording.groups(RunResult(RUN, audits, checks))
    assert groups == (
        wording.Group("second", audits[0], (checks[1],)),
        wording.Group("empty", audits[1], ()),
        wording.Group("own", None, (checks[0],)),
    )


def test_the_lead_is_the_sentence_of_the_worst_audit() -> None:
    passing, failing = (
        AuditResult("a", "?", PASS, "Fine.", ""),
        AuditResult("b", "?", FAIL, "Old.", ""),
    )
    check = CheckResult("c", "a", FAIL, sentence="Late.")
    assert wording.lead(RunResult(RUN, (passing, failing), (check,))) == "Old."
    assert wording.lead(RunResult(RUN, (), (check,))) == "Late."
    assert wording.lead(RunResult(RUN, (), ())) == ""


def test_times_are_written_as_people_write_them() -> None:
    assert [wording.spent(s) for s in (0.04, 1.84, 300.0, math.nan)] == [
        "0.0 s", "1.8 s", "5 min", "unknown"
    ]  # fmt: skip
    assert [wording.instant(text) for text in ("2026-03-03T12:00:00Z", "2026-03-03T12:00:04")] == [
        "2026-03-03 12:00 UTC", "2026-03-03 12:00:04 UTC"
    ]  # fmt: skip
    assert wording.period(RUN) == "28 d before 2026-03-03 12:00 UTC"
