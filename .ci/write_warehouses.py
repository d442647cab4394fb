"""Run the library of cases on engines, and write docs/warehouses.md from what was seen.

`python .ci/write_warehouses.py duckdb postgres clickhouse` runs the named ones; what was seen of
the others stays in docs/warehouses.json. Without a name only the page is written anew. `bigquery`
is not executed: its text goes through the analyzer of Google's own dialect. With `--check` nothing
is written, and a case that fails where the page says that all pass ends with 1. With `--minutes N`
no case begins later than that, and the page says how many were tried.

`python .ci/write_warehouses.py --drivers redshift trino` runs the tests of the named drivers
against imitations instead, and keeps what was seen in docs/drivers.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the imports below are of this checkout: hence E402

from recsql.model import Target  # noqa: E402
from recsql.project.contract import DIALECTS  # noqa: E402
from recsql.project.load import load  # noqa: E402
from recsql.results import CaseResult  # noqa: E402
from recsql.testing.remembering import Remembering  # noqa: E402
from recsql.testing.suite import Chosen, Found, collected, read_cases, run_on  # noqa: E402
from recsql.warehouses import connect  # noqa: E402

SEEN = ROOT / "docs" / "warehouses.json"
DRIVERS = ROOT / "docs" / "drivers.json"
PAGE = ROOT / "docs" / "warehouses.md"

_HEAD = """# Warehouses

Written by `.ci/write_warehouses.py` from what it ran; do not edit. A case is a fixture with the
numbers that a check must find in it. Fixtures are computed by DuckDB and put into the warehouse as
typed tables, so that only the check's own SQL is tried there.

| warehouse | tier | seen | seconds |
|---|---|---|---:|
"""

_TIERS = """
- **values**: the whole library of cases was executed there, with the same numbers.
- **some values**: it was executed there, and part of it passes or was tried. Experimental.
- **plumbing**: the real driver talked to an imitation of the warehouse, in
  `tests/warehouses/test_warehouse_*.py`: connecting, values, working tables, errors, cancelling,
  retries. Snowflake's is `fakesnow`, Redshift's is PostgreSQL, whose protocol it speaks, and the
  others are small servers of the tests' own before DuckDB. Whether the warehouse itself takes the
  text of a check, or answers as its imitation does, is not known. Experimental.
  Of Snowflake's driver neither cancelling nor retries were tried.
- **text**: no such engine was at hand, and no driver was tried. Every check compiles for it, and
  the text parses again as its dialect (`tests/unit/test_dialect_texts.py`); it was not executed.
  BigQuery's text is also read by GoogleSQL's own analyzer
  (`tests/warehouses/test_analyzer_bigquery.py`), which resolves each name and type.

On PostgreSQL and ClickHouse `recsql run` on a simulated shop gives DuckDB's numbers, too, to 1e-9,
and what goes wrong on a server is tried (`tests/warehouses/`). Seconds are by the clock, on a
machine with other work.

