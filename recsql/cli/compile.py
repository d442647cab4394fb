"""`recsql compile`: the SQL that a run would send, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output

Dialect = Annotated[str | None, typer.Option("--dialect", help="Compile for it, unconnected.")]


def compile(  # noqa: A001 - the name of the command
    project_dir: o.ProjectDir = Path(),
    dialect: Dialect = None,
    select: o.Select = None,
    exclude: o.Exclude = None,
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
    target_path: o.TargetPath = None,
    variables: o.Vars = None,
    as_of: o.AsOf = None,
) -> None:
    """Write the SQL for the target to target/compiled/."""
    from recsql.api import Request, compile_request
    from recsql.project.contract import DIALECTS

    request = Request(
        project_dir=project_dir,
        profiles_dir=profiles_dir,
        profile=profile,
        target=target,
        variables=variables,
        select=tuple(select or ()),
        exclude=tuple(exclude or ()),
        as_of=as_of,
        project_optional=dialect is not None,
    )
    if dialect is not None:
        output.choice(dialect, "--dialect", DIALECTS)
    compiled = compile_request(request, dialect)
    folder = (target_path or project_dir / "target") / "compiled"
    keep = output.Keeper(folder)
    for name, sql in compiled.files():
        keep(name, sql)
    for name, why in compiled.skipped.items():
        output.tell(f"skipped {name}: {why}")
    output.tell_problems(compiled.problems)
    output.say(f"{len(compiled.checks)} checks, {len(compiled.models)} models → {folder}")
    raise typer.Exit(output.compile_exit_code(compiled))
