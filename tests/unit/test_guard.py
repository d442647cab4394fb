"""The read-only guard against tables of attacks and of ordinary checks, and against DuckDB."""

from __future__ import annotations

import random
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from recsql.compile import dialects, guard
from recsql.errors import CompileError, Location, RefusedError
from recsql.model import Text
from recsql.project.contract import DIALECTS

HERE = Path(__file__).parents[1] / "guard"
PLACE = Location("own.yml", 1)
ATTACKS: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "attacks.yml").read_text())
ORDINARY: dict[str, list[str]] = yaml.safe_load((HERE / "ordinary.yml").read_text())
TABLE = [(reason, dialect) for reason, found in ATTACKS.items() for dialect in found]
WRITTEN_FOR = int(version("sqlglot").partition(".")[0]) >= 30
"""An older sqlglot reads some statements otherwise: it must refuse them, too, for any reason."""


def reason_of(sql: str, dialect: str) -> str | None:
    """Why a statement is refused, or None."""
    try:
        dialects.parse(sql, Text(sql, PLACE), dialect)
    except RefusedError as error:
        return str(error.reason)
    except CompileError:
        return "unreadable"
    return None


@pytest.mark.parametrize(("reason", "dialect"), TABLE)
def test_each_attack_is_refused_for_its_reason(reason: str, dialect: str) -> None:
    found = {sql: reason_of(sql, dialect) for sql in ATTACKS[reason][dialect]}
    assert None not in found.values(), found
    if WRITTEN_FOR:
        assert found == dict.fromkeys(found, reason)


def test_the_table_of_attacks_is_long_and_gives_every_reason() -> None:
    every = [(d, sql) for found in ATTACKS.values() for d, each in found.items() for sql in each]
    assert len(every) == len(set(every)) >= 700
    assert set(ATTACKS) == {*map(str, guard.Reason), "unreadable"}
    assert {dialect for dialect, _ in every} == {
        "duckdb", "postgres", "clickhouse", "snowflake", "bigquery", "spark",
    }  # fmt: skip


@pytest.mark.parametrize("dialect", ORDINARY)
def test_ordinary_checks_pass(dialect: str) -> None:
    found = {sql: reason_of(sql, dialect) for sql in ORDINARY[dialect]}
    assert found == dict.fromkeys(found)


def test_there_are_fifty_ordinary_checks() -> None:
    """That the library's own pass is held by `test_canonical.py`, which reads each one."""
    assert sum(map(len, ORDINARY.values())) >= 50


def test_a_project_vouches_for_its_own_functions_by_their_whole_names() -> None:
    known = frozenset({"my_udf", "tools.bucket_of", "my_type"})

    def why(sql: str) -> str | None:
        try:
            dialects.parse(sql, Text(sql, PLACE), "postgres", functions=known)
        except RefusedError as error:
            return error.hint
        return None

    assert why("select MY_UDF(1), tools.bucket_of(key), 'x'::my_type from events") is None
    for name in ("bucket_of", "public.my_udf", "evil.bucket_of"):
        hint = f"if it is yours and only reads, write `trust: {{functions: [{name}]}}`"
        assert hint in (why(f"select {name}(1)") or "")
    assert (why("select medain(1)") or "").startswith("did you mean `median`? if it is yours")


def test_a_mapping_reads_files_and_a_check_does_not() -> None:
    sql = "select * from read_parquet('a.parquet') as a join 'b.csv' as b on a.i = b.i"
    assert dialects.parse(sql, Text(sql, PLACE), mapping=True) is not None
    assert reason_of(sql, "duckdb") == "reads_files"
    for still in ("select getenv('x')", "select * from query('x')", "select nextval('s')"):
        with pytest.raises(RefusedError):
            dialects.parse(still, Text(still, PLACE), mapping=True)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(
    words=st.lists(st.sampled_from(["/*", "*/", "--", "'", "+", "!", "x", " ", ";"]), max_size=8)
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_comment_ends_early_opens_another_or_is_a_command(
    dialect: str, words: list[str]
) -> None:
    """PostgreSQL nests comments, MySQL runs `/*! …`, others take hints from `/*+ …`."""
    sql = f"select 1 as a -- {''.join(words)}\n"
    text = dialects.generate(dialects.parse(sql, Text(sql, PLACE)), dialect)
    inside = text.partition("/*")[2].rpartition("*/")[0]
    assert "/*" not in inside
    assert "*/" not in inside
    assert not inside.startswith(("!", "+"))


_HOSTILE = st.text(st.sampled_from("'\"`\\;-/*$ \n\x00ax"), max_size=8)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=_HOSTILE)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_literal_stays_the_literal_it_was(dialect: str, text: str) -> None:
    sql = f"select {dialects.literal(text)} as a"
    written = dialects.generate(dialects.parse(sql, Text(sql, PLACE)), dialect)
    again = dialects.parse(written, Text(written, PLACE), dialect)
    assert [item.this.name for item in again.selects] == [text]


