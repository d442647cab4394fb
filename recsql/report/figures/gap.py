"""From the offline score down to the real one, defect by defect, and up to the planned pipeline."""

from __future__ import annotations

from functools import partial

from recsql.report.drawing.scale import share_axis
from recsql.report.drawing.svg import Told
from recsql.report.drawing.waterfall import Bar, Kind, waterfall
from recsql.report.figures.figure import Figure, Numbers, absent, between, counted, listed, share
from recsql.report.readings import Reading, Readings

_PARTS = (
    ("stale_signals", "Stale signals", Kind.PART),
    ("stale_items", "Stale items", Kind.PART),
    ("identity", "Split identities", Kind.PART),
    ("mix", "Other histories", Kind.OTHER),
    ("rest", "Leaks, protocol, model", Kind.REST),
)
MINUS = "\N{MINUS SIGN}"
NONE_FOUND = 0.01
"""A part within this of zero is reported as none found (gap_attribution)."""


def figure(readings: Readings) -> Figure:
    """The waterfall; without an attribution the levels alone, and why."""
    offline = readings.total("metric_gap", "offline")
    real = readings.total("gap_attribution", "observed") or readings.total("metric_gap", "realised")
    plan = readings.total("rebuild_what_if", "what_if")
    parts = [(name, kind, readings.total("gap_attribution", metric))
             for metric, name, kind in _PARTS]  # fmt: skip
    known = [(name, kind, part) for name, kind, part in parts if part is not None]
    if real is None or (offline is None and plan is None):
        return absent(*(readings.why_not(name) for name in ("metric_gap", "rebuild_what_if")))
    bars = [] if offline is None else [_level("Offline score", offline)]
    if offline is not None:
        bars += _steps(offline.value, known)
    bars.append(_level("Real, as served", real))
    if plan is not None:
        bars.append(Bar("Planned pipeline", 0.0, plan.value, share(plan.value), between(plan),
                        Kind.REST, plan.low, plan.high))  # fmt: skip
    most = max(0.0, *(max(bar.start, bar.end, bar.high or 0.0) for bar in bars))
    least = min(0.0, *(min(bar.start, bar.end, bar.low or 0.0) for bar in bars))
    told = Told("gap", "From the offline score to the real one",
                "; ".join(f"{bar.name}: {bar.said}" for bar in bars))  # fmt: skip
    return Figure(
        waterfall(told, bars, partial(share_axis, least, most)),
        _caption(readings, real, plan),
        Numbers("Hit rate and what takes it", ("Step", "Hit rate", "95 % interval"),
                tuple((bar.name, bar.said, bar.between) for bar in bars)),
        _missing(readings, offline, plan),
    )  # fmt: skip


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


def _caption(readings: Readings, real: Reading, plan: Reading | None) -> str:
    said = (
        f"Hit rate over {counted(real.n)} requests. Each part is what the replay loses by that "
        "defect, averaged over all orders (Shapley), and at least so much; thin lines are 95 % "
        "intervals. Observational: it says what a replay wins, not what an experiment would."
    )
    overlap = readings.value("rebuild_what_if", "proxy_overlap")
    if plan is None or overlap is None:
        return said
    return f"{said} Dashed: the same model in the planned pipeline; its stand-in reproduces " + (
        f"{share(overlap)} of the lists."
    )


def _missing(readings: Readings, offline: Reading | None, plan: Reading | None) -> tuple[str, ...]:
    said = []
    if offline is None:
        said.append(readings.why_not("metric_gap"))
    if readings.total("gap_attribution", "stale_signals") is None:
        said.append(readings.why_not("gap_attribution"))
    if plan is None:
        said.append(readings.why_not("rebuild_what_if"))
    return tuple(said)
