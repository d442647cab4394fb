"""Identifiers in results: replaced by salted hashes before a result leaves the run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from recsql.model import Project, Scalar
from recsql.results import MetricResult, RowSample

_USUAL = frozenset({"key", "user_id", "person_id", "profile_id", "id_value", "session_id", "email"})
# what a row puts before the name of a further identifier
_FURTHER = ("other_", "via_", "newest_", "second_", "third_")


@dataclass(frozen=True, slots=True)
class Disguise:
    """Hashes the values of identifier columns; equal values stay equal within a project."""

    salt: str
    columns: frozenset[str]

    def sample(self, sample: RowSample) -> RowSample:
        """The rows with their identifiers hashed."""
        rows = (zip(sample.columns, row, strict=True) for row in sample.sample)
        hidden = tuple(tuple(self._cell(name, value) for name, value in row) for row in rows)
        return replace(sample, sample=hidden)

    def metrics(self, metrics: Iterable[MetricResult]) -> tuple[MetricResult, ...]:
        """The metrics with identifiers hashed where they name a segment."""
        return tuple(
            replace(metric, segment={k: self._cell(k, v) for k, v in metric.segment.items()})
            for metric in metrics
        )

    def _cell(self, column: str, value: Scalar) -> Scalar:
        if value is None or column not in self.columns:
            return value
        return "#" + hashlib.sha256(f"{self.salt}\n{value}".encode()).hexdigest()[:12]


def disguise_for(project: Project) -> Disguise:
    """Hides the contract's identifier columns and those named like a declared identifier.

    `other_`, `via_`, `newest_`, `second_` or `third_` before such a name hides it, too.
    """
    declared = project.relations.get("identifiers")
    rows = () if declared is None else declared.rows or ()
    names = _USUAL | {str(row[0]).lower() for row in rows}
    salt = project.salt or project.name
    return Disguise(salt, names | {first + name for first in _FURTHER for name in names})
