"""From a line of rendered SQL back to the line of the file that somebody wrote."""

from __future__ import annotations

import re

from recsql.arguments import Filled
from recsql.errors import Location
from recsql.model import Text

_NAMED = re.compile(
    r"""["'`]([A-Za-z_][\w.]*)["'`]|\b(?:with name|column|relation) ([A-Za-z_][\w.]*)"""
)
"""What a warehouse's message names."""


def line_of(source: Text, number: int) -> Location:
    """The place of a text's line (counted from 1) in its file."""
    lines = source.text.splitlines()
    shown = lines[number - 1] if 0 < number <= len(lines) else None
    line = (source.location.line or 1) + number - 1
    column = None
    if shown is not None:
        column = (source.location.column or 1) + len(shown) - len(shown.lstrip())
    return Location(source.location.path, line, column, shown)


def mention_of(source: Text, word: str) -> Location:
    """The first line of a text that speaks of a word, else where the text starts.

    Of a template that is filled in, the arguments are looked through, which the user wrote.
    """
    if isinstance(source, Filled):
        found = (_line_with(text, word) for text in source.written())
        return next((place for place in found if place is not None), source.used_at)
    lines = source.text.splitlines()
    part = next((number for number, line in enumerate(lines, 1) if word in line), None)
    whole = _line_with(source, word)
    return whole or (source.location if part is None else line_of(source, part))


def blamed(source: Text, message: str) -> Location:
    """The place that a warehouse's message is about: a line that has a word that it quotes."""
    for found in _NAMED.finditer(message):
        word = found[1] or found[2]
        texts = source.written() if isinstance(source, Filled) else (source,)
        for text in texts:
            if (place := _line_with(text, word)) is not None:
                return place
    return source.used_at if isinstance(source, Filled) else source.location


def _line_with(source: Text, word: str) -> Location | None:
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    for number, line in enumerate(source.text.splitlines(), 1):
        if pattern.search(line):
            return line_of(source, number)
    return None


def origin_of(source: Text, rendered: str, number: object) -> Location:
    """The source line that a line of the rendered text came from, as far as it can be told.

    A template without multi-line macros has as many lines as its rendering; otherwise the line
    is looked for by its text, and when that is not there once, the rendered line is shown.
    """
    lines, own = rendered.splitlines(), source.text.splitlines()
    if not isinstance(number, int) or not 0 < number <= len(lines):
        return source.location
    if len(lines) == len(own):
        return line_of(source, number)
    wanted = lines[number - 1].strip()
    found = [index for index, text in enumerate(own, 1) if wanted and text.strip() == wanted]
    if len(found) == 1:
        return line_of(source, found[0])
    return Location(source.location.path, None, None, lines[number - 1])
