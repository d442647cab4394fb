from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from recsql.errors import HistoryError
from recsql.history.reading import Key, PastCheck, PastMetric, Series, opened
from recsql.history.schema import CHECKS, METRICS, MIGRATIONS, RUNS
from recsql.history.store import append, pending
from recsql.model import Reason, Scalar, Status, Unit
from recsql.results import CheckResult, MetricResult, RunInfo, RunResult

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Series("shop", "prod", 2419200.0)
AGE: Key = ("signal_age", "median_signal_age", "{}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "target" / "history.duckdb"


def info(name: str, as_of: datetime = NOON, **changes: object) -> RunInfo:
    plain = RunInfo(
        id=name, recsql_version="0.1.0", project="shop", target="prod", dialect="snowflake",
        as_of=as_of.isoformat().replace("+00:00", "Z"), window_s=2419200.0,
        started_at="2026-03-04T01:02:03.000004Z", elapsed_s=1.5, exit_code=1, queries=14,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def metric(
    status: Status = Status.FAIL, value: float | None = 9.0, **changes: object
) -> MetricResult:
    plain = MetricResult("median_signal_age", {}, value, Unit.SECONDS, status=status)
    return replace(plain, **changes)  # type: ignore[arg-type]


def run(name: str, as_of: datetime = NOON, *metrics: MetricResult, **changes: object) -> RunResult:
    check = CheckResult("signal_age", "signal_freshness", Status.FAIL, metrics=metrics)
    return RunResult(info(name, as_of, **changes), (), (check,))


def ids(path: Path, **of: str) -> list[str]:
    with opened(path) as history:
        return [found.id for found in history.runs(**of)]


# --- what is kept --------------------------------------------------------------------------------


def test_a_run_is_kept_whole(path: Path) -> None:
    segment: dict[str, Scalar] = {"surface": 'home \u2192 "x"', "k": 10}
    first = metric(
        low=8.0, high=10.5, n=5120.0, limit=7.0, status=Status.WARN, reason=Reason.FIRST_WINDOW,
        sequential=True,
    )  # fmt: skip
    second = MetricResult("cold_share", segment, None, Unit.SHARE, status=Status.UNKNOWN)
    third = MetricResult("cold_share", {}, math.inf, Unit.SHARE, low=-math.inf)
    skipped = CheckResult("x", "custom", Status.SKIP, Reason.NOT_COMPUTABLE)
    result = run("a", NOON, first, second, third, sample=0.1)
    assert append(path, replace(result, checks=(*result.checks, skipped)))
    with opened(path) as history:
        (found,) = history.runs()
        checks, metrics = history.checks("a"), history.metrics("a")
    assert (found.id, found.project, found.target, found.dialect, found.recsql_version) == (
        "a", "shop", "prod", "snowflake", "0.1.0",
    )  # fmt: skip
    assert (found.as_of, found.started_at) == (
        NOON, datetime(2026, 3, 4, 1, 2, 3, 4, tzinfo=UTC),
    )  # fmt: skip
    assert (found.window_s, found.elapsed_s, found.exit_code, found.sample, found.queries) == (
        2419200.0, 1.5, 1, 0.1, 14,
    )  # fmt: skip
    assert checks == (
        PastCheck("signal_freshness", "signal_age", Status.FAIL, None),
        PastCheck("custom", "x", Status.SKIP, Reason.NOT_COMPUTABLE),
    )
    assert metrics == (
        PastMetric(
            "a", NOON, "signal_age", "median_signal_age", {}, 9.0, 8.0, 10.5, 5120.0, Unit.SECONDS,
            7.0, Status.WARN, Reason.FIRST_WINDOW, sequential=True,
        ),
        PastMetric(
            "a", NOON, "signal_age", "cold_share", segment, None, None, None, None, Unit.SHARE,
            None, Status.UNKNOWN, None, sequential=False,
        ),
        PastMetric(
            "a", NOON, "signal_age", "cold_share", {}, math.inf, -math.inf, None, None, Unit.SHARE,
            None, Status.INFO, None, sequential=False,
        ),
    )  # fmt: skip
    assert pending(path) == []


def test_a_person_can_read_it_with_duckdb_alone(path: Path) -> None:
    append(path, run("a", NOON, metric()))
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(
            "select as_of, check_name, segment, value from runs join metrics using (run_id)"
        ).fetchall()
    assert found == [(datetime(2026, 3, 3, 12), "signal_age", "{}", 9.0)]


def test_a_run_without_a_check_and_one_without_a_number_are_runs(path: Path) -> None:
    append(path, RunResult(info("none"), (), ()))
    append(path, run("bare"))
    assert ids(path) == ["bare", "none"]


def test_the_same_run_is_kept_once(path: Path) -> None:
    for _ in range(2):
        append(path, run("a", NOON, metric()))
    with opened(path) as history:
        assert (len(history.runs()), len(history.metrics("a"))) == (1, 1)


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "ä b", ""])
def test_any_key_of_a_run_is_a_file_of_its_own(path: Path, name: str) -> None:
    append(path, run(name))
    append(path, run("other"))
    assert sorted(ids(path)) == sorted([name, "other"])
    assert [p.name for p in path.parent.parent.iterdir()] == ["target"]


