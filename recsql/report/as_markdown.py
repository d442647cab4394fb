"""A summary in GitHub's Markdown, for a pull request, a job page or the body of a mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recsql.model import Problem, Status
from recsql.report import wording
from recsql.report.advice import Action, actions
from recsql.report.changes import Turn, compare, snapshot
from recsql.report.drawing.chain import Leg
from recsql.report.drawing.svg import INKS
from recsql.report.figures import pipeline
from recsql.report.text import clip, one_line
from recsql.results import AuditResult, CheckResult, RunResult

CAP = 60_000
"""Bytes; GitHub refuses comments beyond 64 kB."""

_NAME, _TEXT = 120, 600
_GLYPHS = {
    Status.PASS: "✅",
    Status.WARN: "⚠️",
    Status.FAIL: "❌",
    Status.UNKNOWN: "❔",
    Status.SKIP: "⚪",
    Status.ERROR: "🛑",
    Status.INFO: "🔹",
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+(?:[_.][A-Za-z0-9]+)*")
_TAGS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LINE_START = re.compile(r"^(?:\d+(?=[.)](?:\s|$))|(?=[-+=]))")
_LABEL = re.compile(r"[^\w ,.:()%/-]")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that belong together; the body may be cut, the opening and the closing may not."""

    opening: tuple[str, ...]
    body: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def write(result: RunResult, baseline: RunResult | None = None) -> str:
    """Verdict, what to do, audits, pipeline, problems, then check by check until 60 kB are full."""
    run = result.run
    about = f"{run.project} · {run.target} ({run.dialect}) · {wording.period(run)}"
    title = f"## {_GLYPHS[wording.overall(result)]} {_text(wording.verdict(result))}"
    blocks = [
        _Block((title,)),
        _Block((_text(wording.lead(result)),)),
        _actions(actions(result)),
        _audits(result.audits),
        _chain(pipeline.legs(result)),
        _changes(result, baseline),
        _problems(result.problems),
        _checks(wording.worst_first(result.checks)),
        _Block((f"`{wording.tally(result)}`<br>{_text(about)}",)),
    ]
    return _fitted([block for block in blocks if block is not None and any(block.opening)])


def _fitted(blocks: Sequence[_Block]) -> str:
    """The blocks within the cap; bodies are cut at a line, first come first served."""
    cut = "Cut at 60 kB: the HTML report has everything."
    fixed = [line for block in blocks for line in (*block.opening, *block.closing)]
    room = CAP - len(cut) - sum(len(line.encode()) + 2 for line in fixed)
    texts, complete = [], True
    for block in blocks:
        kept: list[str] = []
        for line in block.body:
            room -= len(line.encode()) + 1
            if room < 0:
                complete = False
                break
            kept.append(line)
        texts.append("\n".join([*block.opening, *kept, *block.closing]))
    return "\n\n".join(texts if complete else [*texts, cut]) + "\n"


def _actions(todo: Sequence[Action]) -> _Block | None:
    if not todo:
        return None
    lines = [
        f"{number}. {_text(action.said)} ({', '.join(_name(c.name) for c in action.checks[:5])})"
        for number, action in enumerate(todo, 1)
    ]
    return _Block(("**Fix in this order**", ""), tuple(lines))


def _audits(audits: Sequence[AuditResult]) -> _Block | None:
    if not audits:
        return None
    lines = [
        _row([_status(audit.status), _name(audit.name), _text(audit.sentence)]) for audit in audits
    ]
    return _Block((_row(["Status", "Audit", "Answer"]), "|---|---|---|"), tuple(lines))


def _chain(chain: Sequence[Leg]) -> _Block | None:
    """Mermaid, which GitHub draws: a box per stage, an arrow per step, the slowest in red."""
    if not chain:
        return None
    stages = [
        (chain[0].source, chain[0].source_rows),
        *((leg.target, leg.target_rows) for leg in chain),
    ]
    said = [", ".join(filter(None, stage)) for stage in stages]
    lines = [f'  s{index}["{_label(stage)}"]' for index, stage in enumerate(said)]
    lines += [_arrow(index, leg) for index, leg in enumerate(chain)]
    lines += [
        f"  linkStyle {index} stroke:{INKS[leg.ink]},stroke-width:4px"
        for index, leg in enumerate(chain)
        if leg.slowest
    ]
    return _Block(("```mermaid", "flowchart LR"), tuple(lines), ("```",))


def _arrow(index: int, leg: Leg) -> str:
    shape = "-.->" if leg.people or not leg.measured else "-->"
    parts = (leg.slowest, leg.said, leg.tail, *leg.limit, leg.note if leg.people else "")
    return f'  s{index} {shape}|"{_label(", ".join(filter(None, parts)))}"| s{index + 1}'


def _label(text: str) -> str:
    return _LABEL.sub(" ", clip(one_line(text), _NAME)) or "unnamed"


def _changes(result: RunResult, baseline: RunResult | None) -> _Block | None:
    if baseline is None:
        return None
    found = compare(snapshot(baseline), snapshot(result))
    lines = [f"- {_text(caveat)}" for caveat in found.caveats]
    lines += [
        f"- {_name(v.check)}: {v.before or 'none'} → {v.after or 'none'}" for v in found.verdicts
    ]
    lines += [
        f"- {change.turn.value}: {_name(change.key[0])} {_text(change.name)} "
        f"{_text(change.before.said)} → {_text(change.after.said)}"
        for change in found.numbers
        if change.turn is not Turn.MOVED
    ]
    title = f"**Since {_text(found.before.said)}**: {_text(found.summary)}"
    return _Block((title, ""), tuple(lines))


def _problems(problems: Sequence[Problem]) -> _Block | None:
    if not problems:
        return None
    lines = []
    for problem in problems:
        place = wording.place(problem)
        hint = f"; {_text(problem.hint)}" if problem.hint else ""
        lines.append(f"- {_text(problem.message)}{f' ({_text(place)})' if place else ''}{hint}")
    return _Block(("**Problems**", ""), tuple(lines))


def _checks(checks: Sequence[CheckResult]) -> _Block | None:
    if not checks:
        return None
    summary = f"<details><summary>Every check ({len(checks)})</summary>"
    titles = _row(["Status", "Check", "Measured", "Limit", "n", "Why"])
    return _Block(
        (summary, "", titles, "|---|---|---|---|---:|---|"),
        tuple(_check(check) for check in checks),
        ("", "</details>"),
    )


def _check(check: CheckResult) -> str:
    metric = wording.headline(check)
    between = "" if metric is None else wording.interval(metric)
    measured = f"{wording.headline_name(check)} {wording.headline_value(check)}"
    return _row(
        [
            _status(check.status),
            _name(check.name),
            _text(f"{measured} ({between})" if between else measured),
            _text(wording.headline_limit(check)),
            "" if metric is None else wording.denominator(metric),
            _text(wording.why(check)),
        ]
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _status(status: Status) -> str:
    return f"{_GLYPHS[status]} {status.value}"


def _name(text: str) -> str:
    """An identifier as code, any other name as text."""
    name = clip(one_line(text), _NAME)
    return f"`{name}`" if _IDENTIFIER.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """One line that Markdown shows as it is: no markup, link, mention or reference."""
    plain = clip(one_line(text), _TEXT)
    escaped = _MARKUP.sub(r"\\\g<0>", plain).translate(_TAGS)
    quiet = escaped.replace("://", r":\//").replace("www.", r"www\.")
    unlinked = quiet.replace("@", "@<!-- -->").replace("#", "#<!-- -->")
    return _LINE_START.sub(r"\g<0>\\", unlinked)
