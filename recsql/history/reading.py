"""What the history knows: runs, how their checks ended, and their numbers over time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from recsql.errors import HistoryError
from recsql.history.schema import CHECKS, METRICS, MIGRATIONS, RUNS, naive, sentence
from recsql.history.store import PATIENCE_S, SETTINGS, connected, pending, up_to_date
from recsql.model import Reason, Scalar, Status, Unit

Key = tuple[str, str, str]
"""A metric of a check in a segment: three names, the last as JSON text."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """The circumstances of a run; instants are in UTC."""

    id: str
    recsql_version: str
    project: str
    target: str
    dialect: str
    as_of: datetime
    window_s: float
    started_at: datetime
    elapsed_s: float
    exit_code: int
    sample: float | None
    queries: int


@dataclass(frozen=True, slots=True)
class PastCheck:
    """How a check ended in a run."""

    audit: str
    name: str
    status: Status
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class PastMetric:
    """A number of a run, and the instant from which that run looked."""

    run_id: str
    as_of: datetime
    check: str
    name: str
    segment: Mapping[str, Scalar]
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    unit: Unit
    limit: float | None
    status: Status
    reason: Reason | None
    sequential: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Which runs are comparable: of one project and target, over as long a window and sample."""

    project: str
    target: str
    window_s: float
    sample: float | None = None


