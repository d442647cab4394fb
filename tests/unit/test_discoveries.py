from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import Location
from recsql.model import Check, Metric, Reason, Scalar, Status, Text, Unit
from recsql.project import thresholds
from recsql.runner.discoveries import discoveries
from recsql.runner.readings import Limits
from recsql.runner.verdicts import Gates, Verdict, judge

HERE = Location("checks/x.yml", 1)
OPEN = Gates(0.0, 0.0, None, 0.0)

FAIL = (Status.FAIL, None)
WARN = (Status.WARN, None)
PASS = (Status.PASS, None)
CHANCE = (Status.UNKNOWN, Reason.INCONCLUSIVE)


def check(error: str | None = "> 0", warn: str | None = None, *, critical: bool = False) -> Check:
    limits = [None if text is None else thresholds.parse(text, HERE) for text in (error, warn)]
    metric = Metric("m", Unit.NUMBER, error_if=limits[0], warn_if=limits[1])
    return Check(
        "x", "custom", "", Text("", HERE), HERE,
        metrics=(metric,), segments=("s",), critical_segments=critical,
    )  # fmt: skip


def row(segment: str | None, score: float, **columns: Scalar) -> dict[str, Scalar]:
    """A mean with standard error 1, so that its score against 0 is its value."""
    return {"s": segment, "m": score, "m_low": score - 1.96, "m_high": score + 1.96, **columns}


def ruled(
    found: Check, *scores: float, total: float | None = 0.0, gates: Gates = OPEN
) -> tuple[Verdict, list[tuple[Status, Reason | None]]]:
    rows = [] if total is None else [row(None, total)]
    rows += [row(f"s{place}", score) for place, score in enumerate(scores)]
    verdict = judge(found, rows, gates, Limits({}, {}))
    return verdict, [(m.status, m.reason) for m in verdict.metrics if m.segment]


@pytest.mark.parametrize(
    ("p_values", "q", "expected"),
    [
        ((), 0.05, ()),
        ((0.05,), 0.05, (True,)),
        ((0.06,), 0.05, (False,)),
        # Benjamini and Hochberg's own 15 p-values: the four smallest
        (
            (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
             0.5719, 0.6528, 0.7590, 1.0),
            0.05,
            (True,) * 4 + (False,) * 11,
        ),
        ((0.9, 0.04, 0.02), 0.06, (False, True, True)),  # 0.02 leans on the one above it
        ((0.02, 0.9, 0.9), 0.05, (False, False, False)),
    ],
)  # fmt: skip
def test_discoveries_are_the_k_smallest(
    p_values: tuple[float, ...], q: float, expected: tuple[bool, ...]
) -> None:
    assert discoveries(p_values, q) == expected


def test_one_of_many_segments_barely_beyond_is_what_chance_makes() -> None:
    """2.1 standard errors: p = 0.018, above 0.05 / 3 and below 0.05 / 2."""
    assert ruled(check(), 2.1)[1] == [FAIL]
    assert ruled(check(), 2.1, -9.0)[1] == [FAIL, PASS]
    verdict, segments = ruled(check(), 2.1, -9.0, -9.0)
    assert segments == [CHANCE, PASS, PASS]
    assert [m.note for m in verdict.metrics if m.segment] == [
        "beyond the limit, but not clearly enough for one of 3 segments"
        " (Benjamini-Hochberg, q = 5%)",
        None,
        None,
    ]


def test_one_that_is_clearly_beyond_lets_others_count() -> None:
    """p = 0.018 is the second of three: 2 / 3 of 0.05 are enough."""
    assert ruled(check(), 2.1, 5.0, -9.0)[1] == [FAIL, FAIL, PASS]


def test_a_discovery_whose_interval_straddles_stays_inconclusive() -> None:
    """p = 0.036 of four segments is a discovery beside three others; the interval says no."""
    assert ruled(check(), 1.8, 5.0, 5.0, 5.0)[1] == [CHANCE, FAIL, FAIL, FAIL]


def test_the_total_is_no_member_of_the_family() -> None:
    verdict, _ = ruled(check(), -9.0, -9.0, -9.0, total=2.1)
    assert verdict.metrics[0].status is Status.FAIL


@pytest.mark.parametrize(
    ("operator", "scores", "expected"),
    [
        ("< 0", (-2.1, 9.0, 9.0), [CHANCE, PASS, PASS]),
        ("< 0", (-3.0, 9.0, 9.0), [FAIL, PASS, PASS]),
        ("!= 0", (2.1, 0.0, 0.0), [CHANCE, CHANCE, CHANCE]),
        ("!= 0", (-3.0, 0.0, 0.0), [FAIL, CHANCE, CHANCE]),
    ],
)
def test_each_direction_has_its_test(
    operator: str, scores: tuple[float, ...], expected: list[tuple[Status, Reason | None]]
) -> None:
    assert ruled(check(operator), *scores)[1] == expected


def test_warnings_are_controlled_like_failures() -> None:
    assert ruled(check(None, "> 0"), 2.1)[1] == [WARN]
    assert ruled(check(None, "> 0"), 2.1, -9.0, -9.0)[1] == [CHANCE, PASS, PASS]


