"""A failure that counts only when the windows before failed as well.

Windows that overlap share their data and fail together. A pipeline that stands at its limit and is
looked at daily over 28 days fails at least once a year in 3 of 4 cases, on two days running still
in 2 of 3, and in two windows that share no day in 1 of 20; `consecutive_gap` says how far apart two
windows must be. Always-valid intervals (`sequential`), which promise 5 % for growing data, come to
1 in 10 for windows that slide. `tests/unit/test_repeated_looks.py` simulates these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from recsql.model import Check, Reason, Status, Value
from recsql.results import MetricResult
from recsql.runner.verdicts import Verdict, settled


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier runs found, the newest first; the key is a check, a metric, a segment's text.

    `windows` tells whether a number was beyond its limit in earlier windows, `daily` what it was
    at the end of earlier days (UTC). `missing` says why a number has none.
    """

    windows: Mapping[tuple[str, str, str], tuple[bool, ...]] = field(default_factory=dict)
    missing: str = "no history is read"
    daily: Mapping[tuple[str, str, str], tuple[tuple[date, float], ...]] = field(
        default_factory=dict
    )


def windows_needed(check: Check, variables: Mapping[str, Value]) -> int:
    """How many windows in a row must be beyond a limit: the check's own rule or the project's."""
    own = check.consecutive
    number = variables.get("consecutive") if own is None else own
    return int(number) if isinstance(number, int | float) else 1


def confirmed(check: Check, verdict: Verdict, needed: int, past: Past) -> Verdict:
    """The verdict, where a metric fails only if its windows before did: else it is a warning.

    What is not known is not taken to have failed: without a history a failure is a warning that
    says so.
    """
    metrics = tuple(_confirmed(check.name, metric, needed, past) for metric in verdict.metrics)
    if metrics == verdict.metrics:
        return verdict
    status, reason = settled(check, metrics)
    return replace(verdict, status=status, reason=reason, metrics=metrics)


def _confirmed(check: str, metric: MetricResult, needed: int, past: Past) -> MetricResult:
    if metric.status is not Status.FAIL:
        return metric
    known = past.windows.get((check, metric.name, metric.segment_text), ())
    beyond = 1 + len(tuple(takewhile(bool, known)))
    if beyond >= needed:
        return metric
    which = "first window" if beyond == 1 else f"window {beyond} in a row"
    why = "" if len(known) >= beyond else f" that is known ({past.missing})"
    note = f"{which} beyond the limit{why}; a failure from {needed} in a row on"
    return replace(metric, status=Status.WARN, reason=Reason.FIRST_WINDOW, note=note)
