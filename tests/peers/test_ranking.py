"""What lists achieve beside scikit-learn's NDCG, on 200 random requests with 3 to 30 items."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pytest
from sklearn.metrics import ndcg_score

REQUESTS = 200


def test_ndcg_is_that_of_scikit_learn(rendered: Callable[[str], str]) -> None:
    """Every relevant item is in the list here: scikit-learn knows no others."""
    random = np.random.default_rng(13)
    shown = {f"r{i:03}": int(random.integers(3, 31)) for i in range(REQUESTS)}
    wanted = {
        name: np.sort(random.choice(size, int(random.integers(1, size)), replace=False))
        for name, size in shown.items()
    }
    connection = duckdb.connect()
    connection.execute("create table offline_metrics (k bigint)")
    lists = [(name, f"i{at:02}", at + 1) for name, size in shown.items() for at in range(size)]
    # every item was new and found without a list
    labels = [(name, f"i{at:02}", 1, 1) for name, places in wanted.items() for at in places]
    for table, rows in (
        ("lists(request_id, item_id, position)", lists),
        ("label_kinds(request_id, item_id, is_organic, is_new)", labels),
    ):
        name, _, columns = table.partition("(")
        literals = ", ".join(str(row) for row in rows)
        connection.execute(f"create table {name} as from (values {literals}) as t({columns}")
    found = connection.execute(
        "select request_id, k, hit_rate, recall, mrr, ndcg, hit_rate_organic, hit_rate_new"
        f" from ({rendered('scores')}) where k in (1, 5, 10, 20)"
    ).fetchall()
    assert len(found) == 4 * REQUESTS
    for name, k, hit_rate, recall, mrr, ndcg, *others in found:
        size, places = shown[name], wanted[name]
        relevance = np.isin(np.arange(size), places).astype(float)
        order = -np.arange(size, dtype=float)
        assert ndcg == pytest.approx(ndcg_score([relevance], [order], k=k), abs=1e-9)
        hits = int((places < k).sum())
        assert [hit_rate, *others] == [float(hits > 0)] * 3
        assert recall == pytest.approx(hits / len(places), abs=1e-12)
        assert mrr == pytest.approx(1.0 / (places[0] + 1) if hits else 0.0, abs=1e-12)
