"""A look at a few rows of what is proposed: does it run, are ids ids, and when did it happen?

Never more than the first rows of a table are read, and of what they say only shares, times and
the known words of event types are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recsql.compile import dialects, relations
from recsql.compile.sources import Sources
from recsql.errors import RecsqlError
from recsql.model import Project, Scalar
from recsql.project.contract import RELATIONS
from recsql.runner.probe import probe
from recsql.scaffold.found import Family, quoted
from recsql.scaffold.guessing import together
from recsql.scaffold.known import Known, squeezed
from recsql.scaffold.layouts import filled_form
from recsql.scaffold.match import Choice, Level, Match, complete, weakest
from recsql.warehouses.base import Warehouse

_ROWS = 5_000
_TYPE_ROWS = 200_000
_TYPES = 100
_IDS = {
    "events": "event_id",
    "serving": "request_id",
    "outcomes": "outcome_id",
    "catalogue": "item_id",
}
_EPOCHS = ((1e17, 0.001), (1e14, 1), (1e11, 1_000), (1e8, 1_000_000))
"""Smallest number of its kind since 2001 or so, and the microseconds of one: ns, us, ms, s."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAFE_WORD = re.compile(r"[\w .:/-]+")


@dataclass(frozen=True, slots=True)
class Looked:
    """What can be read of what was proposed, and why the rest cannot."""

    matches: Mapping[str, Match]
    dropped: tuple[str, ...]


def looked_at(
    proposed: Mapping[str, Match], warehouse: Warehouse, known: Known, root: Path
) -> Looked:
    """The proposals that run, with expressions and levels as the first rows suggest."""
    readable, dropped = _readable(proposed, warehouse, root)
    refined: dict[str, Match] = {}
    for name, match in readable.items():
        rows = _sample(match, warehouse)
        refined[name] = _refined(match, rows, warehouse.dialect)
    events = refined.get("events")
    if events is not None:
        types = _types(events, warehouse)
        refined["events"] = _worded(events, types, known)
        if "outcomes" not in refined:
            bought = _bought(events, types, known, warehouse.dialect)
            refined |= {} if bought is None else {"outcomes": bought}
    final, later = _readable(refined, warehouse, root)
    return Looked(final, (*dropped, *later))


def _readable(
    proposed: Mapping[str, Match], warehouse: Warehouse, root: Path
) -> tuple[dict[str, Match], tuple[str, ...]]:
    """What the warehouse accepts; no row is read."""
    mapping = {name: match.as_relation() for name, match in proposed.items()}
    seen = probe(Project(root, "init", "init", relations=mapping), warehouse)
    kept: dict[str, Match] = {}
    dropped = []
    for name, match in proposed.items():
        columns = seen.columns.get(name, frozenset())
        found = {column: choice for column, choice in match.columns.items() if column in columns}
        if name in seen.broken:
            dropped.append(f"{name} of {match.table.source}: {seen.broken[name]}")
        elif not complete(name, found):
            lost = ", ".join(column for column in match.columns if column not in columns)
            dropped.append(f"{name} of {match.table.source}: cannot read {lost}")
        else:
            kept[name] = replace(match, columns=found)
    return kept, tuple(dropped)


def _sources(match: Match, dialect: str) -> Sources:
    return Sources({match.relation: match.as_relation()}, {}, {}, dialect)


def _first_rows(match: Match, names: list[str], rows: int, dialect: str) -> str:
    """The first rows of a proposed mapping, as SQL."""
    relation = match.as_relation()
    select = relations.mapped_select(relation, names, _sources(match, dialect))
    return dialects.generate(dialects.limited(select, rows), dialect)


def _sample(match: Match, warehouse: Warehouse) -> Mapping[str, list[Scalar]]:
    """The values by column; nothing where a look is refused."""
    names = list(match.columns)
    try:
        rows = warehouse.query(_first_rows(match, names, _ROWS, warehouse.dialect)).rows
    except RecsqlError:
        return {}
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _refined(match: Match, values: Mapping[str, list[Scalar]], dialect: str) -> Match:
    columns: dict[str, Choice] = {}
    for name, choice in match.columns.items():
        found: Choice | None = choice
        if choice.raw and RELATIONS[match.relation][name].type == "timestamp":
            found = _time(match, choice, values.get(name, []), dialect)
        if found is not None:
            is_time = RELATIONS[match.relation][name].type == "timestamp"
            columns[name] = _noted(found, values.get(name, []), is_time=is_time)
    column = _IDS.get(match.relation)
    if column in columns:
        columns[column] = _id(match, columns, values.get(column, []), dialect)
    level = min(match.level, weakest(match.relation, columns))
    return replace(match, columns=columns, level=level)


def _time(match: Match, choice: Choice, values: Sequence[Scalar], dialect: str) -> Choice | None:
    """A time column as an instant; None where its values are none."""
    found = match.table.column(choice.sql.strip('"`'))
    family = Family.UNKNOWN if found is None else found.family
    known = [value for value in values if value is not None]
    if family is Family.DAY:
        return replace(choice, note="days only: ages of less than a day are not seen")
    if family in (Family.INTEGER, Family.NUMBER):
        numbers = [value for value in known if isinstance(value, int | float)]
        return _epoch(choice, max(numbers, default=0), dialect)
    if family is Family.TEXT:
        if not known or not all(_is_instant(value) for value in known):
            return None
        sql = filled_form("cast(_1 as timestamp)", choice.sql, dialect)
        return replace(choice, sql=sql, level=min(choice.level, Level.LIKELY), raw=False)
    return choice


def _epoch(choice: Choice, largest: float, dialect: str) -> Choice | None:
    scale = _scale(largest)
    return None if scale is None else epoch(choice, scale, dialect)


