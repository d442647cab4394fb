"""recsql's own checks and models as rendered SQL, for the lints that hold them to the style."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from recsql.compile.moment import Moment, Policy, Rendered
from recsql.compile.template import Templates
from recsql.model import Catalog, Text, Value
from recsql.project.load import load
from recsql.project.locate import builtin_root

_DAY = 86400.0


def rendered_library(
    mapped: Callable[[str], bool] = lambda name: True,
) -> Iterator[tuple[str, Rendered]]:
    """Each statement of the library under its path, rendered for a project that maps everything.

    `mapped` says for a `relation` or `relation.column` whether another project has it.
    """
    loaded = load(builtin_root() / "checks", optional=True)
    unset = dict.fromkeys(("drift_window", "horizon", "refresh"), 3600.0)
    variables: dict[str, Value] = {**loaded.project.variables, **unset}
    moment = Moment(datetime(2026, 1, 1, tzinfo=UTC), 28 * _DAY, 56 * _DAY)
    policy = Policy(moment, variables, mapped, None)
    templates = Templates(policy, loaded.catalog.macros)
    for name, text in texts(loaded.catalog):
        yield name, templates.render(text)


def texts(catalog: Catalog) -> Iterator[tuple[str, Text]]:
    """Each template of the catalog's checks and models under a name of its own."""
    for check in catalog.checks.values():
        yield f"{check.audit}/{check.name}", check.sql
        if check.rows_sql is not None:
            yield f"{check.audit}/{check.name}.rows", check.rows_sql
    for model in catalog.models.values():
        if model.sql is not None:
            yield f"models/{model.name}", model.sql
        if model.fixpoint is not None:
            fixpoint = model.fixpoint
            parts = {f"start.{name}": text for name, text in fixpoint.start.items()}
            for number, step in enumerate(fixpoint.steps, 1):
                parts[f"step{number}.{step.table}"] = step.sql
            parts["result"] = fixpoint.result
            for name, text in parts.items():
                yield f"models/{model.name}.{name}", text
