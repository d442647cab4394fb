"""Which checks come before a check: those whose numbers are its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recsql.model import Check, Threshold, Value


def limiting_checks(
    check: Check, checks: Mapping[str, Check], variables: Mapping[str, Value]
) -> tuple[str, ...]:
    """The names of the checks that measure what this one's limits refer to, without repetition.

    A variable that is set comes before a measurement, and a metric of the check's own before both.
    """
    names: dict[str, None] = {}
    own = {metric.name for metric in check.metrics}
    for threshold in _thresholds(check):
        name = threshold.reference
        if name is None or name in own or name.startswith("var:"):
            continue
        if isinstance(variables.get(name), int | float):
            continue
        owner = _owner(name, check, checks)
        if owner is not None:
            names[owner] = None
    return tuple(names)


def _thresholds(check: Check) -> Iterator[Threshold]:
    for metric in check.metrics:
        for threshold in (metric.error_if, metric.warn_if, metric.unless):
            if threshold is not None:
                yield threshold


def _owner(metric: str, asking: Check, checks: Mapping[str, Check]) -> str | None:
    """The check of the metric's own name, else the first one that measures it."""
    owners = [
        check.name
        for check in checks.values()
        if check.name != asking.name and any(own.name == metric for own in check.metrics)
    ]
    return metric if metric in owners else next(iter(owners), None)
