"""A run on a terminal: plain text laid out by hand, because start-up time is felt.

Wide terminals get a table, narrow ones two lines per check. A status is a glyph, a word and a
colour, in this order of importance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recsql.model import Problem, Status
from recsql.report import wording
from recsql.report.table import Column, flow, row, widths
from recsql.report.text import TIE, ascii_only, clip, lines, one_line, pad, wrap
from recsql.report.wording import Group
from recsql.results import CheckResult, RunResult

TABLE_WIDTH = 92
"""Terminals narrower than this get two lines per check."""

_GLYPHS = {
    Status.PASS: ("✓", "+"),
    Status.WARN: ("▲", "!"),
    Status.FAIL: ("✗", "x"),
    Status.UNKNOWN: ("?", "?"),
    Status.SKIP: ("○", "-"),
    Status.ERROR: ("◆", "#"),
    Status.INFO: ("•", "."),
}
_COLOURS = {
    Status.PASS: "32",
    Status.WARN: "33",
    Status.FAIL: "1;31",
    Status.UNKNOWN: "35",
    Status.SKIP: "2",
    Status.ERROR: "1;31",
    Status.INFO: "36",
}
_BOLD, _DIM = "1", "2"
_STATUS = 9
_NAME, _TEXT = 80, 2000
_TABLE = (
    Column("status", _STATUS, _STATUS),
    Column("check", 16, 30, yields=3),
    Column("measured", 24, 60, yields=2),
    Column("limit", 14, 32, yields=1),
    Column("n", 1, 13, right=True),
    Column("time", 4, 9, right=True),
)


@dataclass(frozen=True, slots=True)
class _Screen:
    width: int
    colour: bool
    unicode: bool

    def say(self, text: str, limit: int = _TEXT) -> str:
        """Text from outside, safe to print here."""
        return self.own(clip(one_line(text), limit))

    def own(self, text: str) -> str:
        return text if self.unicode else ascii_only(text)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def status(self, status: Status) -> str:
        """Glyph and word, as wide as the longest of them."""
        return pad(f"{_GLYPHS[status][0 if self.unicode else 1]} {status.name}", _STATUS)


def write(result: RunResult, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
    """The whole run; `width` counts cells, and paths and dbt's last line may be longer than it."""
    screen = _Screen(max(width, 40), colour, unicode)
    blocks = [_head(screen, result), *_checks(screen, wording.groups(result))]
    blocks += [
        _explained(screen, check)
        for check in wording.worst_first(result.checks)
        if check.status in wording.NEEDS_READING
    ]
    blocks += [_problem(screen, problem) for problem in result.problems]
    blocks.append(_last(screen, result))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def progress_line(check: CheckResult, index: int, total: int) -> str:
    """One finished check: `[4/9] FAIL signal_age  median_signal_age 50 h  (limit > 6 h)  0.2 s`."""
    measured = f"{wording.headline_name(check)} {wording.headline_value(check)}"
    parts = [
        f"[{index}/{total}] {check.status.name} {clip(one_line(check.name), _NAME)}",
        clip(one_line(measured), 2 * _NAME),
    ]
    limit = wording.headline_limit(check)
    if limit:
        parts.append(f"(limit {clip(one_line(limit), _NAME)})")
    return "  ".join([*parts, wording.spent(check.elapsed_s)])


def _head(screen: _Screen, result: RunResult) -> list[str]:
    run = result.run
    about = [run.project, f"{run.target} ({run.dialect})", wording.period(run)]
    if run.sample is not None:
        about.append(f"sample {wording.share(run.sample)}")
    title = f"recsql {run.recsql_version}"
    first, *rest = flow([screen.say(text, _NAME) for text in [title, *about]], screen.width)
    return [screen.paint(first, _BOLD), *rest]


def _checks(screen: _Screen, groups: Sequence[Group]) -> list[list[str]]:
    if screen.width < TABLE_WIDTH:
        return [
            [
                *_audit(screen, group),
                *(line for c in group.checks for line in _two_lines(screen, c)),
            ]
            for group in groups
        ]
    cells = [[_cells(screen, check) for check in group.checks] for group in groups]
    sizes = widths(_TABLE, [row for rows in cells for row in rows], screen.width - 2)
    titles = row(_TABLE, [column.title for column in _TABLE], sizes, lambda text, _: text)
    blocks = [[screen.paint(f"  {line}".rstrip(), _DIM) for line in titles]] if groups else []
    for group, rows in zip(groups, cells, strict=True):
        block = _audit(screen, group)
        for check, texts in zip(group.checks, rows, strict=True):
            block += _table_row(screen, check.status, texts, sizes)
        blocks.append(block)
    return blocks


