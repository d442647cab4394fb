"""Floor 5: what Python users call, and what the command line is a thin front of.

Nothing here is global: each call reads the project, opens its own warehouse and closes it.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recsql.compile.kept import Kept
from recsql.compile.places import blamed
from recsql.errors import (
    CompileError,
    HistoryError,
    NotComputableError,
    RecsqlError,
    UpstreamError,
)
from recsql.model import CompiledCheck, CompiledModel, Problem, Target
from recsql.project.config import parse_instant, salt_in
from recsql.project.document import problem_of
from recsql.project.load import Loaded, Wanted, choose_target, load
from recsql.project.select import Selection, select
from recsql.report import WRITERS
from recsql.results import CaseResult, CheckResult, RunResult
from recsql.runner import Options, Prepared, Progress, prepare, prepare_offline
from recsql.runner import run as run_prepared
from recsql.runner.consecutive import Past, windows_needed
from recsql.runner.probe import reads_files
from recsql.warehouses import connect
from recsql.warehouses.base import Confined, Warehouse

if TYPE_CHECKING:
    from recsql.testing.mutation import Score

_MOST_LINES = 4
"""How many statements run at once unless `threads` says otherwise: more gain little."""

Keep = Callable[[str, str], str | None]
"""What happens to a compiled statement: its file name and text come in, its path goes out."""


def _silent(result: CheckResult, number: int, total: int) -> None:
    """Nobody watches."""


def _forget(name: str, sql: str) -> None:
    """Compiled text that nobody wants to read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call: which project, which target, which checks, from which instant."""

    project_dir: Path = Path()
    profiles_dir: Path | None = None
    profile: str | None = None
    target: str | None = None
    variables: str | None = None
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    as_of: str | None = None
    sample: float | None = None
    timeout_s: float | None = None
    threads: int | None = None
    fail_fast: bool = False
    warn_error: bool = False
    fail_on: str = "fail"
    project_optional: bool = False
    statuses: Mapping[str, str] = field(default_factory=dict)
    plan: Path | None = None
    """What keeps compiled statements from run to run: a file, or for cases a folder of them."""
    history: Path | None = None
    """The file of earlier runs, read where a check wants several windows in a row to fail."""
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])


@dataclass(frozen=True, slots=True)
class Opened:
    """A project with its warehouse open, ready to compile and run."""

    loaded: Loaded
    target: Target
    warehouse: Warehouse
    prepared: Prepared
    options: Options

    def selection(self, request: Request) -> Selection:
        """The checks that a request asks for."""
        return chosen(self.prepared, request)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL of a selection: models in building order, checks, and what could not be compiled."""

    models: tuple[CompiledModel, ...]
    checks: tuple[CompiledCheck, ...]
    problems: tuple[Problem, ...]
    skipped: Mapping[str, str]
    selected: tuple[str, ...] = ()

    def files(self) -> Iterator[tuple[str, str]]:
        """The file name and text of each statement."""
        for model in self.models:
            yield f"models/{model.name}.sql", model.statement.sql
        for check in self.checks:
            name = f"{check.check.audit}/{check.check.name}"
            yield f"{name}.sql", check.statement.sql
            if check.rows is not None:
                yield f"{name}.rows.sql", check.rows.sql


@dataclass(frozen=True, slots=True)
class Run(RunResult):
    """What `run` found, as Python users meet it."""

    def to_json(self) -> str:
        """The text of `run_results.json`."""
        return WRITERS["json"](self)

    def _repr_html_(self) -> str:
        """The report, in a notebook."""
        return WRITERS["notebook"](self)


def run(
    project_dir: str | Path = ".",
    *,
    target: str | None = None,
    select: str | Sequence[str] = (),
    as_of: str | None = None,
) -> Run:
    """Run a project's checks and return what was found; `select` is what `--select` takes.

    Raises `RecsqlError` when there is no project or no connection; everything else is in the
    result.
    """
    root = Path(project_dir)
    history = root / "target" / "history.duckdb"
    request = Request(root, target=target, select=_words(select), as_of=as_of, history=history)
    result, _ = run_request(request)
    return Run(result.run, result.audits, result.checks, result.problems)


def run_request(
    request: Request,
    keep: Keep = _forget,
    progress: Progress = _silent,
) -> tuple[RunResult, Selection]:
    """Run what a request asks for; the second value tells which selectors matched nothing."""
    with opened(request, keep) as project:
        selection = project.selection(request)
        options = replace(project.options, past=_past(project, selection, request))
        result = run_prepared(
            project.prepared, project.warehouse, selection.names, options, progress
        )
        project.options.kept.save()
        project.loaded.library.save()
    if selection.unmatched:
        result = replace(result, problems=(*selection.unmatched, *result.problems))
        code = max(result.run.exit_code, 2, key=(0, 1, 3, 2, 130).index)
        result = replace(result, run=replace(result.run, exit_code=code))
    if not selection.names:
        result = replace(result, run=replace(result.run, exit_code=5))
    return result, selection


