"""What recsql writes for dbt's readers is what a published reader of dbt's artefacts reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dbt_artifacts_parser.parser import parse_run_results
from dbt_artifacts_parser.parsers.run_results.run_results_v6 import RunResultsV6

import recsql
from recsql.model import Reason, Status, Unit
from recsql.report import as_dbt
from recsql.results import CheckResult, MetricResult, RowSample, RunResult
from tests.pictured import RUN


def read(text: str) -> RunResultsV6:
    found = parse_run_results(json.loads(text))
    assert isinstance(found, RunResultsV6)
    return found


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("reason", [None, *Reason])
def test_every_verdict_is_read(status: Status, reason: Reason | None) -> None:
    gap = MetricResult("gap", {}, 0.53, Unit.SHARE, n=8290.0, error_if="> 0.05", status=status)
    rows = RowSample(("item",), (("a",),), 3)
    check = CheckResult(
        "metric_gap", "offline_online_gap", status, reason, metrics=(gap,), rows=rows
    )
    result = read(as_dbt.write(RunResult(RUN, (), (check,)))).results[0]
    assert result.unique_id.startswith("test.shop.metric_gap.")
    assert result.adapter_response["recsql_status"] == status.value
    assert result.adapter_response["metric_value"] == 0.53


def test_a_whole_run_is_read(tmp_path: Path) -> None:
    """Not only what a test makes up: the results of a project, with skipped and failed checks."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "recsql.yml").write_text("name: shop\n", encoding="utf-8")
    own = "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\nsentence: 'Too much: {m}.'\n"
    (tmp_path / "checks" / "own.yml").write_text(own, encoding="utf-8")
    run = recsql.run(tmp_path, select="own signal_age")
    found = read(as_dbt.write(run))
    said = {result.unique_id.split(".")[2]: result.status.value for result in found.results}
    assert said == {"own": "fail", "signal_age": "skipped"}
    assert found.metadata.dbt_schema_version == as_dbt.V6
