"""The only place where errors become results: compile, build, query, judge, one check at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from recsql import __version__
from recsql.arguments import Filled
from recsql.compile.compiler import Compiler
from recsql.compile.places import blamed
from recsql.errors import (
    NotComputableError,
    RecsqlError,
    UpstreamError,
)
from recsql.model import (
    Check,
    CompiledCheck,
    Problem,
    Reason,
    Scalar,
    Status,
)
from recsql.project.document import problem_of
from recsql.results import (
    CheckResult,
    MetricResult,
    RowSample,
    RunInfo,
    RunResult,
)
from recsql.runner.ahead import Ahead
from recsql.runner.anomalies import against_history
from recsql.runner.audits import audited
from recsql.runner.consecutive import confirmed, windows_needed
from recsql.runner.emptiness import judgeable, never_passed
from recsql.runner.identifiers import disguise_for
from recsql.runner.order import limiting_checks
from recsql.runner.prepare import Options, Prepared
from recsql.runner.readings import Limits
from recsql.runner.sentences import fill, fill_row
from recsql.runner.session import Session
from recsql.runner.verdicts import Gates, judge, require_names
from recsql.warehouses.base import Rows, Warehouse

Progress = Callable[[CheckResult, int, int], None]
"""Told of each result, with its number and how many there will be."""


def _silent(result: CheckResult, number: int, total: int) -> None:
    """Nobody watches."""


def run(
    prepared: Prepared,
    warehouse: Warehouse,
    names: Iterable[str],
    options: Options,
    progress: Progress = _silent,
) -> RunResult:
    """Run the named checks in order; whatever is broken becomes a result, and the rest goes on."""
    started, names = time.perf_counter(), tuple(names)
    known = prepared.compiler.catalog.checks
    enabled = [known[name] for name in names if name in known and known[name].enabled]
    lines = options.lines if _side_by_side(prepared.compiler, enabled) else 1
    session = Session(prepared.compiler, warehouse, options.timeout_s, options.keep, lines)
    session.tag(options.run_id)
    with Ahead(prepared.compiler, enabled, session.ahead) as ahead:
        execution = _Execution(prepared, ahead, session, options)
        order = names if options.fail_fast else ahead.as_answered(names)
        judged, interrupted = execution.checks(order, frozenset(names), progress)
    checks = tuple(judged.get(name) or execution.left_out(name) for name in names)
    project, compiler = prepared.project, prepared.compiler
    problems = (
        *project.problems, *prepared.problems, *compiler.broken_macros(), *compiler.problems,
        *session.problems,
    )  # fmt: skip
    info = RunInfo(
        id=options.run_id,
        recsql_version=__version__,
        project=project.name,
        target=options.target,
        dialect=warehouse.dialect,
        as_of=_iso(prepared.moment.as_of),
        window_s=project.window_s,
        started_at=_iso(options.now),
        elapsed_s=time.perf_counter() - started,
        exit_code=130 if interrupted else exit_code(checks, problems, options),
        sample=options.sample,
        queries=session.queries,
    )
    return RunResult(info, audited(prepared.compiler.catalog, checks), checks, problems)


def _side_by_side(compiler: Compiler, checks: Sequence[Check]) -> bool:
    """Whether any statement could run beside another: not those of one check without a model."""
    try:
        return len(checks) > 1 or any(compiler.models_of(check) for check in checks)
    except RecsqlError:  # told when the check is compiled
        return False


class Compiling(Protocol):
    """Whatever gives compiled checks."""

    def check(self, check: Check) -> CompiledCheck:
        """The compiled check; raises what `Compiler.check` raises."""
        ...


class Asking(Protocol):
    """Whatever builds models and answers queries, as `Session` does."""

    def build(self, name: str) -> None:
        """Build a model, unless it is there."""
        ...

    def begin(self, sql: str) -> None:
        """Begin with a query that is asked for next."""
        ...

    def query(self, sql: str) -> Rows:
        """The rows of a query."""
        ...

    def count(self, sql: str) -> float:
        """The one number of a query."""
        ...

    def close(self) -> None:
        """End what was begun."""
        ...


def evaluate(
    prepared: Prepared, name: str, compiling: Compiling, session: Asking, options: Options
) -> CheckResult:
    """One check's result, from whatever compiles and answers."""
    return _Execution(prepared, compiling, session, options).check(name)


