from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Compiled, Request
from recsql.compile.kept import Kept
from recsql.errors import CompileError, Location, UpstreamError
from recsql.model import CompiledCheck, Problem

Write = Callable[[Mapping[str, str]], Path]

USES = "sql: select x.m from {{{{ ref('{}') }}}} as x\nmetrics: {{m: }}\n"


def compiled(root: Path, *select: str, dialect: str | None = "duckdb") -> Compiled:
    return api.compile_request(Request(root, select=select), dialect)


def only(found: Compiled) -> CompiledCheck:
    (check,) = found.checks
    return check


def told(found: Compiled) -> list[tuple[str, str, str | None]]:
    return [(p.message, str(p.location), p.hint) for p in found.problems]


def test_a_check_compiles_to_one_statement_and_its_models_in_building_order(write: Write) -> None:
    root = write({
        "checks/own.yml": USES.format("b"),
        "checks/models/a.yml": "sql: select 1 as m\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
    })  # fmt: skip
    found = compiled(root, "own")
    check = only(found)
    assert told(found) == []
    assert check.models == ("a", "b")
    assert check.statement.sql == "SELECT\n  x.m\nFROM recsql_b AS x"
    assert [(m.name, m.table) for m in found.models] == [("a", "recsql_a"), ("b", "recsql_b")]
    assert [name for name, _ in found.files()] == [
        "models/a.sql", "models/b.sql", "custom/own.sql",
    ]  # fmt: skip


def test_rows_are_counted_sampled_and_their_inputs_looked_at(write: Write) -> None:
    text = "rows: select events.key from {{ relation('events') }} as events order by events.key\n"
    check = only(compiled(write({"checks/own.yml": text}), "own"))
    assert check.rows is not None
    assert check.statement.sql.startswith("SELECT\n  COUNT(*) AS failures\nFROM (")
    assert "ORDER BY" not in check.statement.sql
    assert check.rows.sql.endswith("ORDER BY\n  events.key\nLIMIT 20")
    assert len(check.first_rows) == 1


def test_the_worst_rows_beside_a_metric_check_are_compiled_with_it(write: Write) -> None:
    root = write({
        "checks/x/own.yml": "metrics: {m: }\n",
        "checks/x/own.sql": "select 1 as m",
        "checks/x/own.rows.sql": "select events.key from {{ relation('events') }} as events",
    })  # fmt: skip
    found = compiled(root, "own")
    assert [name for name, _ in found.files()] == ["x/own.sql", "x/own.rows.sql"]


def test_a_verdict_stands_without_rows_that_lack_an_input(write: Write) -> None:
    root = write({
        "checks/x/own.yml": "metrics: {m: }\n",
        "checks/x/own.sql": "select 1 as m",
        "checks/x/own.rows.sql": "select s.key from {{ ref('a') }} as s",
        "checks/models/a.yml": "sql: select s.key from {{ relation('serving') }} as s\n",
    })  # fmt: skip
    check = only(compiled(root, "own"))
    assert (check.rows, check.rows_count, check.models) == (None, None, ())


def test_rows_that_are_broken_break_their_check(write: Write) -> None:
    root = write({
        "checks/x/own.yml": "metrics: {m: }\n",
        "checks/x/own.sql": "select 1 as m",
        "checks/x/own.rows.sql": "select x.key from {{ ref('gone') }} as x",
    })  # fmt: skip
    assert told(compiled(root, "own"))[0][0] == "unknown model `gone`"


def test_a_circle_of_models_is_an_error_of_the_check_that_enters_it(write: Write) -> None:
    root = write({
        "checks/own.yml": USES.format("a"),
        "checks/fine.yml": "sql: select 1 as m\nmetrics: {m: }\n",
        "checks/models/a.yml": "sql: select b.m from {{ ref('b') }} as b\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
    })  # fmt: skip
    found = compiled(root, "own fine")
    assert [check.check.name for check in found.checks] == ["fine"]
    assert told(found) == [("models need each other in a circle: a → b → a",
                            "checks/own.yml:1:6", None)]  # fmt: skip


