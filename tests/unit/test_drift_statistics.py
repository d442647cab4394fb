"""The fitted curve and the day-to-day match, against numpy on random data."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.template import Moment, Policy, Templates
from recsql.project.load import load
from recsql.project.locate import builtin_root

WORLDS = 200
LOADED = load(builtin_root() / "checks", optional=True)


def model(name: str) -> str:
    """A built-in model as SQL over tables that are named like the models it refers to."""
    found = LOADED.catalog.models[name].sql
    assert found is not None
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    sql = Templates(policy, LOADED.catalog.macros).render(found).sql
    return moment.dated(sql).replace("recsql_model_", "")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_the_curve_is_the_one_of_least_squares(connection: duckdb.DuckDBPyConnection) -> None:
    random = np.random.default_rng(7)
    rows, best = [], {}
    grid = 0.25 * 1.02 ** np.arange(400)
    for replicate in range(WORLDS):
        lags = np.arange(1, int(random.integers(5, 22)))
        half_life, baseline = random.uniform(0.5, 12.0), random.uniform(0.0, 0.3)
        match = baseline + 0.5 * 0.5 ** (lags / half_life) + random.normal(0, 0.01, len(lags))
        rows += [(replicate, float(lag), float(m)) for lag, m in zip(lags, match, strict=True)]
        fits = []
        for candidate in grid:
            x = 0.5 ** (lags / candidate)
            design = np.column_stack([np.ones_like(x), x])
            (b, a), *_ = np.linalg.lstsq(design, match, rcond=None)
            if a > 0:
                fits.append((float(((match - design @ (b, a)) ** 2).sum()), candidate, b, a))
        best[replicate] = min(fits)
    connection.execute(
        "create table match_means (curve varchar, replicate int, lag_days double, match double,"
        " fixed_baseline double)"
    )
    connection.executemany("insert into match_means values ('signals', ?, ?, ?, null)", rows)
    found = connection.execute(
        "select replicate, half_life_s, baseline, amplitude"
        f" from ({model('decay_fits')}) order by replicate"
    ).fetchall()
    assert len(found) == WORLDS
    for replicate, half_life_s, b, a in found:
        squares, candidate, want_b, want_a = best[replicate]
        assert half_life_s / 86400 == pytest.approx(candidate, rel=1e-9), squares
        assert (b, a) == pytest.approx((want_b, want_a), abs=1e-6)


def test_the_match_of_days_is_the_chance_that_two_events_share_a_topic(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    random = np.random.default_rng(8)
    connection.execute(
        "create table topic_events (person_id varchar, topic varchar, event_us bigint, nth int)"
    )
    connection.execute("create table fallback_category as select null::varchar as category")
    events: dict[str, list[tuple[int, int]]] = {}
    rows = []
    for person in range(WORLDS):
        count = int(random.integers(1, 25))
        days, topics = random.integers(0, 6, count), random.integers(0, 4, count)
        events[f"p{person}"] = list(zip(days.tolist(), topics.tolist(), strict=True))
        rows += [
            (f"p{person}", f"t{topic}", day * 86_400_000_000 + i, i)
            for i, (day, topic) in enumerate(events[f"p{person}"])
        ]
    connection.executemany("insert into topic_events values (?, ?, ?, ?)", rows)
    connection.execute("create table drift_people as select distinct person_id from topic_events")
    connection.execute("create table promoted_topics (day bigint, topic varchar)")
    connection.execute(f"create table day_topics as {model('day_topics')}")
    found = connection.execute(f"select person_id, lag_days, match from ({model('day_matches')})")
    seen = {(person, lag): match for person, lag, match in found.fetchall()}
    expected: dict[tuple[str, int], float] = {}
    for name, own in events.items():
        seen_days = sorted({day for day, _ in own})
        chances: dict[int, list[float]] = {}
        for earlier in seen_days:
            for later in (day for day in seen_days if day > earlier):
                left = [topic for day, topic in own if day == earlier]
                right = [topic for day, topic in own if day == later]
                same = sum(a == b for a in left for b in right) / (len(left) * len(right))
                chances.setdefault(later - earlier, []).append(same)
        expected |= {(name, lag): sum(c) / len(c) for lag, c in chances.items()}
    assert seen == pytest.approx(expected, abs=1e-12)
