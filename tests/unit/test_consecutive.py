from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Request
from recsql.errors import Location
from recsql.history.store import append
from recsql.model import Check, Metric, Reason, Scalar, Status, Text
from recsql.project import thresholds
from recsql.results import CheckResult, RunResult
from recsql.runner.consecutive import Past, confirmed, windows_needed
from recsql.runner.readings import Limits
from recsql.runner.verdicts import Gates, judge

Write = Callable[[Mapping[str, str]], Path]

HERE = Location("checks/x.yml", 1)
FAIL = (Status.FAIL, None)
FIRST = (Status.WARN, Reason.FIRST_WINDOW)
PASS = (Status.PASS, None)


# --- the rule ------------------------------------------------------------------------------------


def check(**rules: object) -> Check:
    metric = Metric("m", error_if=thresholds.parse("> 5", HERE))
    plain = Check("x", "custom", "", Text("", HERE), HERE, metrics=(metric,), segments=("s",))
    return replace(plain, **rules)  # type: ignore[arg-type]


def ended(
    value: float, needed: int, past: Past, **rules: object
) -> tuple[tuple[Status, Reason | None], str | None]:
    found = check(**rules)
    verdict = judge(found, [{"s": None, "m": value}], Gates(0, 0, None, 0), Limits({}, {}))
    verdict = confirmed(found, verdict, needed, past)
    return (verdict.status, verdict.reason), verdict.metrics[0].note


def past(*windows: bool) -> Past:
    return Past({("x", "m", "{}"): windows} if windows else {}, "history.duckdb has no earlier one")


BEYOND = "beyond the limit"
NONE_KNOWN = " that is known (history.duckdb has no earlier one)"


@pytest.mark.parametrize(
    ("needed", "windows", "expected", "note"),
    [
        (1, (), FAIL, None),
        (2, (True,), FAIL, None),
        (2, (False,), FIRST, "first window beyond the limit; a failure from 2 in a row on"),
        (2, (), FIRST, f"first window beyond the limit{NONE_KNOWN}; a failure from 2 in a row on"),
        (3, (True, True), FAIL, None),
        (3, (True, False), FIRST, f"window 2 in a row {BEYOND}; a failure from 3 in a row on"),
        (3, (False, True), FIRST, "first window beyond the limit; a failure from 3 in a row on"),
        (
            3, (True,), FIRST,
            f"window 2 in a row beyond the limit{NONE_KNOWN}; a failure from 3 in a row on",
        ),
    ],
)  # fmt: skip
def test_a_metric_fails_when_the_windows_before_did(
    needed: int,
    windows: tuple[bool, ...],
    expected: tuple[Status, Reason | None],
    note: str | None,
) -> None:
    assert ended(9.0, needed, past(*windows)) == (expected, note)


@pytest.mark.parametrize("windows", [(), (True,), (False,)])
def test_what_passes_now_passes_whatever_was_before(windows: tuple[bool, ...]) -> None:
    assert ended(1.0, 2, past(*windows)) == (PASS, None)


def test_a_run_that_reads_no_history_says_so() -> None:
    said, note = ended(9.0, 2, Past())
    assert said == FIRST
    assert note is not None
    assert "(no history is read)" in note


def test_severity_warn_stays_a_warning() -> None:
    assert ended(9.0, 2, past(True), severity=Status.WARN)[0] == (Status.WARN, None)


def test_each_segment_has_windows_of_its_own() -> None:
    found = check(critical_segments=True)
    rows: list[dict[str, Scalar]] = [
        {"s": None, "m": 1.0},
        {"s": "home", "m": 9.0},
        {"s": "cart", "m": 9.0},
    ]
    known = Past({("x", "m", '{"s":"home"}'): (True,), ("x", "m", "{}"): (True,)}, "none")
    verdict = judge(found, rows, Gates(0, 0, None, 0), Limits({}, {}))
    verdict = confirmed(found, verdict, 2, known)
    assert [m.status for m in verdict.metrics] == [Status.PASS, Status.FAIL, Status.WARN]
    assert verdict.status is Status.FAIL


@pytest.mark.parametrize(
    ("own", "of_project", "needed"),
    [(None, None, 1), (None, 1, 1), (None, 2, 2), (1, 2, 1), (3, 2, 3), (2, None, 2)],
)
def test_a_check_goes_before_the_project(
    own: int | None, of_project: int | None, needed: int
) -> None:
    assert windows_needed(check(consecutive=own), {"consecutive": of_project}) == needed


# --- with a history ------------------------------------------------------------------------------

BAD = "sql: select {}.0 as m\nmetrics: {{m: {{error_if: '> 5'}}}}\n"
TWICE = "vars: {consecutive: 2}\n"


