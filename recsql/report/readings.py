"""Single numbers of a run, looked up by check, metric and segment for the pictures."""

from __future__ import annotations

from dataclasses import dataclass

from recsql.model import Scalar
from recsql.report import wording
from recsql.report.wording import finite
from recsql.results import CheckResult, MetricResult, RunResult


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that is finite, with its interval where both ends are."""

    value: float
    low: float | None
    high: float | None
    n: float | None
    metric: MetricResult


class Readings:
    """What a run measured."""

    def __init__(self, result: RunResult) -> None:
        self._checks = {check.name: check for check in reversed(result.checks)}

    def check(self, name: str) -> CheckResult | None:
        """The check of that name, if the run has it."""
        return self._checks.get(name)

    def total(self, check: str, metric: str) -> Reading | None:
        """The number over everything."""
        return next(iter(self.by(check, metric)), None)

    def value(self, check: str, metric: str) -> float | None:
        """The same without what belongs to it."""
        found = self.total(check, metric)
        return None if found is None else found.value

    def by(self, check: str, metric: str, *keys: str) -> tuple[Reading, ...]:
        """The numbers of the segments with exactly these keys, in the order of the run."""
        found = self._checks.get(check)
        if found is None:
            return ()
        read = (
            _reading(m) for m in found.metrics if m.name == metric and _keys(m) == frozenset(keys)
        )
        return tuple(reading for reading in read if reading is not None)

    def why_not(self, check: str) -> str:
        """Why a check has no number to draw."""
        found = self._checks.get(check)
        if found is None:
            return f"`{check}` was not part of this run."
        return f"`{check}`: {wording.why(found) or 'it measured nothing.'}"


def segment(reading: Reading, key: str) -> Scalar:
    """The value of a segment's key."""
    return reading.metric.segment.get(key)


def _keys(metric: MetricResult) -> frozenset[str]:
    return frozenset(key for key, value in metric.segment.items() if value is not None)


def _reading(metric: MetricResult) -> Reading | None:
    value, low, high = finite(metric.value), finite(metric.low), finite(metric.high)
    if value is None:
        return None
    if low is None or high is None or not low <= high:
        low = high = None
    return Reading(value, low, high, finite(metric.n), metric)
