"""A command whose plain flags are read without pydantic, which typer loads for the first of them.

Loading it takes as long as a small run. A newer or an older typer without this step is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, cast

import typer
from typer.core import TyperCommand, TyperGroup

from recsql.errors import did_you_mean

_USAGE: type[Exception] = typer.BadParameter.__bases__[0]
"""What typer raises for a command line that it cannot read; older ones have it from click."""


_STEP = "_runtime_param"
"""What typer makes of a flag's type when the flag is first read."""


class _Flag(Protocol):
    """What is used of a flag of typer's."""

    multiple: bool
    nargs: int
    type_descriptor: _Descriptor

    def get_runtime_param(self) -> _Reader: ...


class _Descriptor(Protocol):
    annotation: object
    parameter_info: object


class _Reader(Protocol):
    def coerce(self, value: object, param: object, ctx: object) -> object: ...


class LightCommand(TyperCommand):
    """A command of typer's; texts, numbers, lists of texts and paths are taken as given."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        """Read the command line."""
        flags = self.get_params(ctx)  # type: ignore[arg-type]
        _lighten(flags)
        try:
            return super().parse_args(ctx, args)  # type: ignore[arg-type]
        except _USAGE as error:
            if isinstance(word := getattr(error, "option_name", None), str):
                _tell_nearest(error, word, [name for flag in flags for name in flag.opts])
            raise


class LightGroup(TyperGroup):
    """A group of commands with such flags of its own."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        """Read the command line up to the command."""
        _lighten(self.get_params(ctx))  # type: ignore[arg-type]
        return super().parse_args(ctx, args)  # type: ignore[arg-type]


def _tell_nearest(error: Exception, word: str, known: list[str]) -> None:
    """Say which flag was meant, where typer lists each that is a little like it."""
    hint = did_you_mean(word, known) or ""
    if getattr(error, "possibilities", None) and hint.startswith("did"):
        error.possibilities = None  # type: ignore[attr-defined]
        error.message = f"No such option: {word}\nhint: {hint}"  # type: ignore[attr-defined]


def _lighten(flags: Iterable[object]) -> None:
    for flag in flags:
        if getattr(flag, _STEP, flag) is None and hasattr(flag, "type_descriptor"):
            setattr(flag, _STEP, _Plain(cast("_Flag", flag)))


class _Plain:
    """Reads a flag where there is nothing to do, and leaves everything else to typer."""

    def __init__(self, flag: _Flag) -> None:
        self._flag = flag

    def coerce(self, value: object, param: object, ctx: object) -> object:
        """The value as the command gets it; raises typer's errors."""
        flag = self._flag
        several = flag.nargs == -1 or flag.multiple
        if value is None:
            return () if several else None
        kind = flag.type_descriptor.annotation
        if kind is str and isinstance(value, str):
            return value
        if kind == list[str] and isinstance(value, list | tuple):
            return list(value)
        if kind is int and isinstance(value, str) and _is_whole(value) and not _bounded(flag):
            return int(value)
        if kind is Path and isinstance(value, str | Path) and _readable(Path(value)):
            return Path(value)
        setattr(flag, _STEP, None)
        return flag.get_runtime_param().coerce(value, param, ctx)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _bounded(flag: _Flag) -> bool:
    """Whether typer has a least or a greatest number to hold a flag to."""
    known = flag.type_descriptor.parameter_info
    return any(getattr(known, name, None) is not None for name in ("min", "max"))


def _readable(path: Path) -> bool:
    return os.access(path, os.R_OK) or not path.exists()