def _table_row(
    screen: _Screen, status: Status, texts: Sequence[str], sizes: Sequence[int]
) -> list[str]:
    loud = status in wording.NEEDS_READING

    def paint(text: str, column: int) -> str:
        coloured = column == 0 or (column == 2 and loud)
        return screen.paint(text, _COLOURS[status]) if coloured else text

    return [f"  {line}".rstrip() for line in row(_TABLE, texts, sizes, paint)]


def _audit(screen: _Screen, group: Group) -> list[str]:
    name = screen.say(group.name, _NAME)
    if group.audit is None:
        return wrap(name, screen.width)
    status = group.audit.status
    first, *rest = wrap(name, screen.width - _STATUS - 2)
    indent = " " * (_STATUS + 2)
    head = f"{screen.paint(screen.status(status), _COLOURS[status])}  {screen.paint(first, _BOLD)}"
    sentence = screen.say(group.audit.sentence)
    said = [*rest, *(wrap(sentence, screen.width - len(indent)) if sentence else [])]
    return [head, *(indent + line for line in said)]


def _cells(screen: _Screen, check: CheckResult) -> tuple[str, ...]:
    metric = wording.headline(check)
    return (
        screen.status(check.status),
        screen.say(check.name, _NAME),
        _measured(screen, check),
        screen.say(wording.headline_limit(check), _NAME),
        "" if metric is None else wording.denominator(metric),
        screen.own(wording.spent(check.elapsed_s)),
    )


def _two_lines(screen: _Screen, check: CheckResult) -> list[str]:
    """Status and name, then what was measured, against what, on how many, in what time."""
    indent = " " * (_STATUS + 4)
    room = screen.width - len(indent)
    status, name, measured, limit, n, time = _cells(screen, check)
    facts = [measured, f"limit {limit}" if limit else "", f"n {n}" if n else "", time]
    first, *rest = wrap(name, room)
    return [
        f"  {screen.paint(status, _COLOURS[check.status])}  {first}",
        *(indent + line for line in [*rest, *wrap(", ".join(filter(None, facts)), room)]),
    ]


def _measured(screen: _Screen, check: CheckResult) -> str:
    metric = wording.headline(check)
    value = screen.own(wording.headline_value(check))
    if metric is None:
        because = (check.sentence or wording.why(check)) if check.status is Status.SKIP else ""
        return f"{value}: {screen.say(because, 2 * _NAME)}" if because else value
    between = screen.own(wording.interval(metric)).replace(" ", TIE)
    name = screen.say(wording.headline_name(check), _NAME)
    return f"{name} {value} ({between})" if between else f"{name} {value}"


def _explained(screen: _Screen, check: CheckResult) -> list[str]:
    """Why, what to do next, and where the SQL is."""
    title = f"{screen.status(check.status).rstrip()}  {screen.say(check.name, _NAME)}"
    block = [screen.paint(line, _COLOURS[check.status]) for line in wrap(title, screen.width)]
    hint = "" if check.problem is None else check.problem.hint or ""
    facts = [("Why", wording.why(check)), ("Hint", hint), ("Next", check.next)]
    facts += [("Note", note) for note in check.notes]
    for label, text in facts:
        block += _labelled(screen, label, text)
    for label, path in (("At", _place(check)), ("SQL", check.compiled_path)):
        block += [f"  {label:<6}{screen.say(path, 1000)}"] if path else []
    return block


def _labelled(screen: _Screen, label: str, text: str) -> list[str]:
    """Line by line: an error of a warehouse may point with a caret."""
    cut = [screen.own(line) for line in lines(clip(text, _TEXT)) if line]
    rows = [row for line in cut for row in wrap(line, screen.width - 8)]
    return [f"  {'' if index else label:<6}{row}" for index, row in enumerate(rows)]


def _place(check: CheckResult) -> str:
    return "" if check.problem is None else wording.place(check.problem)


def _problem(screen: _Screen, problem: Problem) -> list[str]:
    said = [screen.own(clip(line, _TEXT)) for line in lines(problem.message) if line]
    first, *rest = wrap(f"error: {said[0] if said else 'unknown'}", screen.width)
    block = [first.replace("error:", screen.paint("error:", _COLOURS[Status.ERROR]), 1), *rest]
    block += [part for line in said[1:] for part in wrap(line, screen.width)]
    if problem.location is not None:
        block.append(f"  --> {screen.say(wording.place(problem), 1000)}")
        if problem.location.source is not None:
            source = screen.say(problem.location.source)
            block += [f"   |  {line}" for line in wrap(source, screen.width - 6)]
    hint = screen.say(problem.hint or "")
    return block + (wrap(f"hint: {hint}", screen.width) if hint else [])


def _last(screen: _Screen, result: RunResult) -> list[str]:
    said = f"{wording.verdict(result)} (exit code {result.run.exit_code})"
    colour = _COLOURS[wording.overall(result)]
    return [
        wording.tally(result),
        *(screen.paint(line, colour) for line in wrap(said, screen.width)),
    ]
