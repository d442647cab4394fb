from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pytest

from recsql.compile import dialects, relations
from recsql.compile.sources import Sources
from recsql.errors import CompileError, Location, NotComputableError, UpstreamError
from recsql.model import Inputs, Relation, Scalar, Text

PLACE = Location("own.yml", 10, 5)
NOTHING = Inputs()


def text(sql: str) -> Text:
    return Text(sql, PLACE)


def relation(
    name: str = "events",
    source: str = "tracks",
    *,
    where: str | None = None,
    timezone: str | None = None,
    **columns: str,
) -> Relation:
    mapped = {column: text(sql) for column, sql in columns.items()}
    kept = None if where is None else text(where)
    return Relation(name, text(source), mapped, kept, timezone)


EVENTS = relation(event_id="id", key="anonymous_id", event_ts='"timestamp"', item_id="product")
LINKS = relation("links", "identifies", key="anonymous_id", id_value="mail")


def sources(
    *declared: Relation,
    columns: Mapping[str, frozenset[str]] | None = None,
    fixtures: Mapping[str, Relation] | None = None,
    broken: Mapping[str, str] | None = None,
) -> Sources:
    return Sources(
        {r.name: r for r in declared}, columns or {}, {"requests": "recsql_requests"}, "duckdb",
        fixtures or {}, broken or {},
    )  # fmt: skip


def grafted(sql: str, found: Sources, inputs: Inputs = NOTHING, dialect: str = "duckdb") -> str:
    for name in ("events", "links", "serving", "catalogue", "identifiers", "evnts"):
        sql = sql.replace(f"<{name}>", f"recsql_relation_{name}")
    source = text(sql)
    tree = relations.graft(dialects.parse(sql, source), source, inputs, found, {"s": "recsql_m_s"})
    return " ".join(dialects.generate(tree, dialect).split())


def refused(
    kind: type[Exception], sql: str, found: Sources, inputs: Inputs = NOTHING
) -> tuple[str, str | None, str | None]:
    with pytest.raises(kind) as caught:
        grafted(sql, found, inputs)
    error = caught.value
    assert isinstance(error, CompileError | NotComputableError | UpstreamError)
    place = None if error.location is None else str(error.location)
    return error.message, place, error.hint


# --- which columns -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "inner"),
    [
        ("select events.key from <events> as events", "anonymous_id AS key"),
        ("select key from <events>", "anonymous_id AS key"),
        ("select events.key from <events>", "anonymous_id AS key"),
        ("select E.KEY from <events> as e", "anonymous_id AS key"),
        ("SELECT ITEM_ID FROM <events> AS EVENTS", "product AS item_id"),
        (
            "select 1 as one from <events> as events where events.item_id = 'x'",
            "product AS item_id",
        ),
        (
            "select count(*) as n from <events> as events group by events.key order by events.key",
            "anonymous_id AS key",
        ),
        (
            "select events.item_id, events.event_id from <events> as events",
            "id AS event_id, product AS item_id",
        ),
        (
            "select * from <events> as events",
            'id AS event_id, anonymous_id AS key, "timestamp" AS event_ts, product AS item_id',
        ),
        (
            "select events.* from <events> as events",
            'id AS event_id, anonymous_id AS key, "timestamp" AS event_ts, product AS item_id',
        ),
        ("select count(*) as n from <events> as events", "id AS event_id"),
        (
            "select sum(1) over (partition by events.key) as n from <events> as events",
            "anonymous_id AS key",
        ),
    ],
)
def test_only_the_columns_that_are_used_are_selected(sql: str, inner: str) -> None:
    assert f"( SELECT {inner} FROM tracks AS source ) AS" in grafted(sql, sources(EVENTS))


def test_rows_are_counted_by_a_column_that_is_there() -> None:
    found = sources(relation(key="k"))
    assert grafted("select count(*) as n from <events> as events", found) == (
        "SELECT COUNT(*) AS n FROM ( SELECT k AS key FROM tracks AS source ) AS events"
    )


