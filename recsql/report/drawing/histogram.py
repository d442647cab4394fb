"""Upright bars over classes of a duration, each as wide as the others, and a span from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from recsql.report.drawing.scale import Axis, share_axis
from recsql.report.drawing.svg import QUIET, Picture, Sheet, Told, Type, width

WIDE, NARROW = 760.0, 344.0
_LEFT, _HIGH, _TOP, _GAP = 46.0, 170.0, 44.0, 1.0


@dataclass(frozen=True, slots=True)
class Bin:
    """From `start` seconds to the next one's: its share of all, and of that the lower part."""

    start: float
    said: str
    """The start in words, written below it."""
    share: float
    lower: float = 0.0
    ink: str = "data"
    """The colour of the upper part."""


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between zero and `end` seconds, and the words on both sides of its end."""

    end: float
    said: str
    within: str
    beyond: str
    ink: str = "data"
    """The colour of what is said of the other side."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bins that follow each other from zero, the last one open, and the names of their parts."""

    bins: tuple[Bin, ...]
    span: Span | None
    across: str
    upper: str
    lower: str


def histogram(told: Told, chart: Histogram) -> Picture:
    """The bars with their key below."""
    return Picture(
        _drawn(told, chart, narrow=False),
        _drawn(told, chart, narrow=True),
    )


def _drawn(told: Told, chart: Histogram, *, narrow: bool) -> Markup:
    sheet = Sheet(NARROW if narrow else WIDE, bare=narrow)
    top = (_TOP + 20 if narrow else _TOP) if chart.span else 10.0
    bottom = top + _HIGH
    long = (sheet.width - _LEFT - 2) / len(chart.bins)
    upright = share_axis(0.0, max(b.share for b in chart.bins), bottom, top)
    if chart.span is not None:
        end = _LEFT + long * _place(chart.bins, chart.span.end)
        sheet.box(_LEFT, top, end - _LEFT, _HIGH, "soft")
    _grid(sheet, upright)
    places = [(_LEFT + long * index + _GAP, long - 2 * _GAP) for index in range(len(chart.bins))]
    for bar, (x, room) in zip(chart.bins, places, strict=True):
        head, middle = upright.at(bar.share), upright.at(bar.share * bar.lower)
        sheet.box(x, head, room, middle - head, bar.ink)
    for bar, (x, room) in zip(chart.bins, places, strict=True):
        middle = upright.at(bar.share * bar.lower)
        sheet.box(x, middle, room, bottom - middle, "mid")
    if chart.span is not None:
        _span(sheet, chart.span, end, (top, bottom), narrow=narrow)
    _ticks(sheet, chart.bins, long, bottom)
    sheet.fitted(sheet.width, bottom + 35, chart.across, sheet.width,
                 replace(QUIET, anchor="end"))  # fmt: skip
    return sheet.drawn(told, _key(sheet, chart, bottom + 58, narrow=narrow))


def _place(bins: Sequence[Bin], at: float) -> float:
    """How many bins fit below an instant; inside of one it lies as it divides its duration."""
    ends = [*(b.start for b in bins[1:]), max(at, bins[-1].start + 1.0)]
    index = next(i for i, end in enumerate(ends) if at <= end)
    start = bins[index].start
    return index + (at - start) / (ends[index] - start)


def _grid(sheet: Sheet, upright: Axis) -> None:
    rows = [(upright.at(number), said) for number, said in upright.ticks]
    sheet.line("".join(f"M{_LEFT:.0f} {y:.1f}H{sheet.width:.0f}" for y, _ in rows))
    for y, said in rows:
        sheet.text(_LEFT - 7, y + 4, said, replace(QUIET, anchor="end"))


def _span(sheet: Sheet, span: Span, x: float, ends: tuple[float, float], *, narrow: bool) -> None:
    """The end as a dashed line, with what is said of both sides; on a phone all of it above."""
    name, beyond = Type(bold=True, size=12.5), Type(span.ink, 12.5, bold=True)
    within = Type("data", 12.5, bold=True)
    sheet.line(f"M{x:.1f} {ends[0] - 4 if narrow else 4:.0f}V{ends[1]:.0f}", "ink", 1.5, "5 3")
    if narrow:
        lines = ((span.said, name), (span.beyond, beyond), (span.within, within))
        for index, (said, type_) in enumerate(lines):
            sheet.fitted(0, 13 + 18 * index, said, sheet.width, type_)
        return
    broad = max(width(span.said, name), width(span.beyond, beyond))
    left = broad > sheet.width - x - 8 and x > sheet.width / 2
    for index, (said, type_) in enumerate(((span.said, name), (span.beyond, beyond))):
        turned = replace(type_, anchor="end") if left else type_
        room = x - 7 if left else sheet.width - x - 8
        sheet.fitted(x - 7 if left else x + 7, 14 + 18 * index, said, room, turned)
    base = 32.0
    if left or width(span.within, within) > x - 7:
        base = ends[0] + 14  # beside the line, on the ground of the span
    sheet.fitted(x - 7, base, span.within, x - 7, replace(within, anchor="end"))


def _ticks(sheet: Sheet, bins: Sequence[Bin], long: float, bottom: float) -> None:
    """The start of each bin where there is room for it; the last is always named."""
    last = _LEFT + long * (len(bins) - 1)
    room = width(bins[-1].said, QUIET) / 2 + 8
    free = 0.0
    starts = [_LEFT + long * index for index in range(len(bins))]
    sheet.line("".join(f"M{x:.1f} {bottom:.0f}v4" for x in starts), "muted")
    for index, (x, bar) in enumerate(zip(starts, bins, strict=True)):
        half = width(bar.said, QUIET) / 2
        ends = index == len(bins) - 1
        if x - half < free or (not ends and x + half > last - room):
            continue
        anchor = "end" if x + half > sheet.width else "middle"
        sheet.text(min(x, sheet.width) if anchor == "middle" else sheet.width, bottom + 18,
                   bar.said, replace(QUIET, anchor=anchor))  # fmt: skip
        free = x + half + 8


def _key(sheet: Sheet, chart: Histogram, y: float, *, narrow: bool) -> float:
    x = 0.0 if narrow else _LEFT
    ink = chart.bins[-1].ink
    for colour, said in ((ink, chart.upper), ("mid", chart.lower)):
        sheet.box(x, y - 10, 12, 12, colour)
        sheet.fitted(x + 18, y, said, sheet.width - x - 18, QUIET)
        if narrow:
            y += 18
        else:
            x += 18 + width(said, QUIET) + 24
    return y - 10 if narrow else y + 6
