from __future__ import annotations

import json

import pytest

from recsql.model import Reason, Status, Unit
from recsql.report import as_dbt
from recsql.results import CheckResult, MetricResult, RowSample, RunResult
from tests.pictured import RUN

GAP = CheckResult(
    name="metric_gap",
    audit="offline_online_gap",
    status=Status.FAIL,
    sentence="Offline 0.91, live 0.38.",
    elapsed_s=0.25,
    compiled_path="target/compiled/metric_gap.sql",
    metrics=(
        MetricResult("gap", {}, 0.53, Unit.NUMBER, n=8290.0, error_if="> 0.05", status=Status.FAIL),
    ),
)
WRITTEN_GAP = {
    "status": "fail",
    "timing": [],
    "thread_id": "recsql",
    "execution_time": 0.25,
    "adapter_response": {
        "recsql_status": "fail",
        "metric": "gap",
        "metric_value": 0.53,
        "threshold": "> 0.05",
        "denominator": 8290.0,
        "sample": 0,
    },
    "message": "Offline 0.91, live 0.38.",
    "failures": 1,
    "unique_id": "test.shop.metric_gap.e27fb739a0",
    "compiled": True,
    "compiled_code": None,
    "relation_name": None,
    "batch_results": None,
    "overload_results": None,
}


def test_the_document_has_the_keys_of_v6() -> None:
    assert json.loads(as_dbt.write(RunResult(RUN, (), (GAP,)))) == {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json",
            "dbt_version": "0.1.0",
            "generated_at": "2026-03-03T12:00:05.500000Z",
            "invocation_id": "r1",
            "invocation_started_at": "2026-03-03T12:00:04Z",
            "env": {},
        },
        "results": [WRITTEN_GAP],
        "elapsed_time": 1.5,
        "args": {
            "which": "test",
            "recsql_schema": "recsql.results/1",
            "project": "shop",
            "target": "prod",
            "as_of": "2026-03-03T12:00:00Z",
        },
    }


@pytest.mark.parametrize(
    ("check", "status", "failures"),
    [
        (CheckResult("c", "a", Status.PASS), "pass", 0),
        (CheckResult("c", "a", Status.INFO), "success", 0),
        (CheckResult("c", "a", Status.WARN), "warn", 1),
        (CheckResult("c", "a", Status.FAIL, rows=RowSample(("x",), (), 17)), "fail", 17),
        (CheckResult("c", "a", Status.SKIP, Reason.DISABLED), "skipped", None),
        (CheckResult("c", "a", Status.ERROR), "error", None),
        (CheckResult("c", "a", Status.UNKNOWN, Reason.INCONCLUSIVE), "warn", None),
        (CheckResult("c", "a", Status.UNKNOWN, Reason.EMPTY_INPUT), "error", None),
    ],
)
def test_every_status_has_its_word_in_dbt(
    check: CheckResult, status: str, failures: int | None
) -> None:
    written = json.loads(as_dbt.write(RunResult(RUN, (), (check,))))["results"][0]
    assert (written["status"], written["failures"]) == (status, failures)
