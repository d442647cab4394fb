"""The read-only guard: an allow-list over the syntax tree; what it does not know, it refuses.

A tree passes when every node is of a known kind, every function only computes, every table is one
that the warehouse's own tables can be, and its SELECTs hold nothing but the parts of a query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp
from sqlglot.errors import SqlglotError

from recsql.compile import harmful
from recsql.compile.pure import NAMES, TYPED

ODD = (LookupError, ValueError, TypeError, AttributeError)
"""What sqlglot's parser and generator raise by their own mistakes, where SQL is odd enough."""


class Reason(StrEnum):
    """Why a statement is refused; the values are what the tables of tests are written in."""

    SEVERAL = "several_statements"
    WRITES = "writes"
    LOCKS = "locks"
    FILES = "reads_files"
    NETWORK = "reaches_out"
    STATE = "changes_state"
    RUNS_SQL = "runs_sql"
    DISTURBS = "disturbs"
    SECRETS = "tells_secrets"
    SYSTEM = "system_table"
    SETTINGS = "session_settings"
    UNKNOWN_FUNCTION = "unknown_function"
    QUALIFIED_FUNCTION = "qualified_function"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_SYNTAX = "unknown_syntax"


SENTENCES: Mapping[Reason, str] = {
    Reason.FILES: "reads files: only `from:` of a relation may",
    Reason.NETWORK: "reaches beyond the warehouse: only `from:` of a relation may",
    Reason.STATE: "changes the state of the session or the server",
    Reason.RUNS_SQL: "runs SQL that nobody has looked at",
    Reason.DISTURBS: "disturbs other sessions, or waits",
    Reason.SECRETS: "can tell secrets of the server or the environment",
    Reason.SYSTEM: "is a system table",
    Reason.SETTINGS: "changes how the warehouse works",
    Reason.UNKNOWN_FUNCTION: "is no function of which recsql knows that it only computes",
    Reason.QUALIFIED_FUNCTION: "is a function of a schema, which may do anything",
    Reason.UNKNOWN_TYPE: "is no type that recsql knows",
    Reason.UNKNOWN_SYNTAX: "is no part of a query that recsql knows",
}

DECLARABLE = frozenset({Reason.UNKNOWN_FUNCTION, Reason.QUALIFIED_FUNCTION, Reason.UNKNOWN_TYPE})
"""What a project may vouch for under `trust: {functions: […]}`."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a tree is refused, and the word in it that is to blame."""

    reason: Reason
    word: str


_NODES = """
    Add Adjacent Alias Aliases All Any AtTimeZone Between BitString BitwiseAnd BitwiseLeftShift
    BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor Boolean Bracket ByteString Column ColumnDef
    Comprehension CTE Cube DPipe DataType DataTypeParam DerivedTable Distance Distinct Div Dot EQ
    Escape Except ExtendsLeft ExtendsRight Fetch Filter Final From FromTimeZone GT GTE Glob Group
    GroupingSets Having HavingMax HexString Identifier IgnoreNulls ILike In IntDiv Intersect
    Interval IntervalSpan Is JSONColumnDef JSONExtractQuote JSONKeyValue JSONPath JSONPathFilter
    JSONPathKey JSONPathRecursive JSONPathRoot JSONPathSelector JSONPathSlice JSONPathSubscript
    JSONPathUnion JSONPathWildcard JSONSchema JSONValue Join Kwarg LT LTE Lambda Lateral Like Limit
    LimitOptions Literal Mod Mul NEQ National Neg Not Null NullSafeEQ NullSafeNEQ Offset
    OnCondition OpenJSONColumnDef Order Ordered Overlaps Paren Pivot PivotAlias PivotAny
    PositionalColumn PreWhere PropertyEQ Pseudocolumn Qualify RawString RespectNulls Rollup Select
    SimilarTo Slice Sort Star Sub Subquery Table TableAlias TableColumn TableFromRows TableSample
    TimeUnit Tuple Unary Union UnpivotColumns Values Var Where Window WindowSpec With WithinGroup
"""
_BY_NAME = """
    Anonymous AnonymousAggFunc CombinedAggFunc CombinedParameterizedAgg ParameterizedAgg
"""


def _kinds(words: Collection[str]) -> frozenset[type]:
    """The classes that this sqlglot has of those names."""
    return frozenset(getattr(exp, word) for word in words if hasattr(exp, word))


def _kinds_of(words: str) -> frozenset[type]:
    return _kinds(words.split())


_ALLOWED = _kinds_of(_NODES) | _kinds(TYPED)
_NAMED = _kinds_of(_BY_NAME)

