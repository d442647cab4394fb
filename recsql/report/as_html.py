"""One self-contained page: no script, no request, the same bytes for the same run.

Every string is cleaned where the template prints it and then escaped; the template holds no logic
beyond loops and choices.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from os.path import commonprefix
from types import MappingProxyType

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from recsql.model import Problem, Scalar, Status
from recsql.report import advice, as_json, wording
from recsql.report.changes import compare, snapshot
from recsql.report.figures import gap
from recsql.report.figures.trend import Trend, drawn
from recsql.report.readings import Readings
from recsql.report.sections import sections
from recsql.report.text import clip, lines, one_line, tied
from recsql.results import CheckResult, MetricResult, RunResult

SEGMENT_ROWS, RUN_ROWS, SAMPLE, CHANGE_ROWS = 6, 400, (3, 10), 40
"""Rows of segments per check and in all, rows and columns of the worst rows,
changed numbers; the results file has
the others."""

_NAME, _TEXT, _UNBROKEN = 80, 2000, 16
_QUOTED = re.compile(r'="([\w-]+)"(?=[ >])')
_LAYOUT = re.compile(r"\s*([{};])\s*")
_AFTER = re.compile(r"([:,]) ")
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


def write(
    result: RunResult,
    baseline: RunResult | None = None,
    trends: Mapping[str, Trend] = MappingProxyType({}),
    digest: str = "",
) -> str:
    """The page; it reads nothing but what it is given, its template and its style sheet.

    With an earlier run it also says what changed since; `trends` are drawn by the check's name.
    `digest` is the SHA-256 of the results file, where it is not what `as_json` would write now.
    """
    package = files(__package__)
    style = _tight(package.joinpath("report.css").read_text("utf-8"))
    text = package.joinpath("report.html.j2").read_text("utf-8")
    template = _environment().from_string(_QUOTED.sub(r"=\1", text))
    folder = _folder(result)
    anchors = {id(check): f"check-{number}" for number, check in enumerate(result.checks, 1)}
    room = min(SEGMENT_ROWS, RUN_ROWS // max(len(result.checks), 1))
    return template.render(
        result=result,
        run=result.run,
        style=style,
        style_hash=_digest(style),
        results_hash=digest or hashlib.sha256(as_json.write(result).encode()).hexdigest(),
        lead=gap.lead(Readings(result)) or wording.lead(result),
        todo=advice.actions(result),
        sections=sections(result),
        changes=None if baseline is None else compare(snapshot(baseline), snapshot(result)),
        folder=folder,
        usual=lambda check: f"{folder}{check.audit}/{check.name}.sql",
        trend=lambda check: _trend(anchors[id(check)], check, trends),
        anchor=lambda check: anchors[id(check)],
        segments=lambda check: _segments(check, room),
    )


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_WORDING)
    return environment


def _trend(key: str, check: CheckResult, trends: Mapping[str, Trend]) -> Markup:
    known = trends.get(check.name)
    return Markup("") if known is None else drawn(key, known, check.status)


def _printable(value: object) -> object:
    """What the template prints: text on one line, controls gone, never endless."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return tied(clip(one_line(value), _TEXT))


def _tight(style: str) -> str:
    """The style sheet without what only its readers need."""
    return _AFTER.sub(r"\1", _LAYOUT.sub(r"\1", style))


def _folder(result: RunResult) -> str:
    """Where all compiled SQL lies, said once for all checks; empty for a single one."""
    paths = [check.compiled_path for check in result.checks if check.compiled_path]
    common = commonprefix(paths) if len(paths) > 1 else ""  # noqa: RUF071 - cut at a slash below
    return common[: common.rfind("/") + 1]


def _digest(style: str) -> str:
    """The hash by which the page's own policy lets this style sheet in, and no other."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _segments(check: CheckResult, room: int) -> _Segments | None:
    """The numbers below the total, the worst first; only of checks that need reading."""
    if check.status not in wording.NEEDS_READING:
        return None
    found = {name: _telling(metrics) for name, metrics in wording.segments(check).items()}
    found = {name: metrics for name, metrics in found.items() if metrics}
    if not found:
        return None
    rank = {name: min(wording.WORST_FIRST.index(m.status) for m in metrics)
            for name, metrics in found.items()}  # fmt: skip
    keys = dict.fromkeys(key for metric in check.metrics for key in metric.segment)
    left, shown = room, []
    for name in sorted(found, key=rank.__getitem__):
        kept = tuple(islice(found[name], max(left, 0)))
        left -= len(kept)
        if kept:
            shown.append((name, kept))
    more = sum(bool(wording.segment_words(m)) for m in check.metrics) - (room - left)
    return _Segments(f"By {', '.join(keys)}: {len(found)}", tuple(shown), more)


def _telling(metrics: list[MetricResult]) -> list[MetricResult]:
    """What a segment is judged by; else the first number that was measured."""
    judged = [m for m in metrics if (m.warn_if or m.error_if) and _measured(m)]
    return judged or [m for m in metrics if _measured(m)][:1]


def _measured(metric: MetricResult) -> bool:
    return wording.finite(metric.value) is not None


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


def _soft(text: str) -> Markup:
    """A name that may go on below after an underscore, and nowhere else inside a word."""
    said = tied(_short(text))
    return Markup("_<wbr>").join(said.split("_")) if len(said) > _UNBROKEN else escape(said)


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


_WORDING = {
    "say": wording,
    "status": Status,
    "words": _WORDS,
    "schema": as_json.SCHEMA,
    "sample_size": SAMPLE,
    "change_rows": CHANGE_ROWS,
    "source": _source,
    "prose": _prose,
    "soft": _soft,
    "cell": _cell,
    "short": _short,
    "scanned": _scanned,
}
"""What the template says numbers and texts with."""
