"""Kill recsql at random moments, and look at what it left: `python benchmarks/kills.py 1000`.

Of 20 commands 13 are `run`, 5 `report` and 2 `demo`, until so many were killed; each 25th of a kind
is left alone and says how long that kind takes just now. Half of the kills fall anywhere within
that length, half in its last third, where most files are written.

After each: the results are whole, or those of the run before; no report is half; the history can
be read, has every run that ended, and each run with all its checks; the user's database is byte
for byte what it was; each shop of a demo has all its relations. What ends before it is killed
ends well, whatever the killed ones left. After the last one no scratch is left by an ordinary run.

Commands are forks of one process that has imported recsql and opened nothing: so a kill hits work,
not imports, and a thousand cost some CPU minutes.
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
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from recsql.history.reading import opened
from recsql.project.contract import MAPPABLE

_CONFIG = """\
name: shop
as_of: 2026-03-03
relations:
  events: {from: tracks, columns: {event_id: id, key: k, event_ts: ts, event_type: "'view'"}}
"""
_PROFILES = "shop: {target: t, outputs: {t: {type: duckdb, path: w.duckdb}}}\n"
_CHECKS = ("signal_age", "identity_evidence", "decision_window")
_RUN = ("run", "-s", *_CHECKS, "--html", "r.html")
_REPORT = ("report", "--trends", "--html", "r.html")
_KINDS = ("run", "run", "report", "run") * 4 + ("run", "demo", "report", "demo")
_LEFT_ALONE = 25
_FORKS = """
import json, os, signal, sys, time
import duckdb, recsql.api, recsql.demo.summary, recsql.describe.past, recsql.history.store
import recsql.report.as_html, recsql.report.as_terminal, recsql.testing.cases
from recsql.cli.app import main

def command(words):
    out = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["recsql", *words]
    try:
        main()
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code)

for line in sys.stdin:
    words, limit = json.loads(line)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            command(words)
        finally:
            os._exit(99)
    ended, status = 0, 0
    while not ended and (limit is None or time.monotonic() < began + limit):
        ended, status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.002)
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status) if ended else None
    print(json.dumps([code, time.monotonic() - began]), flush=True)
