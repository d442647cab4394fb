"""What recsql adds to its own SQL: `python benchmarks/overhead.py --persons 20 60 150`.

The simulated shop is audited by `recsql run`, whose statements are kept from a run before, and by
`bare.py`, which runs the very same statements in DuckDB and throws their rows away. Whole
processes, in turn; see `processes.py`. Nothing here is a test: a number is measured, not asserted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from processes import Contender, Took, measured, median, ratio

from recsql.api import Compiled, Request, compile_request
from recsql.model import CompiledModel

HERE = Path(__file__).parent
TARGET = "weekly"
ALLOWED_S = 0.25
_ILLUSTRATED = ("warn", "fail", "unknown", "info")
"""The statuses of the checks whose worst rows a run fetches, where the check names some."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--persons", type=int, nargs="+", default=[20, 60, 150])
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    print("| persons | statements | | CPU s | wall s | more CPU s | more wall s | CPU | wall |")
    print("|--:|--:|---|--:|--:|--:|--:|--:|--:|")
    for persons in given.persons:
        with tempfile.TemporaryDirectory() as folder:
            plan, took = of(Path(folder), persons, given.runs)
        bare, ours = took.values()
        statements = len(plan["models"]) + len(plan["queries"])
        one, other, times = median(bare), median(ours), ratio(ours, bare)
        more = Took(*(b - a for a, b in zip(one, other, strict=True)))
        print(f"| {persons} | {statements} | bare | {one.cpu:.2f} | {one.wall:.2f} | | | | |")
        print(
            f"| | | recsql | {other.cpu:.2f} | {other.wall:.2f} | {more.cpu:+.2f} |"
            f" {more.wall:+.2f} | {times.cpu:.2f} | {times.wall:.2f} |",
            flush=True,
        )
    print(f"\nallowed on small data: {ALLOWED_S} s more")


Plan = dict[str, list[object]]
"""What `bare.py` runs: models in building order, and queries."""


def of(root: Path, persons: int, runs: int) -> tuple[Plan, dict[str, list[Took]]]:
    """The plan of a shop, and what both took."""
    recsql = [sys.executable, "-m", "recsql"]
    shop = root / "shop"
    _quietly([*recsql, "demo", str(shop), "--persons", str(persons), "--world", TARGET])
    run = [*recsql, "run", "--quiet", "--project-dir", str(shop), "--target", TARGET]
    _quietly(run)
    results = json.loads((shop / "target" / "run_results.json").read_text(encoding="utf-8"))
    statuses = {check["name"]: check["status"] for check in results["checks"]}
    compiled = compile_request(Request(shop, profiles_dir=shop, target=TARGET))
    plan: Plan = {
        "models": [written(model) for model in compiled.models],
        "queries": list(queries(compiled, statuses)),
    }
    file = root / "plan.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    bare = [sys.executable, str(HERE / "bare.py"), str(file), str(shop / f"{TARGET}.duckdb")]
    return plan, measured({"bare": Contender(bare), "recsql": Contender(run)}, runs)


def _quietly(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode not in (0, 1, 3):  # a failing check, or one without data, is no failure here
        sys.exit(done.stderr)


def written(model: CompiledModel) -> dict[str, object]:
    """A model as `bare.py` reads it."""
    return {
        "table": model.table,
        "sql": model.statement.sql,
        "start": [(table, statement.sql) for table, statement in model.start],
        "steps": [
            (step.table, step.sql.sql, step.changes and step.changes.sql) for step in model.steps
        ],
        "changes": model.changes and model.changes.sql,
    }


def queries(compiled: Compiled, statuses: dict[str, str]) -> Iterator[str]:
    """The statements of the checks as a run sends them, with the rows that illustrate them."""
    for check in compiled.checks:
        yield check.statement.sql
        if statuses[check.check.name] in _ILLUSTRATED and check.rows and check.rows_count:
            yield check.rows_count.sql
            yield check.rows.sql


if __name__ == "__main__":
    main()
