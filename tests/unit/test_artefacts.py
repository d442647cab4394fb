"""The schema of run_results.json holds for what is written, and is kept by what is promised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from recsql.report import as_json
from recsql.results import RunResult
from recsql.scaffold import schema
from tests.pictured import PICTURED
from tests.unit.test_report_json import RESULTS

GOLDEN = Path(__file__).parents[1] / "golden" / "report"
FOUND = schema.schema("results")
VALID = Draft202012Validator(FOUND)


def document(result: RunResult) -> dict[str, object]:
    found = json.loads(as_json.write(result))
    assert isinstance(found, dict)
    return found


def places(part: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every key of a schema, however deep, with what it says."""
    if isinstance(part, dict):
        for name, inner in dict(part.get("properties", {})).items():
            yield f"{path}/{name}", inner
            yield from places(inner, f"{path}/{name}")
        for inner in (part.get("items"), *part.get("anyOf", ())):
            yield from places(inner, path)


def test_the_schema_is_one_and_the_golden_run_keeps_it() -> None:
    Draft202012Validator.check_schema(FOUND)
    golden = json.loads((GOLDEN / "run_results.json").read_text("utf-8"))
    assert [error.message for error in VALID.iter_errors(golden)] == []
    assert [error.message for error in VALID.iter_errors(document(PICTURED))] == []


@settings(max_examples=30, deadline=None)
@given(RESULTS)
def test_whatever_a_run_finds_keeps_the_schema(result: RunResult) -> None:
    assert [error.message for error in VALID.iter_errors(document(result))] == []


def test_every_key_that_is_written_is_in_the_schema_and_needed() -> None:
    known = {place for place, _ in places(FOUND)}

    def keys(part: object, path: str = "") -> Iterator[str]:
        if isinstance(part, dict) and not path.endswith("/segment"):
            for name, inner in part.items():
                yield f"{path}/{name}"
                yield from keys(inner, f"{path}/{name}")
        for inner in part if isinstance(part, list) else ():
            yield from keys(inner, path)

    golden = json.loads((GOLDEN / "run_results.json").read_text("utf-8"))
    assert set(keys(golden)) == known


def test_a_key_that_is_missing_or_of_another_type_breaks_the_schema() -> None:
    found = document(PICTURED)
    for name in found:
        without = {key: value for key, value in found.items() if key != name}
        assert not VALID.is_valid(without), name
    checks = found["checks"]
    assert isinstance(checks, list)
    checks[0]["metrics"][0]["value"] = "4.4 d"
    assert not VALID.is_valid(found)


def test_a_newer_minor_version_may_say_more() -> None:
    found = {**document(PICTURED), "schema": f"{as_json.SCHEMA}.3", "more": 1}
    assert VALID.is_valid(found)
    assert as_json.read(json.dumps(found)) == PICTURED
    assert not VALID.is_valid({**found, "schema": "recsql.results/2"})


PROMISED = {
    "": "schema run summary audits checks pipeline problems",
    "/run": "id recsql_version project target dialect as_of window_s started_at elapsed_s exit_code"
    " sample queries bytes_scanned",
    "/audits": "name question status sentence next",
    "/checks": "name audit status reason sentence next elapsed_s compiled_path sql_sha256 metrics"
    " rows notes error overrides",
    "/checks/metrics": "name segment value low high n unit warn_if error_if limit status reason"
    " note sequential",
    "/checks/rows": "columns sample count",
    "/pipeline/stages": "name rows",
    "/pipeline/hops": "name p50_s p90_s mean_s n matched_share negative_share limit_s"
    " over_limit_share status",
    "/problems": "subject message file line column source hint exit_code",
}
"""Written once, when /1 was promised: a line may grow, and no word of it may go."""


@pytest.mark.parametrize("place", PROMISED)
def test_what_the_first_version_promised_stays(place: str) -> None:
    known = {path for path, _ in places(FOUND)}
    assert {f"{place}/{name}" for name in PROMISED[place].split()} <= known


def test_an_old_report_against_an_older_one_has_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Neither the time zone, the locale, the folder nor the order of hashing is in the page."""
    old, older = tmp_path / "old.json", tmp_path / "older.json"
    old.write_text(as_json.write(PICTURED), encoding="utf-8")
    before = replace(PICTURED, run=replace(PICTURED.run, id="r0"), checks=PICTURED.checks[1:])
    older.write_text(as_json.write(before), encoding="utf-8")
    pages = []
    for place, zone, seed in (("a", "UTC", "1"), ("b/c", "Asia/Kolkata", "2")):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        flags = ["--baseline", str(older), "--html", "r.html", "--summary", "s.md", "--junit", "j"]
        subprocess.run(  # noqa: S603 - this Python
            [sys.executable, "-m", "recsql", "report", str(old), *flags], check=True, cwd=folder,
            stdout=subprocess.DEVNULL, env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        pages.append([(folder / name).read_bytes() for name in ("r.html", "s.md", "j")])
    assert pages[0] == pages[1]
    assert b"What changed since the earlier run?" in pages[0][0]
