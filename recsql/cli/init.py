"""`recsql init`: a project of one's own, with a mapping proposed from the tables that there are."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recsql.cli import options as o
from recsql.cli import output
from recsql.errors import RecsqlError

if TYPE_CHECKING:
    from recsql.scaffold.start import Started, Wish

Folder = Annotated[Path, typer.Argument(help="The project's folder, new or not.", metavar="[DIR]")]
Name = Annotated[str | None, typer.Option("--name", help="The project's name; default: DIR's.")]
FromWarehouse = Annotated[
    bool, typer.Option("--from-warehouse", help="Propose from the tables of the target.")
]
FromDbt = Annotated[
    Path | None,
    typer.Option("--from-dbt", help="Propose from a dbt manifest: target/manifest.json."),
]
DuckDBFile = Annotated[
    Path | None,
    typer.Option("--duckdb", help="Propose from the tables of this DuckDB file, and run on it."),
]
Schemas = Annotated[
    list[str] | None, typer.Option("--schema", help="Only tables of this schema; repeatable.")
]


def init(
    folder: Folder = Path(),
    name: Name = None,
    from_warehouse: FromWarehouse = False,
    from_dbt: FromDbt = None,
    duckdb: DuckDBFile = None,
    schema: Schemas = None,
    target: o.TargetName = None,
    profile: o.Profile = None,
    profiles_dir: o.ProfilesDir = None,
) -> None:
    """Write a project: recsql.yml with every relation, a first check and its case.

    With a source (--duckdb, --from-warehouse, --from-dbt) the mapping is proposed, with how sure
    each relation and column is. On a terminal without one, a few questions are asked.
    """
    from recsql.project.load import Wanted
    from recsql.scaffold.costs import Costs
    from recsql.scaffold.start import Surroundings, Wish, started

    if sum((from_warehouse, from_dbt is not None, duckdb is not None)) > 1:
        hint = "give one of --duckdb, --from-warehouse and --from-dbt"
        raise RecsqlError("tables are proposed from one source", hint=hint)
    wanted = Wanted(profile, target, profiles_dir)
    wish = Wish(folder, name, duckdb, from_dbt, from_warehouse, tuple(schema or ()), wanted)
    wish = replace(wish, salt=secrets.token_hex(16))
    if not (from_warehouse or from_dbt or duckdb) and _a_person_is_there():
        wish = _asked(wish)
    found = started(wish, Surroundings(os.environ, Path.home()), Costs())
    for path, text in found.files.items():
        output.write_file(path, text)
    _tell(found, wish)


def _a_person_is_there() -> bool:
    return sys.stdin.isatty() and output.interactive()


def _asked(wish: Wish) -> Wish:
    """The wish after three questions at most."""
    folder = wish.folder
    files = sorted(folder.glob("*.duckdb")) if folder.is_dir() else []
    manifest = folder / "target" / "manifest.json"
    usual = "dbt" if manifest.is_file() else "duckdb" if files else "none"
    words = "duckdb (a file), warehouse (a target of profiles.yml), dbt (a manifest) or none yet"
    answer = typer.prompt(f"Where are your tables? {words}", default=usual, err=True)
    word = output.choice(answer.split()[0].lower(), "the answer", _ANSWERS)
    if word == "duckdb":
        first = str(files[0]) if files else None
        path = typer.prompt("The DuckDB file", default=first, err=True)
        return replace(wish, duckdb=Path(path))
    if word == "dbt":
        path = typer.prompt("dbt's manifest", default=str(manifest), err=True)
        return replace(wish, manifest=Path(path))
    return replace(wish, warehouse=word == "warehouse")


_ELSEWHERE = ("RECSQL_PROFILES_DIR", "DBT_PROFILES_DIR")
_ANSWERS = ("duckdb", "warehouse", "dbt", "none")


def _tell(found: Started, wish: Wish) -> None:
    from recsql.scaffold.start import shown

    proposal = found.proposal
    if found.origin != "nothing":
        output.say(f"read         {found.origin}")
        for layout in proposal.layouts:
            output.say(f"layout       {layout}")
        output.say("proposed     " + "\n             ".join(shown(proposal.matches) or ["nothing"]))
        for text in proposal.dropped:
            output.say(f"left out     {text}")
        output.say("computable   " + "\n             ".join(found.reach))
    for path in found.files:
        if ".recsql" not in path.parts:
            output.say(f"wrote        {path}")
    flags = "" if wish.folder == Path() else f" --project-dir {shlex.quote(str(wish.folder))}"
    profiles_dir = wish.wanted.profiles_dir
    if wish.folder / "profiles.yml" in found.files and any(map(os.environ.get, _ELSEWHERE)):
        profiles_dir = wish.folder  # the environment names another folder, which would be asked
    if profiles_dir is not None:
        flags += f" --profiles-dir {shlex.quote(str(profiles_dir))}"
    target = "" if found.target is None else f" --target {shlex.quote(found.target)}"
    first = "look at what was proposed" if proposal.matches else "map your tables"
    output.say(f"next         {wish.folder / 'recsql.yml'}: {first}")
    output.say(f"             recsql debug{flags}{target}   what is mapped, and how full it is")
    output.say(f"             recsql run{flags}{target}     the verdicts")
    output.say(f"             recsql test{flags}    the cases of your own checks")
