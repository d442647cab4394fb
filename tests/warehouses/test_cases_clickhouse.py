"""The first case of each check on a ClickHouse engine; `.ci/write_warehouses.py` runs them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recsql.model import Target
from recsql.project.load import Loaded, load
from recsql.testing.suite import Chosen, collected, read_cases, run_on
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse

pytest.importorskip("chdb", reason="chdb is not installed: pip install -e '.[engines]'")
pytest.importorskip("clickhouse_connect", reason="clickhouse-connect is not installed")

_ROOT = Path(__file__).parents[2]
_AUDITS = sorted(path.name for path in (_ROOT / "tests" / "checks").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(_ROOT, optional=True)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    opened = connect(Target("t", "clickhouse", {"driver": "chdb"}), _ROOT)
    yield opened
    opened.close()


@pytest.mark.parametrize("audit", _AUDITS)
def test_the_first_case_of_each_check_passes(
    loaded: Loaded, warehouse: Warehouse, audit: str
) -> None:
    every = read_cases(loaded, Chosen(f"tests/checks/{audit}/"))
    first = tuple(f"{cases[0].location.path}::{cases[0].name}" for cases, _ in every if cases)
    results, problems = collected(run_on(loaded, warehouse, Chosen(paths=first)))
    assert [problem.message for problem in problems] == []
    assert len(results) == len(first) > 3
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
