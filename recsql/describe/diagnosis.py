"""What a project finds when it is opened: files, settings, connection, relations, step by step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from recsql.api import Opened, Request, located, opened
from recsql.describe.settings import Setting, settings
from recsql.describe.survey import FIRST_ROWS, Survey, survey
from recsql.errors import RecsqlError, WarehouseError
from recsql.model import Problem, Relation, Unit
from recsql.project import locate
from recsql.project.contract import RELATIONS, SUPPLIED
from recsql.project.document import problem_of
from recsql.quantities import format_quantity

Say = Callable[[str], None]
_INDENT = " " * 22


def diagnose(
    request: Request, say: Say, given: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """Tell what is found, step by step; the problems are what stands in the way of a run.

    `given` says how each flag was given, by parameter.
    """
    loaded, target = located(request)
    files = locate.profile_files(loaded.project.root, request.profiles_dir, os.environ, Path.home())
    say(f"project      {loaded.project.name} in {loaded.project.root / 'recsql.yml'}")
    say(f"profiles     {', '.join(map(str, files)) or 'none found: DuckDB in memory is used'}")
    say(f"target       {target.name} ({target.type})")
    say(f"checks       {len(loaded.catalog.checks)}, models {len(loaded.catalog.models)}")
    _tell_settings(settings(request, loaded, target, files, given or {}), say)
    problems = [*loaded.project.problems]
    try:
        with opened(request) as project:
            say(f"connection   ok: {project.warehouse.version()}")
            say(f"as of        {project.prepared.moment.as_of.isoformat()}")
            problems += project.prepared.problems
            _tell_relations(project, say)
    except WarehouseError as error:
        say(f"connection   failed: {error.message}")
        problems.append(problem_of(error, "connection"))
    return tuple(problems)


def _tell_settings(found: Iterable[Setting], say: Say) -> None:
    rows = list(found)
    names = max(len(row.name) for row in rows)
    values = min(max(len(row.value) for row in rows), 40)
    word = "settings"
    for row in rows:
        say(f"{word:<13}{row.name:<{names}}  {row.value:<{values}}  {row.source}")
        word = ""


def _tell_relations(project: Opened, say: Say) -> None:
    mapped = [r for r in project.loaded.project.relations.values() if r.name not in SUPPLIED]
    days = format_quantity(project.prepared.moment.history_s, Unit.SECONDS)
    say(f"relations    {len(mapped)} of {len(RELATIONS) - len(SUPPLIED)} mapped; rows are those of "
        f"the {days} before as of,")  # fmt: skip
    say(f"             or the first {FIRST_ROWS:,} where a relation has no time")
    for relation in mapped:
        _tell_relation(relation, project, say)


def _tell_relation(relation: Relation, project: Opened, say: Say) -> None:
    name, compiler = relation.name, project.prepared.compiler
    if name in compiler.sources.broken:
        say(f"  {name:<18} broken")
        return
    try:
        found = survey(relation, compiler, project.warehouse)
    except RecsqlError as error:
        say(f"  {name:<18} {error.message}")
        return
    available = compiler.sources.available(name)
    missing = [column for column in RELATIONS[name].values() if column.name not in available]
    needed = ", ".join(column.name for column in missing if column.required)
    others = ", ".join(column.name for column in missing if not column.required)
    lacks = (f"  NEEDS {needed}" if needed else "") + (f"  without {others}" if others else "")
    say(f"  {name:<18} {found.rows:>12,} rows{lacks}")
    for line in _details(found):
        say(f"{_INDENT}{line}")


def _details(found: Survey) -> Iterable[str]:
    if found.first is not None and found.last is not None:
        yield f"{found.clock} {_minute(found.first)} to {_minute(found.last)} UTC"
    if found.newest is not None:
        yield f"no row is in that time; the newest {found.clock} is {_minute(found.newest)} UTC:"
        yield "set `as_of: latest`, or a longer `history:`"
    if found.rows:
        shares = (f"{name} {_share(share)}" for name, share in found.nulls.items())
        yield f"NULL: {', '.join(shares) or 'nowhere'}"


def _share(share: float) -> str:
    """A share of which some and all are told apart from none and most."""
    if share == 1:
        return "all"
    shown = format_quantity(share, Unit.SHARE)
    return {"0.0 %": "under 0.1 %", "100.0 %": "over 99.9 %"}.get(shown, shown)


def _minute(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M")
