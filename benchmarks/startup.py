"""How long recsql takes before it does anything: `python benchmarks/startup.py`.

Whole processes, run in turn; ratios are medians of those within a turn. Nothing here is a test: a
number is measured, not asserted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from processes import Contender, measured, median, ratio

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
STATEMENT = "select item_id from (select 'a' as item_id) as catalogue where item_id is null"
LAZY = ("duckdb", "sqlglot", "jinja2", "pydantic", "rich", "yaml")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        known, new = (_project(Path(folder) / name) for name in ("known", "new"))
        python = [sys.executable, "-c"]
        recsql = [sys.executable, "-m", "recsql"]
        run = [*recsql, "run", "--select", "one_item", "--project-dir"]
        statement = f'import duckdb; duckdb.sql("{STATEMENT}").fetchall()'
        took = measured(
            {
                "python -c pass": Contender([*python, "pass"]),
                "recsql --help": Contender([*recsql, "--help"]),
                "duckdb, the same statement": Contender([*python, statement]),
                "recsql run, one trivial check": Contender([*run, str(known)]),
                "recsql run, for the first time": Contender([*run, str(new)], _forget(new)),
            },
            RUNS,
        )
    print("| process | CPU s | wall s | ratio to | CPU | wall |")
    print("|---|--:|--:|---|--:|--:|")
    for name, each in took.items():
        base = "duckdb, the same statement" if "run" in name else "python -c pass"
        figure, times = median(each), ratio(each, took[base])
        word = base.partition(",")[0].partition(" ")[0]
        print(
            f"| `{name}` | {figure.cpu:.3f} | {figure.wall:.3f} | {word}"
            f" | {times.cpu:.2f} | {times.wall:.2f} |"
        )
    bare, light = (median(took[name]).wall for name in ("python -c pass", "recsql --help"))
    print(f"\n`recsql --help`: {light:.3f} s of {2.5 * bare + 0.1:.3f} s allowed")
    print(f"heavy modules that `--help` imports: {', '.join(heavy_imports()) or 'none'}")


def _project(root: Path) -> Path:
    (root / "checks").mkdir(parents=True)
    (root / "recsql.yml").write_text(PROJECT, encoding="utf-8")
    (root / "checks" / "own.yml").write_text(CHECK, encoding="utf-8")
    return root


def _forget(root: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(root / "target", ignore_errors=True)


def heavy_imports() -> list[str]:
    """Which of the heavy modules a `--help` loads."""
    code = (
        "import sys, atexit; from recsql.cli.app import application; "
        f"atexit.register(lambda: print([m for m in {LAZY!r} if m in sys.modules])); "
        "application()(['--help'])"
    )
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - own
    last = found.stdout.strip().splitlines()[-1]
    return [name for name in LAZY if f"'{name}'" in last]


if __name__ == "__main__":
    main()
