"""What a 95 % interval tells beyond its ends: a p-value, and its form for repeated looks.

Checks return intervals, not standard errors, so the standard error is taken back from the interval:
the distance from the value to the end that a question is about, over 1.96. That is exact for an
interval `value ± 1.96 se`. Where the two arms differ it is an approximation, made on the scale on
which they differ least: the numbers themselves, their logarithms, or, for shares, their logits (on
which Wilson's interval is symmetric). Order statistics and bootstrap quantiles are symmetric on no
scale; for them each arm stands for its own side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from recsql.model import Unit

Z = 1.96

MIXTURE = 0.01
"""The r2 of `audits.md`: the always-valid interval is tightest near 8 / r2 = 800 persons."""

_ALIKE = 0.05  # arms that differ by less than this share of the width are the same


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval; an end may be infinite."""

    value: float
    low: float
    high: float
    unit: Unit = Unit.NUMBER


@dataclass(frozen=True, slots=True)
class _Scale:
    forward: Callable[[float], float]
    back: Callable[[float], float]
    domain: tuple[float, float]

    def holds(self, *numbers: float) -> bool:
        return all(self.domain[0] < number < self.domain[1] for number in numbers)

    def skew(self, found: Interval) -> float:
        """How much the arms differ, as a share of the width; infinite where it is rounded away."""
        low, value, high = (self.forward(n) for n in (found.low, found.value, found.high))
        width = high - low
        return abs((high - value) - (value - low)) / width if width > 0.0 else math.inf


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def _expit(logit: float) -> float:
    if logit < 0.0:
        return math.exp(logit) / (1.0 + math.exp(logit))
    return 1.0 / (1.0 + math.exp(-logit))


def _exp(number: float) -> float:
    try:
        return math.exp(number)
    except OverflowError:
        return math.inf


_PLAIN = _Scale(lambda number: number, lambda number: number, (-math.inf, math.inf))
_LOG = _Scale(math.log, _exp, (0.0, math.inf))
_LOGIT = _Scale(_logit, _expit, (0.0, 1.0))


class Side(Enum):
    """Where the truth would have to be for the limit to be passed."""

    ABOVE = 1.0
    BELOW = -1.0


def p_value(found: Interval, limit: float, side: Side) -> float | None:
    """The one-sided p-value of an interval against "the truth is not beyond the limit".

    At most 0.025 if the whole interval is beyond and at least that if it is not: it says what the
    interval says. None for an exact number, and where nothing tells the width on that side.
    """
    score = _score(found, limit, side)
    if score is None:
        return None
    tail = 0.5 * math.erfc(score / math.sqrt(2.0))
    beyond = found.low > limit if side is Side.ABOVE else found.high < limit
    return min(tail, 0.025) if beyond else max(tail, 0.025)


def always_valid_p_value(found: Interval, limit: float, side: Side, persons: float) -> float | None:
    """The same for an interval that `always_valid` widened: it holds at every look.

    The level at which the confidence sequence would just leave the limit out, so that it is at
    most 0.05 where the widened interval is beyond. Two-sided, hence careful.
    """
    score = _score(found, limit, side)
    if score is None:
        return None
    if score <= 0.0:
        return 1.0
    spread = persons * MIXTURE
    score *= _factor(persons)
    return min(1.0, math.sqrt(spread + 1.0) * math.exp(-score * score * spread / (spread + 1) / 2))


def always_valid(found: Interval, persons: float) -> Interval:
    """The 95 % interval that holds at every look at growing data, whenever one stops.

    The asymptotic confidence sequence of Waudby-Smith et al. (arXiv 2103.06476): radius =
    sd sqrt(2 (n r2 + 1) / (n^2 r2) ln(sqrt(n r2 + 1) / alpha)) with sd = se sqrt(n). So the radius
    is the standard error times what depends on n alone, and each arm is stretched by the same
    factor, on the scale that suits the interval. `persons` are the independent units; any count
    that grows in proportion (a denominator) is as valid, for it only moves where the sequence is
    tightest: r2 is free. An end that is infinite, or a share's own 0 or 1, stays.
    """
    factor = _factor(persons)
    scale = _stretching(found, factor)
    middle = scale.forward(min(max(found.value, found.low), found.high))

    def stretched(end: float) -> float:
        held = found.unit is Unit.SHARE and end in (0.0, 1.0)
        if held or math.isinf(end) or math.isnan(end):
            return end
        return scale.back(middle + factor * (scale.forward(end) - middle))

    return Interval(found.value, stretched(found.low), stretched(found.high), found.unit)


def _factor(persons: float) -> float:
    """By how much the sequence is wider than `value ± 1.96 se`; `persons` must be positive."""
    spread = persons * MIXTURE
    return math.sqrt(2.0 * (spread + 1.0) / spread * math.log(math.sqrt(spread + 1.0) / 0.05)) / Z


def _score(found: Interval, limit: float, side: Side) -> float | None:
    """How many standard errors the value is beyond the limit."""
    near = found.low if side is Side.ABOVE else found.high
    if any(map(math.isnan, (found.value, found.low, found.high, limit))):
        return None
    if found.low == found.high:
        return None
    if math.isinf(near) or math.isinf(limit):
        return -math.inf
    scale = _suiting(found, limit)
    value, end, at = (scale.forward(number) for number in (found.value, near, limit))
    arm = side.value * (value - end)
    if arm <= 0.0:  # the value stands at its own end: half the width is all there is
        arm = (scale.forward(found.high) - scale.forward(found.low)) / 2.0
    if not 0.0 < arm < math.inf:
        return None
    return side.value * (value - at) / (arm / Z)


def _suiting(found: Interval, *others: float) -> _Scale:
    """The scale on which the arms differ least: the plain one unless another is better."""
    ends = (found.low, found.value, found.high)
    curved = _LOGIT if found.unit is Unit.SHARE else _LOG
    if not found.low < found.high or not curved.holds(*ends, *others):
        return _PLAIN
    skew = _PLAIN.skew(found)
    return curved if skew > _ALIKE and curved.skew(found) < skew else _PLAIN


def _stretching(found: Interval, factor: float) -> _Scale:
    """The suiting scale; the logit where a share would leave its range."""
    scale = _suiting(found)
    if found.unit is not Unit.SHARE or not _LOGIT.holds(found.low, found.value, found.high):
        return scale
    low = found.value - factor * (found.value - found.low)
    high = found.value + factor * (found.high - found.value)
    return scale if _LOGIT.holds(low, high) else _LOGIT
