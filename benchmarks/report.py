"""What the report costs: `python benchmarks/report.py [run_results.json]`.

CPU seconds of whole processes, imports included, run in turn so that a slow moment of the machine
hits all alike; medians. They are not wall-clock time, which other processes disturb. Nothing here
is a test: a number is measured, not asserted.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

RUNS = 15
CHECKS = 200
ALLOWED_S, ALLOWED_BYTES, ALLOWED_USUAL = 0.3, 500_000, 150_000
GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "report" / "run_results.json"
RENDER = """
import sys
from pathlib import Path
from recsql.report import as_html, as_json
results, page = map(Path, sys.argv[1:])
page.write_text(as_html.write(as_json.read(results.read_text("utf-8"))), "utf-8")
"""


def main() -> None:
    """Print the table."""
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    with tempfile.TemporaryDirectory() as folder:
        many = Path(folder, "many.json")
        many.write_text(multiplied(given.read_text("utf-8"), CHECKS), "utf-8")
        pages = {given: Path(folder, "given.html"), many: Path(folder, "many.html")}
        python = [sys.executable, "-c"]
        usual, large = ([*python, RENDER, str(s), str(page)] for s, page in pages.items())
        seconds = measured(
            {"python -c pass": [*python, "pass"], "one run": usual, f"{CHECKS} checks": large}
        )
        sizes = [page.stat().st_size for page in pages.values()]
    print("| process | median CPU s | allowed | page kB | allowed |")
    print("|---|---|---|---|---|")
    limits = [None, *zip(sizes, (ALLOWED_USUAL, ALLOWED_BYTES), strict=True)]
    for (name, value), size in zip(seconds.items(), limits, strict=True):
        of = f"| {ALLOWED_S} | {size[0] / 1000:.1f} | {size[1] / 1000:.0f} |" if size else "| | | |"
        print(f"| {name} | {value:.3f} {of}")


def multiplied(text: str, count: int) -> str:
    """The run with its checks again and again under other names, until there are `count`."""
    document = json.loads(text)
    checks = document["checks"]
    document["checks"] = [
        {**checks[n % len(checks)], "name": f"{checks[n % len(checks)]['name']}_{n}"}
        for n in range(count)
    ]
    return json.dumps(document)


def measured(commands: Mapping[str, list[str]]) -> dict[str, float]:
    """Median CPU seconds, of the user and the system, of each command after one warm-up."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(RUNS + 1):
        for name, command in commands.items():
            before = spent()
            subprocess.run(command, check=True)  # noqa: S603 - own commands
            if number:
                times[name].append(spent() - before)
    return {name: statistics.median(values) for name, values in times.items()}


def spent() -> float:
    """CPU seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
