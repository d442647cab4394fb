"""One run's use of the warehouse: models built once, queries counted, long ones cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeVar
from uuid import uuid4

from recsql.compile.compiler import Compiler
from recsql.errors import (
    NotComputableError,
    QueryTimeoutError,
    RecsqlError,
    UpstreamError,
    WarehouseError,
)
from recsql.model import CompiledCheck, CompiledModel, CompiledStep, Problem
from recsql.project.document import problem_of
from recsql.runner.jobs import Jobs
from recsql.warehouses.base import Rows, Shared, Warehouse

Found = TypeVar("Found")

_PATIENCE_S = 0.1
_MOST_REPEATS = 64  # each repeat at least halves what is left, so no finite table needs more


class Session:
    """Builds models and runs queries; `problems` holds the models that failed.

    Up to `lines` statements run at once where the warehouse's sessions can share models. They run
    on threads of their own: a driver that is inside its engine hears no Ctrl-C.
    """

    def __init__(
        self,
        compiler: Compiler,
        warehouse: Warehouse,
        timeout_s: float | None,
        keep: Callable[[str, str], str | None],
        lines: int = 1,
    ) -> None:
        self._compiler = compiler
        self._keep = keep
        self._lines = _Lines(_sessions(warehouse, lines), timeout_s)
        self._jobs = Jobs(self._lines.n)
        self._models: dict[str, Future[None]] = {}
        self._begun: dict[str, list[Future[Rows]]] = {}
        self._failed: dict[str, Problem] = {}

    def tag(self, run_id: str) -> None:
        """Name the run in each statement from now on."""
        self._lines.run = run_id

    @property
    def problems(self) -> list[Problem]:
        """The models that failed, by name."""
        return [self._failed[name] for name in sorted(self._failed)]

    @property
    def queries(self) -> int:
        """How many statements were run."""
        return self._lines.statements

    def close(self) -> None:
        """Cancel what still runs, and end the threads; the first connection stays open."""
        self._lines.stop()
        self._jobs.close()
        self._lines.close()

    def ahead(self, compiled: CompiledCheck) -> Future[Rows]:
        """Begin with a check before it is asked for: its models, then its own statement."""
        for model in compiled.models:
            self._building(model)
        needs = [f"model {model}" for model in self._last(compiled.models)]
        return self._begin(compiled.statement.sql, f"check {compiled.check.name}", needs)

    def build(self, name: str) -> None:
        """Build a model once; a failure is told once, and stops each check that needs it."""
        _waited(self._building(name))

    def begin(self, sql: str) -> None:
        """Begin with a query before it is asked for."""
        self._begin(sql)

    def query(self, sql: str) -> Rows:
        """The rows of a query; raises `WarehouseError`, also when it took too long."""
        begun = self._begun.get(sql)
        if begun:  # two checks may ask the same: each has its own answer
            return _waited(begun.pop(0))
        self.begin(sql)
        return _waited(self._begun[sql].pop(0))

    def count(self, sql: str) -> float:
        """The one number of a query; 0 when there is none."""
        return _number(self.query(sql))

    def _begin(self, sql: str, what: str = "", needs: Iterable[str] = ()) -> Future[Rows]:
        """What somebody waits for goes before the models that only others wait for."""
        name = what or uuid4().hex
        begun = self._jobs.add(name, lambda: self._lines.query(sql, what), needs, urgent=True)
        self._begun.setdefault(sql, []).append(begun)
        return begun

    def _building(self, name: str) -> Future[None]:
        if name not in self._models:
            model = self._compiler.model(name)
            last = self._last(model.needs)
            for need in last:
                self._building(need)
            needs = [f"model {need}" for need in last]
            job = self._jobs.add(f"model {name}", lambda: self._built(model), needs)
            self._models[name] = job
        return self._models[name]

    def _last(self, models: Iterable[str]) -> list[str]:
        """Those of some models that no other of them needs: when they are built, all are."""
        needed = {need for name in models for need in self._compiler.model(name).needs}
        return [name for name in models if name not in needed]

    def _built(self, model: CompiledModel) -> None:
        try:
            self._materialize(model)
        except NotComputableError:
            raise
        except WarehouseError as error:
            self._failed[model.name] = problem_of(error, f"model `{model.name}`")
            raise UpstreamError(f"model `{model.name}` failed: {error.message}") from error

    def _materialize(self, model: CompiledModel) -> None:
        self._keep(f"models/{model.name}.sql", model.statement.sql)
        for table, statement in model.start:
            self._lines.put(table, statement.sql)
        if model.changes is not None:
            rounds = 0
            while _number(self._lines.query(model.changes.sql)):
                if rounds == model.max_rounds:
                    raise _unsettled(model.name, rounds)
                rounds += 1
                for step in model.steps:
                    self._repeat(model.name, step)
        self._lines.put(model.table, model.statement.sql)
        states = {table for table, _ in model.start} | {step.table for step in model.steps}
        for table in sorted(states):
            self._lines.drop(table)

    def _repeat(self, name: str, step: CompiledStep) -> None:
        """One step of a round: once, or until its `changes` counts zero."""
        self._lines.put(step.table, step.sql.sql)
        times = 1
        while step.changes is not None and _number(self._lines.query(step.changes.sql)):
            if times == _MOST_REPEATS:
                raise _unsettled(name, times)
            self._lines.put(step.table, step.sql.sql)
            times += 1


class _Lines:
    """The warehouse's sessions: each statement takes a free one, for as long as it is allowed."""

    def __init__(self, sessions: list[Warehouse], timeout_s: float | None) -> None:
        self.n = len(sessions)
        self.run = ""
        self.statements = 0
        self._sessions = sessions
        self._free: SimpleQueue[Warehouse] = SimpleQueue()
        for session in sessions:
            self._free.put(session)
        self._timeout_s = timeout_s
        self._running: dict[Warehouse, float | None] = {}
        self._late: set[Warehouse] = set()
        self._lock = Lock()
        self._stopped = False
        self._closed = Event()
        self._watch = Thread(target=self._cancel_late, name="recsql-watch", daemon=True)
        self._watch.start()

    def query(self, sql: str, what: str = "") -> Rows:
        tagged = self._tagged(sql, what)
        return self._timed(lambda session: session.query(tagged))

    def put(self, table: str, sql: str) -> None:
        tagged = self._tagged(sql, f"model {table}")
        self._timed(lambda session: session.materialize(table, tagged))

    def _tagged(self, sql: str, what: str) -> str:
        """With a comment by which the warehouse's own lists of queries can be searched."""
        words = " ".join(f"{self.run} {what}".split())
        words = words.replace("*/", "* /").replace("/*", "/ *")  # a comment ends where it is to end
        return f"/* recsql {words} */ {sql}"

    def drop(self, table: str) -> None:
        session = self._free.get()
        try:
            session.drop(table)
        finally:
            self._free.put(session)

    def stop(self) -> None:
        """Cancel what runs, and what begins to run from now on."""
        self._stopped = True

    def close(self) -> None:
        """End the sessions but the first, which belongs to the caller."""
        self._closed.set()
        self._watch.join()
        for session in self._sessions[1:]:
            session.close()

    def _timed(self, work: Callable[[Warehouse], Found]) -> Found:
        """Do the work on a free session; it is cancelled when it takes longer than allowed."""
        session = self._free.get()
        limit = self._timeout_s
        with self._lock:
            self.statements += 1
            self._running[session] = None if limit is None else time.monotonic() + limit
        try:
            return work(session)
        except WarehouseError as error:
            if session in self._late:
                raise QueryTimeoutError(f"cancelled after {limit:g} s") from error
            raise
        finally:
            with self._lock:
                del self._running[session]
                self._late.discard(session)
            self._free.put(session)

    def _cancel_late(self) -> None:
        """Cancel again and again: a query that has not started yet does not hear the first call."""
        while not self._closed.wait(self._pause()):
            with self._lock:
                for session, deadline in self._running.items():
                    if deadline is not None and time.monotonic() >= deadline:
                        self._late.add(session)
                    if self._stopped or session in self._late:
                        session.cancel()

    def _pause(self) -> float:
        limit = _PATIENCE_S if self._timeout_s is None else self._timeout_s / 4.0
        return min(_PATIENCE_S, max(_PATIENCE_S / 10.0, limit))


def _sessions(warehouse: Warehouse, lines: int) -> list[Warehouse]:
    """The warehouse, and as many more sessions of it as there can be."""
    sessions = [warehouse]
    while len(sessions) < lines and isinstance(warehouse, Shared):
        another = warehouse.another()
        if another is None:
            break
        sessions.append(another)
    return sessions


def _waited(future: Future[Found]) -> Found:
    """The result; in short waits, since one that a Ctrl-C just precedes would not hear of it."""
    while not future.done():
        wait((future,), _PATIENCE_S)
    return future.result()


def _number(found: Rows) -> float:
    first = found.rows[0][0] if found.rows else None
    return float(first) if isinstance(first, int | float) else 0.0


def _unsettled(name: str, rounds: int) -> RecsqlError:
    return NotComputableError(f"model `{name}` did not settle in {rounds} rounds")
