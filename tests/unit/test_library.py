"""The built-in checks, models, macros and their files, held to the house rules."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsql import api
from recsql.compile.library import texts
from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates, broken_macros
from recsql.describe.facts import STEPS
from recsql.model import Catalog, Check, Unit
from recsql.project import document, locate
from recsql.project.contract import MAPPABLE
from recsql.project.load import load
from recsql.runner.sentences import placeholders
from recsql.testing import casefile

ROOT = Path(__file__).parents[2]
LOADED = load(ROOT, optional=True)
CATALOG: Catalog = LOADED.catalog
CHECKS = sorted(CATALOG.checks)
VARIABLE = re.compile(r"""\bvar(?:_us)?\(\s*['"](\w+)['"]""")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def longer_than(limit: int, *paths: Path) -> dict[str, int]:
    return {str(p.relative_to(ROOT)): lines(p) for p in paths if lines(p) > limit}


def all_limits(check: Check) -> list[str]:
    limits = [t for m in check.metrics for t in (m.warn_if, m.error_if, m.unless) if t is not None]
    return [limit.reference for limit in limits if limit.reference is not None]


def test_the_library_is_read_without_a_mistake() -> None:
    assert LOADED.project.problems == ()
    assert CATALOG.broken == {}
    assert len(CHECKS) >= 12


def test_the_library_is_found_in_this_checkout() -> None:
    assert locate.builtin_root() == ROOT


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "snowflake", "bigquery", "spark"])
def test_every_check_model_and_macro_compiles(tmp_path: Path, dialect: str) -> None:
    relations = "".join(f"  {name}: {{from: raw_{name}}}\n" for name in MAPPABLE)
    (tmp_path / "recsql.yml").write_text(f"relations:\n{relations}", encoding="utf-8")
    found = api.compile(tmp_path, dialect=dialect)
    assert [p.message for p in found.problems] == []
    assert found.skipped == {}
    assert sorted(check.check.name for check in found.checks) == CHECKS


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_says_what_it_measures_and_what_to_do(name: str) -> None:
    check = CATALOG.checks[name]
    assert check.summary.endswith(".")
    assert check.next.strip()
    assert check.explanation.formula.strip()
    assert check.explanation.misleads.strip()
    assert check.explanation.sources.strip()
    assert check.sentences
    assert [metric.name for metric in check.metrics if not metric.summary] == []


@pytest.mark.parametrize("name", CHECKS)
def test_the_next_action_begins_with_the_steps_of_the_pipeline(name: str) -> None:
    steps, colon, action = CATALOG.checks[name].next.partition(": ")
    named = [step.lower() for step in re.split(", | or ", steps)]
    assert [step for step in named if step not in STEPS] == []
    assert len(set(named)) == len(named)
    assert colon
    assert action[:1].islower()
    assert action.endswith(".")


@pytest.mark.parametrize("name", CHECKS)
def test_whatever_fails_has_its_number_in_the_sentence(name: str) -> None:
    check = CATALOG.checks[name]
    said = [set(placeholders(sentence)) for sentence in check.sentences]
    headline = next(m.name for m in check.metrics if m.unit is not Unit.COUNT)
    assert headline in said[0] or any(m.error_if and m.name in said[0] for m in check.metrics)
    # what excuses a metric is told with the excuse
    limited = {m.name for m in check.metrics if (m.warn_if or m.error_if) and not m.excuse}
    assert limited - set[str]().union(*said) == set()


@pytest.mark.parametrize("name", CHECKS)
def test_a_verdict_is_told_with_its_interval_or_its_denominator(name: str) -> None:
    check = CATALOG.checks[name]
    if any(metric.warn_if or metric.error_if for metric in check.metrics):
        assert re.search(r"\{\w+:(?:n|interval)\}", check.sentences[0])


def test_whatever_can_fail_names_its_rows() -> None:
    failing = [name for name in CHECKS if any(m.error_if for m in CATALOG.checks[name].metrics)]
    assert [name for name in failing if CATALOG.checks[name].rows_sql is None] == []


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_with_rows_has_a_case_that_names_some(name: str) -> None:
    check = CATALOG.checks[name]
    path = ROOT / "tests" / "checks" / check.audit / f"{name}.yml"
    cases = casefile.read(path, path.name, CATALOG, [])
    assert check.rows_sql is None or any(case.expect.rows for case in cases)