# --- what DuckDB takes for a change --------------------------------------------------------------

_READS = (
    "select key from events", "select count(*) from events", "from events", "select 1",
    "select max(i) from events where key like '%;%'", "select 'drop table events'",
)  # fmt: skip
_CHANGES = (
    "insert into events values (9, 'z')", "delete from events", "update events set i = 7",
    "drop table events", "create table t2 as select 1", "select nextval('s')", "truncate events",
    "alter table events add column x int", "create sequence s2", "set threads = 1",
    "copy events to 'out.csv'", "attach ':memory:' as o", "create or replace view v as select 1",
    "insert or replace into events by name select 3 as i", "create macro m() as 1",
    "begin", "checkpoint", "pragma threads = 1", "use memory", "analyze", "call pragma_version()",
    "select (select nextval('s')) as x from events", "create temp table t3 (a int)",
)  # fmt: skip
_AROUND = (
    "{}", "{};", "({})", "select * from ({}) as inner_one", "with x as ({}) select * from x",
    "select 1 union all {}", "/* select 1 */ {}", "-- select 1\n{}", "{} -- end", "explain {}",
    "explain analyze {}", "select 1; {}", "{}; select 1", "select exists ({})", "prepare p as {}",
    "with a as (select 1), b as ({}) select * from b", "create view w as {}",
)  # fmt: skip


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A reading or changing statement in some disguise."""
    sql = draw(st.sampled_from(_READS + _CHANGES))
    for around in draw(st.lists(st.sampled_from(_AROUND), max_size=2)):
        sql = around.format(sql)
    dice = random.Random(draw(st.integers(0, 99)))  # noqa: S311 - no secret
    words = [dice.choice((w, w.upper())) if "'" not in w else w for w in sql.split(" ")]
    return dice.choice((" ", "\n", " /* x */ ")).join(words)


def changes_duckdb(sql: str, folder: Path) -> bool:
    """Whether DuckDB takes this for anything but a query, or its database is another afterwards."""
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{folder}'")
    connection.execute("create table events as select 1 as i, 'a' as key; create sequence s")
    try:
        found = connection.extract_statements(sql)
        if any(each.type.name not in ("SELECT", "EXPLAIN") for each in found):
            return True
        connection.execute(sql).fetchall()
    except duckdb.Error:
        return False
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    used = connection.execute("select last_value from duckdb_sequences()").fetchall()
    rows = connection.execute("select * from events").fetchall()
    return (tables, used, rows) != ([("events",)], [(None,)], [(1, "a")])


@given(sql=statements())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_duckdb_takes_for_a_change_is_refused(
    tmp_path_factory: pytest.TempPathFactory, sql: str
) -> None:
    if changes_duckdb(sql, tmp_path_factory.getbasetemp()):
        assert reason_of(sql, "duckdb") is not None, sql


def test_the_oracle_of_changes_tells_them_from_reading(tmp_path: Path) -> None:
    assert not any(changes_duckdb(sql, tmp_path) for sql in _READS)
    assert [sql for sql in _CHANGES if not changes_duckdb(sql, tmp_path)] == []


@pytest.mark.parametrize(
    "sql",
    [
        "select * from events for system_time as of date()",
        "select * from events at (timestamp => date())",
        "select date() operator(+) 1 as m",
    ],
)
def test_what_is_refused_and_has_no_text_is_told_by_its_kind(sql: str) -> None:
    found = reason_of(sql, "duckdb")
    assert found is not None
    if WRITTEN_FOR:
        assert found == "unknown_syntax"
