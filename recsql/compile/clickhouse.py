"""What ClickHouse reads otherwise although it is written alike: rewritten in the syntax tree."""

from __future__ import annotations

from sqlglot import exp

from recsql.compile import ctes, stars

_INSTANTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)
_MICROSECONDS = "Nullable(DateTime64(6, 'UTC'))"
_MET = "rs_met"
_MOST_OF_32_BITS = 2**31 - 1
_VALUED = (exp.Select, exp.Alias, exp.Coalesce, exp.Sum, exp.Min, exp.Max, exp.Nullif)


def adapt(tree: exp.Expr, known: stars.Known = stars.unknown) -> None:
    """Rewrite a tree in place so that ClickHouse means what the other engines mean.

    A CTE is not found inside another one, or beside a table of its name; `select a.x from a join b`
    may call its column `a.x`, and those of `a.*` likewise; a join finds no key in `x in (a, b)`,
    and a left join needs one; a `timestamp` has whole seconds from 1970 on; whole numbers are
    unsigned, and have no type in common with a bigint; what is NULL is rounded all the same,
    and may not be a number; and a `lag` beyond the first row is 0.
    """
    if isinstance(tree, exp.Query):
        ctes.lift(tree)
        ctes.unmask(tree)
        stars.expand(tree, known)
    for select in tree.find_all(exp.Select):
        select.set("expressions", [_named(item) for item in select.expressions])
        for join in select.args.get("joins") or ():
            _find_keys(join, select)
    for cast in list(tree.find_all(exp.Cast)):
        if cast.to.this in _INSTANTS:
            cast.set("to", exp.DataType.build(_MICROSECONDS, dialect="clickhouse"))
        elif cast.to.this == exp.DataType.Type.BIGINT and _is_rounded(cast.this):
            cast.replace(_whole_number(cast.this.copy()))
    for literal in list(tree.find_all(exp.Literal)):
        if literal.is_int and _becomes_a_value(literal):
            literal.replace(_signed(literal.copy()))
    for near in list(tree.find_all(exp.Lag, exp.Lead)):
        near.replace(_neighbour(near))
    for count in reversed(list(tree.find_all(exp.Count, exp.RowNumber))):
        whole = count.parent if isinstance(count.parent, exp.Window) else count
        whole.replace(_signed(whole.copy()))


def _named(item: exp.Expr) -> exp.Expr:
    """A column with its own name said; whatever else is left as it is."""
    if isinstance(item, exp.Column) and item.table and not isinstance(item.this, exp.Star):
        return exp.alias_(item, item.name)
    return item


def _find_keys(join: exp.Join, select: exp.Select) -> None:
    condition = join.args.get("on")
    if condition is None:
        return
    for found in list(condition.find_all(exp.In)):
        if found.expressions:
            found.replace(_alternatives(found))
    starred = any(item.is_star for item in select.expressions)
    if join.side == "LEFT" and not starred and not _has_key(join.args["on"], join.alias_or_name):
        _give_key(join)


def _alternatives(found: exp.In) -> exp.Expr:
    """`x in (a, b)` as `x = a or x = b`, in brackets."""
    equal = [exp.EQ(this=found.this.copy(), expression=one.copy()) for one in found.expressions]
    return exp.Paren(this=exp.or_(*equal))


def _has_key(condition: exp.Expr, alias: str) -> bool:
    """Whether a condition equates something of the joined table with something of the others.

    A condition that speaks of the joined table only, or of none, is one that ClickHouse can do.
    """
    if {column.table for column in condition.find_all(exp.Column)} <= {alias}:
        return True
    for part in _parts(condition):
        if isinstance(part, exp.Or):
            if all(_has_key(side, alias) for side in (part.this, part.expression)):
                return True
        elif isinstance(part, exp.EQ | exp.NullSafeEQ):
            sides = [
                {column.table for column in side.find_all(exp.Column)}
                for side in (part.this, part.expression)
            ]
            if {alias} in sides and any(side and alias not in side for side in sides):
                return True
    return False


def _parts(condition: exp.Expr) -> list[exp.Expr]:
    """What must hold together, without brackets."""
    inner = condition.unnest()
    if isinstance(inner, exp.And):
        return [*_parts(inner.this), *_parts(inner.expression)]
    return [inner]


def _give_key(join: exp.Join) -> None:
    """`left join b on C` as a join on a column that is 1 in all of `b`, with `C` beside it.

    The other side of the key is always 1, too, but is made of a column, as a key has to be.
    """
    alias, condition = join.alias_or_name, join.args["on"]
    columns = list(condition.find_all(exp.Column))
    if any(not column.table for column in columns):
        return  # whose column that is cannot be told
    other = next(column for column in columns if column.table != alias)
    nothing = exp.Anonymous(this="ignore", expressions=[other.copy()])
    one = exp.Literal.number(1)
    whole = join.this.copy()
    named = whole.args.get("alias") or exp.TableAlias()  # it may name columns, too
    named.set("this", exp.to_identifier("rs_right"))
    whole.set("alias", named)
    marked = exp.select("*", exp.alias_(one.copy(), _MET)).from_(whole)
    join.set("this", marked.subquery(alias))
    met = exp.EQ(this=exp.Add(this=nothing, expression=one), expression=exp.column(_MET, alias))
    join.set("on", exp.and_(met, *_parts(condition)))


def _becomes_a_value(literal: exp.Literal) -> bool:
    """Whether a whole number may be the value of a column, or decides its type."""
    parent, key = literal.parent, literal.arg_key
    if isinstance(parent, exp.Tuple):
        return isinstance(parent.parent, exp.Values)
    if isinstance(parent, exp.If):
        return key == "true"
    if isinstance(parent, exp.Lag | exp.Lead | exp.Case):
        return key == "default"
    if isinstance(parent, exp.Add | exp.Sub | exp.Mul):
        return int(literal.name) > _MOST_OF_32_BITS
    return isinstance(parent, _VALUED)


def _is_rounded(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.Floor | exp.Ceil)


def _whole_number(node: exp.Expr) -> exp.Expr:
    kind = exp.Literal.string("Int64")
    return exp.Anonymous(this="accurateCastOrNull", expressions=[node, kind])


def _neighbour(near: exp.Expr) -> exp.Expr:
    """`lag` and `lead`, for which older sqlglots write another function; NULL where none is."""
    parts = [near.args.get(name) for name in ("this", "offset", "default")]
    given = [part.copy() for part in parts if part is not None]
    if near.args.get("default") is None:
        given[0] = exp.Anonymous(this="toNullable", expressions=[given[0]])
    return exp.Anonymous(this=near.key, expressions=given)


def _signed(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="toInt64", expressions=[node])
