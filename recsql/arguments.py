"""What a parametrised check is made of: its template, its arguments, and the template filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recsql.errors import Location
from recsql.model import Explanation, Inputs, Metric, Scalar, Text


class SourceKind(StrEnum):
    """What a check reads: a relation, a model, or a table of the warehouse."""

    RELATION = "relation"
    MODEL = "model"
    TABLE = "table"


class Kind(StrEnum):
    """What an argument may be."""

    COLUMN = "column"
    COLUMNS = "columns"
    EXPRESSION = "expression"
    VALUE = "value"
    VALUES = "values"
    FLAG = "flag"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of SQL that somebody wrote, in the dialect in which they say it is."""

    text: Text
    dialect: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A relation or a model by its name, or a table, table function or SELECT of the warehouse."""

    kind: SourceKind
    text: Text


Given = Scalar | Expression | Source | tuple[Scalar, ...] | tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a template; `aliases` are the names that other tools have for it."""

    name: str
    kind: Kind
    required: bool = False
    default: Scalar = None
    summary: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A check with holes: its SQL sees the arguments by name, and `source`, `where`, `segments`."""

    name: str
    summary: str
    sql: Text
    rows_sql: Text | None
    arguments: Mapping[str, Argument]
    metrics: tuple[Metric, ...]
    location: Location
    inputs: Inputs = field(default_factory=Inputs)
    sentences: tuple[str, ...] = ()
    next: str = ""
    explanation: Explanation = field(default_factory=Explanation)
    on_empty: str = "unknown"
    overrides: str | None = None
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Filled(Text):
    """A template's text with the values of its arguments; `used_at` is where a check uses it."""

    given: Mapping[str, Given]
    used_at: Location

    def written(self) -> tuple[Text, ...]:
        """The texts that the user wrote, and that an error may be about."""
        every: list[Given] = []
        for value in self.given.values():
            every += value if isinstance(value, tuple) else [value]
        return tuple(value.text for value in every if isinstance(value, Expression | Source))
