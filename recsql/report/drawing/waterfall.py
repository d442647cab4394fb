"""Bars that begin where the one above ends: how a number is made up of its parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from markupsafe import Markup

from recsql.report.drawing.scale import Axis
from recsql.report.drawing.svg import QUIET, Picture, Sheet, Told, Type, width

WIDE, NARROW = 760.0, 344.0
_NAMES, _NUMBERS, _ROW, _BAR = 196.0, 210.0, 38.0, 22.0
_LABEL = 20.0
"""How far the words above a bar reach up on a phone."""
_NAME = Type("ink", 12.5, bold=True, halo=True)

AxisOf = Callable[[float, float], Axis]
"""An axis between two pixels."""


class Kind(Enum):
    """What a bar stands for."""

    LEVEL = "data"
    """A number from zero."""
    PART = "fail"
    """What a defect adds or takes."""
    OTHER = "mid"
    """A part that is no defect."""
    REST = "rest"
    """What is left over, or estimated: an outline."""


@dataclass(frozen=True, slots=True)
class Bar:
    """From one number to another; `low` and `high` are the interval of its end."""

    name: str
    start: float
    end: float
    said: str
    between: str = ""
    kind: Kind = Kind.PART
    low: float | None = None
    high: float | None = None

    @property
    def links(self) -> float:
        """Where the bar above ends, if this one goes on from it."""
        return self.end if self.kind is Kind.LEVEL else self.start


def waterfall(told: Told, bars: Sequence[Bar], axis: AxisOf) -> Picture:
    """The bars from top to bottom, names on the left and numbers on the right; or, on a phone, both
    above.
    """
    return Picture(
        _wide(told, bars, axis),
        _narrow(told, bars, axis),
    )


def _wide(told: Told, bars: Sequence[Bar], axis_of: AxisOf) -> Markup:
    sheet, axis = Sheet(WIDE), axis_of(_NAMES, WIDE - _NUMBERS)
    bottom = _ROW * len(bars) + 6
    _grid(sheet, axis, bottom)
    for index, bar in enumerate(bars):
        top = 8 + _ROW * index
        below = bars[index + 1] if index + 1 < len(bars) else None
        _drawn(sheet, axis, bar, top)
        _step(sheet, axis, (bar, below), top)
        weight = Type(bold=bar.kind is Kind.LEVEL)
        base = top + _BAR / 2 + 4.5
        sheet.fitted(_NAMES - 12, base, bar.name, _NAMES - 14, replace(weight, anchor="end"))
        numbers = WIDE - _NUMBERS + 22
        sheet.text(numbers, base, bar.said, Type(bold=True))
        if bar.between:
            taken = width(bar.said, Type(bold=True)) + 10
            sheet.fitted(numbers + taken, base, bar.between, WIDE - numbers - taken, QUIET)
    return sheet.drawn(told, bottom + 22)


def _narrow(told: Told, bars: Sequence[Bar], axis_of: AxisOf) -> Markup:
    sheet, axis, row = Sheet(NARROW, bare=True), axis_of(1, NARROW - 12), 52.0
    bottom = row * len(bars) + 4
    _grid(sheet, axis, bottom)
    for index, bar in enumerate(bars):
        top = 22 + row * index
        below = bars[index + 1] if index + 1 < len(bars) else None
        _drawn(sheet, axis, bar, top)
        free = below is None or not _covered(axis.at(bar.end), below)
        _step(sheet, axis, (bar, below), top, row if free else row - _LABEL)
        said, quiet = _numbers_of(bar)
        room = NARROW - width(said, quiet) - 10
        sheet.text(NARROW, top - 6, said, replace(quiet, anchor="end"))
        sheet.fitted(0, top - 6, bar.name, room, _NAME)
    return sheet.drawn(told, bottom + 22)


def _numbers_of(bar: Bar) -> tuple[str, Type]:
    said = f"{bar.said}, {bar.between}" if bar.between else bar.said
    return said, Type("ink", 12.0, bold=bar.kind is Kind.LEVEL, halo=True)


def _covered(x: float, bar: Bar) -> bool:
    """Whether a thread would pass under the words above a bar on a phone."""
    numbers = NARROW - width(*_numbers_of(bar))
    return x <= min(width(bar.name, _NAME), numbers - 10) + 3 or x >= numbers - 3


def _grid(sheet: Sheet, axis: Axis, bottom: float) -> None:
    sheet.line("".join(f"M{axis.at(tick):.1f} 2V{bottom:.1f}" for tick, _ in axis.ticks))
    for number, said in axis.ticks:
        x = axis.at(number)
        last = x + width(said, QUIET) / 2 > sheet.width
        anchor = "start" if x < 10 else "end" if last else "middle"
        sheet.text(x, bottom + 17, said, replace(QUIET, anchor=anchor))


def _drawn(sheet: Sheet, axis: Axis, bar: Bar, top: float) -> None:
    first, last = sorted((axis.at(bar.start), axis.at(bar.end)))
    long = max(last - first, 1.5)
    if bar.kind is Kind.REST:
        sheet.frame(first, top, long, _BAR, dashed=True)
    else:
        sheet.box(first, top, long, _BAR, bar.kind.value)
    if bar.low is not None and bar.high is not None:
        sheet.whisker(axis.at(bar.low), axis.at(bar.high), top + _BAR / 2)


def _step(
    sheet: Sheet, axis: Axis, bars: tuple[Bar, Bar | None], top: float, row: float = _ROW
) -> None:
    """The thread from the end of a bar to the beginning of the next, where they meet."""
    bar, below = bars
    if below is not None and math.isclose(bar.end, below.links, abs_tol=1e-9):
        sheet.line(f"M{axis.at(bar.end):.1f} {top + _BAR:.1f}v{row - _BAR:.1f}", "muted", 1, "2 2")
