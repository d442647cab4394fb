"""Who is known whole: persons, requests and revenue by whether their history is split."""

from __future__ import annotations

from functools import partial

from recsql.model import Status
from recsql.report.drawing.scale import share_axis
from recsql.report.drawing.shares import Part, Whole, shares
from recsql.report.drawing.svg import Told
from recsql.report.drawing.waterfall import Bar, Kind, waterfall
from recsql.report.figures.figure import Figure, Numbers, absent, between, counted, over, share
from recsql.report.readings import Reading, Readings


def split(readings: Readings) -> Figure:
    """What share of persons, requests and revenue is split over several profiles."""
    persons = readings.total("unmerged_persons", "person_rate")
    traffic = readings.total("unmerged_traffic", "traffic_share")
    revenue = readings.total("unmerged_traffic", "revenue_share")
    alarm = "fail" if traffic is not None and traffic.metric.status is Status.FAIL else "data"
    wholes = []
    if persons is not None:
        wholes.append(_whole("People", persons, ("in one profile", "in several"), "data"))
    if traffic is not None:
        wholes.append(_traffic(readings, traffic, alarm))
    if revenue is not None:
        wholes.append(_whole("Revenue", revenue, ("from the whole person", "from a part"), "data"))
    why = [readings.why_not(check) for check, found in (("unmerged_persons", persons),
           ("unmerged_traffic", traffic)) if found is None]  # fmt: skip
    if not wholes:
        return absent(*why)
    told = Told("split", "People, requests and revenue by whether the history is split",
                "; ".join(f"{w.name}: {', '.join(f'{p.said} {p.name}' for p in w.parts)}"
                          for w in wholes))  # fmt: skip
    why.append("The number of profiles per person: the results say only who has several.")
    return Figure(shares(told, wholes), _caption(persons, traffic), _numbers(readings), tuple(why))


def _whole(name: str, found: Reading, words: tuple[str, str], ink: str) -> Whole:
    rest = 1 - found.value
    parts = (Part(words[0], rest, share(rest), "mid"), Part(words[1], found.value,
             share(found.value), ink))  # fmt: skip
    return Whole(name, parts, found.low, found.high)


def _traffic(readings: Readings, traffic: Reading, alarm: str) -> Whole:
    """Between the two: requests that are split in hindsight, which nobody could know then."""
    hindsight = readings.value("unmerged_traffic", "hindsight_share")
    if hindsight is None or hindsight < traffic.value:
        return _whole("Requests", traffic, ("on the whole person", "on a part"), alarm)
    parts = (
        Part("on the whole person", 1 - hindsight, share(1 - hindsight), "mid"),
        Part("split only in hindsight", hindsight - traffic.value,
             share(hindsight - traffic.value), "soft"),
        Part("on a part, knowably", traffic.value, share(traffic.value), alarm),
    )  # fmt: skip
    return Whole("Requests", parts, traffic.low, traffic.high)


def _caption(persons: Reading | None, traffic: Reading | None) -> str:
    of = [f"{counted(found.n)} {noun}" for found, noun in ((persons, "active persons"),
          (traffic, "requests")) if found is not None and found.n is not None]  # fmt: skip
    return f"Of {' and '.join(of)}; thin lines are 95 % intervals. " * bool(of) + (
        "A request counts against the pipeline only if the other part was knowable in time."
    )


def _numbers(readings: Readings) -> Numbers:
    wanted = (
        ("People with several profiles", "unmerged_persons", "person_rate"),
        ("of those with several keys", "unmerged_persons", "mergeable_rate"),
        ("Key pairs that share a profile", "unmerged_persons", "pair_recall"),
        ("Requests on a part of the person", "unmerged_traffic", "traffic_share"),
        ("the same in hindsight", "unmerged_traffic", "hindsight_share"),
        ("Revenue of split persons", "unmerged_traffic", "revenue_share"),
    )
    found = [(name, readings.total(check, metric)) for name, check, metric in wanted]
    rows = tuple((name, share(r.value), between(r), counted(r.n)) for name, r in found if r)
    return Numbers("Split histories", ("What", "Share", "95 % interval", "n"), rows)


_LISTS = (
    ("jaccard_same", "One profile, asked twice", Kind.OTHER),
    ("jaccard", "Two profiles of a person", Kind.PART),
    ("jaccard_random", "Two strangers", Kind.OTHER),
)


def isolation(readings: Readings) -> Figure:
    """How alike the lists of a person's profiles are, between a profile's own and a stranger's."""
    found = [(name, kind, readings.total("ranked_in_isolation", metric))
             for metric, name, kind in _LISTS]  # fmt: skip
    known = [(name, kind, reading) for name, kind, reading in found if reading is not None]
    if len(known) < len(_LISTS):
        return absent(f"How alike the lists of one person are. "
                      f"{readings.why_not('ranked_in_isolation')}")  # fmt: skip
    bars = [Bar(name, 0.0, r.value, share(r.value), between(r), kind, r.low, r.high)
            for name, kind, r in known]  # fmt: skip
    said = readings.total("ranked_in_isolation", "isolation")
    way = "" if said is None else f" Two profiles are {share(said.value)} of the way to strangers."
    told = Told("isolation", "Items that two lists have in common",
                "; ".join(f"{bar.name}: {bar.said}" for bar in bars))  # fmt: skip
    return Figure(
        waterfall(told, bars, partial(share_axis, 0.0, max(bar.end for bar in bars))),
        f"Items in common{over(known[1][2].n, 'pairs of lists')}.{way}",
        Numbers("Items in common", ("Lists of", "Share", "95 % interval"),
                tuple((bar.name, bar.said, bar.between) for bar in bars)),
    )  # fmt: skip
