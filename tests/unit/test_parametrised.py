"""Parametrised checks: the built-in ones by their cases, and what users do with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

import recsql
from recsql.api import Request, compile_request
from recsql.compile import canonical, dialects
from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
from recsql.model import Case, Check, Problem, Reason, Status, Target
from recsql.project import catalog
from recsql.project.config import supplied_defaults
from recsql.project.contract import DIALECTS
from recsql.project.load import load
from recsql.results import CheckResult
from recsql.testing import casefile
from recsql.testing.cases import Bench, run_case
from recsql.warehouses import connect

Write = Callable[[Mapping[str, str]], Path]

ROOT = Path(__file__).parents[1] / "projects" / "parametrised"
LOADED = load(ROOT)
OWN = [check for check in LOADED.catalog.checks.values() if not check.builtin]


def read() -> tuple[list[Case], list[Problem]]:
    problems: list[Problem] = []
    found: list[Case] = []
    for path in casefile.discover(ROOT):
        found += casefile.read(path, path.name, LOADED.catalog, problems)
    return found, problems


CASES, PROBLEMS = read()


@pytest.fixture(scope="module")
def bench() -> Bench:
    warehouse = connect(Target("local", "duckdb"), ROOT)
    return Bench(LOADED.catalog, LOADED.project.variables, supplied_defaults(), warehouse)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.check}::{case.name}")
def test_case(case: Case, bench: Bench) -> None:
    result = run_case(case, bench)
    shown = [f"{d.what}: expected {d.expected}, actual {d.actual}" for d in result.mismatches]
    assert (shown, result.problem) == ([], None)


def test_every_built_in_has_a_check_with_cases_and_no_file_a_mistake() -> None:
    assert [problem.message for problem in (*LOADED.project.problems, *PROBLEMS)] == []
    assert {check.name for check in OWN} == {case.check for case in CASES}
    used = {check.sql.location.path for check in OWN}
    assert used == {each.sql.location.path for each in catalog.parametrised().values()}
    assert set(catalog.parametrised()) == {
        "not_null", "unique", "accepted_values", "relationships", "row_count", "freshness",
        "between", "expression_is_true", "proportion",
    }  # fmt: skip


@pytest.mark.parametrize("check", OWN, ids=lambda check: check.name)
def test_the_sql_of_a_built_in_stays_in_the_subset_of_all_engines(check: Check) -> None:
    moment = Moment(datetime(2026, 1, 1, tzinfo=UTC), 1.0, 1.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    templates = Templates(policy, LOADED.catalog.macros)
    for text in (check.sql, check.rows_sql):
        if text is not None:
            tree = dialects.parse(templates.render(text).sql, text)
            assert sorted(set(canonical.breaches(tree))) == []


def one(root: Path, name: str) -> CheckResult:
    (found,) = recsql.run(root, select=name).checks
    return found


def numbers(result: CheckResult) -> dict[str, float | None]:
    return {metric.name: metric.value for metric in result.metrics if not metric.segment}


ITEMS = """
create schema shop;
create table shop.items as
select * from (values (1, 'a@x'), (2, null), (2, 'b@x')) as t(id, mail)
"""


@pytest.fixture
def shop(write: Write) -> Callable[[str], Path]:
    """A project with a table of the warehouse's own, and the given checks."""

    def made(checks: str) -> Path:
        profile = "shop: {target: dev, outputs: {dev: {type: duckdb, path: store.db}}}\n"
        root = write({"profiles.yml": profile, "checks/own.yml": checks})
        with duckdb.connect(str(root / "store.db")) as connection:
            connection.execute(ITEMS)
        return root

    return made


def test_a_table_of_the_warehouse_needs_no_mapping(shop: Callable[[str], Path]) -> None:
    root = shop(
        "checks:\n"
        "  - name: mails\n"
        "    uses: not_null\n"
        "    arguments: {table: shop.items, column: mail, show: [id]}\n"
        "  - name: ids\n"
        "    uses: unique\n"
        "    arguments: {table: shop.items, column: id}\n"
        "  - name: parents\n"
        "    uses: relationships\n"
        "    arguments: {relation: events, column: item_id, to: shop.items, field: \"'i' || id\"}\n"
        "  - uses: row_count\n"
        "    arguments: {table: \"(select * from shop.items where id > 1)\"}\n"
    )  # fmt: skip
    found = {check.name: check for check in recsql.run(root, select="audit:custom").checks}
    assert {name: check.status for name, check in found.items()} == {
        "mails": Status.FAIL, "ids": Status.FAIL, "parents": Status.FAIL,
        "row_count_select_from_shop_items_where_id_1": Status.PASS,
    }  # fmt: skip
    assert (found["mails"].rows.columns, found["mails"].rows.sample) == (("id",), ((2,),))
    assert found["ids"].rows.sample == ((2, 2),)
    assert numbers(found["parents"])["failures"] == 8


