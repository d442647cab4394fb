from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import CompileError, Location
from recsql.model import Check, Metric, Reason, Scalar, Status, Text, Threshold, Unit, Value
from recsql.project import thresholds
from recsql.results import MetricResult
from recsql.runner.readings import Limits
from recsql.runner.verdicts import Gates, Verdict, judge, worst

HERE = Location("checks/x.yml", 1)
OPEN = Gates(0.0, 0.0, None)
NOTHING = Limits({}, {})

Row = Mapping[str, Scalar]


def limit(text: str | None) -> Threshold | None:
    return None if text is None else thresholds.parse(text, HERE)


def metric(
    name: str = "m", *, error: str | None = None, warn: str | None = None, unit: Unit = Unit.NUMBER
) -> Metric:
    return Metric(name, unit, error_if=limit(error), warn_if=limit(warn))


def check(
    *metrics: Metric, segments: tuple[str, ...] = (), severity: Status = Status.FAIL
) -> Check:
    return Check(
        "x", "custom", "", Text("", HERE), HERE,
        metrics=metrics, segments=segments, severity=severity,
    )  # fmt: skip


def verdict(
    row: Row, error: str | None = None, warn: str | None = None, *, unit: Unit = Unit.NUMBER
) -> tuple[Status, Reason | None]:
    found = judge(check(metric(error=error, warn=warn, unit=unit)), [row], OPEN, NOTHING)
    return found.status, found.reason


def told(found: Verdict) -> tuple[Status, Reason | None]:
    return found.status, found.reason


PASS = (Status.PASS, None)
FAIL = (Status.FAIL, None)
WARN = (Status.WARN, None)
STRADDLES = (Status.UNKNOWN, Reason.INCONCLUSIVE)
EMPTY = (Status.UNKNOWN, Reason.EMPTY_INPUT)
TOO_LITTLE = (Status.UNKNOWN, Reason.NOT_ENOUGH_DATA)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (5.1, 9.0, FAIL),
        (5.0, 9.0, STRADDLES),  # low is at the limit, not beyond it
        (4.0, 5.0, PASS),  # high is at the limit
        (4.0, 5.1, STRADDLES),
        (1.0, 2.0, PASS),
    ],
)
def test_a_metric_fails_only_when_its_whole_interval_is_beyond_the_limit(
    low: float, high: float, expected: tuple[Status, Reason | None]
) -> None:
    assert verdict({"m": (low + high) / 2, "m_low": low, "m_high": high}, "> 5") == expected


@pytest.mark.parametrize(
    ("text", "below", "at", "above"),
    [
        ("> 5", PASS, PASS, FAIL),
        (">= 5", PASS, FAIL, FAIL),
        ("< 5", FAIL, PASS, PASS),
        ("<= 5", FAIL, FAIL, PASS),
        ("= 5", PASS, FAIL, PASS),
        ("!= 5", FAIL, PASS, FAIL),
    ],
)
def test_every_operator_decides_below_at_and_above_the_limit(
    text: str,
    below: tuple[Status, Reason | None],
    at: tuple[Status, Reason | None],
    above: tuple[Status, Reason | None],
) -> None:
    assert [verdict({"m": value}, text) for value in (4.0, 5.0, 6.0)] == [below, at, above]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> 5", [PASS, PASS, STRADDLES, STRADDLES, FAIL]),
        (">= 5", [PASS, STRADDLES, STRADDLES, FAIL, FAIL]),
        ("< 5", [FAIL, STRADDLES, STRADDLES, PASS, PASS]),
        ("<= 5", [FAIL, FAIL, STRADDLES, STRADDLES, PASS]),
        ("= 5", [PASS, STRADDLES, STRADDLES, STRADDLES, PASS]),
        ("!= 5", [FAIL, STRADDLES, STRADDLES, STRADDLES, FAIL]),
    ],
)
def test_every_operator_reads_intervals_the_same_way(
    text: str, expected: list[tuple[Status, Reason | None]]
) -> None:
    intervals = [(3.0, 4.0), (4.0, 5.0), (4.0, 6.0), (5.0, 6.0), (6.0, 7.0)]
    rows = [{"m": (low + high) / 2, "m_low": low, "m_high": high} for low, high in intervals]
    assert [verdict(row, text) for row in rows] == expected


