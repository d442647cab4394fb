"""What a check reads, over its own SQL, its rows and all models below, and what can be missing.

Everything is rendered as for a project that maps every relation; an input can be missing where
the SQL that a project without it gets does not ask for it, or allows for its absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from recsql.compile import dialects, relations
from recsql.compile.compiler import Compiler, table_names
from recsql.compile.moment import Moment, Policy, Rendered
from recsql.compile.sources import Sources, may_lack
from recsql.model import Catalog, Check, Inputs, Model, Value
from recsql.project.contract import MAPPABLE, RELATIONS

_DAY = 86400.0
_MOMENT = Moment(datetime(2026, 1, 1, tzinfo=UTC), 28 * _DAY, 56 * _DAY)

Statements = tuple[tuple[Rendered, Inputs], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A check's models, inputs and variables.

    `direct` and `own_variables` are what the check's own SQL names; `missable` are the inputs,
    as `relation` or `relation.column`, that a project can lack. `degraded` and `notes` say in a
    sentence what an input costs that is missing; the first turn a failure into a warning.
    """

    models: tuple[Model, ...]
    direct: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    missable: frozenset[str]
    degraded: Mapping[str, str]
    notes: Mapping[str, str]
    variables: tuple[str, ...]
    own_variables: tuple[str, ...]


@dataclass(slots=True)
class Reader:
    """Reads the checks of one catalog; what two checks share is rendered and parsed once.

    `functions` are those that the project vouches for.
    """

    catalog: Catalog
    variables: Mapping[str, Value]
    functions: frozenset[str] = frozenset()
    _compilers: dict[str, Compiler] = field(default_factory=dict)
    _columns: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def read(self, check: Check) -> Reading:
        """What the check reads; raises `CompileError` or `UpstreamError` when it is broken."""
        whole = self._without("")
        statements = whole.statements_of(check)
        own = statements[: 1 if check.rows_sql is None else 2]
        inputs = [inputs for _, inputs in statements]
        return Reading(
            models=whole.models_of(check),
            direct=_all(rendered.models for rendered, _ in own),
            columns=self._read_by(statements),
            missable=frozenset(self._missable(check, self._read_by(statements))),
            degraded={k: v for each in inputs for k, v in each.degraded_without.items()},
            notes={k: v for each in inputs for k, v in each.notes_without.items()},
            variables=_all(rendered.variables for rendered, _ in statements),
            own_variables=_all(rendered.variables for rendered, _ in own),
        )

    def _without(self, lacking: str) -> Compiler:
        """A compiler for a project that lacks one relation or column; none for an empty name."""
        if lacking not in self._compilers:

            def mapped(name: str) -> bool:
                return lacking not in (name, name.partition(".")[0])

            policy = Policy(_MOMENT, self.variables, mapped)
            sources = Sources({}, {}, table_names(self.catalog), dialects.CANONICAL)
            self._compilers[lacking] = Compiler(self.catalog, policy, sources)
        return self._compilers[lacking]

    def _columns_of(self, rendered: Rendered) -> Mapping[str, tuple[str, ...]]:
        if rendered.sql not in self._columns:
            found: dict[str, tuple[str, ...]] = {}
            if rendered.relations:
                known = self.functions
                tree = dialects.parse(rendered.sql, rendered.source, functions=known)
                for name, columns in relations.columns_read(tree):
                    found[name] = _all((found.get(name, ()), columns))
            self._columns[rendered.sql] = found
        return self._columns[rendered.sql]

    def _read_by(self, statements: Statements) -> Mapping[str, tuple[str, ...]]:
        """Relation → the columns read, both in the contract's order."""
        read: dict[str, set[str]] = {}
        for rendered, _ in statements:
            for name, columns in self._columns_of(rendered).items():
                read.setdefault(name, set()).update(columns)
        return {
            name: tuple(column for column in RELATIONS[name] if column in read[name])
            for name in MAPPABLE
            if name in read
        }

    def _missable(self, check: Check, read: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
        """What the verdict can do without; what only its rows need, it can."""
        verdict = replace(check, rows_sql=None)
        statements = self._without("").statements_of(verdict)
        asked = {name for rendered, _ in statements for name in rendered.asked}
        for relation, columns in read.items():
            lacking = self._without(relation).statements_of(verdict)
            if not any(_asks_for(relation, *statement) for statement in lacking):
                yield relation
            for column in columns:
                name = f"{relation}.{column}"
                lacking = (
                    self._without(name).statements_of(verdict) if name in asked else statements
                )
                if not self._needed(relation, column, lacking):
                    yield name

    def _needed(self, relation: str, column: str, statements: Statements) -> bool:
        return any(
            f"{relation}.{column}" in inputs.requires
            or (
                column in self._columns_of(rendered).get(relation, ())
                and not may_lack(relation, column, inputs)
            )
            for rendered, inputs in statements
        )


def _asks_for(relation: str, rendered: Rendered, inputs: Inputs) -> bool:
    read = relation in rendered.relations and relation not in inputs.optional
    return read or relation in inputs.requires


def _all(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Every name once, in order of first use."""
    return tuple(dict.fromkeys(name for group in names for name in group))
