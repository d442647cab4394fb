"""What random draws are held against, as whole numbers: the same on every machine and engine.

A draw is one of `PARTS` whole numbers n, and stands for u = (n + 1/2) / `PARTS`. Logarithms and
powers of a machine may differ in their last digit; those here are decimal, and rounded once.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal
from fractions import Fraction

PARTS = 2**32
"""How many draws there are: a hash gives eight hexadecimal digits for each."""

TICKS = 2**16
"""The steps that the mean of a waiting time is divided into."""

_EXACT = Context(prec=40)


def parts(share: float | Decimal) -> int:
    """The draws below a share: n < parts(share) says u < share, without a rounding."""
    return math.ceil(Fraction(share) * PARTS - Fraction(1, 2))


def tick(mean: float) -> int:
    """A step of a waiting time of this mean; in the mean's unit, which is small."""
    return round(mean / TICKS)


def poisson(mean: float, most: int) -> list[tuple[int, int, int]]:
    """(count, low, high): a draw in [low, high) gives a Poisson count of this mean.

    The chances above `most` are given to `most`, so that every draw gives a count.
    """
    spans = []
    chance = _EXACT.exp(-Decimal(mean))
    total, low = Decimal(0), 0
    for count in range(most + 1):
        total = _EXACT.add(total, chance)
        high = PARTS if count == most else parts(total)
        spans.append((count, low, high))
        chance = _EXACT.divide(_EXACT.multiply(chance, Decimal(mean)), Decimal(count + 1))
        low = high
    return spans


def fading(length: int, decay: float) -> list[tuple[int, int]]:
    """(age, weight): exponentially less, in millionths of the weight at age 0."""
    return [
        (age, round(_EXACT.exp(_EXACT.divide(Decimal(-age), Decimal(decay))) * 1_000_000))
        for age in range(length)
    ]
