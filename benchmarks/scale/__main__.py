"""The four audits' headline checks beside good SQL written by hand, on a shop of any size.

    python benchmarks/scale --events 10000000
    python benchmarks/scale --only "by hand,recsql,dbt,soda"

Each contender is a whole process, run in turn with the others so that a slow moment of the machine
hits all alike; medians of seconds and of peak memory, and ratios to the queries by hand within this
one run. Nothing here is a test: a number is measured, not asserted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from contenders import CONTENDERS, Contender

HERE = Path(__file__).parent
DAYS = 90


def main(
    events: Annotated[int, typer.Option(help="How many events the shop has.")] = 100_000,
    runs: Annotated[int, typer.Option(help="Measured runs of each contender.")] = 5,
    days: Annotated[int, typer.Option(help="Days of history; the window stays 28.")] = DAYS,
    only: Annotated[str, typer.Option(help="Names, with commas between.")] = ",".join(CONTENDERS),
    folder: Annotated[
        Path | None, typer.Option(help="Keep the shop here for another time.")
    ] = None,
) -> None:
    """Build the shop unless it is there, measure each contender, and print the table."""
    with tempfile.TemporaryDirectory() as temporary:
        shop = folder or Path(temporary)
        _prepare("build", shop, events, days)
        chosen = {name: CONTENDERS[name] for name in only.split(",")}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in chosen}
        for name, contender in chosen.items():
            if contender.listens:
                _prepare("listen", shop)
            _process(contender, shop)  # not counted: files are cached, the plan is compiled
            typer.echo(f"prepared {name}", err=True)
        for _ in range(runs):
            for name, contender in chosen.items():
                taken[name].append(_process(contender, shop))
    typer.echo(_table(taken))


def _prepare(*arguments: object) -> None:
    """Work in a process of its own, so that this one stays small."""
    command = [sys.executable, str(HERE / "prepare.py"), *map(str, arguments)]
    subprocess.run(command, check=True)  # noqa: S603 - our own script


def _process(contender: Contender, shop: Path) -> tuple[float, float]:
    """Seconds and peak memory (MB) of one whole process; it must end well."""
    command = [str(part) for part in contender.command(shop.resolve())]
    here = Path.cwd()
    os.chdir(shop)  # a spawned process starts where this one is
    started = time.perf_counter()
    output = os.open(os.devnull, os.O_WRONLY)
    child = os.posix_spawn(
        command[0],
        command,
        {**os.environ, **contender.environment},
        file_actions=[(os.POSIX_SPAWN_DUP2, output, 1), (os.POSIX_SPAWN_DUP2, output, 2)],
    )
    os.chdir(here)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    os.close(output)
    code = os.waitstatus_to_exitcode(status)
    if code not in contender.exit_codes:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, usage.ru_maxrss / 1024.0


def _table(taken: dict[str, list[tuple[float, float]]]) -> str:
    medians = {
        name: tuple(statistics.median(run[part] for run in runs) for part in (0, 1))
        for name, runs in taken.items()
    }
    base = medians.get("by hand", next(iter(medians.values())))
    lines = ["| contender | median s | ratio | peak MB | ratio |", "|---|--:|--:|--:|--:|"]
    for name, (seconds, memory) in medians.items():
        slower, larger = seconds / base[0], memory / base[1]
        lines.append(f"| {name} | {seconds:.2f} | {slower:.2f} | {memory:,.0f} | {larger:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
