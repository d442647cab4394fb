"""The statistics of pipeline health against scipy and numpy, on random data."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest
from scipy import stats

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
from recsql.errors import Location
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

WORLDS = 200
TAIL = "{{ chi2_tail('x', 'df') }}"

_LOADED = load(builtin_root() / "checks", optional=True)


def rendered(sql: str) -> str:
    """A template as SQL, with models as tables of their own names."""
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    variables = _LOADED.project.variables
    templates = Templates(Policy(moment, variables, lambda name: True), _LOADED.catalog.macros)
    sql = templates.render(Text(sql, Location("test", 1))).sql
    return moment.dated(sql).replace("recsql_model_", "")


def model(name: str) -> str:
    """A built-in model as SQL over tables that are named like the models it refers to."""
    found = _LOADED.catalog.models[name].sql
    assert found is not None
    return rendered(found.text)


def columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[float]]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description]
    rows = result.fetchall()
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


@pytest.mark.parametrize("df", range(1, 21))
def test_the_tail_of_chi_square_is_scipys(df: int) -> None:
    xs = np.concatenate([np.linspace(0.0, 60.0, 150), np.geomspace(60.0, 900.0, 60)])
    values = ", ".join(f"({x!r}, {df})" for x in xs.tolist())
    sql = f"select {rendered(TAIL)} as p from (values {values}) as t(x, df)"
    found = [row[0] for row in duckdb.connect().execute(sql).fetchall()]
    assert found == pytest.approx(stats.chi2.sf(xs, df).tolist(), rel=2e-7, abs=0.0)


def test_the_tail_of_chi_square_ends_where_it_is_not_known() -> None:
    sql = rendered(TAIL)
    table = "(values (1.0, 0), (1.0, 21), (1e6, 1), (null, 1)) as t(x, df)"
    found = duckdb.connect().execute(f"select {sql} from {table}").fetchall()
    assert [row[0] for row in found] == [None, None, 0.0, None]


def spearman_world(seed: int) -> tuple[list[tuple[str, str, int, int, int]], np.ndarray]:
    """Who used what in training and lately, and the persons per item in both."""
    random = np.random.default_rng(seed)
    items, persons = int(random.integers(4, 40)), int(random.integers(2, 30))
    used = random.random((2, persons, items)) < random.random((2, 1, items))
    rows = [
        (f"k{p}", f"i{i}", int(p % 2), int(used[0, p, i]), int(used[1, p, i]))
        for p, i in np.argwhere(used.any(axis=0))
    ]
    return rows, used[:, :, used.any(axis=(0, 1))].sum(axis=1)


def test_the_rank_correlation_is_scipys_spearman() -> None:
    connection = duckdb.connect()
    ranks, agreement = model("popularity_ranks"), model("popularity_agreement")
    compared = 0
    for seed in range(2 * WORLDS):
        rows, counts = spearman_world(seed)
        if counts.shape[1] < 4 or min(len(set(c.tolist())) for c in counts) < 2:
            continue
        connection.execute(
            "create or replace table item_visitors (person_id varchar, item_id varchar,"
            " is_first_half integer, n_trained bigint, n_recent bigint)"
        )
        values = ", ".join(str(row) for row in rows)
        connection.execute(f"insert into item_visitors values {values}")
        connection.execute(f"create or replace table popularity_ranks as {ranks}")
        found = columns(connection, agreement)
        expected = stats.spearmanr(counts[0], counts[1]).statistic
        assert found["value"][0] == pytest.approx(expected, abs=1e-12)
        if abs(expected) > 1.0 - 1e-9:
            continue
        z = np.arctanh(expected)
        half = 1.96 * np.sqrt((1.0 + expected**2 / 2.0) / (counts.shape[1] - 3.0))
        assert found["low"][0] == pytest.approx(np.tanh(z - half), abs=1e-9)
        assert found["high"][0] == pytest.approx(np.tanh(z + half), abs=1e-9)
        compared += 1
    assert compared >= WORLDS


def test_a_rank_ceiling_is_what_two_samples_of_one_popularity_reach() -> None:
    """No drift: over 60 worlds the correlation divided by its ceiling is 1 on average."""
    connection = duckdb.connect()
    ranks, agreement = model("popularity_ranks"), model("popularity_agreement")
    corrected, raw = [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        used = random.random((2, 80, 60)) < random.beta(1.0, 6.0, size=60)
        rows = [
            (f"k{p}", f"i{i}", int(p % 2), int(used[0, p, i]), int(used[1, p, i]))
            for p, i in np.argwhere(used.any(axis=0))
        ]
        values = ", ".join(str(row) for row in rows)
        connection.execute(
            "create or replace table item_visitors as select * from"
            f" (values {values}) as t(person_id, item_id, is_first_half, n_trained, n_recent)"
        )
        connection.execute(f"create or replace table popularity_ranks as {ranks}")
        found = columns(connection, agreement)
        raw.append(found["value"][0])
        corrected.append(found["value"][0] / found["ceiling"][0])
    assert np.mean(raw) < 0.95
    assert np.mean(corrected) == pytest.approx(1.0, abs=0.01)


def gini(counts: np.ndarray) -> float:
    """The textbook's mean difference over twice the mean."""
    differences = np.abs(counts[:, None] - counts[None, :]).mean()
    return float(differences / (2.0 * counts.mean()))


