from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from recsql.model import Unit
from recsql.runner.intervals import (
    Interval,
    Side,
    always_valid,
    always_valid_p_value,
    p_value,
)

units = st.sampled_from(list(Unit))
shares = st.floats(0.001, 0.999)
counts = st.integers(1, 10_000_000).map(float)


def around(value: float, se: float, unit: Unit = Unit.NUMBER) -> Interval:
    return Interval(value, value - 1.96 * se, value + 1.96 * se, unit)


def wilson(hits: int, n: int) -> Interval:
    z, p = 1.96, hits / n
    middle, scale = p + z * z / (2 * n), 1 + z * z / n
    arm = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(p, (middle - arm) / scale, (middle + arm) / scale, Unit.SHARE)


# --- p-values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("score", [-3.0, -1.0, 0.0, 0.5, 1.5, 2.5, 5.0])
def test_of_a_plain_interval_the_p_value_is_that_of_the_normal_test(score: float) -> None:
    found = around(7.0, 0.25)
    expected = pytest.approx(stats.norm.sf(score), rel=1e-9)
    assert p_value(found, 7.0 - 0.25 * score, Side.ABOVE) == expected
    assert p_value(found, 7.0 + 0.25 * score, Side.BELOW) == expected


def test_of_a_wilson_interval_it_is_nearly_that_of_the_logit_test() -> None:
    """Wilson's interval is symmetric on the logit scale, so both arms tell one standard error."""
    found = wilson(4, 200)
    logit = [math.log(p / (1 - p)) for p in (found.low, found.value, found.high)]
    assert logit[1] - logit[0] == pytest.approx(logit[2] - logit[1], rel=1e-9)
    se = (logit[1] - logit[0]) / 1.96
    expected = stats.norm.sf((logit[1] - math.log(0.01 / 0.99)) / se)
    assert p_value(found, 0.01, Side.ABOVE) == pytest.approx(expected, rel=1e-9)


def test_of_an_interval_of_a_ratio_it_is_that_of_the_logarithm() -> None:
    found = Interval(2.0, 1.0, 4.0)
    se = math.log(2.0) / 1.96
    expected = stats.norm.sf(math.log(2.0 / 1.5) / se)
    assert p_value(found, 1.5, Side.ABOVE) == pytest.approx(expected, rel=1e-9)
    assert p_value(found, 0.0, Side.ABOVE) == pytest.approx(stats.norm.sf(2 * 1.96), rel=1e-9)


@pytest.mark.parametrize(
    ("found", "limit", "expected"),
    [
        (Interval(5.0, 5.0, 5.0), 4.0, None),  # exact: nothing to test
        (Interval(math.nan, 1.0, 2.0), 1.5, None),
        (Interval(5.0, -math.inf, 6.0), 4.0, 1.0),  # no lower end: nothing is above anything
        (Interval(5.0, 4.0, math.inf), 4.0, 0.025),
        (Interval(5.0, 5.0, 7.0), 4.0, stats.norm.sf(1.96)),  # no arm below: half the width
    ],
)
def test_an_interval_that_lacks_an_arm_says_what_it_can(
    found: Interval, limit: float, expected: float | None
) -> None:
    said = p_value(found, limit, Side.ABOVE)
    assert said == (None if expected is None else pytest.approx(expected, rel=1e-6))


@given(st.tuples(shares, shares, shares), shares, units, st.sampled_from(list(Side)))
@example((0.001, 0.001, 0.0010000000000000002), 0.5, Unit.SECONDS, Side.ABOVE)
def test_a_p_value_says_what_the_interval_says(
    points: tuple[float, float, float], limit: float, unit: Unit, side: Side
) -> None:
    low, value, high = sorted(points)
    said = p_value(Interval(value, low, high, unit), limit, side)
    if low < high:
        assert said is not None
        beyond = low > limit if side is Side.ABOVE else high < limit
        assert (said <= 0.025) if beyond else (said >= 0.025)


@given(shares, st.floats(0.001, 2.0), st.tuples(shares, shares), counts)
def test_a_farther_limit_is_less_likely_passed_by_chance(
    value: float, se: float, limits: tuple[float, float], count: float
) -> None:
    near, far = max(limits), min(limits)
    found = around(value, se)
    once = [p_value(found, limit, Side.ABOVE) for limit in (near, far)]
    always = [always_valid_p_value(found, limit, Side.ABOVE, count) for limit in (near, far)]
    for at_near, at_far in (once, always):
        assert at_near is not None
        assert at_far is not None
        assert at_far <= at_near


