"""A case from real rows: the smallest part of a project's data on which a check says the same.

What the check said on the target is looked for on one person, two, four, …; those in its worst rows
come first. Then persons and rows are left out as long as it still says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest

from recsql.compile.reading import Reader
from recsql.errors import Location, RecsqlError, did_you_mean
from recsql.model import Case, Check, Expectation, Fixture, Reason, Scalar, Status, Value
from recsql.project.config import supplied_defaults
from recsql.project.contract import RELATIONS, SUPPLIED
from recsql.results import CheckResult
from recsql.runner import Options, Prepared, run
from recsql.runner.order import limiting_checks
from recsql.testing.cases import Bench, staged
from recsql.testing.excerpt import Row, hiding_for, rows_of
from recsql.testing.reducing import Budget, grown, smallest
from recsql.warehouses.base import Warehouse

MOST_RUNS = 400
"""So many times the check is run at most."""
MOST_ROWS = 3000
"""A trial with more rows than these is not made."""
_FEW = 200
"""A relation with so many rows of nobody is taken whole at first; persons with more come last."""
_GATES = ("min_persons", "min_positives", "max_half_width", "min_segment_persons")
_VERBS = {Status.PASS: "passes", Status.WARN: "warns", Status.FAIL: "fails"}
_JUDGED = (Status.PASS, Status.WARN, Status.FAIL, Status.UNKNOWN, Status.INFO)


@dataclass(frozen=True, slots=True)
class Created:
    """A case, and how it was found."""

    case: Case
    result: CheckResult
    rows: int
    of_rows: int
    runs: int
    smallest: bool
    """Whether it is known that no single row can be left out."""
    durations: frozenset[str] = frozenset()
    """The variables of the case that are spans of time, in seconds."""


@dataclass(slots=True)
class _Search:
    """Runs the check on parts of the rows, and remembers what it said."""

    frame: Case
    empty: Mapping[str, tuple[str, ...]]
    bench: Bench
    wanted: CheckResult
    seen: dict[frozenset[int], bool] = field(default_factory=dict)

    def holds(self, rows: Sequence[Row]) -> bool:
        """Whether the check says of these rows what it said of all."""
        if len(rows) > MOST_ROWS:
            return False
        numbers = frozenset(row.number for row in rows)
        if numbers not in self.seen:
            self.seen[numbers] = self._same(rows)
        return self.seen[numbers]

    def case(self, rows: Iterable[Row]) -> Case:
        """The case that has these rows."""
        tables: dict[str, list[Mapping[str, Scalar]]] = {name: [] for name in self.empty}
        for row in rows:
            read = self.empty[row.relation]
            tables[row.relation].append({c: v for c, v in row.cells.items() if c in read})
        place = self.frame.location
        given = [Fixture(n, tuple(t), self.empty[n], None, place) for n, t in tables.items()]
        return replace(self.frame, given=(*given, *self.frame.given))

    def result(self, rows: Iterable[Row]) -> CheckResult:
        """What the check says of some rows; raises what is broken."""
        return staged(self.case(rows), self.bench).result

    def _same(self, rows: Sequence[Row]) -> bool:
        try:
            found = self.result(rows)
        except RecsqlError:
            return False
        if (found.status, found.reason) != (self.wanted.status, self.wanted.reason):
            return False
        check = self.bench.catalog.checks[self.frame.check]
        return _measured(check, self.wanted) <= _measured(check, found)


def create(
    name: str, prepared: Prepared, warehouse: Warehouse, options: Options, bench: Bench
) -> Created:
    """A case of a check on a target's own rows.

    Raises `RecsqlError` for a check that is not known or came to no verdict, and where no part of
    the rows that is small enough keeps its verdict.
    """
    known = prepared.compiler.catalog.checks
    if name not in known:
        raise RecsqlError(f"unknown check `{name}`", hint=did_you_mean(name, known))
    check = known[name]
    known_checks = {**known, name: replace(check, pii_clear=True)}
    prepared.compiler.catalog = replace(prepared.compiler.catalog, checks=known_checks)
    wanted = run(prepared, warehouse, [name], options).checks[0]
    if wanted.status not in _JUDGED or wanted.problem is not None:
        raise RecsqlError(f"check `{name}` came to no verdict: {wanted.sentence}", check.location)
    search, rows = _prepare(check, wanted, prepared, warehouse, bench)
    budget = Budget(MOST_RUNS)
    order = list(_in_order(rows, wanted, prepared))
    base = _always(rows)

    def holds(some: Sequence[str | int]) -> bool:
        return search.holds(_of(some, rows, base))

    part = grown(order, holds, budget)
    if part is None:
        message = f"no part of up to {MOST_ROWS:,} rows makes `{name}` say {_said(wanted)}"
        hint = "a verdict on many persons needs a case that is written by hand"
        raise RecsqlError(message, check.location, hint)
    part = smallest(part, holds, budget)
    left = smallest(_of(part, rows, base), search.holds, budget)
    result = search.result(left)
    case = replace(_trimmed(search.case(left), result, bench), expect=_expected(check, result))
    known_variables = prepared.compiler.catalog.variables
    spans = frozenset(v for v in case.variables if known_variables[v].kind == "duration")
    return Created(case, result, len(left), len(rows), budget.used, not budget.spent, spans)


def _trimmed(case: Case, result: CheckResult, bench: Bench) -> Case:
    """The case without the columns, relations and lacks that change no number of it."""
    for simpler in _simplifications(case):
        shorter = simpler(case)
        try:
            found = staged(shorter, bench).result
        except RecsqlError:
            continue
        same = (found.status, found.reason, found.metrics, found.notes)
        if same == (result.status, result.reason, result.metrics, result.notes):
            case = shorter
    return case


def _simplifications(case: Case) -> Iterator[Callable[[Case], Case]]:
    """Each a step; a column that the relation cannot do without stays."""
    for name in sorted(case.without):
        yield partial(_with_column, name)
    for fixture in case.given:
        supplied = fixture.name in SUPPLIED
        if supplied or not fixture.rows:
            yield partial(_without_relation, fixture.name)
        for column in () if supplied else fixture.columns:
            required = RELATIONS[fixture.name][column].required
            if not required and any(row.get(column) is not None for row in fixture.rows):
                yield partial(_without_column, fixture.name, column)


def _with_column(name: str, case: Case) -> Case:
    return replace(case, without=case.without - {name})


def _without_relation(name: str, case: Case) -> Case:
    return replace(case, given=tuple(each for each in case.given if each.name != name))


def _without_column(name: str, column: str, case: Case) -> Case:
    given = (_cut(each, column) if each.name == name else each for each in case.given)
    return replace(case, given=tuple(given))


def _cut(fixture: Fixture, column: str) -> Fixture:
    rows = tuple({c: v for c, v in row.items() if c != column} for row in fixture.rows)
    return replace(fixture, rows=rows)


def _prepare(
    check: Check, wanted: CheckResult, prepared: Prepared, warehouse: Warehouse, bench: Bench
) -> tuple[_Search, tuple[Row, ...]]:
    compiler, project = prepared.compiler, prepared.project
    variables = _pinned(check, wanted, prepared)
    read = _columns_read(check, prepared, variables)
    hiding = hiding_for(project)
    rows = rows_of(read, compiler, warehouse, hiding)
    frame = Case(
        name=_name(wanted, prepared),
        check=check.name,
        location=Location(f"tests/{check.name}.yml"),
        given=tuple(_supplied(prepared)),
        expect=Expectation(status=wanted.status),
        as_of=prepared.moment.as_of.isoformat(),
        window_s=project.window_s,
        history_s=project.history_s,
        variables=variables,
        without=frozenset(
            f"{name}.{column}"
            for name, columns in read.items()
            for column in columns
            if column not in compiler.sources.available(name)
        ),
    )
    present = {
        name: tuple(c for c in columns if c in compiler.sources.available(name))
        for name, columns in read.items()
    }
    return _Search(frame, present, bench, wanted), rows


def _pinned(check: Check, wanted: CheckResult, prepared: Prepared) -> dict[str, Value]:
    """The variables that the case sets: a limit that was measured on all rows, and not on few.

    Where there was too little data, what is too little is set, too.
    """
    known = prepared.compiler.catalog.variables
    limits = {metric.name: metric.limit for metric in wanted.metrics if not metric.segment}
    found: dict[str, Value] = {}
    for metric in check.metrics:
        limit = limits.get(metric.name)
        for threshold in (metric.error_if, metric.warn_if):
            name = None if threshold is None else threshold.reference
            if name is not None and name in known and limit is not None:
                found.setdefault(name, float(round(limit)) if limit >= 60 else limit)
    if wanted.reason is Reason.NOT_ENOUGH_DATA:
        values = prepared.project.variables
        found.update({name: values[name] for name in _GATES if values.get(name) is not None})
    return found


def _columns_read(
    check: Check, prepared: Prepared, variables: Mapping[str, Value]
) -> dict[str, tuple[str, ...]]:
    """The project's relations that the check reads, or one that gives it a limit; their columns."""
    compiler, project = prepared.compiler, prepared.project
    checks = compiler.catalog.checks
    reader = Reader(compiler.catalog, project.variables)
    needs = limiting_checks(check, checks, {**project.variables, **variables})
    columns: dict[str, set[str]] = {}
    for name in (check.name, *needs):
        for relation, read in reader.read(checks[name]).columns.items():
            columns.setdefault(relation, set()).update(read)
    required = {n: [c.name for c in RELATIONS[n].values() if c.required] for n in columns}
    return {
        name: tuple(c for c in RELATIONS[name] if c in read or c in required[name])
        for name, read in columns.items()
        if compiler.sources.mapped(name)
    }


