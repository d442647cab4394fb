from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recsql import __version__, api
from recsql.cli import output
from recsql.errors import RecsqlError
from recsql.history.reading import opened
from recsql.model import Reason
from recsql.report import as_json
from tests.pictured import PICTURED
from tests.unit.conftest import Recsql, Said, Write

FINE = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
BAD = "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\nsentence: 'Too much {m}.'\n"
HEAVY = (
    "sql: select count(*) * 1.0 as m from range(10000000) as a, range(5000) as b\n"
    "  where (a.range * b.range) % 7 = 3\nmetrics: {m: }\n"
)


def results(root: Path) -> dict[str, object]:
    found = json.loads((root / "target/run_results.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


# --- report --------------------------------------------------------------------------------------


def test_report_writes_the_same_bytes_as_the_run_did(
    recsql: Recsql, write: Write, tmp_path: Path
) -> None:
    root = write({"checks/bad.yml": BAD})
    flags = {"--html": "r.html", "--junit": "j.xml", "--summary": "s.md"}
    for command, select in (("run", ("-s", "bad")), ("report", ())):
        wanted = [p for flag, name in flags.items() for p in (flag, tmp_path / command / name)]
        said = recsql(command, "--project-dir", root, *select, *wanted)
        (tmp_path / command / "out").write_text(said.out, encoding="utf-8")
    for name in (*flags.values(), "out"):
        run, report = (tmp_path / command / name for command in ("run", "report"))
        assert run.read_bytes() == report.read_bytes(), name


def test_the_page_of_an_older_results_file_names_that_file_by_its_own_hash(
    recsql: Recsql, tmp_path: Path
) -> None:
    document = json.loads(as_json.write(PICTURED))
    document["pipeline"] = {"stages": [], "hops": []}
    written = json.dumps(document).encode()
    (tmp_path / "old.json").write_bytes(written)
    said = recsql("report", tmp_path / "old.json", "--html", tmp_path / "old.html")
    assert said.code == 0
    digest = hashlib.sha256(written).hexdigest()
    assert f"sha256 <code>{digest}</code>" in (tmp_path / "old.html").read_text(encoding="utf-8")


def test_report_of_no_results_is_one_message_and_2(recsql: Recsql, tmp_path: Path) -> None:
    said = recsql("report", tmp_path / "gone.json")
    assert said.code == 2
    assert said.err.startswith(f"error: cannot read `{tmp_path / 'gone.json'}`\nhint: run")


# --- run -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [
    ("-s", "bad fine"), ("-s", "bad", "fine"), ("--select=bad", "fine"),
    ("-s", "bad", "-s", "fine"), ("--exclude", "signal_age", "slow", "-q", "-s", "bad", "fine"),
    ("-s", "bad", "fine", "slow", "-q", "--exclude", "signal_age", "slow"),
])  # fmt: skip
def test_one_flag_takes_several_names(recsql: Recsql, write: Write, words: tuple[str, ...]) -> None:
    root = write({"checks/bad.yml": BAD, "checks/fine.yml": FINE, "checks/slow.yml": FINE})
    recsql("run", "--project-dir", root, *words)
    found = results(root)["checks"]
    assert isinstance(found, list)
    assert [check["name"] for check in found] == ["bad", "fine"]


def test_a_word_after_another_flag_is_no_name(recsql: Recsql, write: Write) -> None:
    said = recsql("run", "--project-dir", write({"checks/bad.yml": BAD}), "-s", "bad", "-q", "fine")
    assert said.code == 2
    assert "fine" in said.err


def test_run_tells_a_person_the_verdict_and_ends_with_its_code(
    recsql: Recsql, write: Write
) -> None:
    root = write({"checks/bad.yml": BAD, "checks/fine.yml": FINE})
    said = recsql("run", "--project-dir", root, "-s", "bad fine")
    assert said.code == 1
    assert "Too much 9." in said.out
    assert "1 of 2 checks fails (exit code 1)" in said.out
    told = [line.partition("] ")[2].partition("  ")[0] for line in said.err.splitlines()[:2]]
    assert sorted(told) == ["FAIL bad", "PASS fine"]
    assert said.err.startswith("[1/2] ")
    assert recsql("run", "--project-dir", root, "-s", "fine").code == 0