def exit_code(checks: Iterable[CheckResult], problems: Iterable[Problem], options: Options) -> int:
    """0 nothing failed, 1 a check failed, 2 the project is broken, 3 not evaluated; 2 > 3 > 1."""
    codes = {problem.exit_code for problem in problems}
    failing = {
        "warn": {Status.WARN, Status.FAIL},
        "fail": {Status.FAIL},
        "unknown": {Status.FAIL, Status.UNKNOWN},
        "never": set[Status](),
    }[options.fail_on]
    if options.warn_error and options.fail_on != "never":
        failing = {*failing, Status.WARN}
    for check in checks:
        if check.problem is not None:
            codes.add(check.problem.exit_code)
        if check.reason is Reason.EMPTY_INPUT and check.status is Status.UNKNOWN:
            codes.add(3)
        if check.status in failing:
            codes.add(1)
    return next((code for code in (2, 3, 1) if code in codes), 0)


class _Execution:
    """The state of one run: its session, and what was measured so far."""

    def __init__(
        self, prepared: Prepared, ahead: Compiling, session: Asking, options: Options
    ) -> None:
        self._compiler = prepared.compiler
        self._ahead = ahead
        self._project = prepared.project
        self._options = options
        self._day = prepared.moment.as_of.astimezone(UTC).date()
        self._measured: dict[str, MetricResult] = {}
        self._results: dict[str, CheckResult | None] = {}
        self._disguise = disguise_for(prepared.project)
        self.session = session

    def checks(
        self, order: Iterable[str], names: frozenset[str], progress: Progress
    ) -> tuple[dict[str, CheckResult], bool]:
        """The results until the end, a failure or Ctrl-C, and whether it was Ctrl-C."""
        results: dict[str, CheckResult] = {}
        try:
            for name in self._limits_first(order, names):
                result = results[name] = self.check(name)
                progress(result, len(results), len(names))
                if self._options.fail_fast and result.status in (Status.FAIL, Status.ERROR):
                    break
        except KeyboardInterrupt:
            return results, True
        finally:
            self.session.close()
        return results, False

    def _limits_first(self, order: Iterable[str], names: frozenset[str]) -> Iterator[str]:
        """The same names; one whose limits are still to come is put off until they are there."""
        put_off: list[str] = []
        for latest in order:
            put_off.append(latest)
            for name in tuple(put_off):
                if all(self._results.get(need) for need in self._limiting(name) if need in names):
                    put_off.remove(name)
                    yield name
        yield from put_off

    def check(self, name: str) -> CheckResult:
        """The result of one check, evaluated once; never raises a `RecsqlError`.

        A check whose number is another's limit comes before it, whether or not it was asked for.
        """
        known = self._results.get(name)
        if known is None:
            self._results[name] = None  # a limit that leads back here is not known
            for need in self._limiting(name):
                if need not in self._results:
                    self.check(need)
            known = self._results[name] = self._checked(name)
        return known

    def _limiting(self, name: str) -> tuple[str, ...]:
        checks = self._compiler.catalog.checks
        check = checks.get(name)
        if check is None or not check.enabled:
            return ()
        return limiting_checks(check, checks, self._project.variables)

    def _checked(self, name: str) -> CheckResult:
        started = time.perf_counter()
        check = self._compiler.catalog.checks.get(name)
        broken = self._compiler.catalog.broken.get(name)
        if check is None:
            audit = self._audit_of(name)
            message = f"no check `{name}`" if broken is None else broken.message
            return CheckResult(name, audit, Status.ERROR, sentence=message, problem=broken)
        result = CheckResult(
            name, check.audit, Status.SKIP, next=check.next, overrides=check.overrides
        )
        if not check.enabled:
            return replace(result, reason=Reason.DISABLED, sentence="disabled in recsql.yml")
        try:
            compiled = self._ahead.check(check)
            result = self._located(compiled, result)
            result = self._evaluate(compiled, result)
        except NotComputableError as error:
            advice = error.hint or check.next
            result = replace(
                result, reason=Reason.NOT_COMPUTABLE, sentence=error.message, next=advice
            )
        except UpstreamError as error:
            result = replace(result, reason=Reason.UPSTREAM, sentence=error.message)
        except RecsqlError as error:
            error.at(blamed(check.sql, error.message))
            problem = problem_of(error, f"check `{name}`")
            result = replace(result, status=Status.ERROR, sentence=error.message, problem=problem)
        return replace(result, elapsed_s=time.perf_counter() - started)

    def left_out(self, name: str) -> CheckResult:
        """A check that the run did not come to."""
        return CheckResult(name, self._audit_of(name), Status.SKIP, sentence="the run ended before")

    def _audit_of(self, name: str) -> str:
        audits = self._compiler.catalog.audits.values()
        return next((audit.name for audit in audits if name in audit.checks), "custom")

    def _located(self, compiled: CompiledCheck, result: CheckResult) -> CheckResult:
        """The result with the compiled text's place, so that even an error can be looked up."""
        sql, name = compiled.statement.sql, f"{compiled.check.audit}/{compiled.check.name}"
        kept = self._options.keep(f"{name}.sql", sql)
        if compiled.rows is not None:
            self._options.keep(f"{name}.rows.sql", compiled.rows.sql)
        digest = hashlib.sha256(sql.encode()).hexdigest()
        return replace(result, compiled_path=kept, sql_sha256=digest)

    def _evaluate(self, compiled: CompiledCheck, result: CheckResult) -> CheckResult:
        check = compiled.check
        for model in compiled.models:
            self.session.build(model)
        found = self.session.query(compiled.statement.sql)
        require_names(check, found.columns)
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
        rows.sort(key=lambda row: _place_of(row, check.segments))
        limits = Limits(self._project.variables, self._measured)
        verdict = judge(check, judgeable(check, rows), self._gates(), limits)
        if not check.pii_clear:
            verdict = replace(verdict, metrics=self._disguise.metrics(verdict.metrics))
        verdict = against_history(check, verdict, self._day, self._options.past)
        needed = windows_needed(check, self._project.variables)
        verdict = confirmed(check, verdict, needed, self._options.past)
        unmet = check.counts_rows and verdict.status in (Status.PASS, Status.INFO)
        if unmet and self._has_no_input(compiled):
            verdict = replace(verdict, status=Status.UNKNOWN, reason=Reason.EMPTY_INPUT)
        verdict = never_passed(check, verdict)
        status, reason = verdict.status, verdict.reason
        if compiled.degraded and status is Status.FAIL:
            status = Status.WARN
        for metric in verdict.metrics:
            if not metric.segment:
                self._measured.setdefault(metric.name, metric)
        sample = RowSample() if status is Status.PASS else self._sample(compiled)
        metrics = verdict.metrics
        if not check.pii_clear:
            sample = self._disguise.sample(sample)
        return replace(
            result,
            status=status,
            reason=reason,
            sentence=_sentence(check, metrics, sample),
            metrics=metrics,
            rows=sample,
            notes=(*compiled.notes, *verdict.notes, *_metric_notes(check, metrics)),
        )

    def _gates(self) -> Gates:
        if self._options.gates is not None:
            return self._options.gates
        values = self._project.variables
        return Gates(
            min_persons=_number(values.get("min_persons")) or 0.0,
            min_positives=_number(values.get("min_positives")) or 0.0,
            max_half_width=_number(values.get("max_half_width")),
            min_segment_persons=_number(values.get("min_segment_persons")) or 0.0,
        )

    def _has_no_input(self, compiled: CompiledCheck) -> bool:
        return any(self.session.count(statement.sql) == 0 for statement in compiled.first_rows)

    def _sample(self, compiled: CompiledCheck) -> RowSample:
        if compiled.rows is None or compiled.rows_count is None:
            return RowSample()
        self.session.begin(compiled.rows.sql)
        count = int(self.session.count(compiled.rows_count.sql))
        found = self.session.query(compiled.rows.sql)
        if count == 0:
            return RowSample()
        return RowSample(found.columns, tuple(found.rows), count)


