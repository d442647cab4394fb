"""What changed between two runs, number by number; what may be chance is no change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recsql.model import Status, Unit
from recsql.quantities import format_quantity
from recsql.report import wording
from recsql.report.wording import finite
from recsql.results import MetricResult, RunResult

Key = tuple[str, str, str]
"""Check, metric, and the words of the segment; no words for the total."""


class Turn(StrEnum):
    """Which way a number went."""

    WORSE = "worse"
    BETTER = "better"
    MOVED = "moved"
    """Another number, but no limit says which way is good, or no interval how sure it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A number of a run; `worse` is the operator of its limit, `>` where more is worse."""

    value: float
    unit: Unit
    low: float | None = None
    high: float | None = None
    worse: str = ""

    @property
    def said(self) -> str:
        """The number with its interval."""
        value = format_quantity(self.value, self.unit)
        if self.low is None or self.high is None:
            return value
        between = wording.interval(
            MetricResult("", {}, self.value, self.unit, low=self.low, high=self.high)
        )
        return f"{value} ({between})"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What two runs are compared by."""

    run: str
    series: Mapping[str, str]
    """What must be alike for runs to be comparable: project, target, window, sample."""
    as_of: str
    statuses: Mapping[str, Status]
    numbers: Mapping[Key, Seen]

    @property
    def said(self) -> str:
        """The run in a few words."""
        return f"{self.run} ({self.series['target']}, as of {wording.instant(self.as_of)})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check that ended otherwise; None where a run did not have it."""

    check: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True)
class Change:
    """A number that is another."""

    key: Key
    before: Seen
    after: Seen
    turn: Turn

    @property
    def name(self) -> str:
        """The metric with its segment."""
        _, metric, segment = self.key
        return f"{metric} ({segment})" if segment else metric


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two runs; `alike` numbers are no different beyond chance."""

    before: Snapshot
    after: Snapshot
    verdicts: tuple[Verdict, ...]
    numbers: tuple[Change, ...]
    alike: int
    caveats: tuple[str, ...] = field(default=())

    def of(self, turn: Turn) -> tuple[Change, ...]:
        """The numbers that went one way."""
        return tuple(change for change in self.numbers if change.turn is turn)

    @property
    def summary(self) -> str:
        """How many numbers went which way."""
        counts = ", ".join(f"{len(self.of(turn))} {turn.value}" for turn in Turn)
        one = len(self.verdicts) == 1
        verdicts = f"{len(self.verdicts)} {'verdict' if one else 'verdicts'} changed"
        return f"{verdicts}; of the numbers {counts}, {self.alike} without clear change."


def snapshot(result: RunResult) -> Snapshot:
    """A run's statuses, totals, and judged segments."""
    run = result.run
    numbers = {
        (check.name, metric.name, wording.segment_words(metric)): _seen(metric)
        for check in result.checks
        for metric in check.metrics
        if finite(metric.value) is not None
        and (not wording.segment_words(metric) or metric.warn_if or metric.error_if)
    }
    statuses = {check.name: check.status for check in result.checks}
    series = series_of(run.project, run.target, run.window_s, run.sample)
    return Snapshot(run.id, series, run.as_of, statuses, numbers)


def series_of(project: str, target: str, window_s: float, sample: float | None) -> dict[str, str]:
    """What must be alike, in words."""
    return {
        "project": project,
        "target": target,
        "window": format_quantity(finite(window_s), Unit.SECONDS),
        "sample": "everybody" if sample is None else wording.share(sample),
    }


def _seen(metric: MetricResult) -> Seen:
    limit = (metric.error_if or metric.warn_if or "").lstrip()
    worse = limit[:1] if limit[:1] in {"<", ">"} else ""
    return Seen(metric.value or 0.0, metric.unit, finite(metric.low), finite(metric.high), worse)


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """What is different, the worse first.

    Two numbers with intervals differ only if these have nothing in common: stricter than a test at
    5 %, and so on the safe side where the two windows share data.
    """
    names = dict.fromkeys((*after.statuses, *before.statuses))
    verdicts = (Verdict(n, before.statuses.get(n), after.statuses.get(n)) for n in names)
    both = [key for key in after.numbers if key in before.numbers]
    turns = [(key, _turn(before.numbers[key], after.numbers[key])) for key in both]
    order = list(Turn)
    found = [
        Change(key, before.numbers[key], after.numbers[key], turn)
        for key, turn in turns
        if turn is not None
    ]
    return Changes(
        before,
        after,
        tuple(verdict for verdict in verdicts if verdict.before is not verdict.after),
        tuple(sorted(found, key=lambda change: order.index(change.turn))),
        len(both) - len(found),
        tuple(_caveats(before, after)),
    )


def _turn(before: Seen, after: Seen) -> Turn | None:
    if before.low is None or before.high is None or after.low is None or after.high is None:
        alike = math.isclose(before.value, after.value, rel_tol=1e-9, abs_tol=1e-12)
        return None if alike else Turn.MOVED
    if before.low <= after.high and after.low <= before.high:
        return None
    worse = after.worse or before.worse
    if not worse:
        return Turn.MOVED
    return Turn.WORSE if (after.value > before.value) == (worse == ">") else Turn.BETTER


def _caveats(before: Snapshot, after: Snapshot) -> list[str]:
    return [
        f"The runs are of different {name}: {before.series[name]}, then {after.series[name]}."
        for name in after.series
        if before.series.get(name) != after.series[name]
    ]