def test_two_tables_in_the_same_words_are_not_taken_for_each_other(
    shop: Callable[[str], Path], tmp_path: Path
) -> None:
    text = "  - {{name: {}, uses: row_count, arguments: {{table: {}}}}}\n"
    root = shop("checks:\n" + text.format("a", "shop.items") + text.format("b", "range(7)"))
    request = Request(root, select=("a", "b"), plan=tmp_path / "plan.json")
    for _ in range(2):  # the second time from the plan
        result, _selection = recsql.api.run_request(request)
        counts = [numbers(check)["row_count"] for check in result.checks]
        assert counts == [3, 7]


def test_of_a_table_only_what_is_checked_is_shown(shop: Callable[[str], Path]) -> None:
    arguments = "{table: shop.items, column: id, max_value: 1}"
    root = shop(f"checks: [{{name: ids, uses: between, arguments: {arguments}}}]")
    found = one(root, "ids")
    assert (found.rows.columns, found.rows.count) == (("id",), 2)


SEEN = """\
    from: |
      select * from (values
          ('a', 'k1', null, 'view'), ('a', 'k2', 'i1', 'view'), ('b', 'k2', null, 'cart'),
          (null, 'k3', 'i2', 'view'), (null, 'k3', 'i2', 'view')
      ) as t(event_id, key, item_id, event_type)
"""


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("unique, arguments: {relation: events, column: event_id}", {("a", 2)}),
        (
            "not_null, arguments: {relation: events, column: item_id, show: [event_id]}, "
            "where: event_type = 'view'",
            {("a",)},
        ),
        (
            "accepted_values, arguments: {relation: events, column: item_id, values: [i1]}",
            {("i2", 2)},
        ),
        (
            "between, arguments: {relation: events, column: item_id, min_value: i2, "
            "show: [event_id]}",
            {("a",)},
        ),
        (
            "expression_is_true, arguments: {relation: events, expression: item_id = 'i2', "
            "show: [event_id, event_type]}",
            {("a", "view")},
        ),
    ],
)
def test_the_rows_are_those_that_fail_and_no_other(
    write: Write, use: str, expected: set[tuple[object, ...]]
) -> None:
    config = f"name: shop\nas_of: 2026-03-03\nrelations:\n  events:\n{SEEN}"
    checks = f"checks: [{{name: own, uses: {use}}}]"
    found = one(write({"recsql.yml": config, "checks/own.yml": checks}), "own")
    assert (set(found.rows.sample), found.rows.count) == (expected, len(expected))


def test_native_arguments_reach_their_own_dialect(write: Write) -> None:
    text = (
        "checks:\n"
        "  - name: fresh\n"
        "    uses: expression_is_true\n"
        "    dialect: snowflake\n"
        "    arguments: {table: raw.tracks, expression: \"payload:device::string = 'app'\"}\n"
    )
    root = write({"checks/own.yml": text})
    skipped = one(root, "fresh")
    assert (skipped.status, skipped.reason) == (Status.SKIP, Reason.NOT_COMPUTABLE)
    compiled = compile_request(Request(root, select=("fresh",)), "snowflake")
    assert compiled.problems == ()
    assert "GET_PATH(payload, 'device')" in compiled.checks[0].statement.sql


