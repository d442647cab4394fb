"""Sources whose tables are known (layouts.yml): found by their columns, written in any dialect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recsql.compile import dialects
from recsql.errors import RecsqlError
from recsql.model import Text
from recsql.project.contract import RELATIONS
from recsql.scaffold.found import Table, quoted
from recsql.scaffold.known import Alternative, Layout, Part, squeezed
from recsql.scaffold.match import PLACE, Choice, Level, Match, complete, weakest

_HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A layout that was recognised, and what its tables make."""

    layout: Layout
    anchor: Table
    matches: tuple[Match, ...]


def recognised(
    layouts: Iterable[Layout], tables: Iterable[Table], dialect: str
) -> tuple[Seen, ...]:
    """The layouts whose anchor is among the tables; a table anchors the first that it fits."""
    taken: set[str] = set()
    seen = []
    everything = tuple(tables)
    for layout in layouts:
        fitting = (t for t in everything if t.source not in taken and _is_anchor(t, layout))
        anchor = next(fitting, None)
        if anchor is None:
            continue
        taken.add(anchor.source)
        beside = {squeezed(t.name): t for t in everything if t.schema == anchor.schema}
        scene = _Scene(layout, anchor, beside, dialect)
        matches = (_match(name, parts, scene) for name, parts in layout.relations.items())
        seen.append(Seen(layout, anchor, tuple(m for m in matches if m is not None)))
    return tuple(seen)


@dataclass(frozen=True, slots=True)
class _Scene:
    layout: Layout
    anchor: Table
    beside: Mapping[str, Table]
    dialect: str

    def table(self, name: str) -> Table | None:
        """A table beside the anchor, in the singular or the plural."""
        if name in ("", "anchor"):
            return self.anchor
        plain = squeezed(name)
        return self.beside.get(plain) or self.beside.get(f"{plain}s")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A part in the target's dialect."""

    table: Table
    source: str
    where: str | None
    columns: Mapping[str, Choice]


def _is_anchor(table: Table, layout: Layout) -> bool:
    names = {column.name.lower() for column in table.columns}
    wanted = squeezed(layout.table)
    named = not wanted or squeezed(table.name) in (wanted, f"{wanted}s")
    return named and names.issuperset(layout.columns)


def _match(relation: str, parts: tuple[Part, ...], scene: _Scene) -> Match | None:
    ready = [found for found in (_ready(part, scene) for part in parts) if found is not None]
    ready = [part for part in ready if complete(relation, part.columns)]
    if not ready:
        return None
    first = ready[0]
    source, where, columns = first.source, first.where, first.columns
    if len(ready) > 1:
        names = [n for n in RELATIONS[relation] if any(n in part.columns for part in ready)]
        source, where = _union(names, ready, scene.dialect), None
        levels = {n: min(p.columns[n].level for p in ready if n in p.columns) for n in names}
        columns = {name: Choice(name, levels[name]) for name in names}
    level = min(Level.SURE, weakest(relation, columns))
    why = f"{scene.layout.title}'s layout"
    return Match(relation, first.table, source, columns, level, why, where, scene.layout.notes)


def _ready(part: Part, scene: _Scene) -> _Ready | None:
    table = scene.table(part.table)
    if table is None:
        return None
    source: str | None = table.source
    if part.source is not None:
        source = _filled_source(part.source, scene)
    if source is None:
        return None
    columns = {}
    for name, alternatives in part.columns.items():
        choice = next(_choices(alternatives, table, scene.dialect), None)
        if choice is not None:
            columns[name] = choice
    where = None
    if part.where:
        where = _filled(part.where, table, scene.dialect)
        if where is None:
            return None
    return _Ready(table, source, where, columns)


def _choices(alternatives: Iterable[Alternative], table: Table, dialect: str) -> Iterator[Choice]:
    for alternative in alternatives:
        own = alternative.forms.get(dialect)
        text = own if own is not None else alternative.forms.get("")
        filled = None if text is None else _filled(text, table, dialect, native=own is not None)
        if text is not None and filled is not None:
            level = Level.GUESS if alternative.guess else Level.SURE
            yield Choice(filled, level, raw=bool(_HOLE.fullmatch(text)))


def _filled(text: str, table: Table, dialect: str, *, native: bool = False) -> str | None:
    """An expression with the table's columns in it; None where it lacks one."""
    columns = {name: table.column(name) for name in _HOLE.findall(text)}
    if None in columns.values():
        return None
    names = {name: column.name for name, column in columns.items() if column is not None}
    if _HOLE.fullmatch(text) or native:
        return _HOLE.sub(lambda hole: quoted(names[hole[1]], dialect), text)
    canonical = _HOLE.sub(lambda hole: quoted(names[hole[1]], dialects.CANONICAL), text)
    return written(canonical, dialect)


def written(text: str, dialect: str) -> str:
    """An expression in DuckDB SQL as another dialect writes it; as it is where that fails."""
    if dialect == dialects.CANONICAL and "rs_" not in text:
        return text
    try:
        tree = dialects.parse(f"select {text}", Text(text, PLACE))
        return " ".join(dialects.generate(tree, dialect).split()).removeprefix("SELECT ")
    except RecsqlError:
        return text


def filled_form(text: str, sql: str, dialect: str) -> str:
    """A form in DuckDB SQL, with `_1` for what stands in it, around SQL of another dialect."""
    return written(text, dialect).replace("_1", sql)


def _filled_source(source: Alternative, scene: _Scene) -> str | None:
    text = source.forms.get(scene.dialect) or source.forms.get("")
    if text is None:
        return None
    tables = {name: scene.table(name) for name in _HOLE.findall(text)}
    names = {name: table.source for name, table in tables.items() if table is not None}
    if len(names) < len(tables):
        return None
    return _HOLE.sub(lambda hole: names[hole[1]], text)


def _union(names: list[str], parts: list[_Ready], dialect: str) -> str:
    selects = []
    for part in parts:
        items = []
        for name in names:
            choice = part.columns.get(name)
            null = written(f"cast(null as {_type(name)})", dialect)
            items.append(f"{null if choice is None else choice.sql} as {name}")
        where = "" if part.where is None else f"\nwhere {part.where}"
        listed = ",\n    ".join(items)
        selects.append(f"select\n    {listed}\nfrom {part.source}{where}")
    return "\nunion all\n".join(selects)


def _type(name: str) -> str:
    return next(kinds[name].type for kinds in RELATIONS.values() if name in kinds)
