"""The only dialect layer: one statement in, one read-only statement in the target's dialect out.

What differs between engines beyond sqlglot's reach is a marker function (`rs_…`): a row of a
table, replaced in the tree, never a branch in a template.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, TokenError

from recsql.compile import bigquery, clickhouse, ctes, guard, snowflake, sources, stars
from recsql.compile.places import origin_of
from recsql.compile.pure import NAMES
from recsql.errors import CompileError, Location, RefusedError, did_you_mean
from recsql.model import Scalar, Text

# sqlglot logs a warning before it returns a `Command`, which is refused here with a better one.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

Query = exp.Query
"""A syntax tree of one SELECT, for modules that do not know sqlglot."""


@dataclass(frozen=True, slots=True)
class Function:
    """An expression with parameters, which stand in it as columns."""

    parameters: tuple[str, ...]
    body: exp.Expr


CANONICAL = sources.CANONICAL
"""The dialect in which checks are written."""

TOO_DEEP = "this SQL is nested too deeply"

_NATURAL_LOGARITHM_ONLY = ("postgres", "redshift")
"""Where a double has no logarithm to a base that is given."""

_ADAPTED = {
    "bigquery": bigquery.adapt,
    "databricks": ctes.lift,
    "snowflake": snowflake.adapt,
    "spark": ctes.lift,
}
"""Where the tree is changed before it is written."""

_HASH_DIGITS = 13  # 52 bits, which a double holds exactly
_HASH_SCALE = f"{16**_HASH_DIGITS}.0"

# `_1` stands for the marker's argument. `rs_instant` takes microseconds since 1970, `rs_hex_number`
# eight hexadecimal digits. Tests execute the forms of DuckDB, PostgreSQL and, where its engine is
# installed, ClickHouse; the others follow their vendors' documentation and are only parsed.
_MARKERS: Mapping[str, Mapping[str, str]] = {
    "rs_epoch_us": {
        "duckdb": "epoch_us(_1)",
        "postgres": "cast(extract(epoch from _1) * 1000000 as bigint)",
        "spark": "unix_micros(cast(_1 as timestamp))",
        "databricks": "unix_micros(cast(_1 as timestamp))",
        "clickhouse": "toUnixTimestamp64Micro(toDateTime64(_1, 6, 'UTC'))",
        "snowflake": "date_part(epoch_microsecond, _1)",
        "bigquery": "unix_micros(timestamp(_1))",
        "redshift": "datediff(microsecond, cast('1970-01-01' as timestamp), _1)",
        "trino": "cast(to_unixtime(_1) * 1000000 as bigint)",
    },
    "rs_hash_u": {
        "duckdb": f"cast(cast('0x' || left(md5(_1), {_HASH_DIGITS}) as bigint) as double)"
        f" / {_HASH_SCALE}",
        "postgres": f"cast(cast(cast('x' || left(md5(_1), {_HASH_DIGITS}) as bit(52)) as bigint)"
        f" as double precision) / {_HASH_SCALE}",
        "spark": f"cast(conv(left(md5(_1), {_HASH_DIGITS}), 16, 10) as double) / {_HASH_SCALE}",
        "databricks": f"cast(conv(left(md5(_1), {_HASH_DIGITS}), 16, 10) as double)"
        f" / {_HASH_SCALE}",
        "clickhouse": f"reinterpretAsUInt64(reverse(unhex(concat('000', lower(left(hex(MD5(_1)),"
        f" {_HASH_DIGITS})))))) / {_HASH_SCALE}",
        "snowflake": f"to_number(left(md5(_1), {_HASH_DIGITS}), 'XXXXXXXXXXXXX') / {_HASH_SCALE}",
        "bigquery": f"cast(concat('0x', left(to_hex(md5(_1)), {_HASH_DIGITS})) as int64)"
        f" / {_HASH_SCALE}",
        "redshift": f"strtol(left(md5(_1), {_HASH_DIGITS}), 16) / {_HASH_SCALE}",
        "trino": f"from_base(substr(to_hex(md5(to_utf8(_1))), 1, {_HASH_DIGITS}), 16)"
        f" / {_HASH_SCALE}",
    },
    "rs_instant": {
        "duckdb": "make_timestamp(_1)",
        "postgres": "timestamp '1970-01-01' + _1 * interval '1 microsecond'",
        "spark": "cast(timestamp_micros(_1) as timestamp_ntz)",
        "databricks": "cast(timestamp_micros(_1) as timestamp_ntz)",
        "clickhouse": "fromUnixTimestamp64Micro(_1, 'UTC')",
        "snowflake": "dateadd(microsecond, _1, cast('1970-01-01' as timestamp_ntz))",
        "bigquery": "timestamp_micros(_1)",
        "redshift": "dateadd(microsecond, _1, cast('1970-01-01' as timestamp))",
        "trino": "date_add('microsecond', _1, timestamp '1970-01-01 00:00:00.000000')",
    },
    "rs_hex_number": {
        "duckdb": "cast('0x' || _1 as bigint)",
        "postgres": "cast(cast('x' || _1 as bit(32)) as bigint)",
        "spark": "cast(conv(_1, 16, 10) as bigint)",
        "databricks": "cast(conv(_1, 16, 10) as bigint)",
        "clickhouse": "cast(reinterpretAsUInt32(reverse(unhex(_1))) as Int64)",
        "snowflake": "to_number(_1, 'XXXXXXXX')",
        "bigquery": "cast(concat('0x', _1) as int64)",
        "redshift": "strtol(_1, 16)",
        "trino": "from_base(_1, 16)",
    },
}

_DECLARE = "if it is yours and only reads, write `trust: {{functions: [{word}]}}` into recsql.yml"


def literal(value: Scalar) -> str:
    """A value as SQL text; the only way a value enters a statement."""
    return exp.convert(value).sql(dialect=CANONICAL)


def parse(
    sql: str,
    source: Text,
    dialect: str = CANONICAL,
    *,
    functions: frozenset[str] = frozenset(),
    mapping: bool = False,
) -> exp.Query:
    """The syntax tree of one read-only SELECT that `guard` lets through.

    `functions` are those that the project vouches for; `mapping` says that the text is the
    `from:` of a relation, which may read files. Raises `CompileError` for anything else, at the
    line of `source` where it stands.
    """
    statements = _statements(sql, source, dialect)
    if not statements:
        raise CompileError("there is no statement here", source.location)
    if len(statements) > 1:
        place = origin_of(source, sql, _second_statement(sql, dialect))
        hint = "one check is one SELECT; write a second check, or a CTE"
        message = f"{len(statements)} statements where one is allowed"
        raise RefusedError(message, place, hint, reason=guard.Reason.SEVERAL)
    tree = statements[0]
    found = guard.breach(tree, guard.Rule(dialect, mapping, functions, _MARKERS))
    if not isinstance(tree, exp.Query):
        word = str(tree.this) if isinstance(tree, exp.Command) else tree.key
        found = guard.Breach(guard.Reason.WRITES, word)
    if found is None:
        return cast("exp.Query", tree)
    word = found.word.lower().rpartition(".")[2]
    rows = sql.splitlines()
    line = next((i for i, row in enumerate(rows, 1) if word in row.lower()), None)
    raise _refused(found, origin_of(source, sql, line))


def _statements(sql: str, source: Text, dialect: str) -> list[exp.Expr]:
    try:
        found = sqlglot.parse(sql, read=dialect)
    except ParseError as cause:
        details = cause.errors[0] if cause.errors else {}
        place = origin_of(source, sql, details.get("line"))
        message = _tidy(str(details.get("description") or cause))
        near = str(details.get("highlight") or "").strip()
        where = f" near `{near}`" if near else ""
        raise CompileError(f"this SQL cannot be read: {message}{where}", place) from cause
    except TokenError as cause:
        message = "this SQL cannot be read: a quote or a comment does not end"
        raise CompileError(message, source.location) from cause
    except RecursionError:
        raise CompileError(TOO_DEEP, source.location) from None
    except guard.ODD as cause:
        raise CompileError("this SQL cannot be read", source.location) from cause
    # A comment after the last semicolon is parsed as a statement of its own.
    return [tree for tree in found if tree is not None and not isinstance(tree, exp.Semicolon)]


def expression_text(text: Text, dialect: str) -> str:
    """An argument's expression as text of the canonical dialect, in brackets where it needs them.

    Raises `CompileError` at its place for anything that is no single expression.
    """
    tree = _single(_expression(text, dialect, "an argument"), text)
    return _written(tree, CANONICAL, pretty=False)


def single_expression(text: Text, dialect: str, functions: frozenset[str]) -> exp.Expr:
    """An argument's expression, in brackets where it needs them; raises `CompileError`."""
    return _single(parse_expression(text, dialect, "an argument", functions=functions), text)


