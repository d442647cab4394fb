"""The way of a signal from event to list, step by step, from the hops of the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsql.model import Status
from recsql.report.drawing.chain import Leg, Strip, chain
from recsql.report.drawing.svg import Told
from recsql.report.figures.figure import Figure, Numbers, absent, counted, seconds, share
from recsql.report.hops import SOURCE, Hop, hops, stages
from recsql.report.readings import Readings
from recsql.results import RunResult

MOST_LEGS = 7
"""Steps that are drawn; the table has them all."""

_NAMES = {
    "event": "Event captured",
    "ingested": "Ingested",
    "snapshot": "In a snapshot",
    "written": "Written to the store",
    "served": "Served",
}
_NOTES = {
    "event_to_ingested": "on its way to the tables",
    "ingested_to_snapshot": "until a snapshot takes it in",
    "snapshot_to_written": "the snapshot is being built",
    "written_to_served": "in the store until it is used",
}


_ROWS = {
    "event": "events",
    "ingested": "events",
    "snapshot": "snapshots",
    "written": "snapshots",
    "served": "requests",
}
"""What the rows at a station are."""
_MILLION = 1e6
_TOLD = {
    Status.PASS: "pass",
    Status.WARN: "warn",
    Status.FAIL: "fail",
    Status.UNKNOWN: "unknown",
}
"""The verdicts on a step that its colour tells, too."""

_NEEDS = {
    "event_to_ingested": "`events.ingested_ts`",
    "ingested_to_snapshot": "`events.ingested_ts` and `serving.snapshot_ts`",
    "snapshot_to_written": "`serving.snapshot_ts` and `snapshots.written_ts`",
    "written_to_served": "`snapshots.written_ts`",
}
"""The columns that a step is measured with."""

_PEOPLE = frozenset({"conversion", "converted", "bought", "purchase"})
"""Where steps end that are people deciding: a wait, but no delay of the pipeline."""


@dataclass(frozen=True, slots=True)
class Slowest:
    """The step with the largest p90 among those that were measured."""

    hop: Hop
    source: str
    target: str

    @property
    def named(self) -> str:
        """The step by its ends."""
        return f"{self.source} → {self.target}"


def slowest(result: RunResult) -> Slowest | None:
    """The slowest step; None where no p90 was measured. Waits of people are no steps."""
    delays = [hop for hop in hops(result) if not _people(hop)]
    known = [(hop.p90_s, hop) for hop in delays if hop.p90_s is not None]
    if not known:
        return None
    hop = max(known, key=lambda pair: pair[0])[1]
    source, target = stages(hop.name)
    return Slowest(hop, _named(source), _named(target))


def answer(result: RunResult) -> str:
    """The first sentence of the section; empty where no hop was measured."""
    found = slowest(result)
    if found is None or found.hop.p90_s is None:
        return ""
    median = "" if found.hop.p50_s is None else f"{seconds(found.hop.p50_s)} in the median and "
    of = "" if found.hop.n is None else f" of {counted(found.hop.n)} requests"
    seen = "" if _complete(hops(result)) else " that was measured"
    limit = (
        "" if found.hop.limit_s is None else f", against a limit of {seconds(found.hop.limit_s)}"
    )
    return (
        f"The slowest step{seen} is {found.named}: {median}{seconds(found.hop.p90_s)} in the worst "
        f"tenth{of}{limit}."
    )


def _complete(found: Sequence[Hop]) -> bool:
    return all(hop.p50_s is not None for hop in found)


def legs(result: RunResult) -> tuple[Leg, ...]:
    """The steps that are drawn, the slowest marked; empty where none was measured.

    Where every step is drawn, people's own wait until they buy follows.
    """
    found = hops(result)
    if all(hop.p50_s is None for hop in found):
        return ()
    mark, ink, drawn = slowest(result), _alarm(result), found[:MOST_LEGS]
    tag = "Slowest step" if _complete(found) else "Slowest seen"
    steps = [_leg(hop, tag if mark and mark.hop.name == hop.name else "", ink) for hop in drawn]
    more = _deciding(result) if len(drawn) == len(found) < MOST_LEGS else []
    return (*steps, *more)


def figure(result: RunResult) -> Figure:
    """The chain; to scale below it where every step was measured."""
    found, drawn = hops(result), legs(result)
    if not drawn:
        return absent(Readings(result).why_not(SOURCE))
    said = "; ".join(
        f"{leg.source} to {leg.target}: {', '.join(filter(None, (leg.said, leg.tail, *leg.limit)))}"
        for leg in drawn
    )
    told = Told("pipeline", "The pipeline and what each of its steps takes", said)
    strip = _strip(found, slowest(result), _alarm(result))
    return Figure(chain(told, drawn, strip), _caption(found), _numbers(found), _missing(found))


def _leg(hop: Hop, tag: str, ink: str) -> Leg:
    source, target = stages(hop.name)
    verdict = _TOLD.get(hop.status, "muted")
    # on the ground of the mark only these can be read
    readable = {"muted", ink} if tag else {verdict}
    return Leg(
        _named(source),
        _named(target),
        "not measured" if hop.p50_s is None else seconds(hop.p50_s),
        "" if hop.p90_s is None else f"p90 {seconds(hop.p90_s)}",
        _NOTES.get(hop.name, ""),
        measured=hop.p50_s is not None,
        slowest=tag,
        ink=ink,
        people=_people(hop),
        source_rows=_stocked(source, hop.source_rows),
        target_rows=_stocked(target, hop.target_rows),
        limit=_limit(hop),
        limit_ink=verdict if verdict in readable else "ink",
    )


def _stocked(stage: str, number: float | None) -> str:
    """`64,532 events`, `4.81 M events`; empty where nobody counted."""
    if number is None:
        return ""
    short = f"{number / _MILLION:.3g} M" if number >= _MILLION else counted(number)
    return f"{short} {_ROWS.get(stage, 'rows')}"


def _limit(hop: Hop) -> tuple[str, ...]:
    """`limit 6 h` with the verdict's word where there is one, and `98.1 % longer`."""
    if hop.limit_s is None:
        return ()
    verdict = f"{hop.status.value}: " if hop.status in _TOLD else ""
    limit = f"{verdict}limit {seconds(hop.limit_s)}"
    over = hop.over_limit_share
    return (limit,) if over is None else (limit, f"{share(over)} longer")


