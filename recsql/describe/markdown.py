"""Texts of YAML files as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def plain(text: str) -> str:
    """Text of a YAML file on one line, with what Markdown would read as its own marked."""
    return " ".join(text.split()).replace("*", "\\*").replace("<", "&lt;")


def table(head: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """A table of plain texts."""
    return rows(head, ([plain(cell) for cell in row] for row in cells))


def rows(head: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    """A table of texts that are Markdown already."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in r] for r in cells)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
