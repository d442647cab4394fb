"""A warehouse whose driver is missing says what brings it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from recsql.errors import ConfigError
from recsql.model import Target
from recsql.warehouses import BUILT_IN, connect

_DRIVERS = {
    "bigquery": "google",
    "clickhouse": "clickhouse_connect",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "postgres": "psycopg",
    "redshift": "redshift_connector",
    "snowflake": "snowflake",
    "spark": "pyspark",
    "trino": "trino",
}


def test_every_warehouse_is_tried_here() -> None:
    assert _DRIVERS.keys() == BUILT_IN.keys()


@pytest.mark.parametrize("kind", sorted(_DRIVERS.keys() - {"duckdb"}))
def test_a_driver_that_is_missing_is_named_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    driver = _DRIVERS[kind]
    for name in [name for name in sys.modules if name.split(".")[0] == driver]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, BUILT_IN[kind], raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Without(driver), *sys.meta_path])
    with pytest.raises(ConfigError) as caught:
        connect(Target("t", kind), Path())
    assert caught.value.message == f"`type: {kind}` needs the Python package `{driver}`"
    assert caught.value.hint == f"pip install 'recsql-audit[{kind}]'"


class _Without:
    """Finds every module but one driver's, as where it is not installed."""

    def __init__(self, driver: str) -> None:
        self.driver = driver

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".", maxsplit=1)[0] == self.driver:
            raise ModuleNotFoundError(f"No module named '{self.driver}'", name=self.driver)
