"""Before the first check: look at the project's relations, fix the instant, set up the compiler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from recsql.compile.compiler import Compiler, table_names
from recsql.compile.kept import Kept
from recsql.compile.moment import Moment, Policy
from recsql.compile.sources import Sources
from recsql.errors import WarehouseError
from recsql.model import Catalog, Problem, Project, Relation
from recsql.project.config import parse_instant
from recsql.project.document import problem_of
from recsql.runner.consecutive import Past
from recsql.runner.probe import Seen, probe, resolve_as_of
from recsql.runner.verdicts import Gates
from recsql.warehouses.base import Warehouse


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is asked for; `now` and `run_id` come from outside, nothing here reads a clock."""

    now: datetime
    run_id: str
    target: str = "local"
    as_of: str | None = None
    as_of_inside: bool = False
    sample: float | None = None
    timeout_s: float | None = None
    lines: int = 1
    """How many statements may run at once, where the warehouse allows it."""
    fail_fast: bool = False
    warn_error: bool = False
    fail_on: str = "fail"
    gates: Gates | None = None
    past: Past = field(default_factory=Past)
    fixtures: Mapping[str, Relation] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)
    keep: Callable[[str, str], str | None] = lambda name, sql: None
    """Called with each compiled statement's file name and text; returns where it was put."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiler for one project on one warehouse, and the instant the run looks from."""

    project: Project
    compiler: Compiler
    moment: Moment
    problems: tuple[Problem, ...] = ()


def prepare(project: Project, catalog: Catalog, warehouse: Warehouse, options: Options) -> Prepared:
    """Look at the declared relations, fix the instant, and set up the compiler."""
    seen = probe(project, warehouse, options.kept)
    sources = _sources(project, catalog, warehouse.dialect, options, seen)
    problems = seen.problems
    asked = options.as_of or project.as_of
    newest = None
    if asked == "latest":
        try:
            newest = resolve_as_of(sources, warehouse, options.kept)
        except WarehouseError as error:
            problems = (*problems, problem_of(error, "as_of: latest"))
    inside = newest is not None or options.as_of_inside
    moment = _moment(project, asked, newest or options.now, inside=inside)
    compiler = _compiler(project, catalog, sources, moment, options)
    return Prepared(project, compiler, moment, problems)


def prepare_offline(project: Project, catalog: Catalog, dialect: str, options: Options) -> Prepared:
    """The same without a warehouse: every declared relation is taken to be complete."""
    sources = _sources(project, catalog, dialect, options, Seen({}, {}, ()))
    asked = options.as_of or project.as_of
    moment = _moment(project, asked, options.now, inside=options.as_of_inside)
    compiler = _compiler(project, catalog, sources, moment, options)
    return Prepared(project, compiler, moment)


def _sources(
    project: Project, catalog: Catalog, dialect: str, options: Options, seen: Seen
) -> Sources:
    return Sources(
        relations=project.relations,
        columns=seen.columns,
        models=table_names(catalog),
        dialect=dialect,
        fixtures=options.fixtures,
        broken=seen.broken,
        functions=project.trust.functions,
    )


def _moment(project: Project, asked: str, otherwise: datetime, *, inside: bool = False) -> Moment:
    """The time frame, which ends before as_of; `inside` lets the very instant in."""
    as_of = otherwise if asked in ("now", "latest") else parse_instant(asked)
    return Moment(as_of, project.window_s, project.history_s, inside)


def _compiler(
    project: Project, catalog: Catalog, sources: Sources, moment: Moment, options: Options
) -> Compiler:
    policy = Policy(moment, project.variables, sources.mapped, options.sample)
    return Compiler(catalog, policy, sources, options.kept)
