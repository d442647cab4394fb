"""The one sentence of a check, with its numbers filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from recsql.model import Scalar, Unit
from recsql.quantities import format_interval, format_quantity
from recsql.results import MetricResult


class _Number:
    """A metric inside a sentence: `{m}`, `{m:interval}` or `{m:n}`."""

    def __init__(self, result: MetricResult) -> None:
        self._result = result

    def __format__(self, spec: str) -> str:
        result = self._result
        if spec == "interval":
            return format_interval(result.low, result.high, result.unit)
        if spec == "n":
            return format_quantity(result.n, Unit.COUNT)
        return format_quantity(result.value, result.unit)


def fill(templates: Iterable[str], results: Iterable[MetricResult]) -> str:
    """The first sentence of which the total has every number; without one, why there is none."""
    totals = [result for result in results if not result.segment]
    measured = {result.name for result in totals if result.value is not None}
    numbers = {result.name: _Number(result) for result in totals}
    offered = tuple(templates)
    for template in offered:
        if measured.issuperset(placeholders(template)):
            return _fill(template, numbers)
    if not offered:
        return ""
    why = next((result.note for result in totals if result.note), "there is nothing to measure")
    return f"Not measured: {why}."


def fill_row(template: str, columns: Iterable[str], row: Iterable[Scalar]) -> str:
    """A sentence with the values of one row."""
    return _fill(template, dict(zip(columns, row, strict=True)))


def placeholders(template: str) -> tuple[str, ...]:
    """The names that a sentence asks for; raises `ValueError` for unbalanced braces."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def _fill(template: str, values: Mapping[str, object]) -> str:
    parts = []
    for text, name, spec, _ in Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(format(values[name], spec or "") if name in values else f"{{{name}}}")
    return " ".join("".join(parts).split())