TEN = "table: '(select i from range(10) as t(i))', column: i"
EVERY = """\
checks:
  - {uses: not_null, arguments: {table: shop.tracks, column: key}, segments: [surface]}
  - {uses: unique, arguments: {table: shop.tracks, column: [id, day]}, segments: [surface]}
  - {uses: accepted_values, arguments: {table: shop.tracks, column: kind, values: [view, 1, true]}}
  - {uses: relationships, arguments: {table: shop.tracks, column: item, to: shop.items, field: id}}
  - {uses: row_count, arguments: {table: shop.tracks}, segments: [surface]}
  - {uses: freshness, arguments: {table: shop.tracks, column: sent_at}, segments: [surface]}
  - {uses: between, arguments: {table: shop.tracks, column: score, min_value: 0, max_value: 5%}}
  - {uses: expression_is_true, arguments: {table: shop.tracks, expression: a >= b, cluster: key}}
  - {uses: proportion, arguments: {table: shop.tracks, expression: a = b}, segments: [surface]}
"""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_built_in_is_written_in_every_dialect(write: Write, dialect: str) -> None:
    root = write({"checks/own.yml": EVERY})
    compiled = compile_request(Request(root, select=("audit:custom",)), dialect)
    assert (compiled.problems, compiled.skipped, len(compiled.checks)) == ((), {}, 9)
    for check in compiled.checks:
        for statement in (check.statement, check.rows):
            if statement is not None:
                assert "recsql_" not in statement.sql
                assert not re.search(r"\brs_", statement.sql.lower())
                dialects.parse(statement.sql, statement.source, dialect)


OWN_TEMPLATE = {
    "checks/parametrised/at_most.sql": (
        "select count(*) as failures from {{ source }} as source\n"
        "where {{ where or '1 = 1' }} and {{ column }} > {{ limit }} and {{ twice('1') }} = 2\n"
    ),
    "checks/parametrised/at_most.yml": (
        "summary: Rows of [source] with a [column] above [limit].\n"
        "arguments: {column: {kind: column, required: true}, limit: {kind: value, default: 5}}\n"
        "metrics: {failures: {unit: count, error_if: '> 0'}}\n"
    ),
    "macros/twice.sql": "{% macro twice(x) %}2 * {{ x }}{% endmacro %}",
}


def test_a_project_has_parametrised_checks_and_macros_of_its_own(write: Write) -> None:
    checks = (
        "checks:\n"
        f"  - {{name: five, uses: at_most, arguments: {{{TEN}}}}}\n"
        f"  - {{name: nine, uses: at_most, arguments: {{{TEN}, limit: 9}}}}\n"
    )
    root = write({**OWN_TEMPLATE, "checks/own.yml": checks})
    result = recsql.run(root, select="five nine")
    assert [(check.status, numbers(check)) for check in result.checks] == [
        (Status.FAIL, {"failures": 4}), (Status.PASS, {"failures": 0}),
    ]  # fmt: skip
    assert LOADED.catalog.checks["key_is_there"].summary == "Rows of events in which key is NULL."


def test_a_package_brings_checks_models_macros_and_parametrised_checks(write: Write) -> None:
    package = {f"growth/{name}": text for name, text in OWN_TEMPLATE.items()}
    package |= {
        "growth/checks/models/newest.sql": (
            "select max(event_ts) as ts from {{ relation('events') }}"
        ),
        "growth/checks/models/newest.yml": "summary: the newest event",
        "growth/checks/late.yml": (
            "checks: [{name: late, rows: \"select ts from {{ ref('newest') }}\"}]"
        ),
    }
    use = f"checks: [{{name: five, uses: at_most, arguments: {{{TEN}}}}}]"
    root = write({**package, "checks/own.yml": use})
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    (root / "recsql.yml").write_text(f"{config}packages: [growth]\n", encoding="utf-8")
    result = recsql.run(root, select="five late")
    assert [(check.name, check.status) for check in result.checks] == [
        ("five", Status.FAIL), ("late", Status.FAIL),
    ]  # fmt: skip
    assert result.problems == ()


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("overrides: recsql.not_null\n", []),
        (
            "",
            [
                "parametrised check `not_null` is defined twice: in "
                "`checks/parametrised/not_null.yml` and in recsql's own "
                "`checks/parametrised/not_null.yml`"
            ],
        ),
    ],
)
def test_a_built_in_is_only_replaced_where_that_is_said(
    write: Write, line: str, problems: list[str]
) -> None:
    files = {
        "checks/parametrised/not_null.sql": "select 7 as failures from {{ source }} as source",
        "checks/parametrised/not_null.yml": f"{line}metrics: {{failures: {{error_if: '> 6'}}}}",
        "checks/own.yml": "checks: [{name: own, uses: not_null, arguments: {relation: events}}]",
    }
    found = recsql.run(write(files), select="own")
    assert [problem.message for problem in found.problems] == problems
    assert numbers(found.checks[0]) == {"failures": 7}


