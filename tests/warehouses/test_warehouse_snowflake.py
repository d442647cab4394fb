"""Snowflake's own driver against an imitation of Snowflake: how it is spoken to, and no more.

The imitation (`fakesnow`) is DuckDB behind Snowflake's protocol, and takes SQL that Snowflake
refuses. It wants an older sqlglot than others, and so an environment of its own:
`pip install -e '.[test,fakesnow]'`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Target
from recsql.warehouses import connect
from recsql.warehouses.base import Rows, Warehouse

fakesnow = pytest.importorskip("fakesnow", reason="an environment of its own: .[test,fakesnow]")
pytest.importorskip("snowflake.connector")

pytestmark = pytest.mark.filterwarnings("ignore")  # the imitation's, which runs in this process


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, Scalar]]:
    with fakesnow.server() as told:
        named = ("account", "user", "password", "host", "port", "protocol")
        login: dict[str, Scalar] = {name: told[name] for name in named if name in told}
        yield {**login, "database": "shop", "schema": "analytics"}


@pytest.fixture(scope="module")
def warehouse(settings: dict[str, Scalar]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "snowflake", settings), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("cast(1.5 as double)", 1.5),
        ("null", None),
        ("true", True),
        ("'100 %s'", "100 %s"),
        ("date '2026-03-03'", "2026-03-03"),
        ("cast('2026-03-03 12:00:00' as timestamp_ntz)", "2026-03-03 12:00:00"),
    ],
)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    found = warehouse.query(f"select {sql} as x")
    assert found == Rows(("x",), [(value,)])
    assert type(found.rows[0][0]) is type(value)


def test_a_temp_table_is_replaced_and_may_read_itself(warehouse: Warehouse) -> None:
    warehouse.materialize("recsql_t", "select 1 as x")
    warehouse.materialize("recsql_t", "select x + 1 as x from recsql_t")
    assert warehouse.query("select x from recsql_t").rows == [(2,)]
    warehouse.drop("recsql_t")
    warehouse.drop("recsql_t")
    with pytest.raises(WarehouseError) as caught:
        warehouse.query("select x from recsql_t")
    assert caught.value.exit_code == 3
    assert "\n" not in caught.value.message
    assert "RECSQL_T" in caught.value.message.upper()


def test_a_driver_says_what_it_talks_to(warehouse: Warehouse) -> None:
    assert warehouse.version().startswith("Snowflake ")


@pytest.mark.parametrize("name", ["account", "database", "schema"])
def test_a_target_without_what_it_needs_is_told(settings: dict[str, Scalar], name: str) -> None:
    given = {key: value for key, value in settings.items() if key != name}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "snowflake", given), Path())


def test_an_error_of_data_quotes_no_value() -> None:
    errors = import_module("snowflake.connector.errors")
    sentence = import_module("recsql.warehouses.snowflake")._sentence
    message = "Numeric value 'ann@example.test' is not recognized"
    refused = errors.ProgrammingError(msg=message, errno=100038, sqlstate="22018")
    assert sentence(refused) == "Numeric value '…' is not recognized"
    missing = errors.ProgrammingError(msg="Object 'T' does not exist", errno=2003, sqlstate="02000")
    assert sentence(missing) == "Object 'T' does not exist"
