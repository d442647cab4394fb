"""A first look at the warehouse: which declared relations are there, with which columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recsql.compile import dialects, relations
from recsql.compile.relations import Sources
from recsql.errors import CompileError, ConfigError, RecsqlError, WarehouseError, did_you_mean
from recsql.model import Problem, Project, Relation
from recsql.project.contract import RELATIONS, SUPPLIED
from recsql.project.reach import Reach
from recsql.warehouses.base import Warehouse


@dataclass(frozen=True, slots=True)
class Seen:
    """The columns of each relation that can be read, and what is wrong with the others."""

    columns: Mapping[str, frozenset[str]]
    broken: Mapping[str, str]
    problems: tuple[Problem, ...]


def probe(project: Project, warehouse: Warehouse) -> Seen:
    """Ask the warehouse for each relation's columns, without reading a row."""
    columns: dict[str, frozenset[str]] = {}
    broken: dict[str, str] = {}
    problems: list[Problem] = []
    for name, relation in project.relations.items():
        if name in SUPPLIED or relation.rows is not None:
            continue
        if relation.source is None:  # which is told where the file is read
            broken[name] = f"relation `{name}` has no `from:`"
            continue
        try:
            if warehouse.dialect == dialects.CANONICAL:  # it reads files where recsql runs
                _require_files(relation, Reach(project.root, project.trust.files))
            columns[name] = _columns(relation, warehouse, problems)
        except RecsqlError as error:
            broken[name] = error.message
            place = error.location or relation.source.location
            problem = Problem(
                f"relation `{name}`", error.message, place, error.hint, error.exit_code
            )
            problems.append(problem)
    return Seen(columns, broken, tuple(problems))


def reads_files(project: Project) -> bool:
    """Whether a mapping of DuckDB's reads files, or the project declares that something does."""
    if project.trust.files:
        return True
    for relation in project.relations.values():
        try:
            if relation.source is not None and relations.files_of(relation):
                return True
        except CompileError:  # which is told where the relation is looked at
            continue
    return False


def _require_files(relation: Relation, reach: Reach) -> None:
    """Raise `ConfigError` where a mapping reads a file that the project has not declared."""
    place = None if relation.source is None else relation.source.location
    for name in relations.files_of(relation):
        if name is None:
            message = f"`from:` of relation `{relation.name}` reads a file whose name is computed"
            raise ConfigError(message, place, "write the name out, or a list of names")
        if not reach.covers(name):
            message = f"`from:` of relation `{relation.name}` reads `{name}`, outside the project"
            hint = f"if that is meant: `trust: {{files: ['{name}']}}` in recsql.yml, or its folder"
            raise ConfigError(message, place, hint)


def resolve_as_of(sources: Sources, warehouse: Warehouse) -> datetime | None:
    """The newest serve_ts, else the newest event_ts; None when there is neither."""
    for name, column in (("serving", "serve_ts"), ("events", "event_ts")):
        relation = sources.relations.get(name)
        if relation is None or column not in sources.available(name) or name in sources.broken:
            continue
        sql = dialects.generate(relations.newest(relation, column, sources), sources.dialect)
        newest = warehouse.query(sql).rows[0][0]
        if isinstance(newest, int | float):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(newest))
    return None


def _columns(relation: Relation, warehouse: Warehouse, problems: list[Problem]) -> frozenset[str]:
    dialect = warehouse.dialect
    if not relation.columns:
        tree = relations.source_select(relation, dialect)
        found = frozenset(_names(tree, warehouse))
        known = RELATIONS[relation.name]
        if not found.intersection(known):
            source = "" if relation.source is None else relation.source.text
            hint = "name its columns under `columns:`"
            raise WarehouseError(f"`{source}` has none of the contract's columns", hint=hint)
        return found
    sources = Sources({relation.name: relation}, {}, {}, dialect)
    names = list(relation.columns)
    try:
        _names(relations.mapped_select(relation, names, sources), warehouse)
    except (CompileError, WarehouseError):
        present = _present(relation, warehouse)
        return _readable(relation, present, sources, warehouse, problems)
    return frozenset(names)


def _present(relation: Relation, warehouse: Warehouse) -> frozenset[str]:
    """The source's own columns; raises what is wrong with its `from:` or its `where:`."""
    dialect = warehouse.dialect
    found = frozenset(_names(relations.source_select(relation, dialect), warehouse))
    if relation.where is not None:
        try:
            _names(relations.filtered_select(relation, dialect), warehouse)
        except WarehouseError as error:
            raise error.at(relation.where.location) from error.__cause__
    return found


def _readable(
    relation: Relation,
    present: frozenset[str],
    sources: Sources,
    warehouse: Warehouse,
    problems: list[Problem],
) -> frozenset[str]:
    """The columns whose expression the warehouse accepts; a problem for each of the others."""
    good = set()
    failures = []
    for name, text in relation.columns.items():
        try:
            _names(relations.mapped_select(relation, [name], sources), warehouse)
            good.add(name)
        except RecsqlError as error:
            hint = did_you_mean(text.text, present)
            message = f"column `{name}` of relation `{relation.name}`: {error.message}"
            subject = f"relation `{relation.name}`"
            failures.append(Problem(subject, message, text.location, hint, error.exit_code))
    if not good:
        kind = WarehouseError if failures[0].exit_code == WarehouseError.exit_code else CompileError
        raise kind(failures[0].message, failures[0].location, failures[0].hint)
    problems += failures
    return frozenset(good)


def _names(tree: dialects.Query, warehouse: Warehouse) -> tuple[str, ...]:
    sql = dialects.generate(tree.limit(0), warehouse.dialect)
    return warehouse.query(sql).columns
