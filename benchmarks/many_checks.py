"""What many checks cost to compile: `python benchmarks/many_checks.py 1000 3000 10000`.

Each size is a project of its own, with a hundred checks in a file, compiled for DuckDB without a
connection in a process of its own. Times are CPU seconds of that process, memory is its peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_IN_A_FILE = 100
_CONFIG = "name: many\nas_of: 2026-03-03\nrelations: {events: {from: tracks}}\n"
_CHECK = """\
  - name: check_{n}
    sql: |
      select events.event_type, avg(case when events.item_id is null then 1.0 else 0.0 end) as m,
          count(*) as m_n
      from {{{{ relation('events') }}}} as events
      where events.event_ts < {{{{ as_of() }}}} and events.key <> 'nobody {n}'
      group by events.event_type
    segments: [event_type]
    metrics: {{m: {{unit: share, error_if: "> 5%"}}}}
"""


def write(root: Path, size: int) -> None:
    """A project with so many checks of its own, no two alike."""
    (root / "checks").mkdir()
    (root / "recsql.yml").write_text(_CONFIG)
    for first in range(0, size, _IN_A_FILE):
        numbers = range(first, min(first + _IN_A_FILE, size))
        text = "checks:\n" + "".join(_CHECK.format(n=n) for n in numbers)
        (root / "checks" / f"from_{first}.yml").write_text(text)


def measure(root: Path) -> dict[str, float]:
    """CPU seconds for reading and for compiling, and the peak of memory in MB."""
    from recsql import api  # noqa: PLC0415 - after the clock has begun
    from recsql.project.load import load  # noqa: PLC0415 - after the clock has begun

    began = time.process_time()
    load(root)
    read = time.process_time()
    found = api.compile(root, select="check_*")
    ended = time.process_time()
    return {
        "checks": len(found.checks),
        "read_s": read - began,
        "compile_s": ended - read - (read - began),  # which reads once more
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def rows(sizes: list[int]) -> Iterator[dict[str, float]]:
    """A row for each size, measured in a process of its own."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="recsql-many-") as folder:
            write(Path(folder), size)
            command = [sys.executable, __file__, "--one", folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
            yield json.loads(done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 3000, 10000])
    parser.add_argument("--one", type=Path, help="measure this project only, as JSON")
    given = parser.parse_args()
    if given.one is not None:
        print(json.dumps(measure(given.one)))
        sys.exit()
    print("checks    read   compile   per check     peak")
    for row in rows(given.sizes):
        each = 1000 * (row["read_s"] + row["compile_s"]) / row["checks"]
        print(
            f"{row['checks']:6} {row['read_s']:5.1f} s {row['compile_s']:7.1f} s"
            f" {each:8.2f} ms {row['peak_mb']:5.0f} MB",
            flush=True,
        )