def test_a_history_that_is_not_there_is_empty_and_none_is_made(path: Path) -> None:
    with opened(path) as history:
        assert history.runs() == ()
        assert history.latest_before(NOON, "shop", "prod") is None
        assert history.series(SHOP, AGE) == ()
        assert history.windows_before(NOON, SHOP, 0.0, 1) == {}
    assert not path.parent.exists()


# --- what is asked -------------------------------------------------------------------------------


def test_runs_are_in_the_order_of_their_windows(path: Path) -> None:
    append(path, run("late", NOON))
    append(path, run("early", NOON - DAY))
    append(path, run("again", NOON - DAY, started_at="2026-03-05T00:00:00Z"))
    append(path, run("other", NOON, project="garden", target="dev"))
    assert ids(path) == ["early", "again", "late", "other"]
    assert ids(path, project="shop") == ["early", "again", "late"]
    assert ids(path, project="shop", target="dev") == []


def test_the_run_before_an_instant_is_the_last_of_its_project_and_target(path: Path) -> None:
    append(path, run("early", NOON - DAY))
    append(path, run("again", NOON - DAY, started_at="2026-03-05T00:00:00Z"))
    append(path, run("now", NOON))
    append(path, run("other", NOON - DAY / 2, target="dev"))
    with opened(path) as history:
        found = [history.latest_before(at, "shop", "prod") for at in (NOON, NOON + DAY, NOON - DAY)]
    assert [None if one is None else one.id for one in found] == ["again", "now", None]


def test_a_series_has_one_number_a_window_the_last_that_was_measured(path: Path) -> None:
    append(path, run("b", NOON, metric(value=2.0)))
    append(path, run("a", NOON - DAY, metric(value=0.0)))
    append(path, run("a2", NOON - DAY, metric(value=1.0), started_at="2026-03-05T00:00:00Z"))
    home = metric(value=7.0, segment={"surface": "home"})
    append(path, run("c", NOON + DAY, metric(value=3.0), home))
    append(path, run("elsewhere", NOON, metric(value=8.0), target="dev"))
    append(path, run("shorter", NOON, metric(value=8.0), window_s=86400.0))
    append(path, run("sample", NOON, metric(value=8.0), sample=0.1))
    with opened(path) as history:
        total = history.series(SHOP, AGE)
        segment = history.series(SHOP, (*AGE[:2], '{"surface":"home"}'))
        sample = history.series(replace(SHOP, sample=0.1), AGE)
    assert [(m.run_id, m.value) for m in total] == [("a2", 1.0), ("b", 2.0), ("c", 3.0)]
    assert [(m.run_id, m.value) for m in segment] == [("c", 7.0)]
    assert [m.run_id for m in sample] == ["sample"]


FIRST = {"status": Status.WARN, "reason": Reason.FIRST_WINDOW}


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([], None),
        ([(1, metric())], (True,)),
        ([(1, metric(**FIRST))], (True,)),  # type: ignore[arg-type]
        ([(1, metric(Status.PASS))], (False,)),
        ([(1, metric(Status.WARN))], (False,)),  # above warn_if, or excused
        ([(1, metric(Status.UNKNOWN))], None),  # no verdict
        ([(1, metric(Status.UNKNOWN)), (2, metric())], (True,)),  # is passed over
        ([(1, metric()), (2, metric(Status.PASS)), (3, metric())], (True, False)),  # two at most
        ([(0, metric())], None),  # this very window
        ([(-1, metric())], None),  # a later one
        ([(0.2, metric())], None),  # less than the gap before
        ([(0.5, metric())], (True,)),  # exactly the gap before
        ([(1, metric()), (1.2, metric(Status.PASS)), (2, metric())], (True, True)),  # a retry
    ],
)
def test_the_windows_before_are_the_last_judged_ones(
    path: Path, before: list[tuple[float, MetricResult]], expected: tuple[bool, ...] | None
) -> None:
    for number, (days, found) in enumerate(before):
        append(path, run(f"r{number}", NOON - days * DAY, found))
    with opened(path) as history:
        windows = history.windows_before(NOON, SHOP, 43200.0, 2)
    assert windows == ({} if expected is None else {AGE: expected})


