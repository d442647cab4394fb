"""Limits from the history: is a number further from its last days than chance would have it?

Of the last `window` days before the judged one (of each day its last run) with values v_i:

    centre = median(v_i)                          r_i = v_i - centre
    and from four days of the judged weekday on, with m_w the median of each weekday's values,
    centre = m_w of the judged weekday            r_i = v_i - m_w(i)

    spread = 1.4826 median |r_i|, by weekday times k / (k - 1.2), where k = n / 7 (for medians of
             few values take the values for too close); 1.2533 mean |r_i| where that median is 0;
             and never less than the standard error of the judged number itself
    limits = centre ± t spread sqrt(1 + pi / (2 n_c)), n_c values making the centre

t is the quantile of Student's t at which a normal number lies beyond `sensitivity` standard
deviations, with 0.37 (n - 1) degrees of freedom, by weekday 0.37 (n - 7): the spread is itself
estimated, and a median absolute deviation tells 0.37 of what a standard deviation would (Rousseeuw
and Croux 1993). So 3 promises 0.27 % false alarms on normal noise; 30,000 draws with the functions
of `tests/unit/test_anomalies.py` gave 0.15 % for 14 days, 0.22 for 30 and 0.30 for 90. A judged
number is never in its own baseline.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from recsql.model import Anomaly, Check, Metric, Reason, Status
from recsql.quantities import format_quantity
from recsql.results import MetricResult
from recsql.runner.consecutive import Past
from recsql.runner.verdicts import Verdict, settled

_WEEK = 7
_LEAST_OF_A_WEEKDAY = 4
_EFFICIENCY = 0.37
_Z = 1.96

Daily = Sequence[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where a number is expected, and how far from there chance takes it."""

    low: float
    high: float
    centre: float
    spread: float
    days: int
    by_weekday: bool


def against_history(check: Check, verdict: Verdict, day: date, past: Past) -> Verdict:
    """The verdict, where a metric with `anomaly:` is compared with its own past, too."""
    rules = {metric.name: metric for metric in check.metrics if metric.anomaly is not None}
    if not rules:
        return verdict
    metrics = tuple(
        _compared(check.name, result, rules[result.name], day, past)
        if result.name in rules
        else result
        for result in verdict.metrics
    )
    status, reason = settled(check, metrics)
    return replace(verdict, status=status, reason=reason, metrics=metrics)


def _compared(
    check: str, result: MetricResult, metric: Metric, day: date, past: Past
) -> MetricResult:
    rule = metric.anomaly
    unfit = result.status is Status.UNKNOWN and result.reason is not Reason.INCONCLUSIVE
    if rule is None or unfit or result.value is None:
        return result
    known = past.daily.get((check, result.name, result.segment_text), ())
    daily = [(when, value) for when, value in known if when < day][: rule.window]
    alone = metric.error_if is None and metric.warn_if is None
    if len(daily) < rule.least:
        why = f" ({past.missing})" if not daily else ""
        note = f"anomaly: {len(daily)} of {rule.least} earlier days are known{why}"
        unknown = Status.UNKNOWN if alone else result.status
        reason = Reason.NOT_ENOUGH_DATA if alone else result.reason
        return replace(result, status=unknown, reason=reason, note=result.note or note)
    return _judged(result, rule, baseline(daily, day, rule, _own_error(result)), alone=alone)


def _judged(result: MetricResult, rule: Anomaly, found: Baseline, *, alone: bool) -> MetricResult:
    value = result.value or 0.0
    if found.spread == 0.0 and value != found.centre:
        note = f"anomaly: the last {found.days} days all have the same value, so no spread is known"
        if not alone:
            return replace(result, note=result.note or note)
        return replace(result, status=Status.UNKNOWN, reason=Reason.NOT_IDENTIFIED, note=note)
    spike = value > found.high and rule.direction != "drop"
    drop = value < found.low and rule.direction != "spike"
    near_high = rule.direction == "spike" or (rule.direction == "both" and value >= found.centre)
    operator, end = (">", found.high) if near_high else ("<", found.low)
    shown = result
    if alone:
        text = f"{operator} {end:.4g}"
        shown = replace(result, error_if=text, limit=end, status=Status.PASS, reason=None)
    if not spike and not drop:
        return shown
    low, high = (format_quantity(end, result.unit) for end in (found.low, found.high))
    kind = ", by weekday," if found.by_weekday else ""
    note = f"anomaly: the {found.days} days before{kind} leave {low} to {high} to chance"
    return replace(shown, status=Status.FAIL, reason=None, limit=end, note=note)


def baseline(daily: Daily, day: date, rule: Anomaly, own_error: float = 0.0) -> Baseline:
    """What the values of earlier days let expect of a day."""
    values = [value for _, value in daily]
    n = len(values)
    weekdays: dict[int, list[float]] = {}
    for when, value in daily:
        weekdays.setdefault(when.weekday(), []).append(value)
    same = weekdays.get(day.weekday(), [])
    by_weekday = len(same) >= _LEAST_OF_A_WEEKDAY and n > 2 * _WEEK
    if by_weekday:
        medians = {weekday: median(found) for weekday, found in weekdays.items()}
        residuals = [abs(value - medians[when.weekday()]) for when, value in daily]
        each = n / len(weekdays)
        scale = each / (each - 1.2) if len(weekdays) > 1 else 1.0
        centre, of_centre, lost = medians[day.weekday()], len(same), len(weekdays)
    else:
        centre, of_centre, lost, scale = median(values), n, 1, 1.0
        residuals = [abs(value - centre) for value in values]
    typical = 1.4826 * median(residuals) or 1.2533 * sum(residuals) / n
    spread = max(scale * typical, own_error)
    cut = quantile(rule.sensitivity, _EFFICIENCY * max(n - lost, 1))
    reach = cut * spread * math.sqrt(1.0 + math.pi / (2.0 * of_centre))
    return Baseline(centre - reach, centre + reach, centre, spread, n, by_weekday)


def median(values: Sequence[float]) -> float:
    """The middle of some values, at least one; between two it is their mean."""
    ranked = sorted(values)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2.0


def _own_error(result: MetricResult) -> float:
    """The standard error that a number's own 95 % interval stands for."""
    if result.low is None or result.high is None:
        return 0.0
    width = (result.high - result.low) / (2.0 * _Z)
    return width if math.isfinite(width) else 0.0


@lru_cache(maxsize=256)
def quantile(sigmas: float, freedom: float) -> float:
    """Where Student's t has the tail that a normal number has beyond so many deviations."""
    wanted = math.erfc(sigmas / math.sqrt(2.0)) / 2.0
    low, high = 0.0, sigmas + 1.0
    while _tail(high, freedom) > wanted:
        high *= 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _tail(middle, freedom) > wanted else (low, middle)
    return (low + high) / 2.0


def _tail(t: float, freedom: float) -> float:
    """The upper tail of Student's t: the density, integrated over the angle tan a = x / sqrt(f).

    There the density is cos(a) to the power of f - 1, so that Simpson's rule is exact enough.
    """
    log_scale = math.lgamma((freedom + 1.0) / 2.0) - math.lgamma(freedom / 2.0)
    scale = math.exp(log_scale) / math.sqrt(math.pi)
    start = math.atan(t / math.sqrt(freedom))
    steps = 256
    width = (math.pi / 2.0 - start) / steps
    total = 0.0
    for step in range(steps + 1):
        weight = 1.0 if step in (0, steps) else (4.0 if step % 2 else 2.0)
        cosine = max(math.cos(start + step * width), 0.0)
        total += weight * cosine ** (freedom - 1.0)
    return scale * total * width / 3.0
