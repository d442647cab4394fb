"""The steps from capture to serving, as the check `pipeline_lag` measured them."""

from __future__ import annotations

from dataclasses import dataclass

from recsql.model import Status
from recsql.report.wording import WORST_FIRST, finite
from recsql.results import MetricResult, RunResult

SOURCE = "pipeline_lag"
"""The check whose segment `hop` names the steps."""

_ORDER = ("event_to_ingested", "ingested_to_snapshot", "snapshot_to_written", "written_to_served")
_LAGS = ("p90_lag", "median_lag", "mean_lag")
_OVERLAPPING = {"snapshot_to_served"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: lags in seconds, how many were seen, and the shares matched and negative.

    Then how long it may take, the share that took longer, the rows of the window at its two ends,
    and the worst verdict on its numbers; `info` where nothing judges them.
    """

    name: str
    p50_s: float | None = None
    p90_s: float | None = None
    mean_s: float | None = None
    n: float | None = None
    matched_share: float | None = None
    negative_share: float | None = None
    limit_s: float | None = None
    over_limit_share: float | None = None
    source_rows: float | None = None
    target_rows: float | None = None
    status: Status = Status.INFO


@dataclass(frozen=True, slots=True)
class Stage:
    """A station of the pipeline, and its rows in the window; None where nobody counted them."""

    name: str
    rows: float | None = None


def hops(result: RunResult) -> tuple[Hop, ...]:
    """The steps in the order of the pipeline, each counted once; empty when it did not run.

    What a step takes on one surface is no step of its own.
    """
    metrics = [m for check in result.checks if check.name == SOURCE for m in check.metrics]
    rows: dict[str, dict[str, MetricResult]] = {}
    for metric in metrics:
        hop = metric.segment.get("hop")
        if hop is None or hop in _OVERLAPPING or len(metric.segment) > 1:
            continue
        rows.setdefault(str(hop), {})[metric.name] = metric
    own = [name for name in rows if name not in _ORDER]
    names = [*(name for name in _ORDER if name in rows), *own]
    return tuple(_hop(name, rows[name]) for name in names)


def stations(found: tuple[Hop, ...]) -> tuple[Stage, ...]:
    """The ends of the steps, each once, in their order."""
    rows: dict[str, float | None] = {}
    for hop in found:
        for name, number in zip(stages(hop.name), (hop.source_rows, hop.target_rows), strict=True):
            rows[name] = number if rows.get(name) is None else rows[name]
    return tuple(Stage(name, number) for name, number in rows.items())


def stages(hop: str) -> tuple[str, str]:
    """Where a step begins and where it ends, by its name: `a_to_b`, `a to b`, else itself twice."""
    for between in ("_to_", " to "):
        first, found, last = hop.partition(between)
        if found and first and last:
            return first, last
    return hop, hop


def _hop(name: str, row: dict[str, MetricResult]) -> Hop:
    numbers = {key: finite(metric.value) for key, metric in row.items()}
    median = row.get("median_lag")
    return Hop(
        name=name,
        p50_s=numbers.get("median_lag"),
        p90_s=numbers.get("p90_lag"),
        mean_s=numbers.get("mean_lag"),
        n=None if median is None else finite(median.n),
        matched_share=numbers.get("matched_share"),
        negative_share=numbers.get("negative_share"),
        limit_s=_limit(row),
        over_limit_share=numbers.get("over_limit_share"),
        source_rows=numbers.get("source_rows"),
        target_rows=numbers.get("target_rows"),
        status=_verdict(row),
    )


def _limit(row: dict[str, MetricResult]) -> float | None:
    """What the team lets the step take, else the limit that its lag was judged by."""
    declared = row.get("lag_limit")
    known = None if declared is None else finite(declared.value)
    judged = (finite(row[key].limit) for key in _LAGS if key in row)
    return next((limit for limit in (known, *judged) if limit is not None), None)


def _verdict(row: dict[str, MetricResult]) -> Status:
    judged = [m.status for m in row.values() if m.warn_if or m.error_if]
    return min(judged, key=WORST_FIRST.index, default=Status.INFO)
