"""From tables to a proposal: layouts first, then names, then a look at the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from recsql.compile import dialects, relations
from recsql.compile.sources import Sources
from recsql.errors import RecsqlError
from recsql.project.contract import RELATIONS
from recsql.scaffold.found import Family, Table, ordered
from recsql.scaffold.guessing import guessed
from recsql.scaffold.known import Known
from recsql.scaffold.layouts import filled_form, recognised
from recsql.scaffold.looking import epoch, looked_at
from recsql.scaffold.match import Choice, Level, Match
from recsql.warehouses.base import Warehouse

_UNITS = (("micros", 1), ("_us", 1), ("millis", 1_000), ("_ms", 1_000))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What tables may mean; `layouts` says which sources were recognised, and by which table."""

    matches: Mapping[str, Match]
    layouts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def proposed(
    tables: Iterable[Table], known: Known, dialect: str, warehouse: Warehouse | None, root: Path
) -> Proposal:
    """The mapping that is proposed; without a warehouse nobody looked at a row."""
    found = ordered(tables)
    seen = recognised(known.layouts, found, dialect)
    matches: dict[str, Match] = {}
    for layout in seen:
        for match in layout.matches:
            matches.setdefault(match.relation, match)
    matches |= guessed(found, known, matches, dialect)
    if warehouse is not None:
        looked = looked_at(matches, warehouse, known, root)
        matches, dropped = dict(looked.matches), looked.dropped
    else:
        matches, dropped = _unseen(matches, dialect)
    return Proposal(
        matches,
        tuple(f"{layout.layout.title}, by {layout.anchor.source}" for layout in seen),
        tuple(f"{s.layout.title}: {note}." for s in seen for note in s.layout.notes),
        dropped,
    )


def _unseen(matches: Mapping[str, Match], dialect: str) -> tuple[dict[str, Match], tuple[str, ...]]:
    """Proposals that nobody has tried: times are converted as far as their types tell."""
    kept: dict[str, Match] = {}
    dropped = []
    for name, match in matches.items():
        columns = {
            column: _dated(match, column, choice, dialect)
            for column, choice in match.columns.items()
        }
        found = replace(match, columns=columns)
        relation = found.as_relation()
        sources = Sources({name: relation}, {}, {}, dialect)
        try:
            dialects.generate(relations.mapped_select(relation, list(columns), sources), dialect)
            kept[name] = found
        except RecsqlError as error:
            dropped.append(f"{name} of {match.table.source}: {error.message}")
    return kept, tuple(dropped)


def _dated(match: Match, name: str, choice: Choice, dialect: str) -> Choice:
    if not choice.raw or RELATIONS[match.relation][name].type != "timestamp":
        return choice
    column = match.table.column(choice.sql.strip('"`'))
    family = Family.UNKNOWN if column is None else column.family
    if column is not None and family in (Family.INTEGER, Family.NUMBER):
        scale = next((s for end, s in _UNITS if end in column.name.lower()), 1_000_000)
        found = epoch(choice, scale, dialect)
        return replace(found, level=Level.GUESS, note=f"taken for {found.note}: look at a value")
    if family is Family.TEXT:
        sql = filled_form("cast(_1 as timestamp)", choice.sql, dialect)
        return Choice(sql, Level.GUESS, "taken for an ISO instant: look at a value")
    return choice