def test_a_placeholder_in_a_cte_or_a_sub_query_is_grafted_where_it_stands() -> None:
    sql = (
        "with a as (select events.key from <events> as events) select a.key from a "
        "where exists (select 1 from <links> as links where links.key = a.key)"
    )
    assert grafted(sql, sources(EVENTS, LINKS)) == (
        "WITH a AS ( SELECT events.key FROM ( SELECT anonymous_id AS key FROM tracks AS source ) "
        "AS events ) SELECT a.key FROM a WHERE EXISTS( SELECT 1 FROM ( SELECT anonymous_id AS key "
        "FROM identifies AS source ) AS links WHERE links.key = a.key )"
    )


def test_a_column_that_only_an_inner_query_uses_is_selected() -> None:
    sql = "select 1 as x from <events> as e where exists (select 1 from y where y.a = e.item_id)"
    assert "SELECT product AS item_id FROM tracks" in grafted(sql, sources(EVENTS))


def test_two_aliases_of_one_relation_have_their_own_columns() -> None:
    sql = "select a.key from <events> as a join <events> as b on a.event_id = b.item_id"
    assert grafted(sql, sources(EVENTS)) == (
        "SELECT a.key FROM ( SELECT id AS event_id, anonymous_id AS key FROM tracks AS source ) "
        "AS a JOIN ( SELECT product AS item_id FROM tracks AS source ) AS b "
        "ON a.event_id = b.item_id"
    )


def test_the_columns_of_using_are_selected() -> None:
    sql = "select links.id_value from <events> as events join <links> as links using (key)"
    found = grafted(sql, sources(EVENTS, LINKS))
    assert "( SELECT anonymous_id AS key FROM tracks AS source ) AS events" in found
    assert "( SELECT anonymous_id AS key, mail AS id_value FROM identifies" in found


def test_the_columns_inside_one_mapping_are_not_taken_for_anothers() -> None:
    # events' own table has columns called seen_ts and method, which links does not map
    events = relation(key="coalesce(seen_ts, method)", where="id_type = 'x'")
    sql = (
        "select events.key from <events> as events join <links> as links on events.key = links.key"
    )
    found = grafted(sql, sources(events, LINKS))
    assert "( SELECT anonymous_id AS key FROM identifies AS source ) AS links" in found


def test_a_bare_name_of_another_source_asks_nothing_of_the_relation() -> None:
    sql = (
        "with named as (select 'k' as key, 'c' as category) "
        "select category from named join <events> as events on named.key = events.key"
    )
    assert "SELECT anonymous_id AS key FROM tracks" in grafted(sql, sources(EVENTS))


def test_a_bare_name_that_only_the_relation_can_have_is_missed() -> None:
    told = refused(NotComputableError, "select category from <events>", sources(EVENTS))
    assert told[0] == "relation `events` has no column `category`"


def test_an_alias_is_no_column() -> None:
    sql = "select coalesce(item_id, 'none') as category from <events> group by category"
    assert "SELECT product AS item_id FROM tracks" in grafted(sql, sources(EVENTS))


def test_columns_of_the_warehouse_beyond_the_contract_may_be_used_when_none_are_mapped() -> None:
    seen = {"events": frozenset({"key", "campaign"})}
    found = sources(relation(), columns=seen)
    assert grafted("select campaign, events.key from <events> as events", found) == (
        "SELECT campaign, events.key FROM ( SELECT key, campaign FROM tracks AS source ) AS events"
    )


# --- what is missing -----------------------------------------------------------------------------


def test_a_misspelt_relation_is_told_at_its_line_with_the_nearest() -> None:
    assert refused(CompileError, "select 1\nfrom <evnts> as e", sources(EVENTS)) == (
        "unknown relation `evnts`", "own.yml:11:5", "did you mean `events`?",
    )  # fmt: skip


def test_a_misspelt_column_is_told_at_its_line_with_the_nearest() -> None:
    sql = "select\n    events.evnt_ts\nfrom <events> as events"
    assert refused(CompileError, sql, sources(EVENTS)) == (
        "relation `events` has no column `evnt_ts`", "own.yml:11:9", "did you mean `event_ts`?",
    )  # fmt: skip