def test_a_misspelt_model_is_told_where_it_is_mentioned_with_the_nearest(write: Write) -> None:
    text = "sql: |\n  select 1 as m\n  from {{ ref('requets') }} as r\nmetrics: {m: }\n"
    found = compiled(write({"checks/own.yml": text}), "own")
    assert found.problems == (
        Problem(
            "check `own`",
            "unknown model `requets`",
            Location("checks/own.yml", 3, 3, "from {{ ref('requets') }} as r"),
            "did you mean `requests`?",
        ),
    )


def test_a_misspelt_model_below_another_is_told_to_each_check_above(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: select b.m from {{ ref('b') }} as b\n",
        "checks/models/b.yml": "sql: select r.m from {{ ref('requets') }} as r\n",
        "checks/one.yml": USES.format("a"),
        "checks/two.yml": USES.format("b"),
    })  # fmt: skip
    message, place = "unknown model `requets`", "checks/models/b.yml:1:6"
    hint = "did you mean `requests`?"
    assert told(compiled(root, "one two")) == [(message, place, hint)] * 2


def test_a_broken_model_is_told_once_and_its_users_are_skipped(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: |\n  select 1 as m\n  from where\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
        "checks/one.yml": USES.format("a"),
        "checks/two.yml": USES.format("b"),
    })  # fmt: skip
    found = compiled(root, "one two")
    assert [place for _, place, _ in told(found)] == ["checks/models/a.yml:3:3"]
    assert {name: why.partition(":")[0] for name, why in found.skipped.items()} == {
        "one": "model `a` is broken", "two": "model `a` is broken",
    }  # fmt: skip


def test_a_model_whose_yaml_is_broken_skips_its_users(write: Write) -> None:
    root = write({"checks/models/a.yml": "sqll: select 1\n", "checks/one.yml": USES.format("a")})
    found = compiled(root, "one")
    assert found.skipped == {"one": "model `a` is broken: model `a` has no SQL"}


def test_a_model_that_lacks_an_input_skips_its_users_and_names_the_input(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: select links.key as m from {{ relation('links') }} as links\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
        "checks/one.yml": USES.format("b"),
    })  # fmt: skip
    found = compiled(root, "one")
    assert (found.skipped, told(found)) == ({"one": "relation `links` is not declared"}, [])


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("delete from x", "DELETE"),
        ("with a as (delete from x returning *) select * from a", "DELETE"),
        ("create table x as select 1", "CREATE"),
        ("select * into y from x", "INTO"),
        ("copy x to 'y'", "COPY"),
        ("attach 'y'", "ATTACH"),
    ],
)
def test_a_check_or_model_that_would_write_is_never_compiled(
    write: Write, sql: str, word: str
) -> None:
    root = write({
        "checks/own.yml": f'sql: "{sql}"\nmetrics: {{m: }}\n',
        "checks/rows.yml": f'rows: "{sql}"\n',
        "checks/models/a.yml": f'sql: "{sql}"\n',
        "checks/uses.yml": USES.format("a"),
    })  # fmt: skip
    found = compiled(root, "own rows uses")
    assert found.checks == ()
    message = f"this is not one read-only SELECT: it contains {word}"
    assert [p.message for p in found.problems] == [message] * 3


def test_a_mapping_that_would_write_is_never_compiled(write: Write) -> None:
    text = "rows: select events.key from {{ relation('events') }} as events\n"
    config = (
        "relations: {events: {from: tracks, columns: {key: '(delete from x returning key)'}}}\n"
    )
    found = compiled(write({"recsql.yml": config, "checks/own.yml": text}), "own")
    assert found.checks == ()
    assert len(found.problems) == 1


def test_a_native_check_is_for_its_own_dialect_only(write: Write) -> None:
    text = "sql: select 1::int64 as m\ndialect: bigquery\nmetrics: {m: }\n"
    root = write({"checks/own.yml": text})
    assert compiled(root, "own").skipped == {"own": "written for bigquery, not duckdb"}
    assert compiled(root, "own", dialect="bigquery").skipped == {}