def _supplied(prepared: Prepared) -> Iterator[Fixture]:
    """What the project says of its identifiers, where that is not what every project says."""
    for name, usual in supplied_defaults().items():
        own = prepared.project.relations.get(name)
        if name in SUPPLIED and own is not None and own.rows != usual.rows:
            columns = tuple(RELATIONS[name])
            rows = tuple(dict(zip(columns, row, strict=True)) for row in own.rows or ())
            yield Fixture(name, rows, columns, None, None)


def _in_order(rows: Sequence[Row], wanted: CheckResult, prepared: Prepared) -> Iterator[str | int]:
    """What is in the worst rows first; then persons and the rows of nobody, in turns.

    Who has very many rows comes last.
    """
    hiding = hiding_for(prepared.project)
    worst = {
        hiding.cell("key", str(cell))
        for row in wanted.rows.sample
        for cell in row
        if cell is not None
    }
    first: dict[str | int, None] = {}
    rest: dict[str, dict[str | int, None]] = {}
    sizes = Counter(_unit(row) for row in rows)
    for row in rows:
        if any(isinstance(cell, str) and cell in worst for cell in row.cells.values()):
            first[_unit(row)] = None
        kind = row.relation if row.person is None else "persons"
        rest.setdefault(kind, {})[_unit(row)] = None

    def rank(unit: str | int) -> tuple[bool, str]:
        return sizes[unit] > _FEW, str(unit)

    yield from sorted(first, key=rank)
    for turn in zip_longest(*(sorted(kind, key=rank) for kind in rest.values())):
        yield from (each for each in turn if each is not None and each not in first)


