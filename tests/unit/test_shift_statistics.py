"""Feature shift against scipy, on 200 random features at once; its interval on repeated worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest
from scipy import spatial, stats

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, RELATION, Templates
from recsql.errors import Location
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

FEATURES = 200
MODELS = (
    "feature_uses", "feature_points", "feature_bins", "feature_indices", "feature_distances",
)  # fmt: skip
LOADED = load(builtin_root() / "checks", optional=True)
Sample = tuple[np.ndarray, np.ndarray]
Cell = float | str | None  # a number, a category or a missing value


def rendered(text: Text) -> str:
    """A template as SQL over tables that are named like its relations and models."""
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    sql = Templates(policy, LOADED.catalog.macros).render(text).sql
    return moment.dated(sql).replace(MODEL, "").replace(RELATION, "")


def shift(
    samples: Mapping[str, tuple[Sequence[Cell] | np.ndarray, Sequence[Cell] | np.ndarray]],
    per_person: int = 1,
) -> dict[str, dict[str, float]]:
    """The check's row of each feature, from training's and serving's cells."""
    connection = duckdb.connect()
    connection.execute("""
        create table training_sample (feature varchar, value double, category varchar);
        create table served_features (
            request_id varchar, feature varchar, value double, category varchar
        );
        create table requests (request_id varchar, person_id varchar);
        create table persons (key varchar, person_id varchar);
        alter table training_sample add column key varchar""")
    trained = [(f, *columns_of(x)) for f, (t, _) in samples.items() for x in t]
    served = [
        (f"r{i}", f, *columns_of(x)) for f, (_, s) in samples.items() for i, x in enumerate(s)
    ]
    most = max(len(s) for _, s in samples.values())
    asked = [(f"r{i}", f"p{i // per_person}") for i in range(most)]
    for table, rows in (
        ("training_sample (feature, value, category)", trained),
        ("served_features (request_id, feature, value, category)", served),
        ("requests", asked),
    ):
        # as arrays: a list that is bound to a parameter takes older releases of DuckDB minutes
        cells = {
            f"c{i}": np.array(column, dtype=object)
            for i, column in enumerate(zip(*rows, strict=True))
        }
        connection.register("cells", cells)
        connection.execute(f"insert into {table} select * from cells")
        connection.unregister("cells")
    for name in MODELS:
        model = LOADED.catalog.models[name].sql
        assert model is not None
        connection.execute(f"create table {name} as {rendered(model)}")
    result = connection.execute(rendered(LOADED.catalog.checks["feature_shift"].sql))
    names = [column[0] for column in result.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}


def columns_of(cell: Cell) -> tuple[float | None, str | None]:
    if isinstance(cell, str):
        return None, cell
    return (None if cell is None else float(cell)), None


def random_sample(random: np.random.Generator) -> Sample:
    """Numbers of training and of serving: wide or narrow, with ties or without, moved or not."""
    sizes = random.integers(20, 300, 2)
    moved, wider = random.choice([0.0, 0.2, 1.0, 5.0]), random.choice([1.0, 1.0, 2.0])
    train, serve = random.normal(0, 1, sizes[0]), random.normal(moved, wider, sizes[1])
    digits = int(random.choice([0, 1, 6]))
    return train.round(digits), serve.round(digits)


def expected(train: np.ndarray, serve: np.ndarray) -> dict[str, float]:
    """The same figures by scipy and numpy, the bins by searching training's sorted values."""
    ordered = np.sort(train)
    edges = [ordered[int(np.ceil(k * len(train) / 10)) - 1] for k in range(1, 10)]
    bins = [np.searchsorted(edges, x, side="left") for x in (train, serve)]
    counts = [np.bincount(x, minlength=10) for x in bins]
    kept = counts[0] + counts[1] > 0
    t, s = (c[kept].astype(float) for c in counts)
    plain = t / t.sum(), s / s.sum()
    if (t == 0).any() or (s == 0).any():
        t, s = t + 0.5, s + 0.5
    t, s = t / t.sum(), s / s.sum()
    chance = (1 / len(train) + 1 / len(serve)) * stats.chi2.ppf(0.99, kept.sum() - 1)
    return {
        "psi": float(((s - t) * np.log(s / t)).sum()),
        "psi_by_chance": float(chance),
        "jsd": float(spatial.distance.jensenshannon(*plain, base=2) ** 2),
        "ks": float(stats.ks_2samp(train, serve).statistic),
        "wasserstein": float(stats.wasserstein_distance(train, serve) / train.std()),
        "l_infinity": float(np.abs(plain[1] - plain[0]).max()),
    }


def test_the_distances_are_scipys() -> None:
    random = np.random.default_rng(11)
    samples = {f"f{i}": random_sample(random) for i in range(FEATURES)}
    found = shift(samples)
    for feature, (train, serve) in samples.items():
        wanted = expected(train, serve)
        got = {name: found[feature][name] for name in wanted}
        assert got == pytest.approx(wanted, rel=1e-7, abs=1e-9), feature
        assert found[feature]["psi_low"] <= wanted["psi"] <= found[feature]["psi_high"]


