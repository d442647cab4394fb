"""A first look at the warehouse: which declared relations are there, with which columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recsql.compile.kept import Kept, content_of, digest, digest_of_code
from recsql.compile.sources import CANONICAL, Sources
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


def probe(project: Project, warehouse: Warehouse, kept: Kept | None = None) -> Seen:
    """Ask the warehouse for each relation's columns, without reading a row."""
    looking = _Looking(warehouse, kept or Kept())
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
            if warehouse.dialect == CANONICAL:  # it reads files where recsql runs
                reach = Reach(project.root, project.trust.files)
                _require_files(relation, looking.kept, reach)
            columns[name] = _columns(relation, looking, problems)
        except RecsqlError as error:
            broken[name] = error.message
            place = error.location or relation.source.location
            problem = Problem(
                f"relation `{name}`", error.message, place, error.hint, error.exit_code
            )
            problems.append(problem)
    return Seen(columns, broken, tuple(problems))


def reads_files(project: Project, kept: Kept | None = None) -> bool:
    """Whether a mapping of DuckDB's reads files, or the project declares that something does."""
    if project.trust.files:
        return True
    known = kept or Kept()
    for relation in project.relations.values():
        try:
            if relation.source is not None and _files_of(relation, known):
                return True
        except CompileError:  # which is told where the relation is looked at
            continue
    return False


def _files_of(relation: Relation, kept: Kept) -> list[str | None]:
    """The files that a relation of DuckDB's reads; None for one whose name is computed."""
    key = digest(digest_of_code(CANONICAL), "files", content_of(relation))
    known = kept.get(key)
    if known is None:
        from recsql.compile.relations import files_of  # noqa: PLC0415 - imports sqlglot

        known = json.dumps(files_of(relation))
        kept.put(key, known)
    found: list[str | None] = json.loads(known)
    return found


def _require_files(relation: Relation, kept: Kept, reach: Reach) -> None:
    """Raise `ConfigError` where a mapping reads a file that the project has not declared."""
    place = None if relation.source is None else relation.source.location
    for name in _files_of(relation, kept):
        if name is None:
            message = f"`from:` of relation `{relation.name}` reads a file whose name is computed"
            raise ConfigError(message, place, "write the name out, or a list of names")
        if not reach.covers(name):
            message = f"`from:` of relation `{relation.name}` reads `{name}`, outside the project"
            hint = f"if that is meant: `trust: {{files: ['{name}']}}` in recsql.yml, or its folder"
            raise ConfigError(message, place, hint)


def resolve_as_of(
    sources: Sources, warehouse: Warehouse, kept: Kept | None = None
) -> datetime | None:
    """The newest serve_ts, else the newest event_ts; None when there is neither."""
    looking = _Looking(warehouse, kept or Kept())
    for name, column in (("serving", "serve_ts"), ("events", "event_ts")):
        relation = sources.relations.get(name)
        if relation is None or column not in sources.available(name) or name in sources.broken:
            continue
        newest = warehouse.query(looking.sql("newest", relation, (column,))).rows[0][0]
        if isinstance(newest, int | float):
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(newest))
    return None


@dataclass(frozen=True, slots=True)
class _Looking:
    """Asks of a relation's source: its columns, or its newest instant."""

    warehouse: Warehouse
    kept: Kept

    def columns(self, part: str, relation: Relation, names: Sequence[str] = ()) -> tuple[str, ...]:
        """The columns of the source, of its rows that `where:` keeps, or those mapped ones."""
        return self.warehouse.query(self.sql(part, relation, names)).columns

    def sql(self, part: str, relation: Relation, names: Sequence[str] = ()) -> str:
        """The statement, written unless it is kept."""
        dialect = self.warehouse.dialect
        key = digest(digest_of_code(dialect), part, content_of(relation), list(names))
        sql = self.kept.get(key)
        if sql is None:
            sql = _written(part, relation, names, dialect)
            self.kept.put(key, sql)
        return sql


def _written(part: str, relation: Relation, names: Sequence[str], dialect: str) -> str:
    from recsql.compile import dialects, relations  # noqa: PLC0415 - import sqlglot

    sources = Sources({relation.name: relation}, {}, {}, dialect)
    if part == "newest":
        return dialects.generate(relations.newest(relation, names[0], sources), dialect)
    if part == "source":
        tree = relations.source_select(relation, dialect)
    elif part == "filtered":
        tree = relations.filtered_select(relation, dialect)
    else:
        tree = relations.mapped_select(relation, list(names), sources)
    return dialects.generate(tree.limit(0), dialect)


def _columns(relation: Relation, looking: _Looking, problems: list[Problem]) -> frozenset[str]:
    if not relation.columns:
        found = frozenset(looking.columns("source", relation))
        known = RELATIONS[relation.name]
        if not found.intersection(known):
            source = "" if relation.source is None else relation.source.text
            hint = "name its columns under `columns:`"
            raise WarehouseError(f"`{source}` has none of the contract's columns", hint=hint)
        return found
    names = list(relation.columns)
    try:
        looking.columns("mapped", relation, names)
    except (CompileError, WarehouseError):
        return _readable(relation, _present(relation, looking), looking, problems)
    return frozenset(names)


def _present(relation: Relation, looking: _Looking) -> frozenset[str]:
    """The source's own columns; raises what is wrong with its `from:` or its `where:`."""
    found = frozenset(looking.columns("source", relation))
    if relation.where is not None:
        try:
            looking.columns("filtered", relation)
        except WarehouseError as error:
            raise error.at(relation.where.location) from error.__cause__
    return found


def _readable(
    relation: Relation, present: frozenset[str], looking: _Looking, problems: list[Problem]
) -> frozenset[str]:
    """The columns whose expression the warehouse accepts; a problem for each of the others."""
    good = set()
    failures = []
    for name, text in relation.columns.items():
        try:
            looking.columns("mapped", relation, [name])
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