numbers = st.floats(-1e6, 1e6, allow_nan=False)
operators = st.sampled_from([">", ">=", "<", "<=", "=", "!="])
beyond = {
    ">": lambda x, t: x > t,
    ">=": lambda x, t: x >= t,
    "<": lambda x, t: x < t,
    "<=": lambda x, t: x <= t,
    "=": lambda x, t: x == t,
    "!=": lambda x, t: x != t,
}


@given(operators, st.tuples(numbers, numbers, numbers), numbers)
def test_a_pass_has_no_point_of_the_interval_beyond_and_a_fail_has_no_other(
    operator: str, points: tuple[float, float, float], at: float
) -> None:
    low, value, high = sorted(points)
    row = {"m": value, "m_low": low, "m_high": high}
    threshold = Threshold(operator, at, None, "", HERE)
    judged = judge(check(Metric("m", error_if=threshold)), [row], OPEN, NOTHING)
    past = [beyond[operator](point, at) for point in (low, value, high)]
    inside = low <= at <= high
    if judged.status is Status.PASS:
        assert not any(past)
        assert not (inside and operator == "=")
    elif judged.status is Status.FAIL:
        assert all(past)
        assert not (inside and operator == "!=")
    else:
        assert told(judged) == STRADDLES
        assert low < high


@given(st.floats(), st.floats(), st.floats(), operators, numbers)
def test_a_number_that_is_none_never_passes(
    value: float, low: float, high: float, operator: str, at: float
) -> None:
    row = {"m": value, "m_low": low, "m_high": high}
    threshold = Threshold(operator, at, None, "", HERE)
    judged = judge(check(Metric("m", error_if=threshold)), [row], OPEN, NOTHING)
    if any(map(math.isnan, (value, low, high))):
        assert told(judged) == TOO_LITTLE


@given(
    st.one_of(st.none(), numbers),
    st.sampled_from([None, 0, 0.0]),
    operators,
    numbers,
    st.sampled_from(list(Unit)),
)
def test_empty_never_passes(
    value: float | None, n: float | None, operator: str, at: float, unit: Unit
) -> None:
    if value is not None and n is None:
        n = 0
    threshold = Threshold(operator, at, None, "", HERE)
    checked = check(Metric("m", unit, error_if=threshold))
    assert told(judge(checked, [{"m": value, "m_n": n}], OPEN, NOTHING)) == EMPTY


def test_no_rows_at_all_are_empty_input() -> None:
    assert told(judge(check(metric(error="> 5")), [], OPEN, NOTHING)) == EMPTY


def test_a_null_with_a_denominator_is_not_enough_data() -> None:
    assert verdict({"m": None, "m_n": 7}, "> 5") == TOO_LITTLE


def test_a_value_without_an_interval_is_judged_as_a_point() -> None:
    assert verdict({"m": 5.1, "m_low": None, "m_high": None}, "> 5") == FAIL


def test_a_check_without_limits_is_info() -> None:
    assert verdict({"m": 5.0}) == (Status.INFO, None)


