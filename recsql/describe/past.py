"""Runs of the history, as reports compare them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from recsql.errors import RecsqlError, did_you_mean
from recsql.history.reading import History, PastRun, Series, opened
from recsql.report.changes import Changes, Seen, Snapshot, compare, series_of
from recsql.report.figures.trend import Trend
from recsql.report.wording import headline, segment_words
from recsql.results import MetricResult, RunResult

Limits = Mapping[tuple[str, str], str]
"""The operator of a metric's limit, by check and metric: `>` where more is worse."""


def changed(path: Path, names: tuple[str | None, str | None], limits: Limits) -> Changes:
    """The difference of two runs, named by the beginning of their ids.

    Without a second name it is the last run; without a first one the last comparable run before.
    Raises `RecsqlError` where there is no such run, or several.
    """
    with opened(path) as history:
        runs = history.runs()
        if not runs:
            raise RecsqlError(f"there is no run in `{path}`", hint="run `recsql run` first")
        after = runs[-1] if names[1] is None else _named(runs, names[1])
        before = _before(runs, after) if names[0] is None else _named(runs, names[0])
        return compare(_snapshot(history, before, limits), _snapshot(history, after, limits))


def trends(path: Path, result: RunResult) -> dict[str, Trend]:
    """The headline number of each check in the comparable runs up to this one."""
    run = result.run
    series = Series(run.project, run.target, run.window_s, run.sample)
    until = datetime.fromisoformat(run.as_of)
    found = {}
    with opened(path) as history:
        for check in result.checks:
            metric = headline(check)
            if metric is None or metric.value is None:
                continue
            past = history.series(series, (check.name, metric.name, metric.segment_text))
            known = [p.value for p in past if p.value is not None and p.as_of < until]
            found[check.name] = Trend((*known, metric.value), metric.unit)
    return found


def _named(runs: tuple[PastRun, ...], name: str) -> PastRun:
    found = [run for run in runs if run.id == name] or [r for r in runs if r.id.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise RecsqlError(f"`{name}` begins {len(found)} runs", hint="write more of the id")
    hint = did_you_mean(name, [run.id for run in runs])
    raise RecsqlError(f"there is no run `{name}` in the history", hint=hint)


def _before(runs: tuple[PastRun, ...], after: PastRun) -> PastRun:
    earlier = runs[: runs.index(after)]
    alike = [run for run in earlier if _series(run) == _series(after)]
    if not alike:
        raise RecsqlError(
            f"run `{after.id}` has no comparable run before it",
            hint="comparable are runs of one project, target, window and sample; or name two runs",
        )
    return alike[-1]


def _series(run: PastRun) -> dict[str, str]:
    return series_of(run.project, run.target, run.window_s, run.sample)


def _snapshot(history: History, run: PastRun, limits: Limits) -> Snapshot:
    numbers = {}
    for past in history.metrics(run.id):
        words = segment_words(MetricResult(past.name, past.segment, past.value, past.unit))
        worse = limits.get((past.check, past.name), "")
        if past.value is not None and (not words or worse):
            seen = Seen(past.value, past.unit, past.low, past.high, worse)
            numbers[past.check, past.name, words] = seen
    statuses = {check.name: check.status for check in history.checks(run.id)}
    as_of = run.as_of.astimezone(UTC).isoformat()
    return Snapshot(run.id, _series(run), as_of, statuses, numbers)
