"""Wilson's and Newcombe's intervals beside those of statsmodels."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

# audits.md's z is 1.96, statsmodels' the quantile itself: it is asked for the level of 1.96
LEVEL = 2 * stats.norm.sf(1.96)


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
    for hits, n, low, high in found:
        ends = proportion_confint(hits, n, alpha=LEVEL, method="wilson")
        assert (low, high) == pytest.approx(ends, abs=1e-9)


def test_the_gap_of_one_request_a_person_is_newcombes_of_statsmodels(
    rendered: Callable[[str], str],
) -> None:
    random = np.random.default_rng(17)
    pairs = []
    for model in range(300):
        offline_n, persons = (int(n) for n in random.integers(1, 400, 2))
        hits_offline, hits = (int(random.integers(0, n + 1)) for n in (offline_n, persons))
        pairs.append((f"m{model}", hits_offline, offline_n, hits, persons))
    connection = duckdb.connect()
    connection.execute("create table pairs (m varchar, x1 int, n1 int, x2 int, n2 int)")
    connection.executemany("insert into pairs values (?, ?, ?, ?, ?)", pairs)
    connection.execute("""
        create table offline_runs as
        select m as model_version, 'hit_rate' as metric, 10 as k, x1::double / n1 as score,
            n1::double as n, case when x1 % 2 = 0 then 'user' else 'event' end as unit_kind,
            false as looks_ahead, null::varchar as reason
        from pairs;
        create table realised as
        select 'p' || i as person_id, m as model_version, null::varchar as surface,
            'hit_rate' as metric, 10 as k, (i < x2)::int::double as achieved, 1.0 as possible
        from pairs, lateral (select unnest(range(n2)) as i)""")
    gaps = connection.execute(rendered("gaps"))
    names = [column[0] for column in gaps.description]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in gaps.fetchall()}
    assert len(found) == len(pairs)
    for model_version, *counts in pairs:
        ends = confint_proportions_2indep(*counts, method="newcomb", alpha=LEVEL)
        got = found[model_version]
        assert (got["gap_low"], got["gap_high"]) == pytest.approx(ends, abs=1e-9), model_version
