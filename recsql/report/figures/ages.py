"""How old signals are and what that costs: what the age is made of, and what it is still worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from recsql.model import Status
from recsql.report.drawing.curves import Chart, Line, Mark, curves
from recsql.report.drawing.histogram import Bin, Histogram, Span, histogram
from recsql.report.drawing.scale import time_axis
from recsql.report.drawing.shares import Part, Whole, shares
from recsql.report.drawing.svg import Told
from recsql.report.drawing.waterfall import Bar, Kind, waterfall
from recsql.report.figures.figure import (
    Figure,
    Numbers,
    absent,
    between,
    counted,
    listed,
    over,
    seconds,
    share,
)
from recsql.report.readings import Reading, Readings, segment

_HOUR, _DAY = 3600.0, 86400.0
_TERMS = (
    ("mean_user_inactivity", "The person was away", Kind.OTHER),
    ("mean_identity", "Under another key", Kind.PART),
    ("mean_ingestion", "Not ingested yet", Kind.PART),
    ("mean_refresh", "Not refreshed yet", Kind.PART),
)


def waterfall_of_age(readings: Readings) -> Figure:
    """The mean age of a used signal, term by term; the terms add up exactly."""
    total = readings.total("age_waterfall", "mean_signal_age")
    terms = [(name, said, kind, readings.total("age_waterfall", name))
             for name, said, kind in _TERMS]  # fmt: skip
    known = [(name, said, kind, term) for name, said, kind, term in terms if term is not None]
    if total is None or not known:
        return absent(readings.why_not("age_waterfall"))
    bars, at = [], 0.0
    for _, said, kind, term in known:
        low, high = _around(term, at)
        bars.append(Bar(said, at, at + term.value, seconds(term.value), between(term), kind,
                        low, high))  # fmt: skip
        at += term.value
    bars.append(Bar("Age when used", 0.0, total.value, seconds(total.value), between(total),
                    Kind.LEVEL, total.low, total.high))  # fmt: skip
    longest = max(bar.high or bar.end for bar in bars)
    told = Told("age", "What the age of a used signal is made of",
                "; ".join(f"{bar.name}: {bar.said}" for bar in bars))  # fmt: skip
    lost = [said for _, said, _, term in terms if term is None]
    return Figure(
        waterfall(told, bars, partial(time_axis, longest)),
        f"Means{over(total.n, 'requests')}, which add up; thin lines are 95 % intervals of "
        "each part. Only what is red is the pipeline's.",
        Numbers("Mean age of a used signal", ("Part", "Mean", "95 % interval"),
                tuple((bar.name, bar.said, bar.between) for bar in bars)),
        tuple(f"Not separable here: {said.lower()}." for said in lost),
    )  # fmt: skip


def _around(term: Reading, at: float) -> tuple[float | None, float | None]:
    if term.low is None or term.high is None:
        return None, None
    return at + term.low, at + term.high


@dataclass(frozen=True, slots=True)
class _Class:
    """Requests whose signal was at least `start` and less than `end` seconds old."""

    start: float
    end: float
    n: float
    away: float
    """The part of their age in which the person did nothing."""

    @property
    def said(self) -> str:
        """The ages in words."""
        if math.isinf(self.end):
            return f"{_round(self.start)} and more"
        return f"{_round(self.start)} to {_round(self.end)}"


def by_age(readings: Readings) -> Figure:
    """How many requests used a signal of which age, and whose fault that age is."""
    classes = _classes(readings)
    total = sum(found.n for found in classes)
    if not total:
        return absent(f"Requests by the age of their signal. {readings.why_not('age_waterfall')}")
    window = readings.total("drift_window", "drift_window")
    limit = math.inf if window is None else window.value
    ink = _alarm(readings)
    last = max(i for i, c in enumerate(classes) if c.n or c.start < limit < c.end)
    bins = tuple(
        Bin(c.start, _round(c.start), c.n / total, c.away, ink if c.start >= limit else "data")
        for c in classes[: last + 1]
    )
    span = None if window is None else _span(classes, window, ink)
    shares_ = "; ".join(f"{c.said}: {share(c.n / total)}" for c in classes if c.n)
    told = Told("by-age", "Requests by the age of the newest signal used",
                f"{shares_}. {_sides(span)}")  # fmt: skip
    away, owned = "the person did nothing meanwhile", "the pipeline's part of the age"
    chart = Histogram(
        bins, span, "age of the newest signal used, in classes that grow", owned, away
    )
    return Figure(
        histogram(told, chart),
        f"Share of {counted(total)} requests with a signal. Of each bar the upper part is the "
        "pipeline's share of the mean age in that class.",
        Numbers("Requests by age", ("Age", "Requests", "Share", "The pipeline's part"),
                tuple((c.said, counted(c.n), share(c.n / total), share(1 - c.away))
                      for c in classes if c.n)),
        () if window is not None else (readings.why_not("drift_window"),),
    )  # fmt: skip


def _round(start: float) -> str:
    """Where a class begins, in the largest unit of which it is a whole number."""
    for unit, size in (("d", _DAY), ("h", _HOUR), ("min", 60.0)):
        if start % size == 0.0:
            return f"{start / size:.0f} {unit}" if start else "0"
    return seconds(start)


def _classes(readings: Readings) -> tuple[_Class, ...]:
    """The classes of age in their order, those that nobody is in too."""

    def of(metric: str) -> dict[float, Reading]:
        found = readings.by("age_waterfall", metric, "age_h")
        return {float(at): r for r in found if isinstance(at := segment(r, "age_h"), int | float)}

    every = readings.check("age_waterfall")
    metrics = () if every is None else every.metrics
    starts = sorted(
        {float(at) for m in metrics if isinstance(at := m.segment.get("age_h"), int | float)}
    )
    ages, away = of("mean_signal_age"), of("mean_user_inactivity")
    ends = (*starts[1:], math.inf)
    return tuple(
        _Class(start * _HOUR, end * _HOUR, (ages[start].n or 0.0) if start in ages else 0.0,
               _part(away.get(start), ages.get(start)))
        for start, end in zip(starts, ends, strict=False)
    )  # fmt: skip


def _part(part: Reading | None, whole: Reading | None) -> float:
    if part is None or whole is None or whole.value <= 0.0:
        return 0.0
    return min(max(part.value / whole.value, 0.0), 1.0)


def _span(classes: tuple[_Class, ...], window: Reading, ink: str) -> Span:
    """The drift window with the shares on both sides; of a class across its end neither knows."""
    total = sum(found.n for found in classes)
    within = sum(found.n for found in classes if found.end <= window.value) / total
    older = sum(found.n for found in classes if found.start >= window.value) / total
    least = "" if math.isclose(within + older, 1.0) else "at least "
    return Span(
        window.value,
        f"drift window ends at {seconds(window.value)}",
        f"{least}{share(within)} within",
        f"{least}{share(older)} used an older signal",
        ink,
    )


def _sides(span: Span | None) -> str:
    return "" if span is None else f"{span.said}; {span.within}; {span.beyond}."


def _alarm(readings: Readings) -> str:
    median = readings.total("signal_age", "median_signal_age")
    return "fail" if median is not None and median.metric.status is Status.FAIL else "data"


def relevance(readings: Readings) -> Figure:
    """The relevance that is left at an age, the drift window, and the ages that were used."""
    points = [
        (lag * _HOUR, reading)
        for reading in readings.by("drift_curve", "retained_relevance", "lag")
        if isinstance(lag := segment(reading, "lag"), int | float)
    ]
    points.sort(key=lambda point: point[0])
    marks = _marks(readings)
    if len(points) < 2:
        return absent(readings.why_not("drift_curve"))
    line = Line("", tuple((x, p.value, p.low, p.high) for x, p in points))
    window = readings.value("drift_window", "drift_window")
    note = "" if window is None else f" The drift window ends at {seconds(window)}."
    worth = ", ".join(f"{share(p.value)} at {seconds(x)}" for x, p in points[1:])
    told = Told("relevance", "What a signal is still worth, by its age",
                f"Relevance kept: {worth}.{note} {_said(marks)}")  # fmt: skip
    chart = Chart((line,), marks, "age of the newest signal used")
    return Figure(
        curves(told, chart),
        f"Relevance of lists made from signals this old, as a share of fresh "
        f"ones'{over(points[0][1].n, 'replayed requests')}, with its 95 % band. Dashed: the drift "
        "window, and how old the signals in use were.",
        Numbers("Relevance kept by age", ("Age", "Relevance kept", "95 % interval"),
                tuple((seconds(x), share(p.value), between(p)) for x, p in points)
                + tuple((mark.said, "", "") for mark in marks)),
        _undrawn(readings, window),
    )  # fmt: skip


def _undrawn(readings: Readings, window: float | None) -> tuple[str, ...]:
    said = [] if window is not None else [readings.why_not("drift_window")]
    if readings.total("signal_age", "median_signal_age") is None:
        said.append(readings.why_not("signal_age"))
    return tuple(said)


def _marks(readings: Readings) -> tuple[Mark, ...]:
    median = readings.total("signal_age", "median_signal_age")
    tail = readings.total("signal_age", "p90_signal_age")
    window = readings.total("drift_window", "drift_window")
    marks = []
    if window is not None:
        marks.append(Mark(window.value, f"drift window {seconds(window.value)}", "ink",
                          window.low, window.high))  # fmt: skip
    failing = median is not None and median.metric.status is Status.FAIL
    if median is not None:
        marks.append(Mark(median.value, f"median age {seconds(median.value)}",
                          "fail" if failing else "data", median.low, median.high))  # fmt: skip
    if tail is not None:
        marks.append(Mark(tail.value, f"p90 age {seconds(tail.value)}", "muted"))
    return tuple(marks)


def _said(marks: tuple[Mark, ...]) -> str:
    return f"Marked: {listed(mark.said for mark in marks)}." if marks else ""


def cold(readings: Readings) -> Figure:
    """How many requests had any signal at all."""
    found = readings.total("signal_age", "cold_share")
    if found is None:
        return absent(readings.why_not("signal_age"))
    parts = (
        Part("answered from a signal", 1 - found.value, share(1 - found.value), "mid"),
        Part("without any", found.value, share(found.value), "data"),
    )
    told = Told("cold", "Requests with and without a signal",
                f"{parts[0].said} {parts[0].name}, {parts[1].said} {parts[1].name}.")  # fmt: skip
    return Figure(
        shares(told, (Whole("Requests", parts, found.low, found.high),)),
        f"Requests without a signal have no age{over(found.n, 'requests', '; counted were')}.",
        Numbers("Requests with a signal", ("Requests", "Share", "95 % interval"),
                (("without any signal", share(found.value), between(found)),)),
    )  # fmt: skip
