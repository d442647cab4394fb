"""How old signals are and what that costs: what the age is made of, and what it is still worth."""

from __future__ import annotations

from functools import partial

from recsql.model import Status
from recsql.report.drawing.curves import Chart, Line, Mark, curves
from recsql.report.drawing.scale import time_axis
from recsql.report.drawing.shares import Part, Whole, shares
from recsql.report.drawing.svg import Told
from recsql.report.drawing.waterfall import Bar, Kind, waterfall
from recsql.report.figures.figure import (
    Figure,
    Numbers,
    absent,
    between,
    listed,
    over,
    seconds,
    share,
)
from recsql.report.readings import Reading, Readings, segment

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


def relevance(readings: Readings) -> Figure:
    """The relevance that is left at an age, the drift window, and the ages that were used."""
    points = [
        (lag * 3600.0, reading)
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
    else:
        said.append("A histogram of ages: the results hold the median and the worst tenth only.")
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
