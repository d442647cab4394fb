"""Text of a YAML file, laid out anew: formulas keep their shape, sentences flow."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recsql.report.text import TIE, tied

_DEFINITION = re.compile(r"\s*[\w(][\w ,()|@]{0,32}? *= ")
_TERM = re.compile(r"\s*\S+ {2,}(?=\S)")
_COLUMNS = re.compile(r"\S {2,}\S")
_BESIDE = re.compile(r"(?<=\S) {3,}(?=\(?\w[\w ]{0,24} = )")
_FULL = 78
"""A line of a YAML file that is longer than this was broken because it was full."""


@dataclass(slots=True)
class _Line:
    indent: int
    hang: int
    text: str


def formula(text: str, width: int) -> list[str]:
    """Lines of at most `width`: what a formula defines hangs under its `=`.

    Definitions that stand side by side in too long a line come one below the other.
    """
    rows: list[str] = []
    for row in text.strip("\n").splitlines():
        rows += [row] if len(row) <= width else _BESIDE.split(row)
    return [shown for line in _joined(rows) for shown in _rows(line, width)]


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
    found = _DEFINITION.match(row) or _TERM.match(row)
    hang = found.end() if found else indent
    return _Line(indent, hang, row.strip())


def _goes_on(line: _Line, last: str, row: str) -> bool:
    """Whether a row is the rest of the line before it."""
    indent = len(row) - len(row.lstrip())
    if not row.strip() or not last.strip() or _COLUMNS.search(row.strip()):
        return False
    if line.hang > line.indent:
        apart = _COLUMNS.search(last[line.hang :])
        if indent == line.hang:
            return True
        return not indent and row[0].islower() and not apart and not _DEFINITION.match(row)
    if _DEFINITION.match(row) or _COLUMNS.search(last):
        return False
    return indent == line.indent and len(last) > _FULL


def _rows(line: _Line, width: int) -> list[str]:
    hang = line.hang if line.hang < width // 2 else line.indent + 4
    return _wrapped(line.text, width, " " * line.indent, " " * hang) or [""]


def _wrapped(text: str, width: int, first: str, others: str) -> list[str]:
    rows = textwrap.wrap(
        tied(text), width, initial_indent=first, subsequent_indent=others,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [row.replace(TIE, " ") for row in rows]
