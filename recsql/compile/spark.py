"""What Spark reads otherwise although it is written alike: rewritten in the syntax tree."""

from __future__ import annotations

from itertools import count

from sqlglot import exp


def adapt(tree: exp.Expr) -> None:
    """Rewrite a tree in place so that Spark means what the other engines mean.

    sqlglot moves inner CTEs to the top there, where two of one name would clash: they get names
    of their own.
    """
    taken = {cte.alias for cte in tree.find_all(exp.CTE)}
    inner = [found for found in tree.find_all(exp.With) if found.parent is not tree]
    for found in reversed(inner):  # what lies deeper first: then no other name is like its own
        for cte in found.expressions:
            name = next(new for n in count(2) if (new := f"{cte.alias}_{n}") not in taken)
            taken.add(name)
            _rename(found, cte, name)


def _rename(found: exp.With, cte: exp.CTE, name: str) -> None:
    """A CTE under another name, wherever its query or a later CTE of it reads it."""
    place = found.expressions.index(cte)
    unseen = {id(one) for one in found.expressions[: place if found.recursive else place + 1]}
    query = found.parent
    for table in [] if query is None else list(query.find_all(exp.Table)):
        if table.name != cte.alias or table.args.get("db") is not None:
            continue
        if any(id(above) in unseen for above in _above(table)):
            continue
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(name))
    cte.args["alias"].set("this", exp.to_identifier(name))


def _above(node: exp.Expr) -> list[exp.Expr]:
    found = []
    while (parent := node.parent) is not None:
        found.append(parent)
        node = parent
    return found
