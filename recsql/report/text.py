"""Text from a warehouse or a user, made safe to lay out: controls, length, display width."""

from __future__ import annotations

import re
import unicodedata

TIE = "\u00a0"
"""A space at which `wrap` does not break; printed as a plain space."""

_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_BREAKS = re.compile("\r\n|[\t\n\x0b\x0c\r\x85\u2028\u2029]")
_RUNS = re.compile(" {2,}")
_UNITS = re.compile(r"(?<=\d) (?=(?:ms|s|min|h|d|%)(?!\w))|(?<=[<>=]) (?=\S)")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls; ESC and CSI drive a terminal
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # bidi, zero width
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # not valid in XML
    "\U000e0000-\U000e0fff]"  # tags and selectors, which hide text
)
_JOINTS = ("_", "/", TIE)
_TYPOGRAPHY = str.maketrans(
    {
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2026": "...",
        "\u2192": "->",
        "\u2212": "-",
        "\u2264": "<=",
        "\u2265": ">=",
        "\u00d7": "x",
        TIE: " ",
    }
)


def one_line(text: str) -> str:
    """The visible characters on one line: breaks become spaces, controls and overrides go."""
    spaced = _BREAKS.sub(" ", _ESCAPE_SEQUENCES.sub("", text))
    return _RUNS.sub(" ", _INVISIBLE.sub("", spaced)).strip()


def lines(text: str) -> list[str]:
    """The same line by line, with indentation kept: an error message may point with a caret."""
    bare = _ESCAPE_SEQUENCES.sub("", text).replace("\t", "    ")
    return [_INVISIBLE.sub("", line).rstrip() for line in _BREAKS.split(bare)]


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis says that there were more."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def ascii_only(text: str) -> str:
    """Typography replaced by its typewriter form, everything else beyond ASCII by its escape."""
    plain = text.translate(_TYPOGRAPHY)
    return plain.encode("ascii", "backslashreplace").decode("ascii")


def tied(text: str) -> str:
    """A number tied to its unit and an operator to its number, so that no line breaks there."""
    return _UNITS.sub(TIE, text)


def columns(text: str) -> int:
    """How many terminal cells a text takes: wide characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def pad(text: str, width: int) -> str:
    """The text filled with spaces to `width` cells."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at spaces but not at ties; never an empty list.

    A text that fits is left alone, with its indentation.
    """
    if columns(text) <= width:
        return [text.replace(TIE, " ")]
    rows = [""]
    for word in tied(text).split(" "):
        joined = f"{rows[-1]} {word}" if rows[-1] else word
        if columns(joined) <= width:
            rows[-1] = joined
            continue
        if not rows[-1]:
            rows.pop()
        rows.extend(_cut(word, width))
    return [row.replace(TIE, " ") for row in rows]


def _cut(word: str, width: int) -> list[str]:
    """Pieces that fit; a name goes on below after its last joint, a word wherever the room ends."""
    pieces, taken = [""], 0
    for character in word:
        cells = _cells(character)
        while taken + cells > width and pieces[-1]:
            kept = max(pieces[-1].rfind(joint) + 1 for joint in _JOINTS) or len(pieces[-1])
            rest = pieces[-1][kept:]
            pieces[-1] = pieces[-1][:kept]
            pieces.append(rest)
            taken = columns(rest)
        pieces[-1] += character
        taken += cells
    return pieces


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
