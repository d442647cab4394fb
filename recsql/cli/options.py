"""The flags that several commands share; each has a twin `RECSQL_<FLAG>` in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _flag(name: str, help_: str, *more: str) -> typer.models.OptionInfo:
    twin = "RECSQL_" + name.lstrip("-").replace("-", "_").upper()
    option: typer.models.OptionInfo = typer.Option(name, *more, envvar=twin, help=help_)
    return option


ProjectDir = Annotated[Path, _flag("--project-dir", "The folder of recsql.yml.")]
ProfilesDir = Annotated[Path | None, _flag("--profiles-dir", "The folder of profiles.yml.")]
Profile = Annotated[str | None, _flag("--profile", "The profile to use.")]
TargetName = Annotated[str | None, _flag("--target", "The target of the profile.", "-t")]
TargetPath = Annotated[Path | None, _flag("--target-path", "Where artefacts go.")]
Vars = Annotated[str | None, _flag("--vars", "YAML with variables, as '{grace: 6h}'.")]
AsOf = Annotated[str | None, _flag("--as-of", "now, latest, or an ISO instant (UTC).")]
Select = Annotated[
    list[str] | None,
    _flag("--select", "Names, tag: audit: path: relation: status:, wildcards.", "-s"),
]
Exclude = Annotated[list[str] | None, _flag("--exclude", "What to leave out, as in --select.")]
Sample = Annotated[str | None, _flag("--sample", "A share of persons, by hash, such as 10%.")]
Timeout = Annotated[str | None, _flag("--timeout", "Cancel a query after this long, such as 5m.")]
Threads = Annotated[int | None, _flag("--threads", "How many threads the warehouse may use.")]
FailFast = Annotated[bool, _flag("--fail-fast", "Stop at the first failure.", "-x")]
WarnError = Annotated[bool, _flag("--warn-error", "Treat warnings as failures.")]
FailOn = Annotated[str, _flag("--fail-on", "warn, fail, unknown or never.")]
Quiet = Annotated[bool, _flag("--quiet", "Only what is not well, and the verdict.", "-q")]
Debug = Annotated[bool, _flag("--debug", "Tell more on stderr.")]
Output = Annotated[str, _flag("--output", "text, json or github.")]
Html = Annotated[Path | None, _flag("--html", "Write the report as one HTML file.")]
Junit = Annotated[Path | None, _flag("--junit", "Write the results as JUnit XML.")]
Summary = Annotated[Path | None, _flag("--summary", "Write a summary as Markdown.")]
DryRun = Annotated[bool, _flag("--dry-run", "Show the compiled SQL and run nothing.")]
OnFail = Annotated[
    str | None,
    _flag("--on-fail", "A command that gets the results when the run does not end well."),
]
WriteResults = Annotated[
    bool,
    # no twin in the environment: consent is given anew, where everybody can read it
    typer.Option("--write-results", help="Write the numbers to the table of `results_to`."),
]
NoHistory = Annotated[bool, _flag("--no-history", "Do not add this run to the history.")]
MaxBytes = Annotated[str | None, _flag("--max-bytes", "Refuse to read more than this: 10GB.")]
Bundle = Annotated[
    Path | None, _flag("--bundle", "Write what a bug report needs, without secrets.")
]
