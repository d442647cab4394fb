"""What a project has, in words: for `ls`, `explain` and `debug`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.api import Request, chosen, located, opened, unconnected
from recsql.compile import dialects
from recsql.compile.compiler import Compiler
from recsql.compile.relations import Sources, mapped_select, source_select
from recsql.errors import ConfigError, RecsqlError, WarehouseError, did_you_mean
from recsql.model import Case, Check, Metric, Model, Problem, Relation
from recsql.project import locate
from recsql.project.contract import RELATIONS, SUPPLIED
from recsql.project.document import problem_of
from recsql.testing import casefile
from recsql.warehouses.base import Warehouse

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Listing:
    """The checks of a selection, their models and cases, and what could not be read."""

    checks: tuple[Check, ...]
    models: tuple[Model, ...]
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]

    def as_json(self) -> Mapping[str, object]:
        """The listing as plain values."""
        return {
            "checks": [
                {
                    "name": check.name,
                    "audit": check.audit,
                    "summary": check.summary,
                    "metrics": [metric.name for metric in check.metrics],
                    "segments": list(check.segments),
                    "tags": list(check.tags),
                    "enabled": check.enabled,
                    "path": check.location.path,
                }
                for check in self.checks
            ],
            "models": [{"name": m.name, "summary": m.summary} for m in self.models],
            "cases": [
                {"check": case.check, "name": case.name, "path": case.location.path}
                for case in self.cases
            ],
        }


def listing(request: Request) -> Listing:
    """The checks that a request selects, with their cases; all models."""
    loaded, prepared = unconnected(request, dialects.CANONICAL)
    selection = chosen(prepared, request)
    problems = [*selection.unmatched, *loaded.project.problems]
    cases: list[Case] = []
    root = loaded.project.root
    for path in casefile.discover(root):
        shown = path.relative_to(root).as_posix()
        found = casefile.read(path, shown, loaded.catalog, problems)
        cases += [case for case in found if case.check in selection.names]
    known = loaded.catalog.checks
    return Listing(
        checks=tuple(known[name] for name in selection.names if name in known),
        models=tuple(loaded.catalog.models.values()),
        cases=tuple(cases),
        problems=tuple(problems),
    )


def explained(request: Request, name: str) -> str:
    """A check in words; raises `ConfigError` for a name that nobody knows."""
    loaded, prepared = unconnected(request, dialects.CANONICAL)
    check = loaded.catalog.checks.get(name)
    if check is None:
        raise ConfigError(f"no check `{name}`", hint=did_you_mean(name, loaded.catalog.checks))
    audit = loaded.catalog.audits[check.audit]
    compiler = prepared.compiler
    parts = [f"{check.audit}.{check.name}", check.summary]
    sections = (
        ("Question", audit.question),
        ("Metrics", "\n".join(_metric(metric) for metric in check.metrics)),
        ("Formula", check.explanation.formula),
        ("Segments", ", ".join(check.segments)),
        ("Inputs (columns in brackets can be missing)", _inputs(compiler, check)),
        ("Without", _without(compiler, check)),
        ("Misleads", check.explanation.misleads),
        ("Next", check.next),
        ("Sources", check.explanation.sources),
        ("SQL", check.sql.location.path),
    )
    for title, text in sections:
        if text.strip():
            body = "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())
            parts.append(f"\n{title}\n{body}")
    return "\n".join(parts)


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


def _metric(metric: Metric) -> str:
    limits = [
        f"{word} {limit.text}"
        for word, limit in (("warns", metric.warn_if), ("fails", metric.error_if))
        if limit is not None
    ]
    unit = "" if metric.unit == "number" else f" [{metric.unit}]"
    verdict = f" ({', '.join(limits)})" if limits else ""
    return f"{metric.name}{unit}{verdict}: {metric.summary}"


def _inputs(compiler: Compiler, check: Check) -> str:
    """A line per relation with its columns."""
    lines = []
    try:
        read = compiler.inputs_of(check)
    except RecsqlError as error:
        return f"not known: {error.message}"
    for name, columns in read.items():
        if name not in SUPPLIED:
            shown = (f"[{column}]" if spared else column for column, spared in columns.items())
            lines.append(f"{name}: {', '.join(shown)}")
    return "\n".join(lines)


def _without(compiler: Compiler, check: Check) -> str:
    """What each input costs when it is missing, over all models of the check."""
    costs = compiler.costs_of(check)
    return "\n".join(f"{name}: {sentence}" for name, sentence in costs.items())
