"""What no data comes to: `unknown` unless the check says otherwise, and never a pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from recsql.model import Check, Reason, Scalar, Status
from recsql.runner.verdicts import Verdict

_COMES_TO = {"fail": Status.FAIL, "warn": Status.WARN, "skip": Status.SKIP}
_NOT_JUDGED = (Status.PASS, Status.INFO)


def judgeable(check: Check, rows: Sequence[Mapping[str, Scalar]]) -> list[Mapping[str, Scalar]]:
    """The rows of a check's result, where a count of none is to be judged as the number it is."""
    if check.on_empty != "judge":
        return list(rows)
    names = {metric.name for metric in check.metrics}
    counted = {f"{name}_n" for name in names}
    return [
        {name: None if name in counted and value == 0 else value for name, value in row.items()}
        for row in rows
    ]


def never_passed(check: Check, verdict: Verdict) -> Verdict:
    """The verdict, where an empty input comes to what the check says, and nothing to no pass."""
    if check.on_empty == "judge" and verdict.status in _NOT_JUDGED:
        totals = [metric for metric in verdict.metrics if not metric.segment]
        if all(not metric.value for metric in totals):
            return replace(verdict, status=Status.UNKNOWN, reason=Reason.EMPTY_INPUT)
    return emptied(check, verdict)


def emptied(check: Check, verdict: Verdict) -> Verdict:
    """The verdict on an empty input, as the check's `on_empty` has it."""
    empty = verdict.status is Status.UNKNOWN and verdict.reason is Reason.EMPTY_INPUT
    if not empty or check.on_empty not in _COMES_TO:
        return verdict
    status = _COMES_TO[check.on_empty]
    if status is Status.FAIL and check.severity is Status.WARN:
        status = Status.WARN
    return replace(verdict, status=status)
