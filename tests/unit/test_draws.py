"""Random decisions of the shop that no engine's rounding can turn."""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from recsql.demo.draws import PARTS, TICKS, fading, parts, poisson, tick
from recsql.demo.worlds import World

_EXACT = Context(prec=60)
_BITS = 160


@given(st.floats(0.0, 1.0), st.integers(0, PARTS - 1), st.integers(-2, 2))
def test_a_draw_is_below_a_share_as_if_nothing_was_rounded(
    share: float, any_draw: int, near: int
) -> None:
    for draw in (any_draw, parts(share) + near):
        assert (draw < parts(share)) is (Fraction(2 * draw + 1, 2 * PARTS) < Fraction(share))


def test_no_draw_is_so_near_a_step_of_a_waiting_time_that_rounding_decides() -> None:
    """An engine's logarithm is off by an ulp or two; the nearest draw is 40 of them away."""

    def fixed(power: Fraction) -> int:
        exponent = _EXACT.divide(Decimal(power.numerator), Decimal(power.denominator))
        return int(Fraction(_EXACT.exp(exponent)) * 2**_BITS)

    fade = fixed(Fraction(-1, TICKS))
    border = fixed(Fraction(-1, 2 * TICKS))  # of u, between no step and one
    unit = _BITS - 33  # a draw n stands for u = (2n + 1) / 2^33
    nearest = math.inf
    for step in range(round(23 * TICKS)):  # the longest of all waits is 33 ln 2 = 22.9 means
        odd = border >> unit | 1
        away = min(abs((draw << unit) - border) for draw in (odd - 2, odd, odd + 2) if draw > 0)
        wait = (step + 0.5) / TICKS
        nearest = min(nearest, away / border / math.ulp(wait))
        border = border * fade >> _BITS
    assert nearest > 40


def test_no_draw_is_so_near_the_next_category_that_rounding_decides() -> None:
    world = World()
    inverse = _EXACT.divide(Decimal(1), Decimal(world.popularity_skew))
    for category in range(1, world.categories):
        share = _EXACT.divide(Decimal(category), Decimal(world.categories))
        border = _EXACT.power(share, inverse) * PARTS - Decimal("0.5")
        away = abs(border - round(border)) / border
        assert away > 64 * 2**-52


def test_a_poisson_count_has_its_chances_and_every_draw_gives_one() -> None:
    spans = poisson(4.0, 19)
    assert [low for _, low, _ in spans] == [0] + [high for _, _, high in spans[:-1]]
    assert spans[-1][2] == PARTS
    chances = [(high - low) / PARTS for _, low, high in spans]
    expected = [*stats.poisson.pmf(range(19), 4.0), stats.poisson.sf(18, 4.0)]
    assert chances == pytest.approx(expected, rel=0.0, abs=1 / PARTS)


def test_a_memory_fades_exponentially() -> None:
    assert fading(3, 8.0) == [(0, 1_000_000), (1, 882_497), (2, 778_801)]
    assert [weight for _, weight in fading(20, 8.0)] == [
        round(1_000_000 * math.exp(-age / 8.0)) for age in range(20)
    ]


def test_a_tick_is_the_nearest_part_of_the_mean() -> None:
    assert tick(60_000_000) == 916
