"""All cases of a project (or of recsql itself): chosen by name, run in one process or several."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from recsql.model import Case, Problem
from recsql.project.config import supplied_defaults
from recsql.project.load import Loaded, load
from recsql.results import CaseResult
from recsql.testing import casefile
from recsql.testing.casefile import Excuse
from recsql.testing.cases import Bench, run_case
from recsql.testing.remembering import open_memory
from recsql.warehouses.base import Warehouse

if TYPE_CHECKING:
    from recsql.testing.mutation import Score

_FEW = 40
"""So many cases are done before a second process has started."""

_FEWEST = 4
"""Fewer cases than that are not sent to a process by themselves, unless a file has no more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases are wanted: a part of `file::case`, and files, folders or `file::case`."""

    pattern: str | None = None
    paths: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether a case of this name, `file::case`, is wanted."""
        if self.pattern is not None and self.pattern not in name:
            return False
        return not self.paths or any(_is_under(name, path) for path in self.paths)

    def may_take(self, shown: str, text: str) -> bool:
        """Whether a file may hold a wanted case, so that no other has to be read as YAML."""
        files = [path.partition("::")[0] for path in self.paths]
        if files and not any(_is_under(shown, path) for path in files):
            return False
        if self.pattern is None or self.pattern in f"{shown}::":
            return True
        file, _, case = self.pattern.rpartition("::")
        return shown.endswith(file) and case.removeprefix(":") in text


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a project is read from, for a process that reads it again."""

    project_dir: Path
    variables: str | None = None
    plans: Path | None = None
    """The folder that keeps compiled statements from run to run, if any."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one case file gave: its results, one after the other, and its mistakes."""

    results: Iterable[CaseResult]
    problems: tuple[Problem, ...]


def read_cases(loaded: Loaded, chosen: Chosen) -> Iterator[tuple[list[Case], list[Problem]]]:
    """The wanted cases of each file, and the file's mistakes, in the order of the paths.

    A file that holds none is left unread: its mistakes are told when it is asked for.
    """
    root = loaded.project.root
    for path in casefile.discover(root):
        shown = path.relative_to(root).as_posix()
        if not chosen.may_take(shown, path.read_bytes().decode("utf-8", "replace")):
            continue
        problems: list[Problem] = []
        cases = list(casefile.read(path, shown, loaded.catalog, problems))
        yield [case for case in cases if chosen.takes(f"{shown}::{case.name}")], problems


def run_in_memory(
    loaded: Loaded, origin: Origin, chosen: Chosen, processes: int = 1
) -> Iterator[Found]:
    """Run the wanted cases on DuckDB in memory, file by file in order."""
    files = list(read_cases(loaded, chosen))
    if processes > 1 and sum(len(cases) for cases, _ in files) > _FEW:
        yield from _in_processes(origin, files, processes)
        return
    with_bench = bench_of(loaded, origin.plans)
    try:
        for cases, problems in files:
            yield Found((run_case(case, with_bench) for case in cases), tuple(problems))
    finally:
        with_bench.close()
        with_bench.warehouse.close()


def run_on(loaded: Loaded, warehouse: Warehouse, chosen: Chosen) -> Iterator[Found]:
    """Run the wanted cases on a warehouse, file by file in order."""
    bench = Bench(loaded.catalog, loaded.project.variables, supplied_defaults(), warehouse)
    try:
        for cases, problems in read_cases(loaded, chosen):
            yield Found((run_case(case, bench) for case in cases), tuple(problems))
    finally:
        bench.close()


def mutate(
    loaded: Loaded, origin: Origin, chosen: Chosen, processes: int = 1
) -> tuple[Iterator[Score], tuple[Problem, ...]]:
    """The mutation scores of the checks whose cases are wanted; the problems are the files' own."""
    cases: dict[str, list[Case]] = {}
    problems: list[Problem] = []
    for found, mistakes in read_cases(loaded, chosen):
        problems += mistakes
        for case in found:
            cases.setdefault(case.check, []).append(case)
    excuses: dict[str, list[Excuse]] = {}
    root = loaded.project.root
    for path in casefile.discover(root):
        for excuse in casefile.excuses(path, path.relative_to(root).as_posix(), problems):
            excuses.setdefault(excuse.check, []).append(excuse)
    hunts = [(origin, own, excuses.get(check, [])) for check, own in cases.items()]
    return _scores(hunts, processes), tuple(problems)