def test_the_gini_coefficient_is_the_mean_difference() -> None:
    connection = duckdb.connect()
    pulls, sums = model("exposure_pulls"), model("exposure_sums")
    compared = 0
    for seed in range(2 * WORLDS):
        random = np.random.default_rng(seed)
        persons, items = int(random.integers(1, 12)), int(random.integers(1, 30))
        shown = random.poisson(random.gamma(0.5, 2.0, size=(persons, items)))
        if shown.sum() == 0:
            continue
        cells = [(f"k{p}", 0.0, f"i{i}", float(shown[p, i])) for p, i in np.argwhere(shown)]
        connection.execute(
            "create or replace table exposures (person_id varchar, periods_ago double,"
            " item_id varchar, n_shown double)"
        )
        connection.execute(f"insert into exposures values {', '.join(map(str, cells))}")
        connection.execute(
            "create or replace table recsql_relation_catalogue as select 'i' || i as item_id,"
            " null::timestamp as active_from, null::timestamp as active_to"
            f" from range({items}) as numbers(i)"
        )
        connection.execute(f"create or replace table exposure_pulls as {pulls}")
        connection.execute(f"create or replace table exposure_sums as {sums}")
        totals = "sum(pull) / sum(n_shown) as gini, sum(n_top) / sum(n_shown) as top"
        found = columns(connection, f"select {totals} from exposure_sums")
        counts = shown.sum(axis=0).astype(float)
        top = np.sort(counts)[::-1][: int(np.ceil(0.01 * items))].sum() / counts.sum()
        assert found["gini"][0] == pytest.approx(gini(counts), abs=1e-12)
        assert found["top"][0] == pytest.approx(top, abs=1e-12)
        compared += 1
    assert compared >= WORLDS


def test_the_interval_of_the_gini_coefficient_covers_the_truth() -> None:
    """300 worlds of 150 persons with tastes of their own: 90 to 98 % cover the long-run value."""
    connection = duckdb.connect()
    sql = rendered("select * from {{ clustered_ratio('s', 'pull', 'n', share=false) }} as found")
    taste = np.random.default_rng(0).dirichlet(np.full(20, 0.7))

    def world(random: np.random.Generator, persons: int) -> np.ndarray:
        own = random.dirichlet(20.0 * taste, size=persons)
        return np.array([random.multinomial(n, p) for n, p in zip(
            random.integers(1, 30, size=persons), own, strict=True)])  # fmt: skip

    truth = gini(world(np.random.default_rng(1), 200_000).sum(axis=0).astype(float))
    covered = 0
    for seed in range(300):
        shown = world(np.random.default_rng(seed + 2), 150)
        counts = shown.sum(axis=0)
        middle = stats.rankdata(counts)
        pull = shown @ ((2.0 * middle - 21.0) / 20.0)
        rows = ", ".join(f"('k{i}', {p}, {n})" for i, (p, n) in enumerate(
            zip(pull.tolist(), shown.sum(axis=1).tolist(), strict=True)))  # fmt: skip
        connection.execute(
            f"create or replace table s as select * from (values {rows}) as t(person_id, pull, n)"
        )
        found = columns(connection, sql)
        covered += found["low"][0] <= truth <= found["high"][0]
    assert 0.90 <= covered / 300 <= 0.98
