"""The whole audit of a simulated shop gives the same numbers on ClickHouse as on DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from recsql import api
from recsql.api import Request
from recsql.demo import shop
from recsql.demo.worlds import World
from recsql.model import Status
from recsql.project.contract import MAPPABLE
from tests.warehouses.alike import finds_what_duckdb_finds

pytest.importorskip("chdb", reason="chdb is not installed: pip install -e '.[engines]'")
clickhouse_connect = pytest.importorskip("clickhouse_connect")

_WORLD = World(persons=40, days=21, seed=5, exposure_share=0.1)
_RELATIONS = sorted({*MAPPABLE} - {"recomputed_features"})


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One shop, twice: a DuckDB file in a folder, and tables of the engine in this process."""
    folder = tmp_path_factory.mktemp("twins")
    shop.generate(folder, _WORLD, ("weekly",))
    client = clickhouse_connect.get_client(dsn="chdb://memory")
    client.command("create database weekly")
    with duckdb.connect(str(folder / "weekly.duckdb"), read_only=True) as here:
        for name in _RELATIONS:
            file = folder / f"{name}.parquet"
            here.execute(f"copy {name} to '{file}' (format parquet)")
            client.command(
                f"create table weekly.{name} engine = Memory as select * from file('{file}')"
            )
    yield folder
    client.command("drop database weekly")
    client.close()


def test_every_check_finds_the_same_numbers_on_clickhouse(twins: Path) -> None:
    outputs = {
        "here": {"type": "duckdb", "path": "weekly.duckdb"},
        "there": {"type": "clickhouse", "driver": "chdb", "schema": "weekly"},
    }
    mapping = "\n".join(f"  {name}: {{from: {name}}}" for name in _RELATIONS)
    policy = "vars: {min_persons: 5, min_positives: 5}"
    (twins / "recsql.yml").write_text(f"name: s\nas_of: latest\n{policy}\nrelations:\n{mapping}\n")
    profile = {"s": {"target": "here", "outputs": outputs}}
    (twins / "profiles.yml").write_text(json.dumps(profile))
    ours, theirs = (api.run_request(Request(twins, twins, target=name))[0] for name in outputs)
    finds_what_duckdb_finds(theirs, ours)
    assert ours.summary[Status.ERROR] == 0
