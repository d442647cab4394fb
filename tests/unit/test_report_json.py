from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsql.errors import ConfigError, Location
from recsql.model import Problem, Reason, Scalar, Status, Unit
from recsql.report import as_json
from recsql.results import (
    AuditResult,
    CheckResult,
    MetricResult,
    RowSample,
    RunResult,
)
from tests.pictured import PICTURED, RUN

SIGNAL_AGE = CheckResult(
    name="signal_age",
    audit="signal_freshness",
    status=Status.FAIL,
    sentence="Old.",
    next="Refresh.",
    elapsed_s=0.3,
    compiled_path="target/compiled/signal_age.sql",
    sql_sha256="ab",
    metrics=(
        MetricResult(
            name="median_signal_age",
            segment={"surface": "home"},
            value=385200.0,
            unit=Unit.SECONDS,
            low=371000.0,
            high=401000.0,
            n=5120.0,
            error_if="> drift_window",
            limit=49000.0,
            status=Status.FAIL,
        ),
    ),
    rows=RowSample(("key", "age"), (("k1", 3.5), (None, math.inf)), 4101),
    notes=("no index_ts",),
    overrides="recsql.signal_age",
)
BROKEN = CheckResult(
    name="broken",
    audit="signal_freshness",
    status=Status.ERROR,
    problem=Problem("broken", "no such column", Location("a.yml", 4, 2, "x"), "try y", 3),
)
SHOP = RunResult(
    run=RUN,
    audits=(AuditResult("signal_freshness", "Fresh?", Status.FAIL, "No.", "Refresh."),),
    checks=(SIGNAL_AGE, BROKEN),
    problems=(Problem("model x", "cannot be read"),),
)

TEXTS = st.text(max_size=20)
SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PLACES = st.builds(Location, TEXTS, st.none() | st.integers(1), st.none(), st.none() | TEXTS)
PROBLEMS = st.builds(Problem, TEXTS, TEXTS, st.none() | PLACES, st.none() | TEXTS, st.integers())
METRICS = st.builds(
    MetricResult,
    name=TEXTS,
    segment=st.dictionaries(TEXTS, SCALARS, max_size=2),
    value=st.none() | FLOATS,
    unit=st.sampled_from(Unit),
    low=st.none() | FLOATS,
    high=st.none() | FLOATS,
    n=st.none() | FLOATS,
    warn_if=st.none() | TEXTS,
    error_if=st.none() | TEXTS,
    limit=st.none() | FLOATS,
    status=st.sampled_from(Status),
    reason=st.none() | st.sampled_from(Reason),
    note=st.none() | TEXTS,
    sequential=st.booleans(),
)
ROWS = st.builds(
    RowSample,
    columns=st.lists(TEXTS, max_size=2).map(tuple),
    sample=st.lists(st.lists(SCALARS, max_size=2).map(tuple), max_size=2).map(tuple),
    count=st.integers(),
)
CHECKS = st.builds(
    CheckResult,
    name=TEXTS,
    audit=TEXTS,
    status=st.sampled_from(Status),
    reason=st.none() | st.sampled_from(Reason),
    sentence=TEXTS,
    elapsed_s=FLOATS,
    metrics=st.lists(METRICS, max_size=2).map(tuple),
    rows=ROWS,
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    problem=st.none() | PROBLEMS,
)
RESULTS = st.builds(
    RunResult,
    run=st.just(RUN),
    audits=st.lists(
        st.builds(AuditResult, TEXTS, TEXTS, st.sampled_from(Status), TEXTS, TEXTS), max_size=2
    ).map(tuple),
    checks=st.lists(CHECKS, max_size=2).map(tuple),
    problems=st.lists(PROBLEMS, max_size=2).map(tuple),
)


def changed(key: str, value: object) -> str:
    document = json.loads(as_json.write(SHOP))
    document[key] = value
    return json.dumps(document)


