"""Reading and compiling the library takes no more calls than are committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "benchmarks"

# A module of recsql's that reads the library makes a share of its calls once more, for nothing.
SLOWER = """
import sys
sys.path.insert(0, {scripts!r})
import compile_counts
from recsql.project import catalog

usual = compile_counts.calls_of(lambda: catalog.read(None))["recsql"]
more, read = round({share} * usual), catalog.read

def slower(*given):
    exec(wasted, {{"abs": abs, "range": range}})
    return read(*given)

wasted = compile(f"for _ in range({{more}}): abs(0)", catalog.__file__, "exec")
catalog.read = slower
sys.argv[1:] = ["--phases", "read"]
sys.exit(compile_counts.main())
"""


def told(*arguments: str) -> tuple[int, str]:
    """The exit code and the text of a process; skips where nothing is known to compare with."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    if "no counts are known" in done.stdout:
        assert done.returncode == 0
        pytest.skip(done.stdout.splitlines()[-1])
    return done.returncode, done.stdout


def test_the_library_is_compiled_in_as_many_calls_as_are_committed() -> None:
    code, text = told(str(SCRIPTS / "compile_counts.py"))
    assert code == 0, text
    assert [line.split()[0] for line in text.splitlines() if " all " in line] == [
        "read", "compile", "kept",
    ]  # fmt: skip


@pytest.mark.parametrize(("share", "code"), [(0.15, 0), (0.25, 1)])
def test_a_quarter_more_work_is_noticed(share: float, code: int) -> None:
    found = told("-c", SLOWER.format(scripts=str(SCRIPTS), share=share))
    assert found[0] == code, found[1]
    assert ("benchmarks/compile_counts.py --write" in found[1]) == (code == 1)
    assert ("read recsql: " in found[1]) == (code == 1)


def test_without_known_counts_nothing_fails(tmp_path: Path) -> None:
    text = (SCRIPTS / "compile_counts.py").read_text(encoding="utf-8")
    script = tmp_path / "compile_counts.py"
    script.write_text(text, encoding="utf-8")
    script.with_suffix(".json").write_text("{}", encoding="utf-8")
    with pytest.raises(pytest.skip.Exception, match="nothing is compared"):
        told(str(script), "--phases", "read")
