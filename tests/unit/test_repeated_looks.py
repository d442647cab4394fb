"""How often a pipeline at its limit is called beyond it within a year of daily looks."""

from __future__ import annotations

import numpy as np
import pytest

from recsql.runner.intervals import Interval, always_valid

PERSONS = 40
"""A day's; a window of 28 days has 1,120."""

YEARS = 1000


@pytest.fixture(scope="module")
def scores() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """For each simulated year, how many standard errors each day's window is above the limit."""
    random = np.random.default_rng(3)
    days = random.gamma(PERSONS, 1.0, (YEARS, 365 + 27)) - PERSONS
    sums = np.cumsum(np.pad(days, ((0, 0), (1, 0))), axis=1)
    return np.asarray((sums[:, 28:] - sums[:, :-28]) / np.sqrt(28 * PERSONS))


Scores = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def alarmed(beyond: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> float:
    return float(beyond.any(axis=1).mean())


def test_one_interval_a_day_alarms_in_three_of_four_years(scores: Scores) -> None:
    assert alarmed(scores > 1.96) == pytest.approx(0.75, abs=0.04)


@pytest.mark.parametrize(("gap", "rate"), [(1, 0.65), (7, 0.44), (28, 0.05)])
def test_two_windows_in_a_row_help_as_far_as_they_do_not_overlap(
    scores: Scores, gap: int, rate: float
) -> None:
    beyond = scores > 1.96
    assert alarmed(beyond[:, gap:] & beyond[:, :-gap]) == pytest.approx(rate, abs=0.04)


def test_an_always_valid_interval_alarms_in_one_of_ten(scores: Scores) -> None:
    """Its promise is for data that grow; a window that slides forgets, and has no last look."""
    wide = always_valid(Interval(0.0, -1.96, 1.96), 28.0 * PERSONS)
    assert alarmed(scores > wide.high) == pytest.approx(0.10, abs=0.04)
