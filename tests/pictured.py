"""A made-up run with everything that the report draws, and the same with another's words in it."""

from __future__ import annotations

from dataclasses import replace

from recsql.model import Reason, Scalar, Status, Unit
from recsql.results import AuditResult, CheckResult, MetricResult, RowSample, RunInfo, RunResult

RUN = RunInfo(
    "r1", "0.1.0", "shop", "prod", "duckdb", "2026-03-03T12:00:00Z", 2419200.0,
    "2026-03-03T12:00:04Z", 1.5, 1, queries=40,
)  # fmt: skip
"""The circumstances of every made-up run in the tests of reports."""

HOUR, DAY = 3600.0, 86400.0
CATEGORIES = ("furniture", "beauty & care", "groceries", "electronics", "books", "tools")
AGES = ((0.0, 0.0, 0.0), (0.25, 900.0, 0.9), (12.0, 600.0, 0.5), (24.0, 3000.0, 0.1),
        (72.0, 3000.0, 0.1), (168.0, 1500.0, 0.2), (336.0, 0.0, 0.0))  # fmt: skip
"""Where a class begins, requests of that age, and the part in which the person was away."""


def share(
    name: str, value: float, half: float = 0.0, n: float | None = 9000.0, **segment: Scalar
) -> MetricResult:
    low, high = (value - half, value + half) if half else (None, None)
    return MetricResult(name, segment, value, Unit.SHARE, low, high, n)


def lasting(
    name: str, value: float, half: float = 0.0, n: float | None = 9000.0, **segment: Scalar
) -> MetricResult:
    low, high = (value - half, value + half) if half else (None, None)
    return MetricResult(name, segment, value, Unit.SECONDS, low, high, n)


def failing(metric: MetricResult, limit: str) -> MetricResult:
    return replace(metric, status=Status.FAIL, error_if=limit)


def hop(name: str, median: float, p90: float, mean: float) -> tuple[MetricResult, ...]:
    return (
        lasting("median_lag", median, hop=name), lasting("p90_lag", p90, hop=name),
        lasting("mean_lag", mean, hop=name), share("matched_share", 0.6, hop=name),
    )  # fmt: skip


def stocked(name: str, source: float, target: float) -> tuple[MetricResult, ...]:
    return tuple(
        MetricResult(f"{end}_rows", {"hop": name}, number, Unit.COUNT)
        for end, number in (("source", source), ("target", target))
    )


def limited(name: str, limit: float, over: float) -> tuple[MetricResult, ...]:
    return (
        lasting("lag_limit", limit, n=None, hop=name),
        share("over_limit_share", over, 0.02, hop=name),
    )


def open_decisions(category: str | None, fall: float) -> tuple[MetricResult, ...]:
    named: dict[str, Scalar] = {} if category is None else {"category": category}
    return tuple(
        share("survival", (1 - fall) ** day, 0.01, 400.0, **named, day=day) for day in range(1, 15)
    )