def _scale(number: float) -> float | None:
    """The microseconds of one, for an instant as a number since 1970; None where it is none."""
    return next((scale for least, scale in _EPOCHS if number >= least), None)


def epoch(choice: Choice, scale: float, dialect: str) -> Choice:
    """A number of units of `scale` microseconds since 1970 as an instant."""
    form = (
        "rs_instant(_1)"
        if scale == 1
        else f"rs_instant(cast(cast(_1 as double) * {scale} as bigint))"
    )
    units = {0.001: "nanoseconds", 1: "microseconds", 1_000: "milliseconds"}
    note = f"{units.get(scale, 'seconds')} since 1970"
    level = min(choice.level, Level.LIKELY)
    return Choice(filled_form(form, choice.sql, dialect), level, note)


def _is_instant(value: Scalar) -> bool:
    try:
        datetime.fromisoformat(str(value).replace(" UTC", "+00:00"))
    except ValueError:
        return False
    return True


def _noted(choice: Choice, values: Sequence[Scalar], *, is_time: bool) -> Choice:
    """A choice with the share of NULL among its first rows, and their times.

    All NULL is no proof of what a column means.
    """
    nulls = sum(value is None for value in values)
    told = [choice.note, _span(values) if is_time else ""]
    if nulls:
        share = "all" if nulls == len(values) else f"{nulls / len(values):.1%}"
        told.append(f"NULL in {share} of the {_first(values)}")
    level = Level.GUESS if nulls and nulls == len(values) else choice.level
    return replace(choice, note="; ".join(filter(None, told)), level=level)


def _first(values: Sequence[Scalar]) -> str:
    return "first row" if len(values) == 1 else f"first {len(values):,} rows"


def _span(values: Sequence[Scalar]) -> str:
    """The days of the first and the last of some instants, as text or as numbers since 1970."""
    days = sorted(day for day in map(_day, values) if day is not None)
    if not days:
        return ""
    span = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    return f"{span} in the {_first(values)}"


def _day(value: Scalar) -> str | None:
    if isinstance(value, str):
        return value[:10]
    if not isinstance(value, int | float) or (scale := _scale(value)) is None:
        return None
    try:
        return (_EPOCH + timedelta(microseconds=int(value * scale))).date().isoformat()
    except OverflowError:
        return None


def _id(
    match: Match, columns: Mapping[str, Choice], values: Sequence[Scalar], dialect: str
) -> Choice:
    """An id that is none is put together with the item, or said to be none."""
    column = _IDS[match.relation]
    choice = columns[column]
    known = [value for value in values if value is not None]
    if not known or not choice.raw or len(set(known)) == len(known):
        return choice
    share = 1 - len(set(known)) / len(known)
    note = f"{share:.1%} of the first {len(known):,} rows repeat another's {choice.sql}"
    if match.relation == "outcomes":
        sql = together((choice.sql, columns["item_id"].sql), dialect)
        return Choice(sql, min(choice.level, Level.LIKELY), f"{note}: an order has several items")
    return replace(choice, note=note, level=Level.GUESS if share > 0.5 else choice.level)


def _types(events: Match, warehouse: Warehouse) -> tuple[str, ...]:
    """The event types among the first rows, in alphabetical order."""
    first = _first_rows(events, ["event_type"], _TYPE_ROWS, warehouse.dialect)
    sql = f"select distinct event_type from ({first}) as first_rows limit {_TYPES}"  # noqa: S608
    try:
        rows = warehouse.query(sql).rows
    except RecsqlError:
        return ()
    return tuple(sorted(str(value) for (value,) in rows if value is not None))


def _worded(events: Match, types: Iterable[str], known: Known) -> Match:
    """Events whose types are called as the checks' variables call them."""
    choice = events.columns["event_type"]
    words = {kind: known.words[squeezed(kind)] for kind in types if squeezed(kind) in known.words}
    words = {kind: word for kind, word in words.items() if _SAFE_WORD.fullmatch(kind)}
    if not choice.raw or all(kind == word for kind, word in words.items()):
        return events
    whens = " ".join(f"when '{kind}' then '{word}'" for kind, word in words.items())
    sql = f"case {choice.sql} {whens} else lower({choice.sql}) end"
    return replace(events, columns={**events.columns, "event_type": replace(choice, sql=sql)})


def _bought(events: Match, types: Iterable[str], known: Known, dialect: str) -> Match | None:
    """Outcomes from the purchases among the events, where no table of orders was found."""
    choice = events.columns["event_type"]
    bought = [kind for kind in types if known.words.get(squeezed(kind)) == "purchase"]
    bought = [kind for kind in bought if _SAFE_WORD.fullmatch(kind)]
    if not bought or not choice.raw:
        return None
    listed = ", ".join(f"'{kind}'" for kind in bought)
    columns = {"outcome_id": events.columns["event_id"]}
    columns |= {name: events.columns[name] for name in ("key", "user_id") if name in events.columns}
    columns["ts"] = events.columns["event_ts"]
    columns["type"] = Choice("'purchase'", Level.SURE)
    columns["item_id"] = events.columns["item_id"]
    names = known.relations["outcomes"].columns["revenue"]
    for name in (*names.names, *names.maybe):
        column = events.table.column(name)
        if column is not None and column.family in (Family.NUMBER, Family.INTEGER):
            note = "an event with several pieces is counted as one"
            columns["revenue"] = Choice(quoted(column.name, dialect), Level.LIKELY, note)
            break
    return replace(
        events,
        relation="outcomes",
        columns=columns,
        where=f"{choice.sql} in ({listed})",
        level=min(Level.LIKELY, weakest("outcomes", columns)),
        why="the purchases among the events",
        notes=(),
        others=(),
    )
