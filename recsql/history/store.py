"""The history's file: who may write when, and what is pending meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import duckdb

from recsql.errors import HistoryError
from recsql.files import partial_of, write_whole
from recsql.history.schema import CHECKS, METRICS, MIGRATIONS, RUNS, migrate, naive, sentence
from recsql.results import RunResult

_NUMBERS = tuple(name for name, kind in METRICS.items() if kind == "double")
_FORMAT = "recsql.history/1"
PATIENCE_S = 2.0
_LONGEST_WAIT_S = 0.05
_ATTEMPTS = 40
_COLLISIONS = (duckdb.TransactionException, duckdb.ConstraintException, duckdb.CatalogException)
_SIGNS_OF_USE = (
    "Could not set lock",  # another process has it
    "different configuration",  # this one has it, opened for reading
    "Unique file handle conflict",  # a thread of this one opens or closes it just now
)
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "default_block_size": "16384",  # a night's run is some kB, not a block of 256
}


def append(
    path: Path,
    result: RunResult,
    patience_s: float = PATIENCE_S,
    migrations: Sequence[str] = MIGRATIONS,
) -> bool:
    """Add a run to the history in a file; False when it is in use, and the run left pending.

    Raises `HistoryError` when neither can be written, or the file is no history of this version.
    """
    own = _folder(path) / f"run-{_file_name(result.run.id)}.json"
    try:
        write_whole(own, _written(result))
    except OSError as cause:
        raise HistoryError(f"cannot write `{own}`: {cause.strerror}") from cause
    connection = connected(path, patience_s)
    if connection is None:
        return False
    try:
        return up_to_date(connection, path, migrations)
    finally:
        connection.close()


def _file_name(run_id: str) -> str:
    """A run's key in characters that every file system has; another key has another name."""
    usual = (c if (c.isascii() and c.isalnum()) or c == "-" else f"_{ord(c):x}_" for c in run_id)
    return "".join(usual)


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.pending")


def pending(path: Path) -> list[Path]:
    """The files of the runs that are not in the history yet."""
    return sorted(_folder(path).glob("[!.]*.json"))


def connected(path: Path, patience_s: float) -> duckdb.DuckDBPyConnection | None:
    """The open file, or None when others keep it from being opened for so long."""
    _begin(path)
    deadline = time.monotonic() + patience_s
    wait = 0.002
    while True:
        try:
            return duckdb.connect(str(path), config=SETTINGS)
        except duckdb.Error as cause:
            if not _in_use(cause):
                hint = "move the file away: the next run begins a new one"
                message = f"cannot open the history `{path}`: {sentence(cause)}"
                raise HistoryError(message, hint=hint) from cause
        if time.monotonic() >= deadline:
            return None
        time.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT_S)


def _begin(path: Path) -> None:
    """Put a new history in its place whole: one that is only being made is no database to others.

    Where the file system has no links, DuckDB makes the file when it is first opened.
    """
    if path.exists():
        return
    partial = partial_of(path)
    own = partial.with_name(f"{partial.name}.{threading.get_ident()}")
    # another may be first; and what is wrong with a folder is told when the history is opened
    with suppress(duckdb.Error, OSError):
        duckdb.connect(str(own), config=SETTINGS).close()
        path.hardlink_to(own)
    with suppress(OSError):
        own.unlink()


def _in_use(cause: duckdb.Error) -> bool:
    """Whether another process holds the lock, or this one has the file open in another way."""
    return any(sign in str(cause) for sign in _SIGNS_OF_USE)


def up_to_date(
    connection: duckdb.DuckDBPyConnection, path: Path, migrations: Sequence[str]
) -> bool:
    """Bring the schema to this version and put in what is pending; False if threads collide."""
    collision: duckdb.Error | None = None
    for _ in range(_ATTEMPTS):
        try:
            migrate(connection, path, migrations)
            for one in pending(path):
                _merge(connection, one)
        except _COLLISIONS as cause:  # another thread of this process did the same just before
            collision = cause
            with suppress(duckdb.Error):
                connection.rollback()
            time.sleep(_LONGEST_WAIT_S / 10)
        except duckdb.Error as cause:
            raise _broken(path, cause) from cause
        else:
            return True
    if isinstance(collision, duckdb.CatalogException):
        raise _broken(path, collision) from collision
    return False


