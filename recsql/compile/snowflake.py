"""What Snowflake reads otherwise although it is written alike: rewritten in the syntax tree."""

from __future__ import annotations

from sqlglot import exp


def adapt(tree: exp.Expr) -> None:
    """Rewrite a tree in place so that Snowflake means what the other engines mean.

    sqlglot writes `to_timestamp_ntz(x, 6)` without its end, and then an account's parameter decides
    in which time zone it is.
    """
    for found in reversed(list(tree.find_all(exp.UnixToTime))):
        kind = found.args.get("target_type")
        if kind is not None and kind.this is exp.DataType.Type.TIMESTAMPNTZ:
            parts = [part for part in (found.this, found.args.get("scale")) if part is not None]
            found.replace(exp.Anonymous(this="TO_TIMESTAMP_NTZ", expressions=parts))
