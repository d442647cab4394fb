"""One row of a check's result: its metrics with their intervals, and the limits they meet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from recsql.model import Metric, Scalar, Status, Threshold, Value
from recsql.results import MetricResult
from recsql.runner import intervals
from recsql.runner.intervals import Interval


@dataclass(frozen=True, slots=True)
class Limits:
    """What a threshold may refer to: variables, and headline numbers of checks already judged."""

    variables: Mapping[str, Value]
    measured: Mapping[str, MetricResult]


@dataclass(frozen=True, slots=True)
class Bound:
    """The ends of an interval; an end that is open is infinite."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric of one row, with the columns that belong to it."""

    metric: Metric
    segment: Mapping[str, Scalar]
    row: Mapping[str, Scalar]
    sequential: bool = False

    def number(self, suffix: str = "") -> float | None:
        """The metric itself or a column beside it, ends widened where they are sequential."""
        if self.sequential and suffix in ("low", "high"):
            return self._widened(suffix)
        return self._number(suffix)

    def text(self, suffix: str) -> str | None:
        """A column beside the metric as text."""
        cell = self.row.get(f"{self.metric.name}_{suffix}")
        return None if cell is None else str(cell)

    def units(self) -> float | None:
        """The persons, else the denominator; None where neither tells how much data there is."""
        count = self._number("persons") or self._number("n")
        return count if count is not None and 0.0 < count < math.inf else None

    def absent(self) -> bool:
        """Whether a segment has nothing of this metric: no number, no denominator, no reason."""
        columns = (self._number(suffix) for suffix in ("", "low", "high", "n"))
        return bool(self.segment) and not any(
            (self.text("reason"), *(number is not None for number in columns))
        )

    def bounded(self) -> bool:
        """Whether there is an interval at all, of whatever kind."""
        return self._number("low") is not None or self._number("high") is not None

    def _widened(self, suffix: str) -> float | None:
        end, value, count = self._number(suffix), self._number(), self.units()
        if end is None or value is None or count is None:
            return end
        bound = bound_of(value, self._number("low"), self._number("high"))
        if bound is None:
            return end
        found = Interval(value, bound.low, bound.high, self.metric.unit)
        wide = intervals.always_valid(found, count)
        return wide.low if suffix == "low" else wide.high

    def _number(self, suffix: str = "") -> float | None:
        cell = self.row.get(f"{self.metric.name}_{suffix}" if suffix else self.metric.name)
        return None if cell is None or isinstance(cell, str) else float(cell)


@dataclass(frozen=True, slots=True)
class Row:
    """The readings of one row by metric, and the results that they come to."""

    readings: Mapping[str, Reading]
    results: Mapping[str, MetricResult]


def limit_of(threshold: Threshold, readings: Mapping[str, Reading], limits: Limits) -> Bound | None:
    """The limit as numbers: a variable, a metric of the same row, or another check's headline."""
    if threshold.number is not None or threshold.reference is None:
        return bound_of(threshold.number, None, None)
    explicit = threshold.reference.startswith("var:")
    name = threshold.reference.removeprefix("var:")
    value = limits.variables.get(name)
    if isinstance(value, int | float):
        return bound_of(float(value), None, None)
    if explicit:
        return None
    if name in readings:
        near = readings[name]
        return bound_of(near.number(), near.number("low"), near.number("high"))
    measured = limits.measured.get(name)
    if measured is None or measured.status is Status.UNKNOWN:
        return None
    return bound_of(measured.value, measured.low, measured.high)


def bound_of(value: float | None, low: float | None, high: float | None) -> Bound | None:
    """The interval of a number: without ends the number itself, with one end open at the other."""
    if value is None:
        return None
    if low is not None and high is None:
        high = math.inf
    if high is not None and low is None:
        low = -math.inf
    return Bound(value if low is None else low, value if high is None else high)


def beyond(found: Bound, operator: str, limit: Bound) -> bool | None:
    """True when all of `found` is beyond the limit, False when none is, None in between."""
    match operator:
        case ">":
            return _sure(found.low > limit.high, found.high <= limit.low)
        case ">=":
            return _sure(found.low >= limit.high, found.high < limit.low)
        case "<":
            return _sure(found.high < limit.low, found.low >= limit.high)
        case "<=":
            return _sure(found.high <= limit.low, found.low > limit.high)
        case "=":
            same = found == limit
            return _sure(same, found.high < limit.low or found.low > limit.high)
        case _:
            apart = found.high < limit.low or found.low > limit.high
            return _sure(apart, found == limit)


def _sure(beyond: bool, within: bool) -> bool | None:
    if beyond:
        return True
    return False if within else None
