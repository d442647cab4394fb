"""How often a run goes through the event log, which is the one table that is really large.

The project's table is read by one statement, `models/events`, once. Everything else starts from
that copy or from models made of it. Apart from models that several audits share, an audit goes
through the copy at most once, and no statement names the same copy of the log twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from recsql import api
from recsql.compile import dialects
from recsql.compile.library import rendered_library
from recsql.compile.reading import Reader
from recsql.compile.template import MODEL, RELATION
from recsql.model import Statement
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.load import load
from recsql.runner.session import Session
from recsql.warehouses.base import Warehouse

ROOT = Path(__file__).parents[2]
LOADED = load(ROOT, optional=True)
PROJECTS: Mapping[str, Callable[[str], bool]] = {
    "with everything": lambda name: True,
    "with events only": lambda name: False,
}

TWICE = {
    "models/backtest_hits": {"topic_events": 2},
    "models/events_elsewhere": {"person_events": 2},
}
"""Statements that go through one copy of the log twice; a new one needs a reason.

A replayed profile is found by counting the person's events, and then read by their numbers. Who has
one key throughout, as most have, is found by grouping, so that only the others' events are sorted.
"""


@cache
def trees(project: str) -> Mapping[str, exp.Query]:
    return {
        name: dialects.parse(rendered.sql, rendered.source)
        for name, rendered in rendered_library(PROJECTS[project])
    }


def named(tree: exp.Query) -> Counter[str]:
    """How often a statement names each relation and model."""
    return Counter(table.name for table in tree.find_all(exp.Table))


def starts_from(tree: exp.Query) -> set[str]:
    """What the rows of a statement are rows of: its FROM, as far as nothing groups or counts."""
    steps = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}

    def of(node: exp.Expr | None) -> set[str]:
        if isinstance(node, exp.Union):
            return of(node.left) | of(node.right)
        if isinstance(node, exp.Subquery):
            return of(node.this)
        if isinstance(node, exp.Table):
            return of(steps[node.name]) if node.name in steps else {node.name}
        if not isinstance(node, exp.Select) or node.args.get("group") or node.args.get("distinct"):
            return set()
        counts = (each for item in node.expressions for each in item.find_all(exp.AggFunc))
        if any(each.find_ancestor(exp.Window) is None for each in counts):
            return set()
        found = node.find(exp.From)
        return set() if found is None else of(found.this)

    return of(tree)


@cache
def copies() -> frozenset[str]:
    """The models whose rows are rows of the event log."""
    found = {f"{RELATION}events"}
    while True:
        more = {
            MODEL + name.removeprefix("models/")
            for name, tree in trees("with everything").items()
            if name.startswith("models/") and starts_from(tree) & found
        }
        if more <= found:
            return frozenset(name.removeprefix(MODEL) for name in found if name.startswith(MODEL))
        found |= more


@cache
def users() -> Mapping[str, set[str]]:
    """The audits that need each model."""
    reader = Reader(LOADED.catalog, LOADED.project.variables)
    found: dict[str, set[str]] = {}
    for check in LOADED.catalog.checks.values():
        for model in reader.read(check).models:
            found.setdefault(model.name, set()).add(check.audit)
    return found


@pytest.mark.parametrize("project", PROJECTS)
def test_one_statement_reads_the_event_table_once(project: str) -> None:
    read = {name: named(tree)[f"{RELATION}events"] for name, tree in trees(project).items()}
    assert {name: count for name, count in read.items() if count} == {"models/events": 1}


def test_the_copies_of_the_log_are_known() -> None:
    assert copies() == {
        "events", "person_events", "topic_events", "category_activity", "replay_events",
        "purchase_prompts",  # of which only purchases are left
    }  # fmt: skip


@pytest.mark.parametrize("project", PROJECTS)
def test_no_statement_goes_through_a_copy_of_the_log_twice(project: str) -> None:
    found = {}
    for name, tree in trees(project).items():
        counts = {copy: named(tree)[MODEL + copy] for copy in sorted(copies())}
        twice = {copy: count for copy, count in counts.items() if count > 1}
        if twice:
            found[name] = twice
    assert found == TWICE, "put right what is new here, and take off the list what no longer is"


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("audit", sorted(LOADED.catalog.audits))
def test_beyond_the_shared_models_an_audit_goes_through_the_events_once(
    audit: str, project: str
) -> None:
    own = {f"models/{name}" for name, audits in users().items() if audits == {audit}}
    passes = {
        name: named(tree)[f"{MODEL}events"]
        for name, tree in trees(project).items()
        if (name.startswith(f"{audit}/") or name in own) and named(tree)[f"{MODEL}events"]
    }
    assert sum(passes.values()) <= 1, passes


def test_duckdb_scans_the_event_table_once_in_a_whole_run(tmp_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    with duckdb.connect(str(database)) as connection:
        for name in MAPPABLE:
            columns = ", ".join(f"{c.name} {c.type}" for c in RELATIONS[name].values())
            connection.execute(f"create table raw_{name} ({columns})")
            connection.execute(f"insert into raw_{name} default values")
        days = "timestamp '2026-02-28' + interval (i) day"  # no plan may think them out of reach
        connection.execute(f"insert into raw_events (event_ts) select {days} from range(2) as r(i)")
    mapping = "".join(f"  {name}: {{from: raw_{name}}}\n" for name in MAPPABLE)
    (tmp_path / "recsql.yml").write_text(
        f"name: shop\nas_of: 2026-03-03\nrelations:\n{mapping}", "utf-8"
    )
    profile = "shop: {target: t, outputs: {t: {type: duckdb, path: shop.duckdb}}}\n"
    (tmp_path / "profiles.yml").write_text(profile, "utf-8")
    scans: Counter[str] = Counter()
    with api.opened(api.Request(tmp_path)) as project:
        compiler, warehouse = project.prepared.compiler, project.warehouse
        session = Session(compiler, warehouse, None, lambda name, sql: None)
        checks = [compiler.check(check) for check in compiler.catalog.checks.values()]
        for name in dict.fromkeys(name for check in checks for name in check.models):
            session.build(name)
            if not compiler.model(name).start:  # a fixpoint's working tables are gone by now
                scans[name] = scanned(warehouse, compiler.model(name).statement)
        for check in checks:
            for statement in (check.statement, check.rows):
                if statement is not None:
                    scans[check.check.name] += scanned(warehouse, statement)
        session.close()
    assert len(scans) > 100
    assert {name: count for name, count in scans.items() if count} == {"events": 1}


def scanned(warehouse: Warehouse, statement: Statement) -> int:
    """How often the physical plan of a statement scans the project's event table."""
    plan = warehouse.query(f"explain (format json) {statement.sql}").rows[0][1]
    return str(plan).count("raw_events")
