"""The cut of anomaly limits, and the median deviation, beside scipy's."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from recsql.model import Anomaly
from recsql.runner.anomalies import baseline, quantile


@pytest.mark.parametrize("sigmas", [0.5, 1.0, 2.0, 3.0, 5.0])
@pytest.mark.parametrize("freedom", [1.0, 2.59, 4.81, 10.73, 30.71])
def test_the_cut_is_scipys_quantile_of_t(sigmas: float, freedom: float) -> None:
    expected = stats.t.isf(stats.norm.sf(sigmas), freedom)
    assert quantile(sigmas, freedom) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_spread_is_scipys_median_absolute_deviation(seed: int) -> None:
    values = np.random.default_rng(seed).normal(10.0, 2.0, 20)
    day = date(2026, 3, 3)
    daily = [(day - timedelta(days=7 * i + 1), float(v)) for i, v in enumerate(values)]
    found = baseline(daily, day, Anomaly())  # no day of its own weekday: as one series
    assert found.centre == pytest.approx(float(np.median(values)))
    expected = stats.median_abs_deviation(values) * 1.4826
    assert found.spread == pytest.approx(float(expected), rel=1e-9)
