"""Spark Connect: a server in a process of its own, reached by host and port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recsql.compile.dialects import generate, parse
from recsql.errors import Location, WarehouseError
from recsql.model import Scalar, Target, Text
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse
from tests.warehouses.alike import MARKERS, gives_what_duckdb_gives, loads_types_and_nulls
from tests.warehouses.conftest import needs_spark
from tests.warehouses.spark_servers import connect_server


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    needs_spark()
    pytest.importorskip("grpc_status", reason="pip install 'pyspark[connect]'")
    with connect_server(tmp_path_factory.mktemp("connect")) as number:
        yield number


@pytest.fixture
def settings(port: int) -> dict[str, Scalar]:
    return {"method": "connect", "host": "127.0.0.1", "port": port}


@pytest.fixture
def warehouse(settings: dict[str, Scalar]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "spark", settings), Path())
    yield opened
    opened.close()


def test_models_are_named_replaced_and_gone(
    warehouse: Warehouse, settings: dict[str, Scalar]
) -> None:
    warehouse.materialize("recsql_t", "select 1 as x")
    warehouse.materialize("recsql_t", "select x + 1 as x from recsql_t")
    assert warehouse.query("select x from recsql_t").rows == [(2,)]
    other = connect(Target("t", "spark", settings), Path())
    with pytest.raises(WarehouseError, match="`recsql_t` cannot be found"):
        other.query("select x from recsql_t")
    other.close()
    warehouse.drop("recsql_t")
    with pytest.raises(WarehouseError, match="`recsql_t` cannot be found"):
        warehouse.query("select x from recsql_t")


def test_rows_and_markers_are_those_of_duckdb(warehouse: Warehouse) -> None:
    loads_types_and_nulls(warehouse)
    columns = ", ".join(f"{call} as x{place}" for place, call in enumerate(MARKERS))
    gives_what_duckdb_gives(warehouse, f"select {columns}")
    zoned = "select timestamp '2026-03-03 12:00:00' as x"
    text = Text(zoned, Location("a query", 1, 1))
    found = warehouse.query(generate(parse(zoned, text), "spark")).rows
    assert found == [("2026-03-03 12:00:00",)]


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    needs_spark()
    pytest.importorskip("grpc_status", reason="pip install 'pyspark[connect]'")
    target = Target("t", "spark", {"method": "connect", "host": "127.0.0.1", "port": 1})
    with pytest.raises(WarehouseError, match=r"cannot open Spark on `127\.0\.0\.1`: ") as caught:
        connect(target, Path())
    assert "\n" not in caught.value.message
