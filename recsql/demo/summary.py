"""The table of the demo: one model, offline and behind each pipeline, as the checks measured it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recsql.report import wording
from recsql.report.table import Column, row, widths
from recsql.results import MetricResult, RunResult

_COLUMNS = (
    Column("the same model", 20, 48),
    Column("hit rate", 8, 12, right=True),
    Column("95 % interval", 13, 24),
    Column("n", 1, 13, right=True),
)


def table(runs: Mapping[str, RunResult]) -> str:
    """Offline scores, what each target served, and what the first one's log foretold of the next.

    `runs` is by target, the one to blame first.
    """
    rows = [
        (
            label,
            "not measured" if metric is None else wording.measured(metric),
            "" if metric is None else wording.interval(metric),
            "" if metric is None else wording.denominator(metric),
        )
        for label, metric in _measured(runs)
    ]
    sizes = widths(_COLUMNS, rows, 92)
    cells = [tuple(column.title for column in _COLUMNS), *rows]
    lines = [line for texts in cells for line in row(_COLUMNS, texts, sizes, _plain)]
    return "\n".join(line.rstrip() for line in lines)


def _plain(cell: str, column: int) -> str:
    return cell


def _measured(runs: Mapping[str, RunResult]) -> Iterator[tuple[str, MetricResult | None]]:
    first = next(iter(runs.values()))
    compared = total(first, "split_leak", "time_split")
    if any(check.name == "split_leak" for check in first.checks):
        yield "offline, events drawn at random", total(first, "metric_gap", "offline")
        yield "offline, the newest events", compared
    else:
        yield "offline, replayed point in time", total(first, "metric_gap", "offline")
    for target, result in runs.items():
        yield f"real, {target} pipeline", total(result, "realised_accuracy", "hit_rate")
        if result is first and len(runs) > 1:
            yield f"foretold from {target}'s log", total(result, "rebuild_what_if", "what_if")


def total(result: RunResult, check: str, metric: str) -> MetricResult | None:
    """A metric of a check's total row, if the run has it."""
    found = (item for item in result.checks if item.name == check)
    return next(
        (number for item in found for number in wording.totals(item) if number.name == metric), None
    )
