"""From an empty directory to a verdict on one's own tables; the gate does it from the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "newcomer"


@pytest.mark.skipif(not SCRIPT.is_file(), reason="a source distribution has no .ci folder")
def test_a_newcomer_gets_verdicts_on_foreign_tables_and_adds_a_check(tmp_path: Path) -> None:
    recsql = Path(sys.executable).with_name("recsql")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RECSQL_", "DBT_")) and name != "CI"
    }
    said = subprocess.run(  # noqa: S603 - our own script
        [str(SCRIPT), str(recsql)],
        env={**environment, "HOME": str(tmp_path)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
