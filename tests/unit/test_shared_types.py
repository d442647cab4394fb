"""What meets in a union or in the equation of a join has one type: not every engine finds another.

ClickHouse has no number that is the common type of a bigint and a double there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import pytest
from sqlglot import exp, parse_one

from recsql.compile import ctes
from recsql.errors import Location
from recsql.model import Project, Relation, Target, Text
from recsql.project.config import supplied_defaults
from recsql.project.contract import RELATIONS
from recsql.project.load import load
from recsql.project.locate import builtin_root
from recsql.runner import Options, prepare
from recsql.runner.session import Session
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse

_KINDS = {
    "BIGINT": "whole",
    "INTEGER": "whole",
    "HUGEINT": "whole",
    "DOUBLE": "double",
    "DECIMAL": "double",
}


@pytest.fixture(scope="module")
def library() -> Iterator[dict[str, Statement]]:
    """Every statement of the library for a project that maps all, beside its models' empty tables.

    Without the rounds of fixpoints, whose tables are gone.
    """
    place = Location("a relation", 1, 1)
    empty = {
        name: Relation(name, None, {column: Text(column, place) for column in columns}, rows=())
        for name, columns in RELATIONS.items()
    }
    loaded = load(builtin_root() / "checks", optional=True)
    relations = {**empty, **supplied_defaults()}
    variables = {**loaded.project.variables, "refresh": 3600.0}
    project = Project(Path(), "types", "types", relations=relations, variables=variables)
    warehouse = connect(Target("t", "duckdb", {"threads": 1}), Path())
    options = Options(now=datetime(2026, 1, 1, tzinfo=UTC), run_id="types")
    compiler = prepare(project, loaded.catalog, warehouse, options).compiler
    session = Session(compiler, warehouse, None, options.keep)
    statements: dict[str, str] = {}
    for name in loaded.catalog.models:
        session.build(name)
        model = compiler.model(name)
        if not model.start:
            statements[f"models/{name}"] = model.statement.sql
    for check in loaded.catalog.checks.values():
        compiled = compiler.check(check)
        statements[check.name] = compiled.statement.sql
        if compiled.rows is not None:
            statements[f"{check.name}.rows"] = compiled.rows.sql
    yield {name: Statement(sql, warehouse) for name, sql in statements.items()}
    session.close()
    warehouse.close()


class Statement:
    """One SELECT of the library, whose parts can be asked for the types of their columns."""

    def __init__(self, sql: str, warehouse: Warehouse) -> None:
        tree = parse_one(sql, read="duckdb")
        assert isinstance(tree, exp.Query)
        ctes.lift(tree)
        own = next((node for node in tree.iter_expressions() if isinstance(node, exp.With)), None)
        every = [] if own is None else own.expressions
        self.tree = tree
        self._warehouse = warehouse
        self._texts = {id(cte): cte.sql(dialect="duckdb") for cte in every}

    def kinds(self, part: exp.Expr, select: str) -> list[str]:
        """The types of a SELECT's columns, in the place of a part of the statement."""
        within: set[int] = set()
        node: exp.Expr | None = part
        while node is not None:
            within.add(id(node))
            node = node.parent
        before = [text for _, text in takewhile(lambda i: i[0] not in within, self._texts.items())]
        head = f"with {', '.join(before)} " if before else ""
        rows = self._warehouse.query(f"describe {head}{select}").rows
        plain = [str(row[1]).partition("(")[0] for row in rows]
        return [_KINDS.get(kind, kind) for kind in plain]


def sides(union: exp.Expr) -> Iterator[exp.Select]:
    for side in (union.args["this"].unnest(), union.args["expression"].unnest()):
        if isinstance(side, exp.SetOperation):
            yield from sides(side)
        else:
            assert isinstance(side, exp.Select)
            yield side


def test_the_parts_of_a_union_have_the_same_types(library: dict[str, Statement]) -> None:
    wrong: list[str] = []
    seen = 0
    for name, statement in library.items():
        for union in statement.tree.find_all(exp.SetOperation):
            if isinstance(union.parent, exp.SetOperation):
                continue
            seen += 1
            columns: list[Sequence[str]] = []
            for side in sides(union):
                bare = [isinstance(item.unalias(), exp.Null) for item in side.selects]
                kinds = statement.kinds(side, side.sql(dialect="duckdb"))
                if any(bare):  # a NULL takes any type
                    kinds = ["" if null else k for k, null in zip(kinds, bare, strict=True)]
                columns.append(kinds)
            for number, found in enumerate(zip(*columns, strict=True), 1):
                if len({*found} - {""}) > 1:
                    wrong.append(f"{name}: column {number} of a union is {', '.join(found)}")
    assert "\n".join(wrong) == ""
    assert seen > 80


def test_the_sides_of_a_joins_equation_have_the_same_type(library: dict[str, Statement]) -> None:
    wrong: list[str] = []
    seen = 0
    for name, statement in library.items():
        for select in statement.tree.find_all(exp.Select):
            found = list(equations(select))
            if not found:
                continue
            seen += len(found)
            both = [
                side.sql(dialect="duckdb") for one in found for side in (one.this, one.expression)
            ]
            read = [
                part for part in select.iter_expressions() if isinstance(part, exp.From | exp.Join)
            ]
            source = " ".join(part.sql(dialect="duckdb") for part in read)
            kinds = statement.kinds(select, f"select {', '.join(both)} {source}")
            for number, equation in enumerate(found):
                pair = kinds[2 * number : 2 * number + 2]
                if pair[0] != pair[1]:
                    wrong.append(f"{name}: {equation.sql()} compares {' with '.join(pair)}")
    assert "\n".join(wrong) == ""
    assert seen > 200


def equations(select: exp.Select) -> Iterator[exp.Binary]:
    """What the joins of a SELECT equate, but for constants."""
    for join in select.args.get("joins") or ():
        condition = join.args.get("on")
        for found in () if condition is None else condition.find_all(exp.EQ, exp.NullSafeEQ):
            both = (found.this, found.expression)
            if found.parent_select is select and all(side.find(exp.Column) for side in both):
                yield found
