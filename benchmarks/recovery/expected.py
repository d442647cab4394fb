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
ISOLATED = "ranked_in_isolation"
SHIFT = "feature_shift"
MISSED = "missed_moments"

DEFECTS: Mapping[str, str] = {
    AGE: "stale signals",
    LOSS: "stale signals, by what they cost",
    ITEMS: "stale items",
    SPLIT: "persons over several profiles",
    MERGED: "several persons in one profile",
    LEAK: "features from after the label",
    GAP: "an offline score that is not reached",
    LATE: "lists that come too late",
    ISOLATED: "profiles of a person that are ranked as two people",
    SHIFT: "features that are served otherwise than they were learnt",
    MISSED: "decisions during which nothing of their category was shown",
}
"""The checks whose alarms are counted, and what each alarm says."""

WARNING = frozenset({ISOLATED, MISSED})
"""The checks among them that have no limit to fail at: their alarm is a warning."""


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
    "stale": _planted("a weekly refresh", (AGE, LOSS, GAP, SHIFT, MISSED), (LATE,)),
    "late-ingest": _planted(
        "events that arrive two days late", (AGE, LOSS, GAP, SHIFT), (LATE, MISSED)
    ),
    "stale-items": _planted("an item index refreshed weekly", (ITEMS,), (GAP,)),
    "fragmented": _planted("a profile per cookie", (SPLIT, SHIFT), (GAP, LOSS, LATE, ISOLATED)),
    "shared-tablets": _planted("a profile per household", (MERGED,), (GAP, SHIFT)),
    "leaky-offline": _planted("features of the whole day", (LEAK,), (GAP, SHIFT)),
    "label-shift": _planted("an offline score of other visits", (GAP,), (SHIFT,)),
    "one-surface": _planted(
        "a profile per cookie, all on one surface",
        (SPLIT, SHIFT, ISOLATED),
        (GAP, LOSS, LATE, MISSED),
    ),
    "no-drift": _planted("a weekly refresh where nothing drifts", (SHIFT,), (GAP, LATE, MISSED)),
    "weekly": _planted(
        "a weekly refresh, and a profile per cookie",
        (AGE, LOSS, SPLIT, GAP, SHIFT, MISSED),
        (LEAK, LATE, ISOLATED),
    ),
    "rebuilt": _planted("the pipeline of `weekly` rebuilt; offline leaks", (LEAK,), (GAP, SHIFT)),
}
