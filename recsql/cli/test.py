"""`recsql test`: run the cases of checks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

if TYPE_CHECKING:
    from recsql.results import CaseResult

Pattern = Annotated[
    str | None, typer.Option("-k", help="Only cases whose `file::case` contains this text.")
]


def test(
    project_dir: o.ProjectDir = Path(),
    pattern: Pattern = None,
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    fail_fast: o.FailFast = False,
    quiet: o.Quiet = False,
) -> None:
    """Run the cases under tests/ on DuckDB, or on a target."""
    from recsql.api import Request, test_request

    request = Request(project_dir, profiles_dir, profile, target)

    def progress(result: CaseResult) -> None:
        if not result.passed or not quiet:
            output.say(_shown(result))

    results, problems = test_request(request, pattern, progress, fail_fast)
    output.tell_problems(problems)
    failed = sum(not result.passed for result in results)
    elapsed = sum(result.elapsed_s for result in results)
    output.say(f"\n{len(results) - failed} passed, {failed} failed in {elapsed:.1f} s")
    if problems:
        raise typer.Exit(2)
    if not results:
        output.tell("no case matches" if pattern else "no case files under tests/")
        raise typer.Exit(5)
    raise typer.Exit(1 if failed else 0)


def _shown(result: CaseResult) -> str:
    """A line for a case, and under it each difference side by side."""
    word = "PASS" if result.passed else "FAIL"
    case = result.case
    lines = [f"{word}  {case.check}::{case.name}  {result.elapsed_s:.2f} s"]
    if not result.passed:
        lines.append(f"      {case.location}")
    lines += [
        f"      {difference.what}: expected {difference.expected}, actual {difference.actual}"
        for difference in result.mismatches
    ]
    if result.problem is not None:
        lines.append(f"      {result.problem.message}")
        if result.problem.location is not None:
            lines.append(f"      --> {result.problem.location}")
        if result.problem.hint is not None:
            lines.append(f"      hint: {result.problem.hint}")
    return "\n".join(lines)