def test_a_check_or_model_is_only_replaced_where_that_is_said(write: Write) -> None:
    own = {
        "checks/signal_freshness/signal_age.yml": "sql: select 1 as m\nmetrics: {m: }\n",
        "checks/models/requests.sql": "select 1 as one",
        "checks/models/requests.yml": "summary: s",
    }
    told = {problem.message for problem in load(write(own)).project.problems}
    assert told == {
        "check `signal_age` is defined twice: in `checks/signal_freshness/signal_age.yml` and in "
        "recsql's own `checks/signal_freshness/signal_age.yml`",
        "model `requests` is defined twice: in `checks/models/requests.yml` and in recsql's own "
        "`checks/models/requests.yml`",
    }
    said = {
        name: f"overrides: recsql.{Path(name).stem}\n{text}" if name.endswith("yml") else text
        for name, text in own.items()
    }
    root = write(said)
    assert load(root).project.problems == ()
    assert one(root, "signal_age").overrides == "signal_age"


@pytest.mark.parametrize(
    ("told", "problems"),
    [
        ("macros: {time_text: {overrides: recsql.time_text}}", []),
        (
            "macros: {time_text: {summary: noon}}",
            [
                "macro `time_text` is defined twice: in `macros/time_text.sql` and in recsql's own "
                "`macros/time_text.sql`"
            ],
        ),
        (
            "macros: {time_text: {overrides: recsql.day_text}}",
            [
                "macro `time_text` cannot override `day_text`: it has another name",
                "macro `time_text` is defined twice: in `macros/time_text.sql` and in recsql's own "
                "`macros/time_text.sql`",
            ],
        ),
    ],
)
def test_a_macro_of_recsql_is_only_replaced_where_that_is_said(
    write: Write, told: str, problems: list[str]
) -> None:
    files = {
        "macros/time_text.sql": "{% macro time_text(us) %}'noon'{% endmacro %}",
        "macros/macros.yml": told,
        "checks/own.yml": "checks: [{name: own, rows: \"select {{ time_text('1') }} as t\"}]",
    }
    result = recsql.run(write(files), select="own")
    assert [problem.message for problem in result.problems] == problems
    assert result.checks[0].rows.sample == (("noon",),)


def test_a_project_sets_its_own_limits_for_a_parametrised_check(write: Write) -> None:
    use = "checks: [{name: own, uses: unique, arguments: {relation: events, column: key}}]"
    root = write({"checks/own.yml": use})
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    assert one(root, "own").status is Status.FAIL
    for limit, status in (("> 80%", Status.PASS), ("> 60%", Status.FAIL), ("> 7", Status.PASS)):
        text = f"{config}checks: {{own: {{error_if: '{limit}'}}}}\n"
        (root / "recsql.yml").write_text(text, encoding="utf-8")
        assert one(root, "own").status is status, limit


def test_a_variable_of_the_project_may_stand_in_where_alone(write: Write) -> None:
    use = (
        "checks: [{name: own, uses: row_count, arguments: {relation: events}, "
        "where: \"item_id <> {{ var('hidden') }}\"}]"
    )
    root = write({"checks/own.yml": use})
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    (root / "recsql.yml").write_text(f"{config}vars: {{hidden: i3}}\n", encoding="utf-8")
    result = recsql.run(root, select="own")
    assert (result.problems, numbers(result.checks[0])) == ((), {"row_count": 9})


def test_no_text_of_an_argument_leaves_its_place(write: Write) -> None:
    use = (
        "checks:\n"
        "  - name: own\n"
        "    uses: accepted_values\n"
        "    arguments: {relation: events, column: item_id, values: [\"i1') or ('1' = '1\"]}\n"
        "  - {name: note, uses: row_count, arguments: {relation: events}, "
        'where: "1 = 0 -- or 1 = 1"}\n'
    )
    root = write({"checks/own.yml": use})
    assert numbers(one(root, "own"))["failures"] == 10
    assert numbers(one(root, "note")) == {"row_count": 0}
