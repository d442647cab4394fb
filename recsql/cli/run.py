"""`recsql run`: the main job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from recsql.cli import options as o
from recsql.cli import output
from recsql.cli.alert import alert, alert_unstarted
from recsql.cli.keeping import keeping
from recsql.errors import RecsqlError

if TYPE_CHECKING:
    from recsql.api import Request
    from recsql.results import CheckResult, RunResult

_OUTPUTS = ("text", "json", "github")
_FAIL_ON = ("warn", "fail", "unknown", "never")


def run(
    project_dir: o.ProjectDir = Path(),
    select: o.Select = None,
    exclude: o.Exclude = None,
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    target_path: o.TargetPath = None,
    variables: o.Vars = None,
    as_of: o.AsOf = None,
    threads: o.Threads = None,
    timeout: o.Timeout = None,
    fail_fast: o.FailFast = False,
    dry_run: o.DryRun = False,
    max_bytes: o.MaxBytes = None,
    sample: o.Sample = None,
    warn_error: o.WarnError = False,
    fail_on: o.FailOn = "fail",
    quiet: o.Quiet = False,
    debug: o.Debug = False,
    output_: o.Output = "text",
    html: o.Html = None,
    junit: o.Junit = None,
    summary: o.Summary = None,
    no_history: o.NoHistory = False,
    on_fail: o.OnFail = None,
    write_results: o.WriteResults = False,
) -> None:
    """Run the checks."""
    from recsql.api import Request

    folder = target_path or project_dir / "target"
    request = Request(
        project_dir=project_dir,
        profiles_dir=profiles_dir,
        profile=profile,
        target=target,
        variables=variables,
        select=tuple(select or ()),
        exclude=tuple(exclude or ()),
        as_of=as_of,
        sample=output.share(sample, "--sample"),
        timeout_s=output.duration(timeout, "--timeout"),
        threads=threads,
        fail_fast=fail_fast,
        warn_error=warn_error,
        fail_on=output.choice(fail_on, "--fail-on", _FAIL_ON),
        statuses=_last_statuses(folder),
        plan=folder / "plan.json",
        history=folder / "history.duckdb",
    )
    output.choice(output_, "--output", _OUTPUTS)
    if dry_run:
        from recsql.cli import reading

        raise typer.Exit(reading.dry_run(request, max_bytes))
    narrated = debug or (output_ == "text" and not quiet and not output.interactive())
    try:
        keep = keeping(request) if write_results else _as_it_is
        if max_bytes is not None:
            from recsql.cli import reading

            reading.refuse_above(request, max_bytes)
        result = keep(_execute(request, folder, narrated=narrated))
    except RecsqlError as error:
        alert_unstarted(on_fail, request, error)
        raise
    with _remembered(result, None if no_history else folder / "history.duckdb"):
        _write_artefacts(result, folder, {"html": html, "junit": junit, "markdown": summary})
        _show(result, output_, quiet=quiet)
    alert(on_fail, result)
    raise typer.Exit(result.run.exit_code)


def _as_it_is(result: RunResult) -> RunResult:
    return result


def _execute(request: Request, folder: Path, *, narrated: bool) -> RunResult:
    from recsql.api import run_request
    from recsql.report.as_json import write_check
    from recsql.report.as_terminal import progress_line

    partial = folder / "runs" / request.run_id / "checks.jsonl"
    done: list[str] = []

    def progress(result: CheckResult, number: int, total: int) -> None:
        done.append(write_check(result))
        output.write_file(partial, "\n".join(done))
        if narrated:
            output.tell(progress_line(result, number, total))

    result, _ = run_request(request, output.Keeper(folder / "compiled"), progress)
    output.remove_folder(partial.parent)
    return result


def _write_artefacts(result: RunResult, folder: Path, wanted: dict[str, Path | None]) -> None:
    from recsql.report import WRITERS

    output.write_file(folder / "run_results.json", WRITERS["json"](result))
    output.write_file(folder / "dbt_run_results.json", WRITERS["dbt"](result))
    for name, path in wanted.items():
        if path is not None:
            output.write_file(path, WRITERS[name](result))


@contextmanager
def _remembered(result: RunResult, path: Path | None) -> Iterator[None]:
    """Add the run to the history meanwhile; one that cannot be written changes no verdict.

    A run that came to no check is not remembered.
    """
    if path is None or not result.checks:
        yield
        return
    from concurrent.futures import ThreadPoolExecutor

    from recsql.history.store import append

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="recsql-history") as pool:
        adding = pool.submit(append, path, result)
        yield
        try:
            adding.result()
        except RecsqlError as error:
            output.tell(f"warning: this run is not in the history: {error}")


def _show(result: RunResult, output_: str, *, quiet: bool) -> None:
    from recsql.report import WRITERS
    from recsql.report.as_terminal import write

    if output_ != "text":
        output.say(WRITERS[output_](result))
        return
    output.say(
        write(result, width=output.width(), colour=output.colour(), unicode=output.unicode())
    )


def _last_statuses(folder: Path) -> dict[str, str]:
    """How each check ended in the last run, for `status:` selectors."""
    import json

    try:
        last = json.loads((folder / "run_results.json").read_text(encoding="utf-8"))
        return {check["name"]: check["status"] for check in last["checks"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
