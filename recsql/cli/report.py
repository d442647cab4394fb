"""`recsql report`: the report of an earlier run, from its results file alone."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output
from recsql.errors import RecsqlError

if TYPE_CHECKING:
    from recsql.report.figures.trend import Trend
    from recsql.results import RunResult

Results = Annotated[Path | None, typer.Argument(help="A results file; default: the last run's.")]

Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        envvar="RECSQL_BASELINE",
        help="An earlier results file: say what changed since.",
    ),
]
Trends = Annotated[
    bool,
    typer.Option(
        "--trends",
        envvar="RECSQL_TRENDS",
        help="Draw each number over the runs of the history (HTML).",
    ),
]
_COMPARING = ("text", "markdown", "html")


def report(
    results: Results = None,
    project_dir: o.ProjectDir = Path(),
    target_path: o.TargetPath = None,
    output_: o.Output = "text",
    html: o.Html = None,
    junit: o.Junit = None,
    summary: o.Summary = None,
    baseline: Baseline = None,
    trends: Trends = False,
) -> None:
    """Write the report of a run again, in any format, without a connection."""
    from recsql.report import WRITERS, Writer, as_changes, as_html, as_markdown
    from recsql.report.as_terminal import write
    from recsql.report.changes import compare, snapshot

    output.choice(output_, "--output", ("text", "json", "github", "markdown", "html", "junit"))
    if baseline is not None:
        output.choice(output_, "--output", _COMPARING)
    folder = target_path or project_dir / "target"
    result, digest = _read(results or folder / "run_results.json")
    earlier = None if baseline is None else _read(baseline)[0]
    lines = _trends(folder / "history.duckdb", result) if trends else {}
    writers: dict[str, Writer] = {
        **WRITERS,
        "html": partial(as_html.write, baseline=earlier, trends=lines, digest=digest),
        "markdown": partial(as_markdown.write, baseline=earlier),
    }
    for name, place in {"html": html, "junit": junit, "markdown": summary}.items():
        if place is not None:
            output.write_file(place, writers[name](result))
    if output_ != "text":
        output.say(writers[output_](result))
        return
    width, unicode = output.width(), output.unicode()
    output.say(write(result, width=width, colour=output.colour(), unicode=unicode))
    if earlier is not None:
        changes = compare(snapshot(earlier), snapshot(result))
        output.say("\n" + as_changes.write(changes, width=width, unicode=unicode))


def _trends(path: Path, result: RunResult) -> dict[str, Trend]:
    from recsql.describe.past import trends

    return trends(path, result)


def _read(path: Path) -> tuple[RunResult, str]:
    """The run, and the SHA-256 of the file as it is: an older recsql may have written it."""
    from hashlib import sha256

    from recsql.report.as_json import read

    try:
        written = path.read_bytes()
        text = written.decode("utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        hint = "run `recsql run` first, or name a results file"
        raise RecsqlError(f"cannot read `{path}`", hint=hint) from cause
    return read(text), sha256(written).hexdigest()
