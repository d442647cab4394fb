"""Numbers become verdicts: the five rules that all audits share, in one place.

A metric fails only when its whole 95 % interval is beyond the limit, passes only when the whole
interval is on the right side, and is `unknown (inconclusive)` in between. Before that come the
reasons for which no verdict can be defended: nothing measured, too few persons, too few
positives, too wide an interval, or what the check's own SQL says.

Segments with too few persons are not shown, nor is a number without limits that a segment does not
have. One of many that is beyond its limit counts only if chance would not make one so
(`discoveries`), and none overrides the total unless the check says that its segments are critical.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recsql.errors import CompileError, did_you_mean
from recsql.model import Check, Metric, Reason, Scalar, Status, Unit
from recsql.results import MetricResult
from recsql.runner.discoveries import without_chance
from recsql.runner.readings import Bound, Limits, Reading, Row, beyond, bound_of, limit_of

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
    min_segment_persons: float = 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of a check, and why."""

    status: Status
    reason: Reason | None
    metrics: tuple[MetricResult, ...]
    notes: tuple[str, ...] = ()


def judge(
    check: Check, rows: Iterable[Mapping[str, Scalar]], gates: Gates, limits: Limits
) -> Verdict:
    """The verdict on a check's result rows (column name → value).

    Raises `CompileError` when a column is neither a segment nor belongs to a metric.
    """
    sequential = check.sequential
    if sequential is None:
        sequential = limits.variables.get("sequential") is True
    judged: list[Row] = []
    hidden = 0
    for row in rows:
        _require_columns(check, row)
        segment = {name: row[name] for name in check.segments if row.get(name) is not None}
        readings = {m.name: Reading(m, segment, row, sequential) for m in check.metrics}
        if segment and _too_small(readings.values(), gates):
            hidden += 1
            continue
        results = {name: _judged(readings[name], readings, gates, limits) for name in readings}
        judged.append(Row(readings, results))
    for metric in check.metrics:
        judged = without_chance(metric, judged, limits)
    metrics = tuple(
        _excusing(reading, row.readings, limits, row.results[name])
        for row in judged
        for name, reading in row.readings.items()
        if reading.metric.limited or not reading.absent()
    )
    status, reason = settled(check, metrics)
    if hidden and not metrics:
        reason = Reason.NOT_ENOUGH_DATA
    return Verdict(status, reason, metrics, (*_told_of(hidden, gates), *_notes(check, metrics)))


def settled(check: Check, metrics: tuple[MetricResult, ...]) -> tuple[Status, Reason | None]:
    """The status of a check whose metrics are judged.

    The total decides, else the worst segment; where segments are critical, the worst of all.
    """
    total = tuple(result for result in metrics if not result.segment)
    counting = metrics if check.critical_segments or not total else total
    status, reason = _overall(check, counting)
    if status is Status.FAIL and check.severity is Status.WARN:
        status = Status.WARN
    return status, reason


def _too_small(readings: Iterable[Reading], gates: Gates) -> bool:
    """Whether a segment is known to have too few persons in all of its metrics."""
    persons = [count for r in readings if (count := r.number("persons")) is not None]
    return bool(persons) and max(persons) < gates.min_segment_persons


def _told_of(hidden: int, gates: Gates) -> tuple[str, ...]:
    if not hidden:
        return ()
    noun = "segment has" if hidden == 1 else "segments have"
    least = f"{gates.min_segment_persons:,.0f}"
    return (f"{hidden} {noun} fewer than {least} persons: not shown, not judged",)


