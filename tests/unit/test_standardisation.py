"""The observational estimate against numpy, and its interval on worlds whose truth is known.

Each world is judged by coarse strata and by those with the surface in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, RELATION, Templates
from recsql.project.load import load
from recsql.project.locate import builtin_root

LOADED = load(builtin_root() / "checks", optional=True)
HOUR = 3_600_000_000
NOW = 1_000 * HOUR
PEOPLE, LEAST = 150, 30
STEPS = (
    "list_ages", "busy_thirds", "strata_requests", "strata_people", "strata", "strata_pulls",
    "standardised_hits",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One entry per request; persons are numbered by activity, so that thirds are known."""

    person: np.ndarray
    hit: np.ndarray
    silent_h: np.ndarray  # hours since the last event
    is_old: np.ndarray  # its snapshot is older than planned
    is_split: np.ndarray
    surface: np.ndarray  # a number
    sound: np.ndarray  # the chance of a hit, had its list been fresh and whole


def sql(name: str) -> str:
    """A model over tables that are named like what it refers to."""
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    text = LOADED.catalog.models[name].sql
    assert text is not None
    rendered = Templates(policy, LOADED.catalog.macros).render(text).sql
    return moment.dated(rendered).replace(MODEL, "").replace(RELATION, "")


def estimates(worlds: list[World]) -> list[dict[str, dict[str, float | None]]]:
    """The model's row of each world and level."""
    connection, found = duckdb.connect(), []
    statements = {name: sql(name) for name in STEPS}
    connection.execute(f"""
        create table replay_target as select null::varchar as model_version, null::bigint as k;
        create table users as select 'u' || i as user_id, 'p' || i as person_id
        from range(0, {PEOPLE}, 2) as t(i);
        create table person_events as
        select 'p' || i as person_id, 0 as event_us, 0 as ingested_us
        from range({PEOPLE}) as t(i), range({PEOPLE}) as u(j) where j <= i""")
    for world in worlds:
        lists = [x.tolist() for x in (world.person, world.hit, world.silent_h)]
        flags = [x.tolist() for x in (world.is_old, world.is_split, world.surface)]
        connection.execute(
            "create or replace table world as select row_number() over () as i, * from (select"
            " unnest(?) as person, unnest(?) as hit, unnest(?) as silent_h,"
            " unnest(?) as is_old, unnest(?) as is_split, unnest(?) as surface)",
            [*lists, *flags],
        )
        connection.execute(f"""
            create or replace view requests as
            select i as request_id, 'p' || person as person_id, null::varchar as model_version,
                's' || surface as surface, null::varchar as session_id,
                {NOW} as serve_us, {NOW} as index_us,
                {NOW} - case when is_old then 9 * {HOUR} else 0 end as snapshot_us
            from world;
            create or replace view scores as
            select i as request_id, null::bigint as k, hit::double as hit_rate from world;
            create or replace view signals as
            select i as request_id, {NOW} - silent_h * {HOUR} as newest_us,
                newest_us as profile_us, newest_us as used_us
            from world;
            create or replace view fragments as
            select i as request_id, is_split as is_split_in_hindsight from world""")
        for name, statement in statements.items():
            connection.execute(f"create or replace table {name} as {statement}")
        result = connection.execute("select * from standardised_hits")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        found.append({row.pop("level"): row for row in rows})
    return found


def strata(world: World, level: str) -> np.ndarray:
    """The stratum of each request, as a number."""
    third = world.person * 3 // PEOPLE
    silence = np.digitize(world.silent_h, [1, 6, 24, 72, 168])
    coarse = (third * 10 + silence) * 2 + world.person % 2
    return np.asarray(coarse * 10 + world.surface if level == "fine" else coarse)


def random_world(random: np.random.Generator) -> World:
    """Old snapshots and split profiles fall on some strata more than on others."""
    person = np.repeat(np.arange(PEOPLE), random.integers(60, 140, PEOPLE))
    silent_h = random.choice([2, 12, 100], len(person), p=[0.4, 0.4, 0.2])
    is_old = random.random(len(person)) < np.where(silent_h == 2, 0.6, 0.3)
    is_split = random.random(len(person)) < 0.2 + 0.4 * person / PEOPLE
    # where lists are fresh more often, and hit more often whatever they are
    surface = (random.random(len(person)) < np.where(is_old, 0.4, 0.6)).astype(int)
    taste = random.normal(0, 0.1, PEOPLE)[person]
    sound = 0.5 - 0.2 * person / PEOPLE + 0.15 * (silent_h != 2) + 0.3 * surface
    chance = np.clip(sound - 0.3 * is_old - 0.2 * is_split + taste, 0, 1)
    hit = (random.random(len(person)) < chance).astype(int)
    return World(person, hit, silent_h, is_old, is_split, surface, sound)


def expected(world: World, level: str) -> tuple[tuple[float, float, float, float], float]:
    """Value, ends of the interval and overlap, by numpy; and the truth of the same strata."""
    x, sound = strata(world, level), ~world.is_old & ~world.is_split
    kinds = [sound, world.is_old & ~world.is_split, ~world.is_old & world.is_split]
    kinds.append(world.is_old & world.is_split)
    kept = [s for s in np.unique(x) if all(((x == s) & kind).sum() >= LEAST for kind in kinds)]
    n = float(np.isin(x, kept).sum())
    parts = {s: (x == s).sum() / n for s in kept}
    rates = {s: world.hit[(x == s) & sound].mean() for s in kept}
    value = sum(parts[s] * rates[s] for s in kept)
    pulls = np.zeros(PEOPLE)
    for s in kept:
        inside = x == s
        np.add.at(pulls, world.person[inside], (rates[s] - value) / n)
        own = parts[s] / (inside & sound).sum() * (world.hit - rates[s])
        np.add.at(pulls, world.person[inside & sound], own[inside & sound])
    people = len(np.unique(world.person[np.isin(x, kept)]))
    reach = 1.96 * np.sqrt(people / (people - 1) * (pulls**2).sum())
    truth = float(world.sound[np.isin(x, kept)].mean())
    return (float(value), float(value - reach), float(value + reach), n / len(x)), truth


def test_the_estimate_is_numpys_and_its_interval_covers_the_truth() -> None:
    random = np.random.default_rng(37)
    worlds = [random_world(random) for _ in range(80)]
    covered: dict[str, list[bool]] = {"coarse": [], "fine": []}
    naive = []
    for world, rows in zip(worlds, estimates(worlds), strict=True):
        for level, row in rows.items():
            wanted, truth = expected(world, level)
            got = row["value"], row["low"], row["high"], row["overlap"]
            assert got == pytest.approx(wanted, abs=1e-9)
            covered[level].append(wanted[1] <= truth <= wanted[2])
        is_sound = ~world.is_old & ~world.is_split
        naive.append(float(world.hit[is_sound].mean() - world.sound.mean()))
    assert 0.90 <= np.mean(covered["fine"]) <= 0.99
    # what strata are for: sound lists went to others than lists do, and on other surfaces
    assert abs(np.mean(naive)) > 0.02
    assert np.mean(covered["coarse"]) < 0.5
