"""Results of cases as text: for a terminal, JSON, JUnit XML, and annotations of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from recsql.model import Problem
from recsql.report.as_github import command
from recsql.results import CaseResult, Mismatch

if TYPE_CHECKING:
    from recsql.testing.mutation import Score

_WIDEST = 60


def name_of(result: CaseResult) -> str:
    """The case as `file::case`."""
    return f"{result.case.location.path}::{result.case.name}"


def as_text(result: CaseResult) -> str:
    """A line for a case, and under it each difference side by side."""
    word = "PASS" if result.passed else "FAIL"
    case = result.case
    lines = [f"{word}  {case.check}::{case.name}  {result.elapsed_s:.2f} s"]
    if not result.passed:
        lines += [f"      {case.location}", *(f"      {line}" for line in differences(result))]
    return "\n".join(lines)


def differences(result: CaseResult) -> list[str]:
    """What was expected beside what came, as lines of a table; then what is broken."""
    lines = side_by_side(result.mismatches)
    problem = result.problem
    if problem is not None:
        lines.append(problem.message)
        lines += [] if problem.location is None else [f"--> {problem.location}"]
        lines += [] if problem.hint is None else [f"hint: {problem.hint}"]
    return lines


def side_by_side(mismatches: Iterable[Mismatch]) -> list[str]:
    """A table of three columns; what is too wide for it goes on lines of its own."""
    found = [("", "expected", "actual")]
    found += [(each.what, each.expected, each.actual) for each in mismatches]
    if len(found) == 1:
        return []
    narrow = [row for row in found if max(map(len, row)) <= _WIDEST and "\n" not in "".join(row)]
    widths = [max(len(row[column]) for row in narrow) for column in (0, 1)]
    lines = []
    for what, expected, actual in found:
        if (what, expected, actual) in narrow:
            lines.append(f"{what:<{widths[0]}}  {expected:<{widths[1]}}  {actual}".rstrip())
        else:
            lines += [what, *_marked("-", expected), *_marked("+", actual)]
    return lines


def as_json(results: Sequence[CaseResult], problems: Iterable[Problem]) -> str:
    """Every result as one JSON document."""
    cases = [
        {
            "case": result.case.name,
            "check": result.case.check,
            "file": result.case.location.path,
            "line": result.case.location.line,
            "passed": result.passed,
            "elapsed_s": round(result.elapsed_s, 4),
            "mismatches": [
                {"what": each.what, "expected": each.expected, "actual": each.actual}
                for each in result.mismatches
            ],
            "problem": None if result.problem is None else _problem(result.problem),
        }
        for result in results
    ]
    failed = sum(not result.passed for result in results)
    document = {
        "schema": "recsql.cases/1",
        "summary": {"passed": len(results) - failed, "failed": failed},
        "cases": cases,
        "problems": [_problem(problem) for problem in problems],
    }
    return json.dumps(document, indent=2) + "\n"


def as_junit(results: Sequence[CaseResult]) -> str:
    """A JUnit file: one suite for each check, one test case for each case."""
    root = Xml.Element("testsuites")
    for check in dict.fromkeys(result.case.check for result in results):
        own = [result for result in results if result.case.check == check]
        suite = Xml.SubElement(root, "testsuite", name=check, tests=str(len(own)))
        suite.set("failures", str(sum(bool(result.mismatches) for result in own)))
        broken = [result for result in own if result.problem and not result.mismatches]
        suite.set("errors", str(len(broken)))
        suite.set("time", f"{sum(result.elapsed_s for result in own):.3f}")
        for result in own:
            case = Xml.SubElement(suite, "testcase", classname=check, name=result.case.name)
            case.set("file", result.case.location.path)
            case.set("line", str(result.case.location.line))
            case.set("time", f"{result.elapsed_s:.3f}")
            if not result.passed:
                kind = "failure" if result.mismatches else "error"
                lines = [_printable(line) for line in differences(result)]
                first = ", ".join(each.what for each in result.mismatches) or lines[0]
                found = Xml.SubElement(case, kind, message=_printable(first), type=kind)
                found.text = "\n".join(lines)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, "unicode") + "\n"


def as_annotation(result: CaseResult) -> str:
    """A failed case at its line in the file, as GitHub shows it beside the change."""
    place = result.case.location
    fields = {"file": place.path, "line": str(place.line or 1)}
    fields["title"] = f"case {result.case.check}::{result.case.name}"
    return command("error", fields, differences(result))


def score_as_text(score: Score) -> str:
    """A check's score, and each break that no case notices, with its place."""
    share = "-" if score.share is None else f"{100.0 * score.share:.0f} %"
    excused = f", {score.excused} excused" if score.excused else ""
    lines = [f"{share:>5}  {score.check}  {score.killed} of {score.mutants} noticed{excused}"]
    for each in score.survivors:
        if each.why is None:
            lines.append(f"       {each.location.path}:{each.location.line}")
            lines.append(f"         {each.before}  →  {each.after}")
    return "\n".join(lines)


def scores_as_json(scores: Sequence[Score], problems: Iterable[Problem]) -> str:
    """Every score and survivor as one JSON document."""
    checks = [
        {
            "check": score.check,
            "mutants": score.mutants,
            "noticed": score.killed,
            "excused": score.excused,
            "score": score.share,
            "survivors": [
                {"file": each.location.path, "line": each.location.line}
                | {"from": each.before, "to": each.after, "why": each.why}
                for each in score.survivors
            ],
        }
        for score in scores
    ]
    told = [_problem(problem) for problem in problems]
    document = {"schema": "recsql.mutants/1", "checks": checks, "problems": told}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _marked(sign: str, text: str) -> list[str]:
    return [f"  {sign} {line}" for line in text.splitlines() or [""]]


def _problem(problem: Problem) -> dict[str, str | None]:
    place = None if problem.location is None else str(problem.location)
    return {"message": problem.message, "place": place, "hint": problem.hint}


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)
