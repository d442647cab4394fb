"""What is seen together with a popular item, known by a sample of its sessions."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from recsql.compile.dialects import marker_functions
from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
from recsql.project.load import load
from recsql.project.locate import builtin_root

LOADED = load(builtin_root() / "checks", optional=True)
SESSIONS = 4000


def pairs(connection: duckdb.DuckDBPyConnection, sessions: int) -> dict[tuple[int, int], float]:
    """How often each item was seen beside each other one, by at most so many of its sessions."""
    found = LOADED.catalog.models["replay_neighbours"].sql
    assert found is not None
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    values = {**LOADED.project.variables, "replay_sessions": sessions}
    policy = Policy(moment, values, lambda name: True)
    sql = Templates(policy, LOADED.catalog.macros).render(found).sql
    rows = connection.execute(
        "select unit, neighbour, sum(weight)"
        f" from ({moment.dated(sql).replace('recsql_model_', '')}) where unit_kind = 'item'"
        " group by unit, neighbour"
    ).fetchall()
    return {(unit, neighbour): weight for unit, neighbour, weight in rows}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Item 0 is in every session, beside one of items 1 to 4; item 9 in ten of them."""
    connection = duckdb.connect()
    connection.execute(marker_functions())
    connection.execute("create table items as select 1 as category_number where false")
    random = np.random.default_rng(3)
    beside = random.choice([1, 2, 3, 4], SESSIONS, p=[0.4, 0.3, 0.2, 0.1])
    rows = [(f"s{n}", int(item)) for n in range(SESSIONS) for item in (0, beside[n])]
    rows += [(f"s{n}", 9) for n in range(10)]
    connection.execute(
        "create table replay_events (basket varchar, item int, planned int default 0,"
        " event_us bigint default 5, usable_us bigint default 7)"
    )
    connection.executemany("insert into replay_events (basket, item) values (?, ?)", rows)
    return connection


def test_with_few_sessions_each_counts_once(connection: duckdb.DuckDBPyConnection) -> None:
    found = pairs(connection, SESSIONS)
    assert sum(found[0, other] for other in (1, 2, 3, 4)) == SESSIONS
    assert found[0, 9] == found[9, 0] == 10.0
    assert found[1, 0] == found[0, 1]


def test_a_sample_stands_for_all_sessions(connection: duckdb.DuckDBPyConnection) -> None:
    whole, drawn = pairs(connection, SESSIONS), pairs(connection, 500)
    # each drawn session counts for eight; 500 of them know a share to about 2 points
    for other in (1, 2, 3, 4):
        assert drawn[0, other] / SESSIONS == pytest.approx(whole[0, other] / SESSIONS, abs=0.08)
        assert drawn[0, other] % (SESSIONS / 500) == 0.0
    assert sum(drawn[0, other] for other in (1, 2, 3, 4)) != SESSIONS
    # an item that is rare is known by all its sessions
    assert drawn[9, 0] == whole[9, 0]


def test_the_same_sessions_are_drawn_each_time(connection: duckdb.DuckDBPyConnection) -> None:
    # the order in which DuckDB adds weights is its own
    assert pairs(connection, 500) == pytest.approx(pairs(connection, 500), rel=1e-12)
