from __future__ import annotations

import importlib.util
import json
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_the_page_on_warehouses_says_what_was_seen() -> None:
    path = _ROOT / ".ci" / "write_warehouses.py"
    spec = importlib.util.spec_from_file_location("write_warehouses", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    seen = json.loads((_ROOT / "docs" / "warehouses.json").read_text())
    driven = json.loads((_ROOT / "docs" / "drivers.json").read_text())
    assert (_ROOT / "docs" / "warehouses.md").read_text() == module.page(seen, driven)
    for found in driven.values():
        assert found["passed"] == found["tests"] > 0
    for name in ("postgres", "clickhouse"):
        assert seen[name]["passed"] == seen[name]["cases"]
