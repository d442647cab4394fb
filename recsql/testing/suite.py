"""All cases of a project (or of recsql itself), one after the other on one warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from recsql.model import Problem
from recsql.project.config import supplied_defaults
from recsql.project.load import Loaded
from recsql.results import CaseResult
from recsql.testing import casefile
from recsql.testing.cases import Bench, run_case
from recsql.warehouses.base import Warehouse


def run_suite(
    loaded: Loaded,
    warehouse: Warehouse,
    pattern: str | None = None,
    progress: Callable[[CaseResult], None] = lambda result: None,
    *,
    fail_fast: bool = False,
) -> tuple[tuple[CaseResult, ...], tuple[Problem, ...]]:
    """Run the cases whose `file::case` contains the pattern; the problems are the files' own."""
    problems: list[Problem] = []
    results: list[CaseResult] = []
    bench = Bench(loaded.catalog, loaded.project.variables, supplied_defaults(), warehouse)
    try:
        for result in _results(loaded, bench, pattern, problems):
            results.append(result)
            progress(result)
            if fail_fast and not result.passed:
                break
    finally:
        bench.close()
    return tuple(results), tuple(problems)


def _results(
    loaded: Loaded, bench: Bench, pattern: str | None, problems: list[Problem]
) -> Iterator[CaseResult]:
    root = loaded.project.root
    for path in casefile.discover(root):
        shown = path.relative_to(root).as_posix()
        for case in casefile.read(path, shown, loaded.catalog, problems):
            if pattern is None or pattern in f"{shown}::{case.name}":
                yield run_case(case, bench)
