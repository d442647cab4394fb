"""The recovery study: audits of simulated shops whose truth is known.

    python benchmarks/recovery --seeds 60

Each shop is one line of `results.jsonl`; a study that is stopped goes on where it was, and a line
that other code wrote is measured anew. The table is a function of these lines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Annotated

import typer
from expected import WORLDS
from study import Shop, observe, version
from table import write

FOLDER = Path(__file__).parent


def main(
    seeds: Annotated[int, typer.Option(help="Shops per world.")] = 60,
    first: Annotated[int, typer.Option(help="The first seed; tuning used 1 to 10.")] = 101,
    persons: Annotated[int, typer.Option(help="People per shop.")] = 120,
    days: Annotated[int, typer.Option(help="Days per shop.")] = 42,
    worlds: Annotated[str, typer.Option(help="Names, with commas between.")] = ",".join(WORLDS),
    jobs: Annotated[int, typer.Option(help="Processes.")] = os.cpu_count() or 1,
    results: Annotated[Path, typer.Option(help="One line per shop.")] = FOLDER / "results.jsonl",
    table: Annotated[Path | None, typer.Option(help="Where the Markdown goes.")] = None,
) -> None:
    """Measure what is not measured yet, then print the table."""
    code = version()
    shops = [
        Shop(world, seed, persons, days)
        for seed in range(first, first + seeds)
        for world in worlds.split(",")
    ]
    known = {shop: line for shop, line in _read(results, code) if shop in set(shops)}
    missing = [shop for shop in shops if shop not in known]
    with (
        ProcessPoolExecutor(jobs) as pool,
        results.open("a", encoding="utf-8") as file,
        typer.progressbar(length=len(missing), label="shops", width=40) as bar,
    ):
        running = {pool.submit(observe, shop): shop for shop in missing}
        for done in as_completed(running):
            line = {"version": code, **done.result()}
            known[running[done]] = line
            file.write(json.dumps(line) + "\n")
            file.flush()
            bar.update(1)
    text = write([known[shop] for shop in shops])
    if table is None:
        typer.echo(text)
    else:
        table.write_text(text, encoding="utf-8")


def _read(path: Path, code: str) -> Iterator[tuple[Shop, dict[str, object]]]:
    """The lines of an earlier study that the same code wrote; a torn last one is left out."""
    if not path.is_file():
        return
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if line["version"] == code:
            yield Shop(line["world"], line["seed"], line["persons"], line["days"]), line


if __name__ == "__main__":
    typer.run(main)
