"""`--on-fail`: a command that hears of a run that did not end well, results on standard input."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from recsql.cli import output

if TYPE_CHECKING:
    import subprocess

    from recsql.api import Request
    from recsql.errors import RecsqlError
    from recsql.results import RunResult

TELLING = frozenset({1, 2, 3})
"""Exit codes of which the command hears: failed, broken, not evaluated."""

PATIENCE_S = 60.0


def alert(command: str | None, result: RunResult, patience_s: float = PATIENCE_S) -> None:
    """Run the command in a shell, the text of run_results.json on its standard input.

    `RECSQL_EXIT_CODE` and `RECSQL_VERDICT` are in its environment. What it prints goes to stderr.
    Whatever becomes of it changes no verdict: a command that fails, or that is not done in time and
    is then ended, is told.
    """
    if command is None or result.run.exit_code not in TELLING:
        return
    import subprocess

    from recsql.report import WRITERS, wording
    from recsql.report.text import one_line

    told = {
        "RECSQL_EXIT_CODE": str(result.run.exit_code),
        "RECSQL_VERDICT": one_line(wording.verdict(result)),
    }
    # what the command starts tells nobody again
    inherited = {name: value for name, value in os.environ.items() if name != "RECSQL_ON_FAIL"}
    try:
        process = subprocess.Popen(  # noqa: S602 - the user's own command, as they wrote it
            command, shell=True, env=inherited | told, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
    except OSError as cause:
        output.tell(f"warning: the command of --on-fail did not start: {cause.strerror}")
        return
    with process:
        try:
            printed, _ = process.communicate(WRITERS["json"](result).encode(), patience_s)
        except subprocess.TimeoutExpired:
            _end(process)
            output.tell(f"warning: the command of --on-fail was ended after {patience_s:.0f} s")
            return
    said = printed.decode("utf-8", "replace").rstrip()
    if said:
        output.tell(said)
    if process.returncode:
        output.tell(f"warning: the command of --on-fail ended with {process.returncode}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and whatever it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def alert_unstarted(command: str | None, request: Request, error: RecsqlError) -> None:
    """The same for a run that could not begin: its results have no check, and the problem."""
    if command is None:
        return
    from datetime import UTC, datetime

    from recsql import __version__
    from recsql.project.document import problem_of
    from recsql.results import RunInfo, RunResult

    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    run = RunInfo(
        id=request.run_id, recsql_version=__version__, project=request.project_dir.resolve().name,
        target=request.target or "", dialect="", as_of=now, window_s=0.0, started_at=now,
        elapsed_s=0.0, exit_code=error.exit_code or 2,
    )  # fmt: skip
    alert(command, RunResult(run, (), (), (problem_of(error, "the run"),)))
