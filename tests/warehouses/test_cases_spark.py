"""The first case of every built-in check, on a real Spark, with the numbers of DuckDB.

Spark plans each statement for a tenth of a second and more; `.ci/write_warehouses.py spark` runs
the whole library, and what it saw is in docs/warehouses.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from recsql.model import Case
from recsql.project.config import supplied_defaults
from recsql.project.load import load
from recsql.testing.cases import Bench, run_case
from recsql.testing.remembering import Remembering, Renaming
from recsql.testing.suite import Chosen, read_cases

_ROOT = Path(__file__).parents[2]
_LOADED = load(_ROOT, optional=True)
_FIRST = [cases[0] for cases, _ in read_cases(_LOADED, Chosen("tests/checks/")) if cases]


@pytest.fixture(scope="module")
def bench(spark: Renaming) -> Bench:
    return Bench(
        _LOADED.catalog, _LOADED.project.variables, supplied_defaults(), Remembering(spark)
    )


@pytest.mark.parametrize("case", _FIRST, ids=[f"{case.check}::{case.name}" for case in _FIRST])
def test_a_case_passes(bench: Bench, case: Case) -> None:
    result = run_case(case, bench)
    told = [f"{d.what}: expected {d.expected}, actual {d.actual}" for d in result.mismatches]
    assert (told, result.problem and result.problem.message) == ([], None)
