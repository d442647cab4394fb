"""A number over time in the room of a word."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from recsql.report.drawing.svg import Sheet, Told, joined

WIDE, HIGH, _RIM = 96.0, 26.0, 4.0


def sparkline(told: Told, values: Sequence[float], ink: str = "data") -> Markup:
    """The values from left to right, equally far apart, between their lowest and their highest."""
    sheet = Sheet(WIDE)
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (WIDE - 2 * _RIM) / max(len(values) - 1, 1)
    points = [
        (_RIM + step * index, HIGH - _RIM - (HIGH - 2 * _RIM) * (value - low) / span)
        for index, value in enumerate(values)
    ]
    sheet.line(joined(points), "muted", 1.5)
    sheet.dot(*points[-1], 3.5, ink)
    return sheet.drawn(told, HIGH)