def test_of_two_runs_of_one_window_the_later_counts(path: Path) -> None:
    append(path, run("a", NOON - DAY, metric()))
    append(path, run("b", NOON - DAY, metric(Status.PASS), started_at="2026-03-05T00:00:00Z"))
    with opened(path) as history:
        assert history.windows_before(NOON, SHOP, 0.0, 2) == {AGE: (False,)}


@pytest.mark.parametrize(
    "changes", [{"project": "x"}, {"target": "x"}, {"window_s": 60.0}, {"sample": 0.5}]
)
def test_runs_that_are_not_comparable_are_no_windows_before(
    path: Path, changes: dict[str, object]
) -> None:
    append(path, run("a", NOON - DAY, metric(), **changes))
    with opened(path) as history:
        assert history.windows_before(NOON, SHOP, 0.0, 2) == {}


# --- versions ------------------------------------------------------------------------------------


def test_the_schema_has_the_columns_that_are_written(path: Path) -> None:
    append(path, run("a"))
    with duckdb.connect(str(path)) as connection:
        for table, columns in (("runs", RUNS), ("checks", CHECKS), ("metrics", METRICS)):
            found = connection.execute(
                "select column_name, lower(data_type) from duckdb_columns()"
                " where table_name = ? and column_name <> 'run_id'",
                [table],
            ).fetchall()
            assert dict(found) == {n: kind for n, kind in columns.items() if n != "run_id"}


def test_an_older_history_is_brought_up_to_date_with_all_that_it_holds(path: Path) -> None:
    later = (*MIGRATIONS, "alter table runs add column host varchar; create table notes (n int)")
    append(path, run("old", NOON - DAY, metric()))
    append(path, run("new", NOON, metric()), migrations=later)
    with opened(path, migrations=later) as history:
        assert [found.id for found in history.runs()] == ["old", "new"]
    with duckdb.connect(str(path)) as connection:
        versions = connection.execute("select version from recsql_schema order by 1").fetchall()
        hosts = connection.execute("select host from runs").fetchall()
    assert (versions, hosts) == ([(1,), (2,)], [(None,), (None,)])


def test_a_migration_that_fails_leaves_the_old_version_whole(path: Path) -> None:
    append(path, run("old"))
    with pytest.raises(HistoryError, match="no history of recsql"):
        append(path, run("new"), migrations=(*MIGRATIONS, "drop table runs; select nothing"))
    assert sorted(ids(path)) == ["new", "old"]


def test_a_newer_history_is_not_touched_and_the_run_waits(path: Path) -> None:
    append(path, run("old"), migrations=(*MIGRATIONS, "create table t (n int)"))
    with pytest.raises(HistoryError) as caught:
        append(path, run("new"))
    assert caught.value.message.endswith("was written by a newer recsql (schema 2)")
    assert caught.value.hint == "update recsql, or move the file away"
    assert [one.name for one in pending(path)] == ["run-new.json"]


@pytest.mark.parametrize("content", [b"no database", b"x" * 20000])
def test_a_file_that_is_no_history_is_told_and_the_run_waits(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(HistoryError) as caught:
        append(path, run("a"))
    assert caught.value.hint == "move the file away: the next run begins a new one"
    assert path.read_bytes() == content
    path.unlink()
    assert ids(path) == ["a"]


def test_somebody_elses_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table runs (n int)")
    with pytest.raises(HistoryError, match="no history of recsql"):
        append(path, run("a"))
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("show tables").fetchall() == [("runs",)]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "x", "run": {"run_id": 1}}'])
def test_a_pending_file_that_cannot_be_read_is_set_aside(path: Path, text: str) -> None:
    append(path, run("a"))
    folder = path.with_name("history.duckdb.pending")
    (folder / "torn.json").write_text(text)
    (folder / ".run-b.json.77").write_text("half a fi")
    append(path, run("b"))
    assert ids(path) == ["a", "b"]
    assert sorted(p.name for p in folder.iterdir()) == [".run-b.json.77", "torn.unreadable"]


