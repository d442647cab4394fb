"""`recsql debug`: what is found, and whether the warehouse answers."""

from __future__ import annotations

import platform
from pathlib import Path

import typer

from recsql import __version__
from recsql.cli import options as o
from recsql.cli import output


def debug(
    context: typer.Context,
    project_dir: o.ProjectDir = Path(),
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    variables: o.Vars = None,
    as_of: o.AsOf = None,
    bundle: o.Bundle = None,
) -> None:
    """Show files, every setting and where it comes from, the connection, and the mapped tables."""
    from recsql.api import Request
    from recsql.describe import diagnose

    request = Request(project_dir, profiles_dir, profile, target, variables, as_of=as_of)
    if bundle is not None:
        from recsql.describe.bundle import bundle as bundled

        output.write_file(bundle, bundled(request, _given(context)))
        output.say(f"{bundle}: read it before you send it; it holds no data and no secrets")
        return
    output.say(f"recsql       {__version__} on Python {platform.python_version()}")
    found = diagnose(request, output.line, _given(context))
    output.tell_problems(found)
    codes = {problem.exit_code for problem in found}
    raise typer.Exit(2 if 2 in codes else 3 if 3 in codes else 0)


def _given(context: typer.Context) -> dict[str, str]:
    """How each flag was given, by parameter: on the command line, or in the environment."""
    found = {}
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        word = "" if source is None else source.name
        if word == "COMMANDLINE":
            found[name] = f"flag {max(parameter.opts, key=len)}"
        elif word == "ENVIRONMENT":
            found[name] = f"environment {parameter.envvar}"
    return found
