from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from recsql.compile.compiler import Compiler, table_names
from recsql.compile.moment import Moment, Policy
from recsql.compile.sources import Sources
from recsql.errors import Location, QueryTimeoutError, UpstreamError, WarehouseError
from recsql.model import Catalog, Model, Target, Text
from recsql.runner.session import Session
from recsql.warehouses import connect
from recsql.warehouses.base import Rows
from recsql.warehouses.duckdb import DuckDB

HEAVY = (
    "select count(*) as n from range(10000000) as a, range(5000) as b where a.range * b.range = 3"
)


@contextmanager
def opened(
    models: Mapping[str, str] = MappingProxyType({}),
    timeout_s: float | None = 0.1,
    lines: int = 1,
) -> Iterator[Session]:
    """A session on an empty database, and a catalog of models by name."""
    moment = Moment(datetime(2026, 3, 3, tzinfo=UTC), 1.0, 1.0)
    policy = Policy(moment, {}, lambda name: False)
    place = Location("models.sql", 1)
    catalog = Catalog(
        models={name: Model(name, "", Text(sql, place), place) for name, sql in models.items()}
    )
    compiler = Compiler(catalog, policy, Sources({}, {}, table_names(catalog), "duckdb"))
    warehouse = connect(Target("local", "duckdb", {"threads": 1}), Path())
    found = Session(compiler, warehouse, timeout_s, lambda name, sql: None, lines)
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


def test_a_query_is_cancelled_even_if_it_had_not_begun() -> None:
    with opened(timeout_s=0.0) as session, pytest.raises(QueryTimeoutError):
        session.query(HEAVY)


def test_what_nobody_waits_for_is_cancelled_at_the_end() -> None:
    with opened(timeout_s=None) as session:
        left = session._jobs.add("left", lambda: session._lines.query(HEAVY))
        while not left.running():
            time.sleep(0.001)
    assert isinstance(left.exception(), WarehouseError)


def test_a_ctrl_c_is_heard_although_nothing_wakes_the_wait() -> None:
    """The signal goes to the query's thread, so the one that waits is not woken by it."""
    heard = threading.Event()

    def query(sql: str) -> Rows:
        time.sleep(0.3)  # until it is waited for
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return Rows((), [(heard.wait(5.0),)])

    with opened(timeout_s=None) as session:
        warehouse = session._lines._sessions[0]
        warehouse.query = query  # type: ignore[method-assign]
        warehouse.cancel = heard.set  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            session.query("select 1")
    assert heard.is_set()


CHAIN = {
    "one": "select 1 as x",
    "two": "select one.x + 1 as x from {{ ref('one') }} as one",
    "three": "select a.x + b.x as x from {{ ref('one') }} as a cross join {{ ref('two') }} as b",
    "broken": "select one.nothing as x from {{ ref('one') }} as one",
    "lost": "select broken.x from {{ ref('broken') }} as broken",
}


@pytest.mark.parametrize("lines", [1, 3])
def test_models_are_built_once_and_after_those_they_read(lines: int) -> None:
    with opened(CHAIN, lines=lines) as session:
        session.build("three")
        session.build("three")
        assert session.query("select x from recsql_three").rows == [(3,)]
        assert session.queries == 4


@pytest.mark.parametrize("lines", [1, 3])
def test_a_model_that_fails_is_told_once_and_stops_what_reads_it(lines: int) -> None:
    with opened(CHAIN, lines=lines) as session:
        for name in ("broken", "lost", "lost"):
            with pytest.raises(UpstreamError, match="model `broken` failed"):
                session.build(name)
        assert [problem.subject for problem in session.problems] == ["model `broken`"]
        session.build("two")


def test_several_statements_run_at_once_on_the_same_models() -> None:
    """Each query waits until the other one runs, too."""
    together = threading.Barrier(2, timeout=5.0)
    with opened({"one": "select 1 as x"}, timeout_s=None, lines=2) as session:
        session.build("one")
        for warehouse in session._lines._sessions:
            warehouse.query = _met(together, warehouse.query)  # type: ignore[assignment,method-assign]
        jobs = [
            session._jobs.add(str(n), lambda: session._lines.query("select x from recsql_one"))
            for n in range(2)
        ]
        assert [job.result().rows for job in jobs] == [[(1,)], [(1,)]]


def test_own_tables_called_like_models_are_not_read_for_them() -> None:
    """Where another session could mistake one for the other, there is no other session."""
    warehouse = connect(Target("local", "duckdb"), Path())
    assert isinstance(warehouse, DuckDB)
    warehouse.execute("create table recsql_one as select 7 as x")
    assert warehouse.another() is None
    warehouse.materialize("recsql_one", "select 1 as x")
    assert warehouse.query("select x from recsql_one").rows == [(1,)]
    warehouse.close()


def _met(together: threading.Barrier, query: Callable[[str], Rows]) -> Callable[[str], Rows]:
    def waiting(sql: str) -> Rows:
        together.wait()
        return query(sql)

    return waiting
