"""What ClickHouse reads otherwise although it is written alike: rewritten in the syntax tree."""

from __future__ import annotations

from sqlglot import exp

_INSTANTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)
_MICROSECONDS = "Nullable(DateTime64(6, 'UTC'))"


def adapt(tree: exp.Expr) -> None:
    """Rewrite a tree in place so that ClickHouse means what the other engines mean.

    `select a.x from a join b` may call its column `a.x`; counts and row numbers are unsigned,
    and have no type in common with a bigint; a join finds no key in `x in (a, b)`;
    and a `timestamp` has whole seconds from 1970 on.
    """
    for select in tree.find_all(exp.Select):
        select.set("expressions", [_named(item) for item in select.expressions])
    for join in tree.find_all(exp.Join):
        condition = join.args.get("on")
        for found in [] if condition is None else list(condition.find_all(exp.In)):
            if found.expressions:
                found.replace(_alternatives(found))
    for cast in tree.find_all(exp.Cast):
        if cast.to.this in _INSTANTS:
            cast.set("to", exp.DataType.build(_MICROSECONDS, dialect="clickhouse"))
    for count in reversed(list(tree.find_all(exp.Count, exp.RowNumber))):
        whole = count.parent if isinstance(count.parent, exp.Window) else count
        whole.replace(_signed(whole.copy()))


def _named(item: exp.Expr) -> exp.Expr:
    """A column with its own name said; whatever else is left as it is."""
    if isinstance(item, exp.Column) and item.table and not isinstance(item.this, exp.Star):
        return exp.alias_(item, item.name)
    return item


def _alternatives(found: exp.In) -> exp.Expr:
    """`x in (a, b)` as `x = a or x = b`, in brackets."""
    equal = [exp.EQ(this=found.this.copy(), expression=one.copy()) for one in found.expressions]
    return exp.Paren(this=exp.or_(*equal))


def _signed(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="toInt64", expressions=[node])