def test_what_is_not_judged_is_not_counted() -> None:
    """Two of four segments have no verdict of their own: p = 0.018 is one of two."""
    found: list[dict[str, Scalar]] = [
        row(None, 0.0),
        row("a", 2.1),
        row("b", -9.0),
        row("c", -9.0, m_reason="not_comparable: other units"),
        {"s": "d", "m": None, "m_low": None, "m_high": None},
    ]
    rows = [{"m_reason": None, **cells} for cells in found]
    verdict = judge(check(), rows, OPEN, Limits({}, {}))
    assert [m.status for m in verdict.metrics[1:3]] == [Status.FAIL, Status.PASS]


def test_a_number_without_an_interval_is_no_test() -> None:
    """A count of all rows has no chance in it, and takes none from the others."""
    rows: list[dict[str, Scalar]] = [row(None, 0.0), *(row(f"s{n}", -9.0) for n in range(20))]
    rows += [{"s": "exact", "m": 0.1, "m_low": None, "m_high": None}]
    rows += [{"s": "no width", "m": 0.1, "m_low": 0.1, "m_high": 0.1}]
    verdict = judge(check(), rows, OPEN, Limits({}, {}))
    assert [m.status for m in verdict.metrics[-2:]] == [Status.FAIL, Status.FAIL]


# --- who decides ---------------------------------------------------------------------------------


def test_a_segment_decides_only_where_segments_are_critical() -> None:
    calm, _ = ruled(check(), 5.0, total=-5.0)
    critical, _ = ruled(check(critical=True), 5.0, total=-5.0)
    assert (calm.status, critical.status) == (Status.PASS, Status.FAIL)
    assert calm.notes == ()
    assert critical.notes == ("the total is pass: its critical segments decide",)


def test_a_critical_segment_that_chance_explains_is_unknown_and_none_is_a_pass() -> None:
    verdict, _ = ruled(check(critical=True), 2.1, -9.0, -9.0, total=-5.0)
    assert (verdict.status, verdict.reason) == CHANCE


def test_critical_segments_that_pass_do_not_mend_a_total_that_fails() -> None:
    verdict, _ = ruled(check(critical=True), -5.0, total=5.0)
    assert verdict.status is Status.FAIL
    assert verdict.notes == ()


# --- who is shown --------------------------------------------------------------------------------


def sized(segment: str | None, persons: float | None, score: float = 9.0) -> dict[str, Scalar]:
    return row(segment, score, m_persons=persons)


GATES = Gates(0.0, 0.0, None)


def test_segments_below_30_persons_are_not_shown_and_the_total_is_whatever_its_size() -> None:
    rows = [sized(None, 5, -9.0), sized("small", 29), sized("large", 30), sized("unsized", None)]
    verdict = judge(check(), rows, GATES, Limits({}, {}))
    assert [m.segment for m in verdict.metrics] == [{}, {"s": "large"}, {"s": "unsized"}]
    assert verdict.notes == ("1 segment has fewer than 30 persons: not shown, not judged",)
    assert verdict.status is Status.PASS


def test_a_hidden_segment_is_no_critical_one_and_no_member_of_the_family() -> None:
    rows = [sized(None, 500, -9.0), sized("a", 500, 2.1), sized("b", 29), sized("c", 29)]
    verdict = judge(check(critical=True), rows, GATES, Limits({}, {}))
    assert [m.status for m in verdict.metrics] == [Status.PASS, Status.FAIL]


def test_where_all_that_there_is_is_too_small_nothing_is_known() -> None:
    verdict = judge(check(), [sized("a", 3), sized("b", 29)], GATES, Limits({}, {}))
    assert (verdict.status, verdict.reason) == (Status.UNKNOWN, Reason.NOT_ENOUGH_DATA)
    assert verdict.notes == ("2 segments have fewer than 30 persons: not shown, not judged",)


# --- properties ----------------------------------------------------------------------------------

scores = st.lists(st.floats(-6.0, 6.0), min_size=1, max_size=8)


@given(scores, st.sampled_from(["> 0", ">= 0", "< 0", "<= 0", "!= 0"]))
def test_the_family_only_ever_turns_a_failure_to_inconclusive(
    values: list[float], operator: str
) -> None:
    _, together = ruled(check(operator), *values)
    for value, found in zip(values, together, strict=True):
        _, (alone,) = ruled(check(operator), value)
        assert found == alone or (alone, found) == (FAIL, CHANCE)


@given(scores, st.integers(0, 7))
def test_a_failing_segment_stays_failing_when_it_gets_worse(values: list[float], at: int) -> None:
    place = at % len(values)
    worse = [*values[:place], values[place] + 1.0, *values[place + 1 :]]
    before, after = (ruled(check(), *found)[1] for found in (values, worse))
    assert all(after[n] == FAIL for n, found in enumerate(before) if found == FAIL)


@given(st.lists(st.floats(0.0, 1.0), max_size=30), st.floats(0.001, 0.5))
def test_more_false_discoveries_allowed_are_never_fewer_discoveries(
    p_values: list[float], q: float
) -> None:
    few, many = discoveries(p_values, q), discoveries(p_values, q * 2)
    assert all(more for less, more in zip(few, many, strict=True) if less)
    bonferroni = [p <= q / max(len(p_values), 1) for p in p_values]
    assert all(found for sure, found in zip(bonferroni, few, strict=True) if sure)
    assert all(p <= q or not found for p, found in zip(p_values, few, strict=True))


def test_p_is_what_the_comments_say() -> None:
    assert 0.5 * math.erfc(2.1 / math.sqrt(2.0)) == pytest.approx(0.0179, abs=5e-5)
    assert 0.5 * math.erfc(1.8 / math.sqrt(2.0)) == pytest.approx(0.0359, abs=5e-5)
