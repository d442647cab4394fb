"""The command line. Commands import what they need when they run, so that `--help` is light."""

from __future__ import annotations

import sys

import typer

from recsql import __version__
from recsql.cli import compile as compile_command
from recsql.cli import debug, demo, diff, explain, init, ls, output, report, run, schema, test
from recsql.cli.light import LightCommand, LightGroup
from recsql.cli.selecting import spelled_out
from recsql.errors import RecsqlError, did_you_mean

app = typer.Typer(
    name="recsql",
    cls=LightGroup,
    help="Audit the pipeline around a recommender: signals, identities, offline scores, timing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init", cls=LightCommand)(init.init)
app.command("run", cls=LightCommand)(run.run)
app.command("test", cls=LightCommand)(test.test)
app.command("compile", cls=LightCommand)(compile_command.compile_)
app.command("ls", cls=LightCommand)(ls.ls)
app.command("debug", cls=LightCommand)(debug.debug)
app.command("explain", cls=LightCommand)(explain.explain)
app.command("schema", cls=LightCommand)(schema.schema)
app.command("report", cls=LightCommand)(report.report)
app.command("diff", cls=LightCommand)(diff.diff)
app.command("demo", cls=LightCommand)(demo.demo)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"recsql {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
) -> None:
    """Options that belong to no command."""


def _require_command(words: list[str]) -> None:
    known = [command.name or "" for command in app.registered_commands]
    for word in words:
        if word not in known and not word.startswith("-"):
            raise RecsqlError(f"no command `{word}`", hint=did_you_mean(word, known))


def main() -> None:
    """Run the command line; a broken thing is one message and its exit code, never a traceback."""
    try:
        _require_command(sys.argv[1:2])
        app(spelled_out(sys.argv[1:]))
    except RecsqlError as error:
        output.tell(f"error: {error}")
        raise SystemExit(error.exit_code or 2) from None
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        raise SystemExit(130) from None
