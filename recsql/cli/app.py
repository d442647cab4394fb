"""The command line: each command is a module, imported when it is called or listed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module

import typer

from recsql import __version__
from recsql.cli import output
from recsql.cli.light import LightCommand, LightGroup
from recsql.cli.selecting import spelled_out
from recsql.errors import RecsqlError, did_you_mean

COMMANDS = (
    "init", "run", "test", "compile", "ls", "debug", "explain", "schema", "report", "diff", "demo",
)  # fmt: skip
"""Each is the name of a module, and of the function in it that is called."""

_HELP = "Audit the pipeline around a recommender: signals, identities, offline scores, timing."


def application(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The program, with these of its commands."""
    program = typer.Typer(
        name="recsql",
        cls=LightGroup,
        help=_HELP,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(_options)
    for name in commands:
        called: Callable[..., None] = getattr(import_module(f"recsql.cli.{name}"), name)
        program.command(name, cls=LightCommand)(called)
    return program


def _version(value: bool) -> None:
    if value:
        typer.echo(f"recsql {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Options that belong to no command."""


def _named(words: list[str]) -> tuple[str, ...]:
    """The command that is called, or all where there is none; raises `RecsqlError` for another."""
    if not words or words[0].startswith("-"):
        return COMMANDS
    if words[0] not in COMMANDS:
        raise RecsqlError(f"no command `{words[0]}`", hint=did_you_mean(words[0], COMMANDS))
    return (words[0],)


def main() -> None:
    """Run the command line; a broken thing is one message and its exit code, never a traceback."""
    try:
        application(_named(sys.argv[1:2]))(spelled_out(sys.argv[1:]))
    except RecsqlError as error:
        output.tell(f"error: {error}")
        raise SystemExit(error.exit_code or 2) from None
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        raise SystemExit(130) from None
