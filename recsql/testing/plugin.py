"""`pytest --recsql`: the case files of a project are collected, each case as a test of its own.

Without the flag nothing of recsql is imported but this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from recsql.model import Case, Problem
    from recsql.testing.cases import Bench


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--recsql`, and where the project is if not in pytest's root."""
    group = parser.getgroup("recsql", "cases of recsql checks")
    group.addoption("--recsql", action="store_true", help="Collect the cases under tests/*.yml.")
    group.addoption("--recsql-project-dir", metavar="DIR", help="The folder of recsql.yml.")


def pytest_configure(config: pytest.Config) -> None:
    """With the flag, collect; without it, nothing is added."""
    if config.getoption("--recsql"):
        given = config.getoption("--recsql-project-dir")
        root = Path(given) if given else config.rootpath
        config.pluginmanager.register(_Collecting(root.resolve()), "recsql-cases")


class _Collecting:
    """The project's cases, and the one bench that they run on."""

    def __init__(self, root: Path) -> None:
        from recsql.project.load import load  # noqa: PLC0415 - only with the flag
        from recsql.testing import casefile, suite  # noqa: PLC0415 - only with the flag

        self._root = root
        self._read = casefile.read
        self._loaded = load(root, optional=True)
        self._bench = suite.bench_of(self._loaded)
        self._files = frozenset(casefile.discover(root))

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> _File | None:
        """A file is collected if it is one of the project's case files."""
        if file_path not in self._files:
            return None
        found: _File = _File.from_parent(parent, path=file_path)
        problems: list[Problem] = []
        shown = file_path.relative_to(self._root).as_posix()
        found.cases = list(self._read(file_path, shown, self._loaded.catalog, problems))
        found.problems = problems
        found.bench = self._bench
        return found

    def pytest_unconfigure(self) -> None:
        """End the DuckDB in memory."""
        self._bench.warehouse.close()


class _File(pytest.File):
    """A case file."""

    cases: list[Case]
    problems: list[Problem]
    bench: Bench

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each case; a file with mistakes cannot be collected."""
        if self.problems:
            raise self.CollectError("\n".join(_told(problem) for problem in self.problems))
        for case in self.cases:
            item: _Item = _Item.from_parent(self, name=case.name)
            item.case = case
            item.bench = self.bench
            yield item


class _Item(pytest.Item):
    """A case."""

    case: Case
    bench: Bench

    def runtest(self) -> None:
        """Fails with expected and actual side by side."""
        from recsql.testing import cases, telling  # noqa: PLC0415 - only with the flag

        result = cases.run_case(self.case, self.bench)
        if not result.passed:
            raise _Differs("\n".join(telling.differences(result)))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """The difference alone: a traceback would lead into recsql."""
        if isinstance(excinfo.value, _Differs):
            return f"{self.case.location}\n{excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The case's place in its file."""
        line = (self.case.location.line or 1) - 1
        return self.path, line, f"{self.case.check}::{self.case.name}"


class _Differs(Exception):  # noqa: N818 - a case that differs is no error
    """What a case did not see."""


def _told(problem: Problem) -> str:
    place = "" if problem.location is None else f"\n  --> {problem.location}"
    hint = "" if problem.hint is None else f"\nhint: {problem.hint}"
    return f"{problem.message}{place}{hint}"
