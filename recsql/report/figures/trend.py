"""How a check's number went from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from recsql.model import Status, Unit
from recsql.quantities import format_quantity
from recsql.report.drawing.sparkline import sparkline
from recsql.report.drawing.svg import Told

FEWEST, MOST = 3, 30
"""Runs that make a trend, and that are drawn."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The values of comparable runs, the oldest first and this run's last."""

    values: Sequence[float]
    unit: Unit


def drawn(key: str, trend: Trend, status: Status) -> Markup:
    """The last runs as a line; nothing where there are too few."""
    values = [*trend.values][-MOST:]
    if len(values) < FEWEST:
        return Markup("")
    first, low, high, last = (
        format_quantity(value, trend.unit)
        for value in (values[0], min(values), max(values), values[-1])
    )
    told = Told(
        f"{key}-trend",
        f"The last {len(values)} runs",
        f"First {first}, lowest {low}, highest {high}, last {last}.",
    )
    ink = {Status.FAIL: "fail", Status.WARN: "warn"}.get(status, "data")
    return sparkline(told, values, ink)