def _sentence(check: Check, metrics: tuple[MetricResult, ...], sample: RowSample) -> str:
    if check.counts_rows:
        return (
            f"{sample.count:,} rows that should not be there." if sample.count else "No such row."
        )
    text = fill(check.sentences, metrics)
    if check.rows_sentence and sample.sample:
        text += " " + fill_row(check.rows_sentence, sample.columns, sample.sample[0])
    return text.strip()


def _metric_notes(check: Check, metrics: tuple[MetricResult, ...]) -> tuple[str, ...]:
    """The notes on the total, or on the segments where there is none.

    Of a parametrised check only on what it judges: one of its two numbers is there to be read.
    """
    if isinstance(check.sql, Filled) and any(metric.limited for metric in check.metrics):
        limited = {metric.name for metric in check.metrics if metric.limited}
        metrics = tuple(metric for metric in metrics if metric.name in limited)
    totals = [metric for metric in metrics if not metric.segment]
    notes: dict[str, None] = {}
    for metric in totals or metrics:
        if metric.note is not None:
            where = ", ".join(f"{name} {value}" for name, value in metric.segment.items())
            notes[f"{metric.name}{f' ({where})' if where else ''}: {metric.note}"] = None
    return tuple(notes)


def _place_of(row: Mapping[str, Scalar], segments: Iterable[str]) -> tuple[object, ...]:
    """Where a row stands in the result: the total first, then by segment, numbers as numbers."""
    place: list[object] = []
    for name in segments:
        value = row.get(name)
        number = value if isinstance(value, int | float) else 0.0
        place += [value is not None, number, str(value)]
    return tuple(place)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
