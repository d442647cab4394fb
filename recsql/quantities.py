"""Numbers with units: how people write them (`6h`, `10%`) and how reports show them."""

from __future__ import annotations

import math
import re

from recsql.model import Unit

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}

_QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(%|ms|[smhdw])?\s*")


def parse_quantity(text: str) -> float | None:
    """Seconds for `90s 15m 6h 2d 4w`, a fraction for `5%`, the number itself, else None."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if unit is None:
        return number
    return number / 100.0 if unit == "%" else number * SECONDS[unit]


def parse_duration(value: object) -> float | None:
    """Seconds for a duration with its unit, or for a plain number of seconds; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str) or value.strip().endswith("%"):
        return None
    return parse_quantity(value)


def format_quantity(value: float | None, unit: Unit) -> str:
    """The shortest text that a reader takes in: `12.2 h`, `38.5 %`, `5,120`, `0.53`."""
    if value is None:
        return "unknown"
    if math.isnan(value) or math.isinf(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "-∞")
    if unit is Unit.SECONDS:
        return _duration(value)
    # what rounds to zero has no sign (PEP 682)
    if unit is Unit.SHARE:
        return f"{value * 100:z.1f} %"
    if unit is Unit.COUNT:
        return f"{value:z,.0f}"
    return f"{value:z.4g}"


def format_interval(low: float | None, high: float | None, unit: Unit) -> str:
    """`low to high`, or that there is none."""
    if low is None or high is None:
        return "no interval"
    return f"{format_quantity(low, unit)} to {format_quantity(high, unit)}"


def _duration(seconds: float) -> str:
    size = abs(seconds)
    if size == 0:
        return "0 s"
    if size < 1:
        return f"{seconds * 1000:.3g} ms"
    for limit, name, divisor in ((120, "s", 1), (7200, "min", 60), (259200, "h", 3600)):
        if size < limit:
            return f"{_short(seconds / divisor)} {name}"
    return f"{_short(seconds / 86400)} d"


def _short(number: float) -> str:
    text = f"{number:.1f}"
    return text.removesuffix(".0")
