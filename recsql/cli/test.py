"""`recsql test`: run the cases of checks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

if TYPE_CHECKING:
    from recsql.results import CaseResult

Cases = Annotated[
    list[str] | None, typer.Argument(help="Case files, folders of them, or `file::case`.")
]
Pattern = Annotated[
    str | None, typer.Option("-k", help="Only cases whose `file::case` contains this text.")
]
Jobs = Annotated[
    int | None, typer.Option("-j", "--jobs", min=1, help="Processes; as many as there are cores.")
]


def test(
    cases: Cases = None,
    project_dir: o.ProjectDir = Path(),
    pattern: Pattern = None,
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    fail_fast: o.FailFast = False,
    quiet: o.Quiet = False,
    jobs: Jobs = None,
    output_: o.Output = "text",
    junit: o.Junit = None,
) -> None:
    """Run the cases under tests/ on DuckDB, or on a target."""
    from recsql.api import Request, test_request
    from recsql.testing import telling

    shown = output.choice(output_, "--output", ("text", "json", "github"))
    request = Request(project_dir, profiles_dir, profile, target)

    def progress(result: CaseResult) -> None:
        if shown == "github" and not result.passed:
            output.say(telling.as_annotation(result))
        if shown != "json" and not (quiet and result.passed):
            output.say(telling.as_text(result))

    processes = jobs or os.cpu_count() or 1
    results, problems = test_request(
        request, pattern, progress, fail_fast, paths=cases or (), processes=processes
    )
    output.tell_problems(problems)
    failed = sum(not result.passed for result in results)
    if junit is not None:
        output.write_file(junit, telling.as_junit(results))
    if shown == "json":
        output.say(telling.as_json(results, problems))
    else:
        elapsed = sum(result.elapsed_s for result in results)
        output.say(f"\n{len(results) - failed} passed, {failed} failed in {elapsed:.1f} s")
    if problems:
        raise typer.Exit(2)
    if not results:
        output.tell("no case matches" if pattern or cases else "no case files under tests/")
        raise typer.Exit(5)
    raise typer.Exit(1 if failed else 0)
