"""The numbers of a run as rows of one table, for a warehouse that keeps them (`results_to`)."""

from __future__ import annotations

from recsql.model import Scalar
from recsql.report.wording import finite
from recsql.results import CheckResult, MetricResult, RunResult

TYPES = {
    "run_id": "varchar", "recsql_version": "varchar", "project": "varchar", "target": "varchar",
    "as_of": "timestamp", "window_s": "double", "sample": "double", "started_at": "timestamp",
    "audit": "varchar", "check_name": "varchar", "check_status": "varchar",
    "check_reason": "varchar", "metric": "varchar", "segment": "varchar", "value": "double",
    "low": "double", "high": "double", "n": "double", "unit": "varchar", "limit_value": "double",
    "status": "varchar", "reason": "varchar",
}  # fmt: skip
"""The columns and their types; instants are UTC, `segment` is JSON, `{}` for the total."""

Row = tuple[Scalar, ...]


def rows(result: RunResult) -> tuple[Row, ...]:
    """One row per number; a check without any has one row, whose metric is null."""
    run = result.run
    begin: Row = (
        run.id, run.recsql_version, run.project, run.target, _instant(run.as_of), run.window_s,
        run.sample, _instant(run.started_at),
    )  # fmt: skip
    return tuple(
        (*begin, check.audit, check.name, check.status.value,
         None if check.reason is None else check.reason.value, *number)
        for check in result.checks
        for number in _numbers(check)
    )  # fmt: skip


def _numbers(check: CheckResult) -> list[Row]:
    return [_number(metric) for metric in check.metrics] or [(None,) * 10]


def _number(metric: MetricResult) -> Row:
    return (
        metric.name, metric.segment_text, finite(metric.value), finite(metric.low),
        finite(metric.high), finite(metric.n), metric.unit.value, finite(metric.limit),
        metric.status.value, None if metric.reason is None else metric.reason.value,
    )  # fmt: skip


def _instant(text: str) -> str:
    """An instant in UTC as a timestamp without a zone."""
    return text.removesuffix("Z").removesuffix("+00:00").replace("T", " ")