FRESH = (
    CheckResult("signal_age", "signal_freshness", Status.FAIL, sentence="Signals are old.",
        next="Feature refresh, ingestion or identity merge: shorten it; build more often.",
        metrics=(
            failing(lasting("median_signal_age", 106 * HOUR, 3 * HOUR), "> drift_window"),
            lasting("p90_signal_age", 178 * HOUR, 4 * HOUR),
            share("cold_share", 0.4, 0.03, 15000.0),
        )),
    CheckResult("age_waterfall", "signal_freshness", Status.INFO, next="Feature refresh: go on.",
        metrics=(
            lasting("mean_signal_age", 108 * HOUR, 2 * HOUR),
            lasting("mean_user_inactivity", 7 * HOUR, HOUR),
            lasting("mean_identity", 7 * HOUR, HOUR),
            lasting("mean_ingestion", 19 * HOUR, HOUR),
            lasting("mean_refresh", 75 * HOUR, 2 * HOUR),
            *(number for start, n, away in AGES for number in (
                lasting("mean_signal_age", (start + 5) * HOUR, 0, n, age_h=start),
                lasting("mean_user_inactivity", away * (start + 5) * HOUR, 0, None, age_h=start),
            )),
        )),
    CheckResult("drift_window", "signal_freshness", Status.PASS,
        metrics=(lasting("drift_window", 14 * HOUR, 3 * HOUR),)),
    CheckResult("drift_curve", "signal_freshness", Status.INFO,
        metrics=tuple(share("retained_relevance", 0.995**lag, 0.02, 980.0, lag=float(lag))
                      for lag in (0, 6, 24, 72, 168, 336))),
    CheckResult("pipeline_lag", "signal_freshness", Status.INFO,
        metrics=(
            *hop("event_to_ingested", 20 * HOUR, 25 * HOUR, 21 * HOUR),
            *hop("ingested_to_snapshot", 4 * HOUR, 30 * HOUR, 11 * HOUR),
            *hop("snapshot_to_written", 2 * HOUR, 2 * HOUR, 2 * HOUR),
            *hop("written_to_served", 70 * HOUR, 144 * HOUR, 74 * HOUR),
            *stocked("event_to_ingested", 4_812_000, 64_532),
            *stocked("ingested_to_snapshot", 64_532, 3_920),
            *stocked("snapshot_to_written", 3_920, 3_919),
            *stocked("written_to_served", 3_919, 12_721),
            *limited("event_to_ingested", 26 * HOUR, 0.04),
            *(failing(m, "> 10%") if m.name == "over_limit_share" else m
              for m in limited("written_to_served", 6 * HOUR, 0.981)),
        )),
    CheckResult("relevance_loss", "signal_freshness", Status.FAIL, sentence="Much is lost.",
        next="Feature refresh, ingestion or identity merge: shorten it until this is less.",
        metrics=(failing(share("avoidable_loss", 0.4, 0.03), "> var:max_avoidable_loss"),)),
)  # fmt: skip
PEOPLE = (
    CheckResult("unmerged_traffic", "identity_coverage", Status.FAIL,
        next="Identity merge: merge on the login, once a day.",
        metrics=(
            failing(share("traffic_share", 0.51, 0.03), "> 5%"),
            share("revenue_share", 0.75, 0.04, None), share("hindsight_share", 0.96, 0.02, None),
        ),
        rows=RowSample(("key", "requests"), (("#1", 175), ("#2", 150)), 147)),
    CheckResult("unmerged_persons", "identity_coverage", Status.INFO,
        metrics=(
            share("person_rate", 0.74, 0.06, 193.0), share("mergeable_rate", 1.0),
            *(share("person_share", value, 0.01, 193.0, profiles=number)
              for number, value in enumerate((0.26, 0.03, 0.04, 0.04, 0.63), 1)),
            *(share("conversion_share", value, 0.01, 928.0, profiles=number)
              for number, value in enumerate((0.1, 0.2, 0.0, 0.3, 0.4), 1)),
        )),
    CheckResult("ranked_in_isolation", "identity_coverage", Status.WARN,
        metrics=(
            share("isolation", 0.8, 0.1), share("jaccard", 0.25, 0.05, 300.0),
            share("jaccard_same", 0.8, 0.02), share("jaccard_random", 0.1, 0.02),
        )),
)  # fmt: skip
GAP = (
    CheckResult("metric_gap", "offline_online_gap", Status.FAIL,
        next="Evaluation: rule out its split first (a random one leaks), then read the others.",
        metrics=(
            share("offline", 0.91, model_version="v3", metric="hit_rate", k=10),
            failing(share("gap", 0.53, 0.03), "> 5%"), share("offline", 0.91),
            share("realised", 0.38),
        )),
    CheckResult("gap_attribution", "offline_online_gap", Status.INFO,
        metrics=(
            share("stale_signals", 0.38, 0.04), share("stale_items", -0.001, 0.0005),
            share("identity", 0.09, 0.02), share("mix", 0.001, 0.0, None),
            share("rest", 0.06, 0.0, None), share("observed", 0.38, 0.03),
        )),
    CheckResult("rebuild_what_if", "offline_online_gap", Status.INFO,
        metrics=(share("what_if", 0.86, 0.04), share("proxy_overlap", 0.87, 0.0, None))),
    CheckResult("off_policy_estimate", "offline_online_gap", Status.SKIP, Reason.NOT_COMPUTABLE,
        sentence="`served_items` has no column `propensity`"),
)  # fmt: skip
DECIDING = (
    CheckResult("late_recommendations", "conversion_window_alignment", Status.FAIL,
        next="Feature refresh or serving: shorten the interval.",
        metrics=(
            failing(share("late_share", 0.25, 0.04), "> 20%"),
            lasting("median_gap", 6.7 * DAY, 0.2 * DAY, None),
            *(lasting("median_gap", (2 + n) * DAY, 0.0, None, category=name)
              for n, name in enumerate(CATEGORIES)),
        )),
    CheckResult("decision_window", "conversion_window_alignment", Status.INFO,
        metrics=(lasting("window_50", 3 * DAY), lasting("window_90", 10.6 * DAY))),
    CheckResult("survival_curve", "conversion_window_alignment", Status.INFO,
        metrics=(
            *open_decisions(None, 0.03),
            *(point for n, name in enumerate(CATEGORIES)
              for point in open_decisions(name, 0.02 + 0.03 * n)),
        )),
)  # fmt: skip
HEALTH = (
    CheckResult("dead_stock", "pipeline_health", Status.PASS,
        metrics=(share("dead_share", 0.0, 0.0),)),
    CheckResult("popularity_drift", "pipeline_health", Status.UNKNOWN, Reason.INCONCLUSIVE,
        sentence="Popularity may have moved.",
        metrics=(share("rank_correlation", 0.55, 0.09, 240.0),)),
)  # fmt: skip
AUDITS = (
    AuditResult("signal_freshness", "Are signals fresh when a recommendation is served?",
                Status.FAIL, "Half of the signals were older than 4.4 d.", "Feature refresh: on."),
    AuditResult("identity_coverage", "Do we know who people are?", Status.FAIL,
                "51.0 % of requests were answered from a part of the person.", "Merge."),
    AuditResult("offline_online_gap", "How far is realised quality from the offline score?",
                Status.FAIL, "A gap of 53.0 %.", "Evaluation: rule out its split."),
    AuditResult("conversion_window_alignment",
                "Does the recommendation arrive while the person is still deciding?",
                Status.FAIL, "25.0 % came too late.", "Shorten it."),
    AuditResult("pipeline_health", "Is the plumbing sound?", Status.UNKNOWN, "Perhaps.", ""),
)  # fmt: skip
PICTURED = RunResult(RUN, AUDITS, (*FRESH, *PEOPLE, *GAP, *DECIDING, *HEALTH))