def _scores(
    hunts: list[tuple[Origin, list[Case], list[Excuse]]], processes: int
) -> Iterator[Score]:
    if processes == 1 or len(hunts) < 2:
        try:
            yield from map(_hunt, hunts)
        finally:
            _end_benches({origin for origin, _, _ in hunts})
        return
    pool = _pool(processes)
    try:
        yield from pool.map(_hunt, hunts)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _hunt(asked: tuple[Origin, list[Case], list[Excuse]]) -> Score:
    from recsql.testing.mutation import hunt  # noqa: PLC0415 - imports sqlglot

    origin, cases, excuses = asked
    return hunt(cases[0].check, cases, excuses, _bench(origin))


def collected(
    found: Iterable[Found],
    progress: Callable[[CaseResult], None] = lambda result: None,
    *,
    fail_fast: bool = False,
) -> tuple[tuple[CaseResult, ...], tuple[Problem, ...]]:
    """All results and mistakes; until the first case that fails, if that is wanted."""
    results: list[CaseResult] = []
    problems: list[Problem] = []
    for file in found:
        problems += file.problems
        for result in file.results:
            results.append(result)
            progress(result)
            if fail_fast and not result.passed:
                return tuple(results), tuple(problems)
    return tuple(results), tuple(problems)


def bench_of(loaded: Loaded, plans: Path | None = None) -> Bench:
    """A bench on a DuckDB in memory; whoever asks closes its warehouse."""
    warehouse = open_memory(loaded.project.root)
    return Bench(loaded.catalog, loaded.project.variables, supplied_defaults(), warehouse, plans)


def _in_processes(
    origin: Origin, files: list[tuple[list[Case], list[Problem]]], processes: int
) -> Iterator[Found]:
    pool = _pool(processes)
    try:
        pieces = list(pieces_of([cases for cases, _ in files], processes))
        done = pool.map(_run_piece, repeat(origin), chain.from_iterable(pieces))
        for parts, (_, problems) in zip(pieces, files, strict=True):
            results = [result for _ in parts for result in next(done)]
            yield Found(results, tuple(problems))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def pieces_of(files: Iterable[list[Case]], processes: int) -> Iterator[list[list[Case]]]:
    """The cases of each file in pieces, smaller towards the end: all processes are to end together.

    A piece has at most a share of what is left (guided self-scheduling: Polychronopoulos and Kuck
    1987). Cases of one file share tables within a process, so that most files are one piece.
    """
    waiting = list(files)
    left = sum(map(len, waiting))
    for cases in waiting:
        parts: list[list[Case]] = []
        done = 0
        while done < len(cases):
            size = max(_FEWEST, left // (2 * processes))
            parts.append(cases[done : done + size])
            done += len(parts[-1])
            left -= len(parts[-1])
        yield parts


def _run_piece(origin: Origin, cases: list[Case]) -> list[CaseResult]:
    bench = _bench(origin)
    found = [run_case(case, bench) for case in cases]
    bench.kept.save()
    return found


@cache
def _bench(origin: Origin) -> Bench:
    """One for each process, until it ends."""
    loaded = load(origin.project_dir, origin.variables, optional=True)
    return bench_of(loaded, origin.plans)


def _end_benches(origins: Iterable[Origin]) -> None:
    """Close what `_bench` opened, where the process goes on."""
    for bench in map(_bench, origins):
        bench.close()
        bench.warehouse.close()
    _bench.cache_clear()


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_end_at_once)


def _end_at_once() -> None:
    """A process whose answers are out ends as it is: DuckDB's client tells of leaks otherwise."""
    atexit.register(os._exit, 0)


def _is_under(name: str, path: str) -> bool:
    path = path.removeprefix("./").rstrip("/")
    return name == path or name.startswith((f"{path}::", f"{path}/"))