"""
_SMALL = "--persons 12 --days 21 --world rebuilt"
_SHOP = sorted({*MAPPABLE} - {"recomputed_features"})
"""The relations of a simulated shop."""


class Lost(Exception):  # noqa: N818 - it names what happened
    """Something is half, or not what it was."""


def require(held: bool, what: str) -> None:
    """Raise `Lost` unless it held."""
    if not held:
        raise Lost(what)


@dataclass(slots=True)
class Bench:
    """A project under `root`, and what has happened to it; lengths are seconds."""

    root: Path
    dice: random.Random
    forks: subprocess.Popen[str]
    demo: tuple[str, ...]
    kinds: Sequence[str] = _KINDS
    warehouse: str = ""
    lengths: dict[str, float] = field(default_factory=dict)
    begun: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)

    def prepare(self) -> None:
        """A project on a small DuckDB file, with one run that ended well."""
        (self.root / "recsql.yml").write_text(_CONFIG)
        (self.root / "profiles.yml").write_text(_PROFILES)
        with duckdb.connect(str(self.root / "w.duckdb")) as made:
            made.execute(
                "create table tracks as select 'e' || i as id, 'k' || i % 50 as k,"
                " timestamp '2026-02-20' + interval (i) minute as ts from range(5000) as r(i)"
            )
        self.warehouse = self._digest()
        self.let("run")

    def let(self, kind: str) -> None:
        """A command that nobody kills: it ends well, and says how long its kind takes."""
        code, self.lengths[kind] = self._done(kind, None)
        self._require_well(kind, code)

    def kill(self, kind: str) -> None:
        """A command that is killed, unless it has ended before."""
        length = self.lengths[kind]
        first = self.dice.choice((0.0, 0.67 * length))
        code, _ = self._done(kind, self.dice.uniform(first, 1.05 * length))
        if code is None:
            self.killed[kind] += 1
        else:
            self._require_well(kind, code)

    def strike(self, number: int) -> None:
        """The command of this number, left alone if it is the first or a 25th of its kind."""
        kind = self.kinds[number % len(self.kinds)]
        if self.begun[kind] % _LEFT_ALONE == 0:
            self.let(kind)
        else:
            self.kill(kind)
        self.begun[kind] += 1
        self.look()

    def look(self) -> None:
        """Raise `Lost` for anything that is half, or is not what it was."""
        target, demo = self.root / "target", self.root / "demo"
        text = (target / "run_results.json").read_text(encoding="utf-8")
        require(json.loads(text)["schema"].startswith("recsql.results/"), "these are no results")
        for page in (self.root / "r.html", *demo.glob("target/*.html")):
            whole = not page.exists() or page.read_text(encoding="utf-8").endswith("</html>\n")
            require(whole, f"half a report: {page}")
        with opened(target / "history.duckdb") as history:
            runs = history.runs()
            require(len(runs) >= self.ended["run"], "a run that had ended is not in the history")
            names = tuple(sorted(check.name for check in history.checks(runs[-1].id)))
            require(names == tuple(sorted(_CHECKS)), f"a run with half its checks: {names}")
        require(self._digest() == self.warehouse, "the user's own database was changed")
        for path in demo.glob("*.duckdb"):
            with duckdb.connect(str(path), read_only=True) as shop:
                tables = [name for (name,) in shop.execute("show tables").fetchall()]
                require(sorted(tables) == _SHOP, f"half a shop: {path.name} has {tables}")

    def last(self) -> None:
        """After all: one more of each ends well, and leaves no scratch."""
        for kind in dict.fromkeys(self.kinds):
            self.let(kind)
        self.look()
        left = [path for path in (self.root / "target").rglob("*.duckdb*") if path.is_file()]
        left = [path for path in left if path.name != "history.duckdb"]
        left += list((self.root / "demo").glob("*.wal"))
        require(not left, f"scratch is left: {left}")

    def _done(self, kind: str, limit_s: float | None) -> tuple[int | None, float]:
        """A command's exit code, None where it was killed at the limit; and its seconds."""
        words = {"run": _RUN, "report": _REPORT, "demo": ("demo", "demo", *self.demo)}[kind]
        asked, told = self.forks.stdin, self.forks.stdout
        if asked is None or told is None:
            raise ValueError("the forks have no pipes")
        asked.write(json.dumps([words, limit_s]) + "\n")
        asked.flush()
        code, seconds = json.loads(told.readline())
        return code, seconds

    def _require_well(self, kind: str, code: int | None) -> None:
        said = (self.root / "said").read_text(errors="replace")
        require(code in (0, 1), f"`{kind}` after a kill ended with {code}: {said.strip()}")
        self.ended[kind] += 1

    def _digest(self) -> str:
        """Of the user's database."""
        return hashlib.sha256((self.root / "w.duckdb").read_bytes()).hexdigest()


def main(times: int, seed: int, demo: Sequence[str], kinds: Sequence[str] = _KINDS) -> Bench:
    """Kill so many commands; raises `Lost` for the first that leaves anything half."""
    with (
        tempfile.TemporaryDirectory(prefix="recsql-kills-") as folder,
        subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", _FORKS], cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as forks,
    ):  # fmt: skip
        dice = random.Random(seed)  # noqa: S311 - no secret
        bench = Bench(Path(folder), dice, forks, tuple(demo), kinds)
        bench.prepare()
        number = 0
        while bench.killed.total() < times:
            bench.strike(number)
            number += 1
        bench.last()
    return bench


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--demo", default="--persons 12 --days 21 --world rebuilt", help="its flags"
    )
    given = parser.parse_args()
    began = time.monotonic()
    found = main(given.times, given.seed, given.demo.split())
    spent = time.monotonic() - began
    print(
        f"seed {given.seed}: {found.killed.total()} commands killed in {spent:.0f} s"
        f" {dict(found.killed)}, {found.ended.total()} ended: nothing half, nothing lost",
        flush=True,
    )
