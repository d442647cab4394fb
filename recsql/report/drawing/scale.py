"""Axes: which numbers stand at an axis, and where a number lies on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

_HOUR, _DAY = 3600.0, 86400.0
_STEPS = (
    1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, _HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR,
    12 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 91 * _DAY, 364 * _DAY,
)  # fmt: skip
_UNITS = (("d", _DAY), ("h", _HOUR), ("min", 60.0), ("s", 1.0))
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST = 6
"""Ticks on an axis, without the first."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From the numbers `first` to `last` onto the pixels `start` to `end`; ticks with words."""

    first: float
    last: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, number: float) -> float:
        """The pixel of a number; what lies beyond the axis stands at its end."""
        span = self.last - self.first
        share = (number - self.first) / span if span else 0.0
        return self.start + (self.end - self.start) * min(max(share, 0.0), 1.0)


def time_axis(longest_s: float, start: float, end: float) -> Axis:
    """From zero to at least the longest duration in seconds, in steps that people count in."""
    longest = max(longest_s, 1.0)
    step = next((s for s in _STEPS if longest / s <= _MOST), longest / _MOST)
    count = math.ceil(longest / step - 1e-9)
    unit, size = next((u for u in _UNITS if step >= u[1]), ("s", 1.0))
    ticks = tuple((n * step, f"{n * step / size:,.0f} {unit}") for n in range(count + 1))
    return Axis(0.0, count * step, start, end, ticks)


def share_axis(first: float, last: float, start: float, end: float) -> Axis:
    """Around shares, in round percentages."""
    span = max(last - first, 0.01)
    step = next((s for s in _SHARES if span / s <= _MOST), 1.0)
    low, high = math.floor(first / step + 1e-9), math.ceil(last / step - 1e-9)
    high = max(high, low + 1)
    ticks = tuple((n * step, f"{n * step * 100:.0f} %") for n in range(low, high + 1))
    return Axis(low * step, high * step, start, end, ticks)
