"""Whether recommendations come in time: who is still deciding, and how old the signals were."""

from __future__ import annotations

import math

from recsql.model import Scalar, Status
from recsql.report.drawing.curves import MOST_LINES, Chart, Line, Mark, curves
from recsql.report.drawing.svg import Told
from recsql.report.figures.figure import Figure, Numbers, absent, seconds, share
from recsql.report.readings import Reading, Readings, segment

_DAY = 86400.0
Points = list[tuple[float, Reading]]


def figure(readings: Readings) -> Figure:
    """Survival by category where it is known, with the gap as a dot on each line; else of all."""
    curves_ = _curves(readings)
    every = _points(readings.by("survival_curve", "survival", "day"))
    names = _largest(curves_)
    if not names and len(every) < 2:
        return absent(readings.why_not("survival_curve"))
    gaps = {segment(g, "category"): g for g in
            readings.by("late_recommendations", "median_gap", "category")}  # fmt: skip
    whole = readings.total("late_recommendations", "median_gap")
    lines = [_line(str(name), curves_[name], gaps.get(name)) for name in names]
    if every and len(lines) < MOST_LINES:
        lines.insert(0, _line("All categories", every, whole if lines else None))
    floor = min(value for line in lines for _, value, *_ in line.points)
    chart = Chart(
        tuple(lines), _marks(readings, whole), "days since the first interest", steps=True,
        floor=0.0 if floor < 0.4 else math.floor(floor * 10 - 0.5) / 10,
    )  # fmt: skip
    told = Told("deciding", "Decisions that are still open, by time since the first interest",
                _told(chart))  # fmt: skip
    return Figure(curves(told, chart), _caption(chart, whole), _numbers(lines),
                  _missing(readings, len(curves_), len(names)))  # fmt: skip


def _curves(readings: Readings) -> dict[Scalar, Points]:
    found: dict[Scalar, list[Reading]] = {}
    for reading in readings.by("survival_curve", "survival", "category", "day"):
        found.setdefault(segment(reading, "category"), []).append(reading)
    read = {name: _points(tuple(rows)) for name, rows in found.items()}
    return {name: points for name, points in read.items() if len(points) > 1}


def _points(found: tuple[Reading, ...]) -> Points:
    days = [(segment(reading, "day"), reading) for reading in found]
    known = [(day * _DAY, r) for day, r in days if isinstance(day, int | float)]
    return sorted(known, key=lambda point: point[0])


def _largest(found: dict[Scalar, Points]) -> list[Scalar]:
    """The categories with most decisions, as many as can be told apart."""
    room = MOST_LINES - 1
    by_size = sorted(found, key=lambda name: (-(found[name][0][1].n or 0.0), str(name)))
    return by_size[:room]


def _line(name: str, points: Points, gap: Reading | None) -> Line:
    known = tuple((x, p.value, p.low, p.high) for x, p in points)
    if known[0][0] > 0.0:
        known = ((0.0, 1.0, 1.0, 1.0), *known)
    if gap is None:
        return Line(name, known)
    open_ = [y for x, y, *_ in known if x <= gap.value]
    said = f"gap {seconds(gap.value)}"
    if gap.value > known[-1][0] or not open_:
        return Line(name, known, f"{said}, beyond this curve")
    late = gap.metric.status is Status.FAIL
    return Line(name, known, f"{said}: {share(open_[-1])} open",
                (gap.value, open_[-1], "fail" if late else "data"))  # fmt: skip


def _marks(readings: Readings, gap: Reading | None) -> tuple[Mark, ...]:
    marks = []
    for metric, said in (("window_50", "half have bought:"),
                         ("window_90", "nine in ten:")):  # fmt: skip
        window = readings.value("decision_window", metric)
        if window is not None:
            marks.append(Mark(window, f"{said} {seconds(window)}", "muted"))
    if gap is not None:
        check = readings.check("late_recommendations")
        failing = check is not None and check.status is Status.FAIL
        marks.append(Mark(gap.value, f"median gap: {seconds(gap.value)}",
                          "fail" if failing else "data", gap.low, gap.high))  # fmt: skip
    return tuple(marks)


def _told(chart: Chart) -> str:
    lines = [f"{line.name}: {share(line.points[-1][1])} open after "
             f"{seconds(line.points[-1][0])}" for line in chart.lines]  # fmt: skip
    return "; ".join([*lines, *(mark.said for mark in chart.marks)])


def _caption(chart: Chart, gap: Reading | None) -> str:
    said = "Kaplan-Meier: decisions without a purchase so far; most are never made."
    if any(mark.ink == "muted" for mark in chart.marks):
        said += " Dashed in grey: when those who buy have bought."
    if gap is not None:
        said += " The gap runs from the newest interest in the category to the list that shows it."
    if chart.floor > 0.0:
        said += f" The upright axis begins at {share(chart.floor).replace('.0 %', ' %')}."
    return said


def _numbers(lines: list[Line]) -> Numbers:
    rows = tuple(
        (line.name, seconds(x), share(y), _interval(low, high))
        for line in lines
        for x, y, low, high in line.points[1 if len(line.points) > 1 else 0 :]
    )
    return Numbers("Decisions still open", ("Category", "After", "Open", "95 % interval"), rows)


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{share(low).removesuffix(' %')} to {share(high)}"


def _missing(readings: Readings, known: int, drawn: int) -> tuple[str, ...]:
    said = []
    if not known:
        said.append("By category: none has enough purchases for a curve of its own.")
    if known > drawn:
        said.append(f"{known - drawn} more categories, which had fewer decisions.")
    if readings.total("late_recommendations", "median_gap") is None:
        said.append(readings.why_not("late_recommendations"))
    return tuple(said)
