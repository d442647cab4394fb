"""How long recsql takes before it does anything: `python benchmarks/startup.py`.

Whole processes, run in turn so that a slow moment of the machine hits all alike; medians, and
ratios within this one run. Nothing here is a test: a number is measured, not asserted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

RUNS = 15
PROJECT = """
name: trivial
as_of: 2026-01-01
relations:
  catalogue: {from: "(select 'a' as item_id)", columns: {item_id: item_id}}
"""
CHECK = """
checks:
  - name: one_item
    rows: select item_id from {{ relation('catalogue') }} where item_id is null
"""
LAZY = ("duckdb", "sqlglot", "jinja2", "pydantic", "rich", "yaml")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "checks").mkdir()
        (project / "recsql.yml").write_text(PROJECT, encoding="utf-8")
        (project / "checks" / "own.yml").write_text(CHECK, encoding="utf-8")
        python = [sys.executable, "-c"]
        recsql = [sys.executable, "-m", "recsql"]
        run = [*recsql, "run", "--project-dir", folder, "--select", "one_item"]
        seconds = measured(
            {
                "python -c pass": [*python, "pass"],
                "recsql --help": [*recsql, "--help"],
                "duckdb, one statement": [
                    *python,
                    "import duckdb; duckdb.sql('select 1').fetchall()",
                ],
                "recsql run, one trivial check": run,
            }
        )
    bare, query = seconds["python -c pass"], seconds["duckdb, one statement"]
    print("| process | median s | ratio to | ratio |")
    print("|---|---|---|---|")
    for name, value in seconds.items():
        base, word = (query, "duckdb") if "run" in name else (bare, "python")
        print(f"| `{name}` | {value:.3f} | {word} | {value / base:.1f} |")
    allowed = 2.5 * bare + 0.1
    print(f"\n`recsql --help`: {seconds['recsql --help']:.3f} s of {allowed:.3f} s allowed")
    print(f"heavy modules that `--help` imports: {', '.join(heavy_imports()) or 'none'}")


def measured(commands: Mapping[str, list[str]]) -> dict[str, float]:
    """Median seconds of each command, after one run that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(RUNS + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - own commands
            if number:
                times[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in times.items()}


def heavy_imports() -> list[str]:
    """Which of the heavy modules a `--help` loads."""
    code = (
        "import sys, atexit; from recsql.cli.app import app; "
        f"atexit.register(lambda: print([m for m in {LAZY!r} if m in sys.modules])); "
        "app(['--help'])"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - own
    last = found.stdout.strip().splitlines()[-1]
    return [name for name in LAZY if f"'{name}'" in last]


if __name__ == "__main__":
    main()
