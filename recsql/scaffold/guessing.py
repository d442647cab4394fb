"""Tables without a known layout: which relation they may be, by their names and types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from recsql.project.contract import RELATIONS
from recsql.scaffold.found import Column, Family, Table, quoted
from recsql.scaffold.known import Known, KnownColumn, KnownRelation, squeezed
from recsql.scaffold.layouts import filled_form
from recsql.scaffold.match import Choice, Level, Match, complete, weakest

_FIRST_WORDS = {"stg", "fct", "fact", "dim", "raw", "int", "base", "src", "mart", "v", "vw"}
_FITS: Mapping[str, Mapping[Family, Level]] = {
    "timestamp": {
        Family.TIME: Level.SURE,
        Family.UNKNOWN: Level.SURE,
        Family.DAY: Level.LIKELY,
        Family.INTEGER: Level.LIKELY,
        Family.NUMBER: Level.LIKELY,
        Family.TEXT: Level.LIKELY,
    },
    "varchar": {
        Family.TEXT: Level.SURE,
        Family.INTEGER: Level.SURE,
        Family.UNKNOWN: Level.SURE,
        Family.NUMBER: Level.LIKELY,
    },
    "bigint": {
        Family.INTEGER: Level.SURE,
        Family.UNKNOWN: Level.SURE,
        Family.NUMBER: Level.LIKELY,
        Family.TRUTH: Level.LIKELY,
    },
    "double": {
        Family.NUMBER: Level.SURE,
        Family.INTEGER: Level.SURE,
        Family.UNKNOWN: Level.SURE,
    },
    "boolean": {
        Family.TRUTH: Level.SURE,
        Family.UNKNOWN: Level.SURE,
        Family.INTEGER: Level.LIKELY,
    },
}
"""How sure a name is, at most, with a type of that family; the others do not fit."""

_KEYED = ("events",)
"""Relations with a key and a login, where a login alone has to be the key."""

_ENOUGH = 3
"""Needed columns that must be surely there before a table counts whatever it is called."""


def guessed(
    tables: Iterable[Table], known: Known, taken: Mapping[str, Match], dialect: str
) -> dict[str, Match]:
    """The best table for each relation that has none yet; a table serves one relation."""
    everything = tuple(tables)
    used = {match.table.source for match in taken.values()}
    found = [
        match
        for name, relation in known.relations.items()
        if name not in taken
        for table in everything
        if (match := _match(name, relation, table, dialect)) is not None
    ]
    found.sort(key=_rank)
    best: dict[str, Match] = {}
    for match in found:
        if match.relation not in best and match.table.source not in used:
            others = [
                m.table.source
                for m in found
                if m.relation == match.relation and m.table is not match.table
            ]
            best[match.relation] = replace(match, others=tuple(others[:3]))
            used.add(match.table.source)
    return best


def _rank(match: Match) -> tuple[int, int, int, str]:
    """The surest first; then the one with most columns."""
    levels = sum(choice.level for choice in match.columns.values())
    return -match.level, -weakest(match.relation, match.columns), -levels, match.table.source


def _match(name: str, relation: KnownRelation, table: Table, dialect: str) -> Match | None:
    named = _named(table.name, relation.tables)
    columns = dict(_chosen(name, relation, table, dialect))
    surely = sum(
        choice.level is Level.SURE
        for column, choice in columns.items()
        if RELATIONS[name][column].required
    )
    if named is None and surely < _ENOUGH:
        return None
    if name in _KEYED and "key" not in columns and "user_id" in columns:
        login = columns.pop("user_id")
        columns["key"] = Choice(
            login.sql, Level.LIKELY, "the only id of a person there is", raw=True
        )
    columns |= _made_up(name, columns, table, dialect)
    if not complete(name, columns) or not any(c.raw for c in columns.values()):
        return None
    columns = {column: columns[column] for column in RELATIONS[name] if column in columns}
    level = min(named or Level.GUESS, weakest(name, columns))
    why = f"the table's name and {surely} of its columns" if named else f"{surely} of its columns"
    return Match(name, table, table.source, columns, level, why)


def _named(name: str, known: tuple[str, ...]) -> Level | None:
    """How well a table's name fits: as it is, or as the end of a longer one."""
    words = [word for word in re.split(r"[^a-z0-9]+", _snake(name)) if word]
    while len(words) > 1 and words[0] in _FIRST_WORDS:
        words = words[1:]
    endings = {"".join(words[i:]).rstrip("s") for i in range(len(words))}
    whole = "".join(words).rstrip("s")
    wanted = {squeezed(table).rstrip("s") for table in known}
    if whole in wanted:
        return Level.SURE
    return Level.LIKELY if endings & wanted else None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _chosen(
    name: str, relation: KnownRelation, table: Table, dialect: str
) -> Iterator[tuple[str, Choice]]:
    """Each column's best source: sure names first; a source column is used once."""
    free = {squeezed(column.name): column for column in table.columns}
    left = dict(relation.columns)
    for surest in (Level.SURE, Level.LIKELY):
        for column, known in list(left.items()):
            choice = _choice(column, known, RELATIONS[name][column].type, free, surest)
            if choice is not None:
                source, level = choice
                del free[squeezed(source.name)], left[column]
                yield column, Choice(quoted(source.name, dialect), level, raw=True)


def _choice(
    column: str, known: KnownColumn, kind: str, free: Mapping[str, Column], surest: Level
) -> tuple[Column, Level] | None:
    names = (column, *known.names) if surest is Level.SURE else known.maybe
    for name in names:
        source = free.get(squeezed(name))
        fits = None if source is None else _FITS[kind].get(source.family)
        if source is not None and fits is not None:
            return source, min(surest, fits)
    return None


def _made_up(
    name: str, columns: Mapping[str, Choice], table: Table, dialect: str
) -> dict[str, Choice]:
    """Ids and types that a table without them can do with."""
    found: dict[str, Choice] = {}
    if name == "events" and "event_type" not in columns:
        found["event_type"] = Choice(f"'{_word_of(table.name)}'", Level.GUESS, "a constant")
    if name == "outcomes" and "type" not in columns:
        found["type"] = Choice("'purchase'", Level.LIKELY, "a constant, by the table's name")
    made_of = {
        "events": ("event_id", ("key", "event_ts", "event_type", "item_id")),
        "outcomes": ("outcome_id", ("key", "user_id", "ts", "item_id")),
    }
    column, parts = made_of.get(name, ("", ()))
    if column and column not in columns:
        known = [{**columns, **found}[part].sql for part in parts if part in {**columns, **found}]
        note = "the table has no id: rows that agree in all of these count once"
        found[column] = Choice(together(known, dialect), Level.GUESS, note)
    return found


def _word_of(name: str) -> str:
    """The kind of event that a table's name speaks of."""
    words = _snake(name)
    return next((word for word in ("click", "cart", "purchase") if word in words), "view")


def together(parts: Iterable[str], dialect: str) -> str:
    """An id made of several columns, in the target's dialect."""
    form = "coalesce(cast(_1 as varchar), '')"
    return " || '|' || ".join(filled_form(form, part, dialect) for part in parts)