def _single(tree: exp.Expr, text: Text) -> exp.Expr:
    if isinstance(tree, exp.Alias | exp.Star):
        raise CompileError(f"this is not one expression: `{text.text.strip()}`", text.location)
    whole = isinstance(tree, exp.Column | exp.Paren | exp.Literal)
    return tree if whole else exp.Paren(this=tree)


def parse_expression(
    text: Text,
    dialect: str,
    what: str = "a column",
    *,
    functions: frozenset[str] = frozenset(),
) -> exp.Expr:
    """A mapping's expression in the target's dialect; raises `CompileError` at its place."""
    tree = _expression(text, dialect, what)
    found = guard.breach(tree, guard.Rule(dialect, functions=functions, markers=_MARKERS))
    if found is not None:
        raise _refused(found, text.location)
    return tree


def _expression(text: Text, dialect: str, what: str) -> exp.Expr:
    """Text as one expression that is no statement, of which nothing else is known yet."""
    try:
        trees = sqlglot.parse(text.text, read=dialect)
    except (ParseError, TokenError, *guard.ODD) as cause:
        message = f"this expression cannot be read as {dialect} SQL: `{text.text}`"
        raise CompileError(message, text.location) from cause
    except RecursionError:
        raise CompileError(TOO_DEEP, text.location) from None
    tree = trees[0] if len(trees) == 1 else None
    statement = isinstance(tree, exp.Query) and not isinstance(tree, exp.Subquery)
    if tree is None or statement or guard.writes(tree):
        message = f"{what} is an expression, not a statement: `{text.text}`"
        raise CompileError(message, text.location)
    return tree


