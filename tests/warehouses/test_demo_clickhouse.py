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
from recsql.results import RunResult

pytest.importorskip("chdb", reason="chdb is not installed: pip install -e '.[engines]'")
clickhouse_connect = pytest.importorskip("clickhouse_connect")

_WORLD = World(persons=40, days=21, seed=5, exposure_share=0.1)
_RELATIONS = sorted({*MAPPABLE} - {"recomputed_features"})
_ILL_CONDITIONED = {"baseline": 1e-7}
"""What a fit to a handful of rows determines only to a few digits; all else agrees to 1e-9."""


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


def _numbers(result: RunResult) -> dict[tuple[str, str, str, str], float | None]:
    return {
        (check.name, metric.name, metric.segment_text, part): getattr(metric, part)
        for check in result.checks
        for metric in check.metrics
        for part in ("value", "low", "high", "n")
    }


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
    verdicts = [
        {check.name: (check.status, check.reason, check.rows.count) for check in result.checks}
        for result in (ours, theirs)
    ]
    told = [problem.message for problem in theirs.problems]
    assert told == []
    assert verdicts[0] == verdicts[1]
    assert theirs.summary[Status.ERROR] == 0
    expected, actual = _numbers(ours), _numbers(theirs)
    assert expected.keys() == actual.keys()
    assert len(expected) > 400
    for key, number in expected.items():
        allowed = _ILL_CONDITIONED.get(key[1], 1e-9)
        near = number if number is None else pytest.approx(number, rel=allowed, abs=allowed)
        assert actual[key] == near, key
