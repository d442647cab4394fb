"""Grafting: a placeholder table in the tree becomes the project's mapping, as a sub-select.

The mapping's text is parsed in the warehouse's own dialect and joins the tree as nodes; SQL text
is never spliced. Only the columns that the statement uses are selected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from recsql.arguments import Filled, Source
from recsql.compile import dialects, guard
from recsql.compile.given import empty, null, rows_of
from recsql.compile.places import mention_of
from recsql.compile.sources import Sources, lacking, may_lack
from recsql.compile.template import MODEL, RELATION, STATE, TABLE, table_placeholder
from recsql.errors import CompileError, UpstreamError, did_you_mean
from recsql.model import Inputs, Relation, Text
from recsql.project.contract import RELATIONS

_PLAIN = {"expressions", "from", "from_", "kind", "hint", "distinct", "operation_modifiers"}
"""What the tree of `select * from x` may hold when `x` is one table or table function."""

_QUERY = re.compile(r"\s*(?:\(|(?:select|with|from)\b)", re.IGNORECASE)


def with_natives(tree: exp.Query, natives: Mapping[str, Text], sources: Sources) -> exp.Query:
    """The statement with the warehouse's own expressions in their places; the tree is changed."""
    for column in list(tree.find_all(exp.Column)) if natives else ():
        text = natives.get(column.name)
        if text is not None:
            own = dialects.single_expression(text, sources.dialect, sources.functions)
            column.replace(own)
    return tree


def graft(
    tree: exp.Query, source: Text, inputs: Inputs, sources: Sources, states: Mapping[str, str]
) -> exp.Query:
    """The statement with every placeholder replaced; the tree itself is changed.

    Raises `CompileError` for names that nobody knows and `NotComputableError` for a relation or
    column that the project lacks and the SQL cannot do without.
    """
    grafts: list[tuple[exp.Table, exp.Expr]] = []
    for table in list(tree.find_all(exp.Table)):
        name = table.name
        if name.startswith(RELATION):
            grafts.append((table, _relation(table, source, inputs, sources)))
        elif name.startswith(MODEL):
            model = name.removeprefix(MODEL)
            given = sources.fixtures.get(model)
            if given is None:
                _rename(table, sources.models[model], model)
            elif given.source is None:
                grafts.append((table, rows_of(given)))
            else:
                _rename(table, given.source.text, model)
        elif name.startswith(TABLE):
            grafts.append((table, _warehouse_table(name, source, sources)))
        elif name.startswith(STATE):
            state = name.removeprefix(STATE)
            if state not in states:
                place = mention_of(source, state)
                raise CompileError(f"unknown state `{state}`", place, did_you_mean(state, states))
            _rename(table, states[state], state)
    _keep_apart(tree, [select for _, select in grafts])
    # Last, so that the columns of one mapping are not taken for columns that the check uses.
    for table, select in grafts:
        _replace(table, select)
    return tree


def mapped_select(relation: Relation, names: list[str], sources: Sources) -> exp.Select:
    """The columns of a declared relation as one SELECT over its source."""
    columns = [_column(relation, name, sources.dialect) for name in names]
    return filtered_select(relation, sources.dialect).select(*columns, append=False)


def newest(relation: Relation, column: str, sources: Sources) -> exp.Query:
    """The newest instant of a time column, in microseconds."""
    select = mapped_select(relation, [column], sources).subquery("mapped")
    largest = exp.Max(this=exp.column(column, table="mapped"))
    marker = exp.Anonymous(this="rs_epoch_us", expressions=[largest])
    return exp.select(exp.alias_(marker, "newest_us")).from_(select)


def files_of(relation: Relation) -> tuple[str | None, ...]:
    """The files that a relation of DuckDB's reads; None for one whose name is computed."""
    return tuple(guard.files_of(source_select(relation, dialects.CANONICAL)))


def source_select(relation: Relation, dialect: str) -> exp.Select:
    """All columns of a relation's source, as the warehouse has them."""
    return exp.select("*").from_(_from(relation, dialect))


def filtered_select(relation: Relation, dialect: str) -> exp.Select:
    """The rows of a relation's source that its `where:` keeps."""
    select = source_select(relation, dialect)
    if relation.where is None:
        return select
    return select.where(_own_expression(relation, relation.where, dialect))


