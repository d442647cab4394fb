"""Who is known whole: persons, requests and revenue by whether their history is split."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from recsql.model import Status
from recsql.report.drawing.scale import share_axis
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
    share,
)
from recsql.report.readings import Reading, Readings, segment

_HELD = (
    ("person_share", "People", "persons"),
    ("conversion_share", "Conversions", "conversions with revenue"),
)
_SHADES = ("mid", "soft", "mid", "soft", "data")
"""Neighbours differ; the words above say which is which."""


def profiles(readings: Readings) -> Figure:
    """How many profiles people have, and who buys: by the number of profiles."""
    found = {metric: _by_profiles(readings, metric) for metric, _, _ in _HELD}
    known = [(name, noun, found[metric]) for metric, name, noun in _HELD if found[metric]]
    if not known:
        return absent(f"People by the number of their profiles. "
                      f"{readings.why_not('unmerged_persons')}")  # fmt: skip
    traffic = readings.total("unmerged_traffic", "traffic_share")
    failing = traffic is not None and traffic.metric.status is Status.FAIL
    wholes = tuple(_held(name, parts, "fail" if failing else "data") for name, _, parts in known)
    told = Told("profiles", "People and conversions by number of profiles",
                "; ".join(f"{w.name}: {', '.join(f'{p.said} {p.name}' for p in w.parts)}"
                          for w in wholes))  # fmt: skip
    of = listed(f"{counted(parts[0][1].n)} {noun}" for _, noun, parts in known)
    lost = [name.lower() for metric, name, _ in _HELD if not found[metric]]
    return Figure(
        shares(told, wholes),
        f"Profiles that hold the keys of a person active of late; of {of}. The bracket and the "
        "thin line are those with more than one, and their 95 % interval.",
        Numbers("By number of profiles", ("Of", "Profiles", "Share", "95 % interval"),
                tuple((name, _many(k), share(r.value), between(r))
                      for name, _, parts in known for k, r in parts)),
        tuple(f"By {name}: none with revenue is known." for name in lost),
    )  # fmt: skip


def _by_profiles(readings: Readings, metric: str) -> list[tuple[int, Reading]]:
    """The shares by number of profiles, fewest first; nothing unless they make a whole."""
    found = readings.by("unmerged_persons", metric, "profiles")
    numbered = sorted(
        (int(k), r) for r in found if isinstance(k := segment(r, "profiles"), int | float)
    )
    whole = sum(reading.value for _, reading in numbered)
    return numbered if numbered and abs(whole - 1.0) < 1e-6 else []


def _first(pair: tuple[int, Reading]) -> int:
    return pair[0]


def _many(number: int) -> str:
    return f"{number} or more" if number == len(_SHADES) else str(number)


def _held(name: str, parts: list[tuple[int, Reading]], ink: str) -> Whole:
    drawn = tuple(
        Part("in 1" if k == 1 else f"in {_many(k)}", r.value, share(r.value), shade)
        for (k, r), shade in zip(parts, _SHADES, strict=False)
    )
    one = parts[0][1]
    low, high = (None, None) if one.low is None or one.high is None else (1 - one.high, 1 - one.low)
    rest = f"{share(1 - one.value)} of {name.lower()}: history split"
    return Whole(name, drawn, low, high, rest, ink)


def split(readings: Readings) -> Figure:
    """What share of persons, requests and revenue is split over several profiles."""
    persons = readings.total("unmerged_persons", "person_rate")
    traffic = readings.total("unmerged_traffic", "traffic_share")
    revenue = readings.total("unmerged_traffic", "revenue_share")
    alarm = "fail" if traffic is not None and traffic.metric.status is Status.FAIL else "data"
    wholes = []
    if persons is not None and not _by_profiles(readings, "person_share"):
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
    return Figure(
        shares(told, wholes), _caption(wholes, persons, traffic), _numbers(readings), tuple(why)
    )


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


def _caption(wholes: Sequence[Whole], persons: Reading | None, traffic: Reading | None) -> str:
    drawn = {whole.name for whole in wholes}
    of = [f"{counted(found.n)} {noun}" for found, noun, name in (
              (persons, "active persons", "People"), (traffic, "requests", "Requests"))
          if name in drawn and found is not None and found.n is not None]  # fmt: skip
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
