"""A short recovery study: the right check finds what was planted, and a healthy shop is silent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORLDS = {
    "clean": set(),
    "stale": {"signal_age", "relevance_loss"},
    "stale-items": {"index_freshness"},
    "fragmented": {"unmerged_traffic"},
    "shared-tablets": {"overmerged_profiles"},
    "leaky-offline": {"training_leak"},
    "no-drift": set(),
}
CHECKS = set().union(*WORLDS.values())


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """World → check → verdict, in one shop each."""
    folder = tmp_path_factory.mktemp("study")
    command = [
        sys.executable, str(ROOT / "benchmarks" / "recovery"), "--seeds", "1", "--first", "31",
        "--persons", "120", "--days", "35", "--worlds", ",".join(WORLDS),
        "--results", str(folder / "results.jsonl"), "--table", str(folder / "table.md"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=900)  # noqa: S603 - our own
    table = (folder / "table.md").read_text(encoding="utf-8")
    assert all(f"**{world}**" in table for world in WORLDS)
    lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return {
        line["world"]: {name: status for name, (status, _) in line["checks"].items()}
        for line in found
    }


@pytest.mark.parametrize("world", WORLDS)
def test_what_was_planted_is_found_and_nothing_else(
    verdicts: dict[str, dict[str, str]], world: str
) -> None:
    failed = {check for check in CHECKS if verdicts[world][check] == "fail"}
    assert failed == WORLDS[world]
