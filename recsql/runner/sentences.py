"""The one sentence of a check, with its numbers filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from recsql.model import Scalar, Status, Unit
from recsql.quantities import format_interval, format_quantity, parse_quantity
from recsql.results import CheckResult, MetricResult

_LOUDEST = (
    Status.FAIL, Status.UNKNOWN, Status.WARN, Status.ERROR, Status.PASS, Status.INFO, Status.SKIP,
)  # fmt: skip


_NONE = "none below "
_PARTIAL = "partial below "


class _Number:
    """A metric inside a sentence: `{m}`, `{m:interval}`, `{m:n}`, `{m:none below 1%}` or such."""

    def __init__(self, result: MetricResult) -> None:
        self._result = result

    def __format__(self, spec: str) -> str:
        result = self._result
        if spec == "interval":
            return format_interval(result.low, result.high, result.unit)
        if spec == "n":
            return format_quantity(result.n, Unit.COUNT)
        text = format_quantity(result.value, result.unit)
        if self._is_below(_NONE, spec):
            return "none found"
        return f"{text} (partial)" if self._is_below(_PARTIAL, spec) else text

    def _is_below(self, word: str, spec: str) -> bool:
        """Whether the spec says `word` and a limit that the number does not reach."""
        value = self._result.value
        if not spec.startswith(word) or value is None:
            return False
        limit = parse_quantity(spec.removeprefix(word))
        return limit is not None and abs(value) < limit


def fill(templates: Iterable[str], results: Iterable[MetricResult]) -> str:
    """The first sentence of which the total has every number; without one, why there is none."""
    results = tuple(results)
    totals = [result for result in results if not result.segment]
    measured = {result.name for result in totals if result.value is not None}
    numbers = {result.name: _Number(result) for result in totals}
    offered = tuple(templates)
    for template in offered:
        if measured.issuperset(placeholders(template)):
            return _fill(template, numbers)
    if not offered:
        return _plain(results)
    why = next((result.note for result in totals if result.note), "there is nothing to measure")
    return f"Not measured: {why}."


def quote(template: str, checks: Iterable[CheckResult]) -> str:
    """A sentence with totals of several checks, `{check.metric}`; empty when one is not known."""
    numbers = {
        f"{check.name}.{result.name}": _Number(result)
        for check in checks
        for result in check.metrics
        if not result.segment and result.value is not None and result.status is not Status.UNKNOWN
    }
    return _fill(template, numbers) if set(placeholders(template)) <= set(numbers) else ""


def _plain(results: Iterable[MetricResult]) -> str:
    """A sentence for a check that brings none: its worst number, or its first."""
    shown = sorted(results, key=lambda result: _LOUDEST.index(result.status))
    if not shown:
        return ""
    first = shown[0]
    where = ", ".join(f"{name} {value}" for name, value in first.segment.items())
    limit = first.error_if if first.status is Status.FAIL else first.warn_if or first.error_if
    parts = [first.name, f" ({where})" if where else ""]
    parts.append(f" is {format_quantity(first.value, first.unit)}")
    parts.append(f"; the limit is {limit}" if limit else "")
    return "".join(parts) + "."


def fill_row(template: str, columns: Iterable[str], row: Iterable[Scalar]) -> str:
    """A sentence with the values of one row."""
    cells = {name: _cell(name, value) for name, value in zip(columns, row, strict=True)}
    return _fill(template, cells)


def _cell(name: str, value: Scalar) -> str:
    """A cell as text; `…_s` is a duration, `…_share` a share, as columns are named everywhere."""
    if value is None or isinstance(value, str | bool):
        return "nothing" if value is None else str(value)
    if name.endswith("_s"):
        return format_quantity(float(value), Unit.SECONDS)
    if name.endswith("_share"):
        return format_quantity(float(value), Unit.SHARE)
    return format_quantity(float(value), Unit.COUNT if float(value).is_integer() else Unit.NUMBER)


def placeholders(template: str) -> tuple[str, ...]:
    """The names that a sentence asks for; raises `ValueError` for unbalanced braces."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


def _fill(template: str, values: Mapping[str, object]) -> str:
    parts = []
    for text, name, spec, _ in Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(_shown(values[name], spec or "") if name in values else f"{{{name}}}")
    return " ".join("".join(parts).split())


def _shown(value: object, spec: str) -> str:
    """A value as a sentence asks for it, or as it is when it cannot be shown so."""
    if value is None:
        return "unknown"
    try:
        return format(value, spec)
    except (TypeError, ValueError):
        return str(value)