def _warehouse_table(placeholder: str, source: Text, sources: Sources) -> exp.Expr:
    """All of a table that an argument names, in the warehouse's own words; it is no file."""
    given = source.given.values() if isinstance(source, Filled) else ()
    found = (value for value in given if isinstance(value, Source))
    text = next(value.text for value in found if table_placeholder(value) == placeholder)
    relation = Relation("table", text, functions=sources.functions)
    return exp.select("*").from_(_from(relation, sources.dialect, mapping=False))


def _relation(table: exp.Table, source: Text, inputs: Inputs, sources: Sources) -> exp.Expr:
    name = table.name.removeprefix(RELATION)
    contract = RELATIONS.get(name)
    if contract is None:
        place = mention_of(source, name)
        raise CompileError(f"unknown relation `{name}`", place, did_you_mean(name, RELATIONS))
    if name in sources.broken and name not in inputs.optional:
        raise UpstreamError(f"relation `{name}` cannot be read")
    relation = None if name in sources.broken else sources.relations.get(name)
    available = sources.available(name)
    used = _used_columns(table, name, available)
    unknown = [column for column in used if column not in contract and column not in available]
    unknown += _strangers(table, name, available)
    if unknown:
        place = mention_of(source, unknown[0])
        hint = did_you_mean(unknown[0], {*contract, *available})
        raise CompileError(f"relation `{name}` has no column `{unknown[0]}`", place, hint)
    if relation is None:
        if name not in inputs.optional:
            raise lacking(name)
        return empty(name, used)
    missing = [column for column in used if column not in available]
    needed = [column for column in missing if not may_lack(name, column, inputs)]
    if needed:
        raise lacking(f"{name}.{needed[0]}")
    if relation.rows is not None:
        return rows_of(relation, used)
    select = mapped_select(relation, [column for column in used if column in available], sources)
    return select.select(*(null(name, column) for column in missing))


def columns_read(tree: exp.Query) -> Iterator[tuple[str, list[str]]]:
    """Each relation that an ungrafted statement reads, with the contract's columns it speaks of."""
    for table in tree.find_all(exp.Table):
        name = table.name.removeprefix(RELATION)
        if table.name.startswith(RELATION) and name in RELATIONS:
            yield name, _used_columns(table, name, frozenset())


def _used_columns(table: exp.Table, name: str, available: frozenset[str]) -> list[str]:
    """The columns of a placeholder that its SELECT speaks of, in contract order."""
    alias = table.alias_or_name.removeprefix(RELATION).lower()
    contract = RELATIONS[name]
    select = table.parent_select
    used: set[str] = set()
    if isinstance(select, exp.Select):
        for column in select.find_all(exp.Column):
            word = column.name.lower()
            if isinstance(column.this, exp.Star):
                continue
            if column.table:
                own = column.table.lower() == alias
            else:
                own = word in available or (word in contract and _must_be_of(column, select))
            if own:
                used.add(word)
        used |= set(_joining(table, select, available))
        if any(_is_star_of(item, alias) for item in select.expressions):
            used |= available
    order = [*contract, *sorted(available.difference(contract))]
    names = [column for column in order if column in used]
    names += sorted(used.difference(order))
    return names or [next((column for column in contract if column in available), order[0])]


def _strangers(table: exp.Table, name: str, available: frozenset[str]) -> Iterator[str]:
    """Bare names that only the placeholder could have, and that it does not have.

    Only where it is alone in a SELECT that no other stands around, and has no name of its own.
    """
    select = table.parent_select
    if not isinstance(select, exp.Select) or select.args.get("joins") or _is_inner(select):
        return
    own = {*RELATIONS[name], *available, table.alias_or_name.lower()}
    own |= {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}
    for column in select.find_all(exp.Column):
        star = isinstance(column.this, exp.Star)
        if column.table or star or column.parent_select is not select:
            continue
        if column.name.lower() not in own and column.find_ancestor(exp.Lambda) is None:
            yield column.name.lower()


def _is_inner(select: exp.Select) -> bool:
    """Whether a SELECT may speak of another one's columns."""
    parent = select.parent
    while isinstance(parent, exp.Subquery | exp.SetOperation):
        parent = parent.parent
    return parent is not None and not isinstance(parent, exp.CTE | exp.From)


