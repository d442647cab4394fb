"""`recsql ls`: which checks, models and cases there are."""

from __future__ import annotations

from pathlib import Path

import typer

from recsql.cli import options as o
from recsql.cli import output


def ls(
    project_dir: o.ProjectDir = Path(),
    select: o.Select = None,
    exclude: o.Exclude = None,
    output_: o.Output = "text",
) -> None:
    """List checks, models and cases."""
    from recsql.api import Request
    from recsql.describe import listing

    output.choice(output_, "--output", ("text", "json"))
    request = Request(
        project_dir,
        select=tuple(select or ()),
        exclude=tuple(exclude or ()),
        project_optional=True,
    )
    found = listing(request)
    if output_ == "json":
        import json

        output.say(json.dumps(found.as_json(), indent=2))
    else:
        for check in found.checks:
            output.line(f"check  {check.audit}.{check.name}  {check.summary}")
        for model in found.models:
            output.line(f"model  {model.name}  {model.summary}")
        for case in found.cases:
            output.line(f"case   {case.check}::{case.name}")
    output.tell_problems(found.problems)
    raise typer.Exit(5 if not found.checks else 2 if found.problems else 0)
