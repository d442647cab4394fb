from __future__ import annotations

import subprocess
import sys

from recsql.report import WRITERS


def test_the_table_names_every_format() -> None:
    assert list(WRITERS) == [
        "text", "json", "dbt", "junit", "markdown", "github", "html", "notebook"
    ]  # fmt: skip


def test_the_package_and_the_terminal_load_nothing_heavy() -> None:
    code = (
        "import sys, recsql.report, recsql.report.as_terminal\n"
        "print([name for name in ('jinja2', 'rich', 'duckdb', 'sqlglot') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter and text
    assert run.stdout == "[]\n"
