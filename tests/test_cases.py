"""Every case of every built-in check, as `recsql test` runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsql.model import Case, Problem
from recsql.project.load import load
from recsql.testing import casefile, suite
from recsql.testing.cases import Bench, run_case

_ROOT = Path(__file__).parent.parent
_LOADED = load(_ROOT, optional=True)


def _read() -> tuple[list[Case], list[Problem]]:
    problems: list[Problem] = []
    cases: list[Case] = []
    for path in casefile.discover(_ROOT):
        shown = path.relative_to(_ROOT).as_posix()
        cases += casefile.read(path, shown, _LOADED.catalog, problems)
    return cases, problems


_CASES, _PROBLEMS = _read()


@pytest.fixture(scope="module")
def bench() -> Bench:
    return suite.bench_of(_LOADED)


def test_the_library_and_its_case_files_have_no_mistakes() -> None:
    assert [problem.message for problem in (*_LOADED.project.problems, *_PROBLEMS)] == []


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case.check}::{case.name}")
def test_case(case: Case, bench: Bench) -> None:
    result = run_case(case, bench)
    shown = [f"{d.what}: expected {d.expected}, actual {d.actual}" for d in result.mismatches]
    assert (shown, result.problem) == ([], None)
