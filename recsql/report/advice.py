"""What to do first: the advice of failing checks, put together by the step it wants mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsql.model import Status
from recsql.report.figures.gap import NONE_FOUND
from recsql.report.readings import Reading, Readings
from recsql.report.wording import worst_first
from recsql.results import CheckResult, RunResult

_STEPS = {
    "capture": None,
    "ingestion": "mean_ingestion",
    "feature refresh": "mean_refresh",
    "index refresh": None,
    "identity merge": "mean_identity",
    "training join": None,
    "serving": None,
    "evaluation": None,
}
"""The steps that advice names, and what each adds to the age of a signal (age_waterfall)."""

_GIST = 60
"""Letters of advice on the first screen; the whole of it stands at the check."""

_COSTS = {
    "feature refresh": "stale_signals",
    "ingestion": "stale_signals",
    "index refresh": "stale_items",
    "identity merge": "identity",
}
"""What the steps cost of the hit rate (gap_attribution); of two that share it, the slower one's."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do, and the failing checks that ask for it.

    `step` is empty where the advice names none; `cost` is the hit rate lost at least.
    """

    text: str
    checks: tuple[CheckResult, ...]
    step: str = ""
    cost: Reading | None = None

    @property
    def gist(self) -> str:
        """The first clause of the advice, without what stands in brackets."""
        clause = self.text.partition("; ")[0].partition(". ")[0].removesuffix(".")
        first, _, rest = clause.partition(" (")
        plain = first + rest.partition(")")[2] if rest else clause
        head = plain.partition(", ")[0]
        return head if len(plain) > _GIST and len(head) > _GIST // 4 else plain

    @property
    def said(self) -> str:
        """The advice with its step."""
        return f"{self.step}: {self.text}" if self.step else self.text


def actions(result: RunResult) -> tuple[Action, ...]:
    """Failing checks, then broken ones; one entry per step, and equal advice once.

    What costs hit rate for certain comes first, the dearest at the top.
    """
    readings = Readings(result)
    asking: dict[str, list[tuple[str, CheckResult]]] = {}
    for check in worst_first(result.checks):
        if check.status in {Status.ERROR, Status.FAIL}:
            step, text = _read(check.next, readings) if check.next else ("", _repair(check))
            asking.setdefault(step or text, []).append((text, check))
    found = [_action(key, asked, readings) for key, asked in asking.items()]
    return tuple(sorted(found, key=lambda action: -(action.cost.value if action.cost else 0.0)))


def _action(key: str, asked: Sequence[tuple[str, CheckResult]], readings: Readings) -> Action:
    checks = tuple(check for _, check in asked)
    if key not in _STEPS:
        return Action(asked[0][0], checks)
    return Action(asked[0][0], checks, key.capitalize(), _cost(key, readings))


def _cost(step: str, readings: Readings) -> Reading | None:
    """The hit rate lost by a step, where it is surely more than nothing."""
    metric = _COSTS.get(step)
    ages = {other: _age(other, readings) or 0.0 for other in _COSTS if _COSTS[other] == metric}
    if metric is None or max(ages, key=ages.__getitem__) != step:
        return None
    cost = readings.total("gap_attribution", metric)
    return cost if cost is not None and (cost.low or 0.0) > NONE_FOUND else None


def _read(advice: str, readings: Readings) -> tuple[str, str]:
    """The step to mend and the rest; of several, the one that adds most to a signal's age."""
    before, found, rest = advice.partition(": ")
    named = [step.strip().lower() for step in before.replace(" or ", ", ").split(",")]
    if not found or not all(step in _STEPS for step in named):
        return "", advice
    ages = {step: _age(step, readings) for step in named}
    known = {step: age for step, age in ages.items() if age is not None}
    step = max(known, key=known.__getitem__) if len(known) > 1 else named[0]
    return step, f"{rest[:1].upper()}{rest[1:]}"


def _age(step: str, readings: Readings) -> float | None:
    metric = _STEPS[step]
    return None if metric is None else readings.value("age_waterfall", metric)


def _repair(check: CheckResult) -> str:
    if check.status is Status.FAIL:
        return f"Look into {check.name}"
    hint = "" if check.problem is None or check.problem.hint is None else check.problem.hint
    return f"Repair {check.name}: {hint}" if hint else f"Repair {check.name}"
