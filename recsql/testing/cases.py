"""Run cases: fixtures become relations, the check runs as it would in a project, results compared.

Cases are small on purpose: the rules on sample size are off unless a case sets their variables.
So are `sequential` and `consecutive`, whatever the project says of them: a case tests the check.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from recsql.compile.kept import Kept
from recsql.errors import RecsqlError, did_you_mean
from recsql.model import Case, Catalog, Check, Expectation, Project, Relation, Scalar, Value
from recsql.project.contract import RELATIONS
from recsql.project.document import problem_of
from recsql.results import CaseResult, CheckResult, MetricResult, Mismatch
from recsql.runner import Options, Prepared, prepare_offline, run
from recsql.runner.verdicts import Gates
from recsql.testing.fixtures import Stage
from recsql.warehouses.base import Warehouse

_PARTS = ("low", "high", "n", "status", "reason")
_ABSENT = "absent"
"""The status of a segment that is expected to have no row."""

_NO_RULES: Mapping[str, Value] = {"sequential": False, "consecutive": 1}


@dataclass(frozen=True, slots=True)
class Bench:
    """What all cases share: the library, its variables, and an open warehouse.

    `close` ends what was opened beside the warehouse.
    """

    catalog: Catalog
    variables: Mapping[str, Value]
    identifiers: Mapping[str, Relation]
    warehouse: Warehouse
    plans: Path | None = None
    """The folder that keeps each check's compiled statements from run to run."""
    kept: Kept = field(default_factory=lambda: Kept(growing=True))
    stage: Stage = field(init=False)

    def __post_init__(self) -> None:
        stage = Stage(self.catalog, self.variables, self.warehouse, self.kept)
        object.__setattr__(self, "stage", stage)

    def close(self) -> None:
        """Close what fixtures needed; the warehouse stays open."""
        self.kept.save()
        self.stage.close()

    def turn_to(self, check: str) -> None:
        """Get ready for the cases of a check."""
        if self.plans is not None:
            self.kept.turn_to(self.plans / f"{check}.json")


def run_case(case: Case, bench: Bench) -> CaseResult:
    """Run one case; what is broken is in the result."""
    started = time.perf_counter()
    bench.turn_to(case.check)
    try:
        found = compared(case, bench.catalog, staged(case, bench).result)
    except RecsqlError as error:
        found = CaseResult(case, problem=problem_of(error.at(case.location), case.name))
    return replace(found, elapsed_s=time.perf_counter() - started)


def compared(case: Case, catalog: Catalog, result: CheckResult) -> CaseResult:
    """What a check said beside what the case expects."""
    problem = result.problem if case.expect.status is None else None
    return CaseResult(case, tuple(_compare(case, catalog, result)), problem)


@dataclass(frozen=True, slots=True)
class Staged:
    """A case that was run: its relations and models are in the warehouse, until the next one."""

    prepared: Prepared
    options: Options
    result: CheckResult


def staged(case: Case, bench: Bench) -> Staged:
    """Put a case's fixtures into the warehouse and run its check; raises what is broken."""
    given = {fixture.name: fixture for fixture in case.given}
    relations = {**bench.identifiers}
    mocks = {}
    for name, fixture in given.items():
        place = fixture.location or case.location
        if name in RELATIONS:
            relations[name] = bench.stage.relation(fixture, case.without, place)
        else:
            mocks[name] = bench.stage.model(fixture, place)
    project = Project(
        root=Path(),
        name="case",
        profile="case",
        window_s=case.window_s,
        history_s=case.history_s,
        relations=relations,
        variables={**bench.variables, **_NO_RULES, **case.variables},
    )
    catalog = _catalog(case, bench.catalog)
    instant = datetime.fromisoformat(case.as_of)
    options = Options(
        now=instant,
        run_id="case",
        as_of=case.as_of,
        as_of_inside=True,
        gates=_gates(case),
        fixtures=mocks,
        kept=bench.kept,
    )
    # fixtures have the columns that they say: there is nothing to look at
    prepared = prepare_offline(project, catalog, bench.warehouse.dialect, options)
    found = run(prepared, bench.warehouse, [case.check], options)
    unrelated = prepared.compiler.broken_macros()
    problems = [problem for problem in found.problems if problem not in unrelated]
    if found.checks[0].problem is None and problems:
        problem = problems[0]
        raise RecsqlError(problem.message, problem.location, problem.hint)
    return Staged(prepared, options, found.checks[0])


def _catalog(case: Case, catalog: Catalog) -> Catalog:
    """The catalog with the check as a case judges it: one window, in clear, rows if asked."""
    check = catalog.checks[case.check]
    told = case.expect.rows is not None or case.expect.message is not None
    rows = check.rows_sql if told else None  # with all the models that only they need
    plain = replace(check, rows_sql=rows, pii_clear=True, sequential=None, consecutive=None)
    return replace(catalog, checks={**catalog.checks, case.check: plain})


def _gates(case: Case) -> Gates:
    def number(name: str) -> float | None:
        value = case.variables.get(name)
        return float(value) if isinstance(value, int | float) else None

    return Gates(
        number("min_persons") or 0.0,
        number("min_positives") or 0.0,
        number("max_half_width"),
        number("min_segment_persons") or 0.0,
    )