def _people(hop: Hop) -> bool:
    return stages(hop.name)[1] in _PEOPLE


def _deciding(result: RunResult) -> list[Leg]:
    """What the delay competes with; it is counted from the first interest, not from serving."""
    readings = Readings(result)
    half, most = (readings.value("decision_window", f"window_{q}") for q in (50, 90))
    if half is None or most is None or any(map(_people, hops(result))):
        return []
    note = "people decide, from their first interest"
    return [Leg("Served", "Bought", seconds(half), f"p90 {seconds(most)}", note, people=True)]


def _strip(found: tuple[Hop, ...], mark: Slowest | None, ink: str) -> Strip | None:
    """Means add up only when all steps were measured, on the same requests."""
    found = tuple(hop for hop in found if not _people(hop))
    means = [hop.mean_s for hop in found]
    total = sum(mean for mean in means if mean is not None)
    known = all(mean is not None and mean >= 0.0 for mean in means)
    if mark is None or not known or total <= 0.0 or len({hop.n for hop in found}) > 1:
        return None
    parts = tuple(
        ((mean or 0.0) / total, ink if hop.name == mark.hop.name else "mid")
        for hop, mean in zip(found, means, strict=True)
    )
    most = (mark.hop.mean_s or 0.0) / total
    said = f"{most * 100:.0f} % of the mean {seconds(total)} passes at the slowest step (to scale)"
    return Strip(parts, said)


def _alarm(result: RunResult) -> str:
    """Red is for what fails: where signals are fresh enough, the slowest step is no alarm."""
    status = next((a.status for a in result.audits if a.name == "signal_freshness"), None)
    return {Status.FAIL: "fail", Status.WARN: "warn"}.get(status or Status.INFO, "data")


def _caption(found: tuple[Hop, ...]) -> str:
    one = len({hop.n for hop in found}) == 1 and found[0].n is not None
    of = f" of {counted(found[0].n)} requests" if one else ""
    part = found[0].matched_share if one else None
    matched = "" if part is None or part >= 1.0 else (
        f"; the other {share(1 - part)} had no signal"
    )  # fmt: skip
    return (
        f"Median lag of each step, measured backwards from the newest signal used{of}{matched}. "
        "Medians of steps do not add up; means do. A signal also waits while its person is away."
    )


def _numbers(found: tuple[Hop, ...]) -> Numbers:
    limited = any(hop.limit_s is not None for hop in found)
    rows = tuple(
        (
            hop.name, *("not measured" if value is None else seconds(value)
                        for value in (hop.p50_s, hop.p90_s, hop.mean_s)),
            counted(hop.n),
            "" if hop.matched_share is None else share(hop.matched_share),
            "" if hop.negative_share is None else share(hop.negative_share),
            *(("" if hop.limit_s is None else seconds(hop.limit_s),
               "" if hop.over_limit_share is None else share(hop.over_limit_share))
              if limited else ()),
        )
        for hop in found
    )  # fmt: skip
    titles = ("Step", "Median", "p90", "Mean", "n", "Matched", "Negative")
    return Numbers("Lag of each step", (*titles, *(("Limit", "Longer") if limited else ())), rows)


def _missing(found: tuple[Hop, ...]) -> tuple[str, ...]:
    unknown = [
        f"{hop.name} (needs {_NEEDS[hop.name]})" if hop.name in _NEEDS else hop.name
        for hop in found
        if hop.p50_s is None
    ]
    said = [f"Not measured: {', '.join(unknown)}."] if unknown else []
    if len(found) > MOST_LEGS:
        said.append(f"{len(found) - MOST_LEGS} more steps stand in the table only.")
    return tuple(said)


def _named(stage: str) -> str:
    known = _NAMES.get(stage)
    return known or f"{stage[:1].upper()}{stage[1:]}".replace("_", " ")