def distances(trained: Sequence[str], served: Sequence[str]) -> dict[str, float]:
    """The figures of two lists of bins, by scipy and numpy."""
    counts = Counter(trained), Counter(served)
    names = sorted(set(trained) | set(served))
    t, s = (np.array([count[name] for name in names], dtype=float) for count in counts)
    plain = t / t.sum(), s / s.sum()
    if (t == 0).any() or (s == 0).any():
        t, s = t + 0.5, s + 0.5
    t, s = t / t.sum(), s / s.sum()
    return {
        "psi": float(stats.entropy(s, t) + stats.entropy(t, s)),
        "jsd": float(spatial.distance.jensenshannon(*plain, base=2) ** 2),
        "l_infinity": float(np.abs(plain[1] - plain[0]).max()),
    }


def test_the_distances_of_categories_are_scipys() -> None:
    random = np.random.default_rng(13)
    samples: dict[str, tuple[list[Cell], list[Cell]]] = {}
    wanted = {}
    for i in range(FEATURES):
        kinds = int(random.choice([2, 5, 40, 80]))
        cells: list[list[Cell]] = []
        for n in random.integers(60, 400, 2):
            weights = random.dirichlet(np.full(kinds, 0.5))
            drawn = [f"c{k:02}" for k in random.choice(kinds, n, p=weights)]
            holes = random.random(n) < random.choice([0.0, 0.2])
            cells.append([None if hole else name for name, hole in zip(drawn, holes, strict=True)])
        # the fifty most frequent of training, ties by name; the missing ones take no place
        trained = Counter(str(cell) for cell in cells[0] if cell is not None)
        own = sorted(trained, key=lambda name: (-trained[name], name))[:50]
        binned = [
            ["(missing)" if c is None else str(c) if c in own else "(other)" for c in side]
            for side in cells
        ]
        samples[f"f{i}"] = (cells[0], cells[1])
        wanted[f"f{i}"] = distances(binned[0], binned[1])
    found = shift(samples)
    for feature, figures in wanted.items():
        got = {name: found[feature][name] for name in figures}
        assert got == pytest.approx(figures, rel=1e-7, abs=1e-9), feature


def test_missing_numbers_are_a_bin_and_no_part_of_the_distances_of_numbers() -> None:
    random = np.random.default_rng(19)
    samples: dict[str, tuple[list[Cell], list[Cell]]] = {}
    for i in range(FEATURES):
        sides: list[list[Cell]] = []
        for side in random_sample(random):
            holes = random.random(len(side)) < random.choice([0.0, 0.3])
            sides.append([None if hole else float(x) for x, hole in zip(side, holes, strict=True)])
        samples[f"f{i}"] = (sides[0], sides[1])
    found = shift(samples)
    for feature, sides_of in samples.items():
        train, serve = (np.array([x for x in side if x is not None]) for side in sides_of)
        figures = expected(train, serve)
        got = {name: found[feature][name] for name in ("ks", "wasserstein")}
        wanted = {name: figures[name] for name in got}
        assert got == pytest.approx(wanted, rel=1e-7, abs=1e-9), feature
        edges = np.sort(train)[[int(np.ceil(k * len(train) / 10)) - 1 for k in range(1, 10)]]
        binned = [
            ["missing" if x is None else str(np.searchsorted(edges, x)) for x in side]
            for side in sides_of
        ]
        wanted = distances(binned[0], binned[1])
        got = {name: found[feature][name] for name in wanted}
        assert got == pytest.approx(wanted, rel=1e-7, abs=1e-9), feature


@pytest.mark.parametrize("df", [1, 2, 3, 9, 10, 50, 51, 100])
def test_the_points_of_chi_square_are_scipys(df: int) -> None:
    text = Text("select {{ chi2_99('df') }} from numbers", Location("test", 1))
    sql = f"with numbers as (select {df} as df) {rendered(text)}"
    row = duckdb.connect().execute(sql).fetchone()
    assert row is not None
    assert float(row[0]) == pytest.approx(stats.chi2.ppf(0.99, df), abs=1e-6)


def normal_psi(moved: float) -> float:
    """The index of a standard normal's deciles against the same normal, moved."""
    edges = np.concatenate([[-np.inf], stats.norm.ppf(np.arange(1, 10) / 10), [np.inf]])
    s = np.diff(stats.norm.cdf(edges - moved))
    return float(((s - 0.1) * np.log(s / 0.1)).sum())


@pytest.mark.parametrize(("moved", "per_person"), [(0.5, 1), (0.5, 10), (1.0, 5)])
def test_the_interval_covers_the_index_of_the_worlds(moved: float, per_person: int) -> None:
    # persons differ, so that rows of one person are far from independent
    random = np.random.default_rng(3)
    samples = {}
    for world in range(FEATURES):
        persons = np.repeat(random.normal(0, 0.7, 400), per_person)
        serve = moved + persons + random.normal(0, np.sqrt(1 - 0.49), len(persons))
        samples[f"f{world}"] = (random.normal(0, 1, 4000), serve)
    found = shift(samples, per_person)
    truth = normal_psi(moved)
    covered = [found[f]["psi_low"] <= truth <= found[f]["psi_high"] for f in samples]
    assert 0.90 <= np.mean(covered) <= 0.99


def test_without_shift_one_feature_in_a_hundred_is_beyond_chance() -> None:
    random = np.random.default_rng(5)
    samples = {f"f{i}": (random.normal(0, 1, 2000), random.normal(0, 1, 500)) for i in range(400)}
    found = shift(samples)
    beyond = [found[f]["psi"] > found[f]["psi_by_chance"] for f in samples]
    assert np.mean(beyond) <= 0.025
    assert not any(found[f]["psi_low"] > 0.1 for f in samples)
