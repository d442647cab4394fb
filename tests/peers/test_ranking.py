"""What lists achieve beside scikit-learn, on 200 random requests with 3 to 30 items each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pytest
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score, recall_score

REQUESTS = 200


@dataclass(frozen=True)
class Request:
    """A list of `size` items, and which of these and of some others behind them were wanted."""

    size: int
    wanted: np.ndarray

    def achieved(self, k: int) -> tuple[float, float, float]:
        """Recall, reciprocal rank and NDCG at k; k is at most the list's size."""
        order = -np.arange(len(self.wanted), dtype=float)  # what is not listed is ranked last
        listed = np.arange(len(self.wanted)) < k
        first = np.zeros(len(self.wanted), dtype=int)
        first[self.wanted.argmax()] = 1
        reciprocal = label_ranking_average_precision_score([first], [order])
        return (
            float(recall_score(self.wanted, listed)),
            float(reciprocal) if (self.wanted & listed).any() else 0.0,
            float(ndcg_score([self.wanted.astype(float)], [order], k=k)),
        )


def requests(random: np.random.Generator) -> Mapping[str, Request]:
    """Requests that want something, on their list or not on it, or both."""
    found = {}
    for number in range(REQUESTS):
        size, unlisted = int(random.integers(3, 31)), int(random.integers(0, 6))
        wanted = random.random(size + unlisted) < random.choice([0.05, 0.3, 0.8])
        wanted[random.integers(0, len(wanted))] = True
        found[f"r{number:03}"] = Request(size, wanted)
    return found


def test_recall_reciprocal_rank_and_ndcg_are_those_of_scikit_learn(
    rendered: Callable[[str], str],
) -> None:
    asked = requests(np.random.default_rng(13))
    connection = duckdb.connect()
    connection.execute("create table offline_metrics (k bigint)")
    lists = [(name, f"i{at:02}", at + 1) for name, r in asked.items() for at in range(r.size)]
    # every item was new and found without a list
    labels = [
        (name, f"i{at:02}", 1, 1) for name, r in asked.items() for at in np.flatnonzero(r.wanted)
    ]
    for table, rows in (
        ("lists(request_id, item_id, position)", lists),
        ("label_kinds(request_id, item_id, is_organic, is_new)", labels),
    ):
        name, _, columns = table.partition("(")
        literals = ", ".join(str(row) for row in rows)
        connection.execute(f"create table {name} as from (values {literals}) as t({columns}")
    found = connection.execute(
        "select request_id, k, recall, mrr, ndcg, hit_rate, hit_rate_organic, hit_rate_new"
        f" from ({rendered('scores')}) where k in (1, 5, 10, 20)"
    ).fetchall()
    assert len(found) == 4 * REQUESTS
    compared = 0
    for name, k, recall, mrr, ndcg, *hits in found:
        request = asked[name]
        assert hits == [float(request.wanted[: min(k, request.size)].any())] * 3
        if k <= request.size:  # scikit-learn would go on with what is not listed
            assert (recall, mrr, ndcg) == pytest.approx(request.achieved(k), abs=1e-9)
            compared += 1
    assert compared > 2 * REQUESTS
    assert sum(bool(r.wanted[r.size :].any()) for r in asked.values()) > REQUESTS / 3
