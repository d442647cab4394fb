"""Click rates at one mix of positions against numpy, and against worlds whose rate is known."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, RELATION, Templates
from recsql.project.load import load
from recsql.project.locate import builtin_root

LOADED = load(builtin_root() / "checks", optional=True)
Row = tuple[str, str, int, int, int]  # person, surface, position, clicks, shown
LEAST = 30  # min_segment_persons


def rendered(name: str) -> str:
    """A model as SQL over tables that are named like its relations and models."""
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    text = LOADED.catalog.models[name].sql
    assert text is not None
    sql = Templates(policy, LOADED.catalog.macros).render(text).sql
    return moment.dated(sql).replace(MODEL, "").replace(RELATION, "")


def standards(worlds: list[list[Row]]) -> list[dict[str, tuple[float, float, float]]]:
    """Each world's surface → (rate, low, high); `all` is all of them."""
    connection = duckdb.connect()
    connection.execute(
        "create table realised (person_id varchar, surface varchar, model_version varchar,"
        " k bigint, position bigint, metric varchar, achieved double, possible double)"
    )
    found = []
    for rows in worlds:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute("delete from realised")
        connection.execute(
            "insert into realised select person, surface, null, null, position, 'ctr', clicks,"
            " shown from (select unnest(?) as person, unnest(?) as surface,"
            " unnest(?) as position, unnest(?) as clicks, unnest(?) as shown)",
            columns,
        )
        result = connection.execute(rendered("click_standards")).fetchall()
        found.append({row[0].removeprefix("surface "): row[1:4] for row in result})
    return found


def random_world(random: np.random.Generator) -> list[Row]:
    """Persons with a taste of their own, on surfaces that show some positions more than others."""
    rows = []
    for surface in ("home", "mail", "app")[: int(random.integers(1, 4))]:
        deepest = int(random.integers(1, 7))
        for person in range(int(random.integers(20, 90))):
            taste = random.beta(2, 6)
            for position in range(1, deepest + 1):
                if random.random() < 0.8 / position**0.3:
                    shown = int(random.integers(1, 6))
                    clicks = int(random.binomial(shown, taste / position))
                    rows.append((f"{surface} {person}", surface, position, clicks, shown))
    return rows


def expected(rows: list[Row]) -> dict[str, tuple[float, float, float]]:
    """The same by numpy: each surface a matrix of persons and positions."""
    surfaces = sorted({row[1] for row in rows})
    deepest = max(row[2] for row in rows)
    clicks, shown = {}, {}
    for surface in surfaces:
        people = sorted({row[0] for row in rows if row[1] == surface})
        place = {person: i for i, person in enumerate(people)}
        clicks[surface], shown[surface] = np.zeros((2, len(people), deepest))
        for person, where, position, clicked, seen in rows:
            if where == surface:
                clicks[surface][place[person], position - 1] += clicked
                shown[surface][place[person], position - 1] += seen
    big = [s for s in surfaces if len(shown[s]) >= LEAST]
    common = np.all([(shown[s] > 0).sum(axis=0) >= LEAST for s in big], axis=0)
    mix = np.sum([shown[s].sum(axis=0) for s in big], axis=0) * common
    wanted: dict[str, tuple[float, float, float]] = {}
    for surface in big if common.any() else ():
        kept = shown[surface][:, common].sum(axis=1) > 0
        n, h = shown[surface][kept][:, common], clicks[surface][kept][:, common]
        part, rate = mix[common] / mix.sum(), h.sum(axis=0) / n.sum(axis=0)
        residuals = ((h - rate * n) * part / n.sum(axis=0)).sum(axis=1)
        value = float(part @ rate)
        reach = 1.96 * np.sqrt(len(n) / (len(n) - 1) * (residuals**2).sum())
        wanted[surface] = (value, max(0.0, value - reach), min(1.0, value + reach))
    return wanted


def test_the_rate_at_one_mix_is_numpys() -> None:
    random = np.random.default_rng(23)
    worlds = [random_world(random) for _ in range(180)]
    compared = 0
    for rows, found in zip(worlds, standards(worlds), strict=True):
        for surface, wanted in expected(rows).items():
            assert found[surface] == pytest.approx(wanted, abs=1e-9), surface
            compared += 1
        everybody = sum(row[3] for row in rows) / sum(row[4] for row in rows)
        assert found["all"][0] == pytest.approx(everybody, abs=1e-9)
    assert compared >= 200


def test_the_interval_covers_what_the_positions_of_a_world_are_worth() -> None:
    # click rates .3 and .1; one surface shows mostly the first position, the other the second
    random = np.random.default_rng(29)
    worlds = []
    for _ in range(200):
        rows: list[Row] = []
        for surface, first in (("home", 8), ("mail", 2)):
            for person in range(100):
                for position, shown, rate in ((1, first, 0.3), (2, 10 - first, 0.1)):
                    own = rate * random.uniform(0.2, 1.8)
                    clicks = int(random.binomial(shown, own))
                    rows.append((f"{surface} {person}", surface, position, clicks, shown))
        worlds.append(rows)
    inside: dict[str, list[bool]] = defaultdict(list)
    for found in standards(worlds):
        for surface in ("home", "mail"):
            _, low, high = found[surface]
            inside[surface].append(low <= 0.2 <= high)
    assert all(0.90 <= np.mean(hits) <= 0.99 for hits in inside.values())
