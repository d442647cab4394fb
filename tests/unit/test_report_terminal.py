from __future__ import annotations

import re
from pathlib import Path

import pytest

from recsql.errors import Location
from recsql.model import Problem, Reason, Status, Unit
from recsql.report import as_json, as_terminal
from recsql.report.table import Column, flow, widths
from recsql.report.text import columns
from recsql.results import AuditResult, CheckResult, MetricResult, RunResult
from tests.pictured import RUN

GOLDEN = Path(__file__).parents[1] / "golden" / "report"
SIGNAL_AGE = CheckResult(
    name="signal_age",
    audit="signal_freshness",
    status=Status.FAIL,
    sentence="Half of 5,120 requests were ranked on signals older than 50 h.",
    next="Refresh every 6 h.",
    elapsed_s=0.2,
    compiled_path="target/compiled/signal_age.sql",
    metrics=(
        MetricResult(
            "median_signal_age",
            {},
            180000.0,
            Unit.SECONDS,
            154800.0,
            190800.0,
            5120.0,
            error_if="> 6h",
            status=Status.FAIL,
        ),
    ),
)
FRESHNESS = AuditResult("signal_freshness", "Fresh?", Status.FAIL, "Signals are old.", "Refresh.")
SHOP = RunResult(RUN, (FRESHNESS,), (SIGNAL_AGE,))


@pytest.fixture(scope="module")
def shop() -> RunResult:
    return as_json.read((GOLDEN / "run_results.json").read_text("utf-8"))


def test_a_wide_terminal_gets_a_table() -> None:
    assert (
        as_terminal.write(SHOP, width=110)
        == """\
recsql 0.1.0  shop  prod (duckdb)  28 d before 2026-03-03 12:00 UTC

  status     check             measured                             limit               n   time

✗ FAIL     signal_freshness
           Signals are old.
  ✗ FAIL     signal_age        median_signal_age 50 h (43 to 53 h)  > 6 h           5,120  0.2 s

✗ FAIL  signal_age
  Why   Half of 5,120 requests were ranked on signals older than 50 h.
  Next  Refresh every 6 h.
  SQL   target/compiled/signal_age.sql

Done. PASS=0 WARN=0 FAIL=1 UNKNOWN=0 SKIP=0 ERROR=0 INFO=0 TOTAL=1
1 of 1 check fails (exit code 1)
"""
    )


def test_a_narrow_terminal_gets_two_lines_for_each_check() -> None:
    assert (
        as_terminal.write(SHOP, width=60, unicode=False)
        == """\
recsql 0.1.0  shop  prod (duckdb)
28 d before 2026-03-03 12:00 UTC

x FAIL     signal_freshness
           Signals are old.
  x FAIL     signal_age
             median_signal_age 50 h (43 to 53 h), limit
             > 6 h, n 5,120, 0.2 s

x FAIL  signal_age
  Why   Half of 5,120 requests were ranked on signals older
        than 50 h.
  Next  Refresh every 6 h.
  SQL   target/compiled/signal_age.sql

Done. PASS=0 WARN=0 FAIL=1 UNKNOWN=0 SKIP=0 ERROR=0 INFO=0 TOTAL=1
1 of 1 check fails (exit code 1)
"""
    )


def test_an_empty_run_still_ends_with_dbts_line_and_the_verdict() -> None:
    assert (
        as_terminal.write(RunResult(RUN, (), ()), width=80)
        == """\
recsql 0.1.0  shop  prod (duckdb)  28 d before 2026-03-03 12:00 UTC

Done. PASS=0 WARN=0 FAIL=0 UNKNOWN=0 SKIP=0 ERROR=0 INFO=0 TOTAL=0
No check ran (exit code 1)
"""
    )


def test_a_broken_check_shows_the_warehouses_lines_and_the_place() -> None:
    message = "Binder Error: no column x\nLINE 1: select x\n               ^"
    problem = Problem("c", message, Location("recsql.yml", 41, 19))
    check = CheckResult("c", "a", Status.ERROR, problem=problem)
    assert """\
◆ ERROR  c
  Why   Binder Error: no column x
        LINE 1: select x
                       ^
  At    recsql.yml:41:19
""" in as_terminal.write(RunResult(RUN, (), (check,)), width=92)


