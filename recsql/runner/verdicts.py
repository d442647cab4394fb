"""Numbers become verdicts: the five rules that all audits share, in one place.

A metric fails only when its whole 95 % interval is beyond the limit, passes only when the whole
interval is on the right side, and is `unknown (inconclusive)` in between. Before that come the
reasons for which no verdict can be defended: nothing measured, too few persons, too few
positives, too wide an interval, or what the check's own SQL says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from recsql.errors import CompileError, did_you_mean
from recsql.model import Check, Metric, Reason, Scalar, Status, Threshold, Unit, Value
from recsql.results import MetricResult

SUFFIXES = ("low", "high", "n", "persons", "positives", "reason")

_SEVERITY = (
    Status.ERROR, Status.FAIL, Status.UNKNOWN, Status.WARN, Status.PASS, Status.INFO, Status.SKIP,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gates:
    """The least data for which a verdict is given; zero turns a gate off."""

    min_persons: float = 100.0
    min_positives: float = 30.0
    max_half_width: float | None = 0.10


@dataclass(frozen=True, slots=True)
class Limits:
    """What a threshold may refer to: variables, and headline numbers of checks already judged."""

    variables: Mapping[str, Value]
    measured: Mapping[str, MetricResult]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of a check, and why."""

    status: Status
    reason: Reason | None
    metrics: tuple[MetricResult, ...]


@dataclass(frozen=True, slots=True)
class _Bound:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """One metric of one row, with the columns that belong to it."""

    metric: Metric
    segment: Mapping[str, Scalar]
    row: Mapping[str, Scalar]

    def number(self, suffix: str = "") -> float | None:
        cell = self.row.get(f"{self.metric.name}_{suffix}" if suffix else self.metric.name)
        return None if cell is None or isinstance(cell, str) else float(cell)

    def text(self, suffix: str) -> str | None:
        cell = self.row.get(f"{self.metric.name}_{suffix}")
        return None if cell is None else str(cell)


