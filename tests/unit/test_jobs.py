from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from functools import partial

import pytest

from recsql.runner.jobs import Jobs


def _held(jobs: Jobs) -> threading.Event:
    """Keep the only worker busy, so that all that is added waits; the event lets it go."""
    started, gate = threading.Event(), threading.Event()

    def hold() -> None:
        started.set()
        gate.wait(5.0)

    jobs.add("gate", hold)
    assert started.wait(5.0)
    return gate


def test_a_job_starts_when_all_it_needs_has_ended() -> None:
    jobs = Jobs(3)
    done: list[str] = []
    gate = threading.Event()
    jobs.add("gate", lambda: gate.wait(5.0))
    jobs.add("slow", lambda: done.append("slow"), ["gate"])
    jobs.add("quick", lambda: done.append("quick"))
    last = jobs.add("last", lambda: done.append("last"), ["quick", "slow"])
    jobs.add("quick", lambda: done.append("again"))
    gate.set()
    last.result(5.0)
    assert sorted(done[:2]) == ["quick", "slow"]
    assert done[2:] == ["last"]
    jobs.close()


def test_a_job_whose_need_failed_fails_with_the_same_error() -> None:
    jobs = Jobs(1)
    failed = jobs.add("a", lambda: 1 / 0)
    follower = jobs.add("b", lambda: None, ["a"])
    latecomer = jobs.add("c", lambda: None, ["b"])
    assert isinstance(follower.exception(5.0), ZeroDivisionError)
    assert follower.exception() is failed.exception()
    assert latecomer.exception(5.0) is failed.exception()
    jobs.close()


def test_after_the_end_nothing_starts() -> None:
    jobs = Jobs(1)
    gate = threading.Event()
    running = jobs.add("running", lambda: gate.wait(5.0))
    while not running.running():
        pass
    waiting = jobs.add("waiting", lambda: None)
    follower = jobs.add("follower", lambda: None, ["waiting"])
    threading.Timer(0.05, gate.set).start()
    jobs.close()
    assert running.result() is True
    assert waiting.cancelled()
    with pytest.raises(CancelledError):
        follower.result()
    assert jobs.add("late", lambda: None).cancelled()


def test_the_longest_row_of_jobs_goes_first() -> None:
    jobs = Jobs(1)
    done: list[str] = []
    gate = _held(jobs)
    for name, needs in {
        "alone": [],
        "first of two": [],
        "first of three": [],
        "second of two": ["first of two"],
        "second of three": ["first of three"],
        "third of three": ["second of three"],
    }.items():
        last = jobs.add(name, partial(done.append, name), needs)
    asked = jobs.add("asked for", partial(done.append, "asked for"), urgent=True)
    gate.set()
    last.result(5.0)
    asked.result(5.0)
    jobs.close()
    assert done[:3] == ["asked for", "first of three", "first of two"]
    assert done.index("third of three") > done.index("second of three")


def test_a_job_rises_when_a_chain_is_added_to_it() -> None:
    jobs = Jobs(1)
    done: list[str] = []
    gate = _held(jobs)
    jobs.add("early", partial(done.append, "early"))
    jobs.add("needed", partial(done.append, "needed"))
    jobs.add("between", partial(done.append, "between"), ["needed"])
    last = jobs.add("last", partial(done.append, "last"), ["between"])
    gate.set()
    last.result(5.0)
    jobs.close()
    assert done[0] == "needed"
