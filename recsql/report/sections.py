"""The report's order: one question per section, each with its answer and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recsql.model import Status
from recsql.report import wording
from recsql.report.figures import ages, deciding, gap, people, pipeline
from recsql.report.figures.figure import Figure
from recsql.report.readings import Readings
from recsql.report.wording import Group
from recsql.results import CheckResult, RunResult


@dataclass(frozen=True, slots=True)
class Section:
    """A question; without a status where nothing judges it. `checks` are those it rests on."""

    key: str
    question: str
    status: Status | None
    answer: str
    next: str
    figures: tuple[Figure, ...]
    checks: tuple[CheckResult, ...]


_FIGURES: dict[str, tuple[Callable[[Readings], Figure], ...]] = {
    "offline_online_gap": (gap.figure,),
    "signal_freshness": (ages.by_age, ages.relevance, ages.cold),
    "identity_coverage": (people.profiles, people.split, people.isolation),
    "conversion_window_alignment": (deciding.figure,),
}
"""The audits that have pictures, in the order of the report; the others follow."""

_TIME = ("pipeline_lag", "age_waterfall")
"""The checks behind the first section."""


def sections(result: RunResult) -> tuple[Section, ...]:
    """Where the time goes, then the audits, then checks without an audit's verdict."""
    readings = Readings(result)
    groups = {group.name: group for group in wording.groups(result)}
    names = [name for name in _FIGURES if name in groups]
    names += [name for name in groups if name not in _FIGURES]
    audits = tuple(
        _section(f"question-{number}", groups[name], readings)
        for number, name in enumerate(names, 1)
    )
    time = _time(result, readings)
    return audits if time is None else (time, *audits)


def _time(result: RunResult, readings: Readings) -> Section | None:
    checks = tuple(c for c in map(readings.check, _TIME) if c is not None)
    if not checks:
        return None
    drawn = (pipeline.figure(result), ages.waterfall_of_age(readings))
    answer = pipeline.answer(result) or "No step of the pipeline was measured."
    todo = next((check.next for check in reversed(checks) if check.next), "")
    return Section("time", "Where does the time go?", None, answer, todo, drawn, checks)


def _section(key: str, group: Group, readings: Readings) -> Section:
    figures = tuple(draw(readings) for draw in _FIGURES.get(group.name, ()))
    if group.audit is None:
        return Section(key, group.name, None, "", "", figures, group.checks)
    question = group.audit.question or group.name
    return Section(
        key, question, group.audit.status, group.audit.sentence, group.audit.next, figures,
        group.checks,
    )  # fmt: skip
