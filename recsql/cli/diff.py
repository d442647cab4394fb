"""`recsql diff`: what changed between two runs of the history."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

Before = Annotated[str | None, typer.Argument(help="A run, by the beginning of its id; default: "
                                                   "the last comparable one before.")]  # fmt: skip
After = Annotated[str | None, typer.Argument(help="Another run; default: the last.")]


def diff(
    before: Before = None,
    after: After = None,
    project_dir: o.ProjectDir = Path(),
    target_path: o.TargetPath = None,
    output_: o.Output = "text",
) -> None:
    """Say what changed between two runs: verdicts, and numbers that differ beyond chance."""
    from recsql.describe.past import changed
    from recsql.project.load import load
    from recsql.report.as_changes import write, write_json

    output.choice(output_, "--output", ("text", "json"))
    catalog = load(project_dir, None, optional=True).catalog
    limits = {
        (check.name, metric.name): threshold.operator[:1]
        for check in catalog.checks.values()
        for metric in check.metrics
        if (threshold := metric.error_if or metric.warn_if) and threshold.operator[:1] in "<>"
    }
    history = (target_path or project_dir / "target") / "history.duckdb"
    found = changed(history, (before, after), limits)
    if output_ == "json":
        output.say(write_json(found))
        return
    output.say(write(found, width=output.width(), unicode=output.unicode()))
