"""One self-contained page: no script, no request, the same bytes for the same run.

Every string is cleaned where the template prints it and then escaped; the template holds no logic
beyond loops and choices.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from recsql.model import Problem, Scalar, Status
from recsql.report import as_json, wording
from recsql.report.text import clip, lines, one_line, tied
from recsql.results import CheckResult, MetricResult, RunResult

SEGMENT_ROWS = 60
"""Rows of segments shown per check; the results file has them all."""

_NAME, _TEXT = 80, 2000
_WORDS = {
    Status.PASS: "Pass",
    Status.WARN: "Warn",
    Status.FAIL: "Fail",
    Status.UNKNOWN: "Undecided",
    Status.SKIP: "Not run",
    Status.ERROR: "Error",
    Status.INFO: "Info",
}


@dataclass(frozen=True, slots=True)
class _Segments:
    """What a check measured below the total, cut to a readable length."""

    title: str
    shown: tuple[tuple[str, tuple[MetricResult, ...]], ...]
    left: int


def write(result: RunResult) -> str:
    """The page; it reads nothing but the run, its template and its style sheet."""
    package = files(__package__)
    style = package.joinpath("report.css").read_text("utf-8")
    anchors = {id(check): f"check-{number}" for number, check in enumerate(result.checks, 1)}

    def anchor(check: CheckResult) -> str:
        return anchors[id(check)]

    environment = Environment(
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.from_string(package.joinpath("report.html.j2").read_text("utf-8"))
    return template.render(
        result=result,
        run=result.run,
        style=style,
        style_hash=_digest(style),
        results_hash=hashlib.sha256(as_json.write(result).encode()).hexdigest(),
        schema=as_json.SCHEMA,
        say=wording,
        status=Status,
        words=_WORDS,
        anchor=anchor,
        segments=_segments,
        source=_source,
        prose=_prose,
        cell=_cell,
        short=_short,
        scanned=_scanned,
    )


def _printable(value: object) -> object:
    """What the template prints: text on one line, controls gone, never endless."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return tied(clip(one_line(value), _TEXT))


def _digest(style: str) -> str:
    """The hash by which the page's own policy lets this style sheet in, and no other."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _segments(check: CheckResult) -> _Segments | None:
    found = wording.segments(check)
    if not found:
        return None
    keys = dict.fromkeys(key for metric in check.metrics for key in metric.segment)
    room, shown = SEGMENT_ROWS, []
    for name, metrics in found.items():
        kept = tuple(islice(metrics, max(room, 0)))
        room -= len(kept)
        if kept:
            shown.append((name, kept))
    left = sum(map(len, found.values())) - (SEGMENT_ROWS - room)
    return _Segments(f"By {', '.join(keys)}: {len(found)}", tuple(shown), left)


def _source(problem: Problem) -> Markup:
    """The message line by line, because a caret may point at the line above."""
    said = [clip(line, _TEXT) for line in lines(clip(problem.message, _TEXT))]
    place = wording.place(problem)
    if place:
        said.append(f"  --> {one_line(place)}")
    if problem.location is not None and problem.location.source is not None:
        said.append(f"   |  {clip(one_line(problem.location.source), _TEXT)}")
    return Markup("\n").join(said)


def _prose(text: str) -> Markup:
    """A sentence whose `names` between backticks are set as code."""
    pieces = tied(clip(one_line(text), _TEXT)).split("`")
    if len(pieces) % 2 == 0:
        return escape("`".join(pieces))
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if index % 2 else piece
        for index, piece in enumerate(pieces)
    )


def _short(text: str) -> str:
    """A name at a length that leaves room for the number beside it."""
    return clip(one_line(text), _NAME)


def _cell(value: Scalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        return f"{value:.6g}"
    return _short(str(value))


def _scanned(size: int) -> str:
    number, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{number:.3g} {unit}"
