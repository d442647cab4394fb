"""What changed between two runs, for a terminal and for programs."""

from __future__ import annotations

import json

from recsql.report.changes import Change, Changes, Turn, Verdict
from recsql.report.text import ascii_only, clip, one_line, wrap

_NAME = 120


def write(changes: Changes, *, width: int = 110, unicode: bool = True) -> str:
    """Runs, caveats, verdicts, then the numbers that went worse, better, or elsewhere."""
    runs = (f"before  {_name(changes.before.said)}", f"after   {_name(changes.after.said)}")
    blocks = [
        "\n".join(row for run in runs for row in wrap(run, width)),
        *("\n".join(wrap(f"note: {_name(caveat)}", width)) for caveat in changes.caveats),
        _verdicts(changes.verdicts, width),
        *(_numbers(turn, changes.of(turn), width) for turn in Turn),
        "\n".join(wrap(changes.summary, width)),
    ]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    return text if unicode else "\n".join(map(ascii_only, text.split("\n")))


def _verdicts(verdicts: tuple[Verdict, ...], width: int) -> str:
    if not verdicts:
        return ""
    lines = [f"{_status(v.before)} → {_status(v.after)}  {_name(v.check)}" for v in verdicts]
    return "\n".join(["verdicts", *(f"  {row}" for line in lines for row in wrap(line, width - 2))])


def _numbers(turn: Turn, found: tuple[Change, ...], width: int) -> str:
    if not found:
        return ""
    lines = [turn.value]
    for change in found:
        said = f"{change.key[0]}: {change.name} {change.before.said} → {change.after.said}"
        first, *rest = wrap(one_line(said), width - 2)
        lines += [f"  {first}", *(f"    {row}" for part in rest for row in wrap(part, width - 4))]
    return "\n".join(lines)


def _status(status: object) -> str:
    return "none" if status is None else str(status)


def _name(text: str) -> str:
    return clip(one_line(text), _NAME)


def write_json(changes: Changes) -> str:
    """The same as a document, numbers as numbers; ASCII."""
    document = {
        "schema": "recsql.changes/1",
        "before": changes.before.run,
        "after": changes.after.run,
        "caveats": list(changes.caveats),
        "verdicts": [
            {"check": v.check, "before": v.before and v.before.value,
             "after": v.after and v.after.value}
            for v in changes.verdicts
        ],
        "numbers": [
            {"check": c.key[0], "metric": c.key[1], "segment": c.key[2], "turn": c.turn.value,
             "unit": c.after.unit.value, "before": c.before.value, "after": c.after.value}
            for c in changes.numbers
        ],
        "alike": changes.alike,
    }  # fmt: skip
    return json.dumps(document, indent=1, allow_nan=False) + "\n"
