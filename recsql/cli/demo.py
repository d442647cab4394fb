"""`recsql demo`: the simulated shop, audited before and after its pipeline is rebuilt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import output

if TYPE_CHECKING:
    from recsql.results import RunResult

Folder = Annotated[Path, typer.Argument(help="A new or empty folder, or an earlier demo.")]
Persons = Annotated[int, typer.Option(min=1, help="How many people visit the shop.")]
Days = Annotated[int, typer.Option(min=14, help="How long; its last weeks are audited.")]
Seed = Annotated[int, typer.Option(help="Another seed gives other people.")]
OneWorld = Annotated[
    str | None,
    typer.Option(
        "--world",
        help="Another defect to find: weekly, rebuilt, clean, stale, stale-items, fragmented, "
        "no-drift, shared-tablets, late-ingest, leaky-offline or label-shift.",
    ),
]
Exposure = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="The share of visits that follow their list.")
]
Keep = Annotated[bool, typer.Option("--keep", help="Write what is true, too: world.duckdb.")]


def demo(
    folder: Folder = Path("recsql-demo"),
    persons: Persons = 120,
    days: Days = 49,
    seed: Seed = 1,
    world: OneWorld = None,
    exposure: Exposure = 0.0,
    keep: Keep = False,
) -> None:
    """Simulate a shop with two pipelines behind one model, and audit both."""
    from recsql.demo import project, shop, worlds
    from recsql.demo.summary import table

    names = worlds.DEFAULT if world is None else (worlds.scenario(world).name,)
    people = worlds.World(persons=persons, days=days, seed=seed, exposure_share=exposure)
    project.claim(folder)
    output.tell(f"simulating {persons} persons for {days} days, seed {seed} …")
    project.write(folder, people, names)
    shop.generate(folder, people, names, keep=keep)
    runs = _audit(folder, names)
    for result in runs.values():
        output.say(f"{_report(result)}\n")
    output.say(f"{table(runs)}\n")
    for name in names:
        output.say(f"report   {_page(folder, name)}")
    output.say(f"project  {folder}: recsql run --project-dir {folder} --target {names[0]}")
    # a failing check is what the demo shows; only what could not run is its own failure
    codes = [run.run.exit_code for run in runs.values()]
    raise typer.Exit(max(0 if code == 1 else code for code in codes))


def _audit(folder: Path, names: tuple[str, ...]) -> dict[str, RunResult]:
    """Run the checks on every target, and write each report as a page."""
    from recsql.api import Request, run_request
    from recsql.report import WRITERS

    results = {}
    for name in names:
        output.tell(f"auditing the {name} pipeline …")
        keeper = output.Keeper(folder / "target" / name / "compiled")
        plan = folder / "target" / "plan.json"
        request = Request(project_dir=folder, profiles_dir=folder, target=name, plan=plan)
        results[name], _ = run_request(request, keeper)
        output.write_file(_page(folder, name), WRITERS["html"](results[name]))
    return results


def _report(result: RunResult) -> str:
    """The report for a terminal; notes on single segments are for the page."""
    from dataclasses import replace

    from recsql.report import as_terminal

    brief = replace(result, checks=tuple(replace(check, notes=()) for check in result.checks))
    return as_terminal.write(
        brief, width=output.width(), colour=output.colour(), unicode=output.unicode()
    )


def _page(folder: Path, target: str) -> Path:
    return folder / "target" / f"{target}.html"
