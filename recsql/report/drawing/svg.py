"""A sheet to draw on, and how much room a text takes that nobody has set yet.

Colours stand twice: as presentation attributes, which a policy that forbids styles lets through,
and as classes, by which the style sheet adapts them to a dark page and to paper.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, starmap
from operator import itemgetter

from markupsafe import Markup

from recsql.report.text import clip, columns, one_line

INKS = {
    "ink": "#16191d", "muted": "#57606a", "rule": "#d5dae0", "surface": "#f4f6f8", "bg": "#fff",
    "data": "#1f5fa8", "fail": "#b42318", "warn": "#8a5a00", "pass": "#1a7340",
    "unknown": "#8a4fb0", "error": "#b0500f", "soft": "#dce8f5", "mid": "#9dbfe4", "hot": "#fbe7e4",
}  # fmt: skip
"""Names of colours as on a light page; the style sheet has the same names."""

_FONT = Markup(' font-family="system-ui,sans-serif"')
_THIN, _BROAD = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMW%@")
_BOLD = 1.1
_LONGEST = 300
_HALO = Markup(' paint-order="stroke" stroke="#fff" stroke-width="5" stroke-linejoin="round"')
_NOTHING, _END = Markup(""), Markup("</svg>")
_ZEROS = re.compile(r"\.0(?!\d)")
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set."""

    ink: str = "ink"
    size: float = 13.0
    bold: bool = False
    anchor: str = "start"
    halo: bool = False
    """Whether the text keeps what it crosses at a distance."""