def test_a_relation_that_is_not_declared_is_named_with_what_to_do() -> None:
    assert refused(NotComputableError, "select links.key from <links> as links", sources()) == (
        "relation `links` is not declared", None,
        "map it under `relations: {links: …}` in recsql.yml",
    )  # fmt: skip


def test_a_column_that_is_not_mapped_is_named_with_what_to_do() -> None:
    sql = "select events.ingested_ts from <events> as events"
    assert refused(NotComputableError, sql, sources(EVENTS)) == (
        "relation `events` has no column `ingested_ts`", None,
        "map it under `relations: {events: {columns: …}}` in recsql.yml",
    )  # fmt: skip


def test_a_relation_that_cannot_be_read_is_upstream() -> None:
    found = sources(EVENTS, broken={"events": "no such table"})
    told = refused(UpstreamError, "select events.key from <events> as events", found)
    assert told[0] == "relation `events` cannot be read"


def test_optional_columns_are_typed_nulls() -> None:
    inputs = Inputs(optional=frozenset({"events.ingested_ts", "events.is_bot"}))
    sql = "select events.key, events.ingested_ts, events.is_bot from <events> as events"
    assert grafted(sql, sources(EVENTS), inputs) == (
        "SELECT events.key, events.ingested_ts, events.is_bot FROM ( SELECT anonymous_id AS key, "
        "CAST(NULL AS TIMESTAMP) AS ingested_ts, CAST(NULL AS BOOLEAN) AS is_bot "
        "FROM tracks AS source ) AS events"
    )


@pytest.mark.parametrize("broken", [{}, {"links": "no such table"}])
def test_an_optional_relation_is_typed_and_empty(broken: Mapping[str, str]) -> None:
    declared = (LINKS,) if broken else ()
    inputs = Inputs(optional=frozenset({"links"}))
    sql = grafted(
        "select links.key, links.seen_ts from <links> as links",
        sources(*declared, broken=broken), inputs,
    )  # fmt: skip
    found = duckdb.execute(sql)
    assert [str(column[1]) for column in found.description or ()] == ["VARCHAR", "TIMESTAMP"]
    assert found.fetchall() == []


def test_an_unknown_working_table_is_told_with_the_nearest() -> None:
    told = refused(CompileError, "select 1 from recsql_state_t as t", sources())
    assert told[0] == "unknown state `t`"


# --- the mapping ---------------------------------------------------------------------------------


def test_native_expressions_and_the_filter_join_the_tree() -> None:
    events = relation(
        event_type="case event when 'Product Viewed' then 'view' end",
        key="data ->> '$.id'",
        where="not coalesce(is_bot, false)",
    )
    sql = "select events.event_type, events.key from <events> as events where events.key = 'x'"
    assert grafted(sql, sources(events)) == (
        "SELECT events.event_type, events.key FROM ( SELECT data ->> '$.id' AS key, "
        "CASE event WHEN 'Product Viewed' THEN 'view' END AS event_type FROM tracks AS source "
        "WHERE NOT COALESCE(is_bot, FALSE) ) AS events WHERE events.key = 'x'"
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("analytics.tracks", "analytics.tracks AS source"),
        ("db.analytics.tracks", "db.analytics.tracks AS source"),
        ('"select"', '"select" AS source'),
        ("selected_items", "selected_items AS source"),
        ("with_users", "with_users AS source"),
        ("from_shop", "from_shop AS source"),
        ("tracks as t", "tracks AS t"),
        ("read_parquet('a.parquet')", "READ_PARQUET('a.parquet') AS source"),
        ("select a from b", "( SELECT a FROM b ) AS source"),
        ("(select a from b)", "( SELECT a FROM b ) AS source"),
        ("  SELECT a FROM b", "( SELECT a FROM b ) AS source"),
        ("from b", "( SELECT * FROM b ) AS source"),
        ("with c as (select 1) select * from c", "( WITH c AS ( SELECT 1 ) SELECT * FROM c ) AS"),
    ],
)
def test_a_source_is_a_table_a_table_function_or_a_select(source: str, shown: str) -> None:
    found = grafted("select events.key from <events> as events", sources(relation(source=source)))
    assert shown in found