def without(*names: str) -> RunResult:
    """The run without some of its checks."""
    return replace(PICTURED, checks=tuple(c for c in PICTURED.checks if c.name not in names))


def renamed(text: str) -> RunResult:
    """The run with a text for every word that a user or a warehouse chooses."""

    def metric(found: MetricResult, index: int) -> MetricResult:
        named: dict[str, Scalar] = {
            key: f"{text}_to_{index}" if key == "hop" else f"{text}{value}"
            for key, value in found.segment.items()
            if isinstance(value, str)
        }
        segment = {**found.segment, **named}
        return replace(found, segment=segment, note=text)

    def check(found: CheckResult) -> CheckResult:
        metrics = tuple(metric(m, index) for index, m in enumerate(found.metrics))
        sample = RowSample((text, text), ((text, 1.5), (None, text)), 9)
        return replace(
            found, sentence=text, next=text, notes=(text,), compiled_path=text, metrics=metrics,
            rows=sample,
        )  # fmt: skip

    return RunResult(
        replace(RUN, project=text, target=text, dialect=text, id=text, recsql_version=text),
        tuple(replace(audit, question=text, sentence=text, next=text) for audit in AUDITS),
        (*map(check, PICTURED.checks), CheckResult(text, text, Status.ERROR, sentence=text)),
    )