def test_a_problem_says_what_where_and_how_to_mend_it() -> None:
    place = Location("recsql.yml", 14, 7, "  drift_windw: 6h")
    problem = Problem("check x", "unknown variable `drift_windw`", place, "did you mean `y`?")
    assert """\
error: unknown variable `drift_windw`
  --> recsql.yml:14:7
   |  drift_windw: 6h
hint: did you mean `y`?
""" in as_terminal.write(RunResult(RUN, (), (), (problem,)), width=92)


def test_a_skipped_check_says_what_is_missing() -> None:
    sentence = "The project maps no relation catalogue."
    check = CheckResult("orphans", "a", Status.SKIP, Reason.NOT_COMPUTABLE, sentence)
    written = as_terminal.write(RunResult(RUN, (), (check,)), width=110)
    assert f"○ SKIP     orphans           not run: {sentence}" in written


@pytest.mark.parametrize("width", [60, 91, 92, 110])
@pytest.mark.parametrize("unicode", [True, False])
def test_lines_fit_the_terminal(shop: RunResult, width: int, unicode: bool) -> None:
    written = as_terminal.write(shop, width=width, unicode=unicode)
    free = ("  SQL   ", "  At    ", "  --> ", "Done. ")
    assert [
        line for line in written.split("\n") if columns(line) > width and not line.startswith(free)
    ] == []
    assert unicode or written.isascii()


@pytest.mark.parametrize("width", [60, 92])
def test_colour_changes_nothing_but_the_colour(shop: RunResult, width: int) -> None:
    plain = as_terminal.write(shop, width=width)
    coloured = as_terminal.write(shop, width=width, colour=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b" not in plain
    assert [line.rstrip() for line in bare.split("\n")] == plain.split("\n")


def test_every_status_has_its_own_glyph_and_its_word() -> None:
    glyphs = {}
    for status in Status:
        audit = AuditResult("a", "?", status, "", "")
        glyphs[status] = as_terminal.write(RunResult(RUN, (audit,), ())).split("\n")[2].split()[:2]
    assert glyphs == {
        Status.PASS: ["✓", "PASS"],
        Status.WARN: ["▲", "WARN"],
        Status.FAIL: ["✗", "FAIL"],
        Status.UNKNOWN: ["?", "UNKNOWN"],
        Status.SKIP: ["○", "SKIP"],
        Status.ERROR: ["◆", "ERROR"],
        Status.INFO: ["•", "INFO"],
    }


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (
            SIGNAL_AGE,
            "[4/9] FAIL signal_age  median_signal_age 50 h  (limit > 6 h)  0.2 s",
        ),
        (CheckResult("orphans", "a", Status.SKIP), "[4/9] SKIP orphans  not run  0.0 s"),
        (CheckResult("\x1b[2Jevil\nname", "a", Status.PASS),
         "[4/9] PASS evil name  not measured  0.0 s"),
    ],
)  # fmt: skip
def test_a_finished_check_is_one_line(check: CheckResult, line: str) -> None:
    assert as_terminal.progress_line(check, 4, 9) == line


def test_columns_yield_in_their_order() -> None:
    table = [Column("a", 2, 10), Column("b", 2, 10, yields=2), Column("c", 2, 10, yields=1)]
    rows = [["x" * 8, "y" * 8, "z" * 8]]
    assert widths(table, rows, 40) == [8, 8, 8]
    assert widths(table, rows, 24) == [8, 8, 4]
    assert widths(table, rows, 18) == [8, 4, 2]
    assert widths(table, rows, 5) == [8, 2, 2]
    assert widths(table, [], 40) == [2, 2, 2]


def test_parts_flow_onto_the_next_line() -> None:
    assert flow(["abc", "de", "fgh", "ijklmno"], 7) == ["abc  de", "fgh", "ijklmno"]
