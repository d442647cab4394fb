"""What a table may mean: a relation's mapping, with how sure it is, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from recsql.errors import Location
from recsql.model import Relation, Text
from recsql.project.contract import RELATIONS
from recsql.scaffold.found import Table

PLACE = Location("recsql.yml")
"""Where a proposed text will stand."""


class Level(IntEnum):
    """How sure a proposal is; what each word means is told wherever it is shown."""

    GUESS = 1
    LIKELY = 2
    SURE = 3

    @property
    def word(self) -> str:
        """The level as people read it."""
        return self.name.lower()


MEANINGS: Mapping[Level, str] = {
    Level.SURE: "a known layout, or a known name with a type that fits",
    Level.LIKELY: "a usual other name, or a name that fits with a type that has to be converted",
    Level.GUESS: "made up of other columns, or a name that often means something else",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A column's expression, how sure it is, and what a look at the rows said."""

    sql: str
    level: Level
    note: str = ""
    raw: bool = False
    """Whether the expression is a column of the table as it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """A relation's proposed mapping; `table` is where its rows come from, for messages."""

    relation: str
    table: Table
    source: str
    columns: Mapping[str, Choice]
    level: Level
    why: str
    where: str | None = None
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = field(default=())
    """Tables that could be meant, too."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The contract's columns that it does not have."""
        return tuple(name for name in RELATIONS[self.relation] if name not in self.columns)

    def as_relation(self) -> Relation:
        """The mapping as the project would have it."""
        return Relation(
            self.relation,
            Text(self.source, PLACE),
            {name: Text(choice.sql, PLACE) for name, choice in self.columns.items()},
            None if self.where is None else Text(self.where, PLACE),
        )


def complete(relation: str, columns: Mapping[str, object]) -> bool:
    """Whether a relation's needed columns are there; outcomes need a key or a user, too."""
    needed = all(name in columns for name, c in RELATIONS[relation].items() if c.required)
    return needed and (relation != "outcomes" or "key" in columns or "user_id" in columns)


def weakest(relation: str, columns: Mapping[str, Choice]) -> Level:
    """The least sure of a relation's needed columns."""
    needed = [
        choice.level
        for name, choice in columns.items()
        if RELATIONS[relation][name].required or (relation == "outcomes" and name == "key")
    ]
    return min(needed, default=Level.LIKELY)
