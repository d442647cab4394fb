"""Which of many segments are beyond their limit by more than chance would make some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recsql.model import Metric, Reason, Status, Threshold
from recsql.runner import intervals
from recsql.runner.intervals import Interval, Side
from recsql.runner.readings import Limits, Row, bound_of, limit_of

Q = 0.05
"""The share of false ones among the segments called beyond, which is not exceeded on average."""


def discoveries(p_values: Sequence[float], q: float = Q) -> tuple[bool, ...]:
    """For each p-value, whether it is a discovery at the false discovery rate q.

    Benjamini and Hochberg (1995): the k smallest are, for the largest k with p(k) <= k q / m. It
    holds for independent tests and for those that are positively dependent, as segments of one
    metric are.
    """
    ranked = sorted(p_values)
    count = len(ranked)
    passing = [p for rank, p in enumerate(ranked, 1) if p * count <= rank * q]
    cut = max(passing, default=-1.0)
    return tuple(p <= cut for p in p_values)


def without_chance(metric: Metric, rows: Sequence[Row], limits: Limits) -> list[Row]:
    """The rows, where a segment whose excess may be chance among so many is `inconclusive`.

    The segments of a metric that can be judged and have an interval are one family; against
    `error_if` first, then against `warn_if`.
    """
    found = list(rows)
    for threshold, status in ((metric.error_if, Status.FAIL), (metric.warn_if, Status.WARN)):
        if threshold is None:
            continue
        family = {
            place: p
            for place, row in enumerate(found)
            if (p := _chance(row, metric.name, threshold, limits)) is not None
        }
        called = dict(zip(family, discoveries(tuple(family.values())), strict=True))
        for place, real in called.items():
            result = found[place].results[metric.name]
            if result.status is status and not real:
                note = (
                    f"beyond the limit, but not clearly enough for one of {len(family)} segments"
                    f" (Benjamini-Hochberg, q = {Q:.0%})"
                )
                result = replace(
                    result, status=Status.UNKNOWN, reason=Reason.INCONCLUSIVE, note=note
                )
                results = {**found[place].results, metric.name: result}
                found[place] = replace(found[place], results=results)
    return found


def _chance(row: Row, name: str, threshold: Threshold, limits: Limits) -> float | None:
    """The p-value of a segment's metric against a limit; None for what no test is made of."""
    reading, result = row.readings[name], row.results[name]
    limit = limit_of(threshold, row.readings, limits)
    bound = bound_of(result.value, result.low, result.high)
    judged = result.segment and result.limit is not None and reading.bounded()
    if not judged or limit is None or bound is None or result.value is None:
        return None
    found = Interval(result.value, bound.low, bound.high, result.unit)
    persons = reading.units() if result.sequential else None

    def tail(side: Side) -> float | None:
        at = limit.high if side is Side.ABOVE else limit.low
        if persons is None:
            return intervals.p_value(found, at, side)
        return intervals.always_valid_p_value(found, at, side, persons)

    if threshold.operator in (">", ">="):
        return tail(Side.ABOVE)
    if threshold.operator in ("<", "<="):
        return tail(Side.BELOW)
    above, below = tail(Side.ABOVE), tail(Side.BELOW)
    if threshold.operator == "=" or above is None or below is None:
        return None
    return min(1.0, 2.0 * min(above, below))