# --- always valid --------------------------------------------------------------------------------


def test_the_worked_figure_of_the_audits() -> None:
    found = always_valid(around(0.5, 0.5 / math.sqrt(1000)), 1000.0)
    assert 1.96 * 0.5 / math.sqrt(1000) == pytest.approx(0.0310, abs=5e-5)
    assert found.high - 0.5 == pytest.approx(0.0480, abs=5e-5)
    assert 0.5 - found.low == pytest.approx(0.0480, abs=5e-5)
    # the formula of audits.md, written out
    n, sd, r2, alpha = 1000.0, 0.5, 0.01, 0.05
    spread = n * r2 + 1.0
    radius = sd * math.sqrt(2 * spread / (n * n * r2) * math.log(math.sqrt(spread) / alpha))
    assert found.high - 0.5 == pytest.approx(radius, rel=1e-12)


def test_shares_stay_shares_and_ratios_stay_positive() -> None:
    share, ratio = wilson(2, 300), Interval(2.0, 1.0, 4.0)
    wide = always_valid(share, 300.0)
    assert 0.0 < wide.low < share.low
    assert share.high < wide.high < 1.0
    stretched = always_valid(ratio, 800.0)
    # arms of a log interval are stretched by one factor: their product stays the square
    assert stretched.low * stretched.high == pytest.approx(4.0, rel=1e-9)
    near_zero = always_valid(Interval(0.02, 0.001, 0.039, Unit.SHARE), 100.0)
    assert 0.0 < near_zero.low < 0.001
    none_seen = always_valid(Interval(0.0, 0.0, 0.01, Unit.SHARE), 400.0)
    assert none_seen.low == 0.0
    assert 0.01 < none_seen.high < 0.02


@given(st.tuples(shares, shares, shares), units, counts)
def test_an_always_valid_interval_is_never_narrower(
    points: tuple[float, float, float], unit: Unit, count: float
) -> None:
    low, value, high = sorted(points)
    for middle in (value, low - 0.5, high + 0.5):  # a bootstrap's value may lie outside
        wide = always_valid(Interval(middle, low, high, unit), count)
        slack = 1e-12 * max(1.0, high)
        assert wide.low <= low + slack
        assert wide.high >= high - slack


@given(shares, st.floats(0.001, 2.0), shares, counts)
def test_an_always_valid_p_value_is_5_percent_where_the_interval_ends(
    value: float, se: float, limit: float, count: float
) -> None:
    wide = always_valid(around(value, se), count)
    for at in (wide.low, limit):
        said = always_valid_p_value(wide, at, Side.ABOVE, count)
        assert said is not None
        assert (said <= 0.05 + 1e-6) if wide.low >= at else (said >= 0.05 - 1e-6)


def alarms(*, sequential: bool, effect: float = 0.0) -> float:
    """The share of 2000 series whose mean is ever called above 0, looked at after each 25."""
    random = np.random.default_rng(11)
    looks = np.arange(100, 4001, 25)
    count = 0
    for _ in range(2000):
        # purchases of a person: skewed, not normal
        people = random.exponential(1.0, looks[-1]) - 1.0 + effect
        sums, squares = np.cumsum(people)[looks - 1], np.cumsum(people**2)[looks - 1]
        means = sums / looks
        errors = np.sqrt((squares / looks - means**2) / looks)
        for mean, error, n in zip(means, errors, looks, strict=True):
            found = around(float(mean), float(error))
            found = always_valid(found, float(n)) if sequential else found
            if found.low > 0.0:
                count += 1
                break
    return count / 2000


def test_repeated_looks_alarm_in_at_most_5_percent_of_the_series_and_in_more_without() -> None:
    """Only alarms in one direction are counted, of two that share the 5 %."""
    assert alarms(sequential=True) <= 0.05
    assert alarms(sequential=False) > 0.10


def test_what_is_there_is_found_all_the_same() -> None:
    assert alarms(sequential=True, effect=0.2) > 0.95
