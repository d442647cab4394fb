"""The parametrised checks on a PostgreSQL that runs: the same cases, the same numbers."""

from __future__ import annotations

from pathlib import Path

from recsql.model import Problem, Target
from recsql.project.config import supplied_defaults
from recsql.project.load import load
from recsql.testing import casefile
from recsql.testing.cases import Bench, run_case
from recsql.warehouses import connect

ROOT = Path(__file__).parents[1] / "projects" / "parametrised"


def test_the_cases_of_parametrised_checks_hold_on_postgres(postgres: str) -> None:
    loaded, problems = load(ROOT), list[Problem]()
    parts = dict(part.split("=") for part in postgres.split())
    warehouse = connect(Target("t", "postgres", {**parts, "port": 5432}), ROOT)
    bench = Bench(loaded.catalog, loaded.project.variables, supplied_defaults(), warehouse)
    wrong: list[object] = []
    ran = 0
    try:
        for path in casefile.discover(ROOT):
            for case in casefile.read(path, path.name, loaded.catalog, problems):
                if any(fixture.sql is not None for fixture in case.given):
                    continue  # written in DuckDB's SQL
                ran += 1
                result = run_case(case, bench)
                if not result.passed:
                    told = result.problem.message if result.problem else result.mismatches
                    wrong.append((case.check, case.name, told))
    finally:
        warehouse.close()
    assert (wrong, problems) == ([], [])
    assert ran >= 60
