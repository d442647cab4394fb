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


def demo(
    folder: Folder = Path("recsql-demo"),
    persons: Persons = 200,
    days: Days = 49,
    seed: Seed = 1,
) -> None:
    """Simulate a shop with two pipelines behind one model, and audit both."""
    from recsql.demo import project, shop
    from recsql.demo.summary import table

    world = shop.World(persons=persons, days=days, seed=seed)
    project.claim(folder)
    output.tell(f"simulating {persons} persons for {days} days, seed {seed} …")
    project.write(folder, world)
    shop.generate(folder, world)
    runs = {pipeline.name: _audit(folder, pipeline.name) for pipeline in shop.PIPELINES}
    output.say(f"{table(runs)}\n")
    for name in runs:
        output.say(f"report   {_page(folder, name)}")
    output.say(f"project  {folder}: recsql run --project-dir {folder} --target {shop.WEEKLY.name}")
    # a failing check is what the demo shows; only what could not run is its own failure
    codes = [run.run.exit_code for run in runs.values()]
    raise typer.Exit(max(0 if code == 1 else code for code in codes))


def _audit(folder: Path, target: str) -> RunResult:
    """Run the checks on a target, show the report, and write it as a page."""
    from dataclasses import replace

    from recsql.api import Request, run_request
    from recsql.report import WRITERS, as_terminal

    output.tell(f"auditing the {target} pipeline …")
    keeper = output.Keeper(folder / "target" / target / "compiled")
    request = Request(project_dir=folder, profiles_dir=folder, target=target)
    result, _ = run_request(request, keeper)
    output.write_file(_page(folder, target), WRITERS["html"](result))
    # notes on single segments are for the page
    brief = replace(result, checks=tuple(replace(check, notes=()) for check in result.checks))
    report = as_terminal.write(
        brief, width=output.width(), colour=output.colour(), unicode=output.unicode()
    )
    output.say(f"{report}\n")
    return result


def _page(folder: Path, target: str) -> Path:
    return folder / "target" / f"{target}.html"
