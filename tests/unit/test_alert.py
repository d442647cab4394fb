"""`--on-fail`: who is told of what, and that a verdict never hangs on it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from recsql.cli.alert import alert
from tests.pictured import PICTURED
from tests.unit.conftest import Recsql, Write
from tests.unit.test_cli import BAD, FINE

LISTENER = """
import json, os, sys
from pathlib import Path
text = sys.stdin.read()
names = ("RECSQL_EXIT_CODE", "RECSQL_VERDICT", "RECSQL_ON_FAIL")
Path(sys.argv[1]).write_text(json.dumps([json.loads(text), *map(os.environ.get, names)]))
print("told")
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    """A command that writes down what it was told."""
    program = tmp_path / "listener.py"
    program.write_text(LISTENER, encoding="utf-8")
    return shlex.join([sys.executable, str(program), str(tmp_path / "heard.json")])


def heard(tmp_path: Path) -> list[object]:
    found = json.loads((tmp_path / "heard.json").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def test_a_failing_run_tells_the_command_its_results(
    recsql: Recsql,
    write: Write,
    tmp_path: Path,
    command: str,
) -> None:
    root = write({"checks/bad.yml": BAD})
    said = recsql(
        "run", "--project-dir", root, "-s", "bad", "--output", "json", "--on-fail", command
    )
    document, code, verdict, again = heard(tmp_path)
    assert document == json.loads((root / "target/run_results.json").read_text(encoding="utf-8"))
    assert document == json.loads(said.out)
    assert (said.code, code, verdict, again) == (1, "1", "1 of 1 check fails", None)
    assert said.err == "told\n"


def test_a_run_that_ends_well_tells_nobody(
    recsql: Recsql,
    write: Write,
    tmp_path: Path,
    command: str,
) -> None:
    root = write({"checks/fine.yml": FINE})
    assert recsql("run", "--project-dir", root, "-s", "fine", "--on-fail", command).code == 0
    assert recsql("run", "--project-dir", root, "-s", "none", "--on-fail", command).code == 5
    assert not (tmp_path / "heard.json").exists()


def test_a_run_that_cannot_begin_tells_its_problem(
    recsql: Recsql, write: Write, tmp_path: Path, command: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    root = write({"profiles.yml": "shop: {target: t, outputs: {t: {type: duckdb, path: no.db}}}"})
    monkeypatch.setenv("RECSQL_ON_FAIL", command)
    said = recsql("run", "--project-dir", root)
    document, code, verdict, again = heard(tmp_path)
    assert isinstance(document, dict)
    assert (said.code, code, again) == (3, "3", None)
    assert verdict == "No check ran, 1 problem set aside"
    assert document["checks"] == []
    assert [problem["message"] for problem in document["problems"]] == ["no DuckDB file `no.db`"]
    assert not (root / "target/run_results.json").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("exit 7", "warning: the command of --on-fail ended with 7\n"),
        ("echo oops >&2; exit 1", "oops\nwarning: the command of --on-fail ended with 1\n"),
        ("true", ""),  # it does not read what it is given
    ],
)
def test_what_becomes_of_the_command_is_told(
    command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alert(command, PICTURED)
    assert capsys.readouterr() == ("", said)


def test_a_command_that_is_not_done_in_time_is_ended_with_what_it_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As long as one of them is there, it keeps the pipe open, and this test waiting."""
    alert("sleep 300 & sleep 300; true", PICTURED, patience_s=0.2)
    said = "warning: the command of --on-fail was ended after 0 s\n"
    assert capsys.readouterr() == ("", said)