def _notes(check: Check, metrics: tuple[MetricResult, ...]) -> Iterable[str]:
    if any(result.sequential for result in metrics):
        yield "sequential: intervals are widened, so that they hold at every look"
    alone, _ = settled(replace(check, critical_segments=False), metrics)
    status, _ = settled(check, metrics)
    if status is not alone:
        yield f"the total is {alone}: its critical segments decide"


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; without one it is `skip`."""
    return min(statuses, key=_SEVERITY.index, default=Status.SKIP)


def require_names(check: Check, columns: Sequence[str]) -> None:
    """Raise `CompileError` where two columns have one name, and one would hide the other."""
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        message = f"check `{check.name}` returns two columns `{twice}`"
        raise CompileError(message, check.sql.location, "give one of them another name")


def _require_columns(check: Check, row: Mapping[str, Scalar]) -> None:
    names = [metric.name for metric in check.metrics]
    missing = [name for name in (*names, *check.segments) if name not in row]
    if missing:
        message = f"check `{check.name}` returns no column `{missing[0]}`"
        raise CompileError(message, check.sql.location, did_you_mean(missing[0], row))
    texts = [name for name in names if isinstance(row[name], str)]
    if texts:
        message = f"metric `{texts[0]}` of check `{check.name}` is a text"
        raise CompileError(message, check.sql.location, "a metric is a number: cast it")
    allowed = {*check.segments, *names, *(f"{n}_{s}" for n in names for s in SUFFIXES)}
    extra = [name for name in row if name not in allowed]
    if extra:
        message = f"column `{extra[0]}` of check `{check.name}` is no segment and no metric"
        raise CompileError(message, check.sql.location, did_you_mean(extra[0], allowed))


def _overall(check: Check, results: tuple[MetricResult, ...]) -> tuple[Status, Reason | None]:
    """The worst judged metric decides; a check without limits is as its headline is."""
    if not results:
        return Status.UNKNOWN, Reason.EMPTY_INPUT
    limited = {metric.name for metric in check.metrics if metric.limited}
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
    reading: Reading, readings: Mapping[str, Reading], gates: Gates, limits: Limits
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
        sequential=reading.sequential and reading.bounded() and reading.units() is not None,
        warn_if=None if metric.warn_if is None else metric.warn_if.text,
        error_if=None if metric.error_if is None else metric.error_if.text,
    )
    unfit = _unfit(reading, result, gates)
    if unfit is not None:
        return replace(result, status=Status.UNKNOWN, reason=unfit[0], note=unfit[1])
    if metric.error_if is None and metric.warn_if is None:
        return result
    return _against_limits(result, metric, readings, limits)


def _excusing(
    reading: Reading, readings: Mapping[str, Reading], limits: Limits, result: MetricResult
) -> MetricResult:
    if result.status is Status.FAIL and _excused(reading.metric, readings, limits):
        return replace(result, status=Status.WARN, note=reading.metric.excuse)
    return result


def _unfit(
    reading: Reading, result: MetricResult, gates: Gates
) -> tuple[Reason, str | None] | None:
    """The reason for which this number allows no verdict, or None."""
    told = reading.text("reason")
    if told:
        return _told(told)
    limited = reading.metric.limited
    if result.value is None or result.n == 0:
        empty = not result.n
        if empty or limited:
            return (Reason.EMPTY_INPUT if empty else Reason.NOT_ENOUGH_DATA), None
        return None
    if any(end is not None and math.isnan(end) for end in (result.value, result.low, result.high)):
        return Reason.NOT_ENOUGH_DATA, "it is not a number"
    if limited and reading.sequential and reading.bounded() and reading.units() is None:
        name = reading.metric.name
        return Reason.NOT_IDENTIFIED, f"sequential needs the column {name}_persons or {name}_n"
    return _too_little(reading, result, gates)


def _too_little(
    reading: Reading, result: MetricResult, gates: Gates
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
    result: MetricResult, metric: Metric, readings: Mapping[str, Reading], limits: Limits
) -> MetricResult:
    bound = bound_of(result.value, result.low, result.high)
    shown: float | None = None
    for threshold, status in ((metric.error_if, Status.FAIL), (metric.warn_if, Status.WARN)):
        if threshold is None or bound is None:
            continue
        limit = limit_of(threshold, readings, limits)
        if limit is None:
            note = f"the limit `{threshold.text}` is not known"
            return replace(result, status=Status.UNKNOWN, reason=Reason.NOT_IDENTIFIED, note=note)
        shown = limit.high if shown is None else shown
        is_beyond = beyond(bound, threshold.operator, limit)
        if is_beyond is None:
            reason = Reason.INCONCLUSIVE
            return replace(result, status=Status.UNKNOWN, reason=reason, limit=limit.high)
        if is_beyond:
            return replace(result, status=status, limit=limit.high)
    return replace(result, status=Status.PASS, limit=shown)


def _excused(metric: Metric, readings: Mapping[str, Reading], limits: Limits) -> bool:
    """Whether the `unless` of a failed metric holds for that other metric's whole interval."""
    other = readings.get(metric.unless_metric or "")
    if metric.unless is None or other is None:
        return False
    low, high = other.number("low"), other.number("high")
    limit = limit_of(metric.unless, readings, limits)
    if low is None or high is None or limit is None:
        return False
    return beyond(Bound(low, high), metric.unless.operator, limit) is True