def generate(tree: exp.Expr, dialect: str, known: stars.Known = stars.unknown) -> str:
    """The tree as pretty text of a dialect; its markers are replaced, and it is used up.

    `known` has the columns of tables, for the dialects in `sources.NAMES_COLUMNS`.

    Raises `CompileError` for a marker that has no form there, or SQL that has none.
    """
    for node in reversed(list(tree.find_all(exp.Anonymous))):
        form = _marker(node, dialect)
        if form is not node:
            node.replace(form)
    if dialect == "clickhouse":
        clickhouse.adapt(tree, known)
    elif dialect in _ADAPTED:
        _ADAPTED[dialect](tree)
    if dialect in _NATURAL_LOGARITHM_ONLY:
        for found in reversed(list(tree.find_all(exp.Log))):
            if found.args.get("expression") is not None:
                power, base = exp.Ln(this=found.expression), exp.Ln(this=found.this)
                found.replace(exp.Paren(this=exp.Div(this=power, expression=base)))
    return _written(tree, dialect, pretty=True)


def _written(tree: exp.Expr, dialect: str, *, pretty: bool) -> str:
    """A tree as text; raises `CompileError` where it has none, as a call without its argument."""
    try:
        return tree.sql(
            dialect=dialect, pretty=pretty, comments=pretty, copy=False,
            unsupported_level=ErrorLevel.IGNORE,
        )  # fmt: skip
    except (SqlglotError, *guard.ODD) as cause:
        raise CompileError(f"this SQL cannot be written for {dialect}") from cause


columns_of = stars.expand
"""A query's own columns, or None; the stars of its joins are written out. The tree is changed."""


def limited(tree: exp.Query, rows: int) -> exp.Query:
    """The first rows of a query, in its own order."""
    if tree.args.get("limit") is None:
        return tree.limit(rows)
    return exp.select("*").from_(tree.subquery("limited")).limit(rows)