@pytest.mark.parametrize(
    ("columns", "expected", "note"),
    [
        ({"m_persons": 99}, TOO_LITTLE, "99 of 100 persons needed"),
        ({"m_persons": 100}, FAIL, None),
        ({"m_positives": 29}, TOO_LITTLE, "29 of 30 positive outcomes needed"),
        ({"m_positives": 30}, FAIL, None),
        ({"m_persons": 0}, TOO_LITTLE, "0 of 100 persons needed"),
        ({"m_persons": 99, "m_positives": 1}, TOO_LITTLE, "99 of 100 persons needed"),
        ({"m_persons": None, "m_positives": None}, FAIL, None),
    ],
)
def test_the_gates_on_persons_and_positives_come_before_the_limit(
    columns: Row, expected: tuple[Status, Reason | None], note: str | None
) -> None:
    row: Row = {"m": 9.0, **columns}
    found = judge(check(metric(error="> 5")), [row], Gates(), NOTHING)
    assert (told(found), found.metrics[0].note) == (expected, note)


@pytest.mark.parametrize(
    ("unit", "half_width", "expected"),
    [
        (Unit.SHARE, 0.125, TOO_LITTLE),
        (Unit.SHARE, 0.0625, FAIL),
        (Unit.NUMBER, 0.125, FAIL),
        (Unit.SECONDS, 0.125, FAIL),
    ],
)
def test_the_gate_on_width_is_for_shares(
    unit: Unit, half_width: float, expected: tuple[Status, Reason | None]
) -> None:
    row = {"m": 0.5, "m_low": 0.5 - half_width, "m_high": 0.5 + half_width}
    assert told(judge(check(metric(error="> 0.1", unit=unit)), [row], Gates(), NOTHING)) == expected


def test_an_interval_exactly_as_wide_as_allowed_is_judged() -> None:
    row = {"m": 0.5, "m_low": 0.375, "m_high": 0.625}
    gates = Gates(0.0, 0.0, 0.125)
    checked = check(metric(error="> 0.1", unit=Unit.SHARE))
    assert told(judge(checked, [row], gates, NOTHING)) == FAIL


@pytest.mark.parametrize("reason", list(Reason))
def test_the_reason_column_forces_unknown_with_its_note(reason: Reason) -> None:
    row: Row = {"m": 9.0, "m_n": 100, "m_reason": f"{reason}: candidates undeclared"}
    found = judge(check(metric(error="> 5")), [row], OPEN, NOTHING)
    assert told(found) == (Status.UNKNOWN, reason)
    assert found.metrics[0].note == "candidates undeclared"


def test_a_reason_that_nobody_knows_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(CompileError) as caught:
        verdict({"m": 9.0, "m_reason": "not_comparabel: x"}, "> 5")
    assert (caught.value.message, caught.value.hint) == (
        "`not_comparabel` is not a reason",
        "did you mean `not_comparable`?",
    )


def test_an_empty_reason_is_none() -> None:
    assert verdict({"m": 9.0, "m_reason": ""}, "> 5") == FAIL


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (9.0, 8.0, 10.0, FAIL),  # beyond the high end of the limit
        (6.5, 5.0, 7.5, STRADDLES),
        (6.5, 6.2, 6.8, STRADDLES),  # inside the limit's own interval
        (3.0, 2.0, 4.0, PASS),  # at the low end of the limit
        (7.5, 7.0, 8.0, STRADDLES),  # at the high end
    ],
)
def test_a_limit_with_an_interval_is_passed_at_its_far_end_only(
    value: float, low: float, high: float, expected: tuple[Status, Reason | None]
) -> None:
    row: Row = {"m": value, "m_low": low, "m_high": high, "w": 5.0, "w_low": 4.0, "w_high": 7.0}
    checked = check(metric(error="> w"), metric("w"))
    assert told(judge(checked, [row], OPEN, NOTHING)) == expected


def headline(status: Status) -> MetricResult:
    return MetricResult("w", {}, 5.0, Unit.SECONDS, low=4.0, high=7.0, status=status)


def test_a_limit_may_be_the_headline_of_another_check() -> None:
    limits = Limits({}, {"w": headline(Status.INFO)})
    found = judge(check(metric(error="> w")), [{"m": 7.5}], OPEN, limits)
    assert (told(found), found.metrics[0].limit) == (FAIL, 7.0)