def _compare(case: Case, catalog: Catalog, result: CheckResult) -> Iterable[Mismatch]:
    expect = case.expect
    if expect.status is not None and result.status is not expect.status:
        seen = str(result.status) + (f" ({result.reason})" if result.reason else "")
        why = result.problem.message if result.problem else "; ".join(result.notes)
        yield Mismatch("status", expect.status, f"{seen} {why}".strip())
    if expect.reason is not None and result.reason is not expect.reason:
        yield Mismatch("reason", expect.reason, str(result.reason))
    totals = [metric for metric in result.metrics if not metric.segment]
    for name, number in expect.metrics.items():
        yield from _differs(name, number, _cell(name, totals), expect.tolerance)
    check = catalog.checks[case.check]
    for row in expect.segments:
        yield from _compare_segment(row, check, result, expect.tolerance)
    if expect.rows is not None:
        yield from _compare_rows(expect, result)
    if expect.message is not None:
        told = " ".join((result.sentence, *result.notes))
        if not re.search(expect.message.removeprefix("~"), told):
            yield Mismatch("message", expect.message, told)


def _compare_segment(
    row: Mapping[str, Scalar], check: Check, result: CheckResult, tolerance: float
) -> Iterable[Mismatch]:
    segments = check.segments
    wanted = {name: value for name, value in row.items() if name in segments}
    own = [metric for metric in result.metrics if _same_segment(metric.segment, wanted)]
    label = ", ".join(f"{name} {value}" for name, value in wanted.items()) or "the total"
    if row.get("status") == _ABSENT:
        if own:
            yield Mismatch(label, "no row", "a row")
        return
    if not own:
        yield Mismatch(label, "a row", "none")
        return
    times = sum(metric.name == own[0].name for metric in own)
    if times > 1:
        yield Mismatch(label, "a row", f"{times} rows")
    # what a segment does not have is null there
    told = [*(MetricResult(m.name, wanted, None, m.unit) for m in check.metrics), *own]
    for name, value in row.items():
        if name in segments:
            continue
        if name in ("status", "reason"):
            actual = getattr(own[0], name)
            if actual != value:
                yield Mismatch(f"{name} of {label}", str(value), str(actual))
        else:
            for mismatch in _differs(name, value, _cell(name, told), tolerance):
                yield replace(mismatch, what=f"{name} of {label}")


def _same_segment(segment: Mapping[str, Scalar], wanted: Mapping[str, Scalar]) -> bool:
    return {k: str(_plain(v)) for k, v in segment.items()} == {
        k: str(_plain(v)) for k, v in wanted.items() if v is not None
    }


def _plain(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _compare_rows(expect: Expectation, result: CheckResult) -> Iterable[Mismatch]:
    """Each expected row that did not come, beside the nearest of those that no other row took."""
    rows = expect.rows or ()
    left = [dict(zip(result.rows.columns, row, strict=True)) for row in result.rows.sample]
    if (not rows or expect.all_rows) and result.rows.count != len(rows):
        yield Mismatch("number of rows", str(len(rows)), str(result.rows.count))
    missing = []
    for row in rows:
        taken = next((o for o in left if _matches(row, o, expect.tolerance)), None)
        if taken is None:
            missing.append(row)
        else:
            left.remove(taken)
    for row in missing:
        nearest = max(left, key=lambda other: _likeness(row, other, expect.tolerance), default={})
        seen = {name: nearest[name] for name in row if name in nearest}
        yield Mismatch("a row", _row_shown(row), _row_shown(seen) if nearest else "none")


def _likeness(row: Mapping[str, Scalar], other: Mapping[str, Scalar], tolerance: float) -> int:
    return sum(_matches({name: value}, other, tolerance) for name, value in row.items())


def _row_shown(row: Mapping[str, Scalar]) -> str:
    return ", ".join(f"{name}: {_shown(value)}" for name, value in row.items()) or "no such column"


def _matches(row: Mapping[str, Scalar], other: Mapping[str, Scalar], tolerance: float) -> bool:
    return all(
        name in other and not list(_differs(name, value, other[name], tolerance))
        for name, value in row.items()
    )


def _cell(name: str, metrics: Iterable[MetricResult]) -> Scalar:
    """A metric's value, or with a suffix its low, high, n, status or reason; else a text."""
    known = {metric.name: metric for metric in metrics}
    if name in known:
        return known[name].value
    stem, _, part = name.rpartition("_")
    if stem in known and part in _PARTS:
        found: Scalar = getattr(known[stem], part)
        return found
    return f"no such metric: {did_you_mean(name, known)}" if known else "no such metric"


def _differs(name: str, expected: Scalar, actual: Scalar, tolerance: float) -> Iterable[Mismatch]:
    numbers = isinstance(expected, int | float) and isinstance(actual, int | float)
    if numbers and abs(float(expected or 0) - float(actual or 0)) <= tolerance * max(
        1.0, abs(float(expected or 0))
    ):
        return
    if not numbers and str(expected) == str(actual):
        return
    yield Mismatch(name, _shown(expected), _shown(actual))


def _shown(value: Scalar) -> str:
    return repr(value) if isinstance(value, float) else str(value)
