"""What a run and a test run found, as frozen values; every report is a function of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from recsql.model import Case, Problem, Reason, Scalar, Status, Unit

_SEGMENTS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A measured number with its segment, 95 % interval, denominator and verdict."""

    name: str
    segment: Mapping[str, Scalar]
    value: float | None
    unit: Unit
    low: float | None = None
    high: float | None = None
    n: float | None = None
    warn_if: str | None = None
    error_if: str | None = None
    limit: float | None = None
    status: Status = Status.INFO
    reason: Reason | None = None
    note: str | None = None
    sequential: bool = False
    """Whether the interval holds at every look at growing data, and is wider for it."""

    @property
    def segment_text(self) -> str:
        """The segment as JSON, the same text for the same segment; `{}` for the total."""
        return _SEGMENTS.encode(dict(self.segment)) if self.segment else "{}"


@dataclass(frozen=True, slots=True)
class RowSample:
    """The worst rows, at most twenty, identifiers hashed; `count` is how many there are."""

    columns: tuple[str, ...] = ()
    sample: tuple[tuple[Scalar, ...], ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a run says of one check."""

    name: str
    audit: str
    status: Status
    reason: Reason | None = None
    sentence: str = ""
    next: str = ""
    elapsed_s: float = 0.0
    compiled_path: str | None = None
    sql_sha256: str | None = None
    metrics: tuple[MetricResult, ...] = ()
    rows: RowSample = field(default_factory=RowSample)
    notes: tuple[str, ...] = ()
    problem: Problem | None = None
    overrides: str | None = None


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The worst of an audit's judged checks, in one sentence with numbers."""

    name: str
    question: str
    status: Status
    sentence: str
    next: str


@dataclass(frozen=True, slots=True)
class RunInfo:
    """The circumstances of a run; instants are ISO 8601 in UTC."""

    id: str
    recsql_version: str
    project: str
    target: str
    dialect: str
    as_of: str
    window_s: float
    started_at: str
    elapsed_s: float
    exit_code: int
    sample: float | None = None
    queries: int = 0
    bytes_scanned: int | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything that a run found; every report is a function of this value."""

    run: RunInfo
    audits: tuple[AuditResult, ...]
    checks: tuple[CheckResult, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def summary(self) -> dict[Status, int]:
        """How many checks ended in each status; every status is listed."""
        return {status: sum(check.status is status for check in self.checks) for status in Status}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between what a case expected and what it saw."""

    what: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Whether a case held, and where it did not."""

    case: Case
    mismatches: tuple[Mismatch, ...] = ()
    problem: Problem | None = None
    elapsed_s: float = 0.0

    @property
    def passed(self) -> bool:
        """True when every expectation held and nothing was broken."""
        return not self.mismatches and self.problem is None
