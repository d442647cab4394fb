"""Whether the interval of the avoidable loss holds the truth, the curve being measured, too."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, Templates
from recsql.project.load import load
from recsql.project.locate import builtin_root

WORLDS = 200
PERSONS = 120
HOURS = np.array([0, 1, 6, 12, 24, 48, 72, 120, 168, 240, 336], dtype=float)
NAMES = ("world", "person", "level", "half_life", "luck", "used", "fresh")
KINDS = ("device_class", "region", "model_version", "activity", "tenure")
GIVEN = {
    "asked",
    "backtest_hits",
    "link_evidence",
    "mended_signals",
    "requests",
    "resamples",
    "signals",
}

Columns = dict[str, npt.NDArray[np.float64]]


def texts(name: str) -> dict[str, str]:
    """The SQL of a check and of what it reads up to what is GIVEN; what is read comes first."""
    loaded = load(builtin_root() / "checks", optional=True)
    catalog = loaded.catalog
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, loaded.project.variables, lambda name: True)
    templates = Templates(policy, catalog.macros)
    found: dict[str, str] = {}

    def add(name: str) -> None:
        text = catalog.checks[name].sql if name in catalog.checks else catalog.models[name].sql
        assert text is not None
        rendered = moment.dated(templates.render(text).sql)
        for read in re.findall(MODEL + r"(\w+)", rendered):
            if read not in found and read not in GIVEN:
                add(read)
        found[name] = rendered.replace(MODEL, "")

    add(name)
    return found


def simulated(persons: int, worlds: int) -> Columns:
    """One row per request; persons differ in activity, taste and the age of their signals."""
    random = np.random.default_rng(26)
    people = persons * worlds
    counts = 1 + np.floor(8 * random.random(people) ** 2).astype(int)
    own = {
        "world": np.arange(people) // persons,
        "person": np.arange(people),
        "level": 0.5 + 0.5 * random.random(people),
        "half_life": 24 * (0.3 + 3 * random.random(people)),
        "staleness": 20 + 100 * random.random(people),
    }
    found = {name: np.repeat(values, counts).astype(float) for name, values in own.items()}
    used = found.pop("staleness") * (0.5 + random.random(counts.sum()))
    return {**found, "luck": random.random(counts.sum()), "used": used, "fresh": used / 10}


def truth() -> float:
    """The loss in a shop of a quarter of a million persons, by their chances and not their luck."""
    shop = simulated(250_000, 1)
    chances = shop["level"][:, None] * 0.5 ** (HOURS / shop["half_life"][:, None])
    curve = chances.sum(axis=0) / chances[:, 0].sum()
    kept = [np.interp(shop[age], HOURS, curve) for age in ("fresh", "used")]
    return float((kept[0] - kept[1]).mean())


def test_the_interval_of_the_avoidable_loss_holds_the_truth_in_19_of_20_shops() -> None:
    shops = simulated(PERSONS, WORLDS)
    columns = ", ".join(f"unnest(?) as {name}" for name in NAMES)
    connection = duckdb.connect()
    connection.execute(
        f"create table shops as select {columns}", [shops[name].tolist() for name in NAMES]
    )
    connection.execute("create table hours as select unnest(?) as hour", [HOURS.tolist()])
    built = texts("relevance_loss")
    judged = built.pop("relevance_loss")
    cells = ", ".join(f"{'newest' if cell & 1 else 'used'}_us as us_{cell}" for cell in range(8))
    connection.execute("create table asked as select 0 as snapshot_us")
    connection.execute("create table link_evidence as select 'k' as key")
    kinds = ", ".join(f"{name} varchar" for name in KINDS)
    connection.execute(f"create table requests (request_id varchar, {kinds})")
    wanted, held, widths = truth(), 0, []
    for world in range(WORLDS):
        own = f"select * from shops where world = {world}"
        connection.execute(
            f"""
            create or replace table signals as select person::int::varchar as person_id,
                row_number() over ()::varchar as request_id,
                'web' as surface, 10::bigint ** 13 as serve_us,
                serve_us - (used * 36e8)::bigint as used_us,
                serve_us - (fresh * 36e8)::bigint as newest_us from ({own});
            create or replace table mended_signals as
                select person_id, surface, serve_us, {cells} from signals;
            create or replace table backtest_hits as select person::int::varchar as person_id,
                3600.0 * hour as lag_s,
                case when luck < level * 0.5 ** (hour / half_life) then 1.0 else 0.0 end as hit
            from ({own}) cross join hours;
            create or replace table resamples as select distinct person_id, 0 as replicate,
                1.0 as weight from signals
            """
        )
        for name, text in built.items():
            connection.execute(f"create or replace table {name} as {text}")
        row = connection.execute(
            "select avoidable_loss_low, avoidable_loss_high, refresh_loss_low, refresh_loss_high"
            f" from ({judged}) where surface is null"
        ).fetchone()
        assert row is not None
        # all of this loss is the refresh's, and the parts are as sure as the whole
        assert row[2:] == pytest.approx(row[:2], abs=1e-9)
        held += row[0] <= wanted <= row[1]
        widths.append(row[1] - row[0])
    assert 0.90 <= held / WORLDS <= 0.99, (held, wanted, np.mean(widths))
    # a shop that is nearly sure of nothing would hold the truth, too
    assert np.mean(widths) < 0.2
