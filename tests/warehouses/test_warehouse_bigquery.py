"""BigQuery's own client against an imitation of its interface: plumbing, and no more.

What answers here is DuckDB. That BigQuery's text is sound is the analyzer's word
(`test_analyzer_bigquery.py`); it was never executed.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from recsql.errors import ConfigError, WarehouseError
from recsql.model import Scalar, Setting, Target
from recsql.runner.estimates import _stand_in
from recsql.warehouses import connect
from recsql.warehouses.base import Estimating, Warehouse
from tests.warehouses.alike import VALUES, gives_plain_value
from tests.warehouses.bigquery_front import TOKEN, BigQuery, bigquery_front
from tests.warehouses.imitations import SLOW, cancelling

pytest.importorskip("google.cloud.bigquery", reason="pip install -e '.[bigquery]'")


@pytest.fixture
def service() -> Iterator[tuple[BigQuery, int]]:
    with bigquery_front() as found:
        yield found


@pytest.fixture
def settings(service: tuple[BigQuery, int]) -> dict[str, Setting]:
    return {"method": "oauth-secrets", "token": TOKEN, "project": "p", "dataset": "shop",
            "location": "EU", "api_endpoint": f"http://127.0.0.1:{service[1]}"}  # fmt: skip


@pytest.fixture
def warehouse(settings: dict[str, Setting]) -> Iterator[Warehouse]:
    opened = connect(Target("t", "bigquery", settings), Path())
    yield opened
    opened.close()


@pytest.mark.parametrize(("sql", "value"), VALUES)
def test_every_value_is_a_plain_python_value(warehouse: Warehouse, sql: str, value: Scalar) -> None:
    gives_plain_value(warehouse, sql, value)


def test_a_run_is_one_session_and_a_query_says_what_it_may_cost(
    service: tuple[BigQuery, int], settings: dict[str, Setting]
) -> None:
    costs: dict[str, Setting] = {
        "maximum_bytes_billed": "1000000", "priority": "batch", "job_execution_timeout_seconds": 90,
    }  # fmt: skip
    opened = connect(Target("t", "bigquery", {**settings, **costs}), Path())
    opened.query("/* recsql r1 check c */ select 1 as x")
    opened.close()
    first, zone, asked, last = service[0].jobs
    session = [{"key": "session_id", "value": "s1"}]
    assert first["query"]["createSession"] is True
    assert zone["query"]["query"] == "set @@time_zone = 'UTC'"
    assert asked["query"]["query"] == "/* recsql r1 check c */ select 1 as x"
    assert asked["query"]["connectionProperties"] == session
    assert asked["query"]["defaultDataset"] == {"projectId": "p", "datasetId": "shop"}
    assert asked["query"]["maximumBytesBilled"] == "1000000"
    assert asked["query"]["priority"] == "BATCH"
    assert (asked["labels"], asked["jobTimeoutMs"]) == ({"tool": "recsql"}, "90000")
    assert last["query"]["query"] == "call bq.abort_session()"
    assert last["query"]["connectionProperties"] == session


def test_a_temp_table_is_the_sessions_own_and_may_read_itself(settings: dict[str, Setting]) -> None:
    first, second = (connect(Target("t", "bigquery", settings), Path()) for _ in range(2))
    first.materialize("recsql_t", "select 1 as x")
    second.materialize("recsql_t", "select 9 as x")
    first.materialize("recsql_t", "select x + 1 as x from recsql_t")
    assert first.query("select x from recsql_t").rows == [(2,)]
    assert second.query("select x from recsql_t").rows == [(9,)]
    first.drop("recsql_t")
    first.drop("recsql_t")
    with pytest.raises(WarehouseError, match=r"Table p:shop\.recsql_t was not found"):
        first.query("select x from recsql_t")
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("sql", "message", "hint"),
    [
        ("select * from nope", "Not found: Table p:shop.nope was not found in location EU", None),
        (
            "select * from secrets",
            "Access Denied: Table p:shop.secrets: User does not have permission to query table"
            " p:shop.secrets, or perhaps it does not exist.",
            "the account needs to read it (roles/bigquery.dataViewer), to run jobs"
            " (bigquery.jobUser) and to keep sessions (bigquery.readSessionUser)",
        ),
        ("select cast('ann' as int)", "Bad int64 value: …", None),
        ("select from", 'Parser Error: syntax error at or near "from"', None),
    ],
)
def test_an_error_is_one_sentence(
    warehouse: Warehouse, sql: str, message: str, hint: str | None
) -> None:
    with pytest.raises(WarehouseError) as caught:
        warehouse.query(sql)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_running_query_is_cancelled_from_another_thread(warehouse: Warehouse) -> None:
    with cancelling(warehouse), pytest.raises(WarehouseError) as caught:
        warehouse.query(SLOW)
    assert caught.value.message == "the query was cancelled"
    assert warehouse.query("select 1 as x").rows == [(1,)]


def test_what_may_pass_is_tried_again(
    service: tuple[BigQuery, int], warehouse: Warehouse, pauses: list[float]
) -> None:
    service[0].failing.append("jobBackendError")
    assert warehouse.query("select 1 as x").rows == [(1,)]
    assert pauses == [0.2]


def test_a_dry_run_tells_what_would_be_read_and_runs_nothing(
    service: tuple[BigQuery, int], warehouse: Warehouse
) -> None:
    assert isinstance(warehouse, Estimating)
    service[0].bytes = 12_345
    assert warehouse.estimate("select 1 as x") == 12_345.0
    assert service[0].jobs[-1]["dryRun"] is True
    ran = len(service[0].works)
    columns = "1 as x, cast(1.5 as double) as y, 'k' as z, true as ok, null as nothing"
    _stand_in(warehouse, "recsql_t", f"select {columns}")
    made = [job["query"]["query"] for job in service[0].jobs[-2:]]
    assert made[1] == (
        "create or replace temp table recsql_t"
        " (`x` INT64, `y` FLOAT64, `z` STRING, `ok` BOOL, `nothing` STRING)"
    )
    assert len(service[0].works) == ran + 1  # the empty table, and not the SELECT
    assert warehouse.query("select count(*) as n from recsql_t").rows == [(0,)]


def test_a_login_that_is_refused_is_told_at_once_and_not_shown(
    settings: dict[str, Setting], pauses: list[float]
) -> None:
    given = {**settings, "token": "wrong-one", "retries": 9}
    with pytest.raises(WarehouseError, match="cannot open BigQuery `p`: ") as caught:
        connect(Target("t", "bigquery", given), Path())
    assert "wrong-one" not in str(caught.value)
    assert pauses == []


def test_a_service_that_is_not_there_is_told(settings: dict[str, Setting]) -> None:
    away: dict[str, Setting] = {
        "api_endpoint": "http://127.0.0.1:1", "job_retry_deadline_seconds": 1, "retries": 0,
    }  # fmt: skip
    with pytest.raises(WarehouseError) as caught:
        connect(Target("t", "bigquery", {**settings, **away}), Path())
    assert caught.value.message == (
        "cannot open BigQuery `p`: the connection to BigQuery was lost: Connection refused"
    )


@pytest.fixture(scope="module")
def key() -> dict[str, str]:
    """A service account's key, made for this run."""
    serialization = import_module("cryptography.hazmat.primitives.serialization")
    rsa = import_module("cryptography.hazmat.primitives.asymmetric.rsa")
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"type": "service_account", "client_email": "reporter@example.test", "project_id": "p",
            "private_key_id": "1", "private_key": private.decode()}  # fmt: skip