def test_run_writes_its_results_whole_and_leaves_nothing_half(recsql: Recsql, write: Write) -> None:
    root = write({"checks/bad.yml": BAD})
    recsql("run", "--project-dir", root, "-s", "bad")
    found = results(root)
    assert found["schema"] == "recsql.results/1"
    target = root / "target"
    assert sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()) == [
        "compiled/custom/bad.sql", "dbt_run_results.json", "history.duckdb", "library.json",
        "plan.json", "run_results.json",
    ]  # fmt: skip
    assert (target / "compiled/custom/bad.sql").read_text(encoding="utf-8") == (
        "SELECT\n  9.0 AS m\n"
    )


def test_the_last_results_stay_whole_when_a_run_cannot_start(recsql: Recsql, write: Write) -> None:
    root = write({"checks/bad.yml": BAD})
    recsql("run", "--project-dir", root, "-s", "bad")
    before = (root / "target/run_results.json").read_bytes()
    (root / "recsql.yml").write_text("name: [", encoding="utf-8")
    assert recsql("run", "--project-dir", root).code == 2
    assert (root / "target/run_results.json").read_bytes() == before


def test_run_writes_the_reports_that_are_asked_for(
    recsql: Recsql, write: Write, tmp_path: Path
) -> None:
    root = write({"checks/bad.yml": BAD})
    names = [tmp_path / "out" / name for name in ("r.html", "j.xml", "s.md")]
    flags = [part for pair in zip(("--html", "--junit", "--summary"), names, strict=True)
             for part in pair]  # fmt: skip
    recsql("run", "--project-dir", root, "-s", "bad", *flags)
    texts = [path.read_text(encoding="utf-8") for path in names]
    assert [text.lower().lstrip()[:5] for text in texts[:2]] == ["<!doc", "<?xml"]
    assert all("bad" in text for text in texts)


def test_json_is_all_that_stdout_holds(recsql: Recsql, write: Write) -> None:
    root = write({"checks/bad.yml": BAD})
    said = recsql("run", "--project-dir", root, "-s", "bad", "--output", "json")
    assert json.loads(said.out)["run"]["exit_code"] == 1
    assert said.err == ""


def test_nothing_selected_is_5_and_the_nearest_name_is_told(recsql: Recsql, write: Write) -> None:
    said = recsql("run", "--project-dir", write({"checks/bad.yml": BAD}), "-s", "badd")
    assert said.code == 5
    assert "did you mean `bad`?" in said.out + said.err


def test_the_status_of_the_last_run_selects(recsql: Recsql, write: Write) -> None:
    root = write({"checks/bad.yml": BAD, "checks/fine.yml": FINE})
    recsql("run", "--project-dir", root, "-s", "bad fine")
    recsql("run", "--project-dir", root, "-s", "status:fail")
    checks = results(root)["checks"]
    assert isinstance(checks, list)
    assert [check["name"] for check in checks] == ["bad"]


def kept(root: Path) -> list[tuple[str, str, int]]:
    with opened(root / "target/history.duckdb") as history:
        return [(run.project, run.target, run.exit_code) for run in history.runs()]


