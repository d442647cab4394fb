"""One list of CTEs for a statement: those of its sub-selects move there, each before its reader.

ClickHouse does not always find a CTE that is written inside another one; for Spark sqlglot moves
them to the top, where two of one name would clash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlglot import exp


def lift(tree: exp.Expr) -> None:
    """Move the CTEs of all sub-selects up; one whose name is taken gets another. In place."""
    while (inner := next(_inner(tree), None)) is not None:
        query = cast("exp.Query", inner.parent)
        _make_apart(tree, query, inner)
        key = str(inner.arg_key)
        inner.pop()
        own = next((node for node in tree.iter_expressions() if isinstance(node, exp.With)), None)
        if own is None:
            tree.set(key, exp.With(expressions=inner.expressions))
        else:
            place = _place(own, query)
            before, after = own.expressions[:place], own.expressions[place:]
            own.set("expressions", [*before, *inner.expressions, *after])


def unmask(tree: exp.Query) -> None:
    """Rename each CTE that is read beside another table of its name. In place.

    `from a as c join c as d` means the CTE `c`; ClickHouse takes it for the table `a`.
    """
    for cte in list(tree.find_all(exp.CTE)):
        name, every = cte.alias, list(tree.find_all(exp.Table))
        readers = [table for table in every if table.name == name and not table.db]
        masked = {id(table.parent_select) for table in readers if table.alias_or_name != name}
        others = (table for table in every if table.alias == name and table.name != name)
        if any(id(table.parent_select) in masked for table in others):
            taken = {table.name for table in every} | {o.alias for o in tree.find_all(exp.CTE)}
            _call(cte, next(new for new in _names(name) if new not in taken), readers)


def _inner(tree: exp.Expr) -> Iterator[exp.With]:
    """The lists of sub-selects, outer ones first, but for those that speak of themselves."""
    for found in tree.find_all(exp.With):
        if found.parent is not tree and not found.args.get("recursive"):
            yield found


def _place(own: exp.With, query: exp.Query) -> int:
    """Before which of the statement's own CTEs those of one of its parts must stand."""
    above: set[int] = set()
    node: exp.Expr | None = query
    while node is not None:
        above.add(id(node))
        node = node.parent
    numbered = enumerate(own.expressions)
    return next((i for i, cte in numbered if id(cte) in above), len(own.expressions))


def _make_apart(tree: exp.Expr, query: exp.Query, inner: exp.With) -> None:
    """Give other names to those CTEs of a part that would be taken for something else."""
    ours = {id(table) for table in query.find_all(exp.Table)}
    taken = {cte.alias for cte in tree.find_all(exp.CTE) if cte.parent is not inner}
    taken |= {table.name for table in tree.find_all(exp.Table) if id(table) not in ours}
    for place, one in enumerate(inner.expressions):
        old = one.alias
        name = next(n for n in _names(old) if n not in taken)
        taken.add(name)
        if name != old:
            # itself, and what stands before it, means something else by that name
            blind = {id(table) for cte in inner.expressions[: place + 1] for table in cte.walk()}
            found = _readers(query, old, inner)
            _call(one, name, [table for table in found if id(table) not in blind])


def _call(cte: exp.Expr, name: str, readers: list[exp.Table]) -> None:
    """Give a CTE another name; those who read it go on calling it by the old one."""
    old = cte.alias
    for table in readers:
        table.set("this", exp.to_identifier(name))
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(old)))
    cte.args["alias"].set("this", exp.to_identifier(name))


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _readers(query: exp.Query, name: str, inner: exp.With) -> list[exp.Table]:
    """The tables that mean a CTE by its bare name; not where a deeper list has another."""

    def hidden(node: exp.Expr) -> bool:
        lists = (part for part in node.iter_expressions() if isinstance(part, exp.With))
        return any(cte.alias == name for part in lists if part is not inner for cte in part)

    walked = query.walk(prune=hidden)
    return [n for n in walked if isinstance(n, exp.Table) and n.name == name and not n.db]
