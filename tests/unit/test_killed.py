"""Two processes run the same project, and one of them is killed again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recsql.history.reading import opened
from recsql.report import as_json
from recsql.results import RunResult

FINE = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
KILLS = 20

PROCESSES = """
import io, json, os, random, signal, sys, time
from pathlib import Path

# what a run needs, so that a fork begins with it; nothing of DuckDB is open yet
import recsql.api, recsql.history.store, recsql.report.as_json, recsql.report.as_terminal
import recsql.report.as_dbt, recsql.report.as_html, recsql.warehouses.duckdb
from recsql.cli.app import main

root, kills = sys.argv[1], int(sys.argv[2])
ended, halt = Path(root, "ended"), Path(root, "halt")
chance = random.Random(20261125)


def runs():
    sys.stderr = io.StringIO()
    while not halt.exists():
        sys.stdout = io.StringIO()
        sys.argv = ["recsql", "run", "--project-dir", root, "-s", "fine", "--output", "json",
                    "--html", f"{root}/report.html"]
        try:
            main()
        except SystemExit as end:
            said = json.loads(sys.stdout.getvalue())["run"]["id"]
            with ended.open("ab", buffering=0) as log:
                log.write(f"{said} {end.code}\\n".encode())
    os._exit(0)


def forked():
    child = os.fork()
    if child == 0:
        runs()
    return child


other = forked()
whole = []
for number in range(kills):
    victim = forked()
    time.sleep(chance.uniform(0.0, 0.3))
    os.kill(victim, signal.SIGKILL)
    os.waitpid(victim, 0)
    for name in ("target/run_results.json", "report.html"):
        path = Path(root, name)
        if path.exists():
            text = path.read_text(encoding="utf-8")
            whole.append(bool(json.loads(text)) if name.endswith("json") else "</html>" in text)
halt.touch()
_, status = os.waitpid(other, 0)
print(json.dumps({"kills": kills, "whole": all(whole), "looks": len(whole), "other": status}))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The project after the kills, and what the processes saw meanwhile."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    root = tmp_path_factory.mktemp("killed")
    (root / "checks").mkdir()
    (root / "recsql.yml").write_text("name: shop\nas_of: 2026-03-03T12:00:00Z\n", encoding="utf-8")
    (root / "checks" / "fine.yml").write_text(FINE, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", PROCESSES, str(root), str(KILLS)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return root, json.loads(done.stdout)


def test_a_killed_run_leaves_every_file_whole(killed: tuple[Path, dict[str, object]]) -> None:
    root, seen = killed
    assert (seen["whole"], seen["other"], seen["kills"]) == (True, 0, KILLS)
    last = as_json.read((root / "target/run_results.json").read_text(encoding="utf-8"))
    assert isinstance(last, RunResult)
    assert [check.name for check in last.checks] == ["fine"]


def test_no_run_that_had_ended_is_lost_and_none_is_half(
    killed: tuple[Path, dict[str, object]],
) -> None:
    root, _ = killed
    lines = [line.split() for line in (root / "ended").read_text(encoding="utf-8").splitlines()]
    assert {code for _, code in lines} == {"0"}
    with opened(root / "target/history.duckdb") as history:
        found = {run.id: history.metrics(run.id) for run in history.runs()}
    assert {run_id for run_id, _ in lines} <= set(found)
    assert {len(metrics) for metrics in found.values()} == {1}
    assert len(found) - len(lines) <= KILLS  # ended, and killed before it could say so
