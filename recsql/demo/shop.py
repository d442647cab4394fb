"""The simulated shop: a world of people, and pipelines that serve it with one and the same model.

All rows come from SQL (`sql/`, one SELECT per file) and from md5 draws of (seed, purpose, numbers),
so a seed gives the same rows on every machine. Instants are whole microseconds since the shop
opened. What can be simulated is in `worlds.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from recsql.compile.dialects import literal
from recsql.demo import draws
from recsql.demo.engine import MAIN, TARGET, DuckDBEngine, Engine
from recsql.demo.truth import Cell, Truth, judged
from recsql.demo.worlds import DEFAULT, REBUILT, Pipeline, Scenario, Split, World, scenario, splits

_WORLD = (
    "numbers", "persons", "devices", "keys", "interests", "categories", "items", "promotions",
    "sessions", "views", "purchases", "events",
)  # fmt: skip
_PIPELINE = ("logged", "key_links", "accounts", "merges", "requests", "wanted", "arrivals")
_SPLIT = ("examples", "logged", "arrivals", "wanted")
_ANSWERS = ("shown", "caused", "answered")
_MODEL = ("popularity", "snapshots", "lists")
_RELATIONS = (
    "events", "links", "identity_map", "serving", "served_items", "snapshots", "outcomes",
    "offline_metrics", "offline_rows", "training_sample", "served_features", "catalogue",
    "indexed_items", "promotion_days",
)  # fmt: skip


_HEALTHY = replace(REBUILT, name="healthy")
"""What an honest offline score replays."""

TRUTH = "world.duckdb"
"""The file that `keep` writes: who is who, what they were after, and what was answered."""


def generate(
    folder: Path,
    world: World,
    names: Iterable[str] = DEFAULT,
    *,
    keep: bool = False,
    engine: Callable[[Path], Engine] = DuckDBEngine,
) -> None:
    """Write one DuckDB file per scenario into a folder that exists, replacing older ones.

    The scenarios share one world; with `keep` its truth is written beside them. Another engine
    puts them where it stores tables. Raises `RecsqlError` for an unknown name, and
    `WarehouseError` when a file cannot be written.
    """
    scenarios = [scenario(name) for name in names]
    for group in _alike(scenarios):
        with closing(engine(folder)) as opened:
            shop = _Shop(opened, group[0].applied(world))
            shop.build_world()
            for each in group:
                shop.open(each)
                shop.export(each, folder / f"{each.name}.duckdb")
                if not keep:
                    shop.forget(each.name)
            if keep:
                shop.keep(folder / TRUTH)


def truth(folder: Path, world: World, name: str) -> Truth:
    """What a scenario's pipeline reaches on its own visits, and what healthier ones would.

    Every visit is answered by each pipeline in turn; `folder` is where DuckDB may put files.
    """
    own = scenario(name)
    with closing(DuckDBEngine(folder)) as engine:
        shop = _Shop(engine, own.applied(world))
        shop.build_world()
        return shop.judge(own.pipeline)


def _alike(scenarios: Iterable[Scenario]) -> list[list[Scenario]]:
    """The scenarios grouped by their worlds."""
    groups: dict[tuple[tuple[str, float], ...], list[Scenario]] = {}
    for each in scenarios:
        groups.setdefault(tuple(sorted(each.world.items())), []).append(each)
    return list(groups.values())


class _Shop:
    """A world in an engine; each pipeline and split has a schema of working tables."""

    def __init__(self, engine: Engine, world: World) -> None:
        self._engine = engine
        self._world = world
        self._schemas: set[str] = set()
        self._built: set[str] = set()
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("sql")),
            undefined=StrictUndefined,
            finalize=literal,
            autoescape=False,  # noqa: S701 - SQL, not HTML; every value is a literal
        )
        self._templates.filters.update(parts=draws.parts, tick=draws.tick)

    def build_world(self) -> None:
        self._engine.define(self._render("functions"))
        self._tables(MAIN, "world", _WORLD)

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
                measured[variant] = self._engine.number(sql)
                self.forget(named.name)
            rates[cell] = measured[variant]
        return Truth(self._world, rates)

    def export(self, own: Scenario, path: Path) -> None:
        self._engine.publish(path)
        self._engine.enter(own.name)
        values = {"pipeline": own.pipeline, "scenario": own}
        self._tables(TARGET, "relations", _RELATIONS, **values)
        self._engine.publish(None)

    def keep(self, path: Path) -> None:
        self._engine.publish(path)
        for name in _WORLD:
            self._engine.table(TARGET, name, f"select * from {MAIN}.{name}")  # noqa: S608 - ours
        for schema in sorted(self._built):
            select = f'select * from "{schema}".answered'  # noqa: S608 - our own name
            self._engine.table(TARGET, f"answered_{schema}", select)
        self._engine.publish(None)

    def forget(self, schema: str) -> None:
        """Give back what a pipeline's working tables take."""
        self._engine.drop(schema)
        self._schemas.remove(schema)
        self._built.discard(schema)

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

    def _opened(self, name: str) -> bool:
        """Whether a schema was there already; tables are looked for in it from now on."""
        known = name in self._schemas
        self._engine.enter(name)
        self._schemas.add(name)
        return known

    def _tables(self, schema: str, folder: str, names: tuple[str, ...], **values: object) -> None:
        for name in names:
            self._engine.table(schema, name, self._render(f"{folder}/{name}", **values))

    def _render(self, name: str, **values: object) -> str:
        return self._templates.get_template(f"{name}.sql").render(world=self._world, **values)
