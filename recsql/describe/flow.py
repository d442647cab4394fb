"""Text of a YAML file, laid out anew: formulas keep their shape, sentences flow."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recsql.report.text import TIE, tied

_DEFINITION = re.compile(r"\s*[\w(][\w ,()|@]{0,32}? *= ")
_COLUMNS = re.compile(r"\S {2,}\S")
_FULL = 78
"""A line of a YAML file that is longer than this was broken because it was full."""


@dataclass(slots=True)
class _Line:
    indent: int
    hang: int
    text: str


def formula(text: str, width: int) -> list[str]:
    """Lines of at most `width`: what a formula defines hangs under its `=`."""
    return [row for line in _joined(text.strip("\n").splitlines()) for row in _rows(line, width)]


def prose(text: str, width: int, indent: str = "") -> list[str]:
    """One paragraph, every line after the first behind `indent`."""
    return _wrapped(" ".join(text.split()), width, "", indent)


def _joined(rows: Iterable[str]) -> Iterator[_Line]:
    """Lines as they were meant: one that goes on below is put together again."""
    line: _Line | None = None
    last = ""
    for row in rows:
        if line is not None and _goes_on(line, last, row):
            line.text += " " + row.strip()
        else:
            if line is not None:
                yield line
            line = _line(row)
        last = row
    if line is not None:
        yield line


def _line(row: str) -> _Line:
    indent = len(row) - len(row.lstrip())
    found = _DEFINITION.match(row)
    hang = found.end() if found else indent
    return _Line(indent, hang, row.strip())


def _goes_on(line: _Line, last: str, row: str) -> bool:
    """Whether a row is the rest of the line before it."""
    if not row.strip() or not last.strip() or _DEFINITION.match(row) or _COLUMNS.search(row):
        return False
    indent = len(row) - len(row.lstrip())
    defines = line.hang > line.indent
    if defines:
        apart = _COLUMNS.search(last[line.hang :])
        return indent == line.hang or (not indent and row[0].islower() and not apart)
    return indent == line.indent and len(last) > _FULL and not _COLUMNS.search(last)


def _rows(line: _Line, width: int) -> list[str]:
    hang = line.hang if line.hang < width // 2 else line.indent + 4
    return _wrapped(line.text, width, " " * line.indent, " " * hang) or [""]


def _wrapped(text: str, width: int, first: str, others: str) -> list[str]:
    rows = textwrap.wrap(
        tied(text), width, initial_indent=first, subsequent_indent=others,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [row.replace(TIE, " ") for row in rows]
