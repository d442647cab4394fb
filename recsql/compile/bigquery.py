"""What BigQuery reads otherwise although it is written alike: rewritten in the syntax tree."""

from __future__ import annotations

from sqlglot import exp

_INSTANTS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ)


def adapt(tree: exp.Expr) -> None:
    """Rewrite a tree in place so that BigQuery means what the other engines mean.

    A TIMESTAMP is not compared with a DATETIME there; a literal becomes what it is compared with.
    `union` after `union all` needs brackets. A window has no partitions by a float, and a tree does
    not tell which column is one; equal numbers have equal texts.
    """
    for cast in list(tree.find_all(exp.Cast)):
        literal = isinstance(cast.this, exp.Literal) and cast.this.is_string
        if literal and cast.to.this in _INSTANTS:
            cast.replace(cast.this)
    for outer in list(tree.find_all(exp.SetOperation)):
        inner = outer.this
        if isinstance(inner, exp.SetOperation) and _kind(inner) != _kind(outer):
            outer.set("this", exp.Subquery(this=inner.copy()))
    for window in tree.find_all(exp.Window):
        keys = window.args.get("partition_by") or []
        window.set("partition_by", [exp.cast(key.copy(), "text") for key in keys])


def _kind(tree: exp.SetOperation) -> tuple[str, bool]:
    return tree.key, bool(tree.args.get("distinct"))
