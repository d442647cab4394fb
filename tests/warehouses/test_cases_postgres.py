"""Every case of every built-in check, on a real PostgreSQL, with the numbers of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recsql.model import Target
from recsql.project.load import Loaded, load
from recsql.testing.suite import Chosen, collected, run_on
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse

_ROOT = Path(__file__).parents[2]
_AUDITS = sorted(path.name for path in (_ROOT / "tests" / "checks").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(_ROOT, optional=True)


@pytest.fixture(scope="module")
def warehouse(postgres: str) -> Iterator[Warehouse]:
    settings = dict(part.split("=") for part in postgres.split())
    opened = connect(Target("t", "postgres", dict(settings)), _ROOT)
    yield opened
    opened.close()


@pytest.mark.parametrize("audit", _AUDITS)
def test_the_cases_of_an_audit_pass(loaded: Loaded, warehouse: Warehouse, audit: str) -> None:
    results, problems = collected(run_on(loaded, warehouse, Chosen(f"tests/checks/{audit}/")))
    assert [problem.message for problem in problems] == []
    assert len(results) > 10
    told = [
        (
            f"{result.case.check}::{result.case.name}",
            [f"{d.what}: expected {d.expected}, actual {d.actual}" for d in result.mismatches],
            result.problem and result.problem.message,
        )
        for result in results
        if not result.passed
    ]
    assert told == []
