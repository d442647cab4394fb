"""What each world plants, and which checks are to find it.

Every other judged check is to stay silent, unless the defect really has that consequence: a list
from week-old signals is also late, and behind its offline score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AGE = "signal_age"
ITEMS = "index_freshness"
SPLIT = "unmerged_traffic"
MERGED = "overmerged_profiles"
LEAK = "training_leak"
GAP = "metric_gap"
LATE = "late_recommendations"
LOSS = "relevance_loss"

DEFECTS: Mapping[str, str] = {
    AGE: "stale signals",
    LOSS: "stale signals, by what they cost",
    ITEMS: "stale items",
    SPLIT: "persons over several profiles",
    MERGED: "several persons in one profile",
    LEAK: "features from after the label",
    GAP: "an offline score that is not reached",
    LATE: "lists that come too late",
}
"""The checks whose alarms are counted, and what each alarm says."""


@dataclass(frozen=True, slots=True)
class Planted:
    """The checks that are to fail in a world, and those that may, as a consequence."""

    summary: str
    fails: frozenset[str]
    may_fail: frozenset[str] = field(default_factory=frozenset)

    @property
    def silent(self) -> frozenset[str]:
        """The checks for which an alarm is a false one."""
        return frozenset(DEFECTS) - self.fails - self.may_fail


def _planted(summary: str, fails: tuple[str, ...] = (), may_fail: tuple[str, ...] = ()) -> Planted:
    return Planted(summary, frozenset(fails), frozenset(may_fail))


WORLDS: Mapping[str, Planted] = {
    "clean": _planted("nothing"),
    "stale": _planted("a weekly refresh", (AGE, LOSS, GAP), (LATE,)),
    "late-ingest": _planted("events that arrive two days late", (AGE, LOSS, GAP), (LATE,)),
    "stale-items": _planted("an item index refreshed weekly", (ITEMS,), (GAP,)),
    "fragmented": _planted("a profile per cookie", (SPLIT,), (GAP, LOSS, LATE)),
    "shared-tablets": _planted("a profile per household", (MERGED,), (GAP,)),
    "leaky-offline": _planted("features of the whole day", (LEAK,), (GAP,)),
    "label-shift": _planted("an offline score of other visits", (GAP,)),
    "no-drift": _planted("a weekly refresh where nothing drifts", (), (GAP, LATE)),
    "weekly": _planted(
        "a weekly refresh, and a profile per cookie", (AGE, LOSS, SPLIT, GAP), (LEAK, LATE)
    ),
    "rebuilt": _planted("the pipeline of `weekly` rebuilt; offline leaks", (LEAK,), (GAP,)),
}
