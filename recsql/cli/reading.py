"""`--dry-run` and `--max-bytes`: what a run would read, before it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recsql.cli import output
from recsql.errors import RecsqlError

if TYPE_CHECKING:
    from recsql.api import Compiled, Request
    from recsql.runner.estimates import Estimate

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP]?)(I?)B?", re.IGNORECASE)


def read_size(text: str) -> float:
    """Bytes for `500MB`, `1.5 GB`, `10GiB` or a plain number; raises `RecsqlError` for the rest."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise RecsqlError(f"--max-bytes {text} is not a size", hint="write 500MB, 10GB or 1TB")
    power = ("", "K", "M", "G", "T", "P").index(match[2].upper())
    return float(match[1]) * (1024.0 if match[3] else 1000.0) ** power


def show_size(size: float) -> str:
    """Three digits and a unit of thousands: `1.23 GB`."""
    power = 0
    while size >= 999.5 and power < len(_UNITS) - 1:
        size, power = size / 1000.0, power + 1
    return f"{size:.3g} {_UNITS[power]}"


def dry_run(request: Request, max_bytes: str | None) -> int:
    """Show the SQL and what it would read; the exit code."""
    limit = None if max_bytes is None else read_size(max_bytes)
    compiled, found = _estimated(request)
    output.say_compiled(compiled)
    if found is not None:
        output.tell(_told(found))
        for unknown in found.unknown:
            output.tell(f"not in it: {unknown}")
    if limit is not None:
        _hold(found, limit)
    return output.compile_exit_code(compiled)


def refuse_above(request: Request, max_bytes: str) -> None:
    """Raise `RecsqlError` where a run would read more, or where nobody can tell."""
    limit = read_size(max_bytes)
    _, found = _estimated(request)
    _hold(found, limit)


def _estimated(request: Request) -> tuple[Compiled, Estimate | None]:
    from recsql.api import compile_selection, opened
    from recsql.runner.estimates import estimate

    with opened(request) as project:
        compiled = compile_selection(project.prepared, project.selection(request))
        return compiled, estimate(project.warehouse, compiled.models, compiled.checks)


def _told(found: Estimate) -> str:
    statements = f"{found.statements} statement{'' if found.statements == 1 else 's'}"
    size = show_size(found.bytes)
    return f"{statements} would read about {size} of the mapped tables ({found.estimated_by})"


def _hold(found: Estimate | None, limit: float) -> None:
    if found is None:
        hint = "leave --max-bytes out, or look at the SQL with --dry-run"
        raise RecsqlError("this warehouse does not tell how much a query would read", hint=hint)
    if found.unknown:
        message = f"nobody can tell how much this would read: {found.unknown[0]}"
        raise RecsqlError(message, hint="leave it out with --exclude, or leave --max-bytes out")
    if found.bytes > limit:
        hint = "select fewer checks, shorten `history:`, or raise --max-bytes"
        raise RecsqlError(f"{_told(found)}, more than {show_size(limit)}", hint=hint)