def _past(project: Opened, selection: Selection, request: Request) -> Past:
    """What the history says of the windows before, as far as a selected check asks for it."""
    prepared, path = project.prepared, request.history
    policy, known = prepared.project.variables, prepared.compiler.catalog.checks
    asked = [known[name] for name in selection.names if name in known]
    depth = max((windows_needed(check, policy) for check in asked), default=1) - 1
    rules = [(check.name, m.anomaly) for check in asked for m in check.metrics if m.anomaly]
    if (depth == 0 and not rules) or path is None:
        return Past()
    from recsql.history import reading  # noqa: PLC0415 - most runs read none

    gap = policy.get("consecutive_gap")
    series = reading.Series(
        prepared.project.name, project.target.name, prepared.project.window_s, request.sample
    )
    try:
        with reading.opened(path) as found:
            instant = prepared.moment.as_of
            apart = float(gap) if isinstance(gap, int | float) else 0.0
            windows = found.windows_before(instant, series, apart, depth) if depth else {}
            days = max((rule.window for _, rule in rules), default=0)
            names = [name for name, _ in rules]
            daily = found.days_before(instant, series, names, days) if rules else {}
    except HistoryError as error:
        return Past(missing=error.message)
    return Past(windows, f"{path.name} has no earlier one", daily)


@contextmanager
def opened(request: Request, keep: Keep = _forget) -> Iterator[Opened]:
    """A project and its warehouse, closed at the end."""
    loaded, target = located(request)
    if request.threads is not None:
        target = replace(target, settings={**target.settings, "threads": request.threads})
    warehouse = connect(target, loaded.project.root)
    try:
        options = _options(request, target, keep)
        if isinstance(warehouse, Confined) and not reads_files(loaded.project, options.kept):
            warehouse.confine()
        prepared = prepare(loaded.project, loaded.catalog, warehouse, options)
        yield Opened(loaded, target, warehouse, prepared, options)
    finally:
        warehouse.close()


def located(request: Request) -> tuple[Loaded, Target]:
    """A request's project and target, without connecting."""
    if request.as_of not in (None, "now", "latest"):
        try:
            parse_instant(str(request.as_of))
        except ValueError as cause:
            hint = "write now, latest, or an instant such as 2026-03-03T12:00:00Z"
            raise RecsqlError(f"`{request.as_of}` is not an instant", hint=hint) from cause
    library = None if request.plan is None else request.plan.with_name("library.json")
    optional = request.project_optional
    loaded = load(request.project_dir, request.variables, optional=optional, library=library)
    salt = salt_in(os.environ) or loaded.project.salt
    loaded = replace(loaded, project=replace(loaded.project, salt=salt))
    wanted = Wanted(request.profile, request.target, request.profiles_dir)
    return loaded, choose_target(loaded, wanted, os.environ, Path.home())


def compile(  # noqa: A001 - the name that the contract gives it
    project_dir: str | Path = ".", *, dialect: str = "duckdb", select: str | Sequence[str] = ()
) -> Compiled:
    """The SQL of a project's checks in a dialect, without a connection."""
    request = Request(Path(project_dir), select=_words(select), project_optional=True)
    return compile_request(request, dialect)


def compile_request(request: Request, dialect: str | None = None) -> Compiled:
    """The SQL that a request would run; with a dialect, without connecting."""
    if dialect is None:
        with opened(request) as project:
            return compile_selection(project.prepared, project.selection(request))
    _, prepared = unconnected(request, dialect)
    return compile_selection(prepared, chosen(prepared, request))


def unconnected(request: Request, dialect: str) -> tuple[Loaded, Prepared]:
    """A request's project, prepared for a dialect without a connection."""
    loaded = load(request.project_dir, request.variables, optional=request.project_optional)
    options = _options(request, Target("offline", dialect), _forget)
    return loaded, prepare_offline(loaded.project, loaded.catalog, dialect, options)


def chosen(prepared: Prepared, request: Request) -> Selection:
    """The checks that a request asks for."""
    compiler = prepared.compiler
    words = " ".join((*request.select, *request.exclude))
    checks = compiler.catalog.checks if "relation:" in words else {}
    return select(
        compiler.catalog,
        request.select,
        request.exclude,
        relations={name: compiler.relations_of(check) for name, check in checks.items()},
        statuses=request.statuses,
    )


