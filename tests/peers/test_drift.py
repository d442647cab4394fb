"""The fitted drift curve beside scipy's optimiser, on curves that Hypothesis thinks of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

Vector = npt.NDArray[np.float64]

STEP = 1.02
CURVES = 200


class Curve(NamedTuple):
    """A planted drift: half-life in lags, both levels, how many lags, and the noise on them."""

    half_life: float
    baseline: float
    amplitude: float
    lags: int
    noise: float
    luck: int
    unit: float
    fixed: bool

    def points(self) -> tuple[Vector, Vector]:
        """Lags in days, and the matches there."""
        lags: Vector = self.unit * np.arange(1, self.lags + 1, dtype=np.float64)
        luck = np.random.default_rng(self.luck).normal(0, self.noise, self.lags)
        half_life = self.half_life * self.unit
        match: Vector = self.baseline + self.amplitude * 0.5 ** (lags / half_life) + luck
        return lags, match


CURVE = st.builds(
    Curve,
    half_life=st.floats(0.6, 8.0),
    baseline=st.floats(0.0, 0.4),
    amplitude=st.floats(0.2, 0.6),
    lags=st.integers(5, 21),
    noise=st.sampled_from([0.0, 0.001, 0.005]),
    luck=st.integers(0, 2**32 - 1),
    unit=st.sampled_from([1.0, 1 / 24]),
    fixed=st.booleans(),
)


@pytest.fixture(scope="module")
def fitted(rendered: Callable[[str], str]) -> Callable[[Curve], Vector]:
    """Fits a curve: half-life in days, baseline, amplitude."""
    select = rendered("decay_fits")
    connection = duckdb.connect()

    def fit(curve: Curve) -> Vector:
        connection.execute(
            "create or replace table match_means as select 'signals' as curve, 0 as replicate,"
            " unnest(?) as lag_days, unnest(?) as match, cast(? as double) as fixed_baseline",
            [*(v.tolist() for v in curve.points()), curve.baseline if curve.fixed else None],
        )
        (found,) = connection.execute(
            f"select half_life_s / 86400, baseline, amplitude from ({select})"
        ).fetchall()
        return np.array(found)

    return fit


def squares(curve: Curve, half_life: float) -> float:
    """What the best line for a half-life leaves of a curve, by numpy's own least squares."""
    lags, match = curve.points()
    x = 0.5 ** (lags / half_life)
    columns = [x] if curve.fixed else [x, np.ones_like(x)]
    wanted = match - curve.baseline if curve.fixed else match
    best, *_ = np.linalg.lstsq(np.column_stack(columns), wanted, rcond=None)
    return float(((wanted - np.column_stack(columns) @ best) ** 2).sum()) if best[0] > 0 else np.inf


def optimum(curve: Curve) -> float:
    """The half-life in days that scipy finds between a quarter of a lag and the grid's end."""
    found = []
    ends = np.log([0.25 * curve.unit, 0.25 * STEP**399])
    edges = np.linspace(ends[0], ends[1], 30)
    for low, high in zip(edges[:-2], edges[2:], strict=True):
        near = optimize.minimize_scalar(
            lambda log: squares(curve, float(np.exp(log))),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-7},
        )
        found.append((float(near.fun), float(np.exp(near.x))))
    return min(found)[1]


@settings(max_examples=CURVES, deadline=None, database=None, derandomize=True)
@given(curve=CURVE)
def test_the_grid_finds_the_half_life_of_scipy_within_its_step(
    curve: Curve, fitted: Callable[[Curve], Vector]
) -> None:
    half_life, baseline, amplitude = fitted(curve)
    best = optimum(curve)
    assert 1 / STEP <= half_life / best <= STEP
    lags, match = curve.points()
    left = float(((match - baseline - amplitude * 0.5 ** (lags / half_life)) ** 2).sum())
    assert left == pytest.approx(squares(curve, half_life), abs=1e-12)


@settings(max_examples=CURVES, deadline=None, database=None, derandomize=True)
@given(curve=CURVE)
def test_three_equal_lags_give_back_what_was_planted(
    curve: Curve, fitted: Callable[[Curve], Vector]
) -> None:
    planted = curve._replace(lags=3, noise=0.0, fixed=False)
    expected = (planted.half_life * planted.unit, planted.baseline, planted.amplitude)
    assert tuple(fitted(planted)) == pytest.approx(expected, rel=1e-6, abs=1e-6)