def test_every_run_that_came_to_a_check_is_kept_unless_it_says_no(
    recsql: Recsql, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write({"checks/bad.yml": BAD, "checks/fine.yml": FINE})
    assert recsql("run", "--project-dir", root, "-s", "bad", "--no-history").code == 1
    monkeypatch.setenv("RECSQL_NO_HISTORY", "1")
    recsql("run", "--project-dir", root, "-s", "bad")
    monkeypatch.delenv("RECSQL_NO_HISTORY")
    assert not (root / "target/history.duckdb").exists()
    recsql("run", "--project-dir", root, "-s", "nothing")
    recsql("run", "--project-dir", root, "-s", "bad", "--dry-run")
    assert kept(root) == []
    recsql("run", "--project-dir", root, "-s", "bad")
    recsql("run", "--project-dir", root, "-s", "fine")
    assert kept(root) == [("shop", "local", 1), ("shop", "local", 0)]
    elsewhere = root / "elsewhere"
    recsql("run", "--project-dir", root, "-s", "fine", "--target-path", elsewhere)
    assert (elsewhere / "history.duckdb").exists()


def test_a_history_that_cannot_be_written_is_told_and_changes_no_verdict(
    recsql: Recsql, write: Write
) -> None:
    root = write({"checks/bad.yml": BAD, "target/history.duckdb": "torn"})
    said = recsql("run", "--project-dir", root, "-s", "bad")
    assert said.code == 1
    assert "warning: this run is not in the history: cannot open" in said.err
    assert "hint: move the file away: the next run begins a new one" in said.err
    assert "Too much 9" in said.out
    assert results(root)["run"]
    (root / "target/history.duckdb").unlink()
    recsql("run", "--project-dir", root, "-s", "bad")
    assert len(kept(root)) == 2


def test_two_windows_in_a_row_fail_a_check_that_wants_two(recsql: Recsql, write: Write) -> None:
    """`--no-history` keeps nothing, and reads what is there."""
    root = write({"checks/bad.yml": BAD + "consecutive: 2\n"})
    codes = []
    for day, flag in (("01", ()), ("02", ("--no-history",)), ("03", ()), ("04", ())):
        at = f"2026-03-{day}"
        codes.append(recsql("run", "--project-dir", root, "-s", "bad", "--as-of", at, *flag).code)
    assert codes == [0, 1, 1, 1]
    found = api.run(root, select="bad", as_of="2026-03-05")
    assert found.run.exit_code == 1
    found = api.run(root, select="bad", as_of="2026-03-01")
    assert found.checks[0].reason is Reason.FIRST_WINDOW
    assert len(kept(root)) == 3


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--sample", "200%"], "--sample 200% is not a share"),
        (["--sample", "some"], "--sample some is not a share"),
        (["--timeout", "soon"], "--timeout soon is not a duration"),
        (["--timeout", "0s"], "--timeout 0s is not a duration"),
        (["--fail-on", "pass"], "--fail-on pass is not offered"),
        (["--output", "xml"], "--output xml is not offered"),
        (["--as-of", "yesterday"], "`yesterday` is not an instant"),
        (["--vars", "[1]"], "--vars must be a mapping"),
        (["--vars", "{"], "this is not YAML"),
        (["-s", "tga:x"], "unknown selection method `tga:`"),
        (["-t", "prod"], "no profile `shop` in any profiles.yml"),
        (["--max-bytes", "much"], "--max-bytes much is not a size"),
    ],
)
def test_a_flag_that_makes_no_sense_is_one_message_and_2(
    recsql: Recsql, write: Write, flags: list[str], message: str
) -> None:
    said = recsql("run", "--project-dir", write({"checks/fine.yml": FINE}), *flags)
    assert said.code == 2
    assert said.err.startswith(f"error: {message}")
    assert "Traceback" not in said.err
    assert said.out == ""


EVIL = r"\e]0;owned\a\e[2J"
"""As YAML writes it: a title for the window, and an empty screen."""


@pytest.mark.parametrize(
    "files",
    [
        {"checks/own.yml": f'summary: "{EVIL}"\nsql: select 1.0 as m\nmetrics: {{m: }}\n'},
        {"checks/own.yml": f'sql: "select {EVIL}"\n"k{EVIL}": 1\n'},
        {"recsql.yml": f'name: "{EVIL}"\nas_of: "{EVIL}"\n'},
        {"profiles.yml": f'shop: {{outputs: {{t: {{type: duckdb, path: "{EVIL}"}}}}}}\n'},
    ],
)
@pytest.mark.parametrize("command", ["run", "ls", "debug"])
def test_names_that_drive_a_terminal_reach_none(
    recsql: Recsql, write: Write, files: dict[str, str], command: str
) -> None:
    said = recsql(command, "--project-dir", write(files), *(["-s", "own"] * (command == "run")))
    assert not {"\x1b", "\a"} & set(said.out + said.err)


def test_a_folder_without_a_project_is_one_message_and_2(recsql: Recsql, tmp_path: Path) -> None:
    said = recsql("run", "--project-dir", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"error: no recsql.yml in `{tmp_path}`\n"
        "hint: give its folder with --project-dir, or write one with `relations:` in it\n"
    )


def test_a_warehouse_that_cannot_be_reached_is_one_message_and_3(
    recsql: Recsql, write: Write
) -> None:
    profile = "shop: {target: a, outputs: {a: {type: duckdb, path: gone.duckdb}}}\n"
    said = recsql("run", "--project-dir", write({"profiles.yml": profile}))
    assert (said.code, said.err) == (3, "error: no DuckDB file `gone.duckdb`\n")


