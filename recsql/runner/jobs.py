"""Jobs that need each other, on a few threads: each starts when all that it needs has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import RLock
from typing import TypeVar, cast

Found = TypeVar("Found")


@dataclass(slots=True)
class _Job:
    work: Callable[[], object]
    open_needs: int
    future: Future[object]


class Jobs:
    """A graph of jobs that grows while it runs; a job whose need failed fails with the same error.

    The threads take ready jobs in the order in which they were added.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="recsql-query")
        self._jobs: dict[str, _Job] = {}
        self._lock = RLock()
        self._closed = False

    def add(self, name: str, work: Callable[[], Found], needs: Iterable[str] = ()) -> Future[Found]:
        """The future of a job; one that is known by its name is not added again.

        Each need is the name of a job that was added before. After `close` a job is cancelled.
        """
        with self._lock:
            if name in self._jobs:
                return cast("Future[Found]", self._jobs[name].future)
            before = [self._jobs[need].future for need in dict.fromkeys(needs)]
            job = self._jobs[name] = _Job(work, len(before), Future())
            if not before:
                self._start(job)
        for need in before:
            need.add_done_callback(lambda ended: self._advance(job, ended))
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
            self._pool.submit(_run, job)


def _run(job: _Job) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    try:
        job.future.set_result(job.work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the job gets it
        job.future.set_exception(error)