def _must_be_of(column: exp.Column, select: exp.Select) -> bool:
    """Whether a bare name can only be a column of the SELECT's one source."""
    if select.args.get("joins") or column.parent_select is not select:
        return False
    aliases = {item.alias.lower() for item in select.expressions if isinstance(item, exp.Alias)}
    return column.name.lower() not in aliases or column.find_ancestor(exp.Alias) is not None


def _joining(table: exp.Table, select: exp.Select, available: frozenset[str]) -> Iterator[str]:
    """The columns of `using (…)`, which are names and not columns in the tree."""
    for join in select.args.get("joins") or ():
        for name in join.args.get("using") or ():
            word = name.name.lower()
            if join.this is table or word in available:
                yield word


def _is_star_of(item: exp.Expr, alias: str) -> bool:
    if isinstance(item, exp.Star):
        return True
    return (
        isinstance(item, exp.Column)
        and isinstance(item.this, exp.Star)
        and item.table.lower() == alias
    )


def _column(relation: Relation, name: str, dialect: str) -> exp.Expr:
    text = relation.columns.get(name)
    tree = exp.column(name) if text is None else _own_expression(relation, text, dialect)
    kind = RELATIONS[relation.name].get(name)
    if relation.timezone is not None and kind is not None and kind.type == "timestamp":
        for zone in (relation.timezone, "UTC"):
            tree = exp.AtTimeZone(this=exp.paren(tree), zone=exp.Literal.string(zone))
    if isinstance(tree, exp.Column) and tree.name == name and not tree.table:
        return tree
    return exp.alias_(tree, name)


def _own_expression(relation: Relation, text: Text, dialect: str) -> exp.Expr:
    return dialects.parse_expression(text, dialect, functions=relation.functions)


def _from(relation: Relation, dialect: str, *, mapping: bool = True) -> exp.Expr:
    """A relation's source: a table, a table function, or a SELECT in parentheses."""
    if relation.source is None:
        raise CompileError(f"relation `{relation.name}` has no `from:`")
    text, known = relation.source, relation.functions
    if _QUERY.match(text.text) is None:
        sql = f"select * from {text.text}"  # noqa: S608 - parsed and checked, never executed
        wrapped = Text(sql, text.location)
        tree = dialects.parse(sql, wrapped, dialect, functions=known, mapping=mapping)
        return _table(tree, text)
    select = dialects.parse(text.text, text, dialect, functions=known, mapping=mapping)
    inner = select.unnest() if isinstance(select, exp.Subquery) else select
    return exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("source")))


def _table(tree: exp.Query, text: Text) -> exp.Expr:
    extra = [key for key, value in tree.args.items() if value and key not in _PLAIN]
    found = tree.find(exp.From)
    if found is None or extra:
        hint = "name one table, one table function, or write a SELECT"
        raise CompileError(f"`from: {text.text}` is not one table", text.location, hint)
    source: exp.Expr = found.this
    return source if source.alias else exp.alias_(source, "source", table=True)


def _replace(table: exp.Table, select: exp.Expr) -> None:
    alias = table.alias_or_name.removeprefix(RELATION).removeprefix(MODEL)
    table.replace(exp.Subquery(this=select, alias=exp.TableAlias(this=exp.to_identifier(alias))))


def _rename(table: exp.Table, real: str, alias: str) -> None:
    table.set("this", exp.to_identifier(real))
    if not table.alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))


def _keep_apart(tree: exp.Query, grafted: Iterable[exp.Expr]) -> None:
    """Rename the statement's CTEs that a mapping's own table would be taken for."""
    tables = [table for select in grafted for table in select.find_all(exp.Table)]
    names = {t.name.lower() for t in tables if isinstance(t.this, exp.Identifier) and not t.db}
    for cte in list(tree.find_all(exp.CTE)):
        name = cte.alias
        if name.lower() not in names:
            continue
        for table in tree.find_all(exp.Table):
            if table.name.lower() == name.lower() and not table.db:
                _rename(table, f"recsql_cte_{name}", table.alias or name)
        cte.args["alias"].set("this", exp.to_identifier(f"recsql_cte_{name}"))
