"""Break a check's own statement in simple ways, and see which breaks no case of it notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from recsql.compile.compiler import Compiler
from recsql.compile.mutants import Mutant, Nursery
from recsql.errors import Location, RecsqlError
from recsql.model import Case, Check, CompiledCheck, Problem
from recsql.runner.run import evaluate
from recsql.testing.casefile import Excuse
from recsql.testing.cases import Bench, Staged, compared, staged
from recsql.warehouses.base import Rows, Warehouse


@dataclass(frozen=True, slots=True)
class Survivor:
    """A break that no case noticed; `why` says, if it is known, that none can."""

    location: Location
    before: str
    after: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many breaks of a check its cases notice, and those that they do not."""

    check: str
    mutants: int
    survivors: tuple[Survivor, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def excused(self) -> int:
        """How many survivors mean the same as the statement."""
        return sum(survivor.why is not None for survivor in self.survivors)

    @property
    def killed(self) -> int:
        """How many breaks a case notices."""
        return self.mutants - len(self.survivors)

    @property
    def share(self) -> float | None:
        """Killed of those that can be; None when there is none."""
        judged = self.mutants - self.excused
        return self.killed / judged if judged else None


@dataclass(slots=True)
class _Hunt:
    """The mutants of one check that are alive, and those that were seen."""

    check: str
    bench: Bench
    places: dict[Mutant, Location] = field(default_factory=dict)
    alive: dict[Mutant, None] = field(default_factory=dict)
    _nurseries: dict[str, Nursery] = field(default_factory=dict)

    def play(self, case: Case) -> None:
        """Run a case against each mutant that is alive, and drop those that it notices."""
        on_stage = staged(case, self.bench)
        if not compared(case, self.bench.catalog, on_stage.result).passed:
            raise RecsqlError(f"case `{case.name}` fails without any mutant", case.location)
        compiler = on_stage.prepared.compiler
        check = compiler.catalog.checks[case.check]
        try:
            compiled = compiler.check(check)
        except RecsqlError:
            return  # a case of what is skipped or broken says nothing of the statement
        sql = compiled.statement.sql
        nursery = compiler.nursery(check, self._nurseries)
        self._nurseries[nursery.key] = nursery
        for mutant in nursery.mutants:
            if mutant not in self.places:
                self.places[mutant] = nursery.place(mutant)
                self.alive[mutant] = None
        usual = self.bench.warehouse.query(sql)
        for mutant in [mutant for mutant in nursery.mutants if mutant in self.alive]:
            try:
                broken = compiler.mutated(compiled, nursery, mutant)
            except RecsqlError:
                continue
            if self._notices(case, check, on_stage, broken, usual):
                del self.alive[mutant]

    def _notices(
        self, case: Case, check: Check, on_stage: Staged, broken: CompiledCheck, usual: Rows
    ) -> bool:
        session = _Standing(self.bench.warehouse)
        try:
            rows = session.query(broken.statement.sql)
            if not check.counts_rows and _same(rows, usual):
                return False
        except RecsqlError:
            return True
        compiling = _Replacing(on_stage.prepared.compiler, broken)
        result = evaluate(on_stage.prepared, case.check, compiling, session, on_stage.options)
        return not compared(case, self.bench.catalog, result).passed


@dataclass(frozen=True, slots=True)
class _Standing:
    """Answers from models that are built."""

    warehouse: Warehouse

    def build(self, name: str) -> None:
        """They are there."""

    def begin(self, sql: str) -> None:
        """One statement after the other is soon enough."""

    def query(self, sql: str) -> Rows:
        return self.warehouse.query(sql)

    def count(self, sql: str) -> float:
        rows = self.query(sql).rows
        first = rows[0][0] if rows else None
        return float(first) if isinstance(first, int | float) else 0.0

    def close(self) -> None:
        """Nothing was begun."""


@dataclass(frozen=True, slots=True)
class _Replacing:
    """Gives the broken statement for its check, and every other as it is."""

    compiler: Compiler
    broken: CompiledCheck

    def check(self, check: Check) -> CompiledCheck:
        if check.name == self.broken.check.name:
            return self.broken
        return self.compiler.check(check)


def hunt(check: str, cases: Iterable[Case], excuses: Iterable[Excuse], bench: Bench) -> Score:
    """The score of one check's cases; those that expect most come first."""
    found = _Hunt(check, bench)
    problems = []
    for case in sorted(cases, key=_expects, reverse=True):
        try:
            found.play(case)
        except RecsqlError as error:
            place = error.location or case.location
            problems.append(Problem(f"case `{case.name}`", error.message, place, error.hint))
    known = {(excuse.before, excuse.after): excuse for excuse in excuses}
    survivors = []
    for mutant in found.alive:
        excuse = known.get((mutant.before, mutant.after))
        why = None if excuse is None else excuse.why
        survivors.append(Survivor(found.places[mutant], mutant.before, mutant.after, why))
    problems += _stale(check, known.values(), survivors)
    survivors.sort(key=lambda each: (each.location.path, each.location.line or 0))
    return Score(check, len(found.places), tuple(survivors), tuple(problems))


def _stale(check: str, excuses: Iterable[Excuse], alive: list[Survivor]) -> Iterator[Problem]:
    """An excuse for each other number of mutants than those that survive."""
    names = [(survivor.before, survivor.after) for survivor in alive]
    for excuse in excuses:
        times = names.count((excuse.before, excuse.after))
        change = f"turns `{excuse.before}` into `{excuse.after}`"
        hint = "remove it: a case notices it, or the statement has changed"
        if times == 0:
            message = f"no mutant survives that {change}"
        elif times != excuse.times:
            message = f"{times} mutants survive, not {excuse.times}, of what {change}"
            hint = f"`times: {times}` if the reason holds for each of them"
        else:
            continue
        yield Problem(f"mutants of `{check}`", message, excuse.location, hint)


def _expects(case: Case) -> int:
    expect = case.expect
    return (
        len(expect.metrics)
        + sum(len(row) for row in expect.segments)
        + sum(len(row) for row in expect.rows or ())
    )


def _same(one: Rows, other: Rows) -> bool:
    return one.columns == other.columns and sorted(map(repr, one.rows)) == sorted(
        map(repr, other.rows)
    )
