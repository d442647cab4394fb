"""The canonical subset: what built-in SQL may use, so that every engine means the same by it.

An allow-list of syntax nodes and functions; each construct outside it was measured to fail or to
differ silently on some engine. It binds recsql's own checks; users' checks are free of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from recsql.compile.dialects import markers

_NODES = """
    Add Alias And Anonymous Avg Between Boolean Case Cast Ceil Coalesce Column Count CTE DataType
    Distinct Div DPipe EQ Exists Exp Floor From Group GT GTE Having Identifier If In Is Join Lag
    Lead Limit Literal Ln Log Lower LT LTE Max Min Mod Mul Neg NEQ Not Null Nullif NullSafeEQ
    NullSafeNEQ Or Order Ordered Paren Pow RowNumber Select Sqrt Star Subquery Sub Substring Sum
    Table TableAlias Trim Tuple Union Upper Values Where Window WindowSpec With Length Abs Var
"""
_ALLOWED = frozenset(getattr(exp, name) for name in _NODES.split())
_TYPES = frozenset({"BIGINT", "DOUBLE", "VARCHAR", "TEXT", "BOOLEAN", "TIMESTAMP", "TIMESTAMPNTZ"})


def breaches(tree: exp.Expr) -> Iterator[str]:
    """A sentence for each construct that does not mean the same on every engine."""
    for node in tree.walk():
        if type(node) not in _ALLOWED:
            yield f"`{type(node).__name__}` is not in the subset: {_shown(node)}"
        elif type(node) in _RULES:
            yield from _RULES[type(node)](node)


def _function(node: exp.Expr) -> Iterator[str]:
    if str(node.this).lower() not in markers():
        yield f"function `{node.this}` is not portable"


def _cast(node: exp.Expr) -> Iterator[str]:
    wanted = node.args["to"]
    name = getattr(wanted.this, "value", str(wanted.this))
    if name not in _TYPES or wanted.expressions:
        yield f"type `{wanted.sql()}` is not one of {', '.join(sorted(_TYPES))}"


def _division(node: exp.Expr) -> Iterator[str]:
    if not _cannot_be_zero(node.args["expression"]):
        yield f"division by a possible 0: {_shown(node)}"


def _cannot_be_zero(divisor: exp.Expr) -> bool:
    inner = divisor.unnest()
    if isinstance(inner, exp.Cast):
        inner = inner.this.unnest()
    if isinstance(inner, exp.Literal):
        return float(inner.name) != 0.0
    if isinstance(inner, exp.Mul):
        return _cannot_be_zero(inner.this) and _cannot_be_zero(inner.expression)
    if isinstance(inner, exp.Add):
        # One plus a variance or a count: the literal keeps the sum away from 0.
        return any(isinstance(side, exp.Literal) for side in (inner.this, inner.expression))
    return isinstance(inner, exp.Nullif)


def _logarithm(node: exp.Expr) -> Iterator[str]:
    if node.args.get("expression") is None:
        yield "`log(x)` is base 10 here and base e elsewhere: write `ln` or `log2`"


def _negation(node: exp.Expr) -> Iterator[str]:
    if isinstance(node.this, exp.In) and node.this.args.get("query"):
        yield "`not in (select …)` differs where there are nulls: write `not exists`"


def _comparison(node: exp.Expr) -> Iterator[str]:
    if isinstance(node.args["expression"], exp.Boolean):
        yield "`is true` and `is not true` differ: write `coalesce(x, false)`"


def _join(node: exp.Expr) -> Iterator[str]:
    if node.args.get("using") or node.args.get("method"):
        yield f"only `join … on` and `left join … on`: {_shown(node)}"
    side, kind = (str(node.args.get(part) or "").lower() for part in ("side", "kind"))
    if side not in ("", "left") or kind not in ("", "inner", "cross", "outer"):
        yield f"only `join` and `left join`, not `{side} {kind}`"


def _window(node: exp.Expr) -> Iterator[str]:
    if node.this.find(exp.Distinct):
        yield "`count(distinct …) over` does not exist everywhere"
    if node.args.get("alias") is not None:
        yield "a named window cannot be written for BigQuery"


def _shown(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")[:80]


_RULES: Mapping[type, Callable[[exp.Expr], Iterator[str]]] = {
    exp.Anonymous: _function,
    exp.Cast: _cast,
    exp.Div: _division,
    exp.Log: _logarithm,
    exp.Not: _negation,
    exp.Is: _comparison,
    exp.Join: _join,
    exp.Window: _window,
}
