"""From the offline score down to the real one, defect by defect, and up to the planned pipeline."""

from __future__ import annotations

from functools import partial

from recsql.report.drawing.scale import share_axis
from recsql.report.drawing.svg import Picture, Told
from recsql.report.drawing.waterfall import Bar, Kind, waterfall
from recsql.report.figures.figure import Figure, Numbers, absent, between, listed, over, share
from recsql.report.readings import Reading, Readings, segment

_PARTS = (
    ("stale_signals", "Stale signals", Kind.PART),
    ("stale_items", "Stale items", Kind.PART),
    ("identity", "Split identities", Kind.PART),
    ("mix", "Other histories", Kind.OTHER),
    ("rest", "Leaks, protocol, model", Kind.REST),
)
MINUS = "\N{MINUS SIGN}"
_ROUNDING = 0.0005
NONE_FOUND = 0.01
"""A part within this of zero is reported as none found (gap_attribution)."""


ALIKE = 0.02
"""Served hit rates of two checks that are further apart are not of one metric, or of one k."""


def figure(readings: Readings) -> Figure:
    """The waterfall; without an attribution the levels alone, and why."""
    offline = readings.total("metric_gap", "offline")
    realised = readings.total("metric_gap", "realised")
    replayed = readings.total("gap_attribution", "observed")
    plan = readings.total("rebuild_what_if", "what_if")
    alike = realised is None or replayed is None or abs(realised.value - replayed.value) <= ALIKE
    if not alike:
        plan = replayed = None
    real = replayed or realised or readings.total("rebuild_what_if", "observed")
    if real is None or (offline is None and plan is None):
        return absent(*(readings.why_not(name) for name in ("metric_gap", "rebuild_what_if")))
    parts = [(name, kind, readings.total("gap_attribution", metric) if alike else None)
             for metric, name, kind in _PARTS]  # fmt: skip
    bars = [] if offline is None else _fall(offline, real, parts)
    bars.append(_level("Real, as served", real))
    if plan is not None:
        bars.append(Bar("Planned pipeline", 0.0, plan.value, share(plan.value), between(plan),
                        Kind.REST, plan.low, plan.high))  # fmt: skip
    return Figure(
        _picture(bars),
        _caption(readings, real, bars),
        Numbers(f"{_noun(readings)} and what takes it", ("Step", _noun(readings), "95 % interval"),
                tuple((bar.name, bar.said, bar.between) for bar in bars)),
        _missing(readings, parts, (offline, plan), alike=alike),
    )  # fmt: skip


def _picture(bars: list[Bar]) -> Picture:
    ends = [end for bar in bars for end in (bar.start, bar.end, bar.low, bar.high)]
    known = [0.0, *(end for end in ends if end is not None)]
    told = Told("gap", "From the offline score to the real one",
                "; ".join(f"{bar.name}: {bar.said}" for bar in bars))  # fmt: skip
    return waterfall(told, bars, partial(share_axis, min(known), max(known)))


def _fall(
    offline: Reading, real: Reading, parts: list[tuple[str, Kind, Reading | None]]
) -> list[Bar]:
    """From the offline score to the real one; what no part accounts for is a bar of its own."""
    known = [(name, kind, part) for name, kind, part in parts if part is not None]
    bars = [_level("Offline score", offline), *_steps(offline.value, known)]
    left = bars[-1].end - real.value
    if abs(left) > _ROUNDING:
        sign = MINUS if left >= 0 else "+"
        bars.append(Bar("Not told apart", bars[-1].end, real.value, f"{sign}{share(abs(left))}",
                        kind=Kind.REST))  # fmt: skip
    return bars


def lead(readings: Readings) -> str:
    """The offline score, the real one, what surely lies between, and what a rebuild would bring.

    Empty without an offline score, a real one, and a part that is surely more than nothing.
    """
    offline, real = (readings.value("metric_gap", name) for name in ("offline", "realised"))
    parts = [(readings.total("gap_attribution", metric), name) for metric, name, _ in _PARTS]
    sure = [(p.value, name) for p, name in parts if p is not None and (p.low or 0.0) > NONE_FOUND]
    if offline is None or real is None or not sure:
        return ""
    lost = listed(f"{share(value)} by {name.lower()}" for value, name in sorted(sure)[::-1])
    said = f"Offline {share(offline)}, as served {share(real)}. At least this much is lost: {lost}."
    plan = readings.total("rebuild_what_if", "what_if")
    if plan is None:
        return said
    around = f" ({between(plan)})" if between(plan) else ""
    would = "The same model in the planned pipeline would reach at least"
    return f"{said} {would} {share(plan.value)}{around}."


def _noun(readings: Readings) -> str:
    """What the offline score is a score of, where it says so and is one thing."""
    found = {str(segment(reading, "metric")) for reading in readings.by(
             "metric_gap", "offline", "model_version", "metric", "k")}  # fmt: skip
    return "Hit rate" if len(found) != 1 else found.pop().replace("_", " ").capitalize()


def _level(name: str, reading: Reading) -> Bar:
    return Bar(name, 0.0, reading.value, share(reading.value), between(reading), Kind.LEVEL,
               reading.low, reading.high)  # fmt: skip


def _steps(at: float, known: list[tuple[str, Kind, Reading]]) -> list[Bar]:
    bars = []
    for name, kind, part in known:
        none = abs(part.value) < NONE_FOUND and kind is not Kind.REST
        sign = MINUS if part.value >= 0 else "+"
        said = "none found" if none else f"{sign}{share(abs(part.value))}"
        end = at - part.value
        low, high = (None, None) if none or part.low is None or part.high is None else (
            at - part.high, at - part.low)  # fmt: skip
        bars.append(Bar(name, at, end, said, "" if none else between(part), kind, low, high))
        at = end
    return bars


def _caption(readings: Readings, real: Reading, bars: list[Bar]) -> str:
    noun = _noun(readings)
    said = f"{noun}{over(real.n, 'requests')}; thin lines are 95 % intervals."
    if any(bar.kind is Kind.PART for bar in bars):
        said += (
            " Each part is what the replay loses by that defect, averaged over all orders "
            "(Shapley), and at least so much. Observational: it says what a replay wins, not what "
            "an experiment would."
        )
    overlap = readings.value("rebuild_what_if", "proxy_overlap")
    if bars[-1].kind is Kind.REST and overlap is not None:
        said += (
            " Dashed at the end: the same model in the planned pipeline; its stand-in reproduces "
            f"{share(overlap)} of the lists."
        )
    return said


def _missing(
    readings: Readings,
    parts: list[tuple[str, Kind, Reading | None]],
    ends: tuple[Reading | None, Reading | None],
    *,
    alike: bool,
) -> tuple[str, ...]:
    if not alike:
        return (
            "The parts: the offline score is of another metric, or another k, than the replay.",
        )
    offline, plan = ends
    said = [readings.why_not("metric_gap")] if offline is None else []
    lacking = [name.lower() for name, _, part in parts if part is None]
    if len(lacking) == len(parts):
        said.append(readings.why_not("gap_attribution"))
    elif lacking:
        said.append(f"Not told apart here: {listed(lacking)}.")
    return (*said, readings.why_not("rebuild_what_if")) if plan is None else tuple(said)