def judge(
    check: Check, rows: Iterable[Mapping[str, Scalar]], gates: Gates, limits: Limits
) -> Verdict:
    """The verdict on a check's result rows (column name → value).

    Raises `CompileError` when a column is neither a segment nor belongs to a metric.
    """
    found: list[MetricResult] = []
    for row in rows:
        _require_columns(check, row)
        segment = {name: row[name] for name in check.segments if row.get(name) is not None}
        readings = {m.name: _Reading(m, segment, row) for m in check.metrics}
        found += [_judged(reading, readings, gates, limits) for reading in readings.values()]
    metrics = tuple(found)
    total = tuple(result for result in metrics if not result.segment)
    status, reason = _overall(check, total or metrics)
    if status is Status.FAIL and check.severity is Status.WARN:
        status = Status.WARN
    return Verdict(status, reason, metrics)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; without one it is `skip`."""
    return min(statuses, key=_SEVERITY.index, default=Status.SKIP)


def _require_columns(check: Check, row: Mapping[str, Scalar]) -> None:
    names = [metric.name for metric in check.metrics]
    missing = [name for name in (*names, *check.segments) if name not in row]
    if missing:
        message = f"check `{check.name}` returns no column `{missing[0]}`"
        raise CompileError(message, check.sql.location, did_you_mean(missing[0], row))
    allowed = {*check.segments, *names, *(f"{n}_{s}" for n in names for s in SUFFIXES)}
    extra = [name for name in row if name not in allowed]
    if extra:
        message = f"column `{extra[0]}` of check `{check.name}` is no segment and no metric"
        raise CompileError(message, check.sql.location, did_you_mean(extra[0], allowed))


def _overall(check: Check, results: tuple[MetricResult, ...]) -> tuple[Status, Reason | None]:
    """The worst judged metric decides; a check without limits is as its headline is."""
    if not results:
        return Status.UNKNOWN, Reason.EMPTY_INPUT
    limited = {metric.name for metric in check.metrics if metric.warn_if or metric.error_if}
    deciding = [result for result in results if result.name in limited]
    deciding = deciding or _headline(check, results)
    status = worst(result.status for result in deciding)
    reasons = [r.reason for r in deciding if r.status is status and r.reason is not None]
    return status, reasons[0] if reasons else None


def _headline(check: Check, results: tuple[MetricResult, ...]) -> list[MetricResult]:
    """The metric that stands for a check without limits: the first that had any input."""
    order = [metric.name for metric in check.metrics if metric.unit is not Unit.COUNT]
    with_input = {r.name for r in results if r.reason is not Reason.EMPTY_INPUT}
    name = next((name for name in order if name in with_input), check.metrics[0].name)
    return [result for result in results if result.name == name]


def _judged(
    reading: _Reading, readings: Mapping[str, _Reading], gates: Gates, limits: Limits
) -> MetricResult:
    metric = reading.metric
    result = MetricResult(
        name=metric.name,
        segment=reading.segment,
        value=reading.number(),
        unit=metric.unit,
        low=reading.number("low"),
        high=reading.number("high"),
        n=reading.number("n"),
        warn_if=None if metric.warn_if is None else metric.warn_if.text,
        error_if=None if metric.error_if is None else metric.error_if.text,
    )
    unfit = _unfit(reading, result, gates)
    if unfit is not None:
        return replace(result, status=Status.UNKNOWN, reason=unfit[0], note=unfit[1])
    if metric.error_if is None and metric.warn_if is None:
        return result
    result = _against_limits(result, metric, readings, limits)
    if result.status is Status.FAIL and _excused(metric, readings, limits):
        return replace(result, status=Status.WARN, note=metric.excuse)
    return result


def _unfit(
    reading: _Reading, result: MetricResult, gates: Gates
) -> tuple[Reason, str | None] | None:
    """The reason for which this number allows no verdict, or None."""
    told = reading.text("reason")
    if told:
        return _told(told)
    limited = reading.metric.error_if is not None or reading.metric.warn_if is not None
    if result.value is None or result.n == 0:
        empty = not result.n
        if empty or limited:
            return (Reason.EMPTY_INPUT if empty else Reason.NOT_ENOUGH_DATA), None
        return None
    if any(end is not None and math.isnan(end) for end in (result.value, result.low, result.high)):
        return Reason.NOT_ENOUGH_DATA, "it is not a number"
    return _too_little(reading, result, gates)


def _too_little(
    reading: _Reading, result: MetricResult, gates: Gates
) -> tuple[Reason, str | None] | None:
    """The rules on sample size."""
    persons, positives = reading.number("persons"), reading.number("positives")
    if persons is not None and persons < gates.min_persons:
        return Reason.NOT_ENOUGH_DATA, f"{persons:,.0f} of {gates.min_persons:,.0f} persons needed"
    if positives is not None and positives < gates.min_positives:
        needed = f"{gates.min_positives:,.0f}"
        return Reason.NOT_ENOUGH_DATA, f"{positives:,.0f} of {needed} positive outcomes needed"
    width = gates.max_half_width
    if width is not None and result.unit is Unit.SHARE and _half_width(result) > width:
        return Reason.NOT_ENOUGH_DATA, f"the interval is wider than ±{width:.0%}"
    return None


def _told(text: str) -> tuple[Reason, str | None]:
    """A reason that the SQL gives, as `not_comparable: candidates undeclared`."""
    word, _, note = text.partition(":")
    if word.strip() not in list(Reason):
        raise CompileError(f"`{word}` is not a reason", hint=did_you_mean(word, list(Reason)))
    return Reason(word.strip()), note.strip() or None


def _half_width(result: MetricResult) -> float:
    if result.low is None or result.high is None:
        return 0.0
    return (result.high - result.low) / 2.0


def _against_limits(
    result: MetricResult, metric: Metric, readings: Mapping[str, _Reading], limits: Limits
) -> MetricResult:
    bound = _bound(result.value, result.low, result.high)
    shown: float | None = None
    for threshold, status in ((metric.error_if, Status.FAIL), (metric.warn_if, Status.WARN)):
        if threshold is None or bound is None:
            continue
        limit = _limit(threshold, readings, limits)
        if limit is None:
            note = f"the limit `{threshold.text}` is not known"
            return replace(result, status=Status.UNKNOWN, reason=Reason.NOT_IDENTIFIED, note=note)
        shown = limit.high if shown is None else shown
        beyond = _beyond(bound, threshold.operator, limit)
        if beyond is None:
            reason = Reason.INCONCLUSIVE
            return replace(result, status=Status.UNKNOWN, reason=reason, limit=limit.high)
        if beyond:
            return replace(result, status=status, limit=limit.high)
    return replace(result, status=Status.PASS, limit=shown)


def _excused(metric: Metric, readings: Mapping[str, _Reading], limits: Limits) -> bool:
    """Whether the `unless` of a failed metric holds for that other metric's whole interval."""
    other = readings.get(metric.unless_metric or "")
    if metric.unless is None or other is None:
        return False
    low, high = other.number("low"), other.number("high")
    limit = _limit(metric.unless, readings, limits)
    if low is None or high is None or limit is None:
        return False
    return _beyond(_Bound(low, high), metric.unless.operator, limit) is True


def _limit(threshold: Threshold, readings: Mapping[str, _Reading], limits: Limits) -> _Bound | None:
    """The limit as numbers: a variable, a metric of the same row, or another check's headline."""
    if threshold.number is not None or threshold.reference is None:
        return _bound(threshold.number, None, None)
    explicit = threshold.reference.startswith("var:")
    name = threshold.reference.removeprefix("var:")
    value = limits.variables.get(name)
    if isinstance(value, int | float):
        return _bound(float(value), None, None)
    if explicit:
        return None
    if name in readings:
        near = readings[name]
        return _bound(near.number(), near.number("low"), near.number("high"))
    measured = limits.measured.get(name)
    if measured is None or measured.status is Status.UNKNOWN:
        return None
    return _bound(measured.value, measured.low, measured.high)


def _bound(value: float | None, low: float | None, high: float | None) -> _Bound | None:
    """The interval of a number: without ends the number itself, with one end open at the other."""
    if value is None:
        return None
    if low is not None and high is None:
        high = math.inf
    if high is not None and low is None:
        low = -math.inf
    return _Bound(value if low is None else low, value if high is None else high)


def _beyond(found: _Bound, operator: str, limit: _Bound) -> bool | None:
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
