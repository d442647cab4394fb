"""Bars that each make a whole: what share of people, requests, revenue is how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recsql.report.drawing.svg import Picture, Sheet, Told, Type, width

WIDE, NARROW = 760.0, 344.0
_BAR = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the whole, what it is, and its colour."""

    name: str
    share: float
    said: str
    ink: str = "data"


@dataclass(frozen=True, slots=True)
class Whole:
    """One bar; its parts add up to one. `low` and `high` are the interval of what `rest` names.

    That is the last part, or all but the first where the words for that are given.
    """

    name: str
    parts: tuple[Part, ...]
    low: float | None = None
    high: float | None = None
    rest: str = ""
    ink: str = "data"
    """The colour of the words for the rest."""


def shares(told: Told, wholes: Sequence[Whole]) -> Picture:
    """The bars, each part named above it; what is measured from the right has a whisker."""
    return Picture(
        _drawn(told, wholes, narrow=False),
        _drawn(told, wholes, narrow=True),
    )


def _drawn(told: Told, wholes: Sequence[Whole], *, narrow: bool) -> Markup:
    sheet = Sheet(NARROW if narrow else WIDE, bare=narrow)
    left = 0.0 if narrow else 112.0
    long = sheet.width - left - 2
    y = 4.0
    for whole in wholes:
        name = Type(bold=True)
        if narrow:
            sheet.fitted(0, y + 12, whole.name, long, name)
            y += 20
        rows = _labels(sheet, whole.parts, (left, long), y)
        y += 17 * rows + 4
        if not narrow:
            sheet.fitted(left - 14, y + _BAR / 2 + 4.5, whole.name, left - 16,
                         replace(name, anchor="end"))  # fmt: skip
        x = left
        for part in whole.parts:
            sheet.box(x + 0.5, y, long * part.share - 1, _BAR, part.ink)
            x += long * part.share
        if whole.low is not None and whole.high is not None:
            ends = (left + long * (1 - whole.high), left + long * (1 - whole.low))
            sheet.whisker(*ends, y + _BAR + 6)
            y += 8
        if whole.rest:
            _rest(sheet, whole, (left, long), y + _BAR + 4)
            y += 26
        y += _BAR + 14
    return sheet.drawn(told, y - 6)


def _rest(sheet: Sheet, whole: Whole, span: tuple[float, float], y: float) -> None:
    """A bracket below all parts but the first, and what they are together."""
    left, long = span
    start = left + long * whole.parts[0].share
    sheet.line(f"M{start + 1:.1f} {y:.1f}v6H{left + long:.1f}v-6", whole.ink, 1.5)
    sheet.fitted(left + long, y + 21, whole.rest, long,
                 Type(whole.ink, 12.5, bold=True, anchor="end"))  # fmt: skip


def _labels(sheet: Sheet, parts: Sequence[Part], span: tuple[float, float], top: float) -> int:
    """The words of each part above its beginning, or in a row further up where they would meet."""
    left, long = span
    placed: list[tuple[int, float, str, Type]] = []
    ends: list[float] = []
    x = left
    for part in parts:
        if part.share <= 0.0:
            continue
        strong = part.ink in {"fail", "data"}
        type_ = Type(part.ink if strong else "ink", 12.0, bold=strong)
        said = f"{part.said} {part.name}"
        room = width(said, type_)
        start = max(min(x, left + long - room), left)
        row = next((r for r, end in enumerate(ends) if start >= end + 12), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = start + room
        placed.append((row, start, said, type_))
        x += long * part.share
    for row, start, said, type_ in placed:
        base = top + 13 + 17 * (len(ends) - 1 - row)
        sheet.fitted(start, base, said, left + long - start + 1, type_)
    return len(ends)
