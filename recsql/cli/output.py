"""Where text goes: data to stdout, narration to stderr, artefacts to files that are never half."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from recsql.errors import RecsqlError, did_you_mean
from recsql.files import write_whole

if TYPE_CHECKING:
    from recsql.api import Compiled
    from recsql.model import Problem


def say(text: str) -> None:
    """Data, to stdout."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = text.encode(encoding, "replace").decode(encoding)
    sys.stdout.write(shown if shown.endswith("\n") else shown + "\n")


def line(text: str) -> None:
    """Data to stdout, of names that somebody else chose: nothing in it drives a terminal."""
    say(_harmless(text))


def tell(text: str) -> None:
    """Narration, to stderr; nothing in it drives a terminal."""
    sys.stderr.write(_harmless(text) + "\n")
    sys.stderr.flush()


def _harmless(text: str) -> str:
    from recsql.report.text import lines

    return "\n".join(lines(text))


def tell_problems(problems: Iterable[Problem]) -> None:
    """Each broken thing with its place and hint, to stderr."""
    for problem in problems:
        tell(f"error: {RecsqlError(problem.message, problem.location, problem.hint)}\n")


def interactive() -> bool:
    """Whether a person watches stdout."""
    return sys.stdout.isatty() and not os.environ.get("CI")


def width() -> int:
    """The columns of the terminal; wide when there is none, so that nothing is cut in a log."""
    return shutil.get_terminal_size((110, 40)).columns


def colour() -> bool:
    """Whether colour is wanted: a terminal, and no NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def unicode() -> bool:
    """Whether stdout can show more than ASCII."""
    return "utf" in (sys.stdout.encoding or "").lower()


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises `RecsqlError` when the folder does not allow it."""
    try:
        write_whole(path, text)
    except OSError as cause:
        raise RecsqlError(f"cannot write `{path}`: {cause.strerror}") from cause


class Keeper:
    """Puts compiled statements under a folder, and says where each one is.

    What stands there already is not written again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inside: set[Path] = set()

    def __call__(self, name: str, sql: str) -> str:
        """Write one statement; the path of its file."""
        path = self._folder / name
        if path.parent not in self._inside:
            if not path.parent.resolve().is_relative_to(self._folder.resolve()):
                raise RecsqlError(f"`{path}` is outside `{self._folder}`: nothing is written there")
            self._inside.add(path.parent)
        if not _says(path, sql + "\n"):
            write_file(path, sql + "\n")
        return str(path)


def _says(path: Path, text: str) -> bool:
    """Whether a file has this text."""
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def remove_folder(path: Path) -> None:
    """Remove a folder of this run's own partial results."""
    shutil.rmtree(path, ignore_errors=True)


def say_compiled(compiled: Compiled) -> None:
    """The statements of a compilation, in the order in which they would run."""
    for model in compiled.models:
        say(f"-- model {model.name}\n{model.statement.sql};\n")
    for check in compiled.checks:
        say(f"-- check {check.check.name}\n{check.statement.sql};\n")
    for name, why in compiled.skipped.items():
        tell(f"skipped {name}: {why}")
    tell_problems(compiled.problems)


def compile_exit_code(compiled: Compiled) -> int:
    """5 when nothing was selected, 2 (or 3) when something could not be compiled, else 0."""
    if not compiled.selected:
        return 5
    codes = {problem.exit_code for problem in compiled.problems}
    return next((code for code in (2, 3) if code in codes), 0)


def share(text: str | None, flag: str) -> float | None:
    """A flag's share between 0 and 1; raises `RecsqlError` for anything else."""
    if text is None:
        return None
    from recsql.quantities import parse_quantity

    number = parse_quantity(text)
    if number is None or not 0 < number <= 1:
        raise RecsqlError(f"{flag} {text} is not a share", hint="write 10% or 0.1")
    return number


def duration(text: str | None, flag: str) -> float | None:
    """A flag's duration in seconds; raises `RecsqlError` for anything else."""
    if text is None:
        return None
    from recsql.quantities import parse_duration

    seconds = parse_duration(text)
    if seconds is None or seconds <= 0:
        raise RecsqlError(f"{flag} {text} is not a duration", hint="write 30s, 5m or 1h")
    return seconds


def choice(text: str, flag: str, choices: tuple[str, ...]) -> str:
    """A flag's word; raises `RecsqlError` for one that is not offered."""
    if text not in choices:
        near = did_you_mean(text, choices) or ""
        hint = near if near.startswith("did") else "one of " + ", ".join(choices)
        raise RecsqlError(f"{flag} {text} is not offered", hint=hint)
    return text
