"""The fitted curve and the day-to-day match, against numpy on random data."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
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


def test_other_persons_are_all_pairs_of_two(connection: duckdb.DuckDBPyConnection) -> None:
    random = np.random.default_rng(9)
    connection.execute("create table fallback_category as select null::varchar as category")
    connection.execute(
        "create table day_topics (person_id varchar, topic varchar, day bigint,"
        " is_promoted boolean, n_events double, n_part double)"
    )
    days: dict[tuple[str, int], dict[str, float]] = {}
    for person in range(20):
        for day in range(10):
            if random.random() < 0.6:
                counts = random.integers(0, 4, 3) + np.array([1, 0, 0])
                named = {f"t{topic}": float(n) for topic, n in enumerate(counts) if n > 0}
                days[f"p{person}", day] = named
    connection.executemany(
        "insert into day_topics values (?, ?, ?, false, ?, ?)",
        [
            (person, topic, day, n, sum(own.values()))
            for (person, day), own in days.items()
            for topic, n in own.items()
        ],
    )
    connection.execute(f"create table day_matches as {model('day_matches')}")
    found = connection.execute(
        f"select person_id, lag_days, matched, pairs from ({model('stranger_matches')})"
        " where pairs > 0"
    ).fetchall()
    expected: dict[tuple[str, int], list[float]] = {}
    for (earlier, first), own in days.items():
        for (later, second), other in days.items():
            if earlier != later and second - first in (1, 7):
                sizes = sum(own.values()) * sum(other.values())
                match = sum(n * other.get(topic, 0.0) for topic, n in own.items()) / sizes
                for name in (earlier, later):
                    sums = expected.setdefault((name, second - first), [0.0, 0.0])
                    sums[0] += match
                    sums[1] += 1.0
    assert {(p, int(lag)): n for p, lag, _, n in found} == pytest.approx(
        {place: n for place, (_, n) in expected.items()}, abs=1e-9
    )
    assert {(p, int(lag)): m for p, lag, m, _ in found} == pytest.approx(
        {place: m for place, (m, _) in expected.items()}, abs=1e-9
    )


@pytest.mark.parametrize(
    ("schedule", "is_told_by_clock"),
    [("serve - 1 - i * 7919 % 604800", False), ("serve - serve % 604800", True)],
)
def test_served_lists_tell_the_drift_unless_the_clock_tells_the_age(
    connection: duckdb.DuckDBPyConnection, schedule: str, is_told_by_clock: bool
) -> None:
    """Staggered runs give back a half-life of 4.8 d above 2 % of chance; one run a week cannot."""
    # 60,000 requests of 600 persons over four weeks; a tenth asks for what no list could foretell
    luck = "('0x' || left(md5(i || '{}'), 12))::bigint / 281474976710656.0"
    connection.execute(
        f"""
        create table asked as select i, i % 600 as person, {luck.format("t")} as moment,
            {luck.format("h")} as luck, i % 10 = 0 as is_missed,
            1 + (moment * 28 * 86400)::bigint as serve, {schedule} as snapshot
        from range(60000) as t(i);
        create table requests as select 'r' || i as request_id, 'p' || person as person_id,
            serve * 1000000 as serve_us, snapshot * 1000000 as snapshot_us from asked;
        create table backtests as select 'r' || i as request_id, i as nth from asked;
        create table backtest_hits as select i as request,
            case when is_missed then 0.0 else 1.0 end as hit from asked;
        create table lists as select 'r' || i as request_id, 'item' as item_id from asked;
        create table labels as select 'r' || i as request_id, 'item' as item_id from asked
            where luck < 0.02 + case when is_missed then 0.0
                else 0.8 * 0.5 ** ((serve - snapshot) / 86400.0 / 4.8) end;
        create table resamples as select 'p' || i as person_id, 0 as replicate, 1.0 as weight
            from range(600) as t(i)
        """
    )
    for name in ("phase_hits", "phase_clock", "phase_means"):
        connection.execute(f"create table {name} as {model(name)}")
    row = connection.execute("select n, clock_share from phase_clock").fetchone()
    assert row is not None
    assert row[0] == 60_000
    assert (row[1] > 0.9) is is_told_by_clock
    connection.execute(
        "create table match_means as select 'served_lists' as curve, replicate, lag_days,"
        " hit_rate as match, chance_rate as fixed_baseline from phase_means"
    )
    fits = connection.execute(
        f"select half_life_s / 86400, baseline, amplitude from ({model('decay_fits')})"
    ).fetchall()
    if is_told_by_clock:
        assert fits == []
    else:
        ((half_life, baseline, amplitude),) = fits
        assert half_life == pytest.approx(4.8, rel=0.06)
        assert baseline == pytest.approx(0.02, abs=0.006)
        assert amplitude == pytest.approx(0.9 * 0.8, rel=0.03)
