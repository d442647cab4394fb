"""The survival of decisions beside lifelines' Kaplan-Meier estimate, on 200 random shops."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from scipy import stats

SHOPS = 200


def journeys(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Durations in seconds, with many ties or few, and whether each ended in a purchase."""
    size = int(random.integers(2, 120))
    grain = int(random.choice([1, 3600, 86400]))
    seconds = (np.ceil(random.exponential(3 * 86400, size) / grain) * grain).astype(int)
    return seconds, random.random(size) < random.choice([0.1, 0.5, 0.9])


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_survival_and_greenwood_are_those_of_lifelines(rendered: Callable[[str], str]) -> None:
    random = np.random.default_rng(11)
    shops = {f"shop-{i:03}": journeys(random) for i in range(SHOPS)}
    connection = duckdb.connect()
    connection.execute(
        "create table journeys (category varchar, observed_s bigint, is_bought boolean)"
    )
    rows = [
        (name, int(seconds), bool(bought))
        for name, shop in shops.items()
        for seconds, bought in zip(*shop, strict=True)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    connection.execute("insert into journeys select unnest(?), unnest(?), unnest(?)", columns)
    connection.execute(f"create table survival as {rendered('survival')}")

    compared = 0
    for name, (seconds, bought) in shops.items():
        peer = KaplanMeierFitter().fit(seconds, bought)
        own = connection.execute(
            "select elapsed_s, survival, log_variance, at_risk, bought from survival"
            " where category = ? order by elapsed_s",
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
                assert row[2] == pytest.approx(peers, rel=1e-9)
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
    values = ", ".join(
        f"('{name}', {day * 86400}, {bought})"
        for name in days
        for day, bought in zip(days[name], flags[name], strict=True)
    )
    connection = duckdb.connect()
    connection.execute(
        f"create table journeys as from (values {values}) as t(category, observed_s, is_bought)"
    )
    connection.execute(
        "create table decision_windows as select category, count(*) as journeys,"
        " count(*) filter (is_bought) as purchases from journeys group by category"
    )
    connection.execute(f"create table survival as {rendered('survival')}")
    found = connection.execute(
        "select category, day, survival, survival_low, survival_high"
        f" from ({rendered('survival_curve')}) where day is not null and survival > 0"
    ).fetchall()
    assert {row[0] for row in found} == set(days)
    # audits.md's z is 1.96, lifelines' the quantile itself: it is asked for the level of 1.96
    level = 2 * stats.norm.sf(1.96)
    fitted = {name: KaplanMeierFitter(alpha=level).fit(days[name], flags[name]) for name in days}
    for name, day, *own in found:
        peer = fitted[name]
        expected = [peer.predict(day), *peer.confidence_interval_.loc[day]]
        assert own == pytest.approx(expected, abs=1e-9)