def _words(words: str | Sequence[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def compile_selection(prepared: Prepared, selection: Selection) -> Compiled:
    """The SQL of chosen checks; what cannot be compiled is told, and the rest goes on."""
    compiler = prepared.compiler
    checks: list[CompiledCheck] = []
    problems = [*selection.unmatched, *prepared.project.problems, *prepared.problems]
    skipped: dict[str, str] = {}
    known = compiler.catalog.checks
    for check in (known[name] for name in selection.names if name in known):
        try:
            checks.append(compiler.check(check))
        except (NotComputableError, UpstreamError) as error:
            skipped[check.name] = error.message
        except CompileError as error:
            place = blamed(check.sql, error.message)
            problems.append(problem_of(error.at(place), f"check `{check.name}`"))
    order = dict.fromkeys(model for check in checks for model in check.models)
    models = tuple(compiler.model(name) for name in order)
    problems += [*compiler.problems, *compiler.broken_macros()]
    return Compiled(models, tuple(checks), tuple(problems), skipped, selection.names)


def test(project_dir: str | Path = ".", *, pattern: str | None = None) -> tuple[CaseResult, ...]:
    """Run a project's cases on DuckDB in memory; raises `RecsqlError` when there is no project."""
    results, _ = test_request(Request(Path(project_dir), project_optional=True), pattern)
    return results


def test_request(  # noqa: PLR0913 - keyword-only from the fifth on
    request: Request,
    pattern: str | None = None,
    progress: Callable[[CaseResult], None] = lambda result: None,
    fail_fast: bool = False,
    *,
    paths: Sequence[str] = (),
    processes: int = 1,
) -> tuple[tuple[CaseResult, ...], tuple[Problem, ...]]:
    """Run the cases whose `file::case` contains the pattern; the problems are the files' own.

    `paths` are case files, folders of them, or `file::case`, as seen from the project. Many cases
    run in several `processes` where these are allowed; the caller's main module is then imported
    again.
    """
    from recsql.testing import suite  # noqa: PLC0415 - the same floor, used here only

    loaded = load(request.project_dir, request.variables, optional=True)
    chosen = suite.Chosen(pattern, tuple(paths))
    if request.target is None:
        origin = suite.Origin(request.project_dir, request.variables, request.plan)
        found = suite.run_in_memory(loaded, origin, chosen, processes)
        return suite.collected(found, progress, fail_fast=fail_fast)
    _, target = located(request)
    warehouse = connect(target, loaded.project.root)
    try:
        found = suite.run_on(loaded, warehouse, chosen)
        return suite.collected(found, progress, fail_fast=fail_fast)
    finally:
        warehouse.close()


def mutate_request(
    request: Request,
    pattern: str | None = None,
    *,
    paths: Sequence[str] = (),
    processes: int = 1,
) -> tuple[Iterator[Score], tuple[Problem, ...]]:
    """Break the checks whose cases are chosen, and see which breaks the cases notice.

    Scores come check by check, as they are ready.
    """
    from recsql.testing import suite  # noqa: PLC0415 - the same floor, used here only

    loaded = load(request.project_dir, request.variables, optional=True)
    origin = suite.Origin(request.project_dir, request.variables)
    return suite.mutate(loaded, origin, suite.Chosen(pattern, tuple(paths)), processes)


def create_request(request: Request, check: str) -> tuple[Path, str]:
    """Write a case of a check from the target's own rows: the file, and what is to be said of it.

    Raises `RecsqlError` where no small part of the rows keeps the verdict.
    """
    from recsql.testing import creating, suite, writing  # noqa: PLC0415 - the same floor, here only

    with opened(request) as project:
        loaded = project.loaded
        bench = suite.bench_of(loaded)
        try:
            made = creating.create(
                check, project.prepared, project.warehouse, project.options, bench
            )
        finally:
            bench.close()
            bench.warehouse.close()
        path = writing.free_path(loaded.project.root, check)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(writing.written(made, project.target.name), encoding="utf-8")
    return path, writing.told(made)


def _options(request: Request, target: Target, keep: Keep) -> Options:
    return Options(
        now=datetime.now(UTC),
        run_id=request.run_id,
        target=target.name,
        as_of=request.as_of,
        sample=request.sample,
        timeout_s=request.timeout_s,
        lines=request.threads or min(_MOST_LINES, os.cpu_count() or 1),
        fail_fast=request.fail_fast,
        warn_error=request.warn_error,
        fail_on=request.fail_on,
        kept=Kept(request.plan),
        keep=keep,
    )


# The contract calls this function like the sub-package, whose import has taken the name.
setattr(sys.modules["recsql"], "compile", compile)  # noqa: B010 - a module has no such attribute
