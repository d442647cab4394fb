"""One run in every format, byte for byte.

After a wanted change: RECSQL_GOLDEN=write python -m pytest tests/unit/test_report_golden.py,
then read the diff.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from recsql.report import WRITERS, Writer, as_json, as_terminal
from recsql.results import RunResult

GOLDEN = Path(__file__).parents[1] / "golden" / "report"

FILES: dict[str, Writer] = {
    "run_results.json": WRITERS["json"],
    "dbt_run_results.json": WRITERS["dbt"],
    "report.html": WRITERS["html"],
    "summary.md": WRITERS["markdown"],
    "junit.xml": WRITERS["junit"],
    "github.txt": WRITERS["github"],
    "terminal_110.txt": partial(as_terminal.write, width=110),
    "terminal_92.txt": partial(as_terminal.write, width=92),
    "terminal_60_ascii.txt": partial(as_terminal.write, width=60, unicode=False),
    "terminal_92_colour.txt": partial(as_terminal.write, width=92, colour=True),
}


@pytest.fixture(scope="module")
def shop() -> RunResult:
    return as_json.read((GOLDEN / "run_results.json").read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_the_shop_reads_as_in_its_golden_file(name: str, shop: RunResult) -> None:
    written = FILES[name](shop)
    if os.environ.get("RECSQL_GOLDEN") == "write":
        (GOLDEN / name).write_bytes(written.encode())
    assert written.encode() == (GOLDEN / name).read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_writing_twice_gives_the_same_bytes(name: str, shop: RunResult) -> None:
    again = as_json.read(as_json.write(shop))
    assert FILES[name](again) == FILES[name](shop)