def _unit(row: Row) -> str | int:
    """What a row is left out with: its person, or nothing else."""
    return row.number if row.person is None else row.person


def _always(rows: Iterable[Row]) -> frozenset[int]:
    """The rows of small relations that belong to nobody: of them only single rows are left out."""
    shared = [row for row in rows if row.person is None and "item_id" not in row.cells]
    counts = Counter(row.relation for row in shared)
    return frozenset(row.number for row in shared if counts[row.relation] <= _FEW)


def _of(part: Iterable[str | int], rows: Sequence[Row], base: frozenset[int]) -> list[Row]:
    """The rows of some persons, the single rows among them, and the shared rows they speak of."""
    wanted = {*part, *base}
    own = [row for row in rows if _unit(row) in wanted]
    items = {row.cells.get("item_id") for row in own} - {None}
    numbers = {row.number for row in own}
    about = [
        row
        for row in rows
        if row.relation == "catalogue"
        and row.number not in numbers
        and row.cells["item_id"] in items
    ]
    return sorted((*own, *about), key=lambda row: row.number)


def _expected(check: Check, result: CheckResult) -> Expectation:
    limited = {metric.name for metric in check.metrics if metric.limited}
    metrics = {
        metric.name: None if metric.value is None else float(f"{metric.value:.10g}")
        for metric in result.metrics
        if not metric.segment and (metric.name in limited or not limited)
    }
    return Expectation(result.status, result.reason, {} if check.counts_rows else metrics)


def _measured(check: Check, result: CheckResult) -> set[str]:
    """The judged metrics, or all where none is, that have a value."""
    limited = {metric.name for metric in check.metrics if metric.limited}
    found = {m.name for m in result.metrics if not m.segment and m.value is not None}
    return found & limited if limited else found


def _name(wanted: CheckResult, prepared: Prepared) -> str:
    verb = _VERBS.get(wanted.status, f"is_{_said(wanted)}".replace(" ", "_"))
    return f"{verb}_as_on_{prepared.moment.as_of:%Y_%m_%d}"


def _said(result: CheckResult) -> str:
    return str(result.status) if result.reason is None else f"{result.status} {result.reason}"
