"""Feature mismatch, missing, extra and SMAPE against numpy, on 200 random features at once."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, RELATION, Templates
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

FEATURES = 200
LOADED = load(builtin_root() / "checks", optional=True)
Numbers = np.ndarray  # one per request, NaN where the feature is absent


def rendered(text: Text | None) -> str:
    """A template as SQL over tables that are named like its relations and models."""
    assert text is not None
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, LOADED.project.variables, lambda name: True)
    sql = Templates(policy, LOADED.catalog.macros).render(text).sql
    return moment.dated(sql).replace(MODEL, "").replace(RELATION, "")


def found(served: dict[str, Numbers], true: dict[str, Numbers]) -> dict[str, dict[str, float]]:
    """The check's row of each feature, ten requests to a person."""
    connection = duckdb.connect()
    requests = len(next(iter(served.values())))
    connection.execute(
        f"create table requests as select 'r' || i as request_id, 'p' || i // 10 as person_id"
        f" from range({requests}) as t(i)"
    )
    for table, numbers in (("served_features", served), ("recomputed_features", true)):
        rows = [
            (f"r{i}", feature, float(x))
            for feature, values in numbers.items()
            for i, x in enumerate(values)
            if not np.isnan(x)
        ]
        # every request is known to both sides, whatever else is missing
        rows += [(f"r{i}", "always", 1.0) for i in range(requests)]
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            f"create table {table} as select unnest(?) as request_id, unnest(?) as feature,"
            " unnest(?) as value, null::varchar as category",
            columns,
        )
    pairs = rendered(LOADED.catalog.models["feature_pairs"].sql)
    connection.execute(f"create table feature_pairs as {pairs}")
    result = connection.execute(rendered(LOADED.catalog.checks["feature_mismatch"].sql))
    names = [column[0] for column in result.description]
    return {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}


def ratio(hits: Numbers, tries: Numbers) -> tuple[float, float, float]:
    """A share of tries with its interval by persons, as section 0 of the definitions says."""
    h, n = (x.reshape(-1, 10).sum(axis=1).astype(float) for x in (hits & tries, tries))
    h, n = h[n > 0], n[n > 0]
    p = h.sum() / n.sum()
    reach = 1.96 * np.sqrt(len(n) / (len(n) - 1) * ((h - p * n) ** 2).sum()) / n.sum()
    return float(p), max(0.0, float(p - reach)), min(1.0, float(p + reach))


def test_the_four_measures_are_those_of_numpy() -> None:
    random = np.random.default_rng(31)
    served, true = {}, {}
    for i in range(FEATURES):
        truth = random.normal(0, 1, 300).round(int(random.integers(0, 3)))
        value = truth.copy()
        wrong = random.random(300) < random.uniform(0.05, 0.4)
        value[wrong] += random.choice([-1.0, 0.5, 1e-3], wrong.sum())
        served[f"f{i}"] = np.where(random.random(300) < random.uniform(0.05, 0.3), np.nan, value)
        true[f"f{i}"] = np.where(random.random(300) < random.uniform(0.05, 0.3), np.nan, truth)
    rows = found(served, true)
    for feature, s in served.items():
        t, row = true[feature], rows[feature]
        has_s, has_t = ~np.isnan(s), ~np.isnan(t)
        size = np.abs(s) + np.abs(t)
        differ = np.abs(s - t) > 1e-6 * size / 2
        for name, hits, tries in (
            ("mismatch", differ, has_s & has_t),
            ("missing", ~has_s, has_t),
            ("extra", ~has_t, has_s),
        ):
            got = tuple(row[f"{name}_share{end}"] for end in ("", "_low", "_high"))
            assert got == pytest.approx(ratio(hits, tries), abs=1e-9), (feature, name)
            assert row[f"{name}_share_n"] == tries.sum()
        both = has_s & has_t
        apart = 2 * np.abs(s - t)[both] / np.where(size[both] == 0, 1.0, size[both])
        assert row["smape"] == pytest.approx(float(apart.mean()), abs=1e-9), feature
