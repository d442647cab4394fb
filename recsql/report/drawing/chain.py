"""The pipeline as boxes and arrows, with what each step takes written on its arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recsql.report.drawing.svg import QUIET, Picture, Sheet, Told, Type, fit, rows, width

WIDE, NARROW = 1160.0, 344.0
_BOX, _TOP, _HIGH = 104.0, 30.0, 74.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One step; `ink` is how the slowest one is marked, `people` is a wait that is no delay."""

    source: str
    target: str
    said: str
    """What it takes in the middle, or that nobody measured it."""
    tail: str = ""
    note: str = ""
    measured: bool = True
    slowest: str = ""
    ink: str = "data"
    people: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The same steps to scale: shares that add up to one, and the words for the largest."""

    parts: tuple[tuple[float, str], ...]
    """Share and colour."""
    said: str


def chain(told: Told, legs: Sequence[Leg], strip: Strip | None) -> Picture:
    """From left to right, or from top to bottom on a phone."""
    return Picture(
        _wide(told, legs, strip),
        _narrow(told, legs, strip),
    )


def _wide(told: Told, legs: Sequence[Leg], strip: Strip | None) -> Markup:
    sheet = Sheet(WIDE)
    long = min((WIDE - 2 - _BOX * (len(legs) + 1)) / len(legs), 260.0)
    for index, leg in enumerate(legs):
        start = 1 + (_BOX + long) * index
        _box(sheet, start, leg.source)
        _arrow(sheet, leg, start + _BOX, long)
    _box(sheet, 1 + (_BOX + long) * len(legs), legs[-1].target)
    bottom = 152.0
    if strip is not None:
        end = _BOX + (_BOX + long) * len([leg for leg in legs if not leg.people])
        _strip(sheet, strip, (bottom, end))
        bottom += 50
    return sheet.drawn(told, bottom)


def _box(sheet: Sheet, x: float, name: str) -> None:
    sheet.frame(x, _TOP, _BOX, _HIGH, dashed=False)
    type_ = Type(size=13.5, bold=True, anchor="middle")
    said = rows(name, _BOX - 10, type_, 3)
    for index, row in enumerate(said):
        y = _TOP + _HIGH / 2 + 5 + 17 * (index - (len(said) - 1) / 2)
        sheet.text(x + _BOX / 2, y, row, type_)


def _arrow(sheet: Sheet, leg: Leg, x: float, long: float) -> None:
    middle, y = x + long / 2, _TOP + _HIGH / 2
    ink = leg.ink if leg.slowest else "muted"
    if leg.slowest:
        sheet.box(x + 2, 0, long - 4, 148, "hot" if leg.ink == "fail" else "soft")
        tag = Type(leg.ink, 12.5, bold=True, anchor="middle")
        sheet.fitted(middle, 17, leg.slowest, long - 8, tag)
    dash = "5 4" if leg.people else "" if leg.measured else "2 3"
    wide = 3.0 if leg.slowest else 1.6
    sheet.line(f"M{x + 3:.1f} {y:.1f}H{x + long - 10:.1f}", ink, wide, dash)
    tip = x + long - 3
    sheet.area(f"M{tip:.1f} {y:.1f}l-10 -5.5v11z", ink)
    size = 14.0 if leg.measured else 12.0
    bold = Type(ink if leg.slowest else "ink", size, bold=True, anchor="middle")
    sheet.fitted(middle, y - 10, leg.said, long - 6, bold)
    below = replace(QUIET, anchor="middle")
    base = y + 18
    for row in [leg.tail, *rows(leg.note, long - 8, below, 3)]:
        if row:
            sheet.fitted(middle, base, row, long - 8, below)
            base += 15


def _strip(sheet: Sheet, strip: Strip, place: tuple[float, float]) -> None:
    top, end = place
    x, long = 1.0, end - 1
    ink = "ink"
    for share, colour in strip.parts:
        sheet.box(x + 0.5, top + 8, long * share - 1, 10, colour)
        x += long * share
        ink = "fail" if colour == "fail" else ink
    sheet.fitted(1, top + 36, strip.said, sheet.width - 2, Type(ink, 12.5, bold=True))


def _narrow(told: Told, legs: Sequence[Leg], strip: Strip | None) -> Markup:
    sheet, y = Sheet(NARROW, bare=True), 1.0
    for leg in legs:
        _stage(sheet, y, leg.source)
        _fall(sheet, leg, y + 32)
        y += 32 + 74
    _stage(sheet, y, legs[-1].target)
    bottom = y + 34
    if strip is not None:
        x = 1.0
        for share, colour in strip.parts:
            sheet.box(x + 0.5, bottom + 10, (NARROW - 2) * share - 1, 10, colour)
            x += (NARROW - 2) * share
        bottom += 36
        hot = any(colour == "fail" for _, colour in strip.parts)
        type_ = Type("fail" if hot else "ink", 12, bold=True)
        for row in rows(strip.said, NARROW - 4, type_, 3):
            sheet.text(1, bottom, row, type_)
            bottom += 16
    return sheet.drawn(told, bottom)


def _stage(sheet: Sheet, y: float, name: str) -> None:
    sheet.frame(1, y, NARROW - 2, 31, dashed=False)
    type_ = Type(bold=True)
    sheet.text(14, y + 20, fit(name, NARROW - 30, type_), type_)


def _fall(sheet: Sheet, leg: Leg, y: float) -> None:
    ink = leg.ink if leg.slowest else "muted"
    if leg.slowest:
        sheet.box(1, y + 3, NARROW - 2, 68, "hot" if leg.ink == "fail" else "soft")
        tag = Type(leg.ink, 12, bold=True, anchor="end")
        sheet.text(NARROW - 10, y + 24, leg.slowest, tag)
    dash = "5 4" if leg.people else "" if leg.measured else "2 3"
    sheet.line(f"M28 {y:.1f}v62", ink, 3.0 if leg.slowest else 1.6, dash)
    sheet.area(f"M28 {y + 73:.1f}l-5.5 -11h11z", ink)
    taken = width(leg.slowest, Type(size=12, bold=True)) + 16 if leg.slowest else 8
    bold = Type(ink if leg.slowest else "ink", 14, bold=True)
    sheet.fitted(48, y + 24, leg.said, NARROW - 48 - taken, bold)
    base = y + 41
    for row in (leg.tail, leg.note):
        if row:
            sheet.fitted(48, base, row, NARROW - 58, QUIET)
            base += 16
