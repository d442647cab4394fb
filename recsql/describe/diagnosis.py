"""What a project finds when it is opened: files, connection, relations, step by step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from recsql.api import Request, located, opened
from recsql.compile import dialects
from recsql.compile.relations import Sources, mapped_select, source_select
from recsql.errors import RecsqlError, WarehouseError
from recsql.model import Problem, Relation
from recsql.project import locate
from recsql.project.contract import RELATIONS, SUPPLIED
from recsql.project.document import problem_of
from recsql.warehouses.base import Warehouse

Say = Callable[[str], None]


def diagnose(request: Request, say: Say) -> tuple[Problem, ...]:
    """Tell what is found, step by step; the problems are what stands in the way of a run."""
    loaded, target = located(request)
    files = locate.profile_files(loaded.project.root, request.profiles_dir, os.environ, Path.home())
    say(f"project      {loaded.project.name} in {loaded.project.root / 'recsql.yml'}")
    say(f"profiles     {', '.join(map(str, files)) or 'none found: DuckDB in memory is used'}")
    say(f"target       {target.name} ({target.type})")
    say(f"checks       {len(loaded.catalog.checks)}, models {len(loaded.catalog.models)}")
    problems = [*loaded.project.problems]
    try:
        with opened(request) as project:
            say(f"connection   ok: {project.warehouse.version()}")
            say(f"as of        {project.prepared.moment.as_of.isoformat()}")
            problems += project.prepared.problems
            sources = project.prepared.compiler.sources
            for relation in loaded.project.relations.values():
                if relation.name not in SUPPLIED:
                    _tell_relation(relation, sources, project.warehouse, say)
    except WarehouseError as error:
        say(f"connection   failed: {error.message}")
        problems.append(problem_of(error, "connection"))
    return tuple(problems)


def _tell_relation(relation: Relation, sources: Sources, warehouse: Warehouse, say: Say) -> None:
    name = relation.name
    if name in sources.broken:
        say(f"  {name:<18} broken")
        return
    available = sources.available(name)
    try:
        names = sorted(available.intersection(RELATIONS[name]))
        tree = mapped_select(relation, names, sources) if names else None
        tree = tree or source_select(relation, warehouse.dialect)
        sql = dialects.generate(dialects.counted(tree, "rows"), warehouse.dialect)
        count = warehouse.query(sql).rows[0][0]
    except RecsqlError as error:
        say(f"  {name:<18} {error.message}")
        return
    missing = [column for column in RELATIONS[name].values() if column.name not in available]
    needed = ", ".join(column.name for column in missing if column.required)
    others = ", ".join(column.name for column in missing if not column.required)
    lacks = (f"  NEEDS {needed}" if needed else "") + (f"  without {others}" if others else "")
    say(f"  {name:<18} {count:>12,} rows{lacks}")