def test_a_limit_that_is_itself_unknown_identifies_nothing() -> None:
    limits = Limits({}, {"w": headline(Status.UNKNOWN)})
    found = judge(check(metric(error="> w")), [{"m": 7.5}], OPEN, limits)
    assert told(found) == (Status.UNKNOWN, Reason.NOT_IDENTIFIED)
    assert found.metrics[0].note == "the limit `> w` is not known"


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("> w", {"w": 6.0}, FAIL),  # a variable that is set goes before a metric
        ("> w", {"w": None}, PASS),  # an unset one does not
        ("> var:w", {"w": 6.0}, FAIL),
        ("> var:w", {"w": None}, (Status.UNKNOWN, Reason.NOT_IDENTIFIED)),
    ],
)
def test_a_variable_goes_before_a_metric_of_the_same_name(
    text: str, variables: dict[str, Value], expected: tuple[Status, Reason | None]
) -> None:
    row: Row = {"m": 7.0, "w": 8.0}
    checked = check(metric(error=text), metric("w"))
    assert told(judge(checked, [row], OPEN, Limits(variables, {}))) == expected


def excused(limit_text: str = "other <= 5") -> Check:
    subject, unless = thresholds.parse_with_subject(limit_text, HERE)
    found = Metric(
        "m", error_if=limit("> 5"), unless=unless, unless_metric=subject, excuse="users are away"
    )
    return check(found, metric("other"))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"other": 3.0, "other_low": 2.0, "other_high": 5.0}, WARN),
        ({"other": 3.0, "other_low": 2.0, "other_high": 5.5}, FAIL),
        ({"other": 6.0, "other_low": 5.5, "other_high": 7.0}, FAIL),
        ({"other": 3.0}, FAIL),  # a bare number proves nothing
        ({"other": None}, FAIL),
    ],
)
def test_an_excuse_counts_only_when_its_whole_interval_proves_it(
    other: Row, expected: tuple[Status, Reason | None]
) -> None:
    found = judge(excused(), [{"m": 9.0, **other}], OPEN, NOTHING)
    assert told(found) == expected
    assert found.metrics[0].note == ("users are away" if expected == WARN else None)


def test_an_excuse_does_not_touch_a_pass() -> None:
    row = {"m": 1.0, "other": 3.0, "other_low": 2.0, "other_high": 4.0}
    assert told(judge(excused(), [row], OPEN, NOTHING)) == PASS


@pytest.mark.parametrize(
    ("value", "expected"), [(9.0, FAIL), (4.0, WARN), (1.0, PASS), (3.0, PASS)]
)
def test_warn_if_is_looked_at_after_error_if(
    value: float, expected: tuple[Status, Reason | None]
) -> None:
    assert verdict({"m": value}, error="> 5", warn="> 3") == expected


def test_a_metric_that_may_be_beyond_the_error_limit_is_not_called_a_warning() -> None:
    row = {"m": 5.0, "m_low": 4.0, "m_high": 6.0}
    assert verdict(row, error="> 5", warn="> 3") == STRADDLES


@pytest.mark.parametrize(("value", "expected"), [(9.0, WARN), (1.0, PASS), (None, TOO_LITTLE)])
def test_severity_warn_turns_a_fail_into_a_warning_and_nothing_else(
    value: float | None, expected: tuple[Status, Reason | None]
) -> None:
    checked = check(metric(error="> 5"), severity=Status.WARN)
    assert told(judge(checked, [{"m": value, "m_n": 3}], OPEN, NOTHING)) == expected


ORDER = [
    Status.ERROR, Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS, Status.INFO, Status.SKIP,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ORDER)))
def test_the_worst_comes_first_whatever_the_order(number: int) -> None:
    rest = ORDER[number:]
    assert {worst(some) for some in permutations(rest[:3])} == {rest[0]}


