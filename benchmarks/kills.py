"""Kill recsql at random moments, and look at what it left: `python benchmarks/kills.py 1000`.

After each kill: the results file is whole or the one before, the history can be read, no report is
half, and the user's database is byte for byte what it was. After the last one an ordinary run ends
well. Every third kill hits `report`, with `--demo` every hundredth `demo`; the others hit `run`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from recsql.history.reading import opened

_CONFIG = """\
name: shop
as_of: 2026-03-03
relations:
  events: {from: tracks, columns: {event_id: id, key: k, event_ts: ts, event_type: "'view'"}}
"""
_PROFILES = "shop: {target: t, outputs: {t: {type: duckdb, path: w.duckdb}}}\n"
_SELECT = "signal_age identity_evidence decision_window"


class Lost(Exception):  # noqa: N818 - it names what happened
    """Something is half, or not what it was."""


def require(held: bool, what: str) -> None:
    """Raise `Lost` unless it held."""
    if not held:
        raise Lost(what)


def prepare(root: Path) -> None:
    """A project on a small DuckDB file, with one run that ended well."""
    (root / "recsql.yml").write_text(_CONFIG)
    (root / "profiles.yml").write_text(_PROFILES)
    with duckdb.connect(str(root / "w.duckdb")) as made:
        made.execute(
            "create table tracks as select 'e' || i as id, 'k' || i % 50 as k,"
            " timestamp '2026-02-20' + interval (i) minute as ts from range(5000) as r(i)"
        )
    require(finished(root, "run", "-s", _SELECT) in (0, 1), "the first run does not end well")


def finished(root: Path, *words: str) -> int:
    """The exit code of a command that nobody kills."""
    return subprocess.run(command(words), cwd=root, capture_output=True, check=False).returncode  # noqa: S603 - our own


def command(words: Sequence[str]) -> list[str]:
    """recsql in this Python."""
    return [sys.executable, "-m", "recsql", *words]


def kill(root: Path, words: Sequence[str], after_s: float) -> bool:
    """Start a command and kill it; False where it was done before."""
    process = subprocess.Popen(  # noqa: S603 - our own
        command(words), cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def look(root: Path, warehouse: str) -> None:
    """Raise `Lost` for anything that is half, or is not what it was."""
    text = (root / "target" / "run_results.json").read_text(encoding="utf-8")
    require(json.loads(text)["schema"].startswith("recsql.results/"), "these are no results")
    report = root / "r.html"
    page = report.read_text(encoding="utf-8") if report.exists() else "</html>"
    require(page.rstrip().endswith("</html>"), "half a report")
    with opened(root / "target" / "history.duckdb"):
        pass
    require(digest(root) == warehouse, "the user's own database was changed")


def digest(root: Path) -> str:
    """Of the user's database."""
    return hashlib.sha256((root / "w.duckdb").read_bytes()).hexdigest()


def main(times: int, seed: int, longest_s: float, demo: bool) -> int:
    """Kill so many times; how many commands were hit before they were done."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    hit = 0
    with tempfile.TemporaryDirectory(prefix="recsql-kills-") as folder:
        root = Path(folder)
        prepare(root)
        warehouse = digest(root)
        for n in range(times):
            words = ["run", "-s", _SELECT, "--html", "r.html"]
            if n % 3 == 2:
                words = ["report", "target/run_results.json", "--html", "r.html"]
            if demo and n % 100 == 99:
                words = ["demo", "demo"]
            hit += kill(root, words, dice.uniform(0.0, longest_s))
            look(root, warehouse)
        require(finished(root, "run", "-s", _SELECT) in (0, 1), "the run after the kills failed")
        look(root, warehouse)
        left = [path for path in (root / "target").rglob("*.duckdb") if "history" not in path.name]
        require(not left, f"scratch is left: {left}")
        if demo:
            require(finished(root, "demo", "demo") == 0, "the demo after the kills failed")
    return hit


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=2.0, help="seconds a command may live")
    parser.add_argument("--demo", action="store_true")
    given = parser.parse_args()
    began = time.monotonic()
    killed = main(given.times, given.seed, given.longest, given.demo)
    spent = time.monotonic() - began
    print(f"{killed} of {given.times} commands killed in {spent:.0f} s: nothing half, nothing lost")
