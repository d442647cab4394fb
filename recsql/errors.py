"""What can be broken, said once: the sentence, the place and a hint.

A failed check is a value (`recsql.model.CheckResult`); an exception is for broken things only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; line and column count from 1, `source` is the text of that line."""

    path: str
    line: int | None = None
    column: int | None = None
    source: str | None = None

    def __str__(self) -> str:
        parts = [self.path, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


class RecsqlError(Exception):
    """A broken thing: message, where it stands, and what to try."""

    exit_code = 2

    def __init__(
        self, message: str, location: Location | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.message]
        if self.location is not None:
            lines.append(f"  --> {self.location}")
            if self.location.source is not None:
                lines.append(f"   |  {self.location.source.strip()}")
        if self.hint is not None:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def at(self, location: Location | None) -> RecsqlError:
        """The same error with a place, unless it has one already."""
        if self.location is None:
            self.location = location
        return self


class ConfigError(RecsqlError):
    """A project, profile, check or case file that says something it cannot say."""


class CompileError(RecsqlError):
    """A template or SQL text that cannot become one read-only statement."""


class RefusedError(CompileError):
    """SQL that the read-only guard does not let through; `reason` is a word of `guard.Reason`."""

    def __init__(
        self, message: str, location: Location | None, hint: str | None, *, reason: str
    ) -> None:
        super().__init__(message, location, hint)
        self.reason = reason


class NotComputableError(RecsqlError):
    """An input that the project does not have; the check is skipped, not broken."""

    exit_code = 0
    lacks: str | None = None
    """The relation or `relation.column` that is not there, where it is one."""


class UpstreamError(RecsqlError):
    """A model or relation that this check needs is broken; the message there says how."""

    exit_code = 0


class WarehouseError(RecsqlError):
    """A connection or a query that the warehouse refused."""

    exit_code = 3


class HistoryError(RecsqlError):
    """A history file that cannot be read or written; what a run found is not touched by it."""


class QueryTimeoutError(WarehouseError):
    """A query that was cancelled because it ran longer than allowed."""


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A hint that offers the nearest of the known names, or lists them when none is near."""
    import difflib  # noqa: PLC0415 - a run without mistakes does not need it

    names = sorted(set(known))
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    if not names:
        return None
    shown = ", ".join(names[:12])
    return f"known: {shown}" + (", …" if len(names) > 12 else "")