@given(st.lists(st.sampled_from(ORDER), min_size=1))
def test_the_worst_is_one_of_them_and_none_is_worse(statuses: list[Status]) -> None:
    found = worst(statuses)
    assert found in statuses
    assert all(ORDER.index(found) <= ORDER.index(status) for status in statuses)


def test_the_worst_of_none_is_skip() -> None:
    assert worst([]) is Status.SKIP


def test_the_worst_limited_metric_decides_and_metrics_without_limits_do_not() -> None:
    checked = check(metric("a", error="> 5"), metric("b", warn="> 5"), metric("c"))
    row = {"a": 1.0, "b": 9.0, "c": None, "c_n": 0}
    found = judge(checked, [row], OPEN, NOTHING)
    assert told(found) == WARN
    assert [m.status for m in found.metrics] == [Status.PASS, Status.WARN, Status.UNKNOWN]


def test_the_total_decides_whatever_its_segments_say() -> None:
    checked = check(metric(error="> 5"), segments=("surface",))
    rows: list[Row] = [
        {"surface": "home", "m": 9.0},
        {"surface": None, "m": 1.0},
        {"surface": "cart", "m": None},
    ]
    found = judge(checked, rows, OPEN, NOTHING)
    assert told(found) == PASS
    assert [(m.segment, m.status) for m in found.metrics] == [
        ({"surface": "home"}, Status.FAIL),
        ({}, Status.PASS),
        ({"surface": "cart"}, Status.UNKNOWN),
    ]


def test_a_segment_tells_of_a_number_without_limits_only_what_it_has() -> None:
    checked = check(metric("a", error="> 5"), metric("b"), segments=("s",))
    rows: list[Row] = [
        {"s": None, "a": 0.1, "b": None},
        {"s": "x", "a": None, "b": None},
        {"s": "y", "a": None, "b": None, "b_n": 0},
        {"s": "z", "a": None, "b": None, "b_reason": "not_identified"},
    ]
    found = judge(checked, rows, OPEN, NOTHING).metrics
    assert [(m.name, m.segment.get("s")) for m in found] == [
        ("a", None), ("b", None), ("a", "x"), ("a", "y"), ("b", "y"), ("a", "z"), ("b", "z"),
    ]  # fmt: skip


def test_without_a_total_the_worst_segment_decides() -> None:
    checked = check(metric(error="> 5"), segments=("surface",))
    rows: list[Row] = [{"surface": "home", "m": 9.0}, {"surface": "cart", "m": 1.0}]
    assert told(judge(checked, rows, OPEN, NOTHING)) == FAIL


def test_a_metric_column_that_is_missing_is_an_error_with_the_nearest_column() -> None:
    with pytest.raises(CompileError) as caught:
        judge(check(metric("late_share")), [{"late_shar": 1.0}], OPEN, NOTHING)
    assert (caught.value.message, caught.value.hint) == (
        "check `x` returns no column `late_share`",
        "did you mean `late_shar`?",
    )


def test_a_column_that_belongs_to_nothing_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(CompileError) as caught:
        judge(check(metric()), [{"m": 1.0, "m_lo": 1.0}], OPEN, NOTHING)
    assert (caught.value.message, caught.value.hint) == (
        "column `m_lo` of check `x` is no segment and no metric",
        "did you mean `m_low`?",
    )


def test_a_result_carries_its_numbers_limits_and_unit() -> None:
    checked = check(metric(error="> 10%", warn="> 5%", unit=Unit.SHARE))
    row = {"m": 0.07, "m_low": 0.06, "m_high": 0.08, "m_n": 500}
    assert judge(checked, [row], OPEN, NOTHING).metrics == (
        MetricResult(
            "m", {}, 0.07, Unit.SHARE, low=0.06, high=0.08, n=500.0, warn_if="> 5%",
            error_if="> 10%", limit=0.05, status=Status.WARN,
        ),
    )  # fmt: skip