@pytest.mark.parametrize("name", CHECKS)
def test_a_sentence_asks_only_for_what_the_check_measures(name: str) -> None:
    check = CATALOG.checks[name]
    metrics = {metric.name for metric in check.metrics}
    asked = {word for sentence in check.sentences for word in placeholders(sentence)}
    assert asked - metrics == set()
    if check.rows_sentence:
        assert check.rows_sql is not None


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_cases_and_an_empty_one_among_them(name: str) -> None:
    check = CATALOG.checks[name]
    path = ROOT / "tests" / "checks" / check.audit / f"{name}.yml"
    root = document.read(path, path.name)
    assert isinstance(root.value, dict)
    assert root.value["check"].value == name
    cases = list(casefile.read(path, path.name, CATALOG, []))
    empty = [
        case.name
        for case in cases
        if any(not given.rows and given.sql is None for given in case.given)
    ]
    assert len(cases) >= 4
    assert empty != []


@pytest.mark.parametrize("name", CHECKS)
def test_a_limit_is_a_number_a_declared_variable_or_a_metric(name: str) -> None:
    measured = {metric.name for check in CATALOG.checks.values() for metric in check.metrics}
    for reference in all_limits(CATALOG.checks[name]):
        assert reference.removeprefix("var:") in {*CATALOG.variables, *measured}


def test_every_audit_asks_a_question_and_lists_checks_that_exist() -> None:
    for audit in CATALOG.audits.values():
        assert audit.question.endswith("?")
        assert [name for name in audit.checks if name not in CATALOG.checks] == []
        assert {CATALOG.checks[name].audit for name in audit.checks} == {audit.name}
    listed = [name for audit in CATALOG.audits.values() for name in audit.checks]
    assert sorted(listed) == CHECKS


def test_every_variable_that_sql_asks_for_is_declared() -> None:
    sources = [text.text for _, text in texts(CATALOG)]
    sources += [macro.text.text for macro in CATALOG.macros.values()]
    asked = {word for source in sources for word in VARIABLE.findall(source)}
    asked |= {
        limit.removeprefix("var:") for c in CATALOG.checks.values() for limit in all_limits(c)
    }
    assert sorted(asked - set(CATALOG.variables)) == []


def test_every_variable_says_what_it_is() -> None:
    assert [name for name, found in CATALOG.variables.items() if not found.summary] == []


def test_every_macro_can_be_read() -> None:
    """Which a run leaves out, since nobody changes them."""
    moment = Moment(datetime(2026, 1, 1, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    templates = Templates(Policy(moment, {}, lambda name: True), CATALOG.macros)
    assert broken_macros(templates, CATALOG.macros) == ()
    assert {macro.builtin for macro in CATALOG.macros.values()} == {True}


def test_every_macro_is_described_and_every_description_has_its_macro() -> None:
    path = ROOT / "macros" / "macros.yml"
    root = document.read(path, "macros.yml").value
    assert isinstance(root, dict)
    described = root["macros"].value
    assert isinstance(described, dict)
    assert sorted(described) == sorted(CATALOG.macros)


def test_every_statement_starts_by_saying_what_a_row_is() -> None:
    own = {name: text.text for name, text in texts(CATALOG) if text.location.path.endswith(".sql")}
    assert [name for name, text in own.items() if not re.match(r"-- \S.*[.?]\n", text)] == []


def test_files_are_short() -> None:
    sql = sorted((ROOT / "checks").glob("[!m]*/*.sql"))
    yml = sorted((ROOT / "checks").glob("[!m]*/*.yml"))
    macros = sorted((ROOT / "macros").glob("*.sql"))
    python = sorted((ROOT / "recsql").rglob("*.py"))
    assert longer_than(80, *sql) == {}
    assert longer_than(50, *yml) == {}
    assert longer_than(60, *macros) == {}
    assert longer_than(400, *python) == {}


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_functions_are_short() -> None:
    commands = ROOT / "recsql" / "cli"
    long = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sorted((ROOT / "recsql").rglob("*.py"))
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 40 and commands not in path.parents
    }
    assert long == {}


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    folders = ("recsql", "checks", "macros", "profiles", "tests", "docs")
    found = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".sql", ".yml", ".md") and path != Path(__file__)
        and re.search(r"/(?:work|tmp|home)/", path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert found == []