@pytest.fixture
def nights(write: Write) -> Callable[..., list[CheckResult]]:
    """Runs a project whose check counts so many bad rows, at some instants, with a history."""

    def nights(*counts: tuple[int, str], rules: str = TWICE, **of: object) -> list[CheckResult]:
        found: list[CheckResult] = []
        for count, as_of in counts:
            yml = "name: shop\n" + rules
            root = write({"recsql.yml": yml, "checks/bad.yml": BAD.format(count)})
            result = once(root, as_of, **of)
            append(root / "history.duckdb", result)
            found += result.checks
        return found

    return nights


def once(root: Path, as_of: str, **of: object) -> RunResult:
    request = Request(root, select=("bad",), as_of=as_of, history=root / "history.duckdb", **of)  # type: ignore[arg-type]
    return api.run_request(request)[0]


def told(checks: list[CheckResult]) -> list[tuple[Status, Reason | None]]:
    return [(check.status, check.reason) for check in checks]


Nights = Callable[..., list[CheckResult]]


def test_the_second_night_beyond_the_limit_fails_and_the_third(nights: Nights) -> None:
    found = nights((9, "2026-03-01"), (9, "2026-03-02"), (9, "2026-03-03"))
    assert told(found) == [FIRST, FAIL, FAIL]
    assert found[0].notes == (
        "m: first window beyond the limit that is known (history.duckdb has no earlier one);"
        " a failure from 2 in a row on",
    )


def test_a_night_that_is_well_begins_again(nights: Nights) -> None:
    found = nights((9, "2026-03-01"), (1, "2026-03-02"), (9, "2026-03-03"), (9, "2026-03-04"))
    assert told(found) == [FIRST, PASS, FIRST, FAIL]
    assert found[2].notes == ("m: first window beyond the limit; a failure from 2 in a row on",)


def test_a_retry_of_the_same_window_is_no_second_one(nights: Nights) -> None:
    found = nights((9, "2026-03-01"), (9, "2026-03-01"), (9, "2026-03-01 01:00:00"))
    assert told(found) == [FIRST, FIRST, FIRST]
    hourly = "vars: {consecutive: 2, consecutive_gap: 1h}\n"
    found = nights((9, "2026-03-01 01:00:00"), rules=hourly)
    assert told(found) == [FAIL]


def test_a_run_of_an_older_window_looks_back_from_there(nights: Nights) -> None:
    found = nights((9, "2026-03-05"), (9, "2026-03-01"), (9, "2026-03-03"))
    assert told(found) == [FIRST, FIRST, FAIL]


def test_a_check_may_ask_for_it_alone(nights: Nights) -> None:
    own = "checks: {bad: {consecutive: 3}}\n"
    found = nights((9, "2026-03-01"), (9, "2026-03-02"), (9, "2026-03-03"), rules=own)
    assert told(found) == [FIRST, FIRST, FAIL]
    assert told(nights((9, "2026-03-04"), rules="vars: {consecutive: 4}\n")) == [FAIL]


def test_another_window_or_sample_or_project_is_another_history(nights: Nights) -> None:
    first = nights((9, "2026-03-01"))
    shorter = nights((9, "2026-03-02"), rules=TWICE + "window: 7d\n")
    sampled = nights((9, "2026-03-03"), sample=0.5)
    assert told([*first, *shorter, *sampled]) == [FIRST, FIRST, FIRST]
    assert told(nights((9, "2026-03-04"))) == [FAIL]


def test_a_history_that_cannot_be_read_is_told_and_none_is_taken_to_have_failed(
    nights: Nights, tmp_path: Path
) -> None:
    nights((9, "2026-03-01"))
    (tmp_path / "history.duckdb").write_bytes(b"torn")
    (found,) = once(tmp_path, "2026-03-02").checks
    assert told([found]) == [FIRST]
    assert "cannot open the history" in found.notes[0]


def test_without_a_need_the_history_is_not_opened(write: Write) -> None:
    root = write({
        "recsql.yml": "name: shop\n",
        "checks/bad.yml": BAD.format(9),
        "history.duckdb": "torn",
    })  # fmt: skip
    assert told(list(once(root, "2026-03-02").checks)) == [FAIL]


def test_identifiers_that_name_a_segment_are_found_again_under_their_hash(write: Write) -> None:
    root = write({
        "recsql.yml": "name: shop\n" + TWICE,
        "checks/bad.yml": (
            "sql: select 'me@shop.example' as email, 9.0 as m\nsegments: [email]\n"
            "metrics: {m: {error_if: '> 5'}}\n"
        ),
    })  # fmt: skip
    seen: list[CheckResult] = []
    for day in ("2026-03-01", "2026-03-02"):
        result = once(root, day)
        append(root / "history.duckdb", result)
        seen += result.checks
    assert told(seen) == [FIRST, FAIL]
    assert b"me@shop" not in (root / "history.duckdb").read_bytes()
