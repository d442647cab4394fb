"""The pipeline as boxes and arrows, with what each step takes written on its arrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recsql.report.drawing.svg import QUIET, Picture, Sheet, Told, Type, fit, rows, width

WIDE, NARROW = 1160.0, 344.0
_BOX, _TOP, _HIGH, _FULL = 104.0, 30.0, 74.0, 92.0
_STOCK = Type("muted", 11.5, anchor="middle")


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
    source_rows: str = ""
    target_rows: str = ""
    limit: tuple[str, ...] = ()
    """How long it may take, and how it stands to that."""
    limit_ink: str = "muted"


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
    below = [_below(leg, long - 8) for leg in legs]
    names = [*(leg.source for leg in legs), legs[-1].target]
    stocks = [_stock(legs, index) for index in range(len(names))]
    high = _FULL if any(stocks) else _HIGH
    bottom = 115.0 + high / 2 + 15 * max(0, max(map(len, below)) - 4)
    for index, name in enumerate(names):
        start = 1 + (_BOX + long) * index
        _box(sheet, (start, high), name, stocks[index])
        if index < len(legs):
            ends = (start + _BOX, long, _TOP + high / 2)
            _arrow(sheet, legs[index], ends, bottom - 4, below[index])
    if strip is not None:
        end = _BOX + (_BOX + long) * len([leg for leg in legs if not leg.people])
        _strip(sheet, strip, (bottom, end))
        bottom += 50
    return sheet.drawn(told, bottom)


def _stock(legs: Sequence[Leg], index: int) -> str:
    """The rows at a box: those of the step that leaves it, else of the one that arrives."""
    leaving = legs[index].source_rows if index < len(legs) else ""
    return leaving or (legs[index - 1].target_rows if index else "")


def _box(sheet: Sheet, place: tuple[float, float], name: str, stock: str) -> None:
    """At `place`, which is where it begins and how high it is; the number is above its noun."""
    x, high = place
    sheet.frame(x, _TOP, _BOX, high, dashed=False)
    type_ = Type(size=13.5, bold=True, anchor="middle")
    number, _, noun = stock.rpartition(" ")
    said = rows(name, _BOX - 10, type_, 2 if stock else 3)
    middle = _TOP + (high - 34 * bool(stock)) / 2 + 5
    for index, row in enumerate(said):
        sheet.text(x + _BOX / 2, middle + 17 * (index - (len(said) - 1) / 2), row, type_)
    for row, up in ((number, 24), (noun, 10)):
        if row:
            sheet.fitted(x + _BOX / 2, _TOP + high - up, row, _BOX - 6, _STOCK)


def _below(leg: Leg, room: float) -> list[tuple[str, Type]]:
    """What stands below an arrow: the tail, the limit, the note."""
    quiet = replace(QUIET, anchor="middle")
    limit = replace(quiet, ink=leg.limit_ink)
    return [
        *[(leg.tail, quiet)][: bool(leg.tail)],
        *((row, limit) for part in leg.limit for row in rows(part, room, limit, 2)),
        *((row, quiet) for row in rows(leg.note, room, quiet, 3) if row),
    ]


def _arrow(
    sheet: Sheet,
    leg: Leg,
    ends: tuple[float, float, float],
    bottom: float,
    below: Sequence[tuple[str, Type]],
) -> None:
    """At `ends`, which is where it begins, how long it is, how far down; marked to `bottom`."""
    x, long, y = ends
    middle = x + long / 2
    ink = leg.ink if leg.slowest else "muted"
    if leg.slowest:
        sheet.box(x + 2, 0, long - 4, bottom, "hot" if leg.ink == "fail" else "soft")
        tag = Type(leg.ink, 12.0, bold=True, anchor="middle")
        sheet.fitted(middle, 17, leg.slowest, long - 8, tag)
    dash = "5 4" if leg.people else "" if leg.measured else "2 3"
    wide = 3.0 if leg.slowest else 1.6
    sheet.line(f"M{x + 3:.1f} {y:.1f}H{x + long - 10:.1f}", ink, wide, dash)
    tip = x + long - 3
    sheet.area(f"M{tip:.1f} {y:.1f}l-10 -5.5v11z", ink)
    size = 14.0 if leg.measured else 12.0
    bold = Type(ink if leg.slowest else "ink", size, bold=True, anchor="middle")
    sheet.fitted(middle, y - 10, leg.said, long - 6, bold)
    for index, (row, type_) in enumerate(below):
        sheet.fitted(middle, y + 18 + 15 * index, row, long - 8, type_)


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
    for index, leg in enumerate(legs):
        _stage(sheet, y, leg.source, _stock(legs, index))
        long = 74.0 + (16 if leg.limit else 0)
        _fall(sheet, leg, y + 32, long)
        y += 32 + long
    _stage(sheet, y, legs[-1].target, _stock(legs, len(legs)))
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


def _stage(sheet: Sheet, y: float, name: str, stock: str) -> None:
    sheet.frame(1, y, NARROW - 2, 31, dashed=False)
    type_ = Type(bold=True)
    room = NARROW - 30
    if stock:
        said = fit(stock, room / 2, QUIET)
        sheet.text(NARROW - 14, y + 20, said, replace(QUIET, anchor="end"))
        room -= width(said, QUIET) + 10
    sheet.text(14, y + 20, fit(name, room, type_), type_)


def _fall(sheet: Sheet, leg: Leg, y: float, long: float) -> None:
    ink = leg.ink if leg.slowest else "muted"
    if leg.slowest:
        sheet.box(1, y + 3, NARROW - 2, long - 6, "hot" if leg.ink == "fail" else "soft")
        tag = Type(leg.ink, 12, bold=True, anchor="end")
        sheet.text(NARROW - 10, y + 24, leg.slowest, tag)
    dash = "5 4" if leg.people else "" if leg.measured else "2 3"
    sheet.line(f"M28 {y:.1f}v{long - 12:.1f}", ink, 3.0 if leg.slowest else 1.6, dash)
    sheet.area(f"M28 {y + long - 1:.1f}l-5.5 -11h11z", ink)
    taken = width(leg.slowest, Type(size=12, bold=True)) + 16 if leg.slowest else 8
    bold = Type(ink if leg.slowest else "ink", 14, bold=True)
    sheet.fitted(48, y + 24, leg.said, NARROW - 48 - taken, bold)
    base = y + 41
    limit = (", ".join(leg.limit), replace(QUIET, ink=leg.limit_ink))
    for row, type_ in ((leg.tail, QUIET), limit, (leg.note, QUIET)):
        if row:
            sheet.fitted(48, base, row, NARROW - 58, type_)
            base += 16
