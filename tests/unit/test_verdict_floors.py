"""What no verdict may ever do, on random rows, limits and gates."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import Location
from recsql.model import Check, Metric, Reason, Scalar, Status, Text, Threshold, Unit
from recsql.results import MetricResult
from recsql.runner.readings import Limits
from recsql.runner.verdicts import Gates, Verdict, judge

HERE = Location("checks/x.yml", 1)
NOTHING = Limits({}, {})
OPEN = Gates(0.0, 0.0, None, 0.0)

operators = st.sampled_from([">", ">=", "<", "<=", "=", "!="])
levels = st.integers(-4, 4).map(lambda n: n / 4)
"""Few numbers, so that ends meet limits often."""
thresholds = st.builds(
    lambda op, at: Threshold(op, at, None, f"{op} {at}", HERE), operators, levels
)
metrics = st.builds(
    lambda unit, error, warn: Metric("m", unit, error_if=error, warn_if=warn),
    st.sampled_from(list(Unit)),
    thresholds,
    st.none() | thresholds,
)
anything = st.none() | st.floats()
cells = st.fixed_dictionaries(
    {"m": anything | levels},
    optional={
        "m_low": anything | levels,
        "m_high": anything | levels,
        "m_n": st.none() | st.integers(0, 200),
        "m_persons": st.none() | st.integers(0, 200),
        "m_positives": st.none() | st.integers(0, 60),
        "m_reason": st.sampled_from([None, "", "not_comparable: x", "empty_input"]),
    },
)
gates = st.sampled_from([OPEN, Gates()])
DECIDED = {Status.PASS, Status.WARN, Status.FAIL}


def check(metric: Metric, *, sequential: bool = False, critical: bool = False) -> Check:
    return Check(
        "x", "custom", "", Text("", HERE), HERE, metrics=(metric,), segments=("s",),
        sequential=sequential, critical_segments=critical,
    )  # fmt: skip


def one(metric: Metric, row: dict[str, Scalar], found: Gates = OPEN, **rules: bool) -> MetricResult:
    (result,) = judge(check(metric, **rules), [{"s": None, **row}], found, NOTHING).metrics
    return result


@given(metrics, cells, gates, st.booleans())
def test_a_decided_verdict_has_data_and_enough_of_it(
    metric: Metric, row: dict[str, Scalar], found: Gates, sequential: bool
) -> None:
    result = one(metric, row, found, sequential=sequential)
    if result.status not in DECIDED:
        assert result.status is Status.UNKNOWN
        assert result.reason is not None
        return
    assert result.value is not None
    assert not any(end is not None and math.isnan(end) for end in (result.low, result.high))
    assert not math.isnan(result.value)
    assert result.n != 0
    assert not row.get("m_reason")
    for name, least in (("persons", found.min_persons), ("positives", found.min_positives)):
        count = row.get(f"m_{name}")
        assert count is None or float(count) >= least
    if found.max_half_width is not None and metric.unit is Unit.SHARE and result.low is not None:
        assert result.high is None or result.high - result.low <= 2 * found.max_half_width


@given(metrics, gates, st.integers(0, 3), st.booleans(), st.booleans())
def test_rows_without_numbers_are_never_decided(
    metric: Metric, found: Gates, count: int, sequential: bool, critical: bool
) -> None:
    rows: list[dict[str, Scalar]] = [{"s": f"s{n}", "m": None, "m_n": 0} for n in range(count)]
    verdict = judge(check(metric, sequential=sequential, critical=critical), rows, found, NOTHING)
    assert (verdict.status, verdict.reason) == (Status.UNKNOWN, Reason.EMPTY_INPUT)


@given(metrics, st.tuples(levels, levels, levels), st.tuples(levels, levels))
def test_a_wider_interval_decides_nothing_that_a_narrower_one_did_not(
    metric: Metric, points: tuple[float, float, float], more: tuple[float, float]
) -> None:
    low, value, high = sorted(points)
    narrow = one(metric, {"m": value, "m_low": low, "m_high": high})
    ends = {"m_low": low - abs(more[0]), "m_high": high + abs(more[1])}
    wide = one(metric, {"m": value, **ends})
    assert wide.status in {narrow.status, Status.UNKNOWN}
    open_ended = one(metric, {"m": value, "m_low": ends["m_low"], "m_high": None})
    assert open_ended.status in {wide.status, Status.UNKNOWN}


@given(metrics, st.tuples(levels, levels, levels), st.integers(1, 10**6))
def test_a_sequential_interval_decides_nothing_that_the_usual_one_did_not(
    metric: Metric, points: tuple[float, float, float], persons: int
) -> None:
    low, value, high = sorted(points)
    row: dict[str, Scalar] = {"m": value, "m_low": low, "m_high": high, "m_persons": persons}
    usual, always = one(metric, row), one(metric, row, sequential=True)
    assert always.status in {usual.status, Status.UNKNOWN}
    assert (usual.sequential, always.sequential) == (False, True)
    assert always.low is not None
    assert always.high is not None
    assert always.low <= low + 1e-12
    assert always.high >= high - 1e-12


@given(metrics, cells, gates, st.integers(1, 10**6))
def test_fewer_persons_never_decide_more(
    metric: Metric, row: dict[str, Scalar], found: Gates, persons: int
) -> None:
    many = one(metric, {**row, "m_persons": persons}, found)
    few = one(metric, {**row, "m_persons": persons // 2}, found)
    assert few.status in {many.status, Status.UNKNOWN}


@given(
    metrics,
    st.lists(st.tuples(levels, levels, levels), min_size=1, max_size=6),
    st.integers(0, 5),
    st.booleans(),
)
def test_a_wider_segment_never_turns_to_the_other_side(
    metric: Metric, segments: list[tuple[float, float, float]], at: int, critical: bool
) -> None:
    def judged(stretch: float) -> Verdict:
        rows: list[dict[str, Scalar]] = []
        for place, points in enumerate(segments):
            low, value, high = sorted(points)
            more = stretch if place == at % len(segments) else 0.0
            rows.append({"s": f"s{place}", "m": value, "m_low": low - more, "m_high": high + more})
        return judge(check(metric, critical=critical), rows, OPEN, NOTHING)

    before, after = judged(0.0), judged(0.5)
    other = {Status.PASS: Status.FAIL, Status.FAIL: Status.PASS}
    for narrow, wide in zip(before.metrics, after.metrics, strict=True):
        assert wide.status is not other.get(narrow.status)
    assert after.status is not other.get(before.status)


@given(metrics, st.lists(cells, min_size=1, max_size=4), cells, gates)
def test_segments_change_nothing_of_the_total(
    metric: Metric, segments: list[dict[str, Scalar]], total: dict[str, Scalar], found: Gates
) -> None:
    rows = [{"s": None, **total}, *({"s": f"s{n}", **row} for n, row in enumerate(segments))]
    alone = judge(check(metric), rows[:1], found, NOTHING)
    beside = judge(check(metric), rows, found, NOTHING)
    assert (beside.status, beside.reason) == (alone.status, alone.reason)
    assert repr(beside.metrics[0]) == repr(alone.metrics[0])  # NaN is not itself


@given(metrics, st.lists(cells, min_size=1, max_size=4), gates)
def test_critical_segments_never_make_a_check_better(
    metric: Metric, segments: list[dict[str, Scalar]], found: Gates
) -> None:
    order = [Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS]
    rows = [{"s": None if n == 0 else f"s{n}", **row} for n, row in enumerate(segments)]
    calm = judge(check(metric), rows, found, NOTHING).status
    critical = judge(check(metric, critical=True), rows, found, NOTHING).status
    assert order.index(critical) <= order.index(calm)


# --- sequential ----------------------------------------------------------------------------------

SHARE = Metric("m", Unit.SHARE, error_if=Threshold(">", 0.46, None, "> 46%", HERE))
ROW: dict[str, Scalar] = {"s": None, "m": 0.5, "m_low": 0.469, "m_high": 0.531, "m_persons": 1000}


@pytest.mark.parametrize(
    ("of_check", "of_project", "sequential"),
    [
        (None, None, False), (None, False, False), (None, True, True),
        (True, False, True), (True, None, True), (False, True, False),
    ],
)  # fmt: skip
def test_a_check_goes_before_the_project(
    of_check: bool | None, of_project: bool | None, sequential: bool
) -> None:
    """0.5 ± 0.031 is above 0.46, 0.5 ± 0.048 is not sure to be: the figures of audits.md."""
    found = replace(check(SHARE), sequential=of_check)
    verdict = judge(found, [ROW], OPEN, Limits({"sequential": of_project}, {}))
    (result,) = verdict.metrics
    assert result.sequential is sequential
    assert result.low == pytest.approx(0.452 if sequential else 0.469, abs=5e-4)
    assert result.high == pytest.approx(0.548 if sequential else 0.531, abs=5e-4)
    assert verdict.status is (Status.UNKNOWN if sequential else Status.FAIL)
    note = "sequential: intervals are widened, so that they hold at every look"
    assert verdict.notes == ((note,) if sequential else ())


def test_a_denominator_stands_in_for_the_persons() -> None:
    plain = {name: cell for name, cell in ROW.items() if name != "m_persons"}
    result = one(SHARE, {**plain, "m_n": 1000}, sequential=True)
    assert result.low == pytest.approx(0.452, abs=5e-4)


def test_where_nothing_tells_how_much_data_there_is_nothing_is_decided() -> None:
    plain = {name: cell for name, cell in ROW.items() if name != "m_persons"}
    result = one(SHARE, plain, sequential=True)
    assert (result.status, result.reason, result.sequential) == (
        Status.UNKNOWN, Reason.NOT_IDENTIFIED, False,
    )  # fmt: skip
    assert result.note == "sequential needs the column m_persons or m_n"


def test_a_number_without_an_interval_has_none_to_widen() -> None:
    result = one(SHARE, {"m": 0.5}, sequential=True)
    assert (result.status, result.low, result.high, result.sequential) == (
        Status.FAIL, None, None, False,
    )  # fmt: skip


def test_the_gate_on_width_looks_at_the_interval_that_is_published() -> None:
    narrow = replace(OPEN, max_half_width=0.04)
    row = {name: cell for name, cell in ROW.items() if name != "s"}
    assert one(SHARE, row, narrow).status is Status.FAIL
    always = one(SHARE, row, narrow, sequential=True)
    assert (always.status, always.reason) == (Status.UNKNOWN, Reason.NOT_ENOUGH_DATA)


def test_a_limit_that_is_a_metric_of_the_same_row_is_widened_too() -> None:
    limit = Threshold(">", None, "w", "> w", HERE)
    found = replace(
        check(Metric("m", error_if=limit)), metrics=(Metric("m", error_if=limit), Metric("w"))
    )
    row: dict[str, Scalar] = {"s": None, "m": 0.55, "m_low": 0.55, "m_high": 0.55}
    row |= {"w": 0.5, "w_low": 0.469, "w_high": 0.531, "w_persons": 1000, "m_n": 9}
    assert judge(found, [row], OPEN, NOTHING).status is Status.FAIL
    always = judge(replace(found, sequential=True), [row], OPEN, NOTHING)
    assert always.status is Status.FAIL  # 0.55 is above 0.548, too
    row["w_persons"] = 100
    always = judge(replace(found, sequential=True), [row], OPEN, NOTHING)
    assert always.status is Status.UNKNOWN