def test_a_mistake_in_the_project_is_told_with_file_line_column_source_and_hint(
    recsql: Recsql, write: Write
) -> None:
    root = write({"checks/fine.yml": FINE, "recsql.yml": "name: shop\nvars:\n  drift_windw: 6h\n"})
    said = recsql("run", "--project-dir", root, "-s", "fine")
    assert said.code == 2
    shown = said.out + said.err
    for part in (
        "unknown variable `drift_windw`", "recsql.yml:3:3", "drift_windw: 6h",
        "did you mean `drift_window`?",
    ):  # fmt: skip
        assert part in shown


def test_a_flag_beats_the_environment_and_the_environment_beats_the_file(
    recsql: Recsql, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write({"checks/bad.yml": BAD, "checks/fine.yml": FINE})
    monkeypatch.setenv("RECSQL_PROJECT_DIR", str(root))
    monkeypatch.setenv("RECSQL_SELECT", "bad fine")
    monkeypatch.setenv("RECSQL_FAIL_ON", "never")
    monkeypatch.setenv("RECSQL_AS_OF", "2026-01-01")
    assert recsql("run").code == 0
    run = results(root)["run"]
    assert isinstance(run, dict)
    assert run["as_of"] == "2026-01-01T00:00:00Z"
    assert recsql("run", "--fail-on", "fail").code == 1
    assert recsql("run", "-s", "fine", "--fail-on", "fail").code == 0


def test_dry_run_shows_the_sql_and_runs_nothing(recsql: Recsql, write: Write) -> None:
    torn = "sql: select cast('x' as int) as m\nmetrics: {m: }\n"
    root = write({"checks/torn.yml": torn})
    said = recsql("run", "--project-dir", root, "-s", "torn", "--dry-run")
    assert (said.code, said.out) == (0, "-- check torn\nSELECT\n  CAST('x' AS INT) AS m;\n")
    assert not (root / "target").exists()


def test_timeout_cancels_a_long_query(recsql: Recsql, write: Write) -> None:
    root = write({"checks/heavy.yml": HEAVY})
    started = time.perf_counter()
    said = recsql("run", "--project-dir", root, "-s", "heavy", "--timeout", "0.2s")
    assert time.perf_counter() - started < 5
    assert said.code == 3
    assert "cancelled after 0.2 s" in said.out


def test_ctrl_c_ends_with_130_and_keeps_what_was_found(write: Write) -> None:
    root = write({"checks/a.yml": BAD, "checks/heavy.yml": HEAVY})
    command = [sys.executable, "-m", "recsql", "run", "--project-dir", str(root), "-s", "a heavy"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(  # noqa: S603 - this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    partial = root / "target/runs"
    deadline = time.monotonic() + 20
    while not list(partial.glob("*/checks.jsonl")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    checks = results(root)["checks"]
    assert isinstance(checks, list)
    assert [(check["name"], check["status"]) for check in checks] == [
        ("a", "fail"), ("heavy", "skip"),
    ]  # fmt: skip
    assert "Traceback" not in err
    assert "Too much 9." in out
    assert not list(partial.glob("*/checks.jsonl"))


# --- the other commands --------------------------------------------------------------------------


def test_ls_lists_checks_models_and_cases(recsql: Recsql, write: Write) -> None:
    root = write({
        "checks/own.yml": "summary: Mine.\n" + FINE,
        "tests/own.yml": "check: own\nas_of: 2026-03-03\ncases: {c: {expect: {status: pass}}}\n",
    })  # fmt: skip
    said = recsql("ls", "--project-dir", root, "-s", "own")
    lines = said.out.splitlines()
    assert (said.code, lines[0], lines[-1], said.err) == (
        0, "check  custom.own  Mine.", "case   own::c", "",
    )  # fmt: skip
    found = json.loads(recsql("ls", "--project-dir", root, "-s", "own", "--output", "json").out)
    assert [check["name"] for check in found["checks"]] == ["own"]
    assert found["cases"] == [{"check": "own", "name": "c", "path": "tests/own.yml"}]


def test_ls_selects_by_relation_and_tells_a_misspelt_selector(recsql: Recsql, write: Write) -> None:
    text = "rows: select key from {{ relation('events') }}\n"
    root = write({"checks/own.yml": text, "checks/fine.yml": FINE})
    said = recsql("ls", "--project-dir", root, "-s", "relation:events,audit:custom")
    assert [line for line in said.out.splitlines() if line.startswith("check")] == [
        "check  custom.own"
    ]
    said = recsql("ls", "--project-dir", root, "-s", "onw")
    assert said.code == 5
    assert "did you mean `own`?" in said.err


def test_compile_writes_files_for_any_dialect_without_a_connection(
    recsql: Recsql, write: Write
) -> None:
    root = write({
        "checks/own.yml": "sql: select rs_epoch_us(event_ts) as m from {{ relation('events') }}\n"
                          "metrics: {m: }\n",
    })  # fmt: skip
    said = recsql("compile", "--project-dir", root, "-s", "own", "--dialect", "bigquery")
    assert (said.code, said.err) == (0, "")
    assert said.out == f"1 checks, 0 models → {root}/target/compiled\n"
    text = (root / "target/compiled/custom/own.sql").read_text(encoding="utf-8")
    assert "unix_micros(timestamp(event_ts))" in text.lower()


def test_compile_tells_what_it_cannot_do(recsql: Recsql, write: Write) -> None:
    root = write({"checks/own.yml": "sql: drop table x\nmetrics: {m: }\n", "checks/f.yml": FINE})
    assert recsql("compile", "--project-dir", root, "-s", "own f", "--dialect", "duckdb").code == 2
    said = recsql("compile", "--project-dir", root, "-s", "onw", "--dialect", "duckdb")
    assert said.code == 5
    assert "did you mean `own`?" in said.err
    said = recsql("compile", "--project-dir", root, "--dialect", "ducdkb")
    assert (said.code, said.err.splitlines()[0]) == (
        2, "error: --dialect ducdkb is not offered",
    )  # fmt: skip


def test_test_runs_cases_and_shows_expected_and_actual(recsql: Recsql, write: Write) -> None:
    case = "check: own\nas_of: 2026-03-03\ncases:\n  c: {expect: {status: %s}}\n"
    root = write({"checks/own.yml": FINE, "tests/own.yml": case % "fail"})
    said = recsql("test", "--project-dir", root)
    assert said.code == 1
    assert "FAIL  own::c" in said.out
    assert "      status  fail      pass" in said.out.splitlines()
    assert "tests/own.yml:4:3" in said.out
    (root / "tests/own.yml").write_text(case % "pass", encoding="utf-8")
    assert recsql("test", "--project-dir", root).code == 0
    assert recsql("test", "--project-dir", root, "-k", "nobody").code == 5
    assert recsql("test", "tests/own.yml::c", "--project-dir", root).code == 0
    assert recsql("test", "tests/own.yml::d", "--project-dir", root).code == 5
    (root / "tests/own.yml").write_text("check: onw\ncases: {}\n", encoding="utf-8")
    said = recsql("test", "--project-dir", root)
    assert said.code == 2
    assert "did you mean `own`?" in said.err


def test_debug_tells_what_is_found_and_never_a_secret(recsql: Recsql, write: Write) -> None:
    profile = "shop: {target: a, outputs: {a: {type: duckdb, token: hunter2}}}\n"
    root = write({"profiles.yml": profile})
    said = recsql("debug", "--project-dir", root)
    assert said.code == 0
    assert "target       a (duckdb)" in said.out
    assert "connection   ok: DuckDB" in said.out
    assert "10 rows  without ingested_ts, category" in said.out
    assert "hunter2" not in said.out + said.err


def test_debug_names_the_columns_that_a_relation_needs(recsql: Recsql, write: Write) -> None:
    shop = (
        "name: shop\nas_of: 2026-03-03\nrelations:\n  catalogue:\n"
        "    from: \"(select 'shoes' as category)\"\n    columns: {category: category}\n"
    )
    said = recsql("debug", "--project-dir", write({"recsql.yml": shop}))
    assert "1 rows  NEEDS item_id  without active_from" in said.out


def test_debug_tells_a_relation_that_cannot_be_read(recsql: Recsql, write: Write) -> None:
    root = write({"recsql.yml": "relations: {events: {from: gone, columns: {key: k}}}\n"})
    said = recsql("debug", "--project-dir", root)
    assert said.code == 3
    assert "broken" in said.out
    assert "recsql.yml:1:28" in said.err


def test_debug_tells_a_connection_that_fails(recsql: Recsql, write: Write) -> None:
    profile = "shop: {target: a, outputs: {a: {type: duckdb, path: gone.duckdb}}}\n"
    said = recsql("debug", "--project-dir", write({"profiles.yml": profile}))
    assert said.code == 3
    assert "connection   failed: no DuckDB file `gone.duckdb`" in said.out


FULL = """\
name: shop
as_of: 2026-03-03
history: 2d
relations:
  events:
    from: |
      select 'e' || i as event_id, case when i < 6 then 'k' end as key, 'view' as event_type,
          null as user_id, 'i' as item_id,
          timestamp '2026-02-28 12:00' + interval (i) hour as event_ts
      from range(24) as numbers(i)
  served_items:
    from: "(select 'r' as request_id, 'i' as item_id, 1 as position)"
  serving:
    from: "(select 'r' as request_id, 'k' as key, timestamp '2025-01-01' as serve_ts)"
vars: {grace: 6h, min_persons: 10}
"""


def test_debug_counts_what_a_run_would_read(recsql: Recsql, write: Write) -> None:
    said = recsql("debug", "--project-dir", write({"recsql.yml": FULL}))
    assert said.code == 0
    told = [" ".join(line.split()) for line in said.out.splitlines()]
    # 12 of the 24 hours lie in the two days before as_of, and none of them has a key
    start = next(i for i, line in enumerate(told) if line.startswith("events 12 rows"))
    assert told[start + 1 : start + 3] == [
        "event_ts 2026-03-01 00:00 to 2026-03-01 11:00 UTC",
        "NULL: key all, user_id all",
    ]
    start = next(i for i, line in enumerate(told) if line.startswith("served_items 1 rows"))
    assert told[start + 1] == "NULL: nowhere"
    start = next(i for i, line in enumerate(told) if line.startswith("serving 0 rows"))
    assert "the newest serve_ts is 2025-01-01 00:00 UTC" in told[start + 1]
    assert "relations 3 of 15 mapped; rows are those of the 48 h before as of," in told


def test_debug_tells_where_each_value_comes_from(
    recsql: Recsql, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = """\
shop:
  target: a
  outputs:
    a: {type: duckdb}
    b:
      type: duckdb
      path: "{{ env_var('SHOP_PATH') }}?token=hunter2"
      motherduck_token: hunter2
      schema: "{{ env_var('DBT_ENV_SECRET_SCHEMA') }}"
      host: postgresql://me:hunter2@db
"""
    root = write({"recsql.yml": FULL, "profiles.yml": profiles})
    monkeypatch.setenv("RECSQL_TARGET", "b")
    monkeypatch.setenv("SHOP_PATH", ":memory:")
    monkeypatch.setenv("DBT_ENV_SECRET_SCHEMA", "hunter2")
    said = recsql("debug", "--project-dir", root, "--vars", "{grace: 1h}", "--as-of", "latest")
    assert "hunter2" not in said.out + said.err
    place = root / "profiles.yml"
    wanted = {
        "project_dir": (str(root), "flag --project-dir"),
        "profile": ("shop", "default: the project's name"),
        "target": ("b", "environment RECSQL_TARGET"),
        "target.type": ("duckdb", f"{place}:6"),
        "target.path": (":memory:", f"{place}:7, environment SHOP_PATH"),
        "target.motherduck_token": ("***", f"{place}:8"),
        "target.schema": ("***", f"{place}:9, environment DBT_ENV_SECRET_SCHEMA"),
        "target.host": ("postgresql://***@db", f"{place}:10"),
        "as_of": ("latest", "flag --as-of"),
        "window": ("28d", "default"),
        "history": ("2d", "recsql.yml:3"),
        "vars.min_persons": ("10", "recsql.yml:15"),
        "vars.grace": ("1h", "flag --vars"),
    }
    lines = {
        line.removeprefix("settings").split()[0]: line for line in said.out.splitlines() if line
    }
    for name, (value, source) in wanted.items():
        assert lines[name].removeprefix("settings").split(maxsplit=2)[1:] == [value, source], name


def test_explain_says_what_a_check_measures(recsql: Recsql, tmp_path: Path) -> None:
    said = recsql("explain", "signal_age", "--project-dir", tmp_path)
    assert said.code == 0
    titles = [line for line in said.out.splitlines() if line and not line.startswith(" ")]
    assert titles[0] == "signal_freshness.signal_age"
    assert {"Question", "Metrics", "Formula", "Misleads", "Next", "SQL"} <= set(titles)
    said = recsql("explain", "signal_agee", "--project-dir", tmp_path)
    assert (said.code, said.err) == (
        2, "error: no check `signal_agee`\nhint: did you mean `signal_age`?\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    "command", ["run", "test", "compile", "ls", "debug", "explain", "report", "diff", "demo"]
)
def test_every_command_has_help_and_a_misspelt_flag_is_2(recsql: Recsql, command: str) -> None:
    assert recsql(command, "--help").code == 0
    said = recsql(command, "--nosuchflag")
    assert said.code == 2
    assert "--nosuchflag" in said.err


def test_the_version_is_told(recsql: Recsql) -> None:
    assert recsql("--version") == Said(0, f"recsql {__version__}\n", "")


# What typer itself loads is not recsql's: its older versions import rich at once.
LIGHT = """
import sys
{first}
before = set(sys.modules)
{code}
heavy = {{"duckdb", "sqlglot", "pydantic", "jinja2", "rich", "yaml", "hypothesis", "pandas"}}
print(sorted(heavy & set(sys.modules) - before))
"""
HELP = """
from recsql.cli.app import main
sys.argv = ["recsql", "--help"]
try:
    main()
except SystemExit:
    pass
"""


@pytest.mark.parametrize(
    ("first", "code"),
    [("", "import recsql"), ("import typer", "import recsql.cli.app"), ("import typer", HELP)],
)
def test_the_import_and_the_help_load_nothing_heavy(first: str, code: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    found = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-W", "error", "-c", LIGHT.format(first=first, code=code)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert found.stdout.splitlines()[-1] == "[]"


# --- output --------------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.txt"
    output.write_file(path, "one")
    output.write_file(path, "two")
    assert path.read_text(encoding="utf-8") == "two"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(RecsqlError, match="cannot write"):
        output.write_file(path / "below", "x")


def test_what_stdout_cannot_show_does_not_break_it(write: Write) -> None:
    root = write({"checks/own.yml": "summary: Ünï → ☃\n" + FINE})
    environment = {
        **os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "ascii",
    }  # fmt: skip
    found = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "recsql", "ls", "--project-dir", str(root), "-s", "own"],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[0] == "check  custom.own  ?n? ? ?"


def test_test_writes_for_machines(recsql: Recsql, write: Write) -> None:
    cases = "  a: {expect: {status: fail}}\n  b: {expect: {status: pass}}\n"
    case = f"check: own\nas_of: 2026-03-03\ncases:\n{cases}"
    root = write({"checks/own.yml": FINE, "tests/own.yml": case})
    junit = root / "out" / "junit.xml"
    said = recsql("test", "--project-dir", root, "--output", "json", "--junit", junit)
    assert (said.code, json.loads(said.out)["summary"]) == (1, {"passed": 1, "failed": 1})
    assert 'failures="1"' in junit.read_text(encoding="utf-8")
    said = recsql("test", "--project-dir", root, "--output", "github", "-x")
    assert said.out.startswith("::error file=tests/own.yml,line=4,title=case own%3A%3Aa::")
    assert "0 passed, 1 failed" in said.out
    assert recsql("test", "--project-dir", root, "--output", "xml").code == 2


def test_test_mutates_and_tells_the_survivors(recsql: Recsql, write: Write) -> None:
    case = "check: own\nas_of: 2026-03-03\ncases:\n  a: {expect: {status: pass}}\n"
    root = write({"checks/own.yml": FINE, "tests/own.yml": case})
    said = recsql("test", "--project-dir", root, "--mutate")
    assert (said.code, said.out.splitlines()[-1]) == (1, "0 of 1 mutants noticed (0 %)")
    said = recsql("test", "--project-dir", root, "--mutate", "--output", "json")
    (check,) = json.loads(said.out)["checks"]
    assert [(each["from"], each["to"]) for each in check["survivors"]] == [("1.0 AS m", "2.0 AS m")]
    assert recsql("test", "--project-dir", root, "--mutate", "-k", "nobody").code == 5
