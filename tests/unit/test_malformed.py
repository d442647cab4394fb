"""Malformed inputs: what each is told, where it stands, and that everything else runs.

`tests/malformed/` is a table: a file of the table, an input's name, what it is, what it says. All
checks of `checks.yml` stand in one project beside a healthy one, and run together, once.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
import yaml

import recsql
from recsql.cli.app import main
from recsql.errors import RecsqlError
from recsql.model import Problem, Status
from recsql.project.load import load
from recsql.results import RunResult
from recsql.testing import casefile
from tests.unit.conftest import SHOP

TABLE = Path(__file__).parents[1] / "malformed"
HEALTHY = "rows: select 1 as one where 1 = 0\n"
CATALOGUE = "  catalogue: {from: \"(select 'i1' as item_id)\"}\n"
FOLDERS = {"models": "checks/models", "parametrised": "checks/parametrised", "macros": "macros"}


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its files under the project, or the words of a command, and what it says."""

    name: str
    files: Mapping[str, str]
    says: tuple[str, ...]
    words: tuple[str, ...] = ()


def table(name: str) -> dict[str, Input]:
    entries = yaml.safe_load((TABLE / f"{name}.yml").read_text(encoding="utf-8"))
    return {key: Input(key, *_read(key, entry)) for key, entry in entries.items()}


def _read(
    name: str, entry: Mapping[str, object]
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    says, words = entry.get("says", ()), str(entry.get("words", ""))
    assert isinstance(says, list)
    files: dict[str, str] = {}
    for key, text in entry.items():
        parts = key.split("/")  # `yml` and `sql` of the check itself, or `models/x/sql`
        if parts[-1] in ("yml", "sql"):
            kind, stem = ("", name) if len(parts) == 1 else (parts[0], parts[1])
            files[f"{FOLDERS.get(kind, 'checks')}/{stem}.{parts[-1]}"] = str(text)
    return files, tuple(says), tuple(shlex.split(words))


_LIBRARY = load(TABLE, optional=True).catalog
CHECKS, CONFIGS, CASES, COMMANDS = (table(n) for n in ("checks", "config", "cases", "commands"))


def shown(problem: Problem | RecsqlError) -> str:
    hint = f" [{problem.hint}]" if problem.hint else ""
    return f"{problem.location}: {problem.message}{hint}"


def same(told: Iterable[str], expected: Iterable[str]) -> bool:
    """Whether the messages are the same; `…` stands for words of a library, by its version."""
    told, expected = list(told), list(expected)
    assert len(told) == len(expected), told
    for one, other in zip(told, expected, strict=True):
        pattern = ".*".join(re.escape(part) for part in other.split(" … "))
        pattern = pattern.removesuffix(r"\ …") + (".*" if other.endswith(" …") else "")
        assert re.fullmatch(pattern, one, re.DOTALL), one
    return True


@cache
def together() -> RunResult:
    """All malformed checks and a healthy one, run together."""
    root = Path(mkdtemp())
    files = {"recsql.yml": SHOP + CATALOGUE, "checks/healthy.yml": HEALTHY}
    for each in CHECKS.values():
        assert not files.keys() & each.files.keys()
        files |= each.files
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    catalog = load(root).catalog
    own = [name for name, check in catalog.checks.items() if not check.builtin]
    return recsql.run(root, select=[*own, *catalog.broken])


def problems(result: RunResult) -> Iterator[Problem]:
    yield from result.problems
    yield from (check.problem for check in result.checks if check.problem is not None)


def test_there_are_two_hundred_inputs_and_each_names_its_file_and_line() -> None:
    inputs = [*CHECKS.values(), *CONFIGS.values(), *CASES.values()]
    assert len(inputs) >= 200
    page = (TABLE.parents[1] / "docs" / "writing-a-check.md").read_text(encoding="utf-8")
    assert f"{len(inputs)} malformed inputs" in page
    assert f"{len(COMMANDS)} misspelt commands" in page
    for each in inputs:
        assert each.says, each.name
        for said in each.says:
            path, line = said.split(":")[:2]
            assert line.isdigit(), said
            assert "Traceback" not in path


@pytest.mark.parametrize("name", CHECKS)
def test_a_malformed_check_says_what_is_wrong_with_it(name: str) -> None:
    own = CHECKS[name].files
    told = dict.fromkeys(
        shown(problem)
        for problem in problems(together())
        if problem.location is not None and problem.location.path in own
    )
    assert same(told, CHECKS[name].says)


def test_everything_else_runs_and_the_exit_code_is_2() -> None:
    result = together()
    healthy = next(check for check in result.checks if check.name == "healthy")
    assert (healthy.status, result.run.exit_code) == (Status.PASS, 2)
    places = {path for each in CHECKS.values() for path in each.files}
    lost = [
        shown(problem)
        for problem in problems(result)
        if problem.location is None or problem.location.path not in places
    ]
    assert lost == []


def test_no_malformed_check_passes() -> None:
    broken = {Path(path).stem for each in CHECKS.values() for path in each.files}
    judged = [c.name for c in together().checks if c.status is Status.PASS and c.name in broken]
    assert judged == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("config")
    (root / "checks").mkdir()
    (root / "checks" / "healthy.yml").write_text(HEALTHY, encoding="utf-8")
    return root


def outcome(root: Path) -> tuple[RunResult | None, RecsqlError | None]:
    """The run of a project, or why there is none: a file that is no YAML at all."""
    try:
        return recsql.run(root, select="healthy"), None
    except RecsqlError as error:
        return None, error


@pytest.mark.parametrize("name", CONFIGS)
def test_a_malformed_project_says_what_is_wrong_with_it(folder: Path, name: str) -> None:
    text = CONFIGS[name].files[f"checks/{name}.yml"]
    (folder / "recsql.yml").write_text(text, encoding="utf-8")
    result, refused = outcome(folder)
    if refused is not None:
        assert same([shown(refused)], CONFIGS[name].says)
        assert refused.exit_code == 2
        return
    assert result is not None
    assert same(map(shown, result.problems), CONFIGS[name].says)
    wanted = {problem.exit_code for problem in result.problems}
    assert result.run.exit_code == (2 if 2 in wanted else 3)
    assert [check.status for check in result.checks] == [Status.PASS]


@pytest.mark.parametrize("name", CASES)
def test_a_malformed_case_file_says_what_is_wrong_with_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.yml"
    path.write_text(CASES[name].files[f"checks/{name}.yml"], encoding="utf-8")
    found: list[Problem] = []
    list(casefile.read(path, f"tests/{name}.yml", _LIBRARY, found))
    assert same(map(shown, found), CASES[name].says)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "recsql.yml").write_text("name: shop\nas_of: 2026-03-03\n", encoding="utf-8")
    (root / "checks").mkdir()
    (root / "checks" / "healthy.yml").write_text(HEALTHY + "tags: nightly\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("name", COMMANDS)
def test_a_misspelt_command_says_what_was_meant(
    project: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setattr(sys, "argv", ["recsql", *COMMANDS[name].words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code in (2, 5)
    for line in COMMANDS[name].says:
        assert line in said.out + said.err
    assert "Traceback" not in said.out + said.err