def test_the_document_has_the_keys_of_the_contract_in_its_order() -> None:
    document = json.loads(as_json.write(SHOP))
    assert list(document) == [
        "schema",
        "run",
        "summary",
        "audits",
        "checks",
        "pipeline",
        "problems",
    ]
    assert document["schema"] == "recsql.results/1"
    assert document["run"] == {
        "id": "r1",
        "recsql_version": "0.1.0",
        "project": "shop",
        "target": "prod",
        "dialect": "duckdb",
        "as_of": "2026-03-03T12:00:00Z",
        "window_s": 2419200,
        "started_at": "2026-03-03T12:00:04Z",
        "elapsed_s": 1.5,
        "exit_code": 1,
        "sample": None,
        "queries": 40,
        "bytes_scanned": None,
    }


def test_a_check_is_written_whole() -> None:
    assert json.loads(as_json.write(SHOP))["checks"][0] == {
        "name": "signal_age",
        "audit": "signal_freshness",
        "status": "fail",
        "reason": None,
        "sentence": "Old.",
        "next": "Refresh.",
        "elapsed_s": 0.3,
        "compiled_path": "target/compiled/signal_age.sql",
        "sql_sha256": "ab",
        "metrics": [
            {
                "name": "median_signal_age",
                "segment": {"surface": "home"},
                "value": 385200.0,
                "low": 371000.0,
                "high": 401000.0,
                "n": 5120,
                "unit": "s",
                "warn_if": None,
                "error_if": "> drift_window",
                "limit": 49000.0,
                "status": "fail",
                "reason": None,
                "note": None,
                "sequential": False,
            }
        ],
        "rows": {"columns": ["key", "age"], "sample": [["k1", 3.5], [None, None]], "count": 4101},
        "notes": ["no index_ts"],
        "error": None,
        "overrides": "recsql.signal_age",
    }


def test_a_broken_check_says_what_where_and_how_to_mend_it() -> None:
    assert json.loads(as_json.write(SHOP))["checks"][1]["error"] == {
        "subject": "broken",
        "message": "no such column",
        "file": "a.yml",
        "line": 4,
        "column": 2,
        "source": "x",
        "hint": "try y",
        "exit_code": 3,
    }


