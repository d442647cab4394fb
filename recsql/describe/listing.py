"""What a project has: its checks, models and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recsql.api import Request, chosen, unconnected
from recsql.compile import dialects
from recsql.model import Case, Check, Model, Problem
from recsql.testing import casefile


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
