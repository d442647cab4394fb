"""Parametrised checks: a template's SQL and the YAML of its arguments beside it."""

from __future__ import annotations

from recsql.arguments import Argument, Kind, Parametrised
from recsql.model import Problem
from recsql.project import definitions
from recsql.project.definitions import ON_EMPTY, Origin
from recsql.project.document import Node, Section, truth

_KEYS = (
    "summary", "arguments", "metrics", "sentence", "next", "explain", "on_empty", "overrides",
    "sql", "rows", "optional", "requires", "degraded_without", "notes_without",
)  # fmt: skip
_ARGUMENT_KEYS = ("kind", "required", "default", "summary", "aliases")
RESERVED = ("source", "where", "segments", "show", "relation", "model", "table")
"""What every template is given, so that no argument can be called so."""


def parametrised(node: Node, origin: Origin, problems: list[Problem]) -> Parametrised:
    """A parametrised check from its YAML; raises `ConfigError` when it has no SQL or no metric."""
    subject = f"parametrised check `{origin.name}`"
    section = Section(node, subject, problems, _KEYS)
    sql = section.sql("sql") or origin.sql
    if sql is None:
        raise node.error(f"{subject} has no SQL", "put it beside it in a .sql file")
    metrics = definitions.metrics_of(section)
    if not metrics:
        raise node.error(f"{subject} names no `metrics:`", "name its metric columns")
    return Parametrised(
        name=origin.name,
        summary=section.text("summary"),
        sql=sql,
        rows_sql=section.sql("rows") or origin.rows,
        arguments=_arguments(section),
        metrics=metrics,
        location=node.location,
        inputs=definitions.inputs_of(section),
        sentences=definitions.sentences_of(section, "sentence"),
        next=section.text("next"),
        explanation=definitions.explanation_of(section),
        on_empty=section.choice("on_empty", (*ON_EMPTY, "judge"), "unknown"),
        overrides=definitions.overrides_of(section, origin),
        builtin=origin.builtin,
    )


def _arguments(section: Section) -> dict[str, Argument]:
    found = {}
    for name, node in section.children("arguments").items():
        subject = f"argument `{name}` of {section.subject}"
        entry = Section(node, subject, section.problems, _ARGUMENT_KEYS)
        if name in RESERVED:
            section.report(node.error(f"{subject} has the name of something that is always given"))
        kind = Kind(entry.choice("kind", list(Kind), Kind.VALUE))
        default = entry.entries.get("default")
        value = None if default is None or isinstance(default.value, list | dict) else default.value
        found[name] = Argument(
            name=name,
            kind=kind,
            required=entry.boolean("required", False),
            default=truth(value) if kind is Kind.FLAG else value,
            summary=entry.text("summary"),
            aliases=entry.texts("aliases"),
        )
    return found