ClickHouse is its engine as a library (`chdb`), through the driver that servers are used with
(`clickhouse-connect`). No package of pip or apt has a server of today. Its errors, cancelling,
retries, read-only sessions and temp tables over HTTP are tried with the same engine behind a small
HTTP server of the tests' own, which is not ClickHouse's: passwords and HTTP statuses are its.
"""


_IMITATED = {
    "bigquery": ("google-cloud-bigquery", "a small server"),
    "databricks": ("databricks-sql-connector", "a small server"),
    "redshift": ("redshift-connector", "PostgreSQL"),
    "snowflake": ("snowflake-connector-python", "fakesnow"),
    "trino": ("trino", "a small server"),
}
"""Whose driver is tried, and against what."""


def main(
    names: list[str], *, check: bool = False, minutes: float | None = None, drivers: bool = False
) -> None:
    """Run the cases on the named engines, and write the page, or only say what has changed."""
    seen = _seen()
    if drivers:
        for name in names:
            _keep(DRIVERS, {**_read(DRIVERS), name: _driven(name)})
        names = []
    for name in names:
        found = _analyzed() if name == "bigquery" else _tried(name, minutes)
        if check:
            _compared(name, found, seen.get(name))
            continue
        seen = {**_seen(), name: found}
        _keep(SEEN, seen)
    PAGE.write_text(page(seen, _read(DRIVERS)))


def _compared(name: str, found: dict[str, object], before: dict[str, object] | None) -> None:
    print(f"{name}: {found['passed']} of {found['cases']} cases pass in {found['seconds']} s")
    all_passed = before is not None and before["passed"] == before["cases"]
    if all_passed and found["passed"] != found["cases"]:
        sys.exit(f"{name} no longer passes: {', '.join(map(str, _listed(found)))}")


def _listed(found: dict[str, object]) -> list[object]:
    failing = found["failing"]
    return failing if isinstance(failing, list) else []


def _seen() -> dict[str, dict[str, object]]:
    return _read(SEEN)


def _read(path: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _keep(path: Path, found: dict[str, dict[str, object]]) -> None:
    path.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")


def page(seen: dict[str, dict[str, object]], driven: dict[str, dict[str, object]]) -> str:
    """The page for what was seen of the engines, and of the drivers alone."""
    rows = [
        f"| {name} | {' | '.join(_row(seen.get(name), driven.get(name)))} |" for name in DIALECTS
    ]
    return _HEAD + "\n".join(rows) + "\n" + _TIERS + _failing(seen)


def _row(found: dict[str, object] | None, driven: dict[str, object] | None) -> tuple[str, str, str]:
    if found is None or "statements" in found:
        words = [_text(found)]
        if driven is not None:
            words.append(_plumbing(driven))
        return "text" if driven is None else "plumbing", "; ".join([*words, "never executed"]), ""
    passed, cases, whole = found["passed"], found["cases"], found.get("library")
    tier = "values" if passed == cases and whole is None else "some values"
    of = f"{cases}" if whole is None else f"{cases} that were tried, of {whole},"
    seen = f"{passed} of {of} cases pass on {found['version']}"
    return tier, seen, str(found.get("seconds", ""))


def _text(found: dict[str, object] | None) -> str:
    if found is None:
        return "compiled, parsed back"
    sound, statements = found["sound"], found["statements"]
    return f"{sound} of {statements} statements are sound to {found['version']}"


def _plumbing(driven: dict[str, object]) -> str:
    passed, tests = driven["passed"], driven["tests"]
    return f"{passed} of {tests} tests of {driven['driver']} pass against {driven['imitation']}"


def _driven(name: str) -> dict[str, object]:
    """What the tests of a driver come to; nothing is kept of a run in which one was skipped."""
    driver, imitation = _IMITATED[name]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        path = f"tests/warehouses/test_warehouse_{name}.py"
        command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", path]
        subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - pytest of this environment
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 - just written
    counts = {} if suite is None else {k: int(suite.get(k, 0)) for k in _COUNTS}
    if not counts or not counts["tests"] or counts["skipped"]:
        sys.exit(f"the tests of {name}'s driver did not run here: its extra is not installed")
    passed = counts["tests"] - counts["failures"] - counts["errors"]
    version = f"{driver} {metadata.version(driver)}"
    if imitation == "fakesnow":
        imitation = f"fakesnow {metadata.version('fakesnow')}"
    return {"driver": version, "imitation": imitation, "passed": passed, "tests": counts["tests"]}


_COUNTS = ("tests", "failures", "errors", "skipped")


def _failing(seen: dict[str, dict[str, object]]) -> str:
    text = ""
    for name, found in sorted(seen.items()):
        if failing := _listed(found):
            listed = ", ".join(f"`{check}`" for check in failing)
            text += f"\nOn {name} these checks have cases that fail: {listed}.\n"
    return text


def _analyzed() -> dict[str, object]:
    from tests.warehouses.test_analyzer_bigquery import (  # noqa: PLC0415 - needs zetasql
        analysis,
        translated_once,
    )

    with tempfile.TemporaryDirectory() as folder, translated_once():
        statements, refused = analysis(Path(folder))
    version = f"GoogleSQL's analyzer (zetasql {metadata.version('zetasql')})"
    sound = statements - len(refused)
    return {"statements": statements, "sound": sound, "failing": [*refused], "version": version}


def _tried(name: str, minutes: float | None) -> dict[str, object]:
    loaded = load(ROOT, optional=True)
    library = sum(len(cases) for cases, _ in read_cases(loaded, Chosen()))
    with _target(name) as target:
        warehouse = connect(target, ROOT)
        started = time.perf_counter()
        try:
            bench = Remembering(warehouse) if name == "spark" else warehouse
            timely = _timely(run_on(loaded, bench, Chosen()), minutes)
            results, problems = collected(timely, _said)
        finally:
            seconds = round(time.perf_counter() - started)
            version = warehouse.version()
            warehouse.close()
    if problems:
        sys.exit(problems[0].message)
    found = _summary(results, version, seconds)
    return found if len(results) == library else {**found, "library": library}


def _timely(files: Iterable[Found], minutes: float | None) -> Iterator[Found]:
    """The files as they come, without what would begin too late."""
    deadline = None if minutes is None else time.monotonic() + 60 * minutes
    for file in files:
        yield replace(file, results=_until(deadline, file.results))
        if deadline is not None and time.monotonic() > deadline:
            return


def _until(deadline: float | None, results: Iterable[CaseResult]) -> Iterator[CaseResult]:
    for result in results:
        yield result
        if deadline is not None and time.monotonic() > deadline:
            return


def _said(result: CaseResult) -> None:
    told = [f"{d.what}: expected {d.expected}, actual {d.actual}" for d in result.mismatches]
    if result.problem is not None:
        told.append(result.problem.message)
    words = "passes" if result.passed else f"FAILS {told}"
    print(f"{result.case.check}::{result.case.name} {words}", file=sys.stderr, flush=True)


def _summary(results: Sequence[CaseResult], version: str, seconds: int) -> dict[str, object]:
    failing = sorted({result.case.check for result in results if not result.passed})
    passed = sum(result.passed for result in results)
    return {
        "cases": len(results),
        "passed": passed,
        "failing": failing,
        "version": version,
        "seconds": seconds,
    }


@contextmanager
def _target(name: str) -> Iterator[Target]:
    from tests.warehouses.conftest import SPARK, served  # noqa: PLC0415 - needs the tests' extras

    settings = {"clickhouse": {"driver": "chdb"}, "spark": SPARK}
    if name != "postgres":
        yield Target("t", name, dict(settings.get(name, {})))
        return

    folder = Path(tempfile.mkdtemp(prefix="recsql-pg-"))
    try:
        for conninfo in served(folder):
            yield Target("t", name, dict(part.split("=") for part in conninfo.split()))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--drivers", action="store_true")
    asked = parser.parse_args()
    main(asked.names, check=asked.check, minutes=asked.minutes, drivers=asked.drivers)