class History:
    """An open history; see `opened`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def runs(self, project: str | None = None, target: str | None = None) -> tuple[PastRun, ...]:
        """The runs, of a project and a target where they are named, by as_of and then by start."""
        found = self._rows(
            f"select {', '.join(RUNS)} from runs"
            " where ($project is null or project = $project)"
            " and ($target is null or target = $target) order by as_of, started_at, run_id",
            {"project": project, "target": target},
        )
        return tuple(_run(row) for row in found)

    def latest_before(self, instant: datetime, project: str, target: str) -> PastRun | None:
        """The last run whose `as_of` is earlier than an instant; the last started of several."""
        runs = [run for run in self.runs(project, target) if run.as_of < instant]
        return runs[-1] if runs else None

    def checks(self, run_id: str) -> tuple[PastCheck, ...]:
        """How each check of a run ended, in the order of the run."""
        found = self._rows(
            f"select {', '.join(CHECKS)} from checks where run_id = $run_id order by rowid",
            {"run_id": run_id},
        )
        return tuple(PastCheck(str(a), str(n), Status(str(s)), _reason(r)) for a, n, s, r in found)

    def metrics(self, run_id: str) -> tuple[PastMetric, ...]:
        """The numbers of a run, in its order."""
        return self._metrics("metrics.run_id = $run_id order by metrics.rowid", {"run_id": run_id})

    def series(self, of: Series, key: Key) -> tuple[PastMetric, ...]:
        """One number over time: the last run of each `as_of`, oldest first."""
        names = dict(zip(("check", "metric", "segment"), key, strict=True))
        return self._metrics(
            f"{_OF_SERIES} and check_name = $check and metric = $metric and segment = $segment"
            " qualify row_number() over"
            " (partition by as_of order by started_at desc, runs.run_id desc) = 1"
            " order by as_of",
            {**_parameters(of), **names},
        )

    def windows_before(
        self, instant: datetime, of: Series, gap_s: float, depth: int
    ) -> Mapping[Key, tuple[bool, ...]]:
        """Whether each number was beyond its limit in its last judged windows, the newest first.

        A window without a verdict is passed over. Windows whose ends are less than `gap_s` apart
        are one, of which the last run counts; at most `depth` are told.
        """
        found = self._rows(
            "select check_name, metric, segment, as_of,"
            " metrics.status = 'fail' or metrics.reason is not distinct from 'first_window'"
            f" from metrics join runs on metrics.run_id = runs.run_id where {_OF_SERIES}"
            " and as_of < $before and metrics.status in ('pass', 'warn', 'fail')"
            " order by as_of desc, started_at desc, runs.run_id desc",
            {**_parameters(of), "before": naive(instant)},
        )
        gap = timedelta(seconds=gap_s)
        bounds: dict[Key, datetime] = {}
        windows: dict[Key, tuple[bool, ...]] = {}
        for check, metric, segment, as_of, beyond in found:
            key, ended = (str(check), str(metric), str(segment)), _instant(as_of)
            known = windows.get(key, ())
            bound = bounds.get(key, instant)
            if len(known) < depth and ended < bound and ended <= bound - gap:
                windows[key], bounds[key] = (*known, bool(beyond)), ended
        return windows

    def days_before(
        self, instant: datetime, of: Series, checks: Sequence[str], depth: int
    ) -> Mapping[Key, tuple[tuple[date, float], ...]]:
        """The numbers of some checks at the end of earlier days (UTC), the newest first.

        Of each day the last run counts; at most `depth` days of each number are told.
        """
        found = self._rows(
            "select check_name, metric, segment, as_of, value"
            f" from metrics join runs on metrics.run_id = runs.run_id where {_OF_SERIES}"
            " and check_name in (select unnest($checks)) and isfinite(value)"
            " and cast(as_of as date) < cast($before as date)"
            " qualify row_number() over (partition by check_name, metric, segment,"
            " cast(as_of as date) order by as_of desc, started_at desc, runs.run_id desc) = 1"
            " order by as_of desc",
            {**_parameters(of), "checks": list(checks), "before": naive(instant)},
        )
        days: dict[Key, list[tuple[date, float]]] = {}
        for check, metric, segment, as_of, value in found:
            known = days.setdefault((str(check), str(metric), str(segment)), [])
            number = _number(value)
            if len(known) < depth and number is not None:
                known.append((_instant(as_of).date(), number))
        return {key: tuple(values) for key, values in days.items()}

    def _metrics(self, where: str, parameters: Mapping[str, object]) -> tuple[PastMetric, ...]:
        columns = ", ".join(f"metrics.{name}" for name in METRICS)
        found = self._rows(
            f"select metrics.run_id, as_of, {columns} from metrics"
            f" join runs on metrics.run_id = runs.run_id where {where}",
            parameters,
        )
        return tuple(_metric(row) for row in found)

    def _rows(self, sql: str, parameters: Mapping[str, object]) -> list[tuple[object, ...]]:
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        try:
            return self._connection.execute(sql, used).fetchall()
        except duckdb.Error as cause:
            raise HistoryError(f"the history cannot be read: {sentence(cause)}") from cause


@contextmanager
def opened(
    path: Path, patience_s: float = PATIENCE_S, migrations: Sequence[str] = MIGRATIONS
) -> Iterator[History]:
    """The history in a file, with all pending runs; without a file it is empty, and none is made.

    Raises `HistoryError` when it is in use for longer than the patience, or no history.
    """
    exists = path.exists() or any(pending(path))
    connection = connected(path, patience_s) if exists else duckdb.connect(config=SETTINGS)
    if connection is None:
        hint = "close the program that has it open, and try again"
        raise HistoryError(f"the history `{path}` is in use", hint=hint)
    try:
        up_to_date(connection, path, migrations)
        yield History(connection)
    finally:
        connection.close()


_OF_SERIES = (
    "project = $project and target = $target and window_s = $window_s"
    " and sample is not distinct from $sample"
)


def _parameters(of: Series) -> dict[str, object]:
    return {
        "project": of.project, "target": of.target, "window_s": of.window_s, "sample": of.sample,
    }  # fmt: skip


def _run(row: tuple[object, ...]) -> PastRun:
    texts, numbers = [str(cell) for cell in row], [_number(cell) for cell in row]
    return PastRun(
        id=texts[0],
        recsql_version=texts[1],
        project=texts[2],
        target=texts[3],
        dialect=texts[4],
        as_of=_instant(row[5]),
        window_s=numbers[6] or 0.0,
        started_at=_instant(row[7]),
        elapsed_s=numbers[8] or 0.0,
        exit_code=int(numbers[9] or 0),
        sample=numbers[10],
        queries=int(numbers[11] or 0),
    )


def _metric(row: tuple[object, ...]) -> PastMetric:
    numbers = [_number(cell) for cell in row]
    return PastMetric(
        run_id=str(row[0]),
        as_of=_instant(row[1]),
        check=str(row[2]),
        name=str(row[3]),
        segment=json.loads(str(row[4])),
        value=numbers[5],
        low=numbers[6],
        high=numbers[7],
        n=numbers[8],
        unit=Unit(str(row[9])),
        limit=numbers[10],
        status=Status(str(row[11])),
        reason=_reason(row[12]),
        sequential=bool(row[13]),
    )


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None


def _reason(cell: object) -> Reason | None:
    return None if cell is None else Reason(str(cell))


def _instant(cell: object) -> datetime:
    found = cell if isinstance(cell, datetime) else datetime.fromisoformat(str(cell))
    return found.replace(tzinfo=UTC)
