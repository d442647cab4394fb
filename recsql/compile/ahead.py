"""Compiling ahead: while the warehouse works on one check, the next ones become SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from recsql.compile.compiler import Compiler
from recsql.model import Check, CompiledCheck


class Ahead:
    """Compiles checks in order on a thread of its own; only that thread compiles.

    `ready` is told of each check there as soon as it is compiled.
    """

    def __init__(
        self,
        compiler: Compiler,
        checks: Iterable[Check],
        ready: Callable[[CompiledCheck], None] = lambda compiled: None,
    ) -> None:
        self._compiler = compiler
        self._ready = ready
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recsql-compile")
        self._compiled: dict[str, Future[CompiledCheck]] = {
            check.name: self._pool.submit(self._compile, check) for check in checks
        }

    def check(self, check: Check) -> CompiledCheck:
        """The compiled check, waited for; raises what `Compiler.check` raises."""
        if check.name not in self._compiled:
            self._compiled[check.name] = self._pool.submit(self._compile, check)
        return self._compiled[check.name].result()

    def _compile(self, check: Check) -> CompiledCheck:
        compiled = self._compiler.check(check)
        self._ready(compiled)
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
