"""`recsql debug`: what is found, and whether the warehouse answers."""

from __future__ import annotations

import platform
from pathlib import Path

import typer

from recsql import __version__
from recsql.cli import options as o
from recsql.cli import output


def debug(
    project_dir: o.ProjectDir = Path(),
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    variables: o.Vars = None,
    as_of: o.AsOf = None,
) -> None:
    """Show resolved files, target, versions, the connection test and the relations."""
    from recsql.api import Request
    from recsql.describe import diagnose

    request = Request(project_dir, profiles_dir, profile, target, variables, as_of=as_of)
    output.say(f"recsql       {__version__} on Python {platform.python_version()}")
    found = diagnose(request, output.say)
    output.tell_problems(found)
    codes = {problem.exit_code for problem in found}
    raise typer.Exit(2 if 2 in codes else 3 if 3 in codes else 0)
