"""The pages under docs/: generated ones are current, links lead somewhere, snippets work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsql.cli.app import application
from recsql.describe.pages import pages
from recsql.project.load import load
from recsql.project.locate import builtin_root

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = pages()
CHECKS = load(builtin_root() / "checks", optional=True).catalog.checks
SIX = ("surface", "device_class", "region", "model_version", "activity", "tenure")
SNIPPET = re.compile(
    r"(?:<!-- (?P<mode>file|append|shown): (?P<file>\S+) -->\n)?"
    r"```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
DURATION = re.compile(r"\d+\.\d+ s\b")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in HEADING.findall(text)}


def test_the_generated_pages_are_current() -> None:
    found = {p.name: p.read_text(encoding="utf-8") for p in (DOCS / "checks").iterdir()}
    stale = [name for name in {*found, *PAGES} if found.get(name) != PAGES.get(name)]
    assert stale == [], "run python .ci/write_docs.py"


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = []
    for link in set(LINK.findall(text)):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = path if not file else (path.parent / file).resolve()
        if not target.exists() or (
            anchor and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    assert broken == []


def test_the_table_of_segments_is_that_of_the_checks() -> None:
    text = (DOCS / "segments.md").read_text(encoding="utf-8")
    told = {}
    for name, segments in re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE):
        found = set(re.findall(r"`(\w+)`", segments))
        told[name] = found | (set(SIX) if "the six" in segments else set())
    assert told == {name: set(check.segments) for name, check in CHECKS.items()}


def test_every_snippet_on_writing_a_check_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    page = (DOCS / "writing-a-check.md").read_text(encoding="utf-8")
    commands = 0
    for snippet in SNIPPET.finditer(page):
        if snippet["mode"]:
            path = tmp_path / snippet["file"]
            if snippet["mode"] == "shown":
                assert path.read_text(encoding="utf-8") == snippet["text"]
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if snippet["mode"] == "append" else "w", encoding="utf-8") as file:
                file.write(snippet["text"])
            continue
        assert snippet["kind"] == "console", "a snippet is a file or a command"
        for told in snippet["text"].removeprefix("$ ").split("\n$ "):
            command, *shown = told.splitlines()
            assert missing(shown, command) == [], command
            commands += 1
    assert commands >= 8


def missing(shown: list[str], command: str) -> list[str]:
    """The lines that a page shows of a command and that it does not print, in this order."""
    name, *arguments = shlex.split(command)
    assert name == "recsql"
    said = iter(
        [
            DURATION.sub("", line)
            for line in CliRunner().invoke(application(), arguments).stdout.splitlines()
        ]
    )
    return [
        line
        for line in (DURATION.sub("", line).rstrip() for line in shown)
        if line and not any(line in printed for printed in said)
    ]
