"""The simulated shop: a world of people, and pipelines that serve it with one and the same model.

All rows come from SQL (`sql/`, one SELECT per file) and from md5 draws of (seed, purpose, numbers),
so a seed gives the same rows on every machine. Only parameters are chosen here; every accuracy is
what comes out. Instants are whole microseconds since the shop opened.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recsql.compile.dialects import literal
from recsql.model import Target
from recsql.warehouses.duckdb import DuckDB, connect

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
START_US = 1_767_571_200_000_000
"""The shop opens on Monday, 2026-01-05 00:00 UTC."""


@dataclass(frozen=True, slots=True)
class World:
    """What people are like, and the one model that ranks for them."""

    persons: int = 200
    days: int = 49
    seed: int = 1
    sessions_per_day: float = 3.5
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
    cart_share: float = 0.04
    purchase_share: float = 0.35
    """The share of carts that are bought in the end."""
    cancelled_share: float = 0.05
    returned_share: float = 0.05
    click_share: float = 0.5
    """The share of listed first views that were reached by a click on the list."""
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
    def cookie_life_us(self) -> float:
        """The mean life of a cookie."""
        return self.cookie_life_days * DAY_US

    @property
    def interest_life_us(self) -> float:
        """The mean life of an interest."""
        return self.half_life_days * DAY_US / math.log(2)

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
    def most_visits(self) -> int:
        """More visits than anybody makes: six times the mean activity has a chance of 1e-7."""
        return self.at_most((0.12 + 6 * self.sessions_per_day) * self.days)

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

    @property
    def refresh_us(self) -> int:
        """Between two snapshots."""
        return round(self.refresh_h * HOUR_US)

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
PIPELINES = (WEEKLY, REBUILT)

_WORLD = (
    "persons", "devices", "keys", "interests", "categories", "items", "promotions", "sessions",
    "views", "purchases", "events",
)  # fmt: skip
_PIPELINE = ("logged", "key_links", "arrivals", "requests", "wanted")
_SPLIT = ("examples", "logged", "arrivals", "wanted")
_MODEL = ("popularity", "snapshots", "lists")
_RELATIONS = (
    "events", "links", "identity_map", "serving", "served_items", "snapshots", "outcomes",
    "offline_metrics", "offline_rows", "training_sample", "catalogue",
)  # fmt: skip


def generate(folder: Path, world: World, pipelines: tuple[Pipeline, ...] = PIPELINES) -> None:
    """Write one DuckDB file per pipeline into a folder that exists, replacing older ones.

    Raises `WarehouseError` when a file cannot be written.
    """
    shop = _Shop(connect(Target("demo", "duckdb"), folder), world)
    try:
        shop.build_world()
        for split in splits(world):
            shop.evaluate(split)
        for pipeline in pipelines:
            shop.serve(pipeline)
            shop.export(pipeline, folder / f"{pipeline.name}.duckdb")
    finally:
        shop.close()


def splits(world: World) -> tuple[Split, ...]:
    """The evaluation that misleads, and the one that does not."""
    week = min(7, world.judged_days)
    return (
        Split("random_split", 0.1, world.judged_days, True, 10, world.end_us),
        Split("time_split", 1.0, week, False, 0, world.end_us),
    )


class _Shop:
    """A DuckDB session in memory; each pipeline and split has a schema of working tables."""

    def __init__(self, session: DuckDB, world: World) -> None:
        self._session = session
        self._world = world
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("sql")),
            undefined=StrictUndefined,
            finalize=literal,
            autoescape=False,  # noqa: S701 - SQL, not HTML; every value is a literal
        )

    def build_world(self) -> None:
        self._session.execute(self._render("macros"))
        self._tables("main", "world", _WORLD)

    def evaluate(self, split: Split) -> None:
        self._schema(split.name)
        self._tables(split.name, "split", _SPLIT, split=split)
        self._tables(split.name, "model", _MODEL)
        self._tables(split.name, "split", ("scored",), split=split)

    def serve(self, pipeline: Pipeline) -> None:
        self._schema(pipeline.name)
        self._tables(pipeline.name, "pipeline", _PIPELINE, pipeline=pipeline)
        self._tables(pipeline.name, "model", _MODEL)

    def export(self, pipeline: Pipeline, path: Path) -> None:
        for stale in (path, path.with_name(path.name + ".wal")):
            stale.unlink(missing_ok=True)
        self._session.execute(f"attach {literal(str(path))} as target")
        self._tables("target.main", "relations", _RELATIONS, pipeline=pipeline)
        self._session.execute("detach target")

    def close(self) -> None:
        self._session.close()

    def _schema(self, name: str) -> None:
        self._session.execute(f"create schema {name}")
        self._session.execute(f"set search_path = '{name},main'")

    def _tables(
        self, place: str, folder: str, names: tuple[str, ...], **values: Pipeline | Split
    ) -> None:
        for name in names:
            select = self._render(f"{folder}/{name}", **values)
            self._session.execute(f"create table {place}.{name} as {select}")

    def _render(self, name: str, **values: Pipeline | Split) -> str:
        return self._templates.get_template(f"{name}.sql").render(world=self._world, **values)
