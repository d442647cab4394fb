"""The simulated shop: a world of people, and pipelines that serve it with one and the same model.

All rows come from SQL (`sql/`, one SELECT per file) and from md5 draws of (seed, purpose, numbers),
so a seed gives the same rows on every machine. Instants are whole microseconds since the shop
opened. What can be simulated is in `worlds.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recsql.compile.dialects import literal
from recsql.demo.truth import Cell, Truth, judged
from recsql.demo.worlds import DEFAULT, REBUILT, Pipeline, Scenario, Split, World, scenario, splits
from recsql.model import Target
from recsql.warehouses.duckdb import DuckDB, connect

_WORLD = (
    "persons", "devices", "keys", "interests", "categories", "items", "promotions", "sessions",
    "views", "purchases", "events",
)  # fmt: skip
_PIPELINE = ("logged", "key_links", "accounts", "merges", "arrivals", "requests", "wanted")
_SPLIT = ("examples", "logged", "arrivals", "wanted")
_ANSWERS = ("shown", "caused", "answered")
_MODEL = ("popularity", "snapshots", "lists")
_RELATIONS = (
    "events", "links", "identity_map", "serving", "served_items", "snapshots", "outcomes",
    "offline_metrics", "offline_rows", "training_sample", "served_features", "catalogue",
)  # fmt: skip


_HEALTHY = replace(REBUILT, name="healthy")
"""What an honest offline score replays."""

TRUTH = "world.duckdb"
"""The file that `keep` writes: who is who, what they were after, and what was answered."""


def generate(
    folder: Path, world: World, names: Iterable[str] = DEFAULT, *, keep: bool = False
) -> None:
    """Write one DuckDB file per scenario into a folder that exists, replacing older ones.

    The scenarios share one world; with `keep` its truth is written beside them. Raises
    `RecsqlError` for an unknown name, and `WarehouseError` when a file cannot be written.
    """
    scenarios = [scenario(name) for name in names]
    for group in _alike(scenarios):
        shop = _Shop(folder, group[0].applied(world))
        try:
            shop.build_world()
            for each in group:
                shop.open(each)
                shop.export(each, folder / f"{each.name}.duckdb")
            if keep:
                shop.keep(folder / TRUTH)
        finally:
            shop.close()


def truth(folder: Path, world: World, name: str) -> Truth:
    """What a scenario's pipeline reaches on its own visits, and what healthier ones would.

    Every visit is answered by each pipeline in turn; `folder` is where DuckDB may put files.
    """
    own = scenario(name)
    shop = _Shop(folder, own.applied(world))
    try:
        shop.build_world()
        return shop.judge(own.pipeline)
    finally:
        shop.close()


def _alike(scenarios: Iterable[Scenario]) -> list[list[Scenario]]:
    """The scenarios grouped by their worlds."""
    groups: dict[tuple[tuple[str, float], ...], list[Scenario]] = {}
    for each in scenarios:
        groups.setdefault(tuple(sorted(each.world.items())), []).append(each)
    return list(groups.values())


class _Shop:
    """A DuckDB session in memory; each pipeline and split has a schema of working tables."""

    def __init__(self, folder: Path, world: World) -> None:
        self._session: DuckDB = connect(Target("demo", "duckdb"), folder)
        self._world = world
        self._schemas: set[str] = set()
        self._built: set[str] = set()
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("sql")),
            undefined=StrictUndefined,
            finalize=literal,
            autoescape=False,  # noqa: S701 - SQL, not HTML; every value is a literal
        )

    def build_world(self) -> None:
        self._session.execute(self._render("macros"))
        self._tables("main", "world", _WORLD)

    def open(self, own: Scenario) -> None:
        """Answer all visits, and score the model offline."""
        if own.leaks:
            for split in splits(self._world):
                self._evaluate(split)
        else:
            self._serve(_HEALTHY)
        self._serve(own.pipeline)
        if not own.leaks:
            self._tables(own.name, "pipeline", ("replayed",), scenario=own)

    def judge(self, pipeline: Pipeline) -> Truth:
        rates: dict[Cell, float] = {}
        measured: dict[Pipeline, float] = {}
        for cell, variant in judged(pipeline, REBUILT).items():
            if variant not in measured:
                named = replace(variant, name=f"variant {len(measured)}")
                self._serve(named)
                sql = f'select avg(hit) from "{named.name}".answered'  # noqa: S608 - our own name
                measured[variant] = float(self._session.query(sql).rows[0][0] or 0.0)
            rates[cell] = measured[variant]
        return Truth(self._world, rates)

    def export(self, own: Scenario, path: Path) -> None:
        self._attach(path)
        self._session.execute(f"set search_path = '\"{own.name}\",main'")
        values = {"pipeline": own.pipeline, "scenario": own}
        self._tables("target.main", "relations", _RELATIONS, **values)
        self._session.execute("detach target")

    def keep(self, path: Path) -> None:
        self._attach(path)
        for name in _WORLD:
            self._session.execute(f"create table target.main.{name} as from main.{name}")
        for schema in sorted(self._built):
            answered = f'target.main."answered_{schema}"'
            self._session.execute(f'create table {answered} as from "{schema}".answered')
        self._session.execute("detach target")

    def close(self) -> None:
        self._session.close()

    def _evaluate(self, split: Split) -> None:
        if self._opened(split.name):
            return
        self._tables(split.name, "split", _SPLIT, split=split)
        self._tables(split.name, "model", _MODEL)
        self._tables(split.name, "split", ("scored",), split=split)

    def _serve(self, pipeline: Pipeline) -> None:
        if self._opened(pipeline.name):
            return
        self._tables(pipeline.name, "pipeline", _PIPELINE, pipeline=pipeline)
        self._tables(pipeline.name, "model", _MODEL)
        self._tables(pipeline.name, "pipeline", _ANSWERS, pipeline=pipeline)
        self._built.add(pipeline.name)

    def _attach(self, path: Path) -> None:
        for stale in (path, path.with_name(path.name + ".wal")):
            stale.unlink(missing_ok=True)
        self._session.execute(f"attach {literal(str(path))} as target")

    def _opened(self, name: str) -> bool:
        """Whether a schema was there already; tables are looked for in it from now on."""
        known = name in self._schemas
        if not known:
            self._session.execute(f'create schema "{name}"')
            self._schemas.add(name)
        self._session.execute(f"set search_path = '\"{name}\",main'")
        return known

    def _tables(self, place: str, folder: str, names: tuple[str, ...], **values: object) -> None:
        for name in names:
            select = self._render(f"{folder}/{name}", **values)
            self._session.execute(f"create table {_quoted(place)}.{name} as {select}")

    def _render(self, name: str, **values: object) -> str:
        return self._templates.get_template(f"{name}.sql").render(world=self._world, **values)


def _quoted(place: str) -> str:
    return place if place == "target.main" else f'"{place}"'
