from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pytest

import recsql
from recsql import api
from recsql.api import Request
from recsql.errors import ConfigError, RecsqlError, WarehouseError
from recsql.model import Status
from recsql.report import WRITERS, as_json
from recsql.results import CheckResult, RunResult

Write = Callable[[Mapping[str, str]], Path]

FINE = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
BAD = "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
FILES = {"checks/bad.yml": BAD, "checks/fine.yml": FINE}


def test_the_package_offers_run_compile_and_test_by_name() -> None:
    assert (recsql.run, recsql.compile, recsql.test) == (api.run, api.compile, api.test)
    assert recsql.__all__ == ["__version__", "compile", "run", "test"]
    with pytest.raises(AttributeError, match="has no attribute `rnu`"):
        _ = recsql.rnu


def test_a_run_shows_itself_in_a_notebook_and_writes_its_results(write: Write) -> None:
    found = recsql.run(write(FILES), select="fine")
    assert as_json.read(found.to_json()) == RunResult(
        found.run, found.audits, found.checks, found.problems
    )
    shown = found._repr_html_()
    assert shown.startswith('<iframe title="recsql report" sandbox srcdoc="&lt;!doctype html')
    assert shown.count("<") == 2
    assert html.escape(WRITERS["html"](found)) == html.escape(html.unescape(shown.split('"')[3]))


def test_the_names_stay_functions_whatever_is_imported() -> None:
    code = "import recsql; recsql.compile; recsql.run; print(callable(recsql.compile))"
    for first in ("", "import recsql.api; ", "import recsql.cli.app; recsql.test; "):
        found = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-c", f"import recsql; {first}{code}"],
            capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        assert found.stdout == "True\n"


@pytest.mark.parametrize("select", ["bad fine", ["bad fine"], ["bad", "fine"], ("fine", "bad")])
def test_select_is_a_word_or_several(write: Write, select: str | list[str]) -> None:
    found = recsql.run(write(FILES), select=select)
    assert [check.name for check in found.checks] == ["bad", "fine"]


def test_run_takes_a_path_or_its_text_and_an_instant(write: Write) -> None:
    found = recsql.run(str(write(FILES)), select="fine", as_of="2026-01-01")
    assert (found.run.as_of, found.run.exit_code) == ("2026-01-01T00:00:00Z", 0)


def test_run_writes_nothing_by_itself(write: Write) -> None:
    root = write(FILES)
    before = sorted(root.rglob("*"))
    recsql.run(root, select="bad")
    recsql.compile(root, select="bad")
    recsql.test(root)
    assert sorted(root.rglob("*")) == before


def test_run_uses_the_target_of_the_profile(write: Write) -> None:
    root = write({
        "profiles.yml": (
            "shop: {target: a, outputs: {a: {type: duckdb}, b: {type: duckdb, path: b.duckdb}}}\n"
        ),
        "recsql.yml": "name: shop\n",
        "checks/own.yml": "sql: select n as m from kept\ndialect: duckdb\nmetrics: {m: }\n",
    })  # fmt: skip
    with duckdb.connect(str(root / "b.duckdb")) as connection:
        connection.execute("create table kept as select 7 as n")
    assert recsql.run(root, select="own").checks[0].status is Status.ERROR
    found = recsql.run(root, select="own", target="b")
    assert (found.run.target, found.checks[0].metrics[0].value) == ("b", 7.0)


def test_what_cannot_start_is_an_error_and_everything_else_a_result(
    write: Write, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"no recsql\.yml"):
        recsql.run(tmp_path)
    root = write({"profiles.yml": "shop: {target: a, outputs: {a: {type: duckdb, path: x.db}}}"})
    with pytest.raises(WarehouseError, match=r"no DuckDB file `x\.db`"):
        recsql.run(root)
    with pytest.raises(RecsqlError, match="`soon` is not an instant"):
        recsql.run(root, as_of="soon")


def test_each_result_is_told_as_it_comes_with_its_number(write: Write) -> None:
    seen: list[tuple[str, int, int]] = []

    def progress(result: CheckResult, number: int, total: int) -> None:
        seen.append((result.name, number, total))

    request = Request(write(FILES), select=("audit:custom",))
    api.run_request(request, progress=progress)
    assert sorted(name for name, *_ in seen) == ["bad", "fine"]
    assert [numbers for _, *numbers in seen] == [[1, 2], [2, 2]]


def test_every_compiled_statement_may_be_kept(write: Write) -> None:
    kept: dict[str, str] = {}

    def keep(name: str, sql: str) -> str:
        kept[name] = sql
        return f"/kept/{name}"

    result, _ = api.run_request(Request(write(FILES), select=("bad",)), keep)
    assert kept == {"custom/bad.sql": "SELECT\n  9.0 AS m"}
    assert result.checks[0].compiled_path == "/kept/custom/bad.sql"


def test_compile_needs_no_connection_and_no_project(tmp_path: Path) -> None:
    found = recsql.compile(tmp_path, dialect="postgres", select="signal_age")
    assert found.selected == ("signal_age",)
    assert found.problems == ()


def test_a_sample_keeps_whole_persons_and_nearly_the_share(write: Write) -> None:
    root = write({
        "checks/own.yml": (
            "sql: |\n  select count(distinct people.p) * 1.0 as m, count(*) as m_n\n"
            "  from (select 'p' || (i % 1000) as p from range(5000) as n(i)) as people\n"
            "  where {{ sample_filter('people.p') }}\nmetrics: {m: }\n"
        ),
    })  # fmt: skip
    request = Request(root, select=("own",), sample=0.2)
    first, second = (api.run_request(request)[0].checks[0].metrics[0] for _ in range(2))
    assert first == second
    assert first.value is not None
    assert first.n == 5 * first.value
    assert 150 <= first.value <= 250


def test_a_result_is_json_with_every_status_counted(write: Write) -> None:
    found = recsql.run(write(FILES), select="audit:custom")
    document = json.loads(WRITERS["json"](found))
    assert document["summary"] == {
        "pass": 1, "warn": 0, "fail": 1, "unknown": 0, "skip": 0, "error": 0, "info": 0,
    }  # fmt: skip


def test_the_connection_is_closed_when_a_run_ends(write: Write) -> None:
    with api.opened(Request(write(FILES))) as project:
        assert project.warehouse.query("select 1 as x").rows == [(1,)]
    with pytest.raises(WarehouseError):
        project.warehouse.query("select 1 as x")
