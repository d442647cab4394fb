"""Lines over time, with what else stands on that axis: marks and spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recsql.report.drawing.scale import Axis, share_axis, time_axis
from recsql.report.drawing.svg import (
    QUIET,
    Picture,
    Sheet,
    Told,
    Type,
    fit,
    joined,
    rows,
    width,
)

WIDE, NARROW = 760.0, 344.0
_KEY, _LEFT, _HIGH, _MARK = 178.0, 46.0, 220.0, 19.0
_INKS = ("data", "error", "unknown", "pass", "warn")
_DASHES = ("", "6 3", "2 2.5", "9 3 2 3", "12 4")
MOST_LINES = len(_INKS)


@dataclass(frozen=True, slots=True)
class Line:
    """Points of time in seconds, share, and the share's interval where there is one."""

    name: str
    points: tuple[tuple[float, float, float | None, float | None], ...]
    note: str = ""
    mark: tuple[float, float, str] | None = None
    """A point on the line and what it is: shown as a dot, named in the key."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright at an instant in seconds, with its words; `low` and `high` are its interval."""

    at: float
    said: str
    ink: str = "ink"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and marks over one time axis; `steps` for shares that jump."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    across: str
    steps: bool = False
    floor: float = 0.0
    """Where the upright axis begins."""


def curves(told: Told, chart: Chart) -> Picture:
    """The chart with its key beside it, or below it on a phone."""
    return Picture(
        _drawn(told, chart, narrow=False),
        _drawn(told, chart, narrow=True),
    )


def _drawn(told: Told, chart: Chart, *, narrow: bool) -> Markup:
    sheet = Sheet(NARROW if narrow else WIDE, bare=narrow)
    keyed = len(chart.lines) > 1 or bool(chart.lines[0].note)
    right = NARROW - 14 if narrow else WIDE - (_KEY + 24 if keyed else 60)
    top = 8 + _MARK * len(chart.marks)
    bottom = top + _HIGH
    longest = max([p[0] for line in chart.lines for p in line.points] +
                  [mark.high or mark.at for mark in chart.marks], default=1.0)  # fmt: skip
    across = time_axis(longest, _LEFT, right)
    upright = share_axis(chart.floor, 1.0, bottom, top)
    _spans(sheet, chart.marks, across, (top, bottom))
    _grid(sheet, across, upright, (top, bottom))
    for index, line in enumerate(chart.lines):
        _band(sheet, line, (across, upright), steps=chart.steps, alone=len(chart.lines) == 1)
        path = joined([(across.at(x), upright.at(y)) for x, y, *_ in line.points],
                      steps=chart.steps)  # fmt: skip
        sheet.line(path, _INKS[index], 2.2, _DASHES[index])
        if line.mark is not None:
            sheet.dot(across.at(line.mark[0]), upright.at(line.mark[1]), 5, _INKS[index])
    _uprights(sheet, chart.marks, across, (top, bottom))
    sheet.text(right, bottom + 35, fit(chart.across, right, QUIET), replace(QUIET, anchor="end"))
    start = (0.0, bottom + 60) if narrow else (WIDE - _KEY, top + 10)
    end = _key(sheet, chart.lines, start)
    return sheet.drawn(told, max(bottom + 42, end))


def _grid(sheet: Sheet, across: Axis, upright: Axis, ends: tuple[float, float]) -> None:
    rows_ = [(upright.at(number), said) for number, said in upright.ticks]
    sheet.line("".join(f"M{_LEFT} {y:.1f}H{across.end:.1f}" for y, _ in rows_))
    for y, said in rows_:
        sheet.text(_LEFT - 7, y + 4, said, replace(QUIET, anchor="end"))
    free = 0.0
    for number, said in across.ticks:
        x, half = across.at(number), width(said, QUIET) / 2
        if x - half < free or x + half > sheet.width:
            continue
        sheet.line(f"M{x:.1f} {ends[1]:.1f}v4", "muted")
        sheet.text(x, ends[1] + 18, said, replace(QUIET, anchor="middle"))
        free = x + half + 8


def _band(sheet: Sheet, line: Line, axes: tuple[Axis, Axis], *, steps: bool, alone: bool) -> None:
    """The intervals of an only line; several bands would hide each other."""
    known = [(x, low, high) for x, _, low, high in line.points
             if low is not None and high is not None]  # fmt: skip
    if not alone or len(known) < 2:
        return
    across, upright = axes
    over = joined([(across.at(x), upright.at(high)) for x, _, high in known], steps=steps)
    back = [(across.at(x), upright.at(low)) for x, low, _ in known]
    under = joined(back, steps=steps)
    if not steps:
        under = joined(back[::-1])
        sheet.area(f"{over}L{under[1:]}Z", "soft")
        return
    turned = "".join(f"V{y:.0f}H{x:.0f}" for x, y in back[-2::-1])
    sheet.area(f"{over}{turned}Z", "soft")


def _spans(sheet: Sheet, marks: Sequence[Mark], across: Axis, ends: tuple[float, float]) -> None:
    for mark in marks:
        if mark.low is not None and mark.high is not None and mark.high > mark.low:
            first, last = across.at(mark.low), across.at(mark.high)
            sheet.box(first, ends[0], last - first, ends[1] - ends[0], "hot" if mark.ink == "fail"
                      else "soft")  # fmt: skip


def _uprights(sheet: Sheet, marks: Sequence[Mark], across: Axis, ends: tuple[float, float]) -> None:
    """Each mark's words in a row of their own, on the side where there is room.

    Words on the left stand above those on the right, and each lot begins with its outermost, so
    that hardly a line runs through words.
    """

    def leftwards(mark: Mark) -> bool:
        x = across.at(mark.at)
        type_ = Type(mark.ink, 12.5, bold=True)
        return width(mark.said, type_) > sheet.width - x - 8 and x - 8 > sheet.width - x

    order = sorted(marks, key=lambda m: (not leftwards(m), -m.at if leftwards(m) else m.at))
    for index, mark in enumerate(order):
        x, base = across.at(mark.at), 13 + _MARK * index
        sheet.line(f"M{x:.1f} {base - 9:.1f}V{ends[1]:.1f}", mark.ink, 1.5, "5 3")
    for index, mark in enumerate(order):
        x, base = across.at(mark.at), 13 + _MARK * index
        type_ = Type(mark.ink, 12.5, bold=True, halo=True)
        if leftwards(mark):
            sheet.fitted(x - 6, base, mark.said, x - 8, replace(type_, anchor="end"))
        else:
            sheet.fitted(x + 6, base, mark.said, sheet.width - x - 8, type_)


def _key(sheet: Sheet, lines: Sequence[Line], start: tuple[float, float]) -> float:
    """The lines by name, in their order; the y below it."""
    x, y = start
    if len(lines) == 1 and not lines[0].note:
        return y - 10
    for index, line in enumerate(lines):
        sheet.line(f"M{x:.1f} {y - 4:.1f}h26", _INKS[index], 2.2, _DASHES[index])
        room = (sheet.width - x) - 34
        sheet.fitted(x + 34, y, line.name, room, Type(size=12.5, bold=True))
        for row in rows(line.note, room, QUIET, 3) if line.note else ():
            y += 16
            sheet.text(x + 34, y, row, QUIET)
        y += 24
    return y - 8
