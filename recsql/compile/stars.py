"""What `x.*` stands for, where tables are joined: ClickHouse gives such columns other names.

The columns of CTEs and sub-selects stand in the statement; those of its tables must be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

Names = tuple[str, ...]
Known = Callable[[str], Names | None]
"""The columns of a table of the warehouse by its name; None where they are not known."""


def unknown(_table: str) -> Names | None:
    """Nothing is known of any table."""
    return None


def expand(tree: exp.Expr, known: Known) -> Names | None:
    """Write out each star of a SELECT that joins, as far as it is known; the tree is changed.

    Returns the statement's own columns, or None.
    """
    if not isinstance(tree, exp.Query):
        return None
    try:
        scopes = traverse_scope(tree)
    except SqlglotError:
        return None  # what sqlglot finds wrong, the engine finds wrong in better words
    found: dict[int, Names | None] = {}
    for scope in scopes:
        query = scope.expression
        if isinstance(query, exp.Select) and query.args.get("joins"):
            items = [_written_out(item, scope, found, known) for item in query.expressions]
            query.set("expressions", [column for several in items for column in several])
        found[id(query)] = _names(query, scope, found, known)
    return found.get(id(tree))


def _written_out(
    item: exp.Expr, scope: Scope, found: dict[int, Names | None], known: Known
) -> list[exp.Expr]:
    if isinstance(item, exp.Star) and not any(item.args.values()):
        aliases = list(scope.selected_sources)
    elif isinstance(item, exp.Column) and _is_plain_star(item.this):
        aliases = [item.table]
    else:
        return [item]
    columns: list[exp.Expr] = []
    for alias in aliases:
        names = _of_source(alias, scope, found, known)
        if names is None:
            return [item]
        # quoted, since it is not known whether they had to be
        columns += [
            exp.alias_(exp.column(name, table=alias, quoted=True), name, quoted=True)
            for name in names
        ]
    return columns


def _is_plain_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and not any(node.args.values())


def _names(
    query: exp.Expr, scope: Scope, found: dict[int, Names | None], known: Known
) -> Names | None:
    """The columns of a query whose own sub-queries are known."""
    if isinstance(query, exp.SetOperation):
        return found.get(id(query.this.unnest()))
    if not isinstance(query, exp.Select):
        return None
    names: list[str] = []
    for item in query.expressions:
        several = _names_of_item(item, scope, found, known)
        if several is None:
            return None
        names += several
    return tuple(names)


def _names_of_item(
    item: exp.Expr, scope: Scope, found: dict[int, Names | None], known: Known
) -> Iterable[str] | None:
    if not item.is_star:
        return [item.alias_or_name] if item.alias_or_name else None
    names: list[str] = []
    aliases = [item.table] if isinstance(item, exp.Column) else list(scope.selected_sources)
    for alias in aliases:
        several = _of_source(alias, scope, found, known)
        if several is None:
            return None
        names += several
    return names


def _of_source(
    alias: str, scope: Scope, found: dict[int, Names | None], known: Known
) -> Names | None:
    source = scope.sources.get(alias)
    if isinstance(source, Scope):
        return found.get(id(source.expression))
    return known(source.name) if isinstance(source, exp.Table) else None
