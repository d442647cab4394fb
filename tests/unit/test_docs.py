"""The pages under docs/: generated ones are current, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recsql.describe.pages import pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = pages()
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
