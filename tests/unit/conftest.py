"""What most unit tests need: a folder written from texts, and a shop small enough to count."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from recsql.cli.app import main

Write = Callable[[Mapping[str, str]], Path]
Recsql = Callable[..., "Said"]

SHOP = """\
name: shop
as_of: 2026-03-03T12:00:00Z
relations:
  events:
    from: |
      select 'e' || i as id, 'k' || (i % 3) as key, 'view' as event_type, 'i' || i as item_id,
          timestamp '2026-03-01' + interval (i) hour as ts
      from range(10) as numbers(i)
    columns: {event_id: id, key: key, event_ts: ts, event_type: event_type, item_id: item_id}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command ended with, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def recsql(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Recsql:
    """Runs the command line as the entry point does."""

    def recsql(*args: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["recsql", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        written = capsys.readouterr()
        return Said(code if isinstance(code, int) else int(code is not None), *written)

    return recsql


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files under a fresh folder, and gives the folder; `recsql.yml` is the shop's."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in {"recsql.yml": SHOP, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(autouse=True)
def _no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No profile, flag or colour setting of the machine reaches a test."""
    for name in (
        "DBT_PROFILES_DIR",
        "RECSQL_PROFILES_DIR",
        "RECSQL_TARGET",
        "RECSQL_SALT",
        "NO_COLOR",
        "CI",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
