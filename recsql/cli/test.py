"""`recsql test`: run the cases of checks."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

if TYPE_CHECKING:
    from recsql.api import Request
    from recsql.results import CaseResult

Cases = Annotated[
    list[str] | None, typer.Argument(help="Case files, folders of them, or `file::case`.")
]
Pattern = Annotated[
    str | None, typer.Option("-k", help="Only cases whose `file::case` contains this text.")
]
Mutate = Annotated[
    bool, typer.Option("--mutate", help="Break each check, and tell which breaks no case notices.")
]
Create = Annotated[
    str | None,
    typer.Option(
        "--create", help="Write a case of this check from the smallest part of the target's rows."
    ),
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
    mutate: Mutate = False,
    create: Create = None,
) -> None:
    """Run the cases under tests/ on DuckDB, or on a target."""
    from recsql.api import Request, test_request
    from recsql.testing import telling

    shown = output.choice(output_, "--output", ("text", "json", "github"))
    plans = project_dir / "target" / "cases"
    request = Request(project_dir, profiles_dir, profile, target, plan=plans)

    if create is not None:
        raise typer.Exit(_create(request, create))
    processes = jobs or os.cpu_count() or 1
    if mutate:
        raise typer.Exit(_mutate(request, pattern, cases or [], processes, shown))

    def progress(result: CaseResult) -> None:
        if shown == "github" and not result.passed:
            output.say(telling.as_annotation(result))
        if shown != "json" and not (quiet and result.passed):
            output.say(telling.as_text(result))

    started = time.perf_counter()  # several processes take less than the sum of their cases
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
        elapsed = time.perf_counter() - started
        output.say(f"\n{len(results) - failed} passed, {failed} failed in {elapsed:.1f} s")
    if problems:
        raise typer.Exit(2)
    if not results:
        output.tell("no case matches" if pattern or cases else "no case files under tests/")
        raise typer.Exit(5)
    raise typer.Exit(1 if failed else 0)


def _create(request: Request, check: str) -> int:
    """Write the case, and run it: what does not pass is no case."""
    from dataclasses import replace

    from recsql.api import create_request, test_request
    from recsql.testing import telling

    path, told = create_request(request, check)
    output.tell(told)
    shown = path.relative_to(request.project_dir.resolve()).as_posix()
    results, problems = test_request(replace(request, target=None), paths=[shown])
    output.tell_problems(problems)
    for result in results:
        output.say(telling.as_text(result))
    output.say(shown)
    return 0 if results and not problems and all(result.passed for result in results) else 3


def _mutate(
    request: Request, pattern: str | None, cases: list[str], processes: int, shown: str
) -> int:
    """Tell each check's score as it comes; 1 when a mutant survives without an excuse."""
    from recsql.api import mutate_request
    from recsql.testing import telling

    found, problems = mutate_request(request, pattern, paths=cases, processes=processes)
    scores = []
    for score in found:
        scores.append(score)
        if shown != "json":
            output.say(telling.score_as_text(score))
    broken = [*problems, *(problem for score in scores for problem in score.problems)]
    output.tell_problems(broken)
    judged = sum(score.mutants - score.excused for score in scores)
    killed = sum(score.killed for score in scores)
    if shown == "json":
        output.say(telling.scores_as_json(scores, broken))
    elif judged:
        share = 100.0 * killed / judged
        output.say(f"\n{killed} of {judged} mutants noticed ({share:.0f} %)")
    if not scores:
        output.tell("no case matches")
        return 5
    return 2 if problems else 1 if broken or killed < judged else 0