_CLAUSES = frozenset({
    "with", "with_", "kind", "expressions", "distinct", "from", "from_", "joins", "laterals",
    "where", "group", "having", "qualify", "windows", "sort", "order", "limit", "offset", "sample",
    "pivots", "prewhere", "this", "expression", "by_name", "alias", "side", "on", "recursive",
    "exclude", "operation_modifiers",
})  # fmt: skip
"""What a SELECT, a union or a sub-select may hold; not `into`, `locks`, `hint`, `settings`, …"""

_LOCKING = frozenset({"locks"})
_SETTING = frozenset({"settings", "format", "options", "hint"})

_WRITING = _kinds_of(
    """DDL DML Insert Update Delete Merge Create Drop Alter AlterTable TruncateTable Command Into
    Copy Attach Detach Set Use Pragma Transaction Commit Rollback Kill Export Cache Uncache Refresh
    LoadData Analyze Execute Grant Revoke Comment Install Declare Describe Show Summarize"""
)

_WORST = {name: Reason(reason) for reason, names in harmful.KINDS.items() for name in names}

_SYSTEM_SCHEMAS = frozenset({
    "pg_catalog", "pg_toast", "information_schema", "system", "sys", "mysql", "performance_schema",
    "account_usage", "organization_usage", "snowflake", "pg_temp", "pg_statistic", "sqlite_schema",
})  # fmt: skip
_SYSTEM_TABLE = re.compile(
    r"(?:pg|duckdb|sqlite|stl|stv|svl|svv|sys|svcs|pragma)_|sqlite_?master\b|__(?:TABLES|PART)",
    re.IGNORECASE,
)
_OF_A_FILE = re.compile(r"[/\\:*?\[@~.]|^\s*$")
_COMBINED = re.compile(r"(?:if|array|map|ornull|ordefault|distinct|foreach)$")
_OF_A_PROJECT = frozenset({"bigquery"})
"""Where a table's name may hold `*` and dots, and is never a file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What may stand in a tree: a mapping's `from:` may read files; a project vouches for names."""

    dialect: str
    mapping: bool = False
    functions: frozenset[str] = frozenset()
    markers: Collection[str] = ()


def breach(tree: exp.Expr, rule: Rule) -> Breach | None:
    """The first reason to refuse a tree, or None; comments lose what could end them early."""
    return next(_breaches(tree, rule), None)


def writes(tree: exp.Expr) -> bool:
    """Whether a tree is or holds a statement of another kind than a query."""
    return any(type(node) in _WRITING for node in tree.walk())


def _breaches(tree: exp.Expr, rule: Rule) -> Iterator[Breach]:
    for node in tree.walk():
        kind = type(node)
        if node.comments:
            node.comments = [_harmless(comment) for comment in node.comments]
        if kind in _NAMED:
            yield from _function(node, node.name, rule)
        elif kind not in _ALLOWED:
            yield from _refused(node, rule)
        elif isinstance(node, exp.Query):
            yield from _clauses(node, rule)
        elif isinstance(node, exp.Table):
            yield from _table(node, rule)
        elif kind is exp.ByteString and ("'" in node.name or node.name.endswith("\\")):
            yield Breach(Reason.UNKNOWN_SYNTAX, "an escaped quote")  # read differently by versions
        elif isinstance(node, exp.DataType):
            yield from _type(node, rule)
        elif kind is exp.Dot and isinstance(node.expression, exp.Func):
            yield from _qualified(node, _text(node).partition("(")[0], rule)


def _harmless(comment: str) -> str:
    """A comment that no engine reads as its end, its beginning, a hint or a command."""
    text = comment.replace("*/", "* /").replace("/*", "/ *")
    return f" {text.strip()} "


def _text(node: exp.Expr, dialect: str | None = None) -> str:
    """A node as it is told; its kind where the generator has no text for it."""
    try:
        return node.sql(dialect)
    except (SqlglotError, *ODD):
        return node.key


def _refused(node: exp.Expr, rule: Rule) -> Iterator[Breach]:
    if isinstance(node, exp.Lock):
        yield Breach(Reason.LOCKS, "lock")
    elif type(node) in _WRITING:
        word = str(node.this) if isinstance(node, exp.Command) else node.key
        yield Breach(Reason.WRITES, word)
    elif isinstance(node, exp.Func):
        names = {name.lower() for name in node.sql_names()} | {node.key}
        if rule.mapping and names & harmful.FILES:
            return
        word = next((name for name in sorted(names) if name in _WORST), sorted(names)[0])
        if not names & rule.functions:
            yield Breach(_WORST.get(word, Reason.UNKNOWN_FUNCTION), word)
    else:
        yield Breach(Reason.UNKNOWN_SYNTAX, " ".join(_text(node, rule.dialect).split())[:40])


