"""Commands that select checks take several names after one flag, as dbt's do: `-s one two`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_COMMANDS = ("run", "compile", "ls")
"""They have no arguments of their own, so a word that follows a selection belongs to it."""
_FLAGS = ("-s", "--select", "--exclude")


def spelled_out(words: list[str]) -> list[str]:
    """The command line with `-s one two` written as `-s one -s two`."""
    return list(_repeated(words)) if words[:1] and words[0] in _COMMANDS else words


def _repeated(words: Iterable[str]) -> Iterator[str]:
    flag, filled = "", False
    for word in words:
        if word.startswith("-"):
            flag, _, value = word.partition("=")
            filled = bool(value)
        elif flag in _FLAGS:
            if filled:
                yield flag
            filled = True
        yield word
