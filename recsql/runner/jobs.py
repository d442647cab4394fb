"""Jobs that need each other, on a few threads: each starts when all that it needs has ended.

Of the jobs that could start, the one goes first after which most others wait in a row (the critical
path of list scheduling: Graham 1969): else the longest chain would begin last and run alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import RLock
from typing import TypeVar, cast

Found = TypeVar("Found")


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[], object]
    needs: list[_Job]
    open_needs: int
    future: Future[object]
    urgent: bool
    height: int = 0
    """How many jobs wait for each other after this one."""


class Jobs:
    """A graph of jobs that grows while it runs; a job whose need failed fails with the same error.

    Ready jobs of equal height start in the order in which they became ready.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="recsql-query")
        self._jobs: dict[str, _Job] = {}
        self._ready: list[_Job] = []
        self._lock = RLock()
        self._closed = False

    def add(
        self,
        name: str,
        work: Callable[[], Found],
        needs: Iterable[str] = (),
        *,
        urgent: bool = False,
    ) -> Future[Found]:
        """The future of a job; one that is known by its name is not added again.

        Each need is the name of a job that was added before. An urgent job goes before all that
        could start. After `close` a job is cancelled.
        """
        with self._lock:
            if name in self._jobs:
                return cast("Future[Found]", self._jobs[name].future)
            before = [self._jobs[need] for need in dict.fromkeys(needs)]
            job = self._jobs[name] = _Job(work, before, len(before), Future(), urgent)
            _raise_to(job, 0)
            if not before:
                self._start(job)
        for need in before:
            need.future.add_done_callback(lambda ended: self._advance(job, ended))
        return cast("Future[Found]", job.future)

    def close(self) -> None:
        """Cancel what has not started and wait for the rest; the caller stops what is running."""
        with self._lock:
            self._closed = True
            for job in self._jobs.values():
                job.future.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _advance(self, job: _Job, ended: Future[object]) -> None:
        with self._lock:
            job.open_needs -= 1
            if job.future.done():
                return
            failure = CancelledError() if ended.cancelled() else ended.exception()
            if failure is not None:
                job.future.set_exception(failure)
            elif job.open_needs == 0:
                self._start(job)

    def _start(self, job: _Job) -> None:
        if self._closed:
            job.future.cancel()
        else:
            self._ready.append(job)
            self._pool.submit(self._run_highest)

    def _run_highest(self) -> None:
        with self._lock:
            job = max(self._ready, key=lambda ready: (ready.urgent, ready.height))
            self._ready.remove(job)
        _run(job)


def _raise_to(job: _Job, height: int) -> None:
    """Make a job at least so high, and all that it needs higher."""
    job.height = max(job.height, height)
    for need in job.needs:
        if need.height < job.height + 1 and not need.future.done():
            _raise_to(need, job.height + 1)


def _run(job: _Job) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    try:
        job.future.set_result(job.work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the job gets it
        job.future.set_exception(error)
