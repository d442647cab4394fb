"""A standalone cluster of Spark runs checks of a simulated shop, on both of its workers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from recsql import api
from recsql.api import Request
from recsql.demo import shop
from recsql.demo.worlds import World
from recsql.model import Scalar, Status
from recsql.project.contract import MAPPABLE
from tests.warehouses.alike import finds_what_duckdb_finds
from tests.warehouses.conftest import LOOPBACK, needs_spark
from tests.warehouses.spark_servers import cluster

_WORLD = World(persons=40, days=21, seed=5, exposure_share=0.1)
_CHECKS = ("signal_age", "unmerged_traffic")
"""Two headlines, with all models below: a cluster plans each statement for a second."""
_RELATIONS = sorted({*MAPPABLE} - {"recomputed_features"})


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop as a DuckDB file, and as Parquet files that every worker can read."""
    folder = tmp_path_factory.mktemp("shared")
    shop.generate(folder, _WORLD, ("weekly",))
    with duckdb.connect(str(folder / "weekly.duckdb"), read_only=True) as here:
        for name in _RELATIONS:
            here.execute(f"copy {name} to '{folder / name}.parquet' (format parquet)")
    return folder


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needs_spark()
    with cluster(tmp_path_factory.mktemp("cluster")) as address:
        yield address


def _project(folder: Path, sources: dict[str, str], target: dict[str, Scalar]) -> Request:
    folder.mkdir()
    relations = {name: {"from": source} for name, source in sources.items()}
    project = {
        "name": "s",
        "as_of": "latest",
        "vars": {"min_persons": 5, "min_positives": 5},
        "relations": relations,
    }
    (folder / "recsql.yml").write_text(json.dumps(project))
    profile = {"s": {"target": "t", "outputs": {"t": target}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))
    return Request(folder, folder, select=_CHECKS)


def _options(master: str, log: Path) -> dict[str, Scalar]:
    """A cluster's profile; Spark writes down which executor did which task."""
    return {
        **LOOPBACK,
        "type": "spark",
        "method": "session",
        "master": master,
        "spark.executor.memory": "512m",
        "spark.default.parallelism": 2,
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.adaptive.enabled": False,
        # an executor that has not registered yet is waited for, or the other would do its tasks
        "spark.scheduler.minRegisteredResourcesRatio": 1.0,
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "300s",
        "spark.eventLog.enabled": True,
        "spark.eventLog.dir": log.as_uri(),
        "spark.eventLog.compress": False,
        "spark.eventLog.rolling.enabled": False,
    }


def _tasks_by_worker(log: Path) -> Counter[str]:
    """How many tasks succeeded on each worker, which is known by the address of its log pages."""
    (file,) = log.iterdir()
    workers: dict[str, str] = {}
    done: Counter[str] = Counter()
    for line in file.read_text().splitlines():
        event = json.loads(line)
        if event["Event"] == "SparkListenerExecutorAdded":
            pages = event["Executor Info"]["Log Urls"]["stdout"]
            workers[event["Executor ID"]] = pages.partition("/logPage")[0]
        if event["Event"] == "SparkListenerTaskEnd" and not event["Task Info"]["Failed"]:
            done[workers[event["Task Info"]["Executor ID"]]] += 1
    return done


def test_a_cluster_finds_the_same_numbers_with_the_work_on_both_workers(
    shared: Path, master: str
) -> None:
    log = shared / "events"
    log.mkdir()
    file = str(shared / "weekly.duckdb")
    here = {name: name for name in _RELATIONS}
    there = {name: f"parquet.`{shared / name}.parquet`" for name in _RELATIONS}
    requests = (
        _project(shared / "here", here, {"type": "duckdb", "path": file}),
        _project(shared / "there", there, _options(master, log)),
    )
    ours, theirs = (api.run_request(request)[0] for request in requests)
    assert theirs.summary[Status.ERROR] == 0
    finds_what_duckdb_finds(theirs, ours)
    assert len(ours.checks) == len(_CHECKS)
    done = _tasks_by_worker(log)
    assert len(done) == 2
    assert min(done.values()) > done.total() / 10, done
