"""JUnit XML, for CI servers: a suite per audit, a case per check."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from recsql.model import Problem, Reason, Status
from recsql.report import wording
from recsql.report.text import clip, one_line
from recsql.report.wording import Group
from recsql.results import CheckResult, RunResult

_TEXT = 4000


def write(result: RunResult) -> str:
    """fail is a failure; error and unknown on an empty input are errors; undecided is skipped."""
    root = Xml.Element("testsuites", name=_clean(f"recsql {result.run.project}"))
    for group in wording.groups(result):
        root.append(_suite(group, result))
    if result.problems:
        suite = Xml.SubElement(root, "testsuite", name="problems")
        for problem in result.problems:
            suite.append(_problem(problem))
    for suite in root:
        _count(suite)
    _count(root)
    root.set("time", _seconds(result.run.elapsed_s))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _suite(group: Group, result: RunResult) -> Xml.Element:
    suite = Xml.Element("testsuite", name=_clean(group.name))
    suite.set("timestamp", _clean(result.run.started_at))
    suite.set("time", _seconds(sum(check.elapsed_s for check in group.checks)))
    for check in group.checks:
        suite.append(_case(check))
    return suite


def _case(check: CheckResult) -> Xml.Element:
    case = Xml.Element("testcase", classname=_clean(check.audit), name=_clean(check.name))
    case.set("time", _seconds(check.elapsed_s))
    kind = _kind(check)
    if kind is None:
        said = Xml.SubElement(case, "system-out")
        said.text = _clean(f"{check.status.name}: {_measured(check)} {check.sentence}")
        return case
    outcome = Xml.SubElement(case, kind, message=_clean(_measured(check)))
    if kind == "skipped":
        outcome.set("message", _clean(f"{check.status.value}: {wording.why(check)}"))
        return case
    outcome.set("type", check.status.value if check.reason is None else check.reason.value)
    facts = [wording.why(check), check.next and f"Next: {check.next}", check.compiled_path]
    outcome.text = "\n".join(_clean(fact) for fact in facts if fact)
    return case


def _kind(check: CheckResult) -> str | None:
    empty = check.reason is Reason.EMPTY_INPUT
    return {
        Status.FAIL: "failure",
        Status.ERROR: "error",
        Status.UNKNOWN: "error" if empty else "skipped",
        Status.SKIP: "skipped",
    }.get(check.status)


def _measured(check: CheckResult) -> str:
    limit = wording.headline_limit(check)
    against = f" (limit {limit})" if limit else ""
    return f"{wording.headline_name(check)} {wording.headline_value(check)}{against}"


def _problem(problem: Problem) -> Xml.Element:
    case = Xml.Element("testcase", classname="problems", name=_clean(problem.subject))
    error = Xml.SubElement(case, "error", message=_clean(problem.message), type="problem")
    facts = [wording.place(problem), problem.hint and f"hint: {problem.hint}"]
    error.text = "\n".join(_clean(fact) for fact in facts if fact)
    return case


def _count(element: Xml.Element) -> None:
    for attribute, kind in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        element.set(attribute, str(sum(1 for _ in element.iter(kind))))


def _seconds(value: float) -> str:
    return f"{wording.finite(value) or 0.0:.3f}"


def _clean(text: str) -> str:
    return clip(one_line(text), _TEXT)
