"""Compiling ahead: while the warehouse works on one check, the next ones become SQL.

Whoever judges the checks takes them as they are answered, not in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from types import TracebackType

from recsql.compile.compiler import Compiler
from recsql.model import Check, CompiledCheck
from recsql.warehouses.base import Rows

_PATIENCE_S = 0.1


class Ahead:
    """Compiles checks in order on a thread of its own; only that thread compiles.

    `begin` is given each check there as soon as it is compiled, and returns its answer's future.
    """

    def __init__(
        self,
        compiler: Compiler,
        checks: Iterable[Check],
        begin: Callable[[CompiledCheck], Future[Rows]],
    ) -> None:
        self._compiler = compiler
        self._begin = begin
        self._answered: SimpleQueue[str] = SimpleQueue()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recsql-compile")
        self._compiled: dict[str, Future[CompiledCheck]] = {
            check.name: self._pool.submit(self._compile, check) for check in checks
        }

    def check(self, check: Check) -> CompiledCheck:
        """The compiled check, waited for; raises what `Compiler.check` raises."""
        if check.name not in self._compiled:
            self._compiled[check.name] = self._pool.submit(self._compile, check)
        return self._compiled[check.name].result()

    def as_answered(self, names: Iterable[str]) -> Iterator[str]:
        """The same names: first those of checks not compiled ahead, then each as it is answered.

        A check is answered when its statement has ended, or cannot be.
        """
        waited_for = set()
        for name in names:
            if name in self._compiled:
                waited_for.add(name)
            else:
                yield name
        while waited_for:
            try:  # in short waits, since one that a Ctrl-C just precedes would not hear of it
                name = self._answered.get(timeout=_PATIENCE_S)
            except Empty:
                continue
            if name in waited_for:
                waited_for.remove(name)
                yield name

    def _compile(self, check: Check) -> CompiledCheck:
        try:
            compiled = self._compiler.check(check)
            answer = self._begin(compiled)
        except BaseException:
            self._answered.put(check.name)
            raise
        answer.add_done_callback(lambda _: self._answered.put(check.name))
        return compiled

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
