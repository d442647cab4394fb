"""Benjamini-Hochberg beside statsmodels, on random p-values with and without ties."""

from __future__ import annotations

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

from recsql.runner.discoveries import discoveries


def test_discoveries_are_those_of_statsmodels() -> None:
    random = np.random.default_rng(20260303)
    some = none = 0
    for number in range(1000):
        count = int(random.integers(1, 40))
        p_values = random.beta(random.choice([0.2, 0.5, 1.0]), 1.0, count)
        if number % 4 == 0:
            p_values = np.round(p_values, 2)
        q = float(random.choice([0.01, 0.05, 0.2]))
        rejected = multipletests(p_values, alpha=q, method="fdr_bh")[0]
        assert discoveries(p_values.tolist(), q) == tuple(rejected.tolist())
        some += bool(rejected.any()) and not bool(rejected.all())
        none += not bool(rejected.any())
    assert some > 300
    assert none > 100


def test_at_most_q_of_the_discoveries_are_false() -> None:
    random = np.random.default_rng(7)
    shares = []
    for _ in range(2000):
        true = random.uniform(size=20) < 0.3
        scores = random.normal(size=20) + 3.0 * true
        found = np.array(discoveries(stats.norm.sf(scores).tolist()))
        shares.append((found & ~true).sum() / max(found.sum(), 1))
    # 3 standard errors of 2000 runs are 0.006
    assert 0.02 < float(np.mean(shares)) < 0.05 + 0.006
