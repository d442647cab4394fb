"""Rows and tables that recsql supplies itself, as SELECTs with the contract's columns and types."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from recsql.compile import dialects
from recsql.model import Relation
from recsql.project.contract import RELATIONS


def empty(name: str, columns: list[str]) -> exp.Expr:
    """A relation that is not there: its columns, typed, and no row."""
    nothing = exp.select(exp.alias_(exp.Literal.number(1), "one")).subquery("nothing")
    nulls = [null(name, column) for column in columns]
    return exp.select(*nulls).from_(nothing).where("1 = 0")


def null(name: str, column: str) -> exp.Expr:
    """A relation's column without a value, of the contract's type."""
    known = RELATIONS.get(name, {}).get(column)
    kind = "varchar" if known is None else known.type
    return exp.alias_(exp.cast(exp.null(), kind, dialect=dialects.CANONICAL), column)


def rows_select(relation: Relation, types: Mapping[str, str] | None = None) -> exp.Expr:
    """The rows that recsql supplies for a relation, as a SELECT with the contract's types.

    Columns that no contract knows have the types that are given, or those of their values.
    """
    if types is None:
        return rows_of(relation)
    values = relation.rows or ()
    table = exp.values([tuple(map(exp.convert, row)) for row in values], "given", [*types])
    source = table if values else empty(relation.name, [*types])
    cells = [_typed(exp.column(name), kind, name) for name, kind in types.items()]
    return exp.select(*cells).from_(source if values else exp.Subquery(this=source, alias="given"))


def typed_select(table: str, types: Mapping[str, str], present: frozenset[str]) -> exp.Select:
    """A table's columns, cast to types of DuckDB's; those that it has not are NULL."""
    cells = [
        _typed(exp.column(name, table="given") if name in present else exp.null(), kind, name)
        for name, kind in types.items()
    ]
    return exp.select(*cells).from_(exp.to_table(table).as_("given"))


def _typed(cell: exp.Expr, kind: str, name: str) -> exp.Expr:
    return exp.alias_(exp.cast(cell, kind, dialect=dialects.CANONICAL), name)


def rows_of(relation: Relation, columns: list[str] | None = None) -> exp.Expr:
    """Rows that recsql supplies, as VALUES; the contract's columns are cast to their types."""
    names = list(relation.columns or RELATIONS[relation.name])
    wanted = names if columns is None else columns
    rows = relation.rows or ()
    nameless = relation.name not in RELATIONS
    typed = [name for i, name in enumerate(names) if any(row[i] is not None for row in rows)]
    types = {name: _type_of(relation.name, name) for name in wanted}
    if not rows:
        return empty(relation.name, wanted)
    listed = typed or names[:1]
    places = [names.index(name) for name in listed]
    cells_of = [tuple(exp.convert(row[i]) for i in places) for row in rows]
    values = exp.values(cells_of, "given", listed)
    cells = []
    for name in wanted:
        cell: exp.Expr = exp.column(name, table="given") if name in listed else exp.null()
        kind = None if nameless and name in typed else types[name]
        if kind is not None:
            cell = exp.cast(cell, kind, dialect=dialects.CANONICAL)
        cells.append(exp.alias_(cell, name))
    return exp.select(*cells).from_(values)


def _type_of(relation: str, column: str) -> str | None:
    """A contract column's type; in a mocked model, the type that any relation gives the name."""
    if relation in RELATIONS:
        known = RELATIONS[relation].get(column)
        return None if known is None else known.type
    return next((kinds[column].type for kinds in RELATIONS.values() if column in kinds), None)