def test_what_a_missing_input_costs_is_told_and_inherited_from_models(write: Write) -> None:
    root = write({
        "checks/models/a.yml": (
            "sql: select events.category as m from {{ relation('events') }} as events\n"
            "optional: [events.category]\ndegraded_without: {events.category: one window for all}\n"
        ),
        "checks/one.yml": USES.format("a") + (
            "notes_without: {identity_map: every key is a profile, identity_map.valid_to: x}\n"
        ),
    })  # fmt: skip
    check = only(compiled(root, "one"))
    assert (check.notes, check.degraded) == (
        (
            "without events.category: one window for all",
            "without identity_map: every key is a profile",
        ),
        True,
    )


def test_relations_are_known_through_models(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: select e.key as m from {{ relation('events') }} as e",
        "checks/one.yml": USES.format("a"),
        "checks/two.yml": "sql: select 1 as m\nmetrics: {m: }\n",
    })  # fmt: skip
    assert compiled(root, "relation:events,audit:custom").selected == ("one",)


def test_nothing_is_compiled_twice(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: select 1 as m\n",
        "checks/one.yml": USES.format("a"), "checks/two.yml": USES.format("a"),
    })  # fmt: skip
    assert [m.name for m in compiled(root, "one two").models] == ["a"]


def test_the_compiler_raises_for_a_model_what_it_told(write: Write) -> None:
    root = write({"checks/models/a.yml": "sql: select from\n", "checks/one.yml": USES.format("a")})
    _, prepared = api.unconnected(Request(root), "duckdb")
    compiler = prepared.compiler
    for _ in range(2):
        with pytest.raises(CompileError):
            compiler.model("a")
    with pytest.raises(UpstreamError):
        compiler.check(compiler.catalog.checks["one"])
    assert len(compiler.problems) == 1


def test_the_columns_of_a_star_follow_the_model_also_where_a_plan_is_kept(write: Write) -> None:
    star = (
        "sql: select a.* from {{ ref('a') }} as a join {{ ref('b') }} as b on a.m = b.m\n"
        "metrics: {m: }\n"
    )
    root = write({"checks/one.yml": star, "checks/models/b.yml": "sql: select 1 as m\n"})
    kept = Kept()
    found = []
    for columns in ("1 as m", "1 as m, 2 as n"):
        (root / "checks" / "models" / "c.yml").write_text(f"sql: select {columns}\n")
        (root / "checks" / "models" / "a.yml").write_text("sql: select * from {{ ref('c') }}\n")
        _, prepared = api.unconnected(Request(root), "clickhouse")
        compiler = replace(prepared.compiler, kept=kept)
        sql = compiler.check(compiler.catalog.checks["one"]).statement.sql
        found.append(" ".join(sql.partition("FROM")[0].split()))
    assert found == ['SELECT "a"."m" AS "m"', 'SELECT "a"."m" AS "m", "a"."n" AS "n"']


FIXPOINT = (
    "kind: fixpoint\nstart: {n: select 0 as x}\n"
    "step:\n- {table: n, sql: \"select n.x + 1 as x from {{ state('n') }} as n\"}\n"
    "changes: \"select count(*) from {{ state('n') }} as n where n.x < 5\"\n"
    "result: \"select n.x as m from {{ state('%s') }} as n\"\n"
)


def test_a_fixpoint_has_working_tables_of_its_own(write: Write) -> None:
    root = write({"checks/models/f.yml": FIXPOINT % "n", "checks/one.yml": USES.format("f")})
    (model,) = compiled(root, "one").models
    assert ([name for name, _ in model.start], [step.table for step in model.steps]) == (
        ["recsql_f_n"], ["recsql_f_n"],
    )  # fmt: skip


def test_a_misspelt_working_table_is_told_with_the_nearest(write: Write) -> None:
    root = write({"checks/models/f.yml": FIXPOINT % "nn", "checks/one.yml": USES.format("f")})
    found = compiled(root, "one")
    assert [(p.message, p.hint) for p in found.problems] == [
        ("unknown state `nn`", "did you mean `n`?")
    ]
