"""One shop of the study: simulated, audited, and set beside its truth."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from recsql.api import Request, run_request
from recsql.demo import project, shop
from recsql.demo.worlds import World
from recsql.results import MetricResult, RunResult

ROOT = Path(__file__).parents[2]

OTHERS = ("audit:pipeline_health", "audit:custom")
"""What is not studied: checks without an interval to cover or a defect to find."""

SEGMENTED = ("drift_window",)
"""Checks whose segments are kept too; of the others the total is enough."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What makes a shop: the same four values always give the same rows."""

    world: str
    seed: int
    persons: int
    days: int


WITHOUT_SAY = frozenset({"cli", "describe", "history", "report", "testing"})
"""Folders of the package that show or keep what was measured, and measure nothing."""


def version() -> str:
    """A digest of all code and SQL that a result rests on."""
    digest = hashlib.sha256()
    for folder in ("recsql", "checks", "macros"):
        for path in sorted((ROOT / folder).rglob("*")):
            counts = not WITHOUT_SAY.intersection(path.relative_to(ROOT).parts)
            if counts and path.suffix in {".py", ".sql", ".yml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def observe(asked: Shop) -> dict[str, object]:
    """A shop's verdicts, numbers and truth, ready for JSON.

    `metrics` and `truth` have the same names: `check.metric`, and `check.metric[segment]`.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = _simulate(asked, folder)
        plan = Path(tempfile.gettempdir()) / f"recsql-recovery-{os.getpid()}.json"
        request = Request(folder, folder, target=asked.world, threads=1, plan=plan, exclude=OTHERS)
        result, _ = run_request(request)
    return {
        **asdict(asked),
        "elapsed_s": round(time.perf_counter() - started, 1),
        "checks": {check.name: [check.status, check.reason] for check in result.checks},
        "metrics": {name: _numbers(metric) for name, metric in _metrics(result)},
        "truth": truth,
    }


def _simulate(asked: Shop, folder: Path) -> dict[str, float]:
    """Write the shop's project and database; its truth."""
    world = World(persons=asked.persons, days=asked.days, seed=asked.seed)
    project.write(folder, world, [asked.world])
    shop.generate(folder, world, [asked.world])
    truth = shop.truth(folder, world, asked.world)
    return {
        "drift_window.half_life": truth.half_life_s,
        "rebuild_what_if.observed": truth.observed,
        "rebuild_what_if.what_if": truth.what_if,
        **{f"gap_attribution.{player}": share for player, share in truth.shares.items()},
    }


def _metrics(result: RunResult) -> Iterator[tuple[str, MetricResult]]:
    for check in result.checks:
        for metric in check.metrics:
            name = f"{check.name}.{metric.name}"
            if not metric.segment:
                yield name, metric
            elif check.name in SEGMENTED:
                yield f"{name}[{','.join(str(value) for value in metric.segment.values())}]", metric


def _numbers(metric: MetricResult) -> list[float | str | None]:
    return [metric.value, metric.low, metric.high, metric.unit]
