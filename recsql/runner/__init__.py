"""Floor 4: a compiled project meets a warehouse, and becomes a `RunResult`."""

from __future__ import annotations

from recsql.runner.prepare import Options, Prepared, prepare, prepare_offline
from recsql.runner.run import Progress, run

__all__ = ["Options", "Prepared", "Progress", "prepare", "prepare_offline", "run"]
