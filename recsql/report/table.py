"""Columns of text on a terminal: nothing is cut, a cell that is too long goes on below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from recsql.report.text import columns, pad, wrap

GAP = "  "

Paint = Callable[[str, int], str]
"""Colours a padded cell, given its text and the number of its column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A title, and how narrow and how wide it may become; `right` is for numbers.

    Where room is short, columns that yield 1 shrink first, then those that yield 2; 0 never.
    """

    title: str
    least: int
    most: int
    yields: int = 0
    right: bool = False


def widths(table: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Cells per column: as wide as the text needs, less what some must yield."""
    texts = zip(*rows, strict=True) if rows else [()] * len(table)
    found = [
        min(max([column.least, columns(column.title), *map(columns, cells)]), column.most)
        for column, cells in zip(table, texts, strict=True)
    ]
    over = sum(found) + len(GAP) * (len(table) - 1) - room
    yielding = [index for index, column in enumerate(table) if column.yields]
    for index in sorted(yielding, key=lambda index: table[index].yields):
        less = min(max(over, 0), found[index] - table[index].least)
        found[index] -= less
        over -= less
    return found


def row(
    table: Sequence[Column], cells: Sequence[str], sizes: Sequence[int], paint: Paint
) -> list[str]:
    """The lines of one row."""
    wrapped = [wrap(cell, size) for cell, size in zip(cells, sizes, strict=True)]
    return [
        GAP.join(
            paint(_aligned(text, size, right=column.right), index)
            for index, (text, size, column) in enumerate(zip(line, sizes, table, strict=True))
        )
        for line in zip_longest(*wrapped, fillvalue="")
    ]


def flow(parts: Sequence[str], width: int) -> list[str]:
    """Parts side by side with a gap, as many as fit on a line; a part stays whole if it can."""
    found: list[str] = []
    for part in parts:
        if found and columns(found[-1] + GAP + part) <= width:
            found[-1] += GAP + part
        else:
            found.extend(wrap(part, width))
    return found


def _aligned(text: str, width: int, *, right: bool) -> str:
    return " " * (width - columns(text)) + text if right else pad(text, width)
