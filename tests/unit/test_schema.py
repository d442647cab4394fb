"""The schemas know the loader's keys, and every YAML file here is what they allow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from recsql.demo import project as shop
from recsql.demo.worlds import DEFAULT, World
from recsql.errors import RecsqlError
from recsql.model import Problem
from recsql.project import catalog, config, document
from recsql.project.contract import RELATIONS
from recsql.project.document import Section
from recsql.scaffold import schema
from recsql.testing import casefile

ROOT = Path(__file__).parents[2]

PROJECT = """\
relations:
  events: {from: t}
identifiers: {email: {}}
checks: {orphaned_items: {}}
"""
CHECK = """\
checks:
  - name: own
    sql: select 1 as m
    metrics: {m: {anomaly: {}}}
    explain: {}
"""
TEMPLATE = """\
arguments: {limit: {}}
sql: select 1 as m
metrics: {m: {}}
"""
MODEL = """\
kind: fixpoint
start: {a: select 1 as x}
step: [{table: a, sql: select 1 as x}]
changes: select 0
result: select 1 as x
"""
CASE = """\
check: own
as_of: 2026-01-01
cases: {one: {given: {events: {rows: []}}, expect: {status: pass}}}
mutants: [{from: a, to: b, why: c}]
"""
Heard = Mapping[str, frozenset[str]]


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What the loader asks for, by the subject that its messages name."""
    keys: dict[str, frozenset[str]] = {}
    original: Callable[[Section], None] = Section.__post_init__

    def listen(section: Section) -> None:
        keys.setdefault(section.subject, frozenset(section.known))
        original(section)

    monkeypatch.setattr(Section, "__post_init__", listen)
    files = {"recsql.yml": PROJECT, "checks/own.yml": CHECK, "checks/models/grown.yml": MODEL}
    files["checks/parametrised/filled.yml"] = TEMPLATE
    for name, text in {**files, "tests/own.yml": CASE}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = catalog.read(config.read(tmp_path))[0]
    problems: list[Problem] = []
    cases = list(casefile.read(tmp_path / "tests/own.yml", "own.yml", found, problems))
    assert len(cases) == 1, problems
    assert len(list(casefile.excuses(tmp_path / "tests/own.yml", "own.yml", problems))) == 1
    return keys


def properties(kind: str, *path: str) -> frozenset[str]:
    """The keys that a schema allows at a place in it."""
    place: object = schema.schema(kind)
    for step in path:
        assert isinstance(place, dict | list)
        place = place[int(step)] if isinstance(place, list) else place[step]
    assert isinstance(place, dict)
    assert place["additionalProperties"] is False
    return frozenset(place["properties"])


ONE_CASE = "properties cases additionalProperties"


PLACES = {
    "recsql.yml": "project",
    "relation `events`": "project properties relations properties events",
    "identifier `email`": "project properties identifiers additionalProperties",
    "settings of check `orphaned_items`": "project properties checks additionalProperties",
    "check `own`": "check else",
    "`own.yml`": "check then",
    "metric `m` of check `own`": "check else properties metrics additionalProperties",
    "`anomaly` of metric `m` of check `own`": (
        "check else properties metrics additionalProperties properties anomaly"
    ),
    "parametrised check `filled`": "parametrised",
    "metric `m` of parametrised check `filled`": (
        "parametrised properties metrics additionalProperties"
    ),
    "argument `limit` of parametrised check `filled`": (
        "parametrised properties arguments additionalProperties"
    ),
    "`explain` of check `own`": "check else properties explain",
    "model `grown`": "model",
    "step of model `grown`": "model properties step items",
    "case file `own.yml`": "case",
    "case `one`": f"case {ONE_CASE}",
    "fixture `events`": f"case {ONE_CASE} properties given additionalProperties anyOf 1",
    "an entry of `mutants`": "case properties mutants items",
    "`expect` of case `one`": f"case {ONE_CASE} properties expect",
}
"""The subject of each mapping that the loader reads, and where its schema is."""


@pytest.mark.parametrize("subject", PLACES)
def test_a_schema_allows_exactly_the_keys_that_the_loader_does(subject: str, heard: Heard) -> None:
    kind, *path = PLACES[subject].split()
    assert properties(kind, *path) == heard[subject]