def _function(node: exp.Expr, name: str, rule: Rule) -> Iterator[Breach]:
    """A function that the parser knows by its name only."""
    parent, word = node.parent, name.lower()
    if isinstance(parent, exp.Dot) and parent.expression is node:
        return  # judged with its schema
    if isinstance(parent, exp.Table) and parent.args.get("db"):
        yield from _qualified(parent, f"{parent.args['db'].name}.{word}", rule)
        return
    if type(node) is not exp.Anonymous:  # ClickHouse's `sumIfOrNull` is a `sum`
        while word not in NAMES and (shorter := _COMBINED.sub("", word)) != word:
            word = shorter
    quoted = isinstance(node.this, exp.Identifier) and node.this.args.get("quoted")
    known = word in NAMES or word in rule.markers
    if word in rule.functions or (known and not quoted):  # `"Lower"` is not `lower`
        return
    if rule.mapping and (word in harmful.FILES or word in harmful.NETWORK):
        return
    yield Breach(_WORST.get(word, Reason.UNKNOWN_FUNCTION), word)


def _qualified(node: exp.Expr, name: str, rule: Rule) -> Iterator[Breach]:
    """A function of a schema; the project vouches for it by its whole name."""
    word = name.replace('"', "").replace("`", "").lower()
    if word not in rule.functions:
        bare = word.rpartition(".")[2]
        yield Breach(_WORST.get(bare, Reason.QUALIFIED_FUNCTION), word)


def _clauses(node: exp.Query, rule: Rule) -> Iterator[Breach]:
    """Parts of a query beyond those that are known; sub-trees are walked anyway."""
    for name, value in node.args.items():
        if not value or name in _CLAUSES:
            continue
        if name == "into":
            yield Breach(Reason.WRITES, "into")
        elif name in _LOCKING:
            yield Breach(Reason.LOCKS, "lock")
        elif name in _SETTING:
            yield Breach(Reason.SETTINGS, name)
        else:
            yield Breach(Reason.UNKNOWN_SYNTAX, name)


def _table(node: exp.Table, rule: Rule) -> Iterator[Breach]:
    if not isinstance(node.this, exp.Identifier):
        if not isinstance(node.this, exp.Func) and not (
            rule.mapping and isinstance(node.this, exp.Var)
        ):  # Snowflake's stages are files
            yield Breach(Reason.FILES, _text(node))
        return
    parts = [part.name for part in node.parts]
    schemas = [part.lower() for part in parts[:-1]]
    schemas += [part.lower() for part in parts[-1].split(".")[:-1]]  # BigQuery's, in one word
    system = any(part in _SYSTEM_SCHEMAS or part.startswith("pg_") for part in schemas)
    if system or (_SYSTEM_TABLE.match(parts[-1]) and not _is_cte(node)):
        yield Breach(Reason.SYSTEM, ".".join(parts))
    elif rule.dialect in _OF_A_PROJECT or rule.mapping:
        return
    elif any(_OF_A_FILE.search(part) for part in parts):
        yield Breach(Reason.FILES, ".".join(parts))


def _is_cte(node: exp.Table) -> bool:
    root = node.root()
    return any(cte.alias.lower() == node.name.lower() for cte in root.find_all(exp.CTE))


def _type(node: exp.DataType, rule: Rule) -> Iterator[Breach]:
    if getattr(node.this, "name", node.this) == "USERDEFINED":
        name = str(node.args.get("kind") or "").lower()
        if name not in rule.functions:
            yield Breach(Reason.UNKNOWN_TYPE, name)


def files_of(tree: exp.Expr) -> Iterator[str | None]:
    """The files that a DuckDB mapping names; None for one whose name is computed."""
    for table in tree.find_all(exp.Table):
        source = table.this
        if isinstance(source, exp.Identifier):
            if len(table.parts) == 1 and _OF_A_FILE.search(source.name):
                yield source.name
        elif isinstance(source, exp.Func) and _file_function(source):
            yield from _literals(source)


def _file_function(node: exp.Func) -> bool:
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower() in harmful.FILES | harmful.NETWORK
    return bool({name.lower() for name in node.sql_names()} & harmful.FILES)


def _literals(node: exp.Func) -> Iterator[str | None]:
    """The file names of a call: its first argument, a text or a list of texts."""
    own = None if isinstance(node.this, str) else node.this
    first = own or next(iter(node.expressions), None)
    several = first.expressions if isinstance(first, exp.Array | exp.Tuple) else [first]
    for name in several:
        plain = isinstance(name, exp.Literal) and name.is_string
        yield name.name if plain and name is not None else None
