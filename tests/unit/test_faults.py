"""What goes wrong around a run, and what recsql then does: the table of docs/faults.md."""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from benchmarks import kills, many_checks
from recsql import api
from recsql.compile.compiler import Compiler, table_names
from recsql.compile.moment import Moment, Policy
from recsql.compile.sources import Sources
from recsql.model import Reason, Status
from recsql.project.config import parse_instant
from recsql.project.load import load
from recsql.results import CheckResult
from tests.unit.conftest import Write

_MOMENT = Moment(parse_instant("2026-03-03"), 86400.0, 86400.0)


def of_sql(write: Write, sql: str, more: str = "") -> CheckResult:
    """The check that asks for one metric `m` with this SQL; every writer must bear it."""
    limit = "metrics: {m: {error_if: '> 5'}}"
    text = f"checks:\n  - name: own\n    sql: |\n      {sql}\n    {limit}\n    {more}\n"
    result = api.run(write({"checks/own.yml": text}), select="own")
    json.loads(result.to_json())
    assert result._repr_html_()
    return result.checks[0]


NUMBERS = [
    ("cast('nan' as double)", Status.UNKNOWN, None),
    ("cast('inf' as double)", Status.FAIL, math.inf),
    ("cast('-inf' as double)", Status.PASS, -math.inf),
    ("cast(repeat('9', 38) as decimal(38, 0))", Status.FAIL, 1e38),
    ("cast('0.' || repeat('0', 37) || '1' as decimal(38, 38))", Status.PASS, 1e-38),
    ("cast('170141183460469231731687303715884105727' as hugeint)", Status.FAIL, 2.0**127),
    ("cast(null as double)", Status.UNKNOWN, None),
]


@pytest.mark.parametrize(("sql", "status", "value"), NUMBERS)
def test_numbers_at_the_edge_have_a_verdict(
    write: Write, sql: str, status: Status, value: float | None
) -> None:
    found = of_sql(write, f"select {sql} as m")
    assert found.status is status
    if value is not None:
        assert found.metrics[0].value == pytest.approx(value)


def test_two_columns_of_one_name_are_an_error_and_not_the_last_one(write: Write) -> None:
    found = of_sql(write, "select 9 as m, 1 as m")
    assert found.status is Status.ERROR
    assert found.problem is not None
    assert found.problem.message == "check `own` returns two columns `m`"


def test_names_in_any_case_reserved_or_of_pictures_are_read(write: Write) -> None:
    sql = 'select 7 as "M" from (select 1 as "order", 2 as "🛒 x") as "Table" where "order" = 1'
    assert of_sql(write, sql).metrics[0].value == 7


def test_rows_of_every_kind_are_shown(write: Write) -> None:
    rows = (
        "select date '0001-01-01' - 366 as year_0, date '9999-12-31' as year_9999, "
        "timestamp 'infinity' as never, '🛒🧑‍🚀' as pictures, chr(0) as nothing, "
        "[1, 2] as many, {'a': 1} as parts, interval 1 day as span"
    )
    root = write(
        {"checks/own.yml": f"checks: [{{name: own, rows: {json.dumps(rows, ensure_ascii=False)}}}]"}
    )
    result = api.run(root, select="own")
    shown = result.checks[0].rows.sample[0]
    assert shown[:2] == ("0001-01-01 (BC)", "9999-12-31")
    assert shown[3:5] == ("🛒🧑‍🚀", "\x00")
    assert "🛒🧑‍🚀" in result._repr_html_()
    json.loads(result.to_json())


def test_a_thousand_segments_are_judged_each(write: Write) -> None:
    sql = "select i % 1000 as s, count(*) as m from range(5000) as r(i) group by 1"
    found = of_sql(write, sql, "segments: [s]")
    assert len(found.metrics) == 1000
    assert found.status is Status.PASS


def test_sql_that_is_nested_too_deeply_is_an_error_of_its_check(write: Write) -> None:
    found = of_sql(write, f"select {'(' * 3000}1{')' * 3000} as m")
    assert found.problem is not None
    assert found.problem.message == "this SQL is nested too deeply"


