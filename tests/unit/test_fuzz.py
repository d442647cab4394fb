"""Texts that nobody would write: each entry point takes them or tells what is wrong."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import FUZZED, attempt, seeds
from recsql.errors import ConfigError, RecsqlError
from recsql.project import document
from recsql.project.load import load
from recsql.project.select import select
from recsql.testing import casefile
from tests.unit.conftest import SHOP

LIBRARY = load(Path("nowhere"), optional=True)
_WORDS = st.sampled_from(
    ["checks", "name", "own", "sql", "select 1 as m", "metrics", "error_if", "> 5", "relations",
     "events", "from", "columns", "[", "]", "{", "}", ":", ": ", "- ", "\n", "  ", "'", '"', "&a",
     "*a", "|", "> ", "!!python/object", "5%", "6h", "-", "~", "\t", "é", "\x00", "#", "given",
     "cases", "check", "signal_age", "expect", "status", "trust", "files", "1e400", "0x", "null"],
)  # fmt: skip
_TEXT = st.lists(_WORDS | st.text(max_size=4), max_size=25).map("".join)


@pytest.mark.parametrize("entry", ["guard", "mapping", "threshold", "yaml"])
@given(text=_TEXT)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_is_taken_or_told_to_be_wrong(entry: str, text: str) -> None:
    assert attempt(entry, text) in (True, False)


@pytest.mark.parametrize("entry", ["guard", "mapping", "threshold", "yaml"])
def test_what_was_fuzzed_before_is_taken_or_told_to_be_wrong(entry: str) -> None:
    texts = json.loads(FUZZED.read_text(encoding="utf-8"))[entry]
    assert len(texts) >= 10
    assert {attempt(entry, text) for text in texts} <= {True, False}


@given(seed=st.sampled_from(seeds("guard")), cut=st.integers(0, 80), put=_WORDS)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_statement_with_something_put_in_is_read_again_as_it_is_sent(
    seed: str, cut: int, put: str
) -> None:
    assert attempt("guard", seed[:cut] + put + seed[cut:]) in (True, False)


@given(
    words=st.lists(_WORDS | st.sampled_from(["tag:", "a,b", "audit:x", "*", "path:"]), max_size=4)
)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_selector_finds_checks_or_is_told_to_match_nothing(words: list[str]) -> None:
    names: tuple[str, ...] = ()
    with contextlib.suppress(ConfigError):  # no such method
        names = select(LIBRARY.catalog, tuple(words), (), relations={}, statuses={}).names
    assert set(names) <= {*LIBRARY.catalog.checks, *LIBRARY.catalog.broken}


@given(text=_TEXT)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_project_and_case_file_is_read_or_told_to_be_wrong(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "fuzzed"
    (root / "checks").mkdir(parents=True, exist_ok=True)
    for name, start in (("recsql.yml", SHOP), ("own.yml", ""), ("checks/own.yml", "checks:\n- ")):
        (root / name).write_text(start + text, encoding="utf-8", errors="replace")
    with contextlib.suppress(RecsqlError):
        loaded = load(root)
        list(casefile.read(root / "own.yml", "own.yml", loaded.catalog, []))


def test_a_control_character_after_wide_ones_is_named() -> None:
    with pytest.raises(ConfigError, match=r"U\+001F is not allowed"):
        document.parse("\x85\x1f", "own.yml")
