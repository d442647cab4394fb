"""Definitions of recsql's own that are kept between runs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql.model import Catalog, Problem, Status, Unit
from recsql.project import catalog, document, locate
from recsql.project.library import KeptLibrary

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one's own: a few files of recsql's."""
    shipped, own = locate.builtin_root(), tmp_path / "shipped"
    for folder in ("checks/signal_freshness", "checks/parametrised", "checks/models", "macros"):
        shutil.copytree(shipped / folder, own / folder)
    for name in ("vars.yml", "audits.yml"):
        shutil.copy(shipped / "checks" / name, own / "checks" / name)
    monkeypatch.setattr(locate, "builtin_root", lambda: own)
    return own


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, no YAML file can be read."""

    def refuse(path: Path, shown: str) -> document.Node:
        raise AssertionError(f"{shown} is read")

    return lambda: monkeypatch.setattr(document, "read", refuse)


def read(kept: Path) -> tuple[Catalog, tuple[Problem, ...]]:
    """The catalog as a run gets it, which saves at its end what it read."""
    library = KeptLibrary(kept)
    found = catalog.read(None, library)
    library.save()
    return found


def test_what_is_kept_is_what_was_read(tmp_path: Path, unread: Callable[[], None]) -> None:
    kept = tmp_path / "target" / "library.json"
    known = catalog.read(None)
    assert read(kept) == known
    unread()
    found, problems = read(kept)
    assert (found, problems) == known
    # a status equals its text, and is none
    assert {type(check.severity) for check in found.checks.values()} == {Status}
    assert {type(m.unit) for check in found.checks.values() for m in check.metrics} == {Unit}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("checks/signal_freshness/signal_age.yml", "summary: ", "summary: New "),
        ("checks/models/events.sql", "with", "with  "),
        ("macros/chi2_99.sql", " ", "  "),
    ],
)
@pytest.mark.parametrize("later_ns", [0, 1])
def test_a_file_of_another_size_or_time_is_read_anew(
    root: Path, file: str, old: str, new: str, later_ns: int
) -> None:
    kept, changed = root.parent / "library.json", root / file
    before = read(kept)
    text, state = changed.read_text(encoding="utf-8"), changed.stat()
    other = text.replace(old, new, 1)
    # at another time a file of the same size, at the same time one of another
    other = other[: len(text)] if later_ns else other
    changed.write_text(other, encoding="utf-8")
    os.utime(changed, ns=(state.st_atime_ns, state.st_mtime_ns + later_ns))
    assert changed.stat().st_size - state.st_size == (0 if later_ns else len(new) - len(old))
    found = read(kept)
    assert found == catalog.read(None)
    assert found != before


def test_a_new_check_is_found(root: Path, tmp_path: Path) -> None:
    kept = tmp_path / "library.json"
    read(kept)
    (root / "checks" / "signal_freshness" / "new.yml").write_text("rows: select 1 as one\n")
    assert "new" in read(kept)[0].checks


def test_a_library_with_a_mistake_is_not_kept(root: Path, tmp_path: Path) -> None:
    kept = tmp_path / "library.json"
    (root / "checks" / "signal_freshness" / "bad.yml").write_text("summary: 1\n")
    for _ in range(2):
        found, problems = read(kept)
        assert [problem.subject for problem in problems] == ["check `bad`"]
        assert list(found.broken) == ["bad"]
    assert not kept.exists()


@pytest.mark.parametrize(
    "broken",
    ["", "[]", "{", "{}", '{"digest": 1}', b"\xff".decode("latin-1")],
)
def test_a_file_that_is_no_library_is_as_good_as_none(
    root: Path, tmp_path: Path, broken: str
) -> None:
    kept = tmp_path / "library.json"
    kept.write_text(broken, encoding="latin-1")
    assert read(kept) == catalog.read(None)
    assert KeptLibrary(kept).get(root) is not None


@pytest.mark.parametrize(
    "other",
    [None, 1, [], ["Check"], ["Anomaly"], ["os.system", "true"], [["tuple"]], ["Path", "x"]],
)
def test_what_is_not_written_as_a_library_is_not_taken_for_one(
    root: Path, tmp_path: Path, other: object
) -> None:
    kept = tmp_path / "library.json"
    read(kept)
    found = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps({**found, "library": other}), encoding="utf-8")
    assert KeptLibrary(kept).get(root) is None
    assert read(kept) == catalog.read(None)


def test_a_folder_that_allows_no_file_keeps_none(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = tmp_path / "file" / "library.json"
    assert read(kept) == catalog.read(None)