def test_two_megabytes_of_sql_are_run(write: Write) -> None:
    assert of_sql(write, f"select 1 as m /* {'x' * 2_000_000} */").status is Status.PASS


def test_the_hour_that_summer_time_skips_and_the_one_that_comes_twice(write: Write) -> None:
    """02:30 on the two nights in Berlin; UTC by the tz database: +1 in winter, +2 in summer."""
    config = """\
name: shop
as_of: 2026-11-01
history: 365d
relations:
  events:
    from: "select * from (values ('2026-03-29 01:59:59'), ('2026-03-29 03:00:00'),
      ('2026-10-25 02:30:00'), ('2026-10-25 03:30:00')) as t(ts)"
    columns: {event_ts: "cast(ts as timestamp)", key: "'k'", event_id: ts}
    timezone: Europe/Berlin
"""
    rows = "select cast(event_ts as varchar) as ts from {{ relation('events') }} order by 1"
    text = f"checks: [{{name: own, rows: {json.dumps(rows)}}}]"
    result = api.run(write({"recsql.yml": config, "checks/own.yml": text}), select="own")
    seen = [str(row[0]) for row in result.checks[0].rows.sample]
    assert seen[:2] == ["2026-03-29 00:59:59", "2026-03-29 01:00:00"]
    assert seen[2] in ("2026-10-25 00:30:00", "2026-10-25 01:30:00")
    assert seen[3] == "2026-10-25 02:30:00"


def test_sql_that_only_its_parser_takes_is_an_error_of_its_check(write: Write) -> None:
    found = of_sql(write, "select count(*) as m where date() is null")
    assert (found.status, found.rows.count) == (Status.ERROR, 0)


def test_a_clock_that_goes_backwards_costs_nothing(write: Write) -> None:
    root = write({"checks/own.yml": "checks: [{name: own, sql: select 1 as m, metrics: {m: }}]"})
    for as_of in ("2030-01-01", "2020-01-01"):
        result = api.run(root, select="own", as_of=as_of)
        assert (result.run.exit_code, result.problems) == (0, ())
        assert result.run.elapsed_s >= 0


def test_a_query_that_hangs_is_cancelled_and_the_rest_is_judged(write: Write) -> None:
    heavy = (
        "select count(*) as m from range(10000000) as a(i), range(5000) as b(j) "
        "where (i * j) % 7 = 3"
    )
    text = (
        f"checks:\n  - {{name: heavy, sql: {json.dumps(heavy)}, metrics: {{m: }}}}\n"
        "  - {name: light, sql: select 1 as m, metrics: {m: }}\n"
    )
    root = write({"checks/own.yml": text})
    result, _ = api.run_request(api.Request(root, select=("heavy", "light"), timeout_s=0.3))
    found = {check.name: check for check in result.checks}
    assert (found["heavy"].status, found["light"].status) == (Status.ERROR, Status.INFO)
    assert result.run.exit_code == 3