@pytest.mark.parametrize("form", ["file", "mapping", "json", "lines", "base64"])
def test_a_service_accounts_key_is_changed_for_a_token(
    service: tuple[BigQuery, int],
    settings: dict[str, Setting],
    key: dict[str, str],
    tmp_path: Path,
    form: str,
) -> None:
    whole = {**key, "token_uri": f"http://127.0.0.1:{service[1]}/token"}
    text = json.dumps(whole)
    (tmp_path / "key.json").write_text(text)
    escaped = json.dumps({**whole, "private_key": key["private_key"].replace("\n", "\\n")})
    keyfile: dict[str, Setting]
    keyfile = {
        "mapping": whole,
        "json": text,
        "lines": escaped,
        "base64": b64encode(text.encode()).decode(),
    }
    given: dict[str, Setting] = {
        "method": "service-account-json",
        "keyfile_json": keyfile.get(form),
    }
    if form == "file":
        given = {"method": "service-account", "keyfile": str(tmp_path / "key.json")}
    opened = connect(Target("t", "bigquery", {**settings, **given}), Path())
    assert opened.query("select 1 as x").rows == [(1,)]
    assert service[0].grants == 1
    opened.close()


@pytest.mark.parametrize(
    "broken", ['{"private_key": "planted"}', "{planted", "planted!", "cGxhbnRlZA=="]
)
def test_a_key_that_cannot_be_read_is_not_shown(settings: dict[str, Setting], broken: str) -> None:
    given = {**settings, "method": "service-account-json", "keyfile_json": broken}
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        connect(Target("t", "bigquery", given), Path())
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("name", ["project", "dataset"])
def test_a_target_without_what_it_needs_is_told(settings: dict[str, Setting], name: str) -> None:
    given = {key: value for key, value in settings.items() if key != name}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "bigquery", given), Path())


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("oauth-secrets", "refresh_token"),
        ("service-account", "keyfile"),
        ("service-account-json", "keyfile_json"),
    ],
)
def test_a_login_without_its_secret_is_told(
    settings: dict[str, Setting], method: str, name: str
) -> None:
    given = {key: value for key, value in settings.items() if key != "token"}
    with pytest.raises(ConfigError, match=f"target `t` has no `{name}:`"):
        connect(Target("t", "bigquery", {**given, "method": method}), Path())


def test_a_way_to_log_in_that_recsql_does_not_know_is_told(settings: dict[str, Setting]) -> None:
    with pytest.raises(ConfigError, match="by `method: external-oauth-wif`") as caught:
        connect(Target("t", "bigquery", {**settings, "method": "external-oauth-wif"}), Path())
    assert caught.value.hint == (
        "method: oauth, oauth-secrets, service-account, service-account-json"
    )
