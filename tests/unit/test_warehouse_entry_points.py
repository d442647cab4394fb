from __future__ import annotations

from pathlib import Path

import pytest

from recsql.errors import ConfigError
from recsql.model import Target
from recsql.warehouses import connect

_MODULE = """
from recsql.warehouses import duckdb

def connect(target, root):
    return duckdb.connect(target, root)
"""


def test_a_package_of_somebody_else_can_bring_a_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "recsql_elsewhere-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: recsql-elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[recsql.warehouses]\nelsewhere = recsql_elsewhere:connect\n"
    )
    (tmp_path / "recsql_elsewhere.py").write_text(_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    warehouse = connect(Target("t", "elsewhere"), tmp_path)
    assert warehouse.query("select 1 as x").rows == [(1,)]
    warehouse.close()
    with pytest.raises(ConfigError) as caught:
        connect(Target("t", "elsewere"), tmp_path)
    assert caught.value.hint == "did you mean `elsewhere`?"