def test_many_checks_compile_in_linear_time_and_bounded_memory(write: Write) -> None:
    """Counted, not timed: each check is parsed once, and nothing grows but what each one keeps."""
    sql = "select count(*) as m from {{ relation('events') }} where key = 'k"
    one = f'  - {{name: c%d, sql: "{sql}%d\'", metrics: {{m: }}}}\n'
    calls: dict[int, int] = {}
    peak: dict[int, int] = {}
    for size in (200, 400):
        root = write({"checks/own.yml": "checks:\n" + "".join(one % (i, i) for i in range(size))})
        found = load(root)
        own = [check for check in found.catalog.checks.values() if not check.builtin]
        policy = Policy(_MOMENT, found.project.variables, lambda name: True)
        sources = Sources(found.project.relations, {}, table_names(found.catalog), "duckdb")
        compiler = Compiler(found.catalog, policy, sources)
        count = 0

        def counting(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event == "call"

        tracemalloc.start()
        sys.setprofile(counting)
        try:
            for check in own[:40]:
                compiler.check(check)
        finally:
            sys.setprofile(None)
        peak[size] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        calls[size] = count
        assert len(own) == size
    assert calls[400] < 1.1 * calls[200]  # as many checks of twice as many cost the same
    assert peak[400] < 1.5 * peak[200] < 60e6


def calls_of(work: Callable[[], object]) -> int:
    """How many functions of Python some work calls: the same on every machine, at every load."""
    count = 0

    def counting(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_twice_as_many_checks_are_read_and_compiled_with_twice_as_many_calls(
    tmp_path: Path,
) -> None:
    """What 10,000 take is measured by benchmarks/many_checks.py."""
    calls = []
    for number, size in enumerate((20, 20, 40, 80)):  # the first brings in what all need
        root = tmp_path / str(number)
        root.mkdir()
        many_checks.write(root, size)
        calls.append(calls_of(partial(api.compile, root, select="check_*")))
    _, few, twice, more = calls
    assert twice - few > 20 * 500
    assert more - twice < 1.05 * 2 * (twice - few)


def ran(root: Path, *words: str, size: int | None = None) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own, in which no file may be larger than `size`."""

    def limit() -> None:
        if size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    # what a measurement of coverage writes would be too large, too
    kept = {k: v for k, v in os.environ.items() if size is None or not k.startswith("COVERAGE_")}
    return subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "recsql", *words], cwd=root, preexec_fn=limit, env=kept,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


OWN = "checks: [{name: own, sql: select 1 as m, metrics: {m: }}]\n"


def test_a_full_disk_leaves_the_results_before_and_is_told(write: Write) -> None:
    root = write({"checks/own.yml": OWN})
    assert ran(root, "run", "-s", "own").returncode == 0
    before = (root / "target" / "run_results.json").read_text()
    full = ran(root, "run", "-s", "own", size=200)
    assert full.returncode != 0
    assert "Traceback" not in full.stderr
    assert "error: cannot write" in full.stderr
    assert (root / "target" / "run_results.json").read_text() == before


def test_a_target_folder_that_cannot_be_written_is_told(write: Write) -> None:
    root = write({"checks/own.yml": OWN, "target": "a file where the folder should be"})
    found = ran(root, "run", "-s", "own")
    assert found.returncode == 2
    assert found.stderr.startswith("error: cannot write `target/")
    assert "Traceback" not in found.stderr


def test_killed_at_any_moment_nothing_is_half_and_the_history_can_be_read() -> None:
    """A short form of benchmarks/kills.py."""
    found = kills.main(6, seed=int(time.time()) % 1000, demo=(), kinds=("run", "run", "report"))
    assert found.killed.total() == 6


def test_without_any_network_everything_works(write: Write) -> None:
    """In a network namespace without a route, and with each attempt of Python's an error."""
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rn", "true"], check=False).returncode == 0  # noqa: S603
    if not unshare or not allowed:
        pytest.skip("this machine allows no network namespace: `unshare -rn true` fails")
    root = write({"checks/own.yml": OWN})
    code = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'urllib.Request'):\n"
        "        raise SystemExit(f'NETWORK {event} {arguments}')\n"
        "sys.addaudithook(hook)\n"
        "from recsql.cli.app import main\n"
        "sys.argv = ['recsql', 'run', '--html', 'r.html']\n"
        "main()\n"
    )
    found = subprocess.run(  # noqa: S603 - our own
        [unshare, "-rn", sys.executable, "-c", code], cwd=root, env=dict(os.environ),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "NETWORK" not in found.stderr + found.stdout
    assert found.returncode in (0, 1, 3)
    assert json.loads((root / "target" / "run_results.json").read_text())["checks"]
    assert "https://" not in (root / "r.html").read_text().replace("https://www.w3.org", "")


def test_no_verdict_is_lost_where_a_metric_is_no_number(write: Write) -> None:
    found = of_sql(
        write, "select 1.0 as m, cast('nan' as double) as m_low, 9.0 as m_high, 3 as m_n"
    )
    assert (found.status, found.reason) == (Status.UNKNOWN, Reason.NOT_ENOUGH_DATA)
