"""The canonical subset: what built-in SQL may use, so that every engine means the same by it.

An allow-list of syntax nodes and functions, each construct outside it measured to fail or to
differ silently on some engine. It binds recsql's own checks; users' checks are free of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from recsql.compile.dialects import markers

_NODES = (
    "Add Alias And Anonymous Avg Between Boolean Case Cast Ceil Coalesce Column Count CTE DataType "
    "Distinct Div DPipe EQ Exists Exp Except Floor From Group GT GTE Having Identifier If In Is "
    "Join Lag Lead Limit Literal Ln Lower LT LTE Max Min Mod Mul Neg NEQ Not Null Nullif Or Order "
    "Ordered Paren Pow RowNumber Select Sqrt Star Subquery Sub Substring Sum Table TableAlias Trim "
    "Tuple Union Upper Values Where Window WindowSpec With Length Abs Intersect NullSafeEQ NullSafeNEQ "
    "Log Var"
).split()
_ALLOWED = frozenset(getattr(exp, name) for name in _NODES if hasattr(exp, name))

_TYPES = frozenset({"BIGINT", "DOUBLE", "VARCHAR", "TEXT", "BOOLEAN", "TIMESTAMP", "TIMESTAMPNTZ"})


def breaches(tree: exp.Expr) -> Iterator[str]:
    """A sentence for each construct that does not mean the same on every engine."""
    for node in tree.walk():
        yield from _breaches_of(node)


def _breaches_of(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.Anonymous):
        if str(node.this).lower() not in markers():
            yield f"function `{node.this}` is not portable"
    elif type(node) not in _ALLOWED:
        yield f"`{type(node).__name__}` is not in the subset: {node.sql(dialect='duckdb')[:60]}"
    if isinstance(node, exp.Cast):
        kind = node.to.this
        name = getattr(kind, "value", str(kind))
        if name not in _TYPES or node.to.expressions:
            yield f"type `{node.to.sql()}` is not one of {', '.join(sorted(_TYPES))}"
    elif isinstance(node, exp.Div):
        if not _cannot_be_zero(node.expression):
            yield f"division by a possible 0: {node.sql(dialect='duckdb')[:80]}"
    elif isinstance(node, exp.Log):
        if node.args.get("expression") is None:
            yield "`log(x)` is base 10 here and base e elsewhere: write `ln` or `log2`"
    elif (
        isinstance(node, exp.Not) and isinstance(node.this, exp.In) and node.this.args.get("query")
    ):
        yield "`not in (select …)` differs where there are nulls: write `not exists`"
    elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        yield "`is true` and `is not true` differ: write `coalesce(x, false)`"
    elif isinstance(node, exp.Join):
        yield from _join_breaches(node)
    elif isinstance(node, exp.Window):
        yield from _window_breaches(node)


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


def _join_breaches(join: exp.Join) -> Iterator[str]:
    if join.args.get("using") or join.args.get("method"):
        yield f"only `join … on` and `left join … on`: {join.sql(dialect='duckdb')[:60]}"
    if join.side not in ("", "LEFT") or join.kind not in ("", "INNER", "CROSS", "OUTER"):
        yield f"only `join` and `left join`, not `{join.side} {join.kind}`"


def _window_breaches(window: exp.Window) -> Iterator[str]:
    function = window.this
    if function.find(exp.Distinct):
        yield "`count(distinct …) over` does not exist everywhere"
    spec = window.args.get("spec")
    if spec is not None and spec.args.get("kind") == "RANGE" and spec.find(exp.Interval):
        yield "a range frame is over an integer, not an interval"
