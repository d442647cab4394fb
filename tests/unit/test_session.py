from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsql.compile.compiler import Compiler
from recsql.compile.relations import Sources
from recsql.compile.template import Moment, Policy
from recsql.errors import QueryTimeoutError, WarehouseError
from recsql.model import Catalog, Target
from recsql.runner.session import Session
from recsql.warehouses import connect

HEAVY = (
    "select count(*) as n from range(10000000) as a, range(5000) as b where a.range * b.range = 3"
)


@contextmanager
def opened() -> Iterator[Session]:
    moment = Moment(datetime(2026, 3, 3, tzinfo=UTC), 1.0, 1.0)
    policy = Policy(moment, {}, lambda name: False)
    compiler = Compiler(Catalog(), policy, Sources({}, {}, {}, "duckdb"))
    warehouse = connect(Target("local", "duckdb", {"threads": 1}), Path())
    found = Session(compiler, warehouse, 0.1, lambda name, sql: None)
    yield found
    found.close()
    warehouse.close()


@pytest.fixture
def session() -> Iterator[Session]:
    with opened() as found:
        yield found


def test_queries_are_counted(session: Session) -> None:
    assert session.query("select 1 as x").rows == [(1,)]
    assert session.count("select 7 as x") == 7.0
    assert session.queries == 2


@pytest.mark.parametrize(
    "sql", ["select null as x", "select 1 as x where 1 = 0", "select 'a' as x"]
)
def test_a_count_that_is_no_number_is_none(session: Session, sql: str) -> None:
    assert session.count(sql) == 0.0


def test_an_error_of_the_warehouse_comes_through(session: Session) -> None:
    with pytest.raises(WarehouseError, match="nope"):
        session.query("select nope")


def test_a_query_that_takes_too_long_is_cancelled_and_the_session_goes_on(
    session: Session,
) -> None:
    started = time.perf_counter()
    for _ in range(3):
        with pytest.raises(QueryTimeoutError, match=r"cancelled after 0\.1 s"):
            session.query(HEAVY)
        assert session.query("select 1 as x").rows == [(1,)]
    assert time.perf_counter() - started < 5


def test_a_query_is_cancelled_even_if_it_had_not_begun(session: Session) -> None:
    session._timeout_s = 0.0
    with pytest.raises(QueryTimeoutError):
        session.query(HEAVY)


def test_what_nobody_waits_for_is_cancelled_at_the_end() -> None:
    with opened() as session:
        left = session._pool.submit(session._warehouse.query, HEAVY)
    assert isinstance(left.exception(), WarehouseError)


def test_a_ctrl_c_is_heard_although_nothing_wakes_the_wait(session: Session) -> None:
    """The signal goes to the query's thread, so the one that waits is not woken by it."""
    session._timeout_s = None
    heard = threading.Event()

    def work() -> bool:
        time.sleep(0.3)  # until it waits
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return heard.wait(5.0)

    session._warehouse.cancel = heard.set  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        session._timed(work)
    assert session._pool.submit(heard.is_set).result()