def test_the_loader_reads_no_mapping_without_a_schema(heard: Heard) -> None:
    free = {"`start` of model `grown`"}  # its keys are the author's tables
    own = [s for s in heard if any(f"`{name}`" in s for name in ("own", "grown", "one", "filled"))]
    assert set(own) - free <= set(PLACES)


def test_columns_are_the_contracts() -> None:
    place = ("relations", "properties", "serving", "properties", "columns")
    assert properties("project", "properties", *place) == frozenset(RELATIONS["serving"])


@cache
def validator(kind: str) -> Draft202012Validator:
    found = schema.schema(kind) if kind in schema.KINDS else schema.library(kind)
    assert found is not None
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def mistakes(text: str, kind: str) -> list[str]:
    plain = document.parse(text, "here.yml").plain()
    return [error.message for error in validator(kind).iter_errors(plain)]


FOLDERS = {
    "profiles": "profiles",
    "parametrised": "parametrised",
    "models": "model",
    "checks": "check",
    "tests": "case",
}
FILES = {"recsql": "project", "vars": "vars", "audits": "audits", "macros": "macros"}


def kind_of(path: Path) -> str | None:
    """What a YAML file of this repository is, by its name or by its nearest known folder."""
    folders = path.relative_to(ROOT).parts[:-1]
    if folders[:2] == ("tests", "checks"):
        return "case"
    found = (FOLDERS[folder] for folder in reversed(folders) if folder in FOLDERS)
    nearest = FILES.get(path.stem) or next(found, None)
    return nearest or ("profiles" if path.stem == "profiles" else None)


def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "*.yml", "*.yaml"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.split() or [
        p.relative_to(ROOT).as_posix()
        for top in ("checks", "macros", "profiles", "recsql", "tests")
        for p in (ROOT / top).rglob("*.yml")
    ]
    return [ROOT / name for name in names]


def test_every_yaml_file_here_is_what_its_schema_allows(tmp_path: Path) -> None:
    shop.write(tmp_path, World(), DEFAULT)
    filled = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.yml")}
    template = ROOT / "recsql" / "demo" / "template"
    wrong = []
    told = 0
    for path in files():
        if path.parent == ROOT / "recsql" / "scaffold":
            continue  # tables of names, which test_scaffold.py holds to the contract
        if path == ROOT / ".pre-commit-hooks.yaml":
            continue  # pre-commit's own
        if path.parent in (ROOT / "tests" / "malformed", ROOT / "tests" / "guard"):
            continue  # what no schema allows is what they are there for
        kind = kind_of(path)
        assert kind is not None, path
        is_template = template in path.parents
        text = (filled[path.relative_to(template)] if is_template else path).read_text("utf-8")
        wrong += [f"{path.relative_to(ROOT)}: {mistake}" for mistake in mistakes(text, kind)]
        told += 1
    assert wrong == []
    assert told > 200


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("project", "relatons: {}", "relatons"),
        ("project", "relations: {evens: {from: t}}", "evens"),
        ("project", "relations: {events: {columns: {key: k}}}", "from"),
        ("project", "window: often", "often"),
        ("project", "checks: {signal_age: {severty: warn}}", "severty"),
        ("check", "sql: select 1 as m\nmetrics: {m: {error_if: 5%}}", "5%"),
        ("check", "checks: [{sql: select 1}]", "name"),
        ("model", "materialize: table", "table"),
        ("case", "check: a\ncases: {one: {expect: {stauts: pass}}}", "stauts"),
        ("case", "check: a\ncases: {one: {expect: {}}}", ""),
        ("case", "check: a\ncases: {one: {given: {}}}", "expect"),
        ("profiles", "shop: {outputs: {dev: {path: x}}}", "type"),
    ],
)
def test_a_mistake_is_found(kind: str, text: str, wanted: str) -> None:
    found = mistakes(text, kind)
    assert found
    assert any(wanted in message for message in found)


def test_the_command_prints_a_schema() -> None:
    command = [sys.executable, "-m", "recsql", "schema", "case"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert json.loads(said.stdout) == schema.schema("case")


def test_the_command_knows_its_kinds() -> None:
    with pytest.raises(RecsqlError, match="no schema `cases`") as error:
        schema.schema("cases")
    assert error.value.hint == "did you mean `case`?"
