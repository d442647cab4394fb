"""dbt's run-results v6 shape, for the tools that read it; our own numbers are in the free parts.

Strict readers refuse unknown keys, so `adapter_response` and `args` carry what dbt has no key for.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from recsql.model import Reason, Status
from recsql.report.as_json import SCHEMA, Json
from recsql.report.wording import finite, headline, limit, why
from recsql.results import CheckResult, RunInfo, RunResult

V6 = "https://schemas.getdbt.com/dbt/run-results/v6.json"

_STATUS = {
    Status.PASS: "pass",
    Status.WARN: "warn",
    Status.FAIL: "fail",
    Status.UNKNOWN: "warn",
    Status.SKIP: "skipped",
    Status.ERROR: "error",
    Status.INFO: "success",
}


def write(result: RunResult) -> str:
    """One test result per check; `unknown` is a warning, on an empty input an error."""
    run = result.run
    document: dict[str, Json] = {
        "metadata": {
            "dbt_schema_version": V6,
            "dbt_version": run.recsql_version,
            "generated_at": _end(run),
            "invocation_id": run.id,
            "invocation_started_at": run.started_at,
            "env": {},
        },
        "results": [_result(check, run.project) for check in result.checks],
        "elapsed_time": finite(run.elapsed_s) or 0.0,
        "args": {
            "which": "test",
            "recsql_schema": SCHEMA,
            "project": run.project,
            "target": run.target,
            "as_of": run.as_of,
        },
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _result(check: CheckResult, project: str) -> Json:
    return {
        "status": _status(check),
        "timing": [],
        "thread_id": "recsql",
        "execution_time": finite(check.elapsed_s) or 0.0,
        "adapter_response": _numbers(check),
        "message": why(check) or None,
        "failures": _failures(check),
        "unique_id": f"test.{project}.{check.name}.{_digest(check)}",
        "compiled": check.compiled_path is not None,
        "compiled_code": None,
        "relation_name": None,
        "batch_results": None,
        "overload_results": None,
    }


def _status(check: CheckResult) -> str:
    if check.status is Status.UNKNOWN and check.reason is Reason.EMPTY_INPUT:
        return "error"
    return _STATUS[check.status]


def _failures(check: CheckResult) -> int | None:
    """dbt counts rows; a metric beyond its limit is one failure."""
    if check.status in {Status.SKIP, Status.ERROR, Status.UNKNOWN}:
        return None
    return max(check.rows.count, 1) if check.status in {Status.FAIL, Status.WARN} else 0


def _numbers(check: CheckResult) -> Json:
    metric = headline(check)
    if metric is None:
        return {"recsql_status": check.status.value}
    return {
        "recsql_status": check.status.value,
        "metric": metric.name,
        "metric_value": finite(metric.value),
        "threshold": limit(metric) or None,
        "denominator": finite(metric.n),
        "sample": check.rows.count,
    }


def _digest(check: CheckResult) -> str:
    name = f"{check.audit}.{check.name}".encode("utf-8", "backslashreplace")
    return hashlib.sha256(name).hexdigest()[:10]


def _end(run: RunInfo) -> str:
    try:
        ended = datetime.fromisoformat(run.started_at) + timedelta(seconds=run.elapsed_s)
    except (ValueError, OverflowError):
        return run.started_at
    return ended.isoformat().replace("+00:00", "Z")
