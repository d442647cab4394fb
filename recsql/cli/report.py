"""`recsql report`: the report of an earlier run, from its results file alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output
from recsql.errors import RecsqlError

Results = Annotated[Path | None, typer.Argument(help="A results file; default: the last run's.")]


def report(
    results: Results = None,
    project_dir: o.ProjectDir = Path(),
    target_path: o.TargetPath = None,
    output_: o.Output = "text",
    html: o.Html = None,
    junit: o.Junit = None,
    summary: o.Summary = None,
) -> None:
    """Write the report of a run again, in any format, without a connection."""
    from recsql.report import WRITERS
    from recsql.report.as_json import read
    from recsql.report.as_terminal import write

    path = results or (target_path or project_dir / "target") / "run_results.json"
    output.choice(output_, "--output", ("text", "json", "github", "markdown", "html", "junit"))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        hint = "run `recsql run` first, or name a results file"
        raise RecsqlError(f"cannot read `{path}`", hint=hint) from cause
    result = read(text)
    for name, place in {"html": html, "junit": junit, "markdown": summary}.items():
        if place is not None:
            output.write_file(place, WRITERS[name](result))
    if output_ != "text":
        output.say(WRITERS[output_](result))
        return
    output.say(
        write(result, width=output.width(), colour=output.colour(), unicode=output.unicode())
    )