# --- several at once -----------------------------------------------------------------------------

WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from tests.unit import test_history as own

path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
many = [own.metric(segment={"surface": f"s{n}"}) for n in range(50)]
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    own.append(path, own.run(f"{name}-{number}", own.NOON, *many), patience_s=float(sys.argv[4]))
    print(f"{name}-{number}", flush=True)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(path: Path) -> Start:
    """Starts a process that adds some runs when it is told to go."""

    def start(name: str, count: int, patience_s: float) -> subprocess.Popen[str]:
        root = Path(__file__).parents[2]
        return subprocess.Popen(  # noqa: S603 - this Python
            [sys.executable, "-c", WRITER, str(path), name, str(count), str(patience_s)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )  # fmt: skip

    return start


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def sizes(path: Path) -> dict[str, int]:
    with opened(path) as history:
        return {found.id: len(history.metrics(found.id)) for found in history.runs()}


@pytest.mark.parametrize("patience_s", [2.0, 0.0])
def test_runs_that_end_at_once_are_all_kept_once_and_whole(
    path: Path, start: Start, patience_s: float
) -> None:
    """Without patience most find the file in use, and leave their runs to the others."""
    processes = [start(f"p{n}", 4, patience_s) for n in range(5)]
    for process in processes:
        go(process)
    assert [process.wait(300) for process in processes] == [0] * 5
    for process in processes:
        process.communicate()
    assert sizes(path) == {f"p{n}-{m}": 50 for n in range(5) for m in range(4)}
    assert pending(path) == []


def test_a_new_history_is_whole_when_it_can_first_be_seen(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older DuckDB makes a file in steps, and takes one that another makes for no database."""
    seen = []
    connect = duckdb.connect

    def watched(database: str, **settings: object) -> duckdb.DuckDBPyConnection:
        seen.append((Path(database) == path, path.exists()))
        return connect(database, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", watched)
    assert append(path, run("first"))
    assert seen == [(False, False), (True, True)]
    assert [found.name for found in path.parent.iterdir() if found.is_file()] == [path.name]


def test_a_killed_process_loses_no_run_that_was_kept_and_leaves_none_half(
    path: Path, start: Start
) -> None:
    chance = random.Random(5)  # noqa: S311 - when to kill
    told: set[str] = set()
    for number in range(5):
        process = start(f"k{number}", 1000, 0.05)
        go(process)
        assert process.stdout is not None
        told.add(process.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate()
        told.update(line for line in out.split("\n") if "-" in line)
    found = sizes(path)
    assert told <= set(found)
    assert set(found.values()) == {50}
    assert len(found) - len(told) <= 5  # kept, and killed before it could say so


def test_threads_of_one_process_keep_all_their_runs(path: Path) -> None:
    threads = [
        threading.Thread(target=lambda n=n: [append(path, run(f"t{n}-{m}")) for m in range(5)])
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids(path)) == sorted(f"t{n}-{m}" for n in range(6) for m in range(5))


def test_a_file_that_another_thread_just_opens_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB 1.4 refuses a second thread while the first is between attaching and detaching."""
    real, refusals = duckdb.connect, iter([duckdb.BinderException("Unique file handle conflict")])

    def connect(*place: str, **settings: object) -> duckdb.DuckDBPyConnection:
        for refusal in refusals:
            raise refusal
        return real(*place, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(duckdb, "connect", connect)
    assert append(path, run("a"))
    assert ids(path) == ["a"]


HOLDER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True):
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_while_somebody_looks_into_the_file_a_run_waits_and_is_kept_by_the_next(path: Path) -> None:
    append(path, run("a"))
    process = subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert append(path, run("b"), patience_s=0.1) is False
    with pytest.raises(HistoryError, match="is in use"), opened(path, patience_s=0.1):
        pass
    process.communicate("\n")
    assert append(path, run("c")) is True
    assert ids(path) == ["a", "b", "c"]


def test_a_folder_that_allows_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("a file")
    with pytest.raises(HistoryError, match="cannot write"):
        append(tmp_path / "target" / "history.duckdb", run("a"))