def counted(tree: exp.Query, name: str) -> exp.Query:
    """How many rows a query has, as one column."""
    unordered = tree.copy()
    if tree.args.get("limit") is None:
        unordered.set("order", None)
    count = exp.alias_(exp.Count(this=exp.Star()), name)
    return exp.select(count).from_(unordered.subquery("counted"))


def _tidy(message: str) -> str:
    """The parser's sentence without its own class names."""
    message = re.sub(r"<Token .*?text: (.*?), line.*?>", r"`\1`", message)
    message = message.replace("`SENTINEL`", "the end")
    if message.startswith("Required keyword:"):
        return "something is missing"
    return message.rstrip(".")


def _refused(found: guard.Breach, place: Location | None) -> RefusedError:
    """What to say of a breach."""
    if found.reason in (guard.Reason.WRITES, guard.Reason.LOCKS):
        message = f"this is not one read-only SELECT: it contains {found.word.upper()}"
    else:
        message = f"this is refused: `{found.word}` {guard.SENTENCES[found.reason]}"
    hint = "a check reads; recsql runs nothing else"
    if found.reason in guard.DECLARABLE:
        near = did_you_mean(found.word, NAMES) or ""
        hint = _DECLARE.format(word=found.word)
        hint = f"{near} {hint}" if near.startswith("did") else hint
    return RefusedError(message, place, hint, reason=found.reason)


def _second_statement(sql: str, dialect: str) -> int | None:
    """The line on which the text after the first semicolon starts."""
    tokens = sqlglot.tokenize(sql, read=dialect)
    seen = False
    for token in tokens:
        if seen:
            return int(token.line)
        seen = token.token_type is sqlglot.TokenType.SEMICOLON
    return None


def _marker(node: exp.Expr, dialect: str) -> exp.Expr:
    if not isinstance(node, exp.Anonymous):
        return node
    name = str(node.this).lower()
    forms = _MARKERS.get(name)
    if forms is None:
        return node
    if dialect not in forms:
        raise CompileError(f"`{name}` has no form in {dialect}")
    arguments = {f"_{i}": argument for i, argument in enumerate(node.expressions, 1)}
    return _filled(sqlglot.parse_one(forms[dialect], read=dialect), arguments)


def markers() -> Iterable[str]:
    """The names of the marker functions."""
    return _MARKERS


def marker_functions() -> str:
    """The markers as DuckDB functions: with them, SQL with markers runs there as it stands."""
    forms = {name: forms[CANONICAL] for name, forms in _MARKERS.items()}
    return "\n".join(f"create function {name}(_1) as {form};" for name, form in forms.items())


def functions(script: str) -> dict[str, Function]:
    """What `create function name(a, b) as expression;` statements define, by name.

    A function may use those above it.
    """
    found: dict[str, Function] = {}
    for statement in sqlglot.parse(script, read=CANONICAL):
        if isinstance(statement, exp.Create):
            head = statement.this
            parameters = tuple(parameter.name for parameter in head.expressions)
            found[head.this.name] = Function(parameters, expanded(statement.expression, found))
    return found


def expanded(tree: exp.Expr, functions: Mapping[str, Function]) -> exp.Expr:
    """A tree with what functions stand for in the place of their calls; it is used up."""
    root = exp.Paren(this=tree)  # so that the tree may be a call itself
    for node in reversed(list(root.find_all(exp.Anonymous))):
        if (function := functions.get(str(node.this).lower())) is not None:
            arguments = dict(zip(function.parameters, node.expressions, strict=True))
            node.replace(_filled(function.body.copy(), arguments))
    return cast("exp.Expr", root.this)


def _filled(form: exp.Expr, arguments: Mapping[str, exp.Expr]) -> exp.Expr:
    """A form with its parameters replaced, and brackets wherever text would need them."""

    def fill(part: exp.Expr) -> exp.Expr:
        argument = arguments.get(part.name) if isinstance(part, exp.Column) else None
        return part if argument is None else _bracketed(argument.copy())

    return _bracketed(form.transform(fill))


def _bracketed(tree: exp.Expr) -> exp.Expr:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary | exp.Neg) else tree
