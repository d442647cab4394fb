"""`run_results.json`, "recsql.results/1": every number of a run, for programs and for later.

The text is ASCII: a name that drives a terminal stays harmless wherever the file is printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from recsql.errors import ConfigError, Location
from recsql.model import Problem, Reason, Scalar, Status, Unit
from recsql.report.document import Node, parse
from recsql.report.hops import Hop, hops, stations
from recsql.report.wording import finite
from recsql.results import (
    AuditResult,
    CheckResult,
    MetricResult,
    RowSample,
    RunInfo,
    RunResult,
)

SCHEMA = "recsql.results/1"

Json = Scalar | Sequence["Json"] | Mapping[str, "Json"]


def write(result: RunResult) -> str:
    """The results document, indented, with a newline at its end; not-finite numbers are null."""
    document: dict[str, Json] = {
        "schema": SCHEMA,
        "run": _run(result.run),
        "summary": {status.value: count for status, count in result.summary.items()},
        "audits": [_audit(audit) for audit in result.audits],
        "checks": [_check(check) for check in result.checks],
        "pipeline": _pipeline(hops(result)),
        "problems": [_problem(problem) for problem in result.problems],
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def write_check(check: CheckResult) -> str:
    """One check on one line, for the partial results of a run that has not ended."""
    return json.dumps(_check(check), ensure_ascii=False)


def _run(run: RunInfo) -> Json:
    return {
        "id": run.id,
        "recsql_version": run.recsql_version,
        "project": run.project,
        "target": run.target,
        "dialect": run.dialect,
        "as_of": run.as_of,
        "window_s": _whole(run.window_s) or 0,
        "started_at": run.started_at,
        "elapsed_s": _number(run.elapsed_s) or 0.0,
        "exit_code": run.exit_code,
        "sample": _number(run.sample),
        "queries": run.queries,
        "bytes_scanned": run.bytes_scanned,
    }


def _audit(audit: AuditResult) -> Json:
    return {
        "name": audit.name,
        "question": audit.question,
        "status": audit.status.value,
        "sentence": audit.sentence,
        "next": audit.next,
    }


def _check(check: CheckResult) -> Json:
    return {
        "name": check.name,
        "audit": check.audit,
        "status": check.status.value,
        "reason": None if check.reason is None else check.reason.value,
        "sentence": check.sentence,
        "next": check.next,
        "elapsed_s": _number(check.elapsed_s) or 0.0,
        "compiled_path": check.compiled_path,
        "sql_sha256": check.sql_sha256,
        "metrics": [_metric(metric) for metric in check.metrics],
        "rows": {
            "columns": list(check.rows.columns),
            "sample": [[_scalar(value) for value in row] for row in check.rows.sample],
            "count": check.rows.count,
        },
        "notes": list(check.notes),
        "error": None if check.problem is None else _problem(check.problem),
        "overrides": check.overrides,
    }


def _metric(metric: MetricResult) -> Json:
    return {
        "name": metric.name,
        "segment": {key: _scalar(value) for key, value in metric.segment.items()},
        "value": _number(metric.value),
        "low": _number(metric.low),
        "high": _number(metric.high),
        "n": _whole(metric.n),
        "unit": metric.unit.value,
        "warn_if": metric.warn_if,
        "error_if": metric.error_if,
        "limit": _number(metric.limit),
        "status": metric.status.value,
        "reason": None if metric.reason is None else metric.reason.value,
        "note": metric.note,
        "sequential": metric.sequential,
    }


def _problem(problem: Problem) -> Json:
    place = problem.location
    return {
        "subject": problem.subject,
        "message": problem.message,
        "file": None if place is None else place.path,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
        "source": None if place is None else place.source,
        "hint": problem.hint,
        "exit_code": problem.exit_code,
    }


def _pipeline(found: tuple[Hop, ...]) -> Json:
    return {
        "stages": [{"name": s.name, "rows": _whole(s.rows)} for s in stations(found)],
        "hops": [_hop(hop) for hop in found],
    }


def _hop(hop: Hop) -> Json:
    return {
        "name": hop.name,
        "p50_s": hop.p50_s,
        "p90_s": hop.p90_s,
        "mean_s": hop.mean_s,
        "n": _whole(hop.n),
        "matched_share": hop.matched_share,
        "negative_share": hop.negative_share,
        "limit_s": hop.limit_s,
        "over_limit_share": hop.over_limit_share,
        "status": hop.status.value,
    }


def _number(value: float | None) -> float | None:
    return None if value is None else finite(float(value))


def _whole(value: float | None) -> float | None:
    """Without a decimal point where there is nothing behind it."""
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else number


def _scalar(value: Scalar) -> Scalar:
    return finite(value) if isinstance(value, float) else value


def read(text: str) -> RunResult:
    """The run that `write` wrote; keys of newer minor versions are passed over.

    Raises ConfigError for another schema, another major version and a broken document.
    """
    document = parse(text)
    _require_schema(document["schema"])
    return RunResult(
        run=_read_run(document["run"]),
        audits=tuple(_read_audit(node) for node in document["audits"].items()),
        checks=tuple(_read_check(node) for node in document["checks"].items()),
        problems=tuple(_read_problem(node) for node in document["problems"].items()),
    )


def _require_schema(node: Node) -> None:
    found = node.value if isinstance(node.value, str) else ""
    if found == SCHEMA or found.startswith(f"{SCHEMA}."):
        return
    if found.startswith("recsql.results/"):
        raise ConfigError(
            f"the results file has schema `{found}`, this recsql reads `{SCHEMA}`",
            hint="render it with the recsql that wrote it, or run the checks again",
        )
    raise ConfigError(
        f"the file is not a results file: its schema is not `{SCHEMA}`",
        hint="give the run_results.json of a run",
    )


def _read_run(node: Node) -> RunInfo:
    return RunInfo(
        id=node["id"].text(),
        recsql_version=node["recsql_version"].text(),
        project=node["project"].text(),
        target=node["target"].text(),
        dialect=node["dialect"].text(),
        as_of=node["as_of"].text(),
        window_s=node["window_s"].number(),
        started_at=node["started_at"].text(),
        elapsed_s=node["elapsed_s"].number(),
        exit_code=node["exit_code"].integer(),
        sample=node["sample"].number_or_none(),
        queries=node["queries"].integer(),
        bytes_scanned=node["bytes_scanned"].integer_or_none(),
    )


def _read_audit(node: Node) -> AuditResult:
    return AuditResult(
        name=node["name"].text(),
        question=node["question"].text(),
        status=node["status"].choice(Status),
        sentence=node["sentence"].text(),
        next=node["next"].text(),
    )


def _read_check(node: Node) -> CheckResult:
    rows, error = node["rows"], node["error"].given()
    return CheckResult(
        name=node["name"].text(),
        audit=node["audit"].text(),
        status=node["status"].choice(Status),
        reason=_read_reason(node["reason"]),
        sentence=node["sentence"].text(),
        next=node["next"].text(),
        elapsed_s=node["elapsed_s"].number(),
        compiled_path=node["compiled_path"].text_or_none(),
        sql_sha256=node["sql_sha256"].text_or_none(),
        metrics=tuple(_read_metric(metric) for metric in node["metrics"].items()),
        rows=RowSample(
            columns=tuple(column.text() for column in rows["columns"].items()),
            sample=tuple(
                tuple(value.scalar() for value in row.items()) for row in rows["sample"].items()
            ),
            count=rows["count"].integer(),
        ),
        notes=tuple(note.text() for note in node["notes"].items()),
        problem=None if error is None else _read_problem(error),
        overrides=node["overrides"].text_or_none(),
    )


def _read_metric(node: Node) -> MetricResult:
    segment = {key: value.scalar() for key, value in node["segment"].fields().items()}
    return MetricResult(
        name=node["name"].text(),
        segment=segment,
        value=node["value"].number_or_none(),
        unit=node["unit"].choice(Unit),
        low=node["low"].number_or_none(),
        high=node["high"].number_or_none(),
        n=node["n"].number_or_none(),
        warn_if=node["warn_if"].text_or_none(),
        error_if=node["error_if"].text_or_none(),
        limit=node["limit"].number_or_none(),
        status=node["status"].choice(Status),
        reason=_read_reason(node["reason"]),
        note=node["note"].text_or_none(),
        sequential=node["sequential"].flag(),
    )


def _read_reason(node: Node) -> Reason | None:
    return None if node.value is None else node.choice(Reason)


def _read_problem(node: Node) -> Problem:
    path = node["file"].text_or_none()
    place = None
    if path is not None:
        place = Location(
            path=path,
            line=node["line"].integer_or_none(),
            column=node["column"].integer_or_none(),
            source=node["source"].text_or_none(),
        )
    return Problem(
        subject=node["subject"].text(),
        message=node["message"].text(),
        location=place,
        hint=node["hint"].text_or_none(),
        exit_code=node["exit_code"].integer(),
    )