def _broken(path: Path, cause: duckdb.Error) -> HistoryError:
    hint = "move the file away: the next run begins a new one"
    return HistoryError(f"`{path}` is no history of recsql: {sentence(cause)}", hint=hint)


def _merge(connection: duckdb.DuckDBPyConnection, pending: Path) -> None:
    """Put a pending run in, and remove its file once it is safe."""
    try:
        text = pending.read_text(encoding="utf-8")
        found = json.loads(text, parse_constant=str)
        run, checks, metrics = (found[name] for name in ("run", "checks", "metrics"))
        run_id, readable = run["run_id"], found["format"] == _FORMAT
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, TypeError):
        readable = False
    if not readable:
        with suppress(OSError):
            pending.replace(pending.with_suffix(".unreadable"))
        return
    connection.begin()
    known = connection.execute("select 1 from runs where run_id = ?", [run_id]).fetchone()
    if known is None:
        _insert(connection, "runs", {name: [value] for name, value in run.items()}, RUNS)
        size = len(next(iter(checks.values()), ()))
        _insert(connection, "checks", {"run_id": [run_id] * size, **checks}, CHECKS)
        _insert_text(connection, run_id, text if _plain(metrics) else json.dumps(found))
    connection.commit()
    with suppress(OSError):
        pending.unlink(missing_ok=True)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, list[object]],
    kinds: Mapping[str, str],
) -> None:
    """All rows in one statement: each column is one list."""
    known = {"run_id": "varchar", **kinds}
    named = {name: values for name, values in columns.items() if name in known}
    lists = ", ".join(f"unnest(cast(? as {known[name]}[]))" for name in named)
    connection.execute(
        f"insert into {table} ({', '.join(named)}) select {lists}", [*named.values()]
    )


def _plain(metrics: Mapping[str, list[object]]) -> bool:
    """Whether every number is one that JSON has: DuckDB reads no other."""
    return not any(isinstance(cell, str) for name in _NUMBERS for cell in metrics.get(name, ()))


def _insert_text(connection: duckdb.DuckDBPyConnection, run_id: str, text: str) -> None:
    """The numbers of a run from its JSON: DuckDB reads it faster than it takes Python's lists."""
    shape = json.dumps({"metrics": {name: [kind] for name, kind in METRICS.items()}})
    lists = ", ".join(f"unnest(found.metrics.{name})" for name in METRICS)
    connection.execute(
        f"insert into metrics (run_id, {', '.join(METRICS)})"
        f" select ?, {lists} from (select from_json(?, '{shape}') as found)",
        [run_id, text],
    )


def _written(result: RunResult) -> str:
    """A run as JSON: its circumstances, and a list for each column of its tables."""
    info = result.run
    run = dict(
        zip(
            RUNS,
            (
                info.id, info.recsql_version, info.project, info.target, info.dialect,
                _iso(info.as_of), info.window_s, _iso(info.started_at), info.elapsed_s,
                info.exit_code, info.sample, info.queries,
            ),
            strict=True,
        )
    )  # fmt: skip
    checks = [(check.audit, check.name, check.status, check.reason) for check in result.checks]
    segments: dict[int, str] = {}  # the numbers of a row share their segment
    for check in result.checks:
        for m in check.metrics:
            if id(m.segment) not in segments:
                segments[id(m.segment)] = m.segment_text
    metrics = [
        (
            check.name, m.name, segments[id(m.segment)], m.value, m.low, m.high, m.n, m.unit,
            m.limit, m.status, m.reason, m.sequential,
        )
        for check in result.checks
        for m in check.metrics
    ]  # fmt: skip
    return json.dumps({
        "format": _FORMAT,
        "run": run,
        "checks": _turned(CHECKS, checks),
        "metrics": _turned(METRICS, metrics),
    })  # fmt: skip


def _turned(
    names: Mapping[str, str], rows: Sequence[tuple[object, ...]]
) -> dict[str, list[object]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _iso(text: str) -> str:
    """An ISO instant in UTC without its zone, as the columns have it."""
    return naive(datetime.fromisoformat(text)).isoformat()
