"""GitHub's workflow commands: one annotation per check that needs reading, and the verdict."""

from __future__ import annotations

from recsql.model import Problem, Reason, Status
from recsql.report import wording
from recsql.report.text import clip, one_line
from recsql.results import CheckResult, RunResult

_NAME, _TEXT = 120, 2000


def write(result: RunResult) -> str:
    """Worst first, because GitHub shows ten of each level and drops the rest."""
    commands = [_problem(problem) for problem in result.problems]
    commands += [
        _check(check)
        for check in wording.worst_first(result.checks)
        if check.status in wording.NEEDS_READING
    ]
    commands.append(command("notice", {"title": "recsql"}, [wording.verdict(result)]))
    return "\n".join(commands) + "\n"


def _check(check: CheckResult) -> str:
    broken = check.status in {Status.ERROR, Status.FAIL} or check.reason is Reason.EMPTY_INPUT
    fields = _place(check.problem) or {"file": check.compiled_path or ""}
    fields["title"] = f"{check.status.name} {check.name}"
    limit = wording.headline_limit(check)
    measured = f"{wording.headline_name(check)} {wording.headline_value(check)}"
    lines = [
        f"{measured} (limit {limit})" if limit else measured,
        wording.why(check),
        f"hint: {check.problem.hint}" if check.problem and check.problem.hint else "",
        f"Next: {check.next}" if check.next else "",
    ]
    return command("error" if broken else "warning", fields, lines)


def _problem(problem: Problem) -> str:
    fields = _place(problem) | {"title": problem.subject}
    hint = f"hint: {problem.hint}" if problem.hint else ""
    return command("error", fields, [problem.message, hint])


def _place(problem: Problem | None) -> dict[str, str]:
    if problem is None or problem.location is None:
        return {}
    place = problem.location
    fields = {"file": place.path}
    if place.line is not None:
        fields["line"] = str(place.line)
    if place.line is not None and place.column is not None:
        fields["col"] = str(place.column)
    return fields


def command(level: str, fields: dict[str, str], lines: list[str]) -> str:
    """One workflow command; what would end it early is escaped."""
    shown = {name: _property(text) for name, text in fields.items()}
    properties = ",".join(f"{name}={text}" for name, text in shown.items() if text)
    said = "%0A".join(_data(line) for line in lines if one_line(line))
    return f"::{level} {properties}::{said}"


def _property(text: str) -> str:
    return _escape(clip(one_line(text), _NAME)).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return _escape(clip(one_line(text), _TEXT))


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
