from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

Write = Callable[[Mapping[str, str]], Path]

FILES = {
    "checks/own.yml": "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\n",
    "tests/a.yml": (
        "check: own\nas_of: 2026-03-03\ncases:\n"
        "  holds: {expect: {status: fail}}\n  breaks: {expect: {status: pass, metrics: {m: 8}}}\n"
    ),
    "tests/other.yml": "some: data\n",
    "tests/test_more.py": "def test_more():\n    pass\n",
}


def pytest_in(root: Path, *flags: str) -> tuple[int, str]:
    command = [
        sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider",
        "-p", "no:xdist", "-p", "no:hypothesispytest", "-p", "recsql.testing.plugin", *flags,
    ]  # fmt: skip
    measured = {name: text for name, text in os.environ.items() if name.startswith("COVERAGE_")}
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": "", **measured}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)  # noqa: S603, PLW1510 - our own command, whose exit code is looked at
    return done.returncode, done.stdout


def test_each_case_is_an_item_that_fails_with_what_differs(write: Write) -> None:
    code, told = pytest_in(write(FILES), "--recsql")
    assert code == 1
    assert "1 failed, 2 passed" in told
    assert "tests/a.yml:5:3" in told
    assert "expected  actual" in told
    assert "status  pass      fail" in told
    assert "m       8         9.0" in told
    assert "Traceback" not in told


def test_a_case_file_with_a_mistake_is_told_with_its_place(write: Write) -> None:
    code, told = pytest_in(write({**FILES, "tests/a.yml": "check: onw\ncases: {}\n"}), "--recsql")
    assert (code, "did you mean `own`?" in told, "tests/a.yml:1:1" in told) == (2, True, True)


def test_without_the_flag_nothing_is_collected_and_nothing_imported(write: Write) -> None:
    script = "import sys\ndef test_more():\n    assert 'recsql.model' not in sys.modules\n"
    code, told = pytest_in(write({**FILES, "tests/test_more.py": script}))
    assert (code, "1 passed" in told) == (0, True)


def test_the_hook_calls_a_command_that_there_is() -> None:
    text = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (hook,) = yaml.safe_load(text)
    assert hook["entry"].split()[:2] == ["recsql", "test"]
