"""What a process loads before it does anything: what is kept spares the slowest imports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, str]], Path]

PROGRAM = """
import sys
from recsql.cli.app import main
sys.argv = ["recsql", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    print("code", ended.code)
print([name for name in ("sqlglot", "jinja2", "pydantic", "rich") if name in sys.modules])
"""
FILES = {
    "checks/own.yml": (
        "sql: select count(*) * {{ var('times') }} as m from {{ ref('events') }} as events\n"
        "metrics: {m: {error_if: '> 5'}}\n"
    ),
    "tests/own.yml": (
        "check: own\nas_of: 2026-03-03\ncases:\n"
        "  none: {given: {events: []}, expect: {metrics: {m: 0}}}\n"
        "  one:\n"
        "    given:\n"
        "      events: [{event_id: a, key: k, event_ts: 2026-03-01 10:00:00, event_type: view}]\n"
        "    vars: {times: 3}\n"
        "    expect: {metrics: {m: 3}}\n"
    ),
}


def process(root: Path, *words: str, program: str = PROGRAM) -> list[str]:
    """The last two lines of a whole process."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    found = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program, *words, "--project-dir", str(root)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    return found.stdout.splitlines()[-2:]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "-s", "own"), 1),
        (("run", "-s", "own", "--threads", "2", "--timeout", "5m"), 1),
        (("test", "-k", "own"), 0),
    ],
)
def test_what_was_compiled_before_needs_no_template_and_no_parser(
    write: Write, words: tuple[str, ...], code: int
) -> None:
    root = write(FILES)
    with (root / "recsql.yml").open("a", encoding="utf-8") as config:
        config.write("vars: {times: 1}\n")
    first = process(root, *words)
    second = process(root, *words)
    assert "'sqlglot', 'jinja2'" in first[1]
    assert first[0] == second[0]
    # an older typer imports rich whatever it is asked
    assert second[1] in (("[]", "['rich']") if version("typer") < "0.16" else ("[]",))
    assert second[0] == f"code {code}"


def test_only_the_command_that_is_called_is_imported(write: Write) -> None:
    names = '"recsql.cli.demo", "recsql.cli.ls"'
    program = PROGRAM.replace('"sqlglot", "jinja2", "pydantic", "rich"', names)
    root = write(FILES)
    assert process(root, "ls", "-s", "own", program=program)[-1] == "['recsql.cli.ls']"