@pytest.mark.parametrize(
    "source",
    [
        "a, b", "a join b on a.x = b.x", "a where x = 1", "a limit 5", "a; drop table a",
        "drop table a", "(delete from a)", "a order by 1", "a union all select 1", "(",
    ],
)  # fmt: skip
def test_anything_else_is_no_source(source: str) -> None:
    sql = "select events.key from <events> as events"
    _, place, _ = refused(CompileError, sql, sources(relation(source=source)))
    assert place is not None
    assert place.startswith("own.yml")


def test_a_cte_of_the_check_never_stands_in_for_a_table_of_the_mapping() -> None:
    events = relation(source="sessions", key="k")
    sql = grafted(
        "with sessions as (select 'wrong' as k), "
        "seen as (select events.key, sessions.k from <events> as events cross join sessions) "
        "select * from seen join sessions on true",
        sources(events),
    )
    connection = duckdb.connect()
    connection.execute("create table sessions as select 'right' as k")
    assert connection.execute(sql).fetchall() == [("right", "wrong", "wrong")]


def test_a_time_zone_converts_times_once_and_nothing_else() -> None:
    events = relation(
        source="(select 'k' as key, timestamp '2026-07-01 12:00:00' as ts)",
        timezone="Europe/Berlin", event_ts="ts", key="key",
    )  # fmt: skip
    sql = grafted("select events.event_ts, events.key from <events> as events", sources(events))
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    (row,) = connection.execute(sql).fetchall()
    assert (str(row[0]), row[1]) == ("2026-07-01 10:00:00", "k")


def test_a_mapping_is_read_and_written_in_the_warehouses_own_dialect() -> None:
    events = relation(source="`p.d.tracks`", event_ts="timestamp_micros(event_timestamp)")
    found = Sources({"events": events}, {}, {}, "bigquery")
    sql = "select events.event_ts from <events> as events"
    assert grafted(sql, found, dialect="bigquery") == (
        "SELECT events.event_ts FROM ( SELECT TIMESTAMP_MICROS(event_timestamp) AS event_ts "
        "FROM `p.d.tracks` AS source ) AS events"
    )


@pytest.mark.parametrize(
    "values",
    [
        ("it's", "a\\b", 'say "x"', "; drop table x; --", "{{ var('x') }}", "ünï ☃", "%s", "\n"),
        (None, None, None, None, None, None, None, None),
    ],
)
def test_rows_that_recsql_supplies_keep_every_value(values: tuple[Scalar, ...]) -> None:
    rows = tuple((str(i), value) for i, value in enumerate(values))
    given = Relation("blocked_values", None, rows=rows)
    sql = grafted(
        "select b.id_type, b.id_value from recsql_relation_blocked_values as b", sources(given)
    )
    assert sorted(duckdb.execute(sql.replace(" \n ", "\n")).fetchall()) == [
        (key, " " if value == "\n" else value) for key, value in rows
    ]


def test_models_and_working_tables_are_their_temp_tables_and_keep_their_names() -> None:
    assert grafted("select requests.x from recsql_model_requests", sources()) == (
        "SELECT requests.x FROM recsql_requests AS requests"
    )
    assert grafted("select r.x from recsql_model_requests as r", sources()) == (
        "SELECT r.x FROM recsql_requests AS r"
    )
    assert grafted("select s.x from recsql_state_s", sources()) == (
        "SELECT s.x FROM recsql_m_s AS s"
    )


def test_a_mocked_model_is_its_rows() -> None:
    columns = {"person": text("person"), "n": text("n")}
    mock = Relation("requests", None, columns, rows=(("p1", 2), ("p2", None)))
    sql = grafted(
        "select r.person, r.n from recsql_model_requests as r", sources(fixtures={"requests": mock})
    )
    assert duckdb.execute(sql).fetchall() == [("p1", 2), ("p2", None)]


def test_what_a_project_has_is_asked_by_relation_or_column() -> None:
    found = sources(EVENTS, LINKS, broken={"links": "gone"})
    names = ("events", "events.key", "events.category", "links", "links.key", "serving")
    assert [found.mapped(name) for name in names] == [True, True, False, False, False, False]
