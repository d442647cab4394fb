"""A picture with its caption, its numbers as a table, and why something is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recsql.model import Unit
from recsql.quantities import format_quantity
from recsql.report import wording
from recsql.report.drawing.svg import Picture
from recsql.report.readings import Reading


@dataclass(frozen=True, slots=True)
class Numbers:
    """The table behind a picture: the text alternative with everything that is drawn."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Nothing is drawn where `picture` is None; `missing` says why."""

    picture: Picture | None
    caption: str = ""
    numbers: Numbers | None = None
    missing: tuple[str, ...] = ()


def absent(*reasons: str) -> Figure:
    """A figure that cannot be drawn."""
    return Figure(None, missing=tuple(dict.fromkeys(reasons)))


def seconds(value: float) -> str:
    """A duration in words."""
    return format_quantity(value, Unit.SECONDS)


def share(value: float) -> str:
    """A share in words."""
    return format_quantity(value, Unit.SHARE)


def between(reading: Reading | None) -> str:
    """The interval in words; empty where there is none."""
    if reading is None or reading.low is None:
        return ""
    return wording.interval(reading.metric)


def counted(number: float | None) -> str:
    """A denominator in words; empty where there is none."""
    return "" if number is None else format_quantity(number, Unit.COUNT)


def over(number: float | None, noun: str, before: str = " over") -> str:
    """` over 9,619 requests`; empty where nobody counted them."""
    return "" if number is None else f"{before} {counted(number)} {noun}"


def listed(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
