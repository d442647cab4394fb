"""Wilson's interval beside that of statsmodels, on every share of the first 60 numbers."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint


def test_wilson_is_that_of_statsmodels(rendered: Callable[[str], str]) -> None:
    select = rendered(
        "select hits, n, {{ wilson_low('hits / n', 'n') }} as low,"
        " {{ wilson_high('hits / n', 'n') }} as high from shares"
    )
    connection = duckdb.connect()
    connection.execute(
        "create table shares as select cast(h.i as double) as hits, cast(t.i as double) as n"
        " from range(61) as h(i), range(1, 61) as t(i) where h.i <= t.i"
    )
    found = connection.execute(select).fetchall()
    assert len(found) == 1890
    # audits.md's z is 1.96, statsmodels' the quantile itself: it is asked for the level of 1.96
    level = 2 * stats.norm.sf(1.96)
    for hits, n, low, high in found:
        ends = proportion_confint(hits, n, alpha=level, method="wilson")
        assert (low, high) == pytest.approx(ends, abs=1e-9)
