"""The share of open decisions beside lifelines' estimates, each on 200 random shops."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times
from scipy import stats

SHOPS = 200


def journeys(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Durations in seconds, with many ties or few, and whether each ended in a purchase."""
    size = int(random.integers(2, 120))
    grain = int(random.choice([1, 3600, 86400]))
    seconds = (np.ceil(random.exponential(3 * 86400, size) / grain) * grain).astype(int)
    return seconds, random.random(size) < random.choice([0.1, 0.5, 0.9])


def curves(
    shops: dict[str, tuple[np.ndarray, np.ndarray]], rendered: Callable[[str], str]
) -> duckdb.DuckDBPyConnection:
    """The models over shops of durations and how each ended: 1 bought, 2 given up, 0 neither."""
    connection = duckdb.connect()
    connection.execute(
        "create table journeys"
        " (person_id varchar, category varchar, observed_s double, is_bought boolean,"
        " is_abandoned boolean)"
    )
    rows = [
        (f"p{i}", name, float(seconds), bool(end == 1), bool(end == 2))
        for name, shop in shops.items()
        for i, (seconds, end) in enumerate(zip(*shop, strict=True))
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    unnested = ", ".join("unnest(?)" for _ in columns)
    connection.execute(f"insert into journeys select {unnested}", columns)
    for model in ("journey_curves", "survival", "window_spreads", "decision_windows"):
        connection.execute(f"create table {model} as {rendered(model)}")
    return connection


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_survival_and_greenwood_are_those_of_lifelines(rendered: Callable[[str], str]) -> None:
    random = np.random.default_rng(11)
    shops = {f"shop-{i:03}": journeys(random) for i in range(SHOPS)}
    connection = curves(shops, rendered)

    compared = 0
    for name, (seconds, bought) in shops.items():
        peer = KaplanMeierFitter().fit(seconds, bought)
        own = connection.execute(
            "select elapsed_s, survival, variance, at_risk, bought from survival"
            " where category = ? and bought > 0 order by elapsed_s",
            [name],
        ).fetchall()
        table = peer.event_table[peer.event_table["observed"] > 0]
        assert [row[0] for row in own] == table.index.tolist()
        assert [row[3] for row in own] == table["at_risk"].tolist()
        assert [row[4] for row in own] == table["observed"].tolist()
        curve = peer.survival_function_["KM_estimate"].loc[table.index]
        assert [row[1] for row in own] == pytest.approx(curve.tolist(), rel=1e-9, abs=1e-12)
        # Greenwood's sum d / (n (n - d)): it has no value once everybody has bought
        greenwood = (
            table["observed"] / (table["at_risk"] * (table["at_risk"] - table["observed"]))
        ).cumsum()
        for row, peers in zip(own, greenwood, strict=True):
            if row[1] > 0.0:
                assert row[2] / row[1] ** 2 == pytest.approx(peers, rel=1e-9)
                compared += 1
        median = median_survival_times(peer.survival_function_)
        reached = [row[0] for row in own if row[1] <= 0.5 + 1e-12]
        assert (reached[0] if reached else np.inf) == median
    assert compared > SHOPS


def test_its_interval_is_lifelines_log_minus_log(rendered: Callable[[str], str]) -> None:
    """The check's own ends at the end of each day, on whole days, where lifelines has a row."""
    random = np.random.default_rng(12)
    days = {f"shop-{i:03}": np.ceil(random.exponential(4, 80)).astype(int) for i in range(SHOPS)}
    flags = {name: random.random(80) < 0.7 for name in days}
    connection = curves({name: (days[name] * 86400, flags[name]) for name in days}, rendered)
    found = connection.execute(
        "select category, day, survival, survival_low, survival_high"
        f" from ({rendered('survival_curve')}) where category is not null"
        " and day is not null and survival > 0"
    ).fetchall()
    assert {row[0] for row in found} == set(days)
    # audits.md's z is 1.96, lifelines' the quantile itself: it is asked for the level of 1.96
    level = 2 * stats.norm.sf(1.96)
    fitted = {name: KaplanMeierFitter(alpha=level).fit(days[name], flags[name]) for name in days}
    for name, day, *own in found:
        peer = fitted[name]
        expected = [peer.predict(day), *peer.confidence_interval_.loc[day]]
        assert own == pytest.approx(expected, abs=1e-9)


def ended(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Durations and ends, more than a fifth of them given up.

    Purchases fall on even seconds and those who give up on odd ones: lifelines shakes data in
    which both happen at once. Ties of one kind, and with the censored, are many.
    """
    size = int(random.integers(6, 150))
    ends = random.choice([0, 1, 2], size, p=random.choice([[0.2, 0.4, 0.4], [0.5, 0.2, 0.3]]))
    ends[:4] = (1, 2, 2, 2) if size < 12 else ends[:4]
    ends[: size // 4 + 1] = 2
    steps = np.ceil(random.exponential(random.choice([5, 500, 50000]), size)).astype(int)
    return 2 * steps + (ends == 2), ends


def test_incidence_and_its_variance_are_those_of_aalen_and_johansen(
    rendered: Callable[[str], str],
) -> None:
    random = np.random.default_rng(13)
    shops = {f"shop-{i:03}": ended(random) for i in range(SHOPS)}
    connection = curves(shops, rendered)
    compared = competing = 0
    for name, (seconds, ends) in shops.items():
        peer = AalenJohansenFitter(calculate_variance=True).fit(seconds, ends, event_of_interest=1)
        own = connection.execute(
            "select elapsed_s, bought_share, variance from survival"
            " where category = ? and bought > 0 order by elapsed_s",
            [name],
        ).fetchall()
        for elapsed, share, variance in own:
            assert share == pytest.approx(peer.cumulative_density_.loc[elapsed].item(), abs=1e-9)
            wanted = peer.variance_.loc[elapsed]
            # lifelines divides by nobody where the last of all decide at once
            if np.isfinite(wanted):
                assert variance == pytest.approx(wanted, rel=1e-9, abs=1e-12)
                compared += 1
        censoring = KaplanMeierFitter().fit(seconds, ends == 1).survival_function_.iloc[-1, 0]
        competing += bool(own) and own[-1][1] < 1.0 - censoring - 1e-6
    assert compared > 10 * SHOPS
    # with given up taken for censored, nearly every shop would be said to sell more
    assert competing > 0.9 * SHOPS
