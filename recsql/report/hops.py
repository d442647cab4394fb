"""The steps from capture to serving, as the check `pipeline_lag` measured them."""

from __future__ import annotations

from dataclasses import dataclass

from recsql.report.wording import finite
from recsql.results import RunResult

SOURCE = "pipeline_lag"
"""The check whose segment `hop` names the steps."""

_ORDER = ("event_to_ingested", "ingested_to_snapshot", "snapshot_to_written", "written_to_served")
_OVERLAPPING = {"snapshot_to_served"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: lags in seconds, how many were seen, and the shares matched and negative."""

    name: str
    p50_s: float | None = None
    p90_s: float | None = None
    mean_s: float | None = None
    n: float | None = None
    matched_share: float | None = None
    negative_share: float | None = None


def hops(result: RunResult) -> tuple[Hop, ...]:
    """The steps in the order of the pipeline, each counted once; empty when it did not run.

    What a step takes on one surface is no step of its own.
    """
    metrics = [m for check in result.checks if check.name == SOURCE for m in check.metrics]
    rows: dict[str, dict[str, float | None]] = {}
    counts: dict[str, float | None] = {}
    for metric in metrics:
        hop = metric.segment.get("hop")
        if hop is None or hop in _OVERLAPPING or len(metric.segment) > 1:
            continue
        rows.setdefault(str(hop), {})[metric.name] = finite(metric.value)
        if metric.name == "median_lag":
            counts[str(hop)] = finite(metric.n)
    own = [name for name in rows if name not in _ORDER]
    names = [*(name for name in _ORDER if name in rows), *own]
    return tuple(_hop(name, rows[name], counts.get(name)) for name in names)


def stages(hop: str) -> tuple[str, str]:
    """Where a step begins and where it ends, by its name: `a_to_b`, `a to b`, else itself twice."""
    for between in ("_to_", " to "):
        first, found, last = hop.partition(between)
        if found and first and last:
            return first, last
    return hop, hop


def _hop(name: str, row: dict[str, float | None], n: float | None) -> Hop:
    return Hop(
        name=name,
        p50_s=row.get("median_lag"),
        p90_s=row.get("p90_lag"),
        mean_s=row.get("mean_lag"),
        n=n,
        matched_share=row.get("matched_share"),
        negative_share=row.get("negative_share"),
    )
