"""One connection during a run: models built once, queries counted, long ones cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from recsql.compile.compiler import Compiler
from recsql.errors import (
    NotComputableError,
    QueryTimeoutError,
    RecsqlError,
    UpstreamError,
    WarehouseError,
)
from recsql.model import CompiledStep, Problem
from recsql.project.document import problem_of
from recsql.warehouses.base import Rows, Warehouse

Found = TypeVar("Found")

_PATIENCE_S = 0.1
_MOST_REPEATS = 64  # each repeat at least halves what is left, so no finite table needs more


class Session:
    """Builds models and runs queries; `problems` holds the models that failed.

    Queries run on a thread of their own: a driver that is inside its engine hears no Ctrl-C.
    """

    def __init__(
        self,
        compiler: Compiler,
        warehouse: Warehouse,
        timeout_s: float | None,
        keep: Callable[[str, str], str | None],
    ) -> None:
        self._compiler = compiler
        self._warehouse = warehouse
        self._timeout_s = timeout_s
        self._keep = keep
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recsql-query")
        self._built: dict[str, RecsqlError | None] = {}
        self.problems: list[Problem] = []
        self.queries = 0

    def close(self) -> None:
        """End the thread; the connection stays open.

        A Ctrl-C that came just as a query was handed over has left it running: it is cancelled.
        """
        last = self._pool.submit(lambda: None)
        wait((last,), _PATIENCE_S)
        self._stop(last)
        self._pool.shutdown()

    def build(self, name: str) -> None:
        """Build a model once; a failure is told once, and stops each check that needs it."""
        if name not in self._built:
            self._built[name] = None
            try:
                self._materialize(name)
            except NotComputableError as error:
                self._built[name] = error
            except WarehouseError as error:
                self._built[name] = UpstreamError(f"model `{name}` failed: {error.message}")
                self.problems.append(problem_of(error, f"model `{name}`"))
        failure = self._built[name]
        if failure is not None:
            raise failure

    def _materialize(self, name: str) -> None:
        model = self._compiler.model(name)
        self._keep(f"models/{name}.sql", model.statement.sql)
        for table, statement in model.start:
            self._put(table, statement.sql)
        if model.changes is not None:
            rounds = 0
            while self.count(model.changes.sql):
                if rounds == model.max_rounds:
                    raise _unsettled(name, rounds)
                rounds += 1
                for step in model.steps:
                    self._repeat(name, step)
        self._put(model.table, model.statement.sql)
        states = {table for table, _ in model.start} | {step.table for step in model.steps}
        for table in sorted(states):
            self._warehouse.drop(table)

    def _repeat(self, name: str, step: CompiledStep) -> None:
        """One step of a round: once, or until its `changes` counts zero."""
        self._put(step.table, step.sql.sql)
        times = 1
        while step.changes is not None and self.count(step.changes.sql):
            if times == _MOST_REPEATS:
                raise _unsettled(name, times)
            self._put(step.table, step.sql.sql)
            times += 1

    def _put(self, table: str, sql: str) -> None:
        self.queries += 1
        self._timed(lambda: self._warehouse.materialize(table, sql))

    def count(self, sql: str) -> float:
        """The one number of a query; 0 when there is none."""
        rows = self.query(sql).rows
        first = rows[0][0] if rows else None
        return float(first) if isinstance(first, int | float) else 0.0

    def query(self, sql: str) -> Rows:
        """The rows of a query; raises `WarehouseError`, also when it took too long."""
        self.queries += 1
        return self._timed(lambda: self._warehouse.query(sql))

    def _timed(self, work: Callable[[], Found]) -> Found:
        """Do the work; cancel it when it takes longer than allowed, or on Ctrl-C."""
        deadline = None if self._timeout_s is None else time.monotonic() + self._timeout_s
        running = self._pool.submit(work)
        try:
            while not running.done() and (deadline is None or time.monotonic() < deadline):
                # in short waits: one that a Ctrl-C just precedes would hear of it only at its end
                left = _PATIENCE_S if deadline is None else deadline - time.monotonic()
                wait((running,), max(0.0, min(_PATIENCE_S, left)))
        except KeyboardInterrupt:
            self._stop(running)
            raise
        if not running.done():
            self._stop(running)
            raise QueryTimeoutError(f"cancelled after {self._timeout_s:g} s")
        return running.result()

    def _stop(self, running: Future[Found]) -> None:
        """Cancel until it ends: a query that has not started yet does not hear the first call."""
        while not running.done():
            self._warehouse.cancel()
            wait((running,), _PATIENCE_S)


def _unsettled(name: str, rounds: int) -> NotComputableError:
    return NotComputableError(f"model `{name}` did not settle in {rounds} rounds")
