"""What can be simulated: worlds of people, pipelines that serve them, ways to score offline.

A scenario plants one defect in an otherwise healthy shop, so that what an audit says of it can be
held against what was planted. Only parameters are chosen here; every accuracy is what comes out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from recsql.demo.draws import fading, poisson, tick
from recsql.errors import RecsqlError, did_you_mean

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
START_US = 1_767_571_200_000_000
"""The shop opens on Monday, 2026-01-05 00:00 UTC."""


@dataclass(frozen=True, slots=True)
class World:
    """What people are like, and the one model that ranks for them."""

    persons: int = 120
    days: int = 49
    seed: int = 1
    sessions_per_day: float = 3.5
    light_share: float = 0.0
    """The share of people who come seldom."""
    light_sessions_per_day: float = 0.35
    more_views: float = 4.0
    """Mean number of views after a visit's first."""
    never_login_share: float = 0.01
    login_share: float = 0.8
    """The share of visits that are logged in, of those who ever log in."""
    cookie_life_days: float = 10.0
    half_life_days: float = 4.8
    """Half of all interests are replaced within this time."""
    first_interest_share: float = 0.85
    taste: float = 0.015
    """The share of views that follow lasting taste."""
    noise: float = 0.065
    """The share of views that follow nothing."""
    promotions_per_day: float = 0.25
    promotion_pull: float = 0.15
    categories: int = 120
    popularity_skew: float = 1.6
    items_per_category: int = 2
    """How many of a category's newest items a list shows."""
    item_life_days: float = 0.0
    """A category gets a new item this often, and it is the one that is wanted; 0 = never."""
    young_share: float = 0.8
    """The share of views that are of the newest item; the others are of the one before it."""
    shared_tablet_share: float = 0.0
    """The share of people who use one tablet with somebody else, each with a login."""
    one_surface: bool = False
    """Whether all devices show the same surface, so that one surface is seen under several keys."""
    exposure_share: float = 0.0
    """The share of visits whose first page is a listed item, opened because it was listed."""
    cart_share: float = 0.04
    purchase_share: float = 0.35
    """The share of carts that are bought in the end."""
    cancelled_share: float = 0.05
    returned_share: float = 0.05
    click_share: float = 0.5
    """The share of listed first views that were reached by a click on the list."""
    offline_share: float = 0.3
    """The share of visits that an honest offline score is computed on."""
    list_categories: int = 5
    memory_events: int = 20
    memory_decay: float = 8.0
    model_version: str = "shop-3"

    hour_us = HOUR_US
    day_us = DAY_US
    start_us = START_US

    @property
    def end_us(self) -> int:
        """When the simulation stops."""
        return self.days * DAY_US

    @property
    def judged_days(self) -> int:
        """The days whose requests are logged; the ones before only fill the profiles."""
        return min(28, self.days * 4 // 7)

    @property
    def burn_us(self) -> int:
        """When the serving log starts."""
        return (self.days - self.judged_days) * DAY_US

    @property
    def k(self) -> int:
        """The length of a list in items."""
        return self.list_categories * self.items_per_category

    @property
    def item_life_us(self) -> int:
        """Between two new items of a category; 0 without any."""
        return round(self.item_life_days * DAY_US)

    @property
    def most_items(self) -> int:
        """How many items a category ever has."""
        if not self.item_life_us:
            return self.items_per_category
        return math.ceil(self.days / self.item_life_days) + self.items_per_category + 1

    @property
    def cookie_tick_us(self) -> int:
        """A step of the life of a cookie."""
        return tick(self.cookie_life_days * DAY_US)

    @property
    def interest_life_us(self) -> float:
        """The mean life of an interest."""
        return self.half_life_days * DAY_US / math.log(2)

    @property
    def interest_tick_us(self) -> int:
        """A step of the life of an interest."""
        return tick(self.interest_life_us)

    @property
    def lengths(self) -> list[tuple[int, int, int]]:
        """The number of views after a visit's first, and the draws that give it."""
        return poisson(self.more_views, 19)

    @property
    def memory(self) -> list[tuple[int, int]]:
        """What an event weighs in a profile, by how many came after it."""
        return fading(self.memory_events, self.memory_decay)

    @property
    def renewals(self) -> float:
        """How often an interest is replaced on average."""
        return self.end_us / self.interest_life_us

    @property
    def second_interest_from(self) -> float:
        """The draw above which a view follows the second interest."""
        rest = self.noise + self.taste
        return rest + (1.0 - rest) * self.first_interest_share

    @property
    def most_numbers(self) -> int:
        """More than there is of anything that is counted off.

        More visits than six times the mean activity gives have a chance of 1e-7 per person.
        """
        visits = self.at_most((0.12 + 6 * self.sessions_per_day) * self.days)
        interests = self.at_most(self.renewals)
        cookies = self.at_most(self.days / self.cookie_life_days)
        return max(
            visits,
            interests,
            cookies,
            self.persons,
            self.days + 1,
            self.categories,
            self.most_items,
        )

    @property
    def digits(self) -> int:
        """Of the largest number."""
        return len(str(self.most_numbers - 1))

    def at_most(self, mean: float) -> int:
        """A number that a Poisson count of this mean does not reach."""
        return math.ceil(mean + 6 * math.sqrt(mean) + 10)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What stands between an event and a list; hours."""

    name: str
    refresh_h: float
    ingest_h: float
    write_h: float
    merges: bool
    """Whether cookies that logged in on one account share a profile."""
    index_h: float = 0.0
    """Between two builds of the item index; 0 = new items are listed at once."""
    merges_households: bool = False
    """Whether accounts that logged in on one cookie share a profile, too."""

    @property
    def refresh_us(self) -> int:
        """Between two snapshots."""
        return round(self.refresh_h * HOUR_US)

    @property
    def index_us(self) -> int:
        """Between two builds of the item index."""
        return round(self.index_h * HOUR_US)

    @property
    def ingest_us(self) -> int:
        """From an event to its row in the log."""
        return round(self.ingest_h * HOUR_US)

    @property
    def write_us(self) -> int:
        """From a snapshot's watermark to its first request."""
        return round(self.write_h * HOUR_US)


@dataclass(frozen=True, slots=True)
class Split:
    """A way to evaluate the model offline: on which events, with features from when."""

    name: str
    share: float
    days: int
    leaks: bool
    """Whether features come from the whole day of the event that is predicted."""
    least_events: int
    """Accounts with fewer events are left out."""
    end_us: int

    @property
    def from_us(self) -> int:
        """The first instant of the test events."""
        return self.end_us - self.days * DAY_US


WEEKLY = Pipeline("weekly", refresh_h=168, ingest_h=22, write_h=2, merges=False)
REBUILT = Pipeline("rebuilt", refresh_h=1, ingest_h=1 / 12, write_h=1 / 60, merges=True)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A pipeline, what its world is like, and whether its offline score is an honest one.

    An honest score is the healthy pipeline's, replayed point in time on a sample of the visits
    that were served; the other one draws events at random and reads features of the whole day.
    """

    pipeline: Pipeline
    world: Mapping[str, float] = field(default_factory=dict)
    leaks: bool = False
    least_history: int = 0
    """Visits of people with fewer events are left out of the honest score."""

    @property
    def name(self) -> str:
        """The target of the demo's project."""
        return self.pipeline.name

    def applied(self, world: World) -> World:
        """A world as this scenario needs it."""
        return replace(world, **self.world)  # type: ignore[arg-type]


def _variant(name: str, **changes: float | bool) -> Pipeline:
    return replace(REBUILT, name=name, **changes)  # type: ignore[arg-type]


_STALE: Mapping[str, float] = {"refresh_h": 168, "ingest_h": 22, "write_h": 2}

SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(WEEKLY, leaks=True),
        Scenario(REBUILT, leaks=True),
        Scenario(_variant("clean")),
        Scenario(_variant("stale", **_STALE)),
        Scenario(_variant("stale-items", index_h=168), {"item_life_days": 3.0}),
        Scenario(_variant("fragmented", merges=False)),
        # more people, as only those of them count who use two devices on one day
        Scenario(_variant("one-surface", merges=False), {"one_surface": True, "persons": 200}),
        Scenario(_variant("no-drift", **_STALE), {"half_life_days": 60.0}),
        Scenario(_variant("shared-tablets", merges_households=True), {"shared_tablet_share": 0.4}),
        Scenario(_variant("late-ingest", ingest_h=48)),
        Scenario(_variant("leaky-offline"), leaks=True),
        Scenario(
            _variant("label-shift"),
            {"light_share": 0.9, "offline_share": 1.0},
            least_history=150,
        ),
    )
}
"""By the name of its target; what is not said is as in `rebuilt`."""

DEFAULT = ("weekly", "rebuilt")
"""The scenarios of the demo: the article's pipeline, before and after."""


def scenario(name: str) -> Scenario:
    """A scenario by its name; raises `RecsqlError` with the nearest one."""
    if name not in SCENARIOS:
        hint = did_you_mean(name, SCENARIOS) or f"one of {', '.join(SCENARIOS)}"
        raise RecsqlError(f"no world `{name}`", hint=hint)
    return SCENARIOS[name]


def splits(world: World) -> tuple[Split, ...]:
    """The evaluation that misleads, and the one that does not."""
    week = min(7, world.judged_days)
    return (
        Split("random_split", 0.1, world.judged_days, True, 10, world.end_us),
        Split("time_split", 1.0, week, False, 0, world.end_us),
    )
