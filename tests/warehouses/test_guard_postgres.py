"""The read-only guard against what PostgreSQL itself takes for writing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import errors

from recsql.errors import WarehouseError
from recsql.model import Target
from recsql.warehouses import connect
from recsql.warehouses.postgres import Postgres
from tests.unit.test_guard import reason_of

_READS = (
    "select key from events", "select count(*) as n from events", "select 'delete from t' as a",
)  # fmt: skip
_WRITES = (
    "insert into events values (9, 'z')", "delete from events", "update events set i = 7",
    "insert into events values (9, 'z') returning i", "delete from events returning *",
    "update events set i = 7 returning i", "select nextval('s')", "select setval('s', 4)",
    "select * from events for update", "select i into copied from events", "drop table events",
    "create table t2 as select 1 as a", "truncate events", "select lo_create(0)",
    "select write_it()",
    "merge into events using (select 1 as i) as n on n.i = events.i when matched then delete",
    "copy events from stdin", "alter table events add column x int", "create sequence s2",
    "select txid_current()", "comment on table events is 'x'", "refresh materialized view m",
    "select (select nextval('s')) as x from events", "select pg_notify('a', 'b')",
    "lock table events",
)  # fmt: skip
_AROUND = (
    "{}", "({})", "select * from ({}) as inner_one", "with x as ({}) select * from x",
    "/* select 1 */ {}", "-- select 1\n{}", "{} -- end", "explain analyze {}",
    "with a as (select 1), b as ({}) select * from b", "select exists ({})", "prepare p as {}",
    "select 1 union all {}", "do $$ begin {}; end $$", "create view w as {}", "select 1; {}",
)  # fmt: skip


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A reading or writing statement in some disguise."""
    sql = draw(st.sampled_from(_WRITES + _READS))
    for around in draw(st.lists(st.sampled_from(_AROUND), max_size=2)):
        sql = around.format(sql)
    dice = random.Random(draw(st.integers(0, 99)))  # noqa: S311 - no secret
    words = [dice.choice((w, w.upper())) if "'" not in w else w for w in sql.split(" ")]
    return dice.choice((" ", "\n", " /* x */ ")).join(words)


@pytest.fixture(scope="module")
def session(postgres: str) -> Iterator[psycopg.Connection]:
    """A session whose transactions only read, on a table, a sequence and a function that writes."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "create schema guarded; set search_path = guarded;"
            "create table events as select 1 as i, 'a' as key; create sequence s;"
            "create materialized view m as select 1 as a; create function write_it() returns int"
            " language sql as 'insert into guarded.events values (2, $x$b$x$) returning 1'"
        )
        connection.execute("set default_transaction_read_only = on")
        connection.execute("set statement_timeout = '1s'")
        yield connection
        connection.execute("set default_transaction_read_only = off")
        connection.execute("drop schema guarded cascade")


def writes(session: psycopg.Connection, sql: str) -> bool:
    """Whether PostgreSQL itself refuses a statement where only reading is allowed."""
    try:
        with session.cursor() as cursor:
            cursor.execute(sql.encode())
    except errors.ReadOnlySqlTransaction:
        return True
    except psycopg.Error:
        return False
    return False


@given(sql=statements())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_postgres_takes_for_writing_is_refused(session: psycopg.Connection, sql: str) -> None:
    if writes(session, sql):
        assert reason_of(sql, "postgres") is not None, sql


def test_postgres_refuses_most_of_these_itself(session: psycopg.Connection) -> None:
    """So that the test above compares something; locks and messages it lets pass."""
    refused = [sql for sql in _WRITES if writes(session, sql)]
    assert len(refused) >= 18
    assert not any(writes(session, sql) for sql in _READS)


def opened(postgres: str) -> Postgres:
    host = psycopg.conninfo.conninfo_to_dict(postgres)["host"]
    settings = {"host": host, "user": "postgres", "dbname": "postgres", "schema": "guarded"}
    warehouse = connect(Target("t", "postgres", settings), Path())
    assert isinstance(warehouse, Postgres)
    return warehouse


def test_a_second_statement_is_refused_by_the_protocol(
    session: psycopg.Connection, postgres: str
) -> None:
    """Even where text reached the warehouse that no guard has seen."""
    warehouse = opened(postgres)
    second = "select 1 as a; commit; begin read write; insert into events values (3, 'c')"
    for attempt in (
        lambda: warehouse.query(second),
        lambda: warehouse.materialize("recsql_m", second),
    ):
        with pytest.raises(WarehouseError, match="multiple commands"):
            attempt()
    with pytest.raises(WarehouseError, match="read-only"):
        warehouse.query("insert into events values (3, 'c') returning i")
    warehouse.materialize("recsql_m", "select i from events")
    warehouse.materialize("recsql_m", "select i + 1 as i from recsql_m")
    assert warehouse.query("select i from recsql_m").rows == [(2,)]
    assert warehouse.query("select '\\' as a").rows == [("\\",)]
    warehouse.close()
    assert session.execute("select count(*) from events").fetchone() == (1,)
