"""What whole processes take: CPU and wall seconds, run in turn, and ratios within each turn.

CPU time is the one to compare where other work shares the machine: it counts what a process and its
threads did, and not how long they waited for a core.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Took(NamedTuple):
    """Seconds of one process with all its threads."""

    cpu: float
    wall: float


class Contender(NamedTuple):
    """A command line, and what is done before each of its runs, which is not counted."""

    command: Sequence[str]
    before: Callable[[], None] = lambda: None


def measured(contenders: Mapping[str, Contender], runs: int) -> dict[str, list[Took]]:
    """What each contender took in each turn, after one turn that is not counted.

    Raises `SystemExit` with the text of a process that fails.
    """
    found: dict[str, list[Took]] = {name: [] for name in contenders}
    for number in range(runs + 1):
        for name, contender in contenders.items():
            contender.before()
            took = _run(contender.command)
            if number:
                found[name].append(took)
    return found


def _run(command: Sequence[str]) -> Took:
    started = time.perf_counter()
    child = subprocess.Popen(  # noqa: S603 - our own commands
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
    )
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 3):
        sys.exit(f"exit code {child.returncode}: {' '.join(command)}")
    return Took(used.ru_utime + used.ru_stime, wall)


def _environment() -> dict[str, str]:
    """This one, but Python may keep its bytecode: an installed package has it from the start."""
    left = ("PYTHONDONTWRITEBYTECODE",)
    return {name: value for name, value in os.environ.items() if name not in left}


def median(took: Sequence[Took]) -> Took:
    """The median of each figure."""
    return Took(*(statistics.median(each) for each in zip(*took, strict=True)))


def ratio(took: Sequence[Took], base: Sequence[Took]) -> Took:
    """The median over turns of one to the other in the same turn."""
    pairs = zip(took, base, strict=True)
    return median([Took(one.cpu / other.cpu, one.wall / other.wall) for one, other in pairs])