PLAIN = Type()
QUIET = Type("muted", 12.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure drawn twice: for a wide page and for a phone."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure is to those who cannot see it; `key` is its own on the page.

    Both drawings of a figure are told by the same words, which stand in the wide one.
    """

    key: str
    title: str
    description: str


@dataclass(slots=True)
class Sheet:
    """Shapes in the order in which they are drawn, and texts above them; pixels at full size.

    `bare` leaves looks to the style sheet and words to the other drawing: for what is not shown
    without a style sheet.
    """

    width: float
    bare: bool = False
    shapes: list[tuple[Markup, str]] = field(default_factory=list)
    """How it looks, and a path; or a whole element, and none."""
    texts: dict[Markup, list[tuple[Markup, Markup]]] = field(default_factory=dict)

    def text(self, x: float, y: float, said: str, type_: Type = PLAIN, whole: str = "") -> None:
        """One line of text with its baseline at `y`; `whole` is shown to those who point at it."""
        title = Markup("<title>{}</title>").format(whole) if whole else ""
        place = Markup(' x="{}" y="{}"').format(round(x), round(y))
        line = Markup("{}{}").format(one_line(said), title)
        self.texts.setdefault(self._set(type_), []).append((place, line))

    def fitted(self, x: float, y: float, said: str, room: float, type_: Type = PLAIN) -> None:
        """The same, cut to a room; what was cut can be read by pointing at it."""
        whole = one_line(said)
        cut = fit(whole, room, type_)
        self.text(x, y, cut, type_, "" if cut == whole else clip(whole, _LONGEST))

    def box(self, x: float, y: float, width: float, height: float, ink: str = "data") -> None:
        """A filled rectangle; nothing where it has no extent."""
        if width > 0.0 and height > 0.0:
            path = f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h-{_n(width)}z"
            self.shapes.append((self._look(ink), path))

    def frame(self, x: float, y: float, width: float, height: float, *, dashed: bool) -> None:
        """A rounded outline on a ground of its own."""
        look = self._look("surface", "s-muted", Markup(' stroke="{}"').format(INKS["muted"]))
        look += Markup(' stroke-dasharray="4 3"') if dashed else ""
        place = Markup('<rect{} x="{}" y="{}" width="{}" height="{}" rx="7"/>')
        self.shapes.append((place.format(look, _n(x), _n(y), _n(width), _n(height)), ""))

    def line(self, path: str, ink: str = "rule", width: float = 1.0, dash: str = "") -> None:
        """A path that is drawn, not filled."""
        look = Markup(' class="s-{}"').format(ink)
        look += "" if self.bare else Markup(' fill="none" stroke="{}"').format(INKS[ink])
        look += "" if width == 1.0 else Markup(' stroke-width="{}"').format(_n(width))
        look += Markup(' stroke-dasharray="{}"').format(dash) if dash else ""
        self.shapes.append((look, path))

    def area(self, path: str, ink: str) -> None:
        """A path that is filled, not drawn."""
        self.shapes.append((self._look(ink), path))

    def dot(self, x: float, y: float, radius: float, ink: str) -> None:
        """A filled circle with a rim in the page's colour, so that it stands out from a line."""
        look = self._look(ink, "s-bg", Markup(' stroke="{}"').format(INKS["bg"]))
        r = _n(radius)
        turn = f"a{r} {r} 0 1 0 "
        path = f"M{_n(x - radius)} {_n(y)}{turn}{_n(2 * radius)} 0{turn}-{_n(2 * radius)} 0z"
        self.shapes.append((look, path))

    def whisker(self, low: float, high: float, y: float) -> None:
        """An interval from `low` to `high`."""
        ends = f"M{_n(low)} {_n(y - 3)}v6M{_n(high)} {_n(y - 3)}v6"
        self.line(f"M{_n(low)} {_n(y)}H{_n(high)}{ends}", "ink", 1.3)

    def drawn(self, told: Told, height: float) -> Markup:
        """The whole picture; a look is said once for all neighbours that share it."""
        size = Markup('viewBox="0 0 {0} {1}" width="{0}" height="{1}"').format(
            _n(self.width), _n(height)
        )
        head = Markup(
            '<svg {} role="img" aria-labelledby="{key}-t" aria-describedby="{key}-d"{}>'
        ).format(size, _NOTHING if self.bare else _FONT, key=told.key)
        shapes = [
            _path(look, "".join(path for _, path in alike))
            for look, alike in groupby(self.shapes, key=itemgetter(0))
        ]
        said = [_NOTHING] if self.bare else [_titled(told)]
        return head + Markup("").join([*said, *shapes, *starmap(_lines, self.texts.items())]) + _END

    def _look(self, ink: str, more: str = "", stroke: Markup = _NOTHING) -> Markup:
        look = Markup(' class="{}"').format(f"f-{ink} {more}".rstrip())
        return look if self.bare else look + Markup(' fill="{}"').format(INKS[ink]) + stroke

    def _set(self, type_: Type) -> Markup:
        """How a text is set; by classes alone where the style sheet is there for sure."""
        if self.bare:
            size = f"t{_n(type_.size).replace('.', '')}"
            marks = ("halo" if type_.halo else "", "b" if type_.bold else "",
                     "" if type_.anchor == "start" else type_.anchor)  # fmt: skip
            names = " ".join(filter(None, (f"f-{type_.ink}", size, *marks)))
            return Markup(' class="{}"').format(names)
        look = self._look(type_.ink, "s-bg" if type_.halo else "")
        look += Markup(' font-size="{}"').format(_n(type_.size))
        look += Markup(' font-weight="650"') if type_.bold else ""
        look += _HALO if type_.halo else ""
        if type_.anchor != "start":
            look += Markup(' text-anchor="{}"').format(type_.anchor)
        return look


def _lines(look: Markup, lines: Sequence[tuple[Markup, Markup]]) -> Markup:
    """Texts that look alike; an only one has its look on itself."""
    alone = len(lines) == 1
    set_ = Markup("").join(
        Markup("<text{}{}>{}</text>").format(look if alone else "", place, said)
        for place, said in lines
    )
    return set_ if alone else Markup("<g{}>{}</g>").format(look, set_)


def _titled(told: Told) -> Markup:
    return Markup('<title id="{key}-t">{}</title><desc id="{key}-d">{}</desc>').format(
        one_line(told.title), _described(told), key=told.key
    )


def _path(look: Markup, path: str) -> Markup:
    """A path without decimals that say nothing; what has none is an element already."""
    return Markup('<path{} d="{}"/>').format(look, _ZEROS.sub("", path)) if path else look


def _described(told: Told) -> str:
    return clip(one_line(told.description), 4 * _LONGEST)


def fit(said: str, room: float, type_: Type = PLAIN) -> str:
    """The text, or as much of it as fits in `room` with an ellipsis."""
    if width(said, type_) <= room:
        return said
    kept, taken = "", width(_ELLIPSIS, type_)
    for character in said:
        taken += width(character, type_)
        if taken > room:
            break
        kept += character
    return kept.rstrip() + _ELLIPSIS


def rows(said: str, room: float, type_: Type = PLAIN, most: int = 2) -> list[str]:
    """At most `most` lines of whole words; the last one is cut where there is more."""
    words, found = one_line(said).split(" "), [""]
    for index, word in enumerate(words):
        joined = f"{found[-1]} {word}".strip()
        if not found[-1] or width(joined, type_) <= room:
            found[-1] = joined
        elif len(found) == most:
            found[-1] = f"{found[-1]} {' '.join(words[index:])}"
            break
        else:
            found.append(word)
    return [fit(row, room, type_) for row in found]


def width(said: str, type_: Type = PLAIN) -> float:
    """How wide a text becomes at most, by the broad letters of the usual fonts."""
    ems = sum(map(_em, said))
    return ems * type_.size * (_BOLD if type_.bold else 1.0)


def _em(character: str) -> float:
    if character in _THIN:
        return 0.4
    if character in _BROAD:
        return 0.98
    if character.isascii():
        return 0.7 if character.isupper() else 0.635
    return (0.0, 0.8, 1.05)[columns(character)]


def joined(points: Sequence[tuple[float, float]], *, steps: bool = False) -> str:
    """A path through points, to the pixel; with steps it keeps its height until the next one."""
    (x, y), *others = points
    path = f"M{x:.0f} {y:.0f}"
    for x, y in others:
        path += f"H{x:.0f}V{y:.0f}" if steps else f"L{x:.0f} {y:.0f}"
    return path


def _n(number: float) -> str:
    """A coordinate to a tenth of a pixel."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
