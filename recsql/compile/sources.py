"""What the placeholders of a statement may become, and what a project lacks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recsql.errors import NotComputableError
from recsql.model import Inputs, Relation
from recsql.project.contract import RELATIONS

CANONICAL = "duckdb"
"""The dialect in which checks are written."""

NAMES_COLUMNS = ("clickhouse",)
"""Where `a.*` beside another table is written out, for which the columns of tables are needed."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What placeholders may become.

    `columns` tells, per declared relation, which columns it really has; a relation that is not
    in it is taken to have all of the contract's. `fixtures` are rows that stand for a model;
    `broken` relations are declared but cannot be read, with the reason; `functions` are those
    that the project vouches for.
    """

    relations: Mapping[str, Relation]
    columns: Mapping[str, frozenset[str]]
    models: Mapping[str, str]
    dialect: str
    fixtures: Mapping[str, Relation] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()

    def mapped(self, name: str) -> bool:
        """Whether the project has the relation, or the `relation.column`."""
        relation, _, column = name.partition(".")
        if relation not in self.relations or relation in self.broken:
            return False
        return not column or column in self.available(relation)

    def available(self, name: str) -> frozenset[str]:
        """The columns that the project has for a relation."""
        relation = self.relations.get(name)
        if relation is None:
            return frozenset()
        if relation.rows is not None or relation.source is None:
            return frozenset(relation.columns or RELATIONS[name])
        known = self.columns.get(name)
        if known is not None:
            return known
        return frozenset(relation.columns or RELATIONS[name])


def lacking(name: str) -> NotComputableError:
    """What to say when a project lacks a `relation` or a `relation.column` that is needed."""
    relation, dot, column = name.partition(".")
    columns = "{columns: …}" if dot else "…"
    what = f"has no column `{column}`" if dot else "is not declared"
    hint = f"map it under `relations: {{{relation}: {columns}}}` in recsql.yml"
    error = NotComputableError(f"relation `{relation}` {what}", None, hint)
    error.lacks = name
    return error


def may_lack(name: str, column: str, inputs: Inputs) -> bool:
    """Whether SQL with these inputs sees a NULL where the project has no such column."""
    return name in inputs.optional or f"{name}.{column}" in inputs.optional