def test_the_summary_counts_every_status_even_those_that_did_not_occur() -> None:
    summary = json.loads(as_json.write(SHOP))["summary"]
    assert list(summary.items()) == [
        ("pass", 0),
        ("warn", 0),
        ("fail", 1),
        ("unknown", 0),
        ("skip", 0),
        ("error", 1),
        ("info", 0),
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_null(value: float) -> None:
    metric = MetricResult("m", {"day": value}, value, Unit.NUMBER, value, value, value, limit=value)
    check = CheckResult("c", "a", Status.INFO, elapsed_s=value, metrics=(metric,))
    written = json.loads(as_json.write(RunResult(RUN, (), (check,))))["checks"][0]
    assert written["elapsed_s"] == 0.0
    assert {key: written["metrics"][0][key] for key in ("value", "low", "high", "n", "limit")} == (
        dict.fromkeys(("value", "low", "high", "n", "limit"))
    )
    assert written["metrics"][0]["segment"] == {"day": None}


def test_hops_come_from_the_segments_of_pipeline_lag() -> None:
    lag = {
        "median_lag": (60.0, Unit.SECONDS),
        "p90_lag": (600.0, Unit.SECONDS),
        "mean_lag": (120.0, Unit.SECONDS),
        "matched_share": (0.9, Unit.SHARE),
        "negative_share": (0.0, Unit.SHARE),
        "source_rows": (90.0, Unit.COUNT),
        "target_rows": (80.0, Unit.COUNT),
        "lag_limit": (300.0, Unit.SECONDS),
        "over_limit_share": (0.25, Unit.SHARE),
    }
    metrics = [
        MetricResult(name, {"hop": "event to ingested"}, value, unit, n=77.0)
        for name, (value, unit) in lag.items()
    ]
    metrics.append(MetricResult("median_lag", {"hop": "ingested to snapshot"}, None, Unit.SECONDS))
    metrics.append(MetricResult("median_lag", {"hop": None}, 9.0, Unit.SECONDS))
    home = {"hop": "event to ingested", "surface": "home"}
    metrics.append(MetricResult("median_lag", home, 5.0, Unit.SECONDS, n=7.0))
    check = CheckResult("pipeline_lag", "signal_freshness", Status.INFO, metrics=tuple(metrics))
    assert json.loads(as_json.write(RunResult(RUN, (), (check,))))["pipeline"] == {
        "stages": [
            {"name": "event", "rows": 90},
            {"name": "ingested", "rows": 80},
            {"name": "snapshot", "rows": None},
        ],
        "hops": [
            {
                "name": "event to ingested",
                "p50_s": 60.0,
                "p90_s": 600.0,
                "mean_s": 120.0,
                "n": 77,
                "matched_share": 0.9,
                "negative_share": 0.0,
                "limit_s": 300.0,
                "over_limit_share": 0.25,
                "status": "info",
            },
            {
                "name": "ingested to snapshot",
                "p50_s": None,
                "p90_s": None,
                "mean_s": None,
                "n": None,
                "matched_share": None,
                "negative_share": None,
                "limit_s": None,
                "over_limit_share": None,
                "status": "info",
            },
        ],
    }


def test_results_from_before_stations_and_limits_are_read() -> None:
    document = json.loads(as_json.write(PICTURED))
    document["pipeline"]["stages"] = []
    for hop in document["pipeline"]["hops"]:
        for key in ("limit_s", "over_limit_share", "status"):
            del hop[key]
    assert len(document["pipeline"]["hops"]) == 4
    assert as_json.read(json.dumps(document)) == PICTURED


@settings(deadline=None)
@given(RESULTS)
def test_reading_gives_back_what_was_written(result: RunResult) -> None:
    assert as_json.read(as_json.write(result)) == result


@given(st.text())
def test_the_text_is_ascii_so_that_no_name_can_drive_a_terminal(name: str) -> None:
    check = CheckResult(name, "a", Status.PASS)
    text = as_json.write(RunResult(RUN, (), (check,)))
    assert text.isascii()
    assert text.replace("\n", "").isprintable()


def test_keys_of_a_newer_minor_version_are_passed_over() -> None:
    document = json.loads(changed("schema", "recsql.results/1.2"))
    document["figures"] = [1, 2]
    document["checks"][0]["previous"] = {"value": 1}
    rows = SIGNAL_AGE.rows
    assert as_json.read(json.dumps(document)).checks[0].rows.count == rows.count


@pytest.mark.parametrize(("told", "read"), [(None, False), (False, False), (True, True)])
def test_an_interval_is_sequential_only_where_the_file_says_so(
    told: bool | None, read: bool
) -> None:
    document = json.loads(as_json.write(SHOP))
    metric = document["checks"][0]["metrics"][0]
    del metric["sequential"]
    if told is not None:
        metric["sequential"] = told
    assert as_json.read(json.dumps(document)).checks[0].metrics[0].sequential is read


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (
            "recsql.results/2",
            "the results file has schema `recsql.results/2`, this recsql reads `recsql.results/1`",
        ),
        (
            "recsql.results/10",
            "the results file has schema `recsql.results/10`, this recsql reads `recsql.results/1`",
        ),
        ("other/1", "the file is not a results file: its schema is not `recsql.results/1`"),
        (None, "the file is not a results file: its schema is not `recsql.results/1`"),
    ],
)
def test_another_schema_is_refused(schema: str | None, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        as_json.read(changed("schema", schema))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the results file is not JSON: Expecting value at line 1, column 1"),
        ("[]", "`results` in the results file is list, not an object"),
        (changed("checks", None), "`results.checks` in the results file is nothing, not a list"),
        (changed("run", {"id": 3}), "`results.run.id` in the results file is int, not a text"),
        (
            changed("audits", [{"name": "a", "question": "", "status": "odd"}]),
            "`results.audits[0].status` in the results file is str, not one of pass, warn, fail, "
            "unknown, skip, error, info",
        ),
    ],
)
def test_a_broken_document_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        as_json.read(text)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema": ' + "9" * 5000 + "}"])
def test_a_document_made_to_hurt_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        as_json.read(text)
