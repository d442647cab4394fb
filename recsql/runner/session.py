"""One connection during a run: models built once, queries counted, long ones cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable

from recsql.compile.compiler import Compiler
from recsql.errors import (
    NotComputableError,
    QueryTimeoutError,
    RecsqlError,
    UpstreamError,
    WarehouseError,
)
from recsql.model import Problem
from recsql.project.document import problem_of
from recsql.warehouses.base import Rows, Warehouse


class Session:
    """Builds models and runs queries; `problems` holds the models that failed."""

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
        self._built: dict[str, RecsqlError | None] = {}
        self.problems: list[Problem] = []
        self.queries = 0

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
                    raise NotComputableError(f"model `{name}` did not settle in {rounds} rounds")
                rounds += 1
                for step in model.steps:
                    self._put(step.table, step.sql.sql)
                    while step.changes is not None and self.count(step.changes.sql):
                        self._put(step.table, step.sql.sql)
        self._put(model.table, model.statement.sql)
        states = {table for table, _ in model.start} | {step.table for step in model.steps}
        for table in sorted(states):
            self._warehouse.drop(table)

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
        found: list[Rows] = []
        self._timed(lambda: found.append(self._warehouse.query(sql)))
        return found[0]

    def _timed(self, work: Callable[[], None]) -> None:
        """Do the work; cancel it on the warehouse when it takes longer than allowed."""
        limit = self._timeout_s
        if limit is None:
            work()
            return
        late = threading.Event()

        def cancel() -> None:
            late.set()
            self._warehouse.cancel()

        timer = threading.Timer(limit, cancel)
        timer.start()
        try:
            work()
        except WarehouseError as error:
            if late.is_set():
                raise QueryTimeoutError(f"cancelled after {limit:g} s") from error
            raise
        finally:
            timer.cancel()
