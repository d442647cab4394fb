"""`recsql init`: foreign tables become a mapping that runs, and says how sure it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from recsql.cli.app import application
from recsql.compile import dialects, relations
from recsql.compile.sources import Sources
from recsql.errors import ConfigError, RecsqlError
from recsql.model import Target
from recsql.project import config, document
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.load import Wanted
from recsql.scaffold import found, known
from recsql.scaffold.costs import Costs
from recsql.scaffold.found import Column, Family, Table
from recsql.scaffold.match import MEANINGS, Level, Match
from recsql.scaffold.proposing import Proposal, proposed
from recsql.scaffold.start import Started, Surroundings, Wish, started
from recsql.scaffold.writing import comment, scalar
from recsql.warehouses import connect

KNOWN = known.read()

TRACKED = """
create table tracks (id text, anonymous_id text, user_id text, event text, received_at timestamp,
    sent_at timestamp, original_timestamp timestamp, "timestamp" timestamp{more});
create table product_viewed as select 'e1' as id, 'a' as anonymous_id, 'u' as user_id,
    'p1' as product_id, 'shoes' as category, timestamp '2026-01-01 10:00' as "timestamp",
    timestamp '2026-01-01 10:01' as received_at;
create table product_added as select 'e2' as id, 'a' as anonymous_id, null::text as user_id,
    'p1' as product_id, timestamp '2026-01-01 11:00' as "timestamp",
    timestamp '2026-01-01 11:01' as received_at;
create table order_completed as select 'o1' as id, 'a' as anonymous_id, 'u' as user_id,
    '[{{"product_id": "p1", "price": 2.5, "quantity": 2}}, {{"product_id": "p2", "price": 1}}]'
        as products, timestamp '2026-01-02' as "timestamp", timestamp '2026-01-02' as received_at;
create table identifies as select 'a' as anonymous_id, 'u' as user_id, 'u@example.org' as email,
    timestamp '2026-01-01 09:00' as "timestamp", timestamp '2026-01-01 09:01' as received_at;
"""
SNOWPLOW = """
create schema atomic;
create table atomic.events as select 'e1' as event_id, 'f1' as event_fingerprint,
    'c1' as domain_userid, 'n1' as network_userid, null::text as user_id, 's1' as domain_sessionid,
    timestamp '2026-01-01 10:00:03' as collector_tstamp, timestamp '2026-01-01 10:00' as
    derived_tstamp, timestamp '2026-01-01 10:05' as etl_tstamp, 'product_view' as event_name,
    '[{"id": "p1"}]' as products_json;
"""
GA4 = """
create table events_20260101 as select 1767261600000000 as event_timestamp, 'purchase' as
    event_name, 'c1' as user_pseudo_id, 'u1' as user_id, 'web' as platform,
    [{'key': 'ga_session_id', 'value': {'int_value': 7}}] as event_params,
    [{'item_id': 'p1', 'item_category': 'shoes', 'price': 2.5, 'quantity': 2},
     {'item_id': 'p2', 'item_category': 'hats', 'price': 1.0, 'quantity': 1}] as items;
"""
SHOPIFY = """
create table "order" as select 1 as id, 7 as customer_id, timestamp '2026-01-01' as created_at,
    null::timestamp as cancelled_at;
create table order_line as select 11 as id, 1 as order_id, 5 as product_id, 2.5 as price,
    2 as quantity;
create table product as select 5 as id, 'shoes' as product_type, timestamp '2025-01-01' as
    created_at;
"""


def file_of(tmp_path: Path, sql: str, name: str = "shop.duckdb") -> Path:
    path = tmp_path / name
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)
    return path


def proposal(tmp_path: Path, sql: str) -> Proposal:
    path = file_of(tmp_path, sql)
    warehouse = connect(Target("local", "duckdb", {"path": str(path)}), tmp_path)
    try:
        tables = found.from_warehouse(warehouse)
        return proposed(tables, KNOWN, warehouse.dialect, warehouse, tmp_path)
    finally:
        warehouse.close()


def rows(tmp_path: Path, match: Match, *columns: str) -> list[tuple[object, ...]]:
    """The mapped rows, as the checks would read them."""
    sources = Sources({match.relation: match.as_relation()}, {}, {}, "duckdb")
    select = relations.mapped_select(match.as_relation(), list(columns), sources)
    warehouse = connect(Target("own", "duckdb", {"path": "shop.duckdb"}), tmp_path)
    try:
        result = warehouse.query(dialects.generate(select, "duckdb")).rows
    finally:
        warehouse.close()
    return sorted(tuple(map(str, row)) for row in result)


def levels(match: Match) -> dict[str, str]:
    return {name: choice.level.word for name, choice in match.columns.items()}


def test_the_names_are_of_every_relation_and_column_of_the_contract() -> None:
    assert tuple(KNOWN.relations) == MAPPABLE
    for name, relation in KNOWN.relations.items():
        assert tuple(relation.columns) == tuple(RELATIONS[name]), name
        assert relation.what, name
        assert all(column.what for column in relation.columns.values()), name


def test_a_layout_maps_columns_of_the_contract_only() -> None:
    for layout in KNOWN.layouts:
        for name, parts in layout.relations.items():
            for part in parts:
                assert set(part.columns) <= set(RELATIONS[name]), (layout.title, name)
    titles = {layout.title for layout in KNOWN.layouts}
    assert titles == {"Snowplow", "Google Analytics 4", "RudderStack", "Segment", "Shopify"}


# --- known layouts -------------------------------------------------------------------------------


def test_snowplow(tmp_path: Path) -> None:
    proposal_ = proposal(tmp_path, SNOWPLOW)
    assert proposal_.layouts == ("Snowplow, by atomic.events",)
    events = proposal_.matches["events"]
    assert events.level is Level.SURE
    assert rows(tmp_path, events, "event_id", "key", "event_ts", "event_type", "item_id") == [
        ("e1f1", "c1", "2026-01-01 10:00:00", "view", "p1")
    ]
    assert rows(tmp_path, events, "ingested_ts") == [("2026-01-01 10:05:00",)]
    assert levels(events)["user_id"] == "guess"  # NULL wherever one looked
    links = proposal_.matches["links"]
    assert rows(tmp_path, links, "key", "id_type", "id_value") == [("c1", "network_userid", "n1")]


def test_google_analytics_4_counts_an_event_once_for_each_item(tmp_path: Path) -> None:
    matches = proposal(tmp_path, GA4).matches
    assert rows(tmp_path, matches["events"], "key", "event_ts", "event_type", "item_id") == [
        ("c1", "2026-01-01 10:00:00", "purchase", "p1"),
        ("c1", "2026-01-01 10:00:00", "purchase", "p2"),
    ]
    assert rows(tmp_path, matches["outcomes"], "item_id", "revenue") == [
        ("p1", "5.0"),
        ("p2", "1.0"),
    ]


@pytest.mark.parametrize(("more", "title"), [("", "Segment"), (", channel text", "RudderStack")])
def test_segment_and_rudderstack_put_their_tables_together(
    tmp_path: Path, more: str, title: str
) -> None:
    proposal_ = proposal(tmp_path, TRACKED.format(more=more))
    assert proposal_.layouts == (f"{title}, by main.tracks",)
    matches = proposal_.matches
    assert rows(tmp_path, matches["events"], "event_id", "event_type", "item_id", "category") == [
        ("e1", "view", "p1", "shoes"),
        ("e2", "cart", "p1", "None"),
    ]
    assert rows(tmp_path, matches["outcomes"], "outcome_id", "key", "item_id", "revenue") == [
        ("o1-p1", "a", "p1", "5.0"),
        ("o1-p2", "a", "p2", "1.0"),
    ]
    assert rows(tmp_path, matches["links"], "key", "id_type", "id_value") == [
        ("a", "email", "u@example.org"),
        ("a", "user_id", "u"),
    ]


def test_shopify_knows_orders_and_products_but_no_events(tmp_path: Path) -> None:
    proposal_ = proposal(tmp_path, SHOPIFY)
    matches = proposal_.matches
    assert set(matches) == {"outcomes", "catalogue"}
    assert rows(
        tmp_path, matches["outcomes"], "outcome_id", "user_id", "ts", "item_id", "revenue"
    ) == [("11", "7", "2026-01-01 00:00:00", "5", "5.0")]
    assert rows(tmp_path, matches["catalogue"], "item_id", "category") == [("5", "shoes")]
    assert any("orders, not views" in note for note in proposal_.notes)


def test_another_dialect_gets_its_own_words() -> None:
    names = ("event_timestamp", "event_name", "user_pseudo_id", "event_params", "items", "user_id")
    source = "`shop`.`analytics`.`events_*`"
    table = Table("analytics", "events_*", source, tuple(map(Column, names)))
    matches = proposed([table], KNOWN, "bigquery", None, Path()).matches
    events = matches["events"].columns
    assert events["event_ts"].sql == "TIMESTAMP_MICROS(event_timestamp)"
    assert "STRING" in events["event_id"].sql
    assert "unnest(log.items) as item" in matches["events"].source


# --- names ---------------------------------------------------------------------------------------


def test_a_foreign_stream_without_ids_is_a_guess_that_runs(tmp_path: Path) -> None:
    matches = proposal(
        tmp_path,
        """create table shop_events as select timestamp '2026-01-01 10:00' as event_time,
            unnest(['View', 'Add to Cart', 'order''s', 'transaction']) as event_type,
            5 as product_id, 7 as user_id, 2.5 as price""",
    ).matches
    events = matches["events"]
    assert events.level is Level.GUESS
    assert levels(events) == {
        "event_id": "guess", "key": "likely", "event_ts": "sure", "event_type": "sure",
        "item_id": "sure",
    }  # fmt: skip
    assert rows(tmp_path, events, "event_type") == [
        ("cart",),
        ("order's",),
        ("purchase",),
        ("view",),
    ]
    # without a table of orders, the purchases among the events are the outcomes
    assert rows(tmp_path, matches["outcomes"], "type", "item_id", "revenue") == [
        ("purchase", "5", "2.5")
    ]


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("1767261600", "likely"),
        ("1767261600000", "likely"),
        ("1767261600000000", "likely"),
        ("1767261600.0::double", "likely"),
        ("'2026-01-01T10:00:00Z'", "likely"),
        ("'2026-01-01 10:00:00'", "likely"),
        ("timestamptz '2026-01-01 12:00:00+02'", "sure"),
    ],
)
def test_a_time_is_read_however_it_is_kept(tmp_path: Path, value: str, level: str) -> None:
    sql = f"""create table events as select 'e' as event_id, 'k' as device_id, {value} as
        occurred_at, 'view' as event_type, 'p' as sku"""
    events = proposal(tmp_path, sql).matches["events"]
    assert levels(events)["event_ts"] == level
    assert events.columns["event_ts"].note.endswith("2026-01-01 in the first row")
    told = rows(tmp_path, events, "event_ts")[0][0]
    assert str(told).removesuffix("+00:00") == "2026-01-01 10:00:00"


@pytest.mark.parametrize("value", ["'last week'", "null::text", "12"])
def test_a_time_that_is_none_is_not_proposed(tmp_path: Path, value: str) -> None:
    sql = f"""create table events as select 'e' as event_id, 'k' as device_id, {value} as
        occurred_at, 'view' as event_type, 'p' as sku"""
    assert "events" not in proposal(tmp_path, sql).matches


def test_the_times_and_gaps_of_the_first_rows_are_told(tmp_path: Path) -> None:
    sql = """create table events as select 'e' || i as event_id, 'k' as device_id,
        timestamp '2026-01-01' + interval (i) day as occurred_at, 'view' as event_type,
        case when i % 4 > 0 then 'p' end as sku from range(8) as numbers(i)"""
    columns = proposal(tmp_path, sql).matches["events"].columns
    assert columns["event_ts"].note == "2026-01-01 to 2026-01-08 in the first 8 rows"
    assert columns["item_id"].note == "NULL in 25.0% of the first 8 rows"
    assert columns["event_id"].note == ""


def test_a_number_that_no_calendar_has_stops_nothing(tmp_path: Path) -> None:
    sql = """create table events as select 'e' as event_id, 'k' as device_id,
        unnest([1767261600.0, 1e300, 'inf'::double]) as occurred_at, 'view' as event_type,
        'p' as sku"""
    proposal(tmp_path, sql)


def test_an_order_with_several_items_gets_an_id_of_both(tmp_path: Path) -> None:
    outcomes = proposal(
        tmp_path,
        """create table orders as select 'o1' as order_id, 'c' as customer_id,
            timestamp '2026-01-01' as created_at, unnest(['p1', 'p2']) as product_id""",
    ).matches["outcomes"]
    assert rows(tmp_path, outcomes, "outcome_id") == [("o1|p1",), ("o1|p2",)]
    assert (
        "50.0% of the first 2 rows repeat another's order_id" in outcomes.columns["outcome_id"].note
    )


def test_what_is_like_no_relation_is_left_alone(tmp_path: Path) -> None:
    sql = "create table invoices (id int, created_at timestamp, total double, product_id int)"
    assert proposal(tmp_path, sql).matches == {}


def test_a_table_serves_one_relation_and_others_are_named(tmp_path: Path) -> None:
    columns = "(event_id text, device_id text, event_time timestamp, event_type text, item_id text)"
    sql = f"create table events {columns}; create table mobile_events {columns};"
    events = proposal(tmp_path, sql).matches["events"]
    assert events.table.name == "events"
    assert events.others == ("main.mobile_events",)


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("TIMESTAMP WITH TIME ZONE", Family.TIME), ("timestamp_ntz(9)", Family.TIME),
        ("DATE", Family.DAY), ("DECIMAL(18,0)", Family.INTEGER), ("NUMBER(38,2)", Family.NUMBER),
        ("character varying(20)", Family.TEXT), ("INT64", Family.INTEGER),
        ("VARCHAR[]", Family.NESTED),
        ("STRUCT(a INTEGER)", Family.NESTED), ("boolean", Family.TRUTH), ("", Family.UNKNOWN),
    ],
)  # fmt: skip
def test_a_type_is_known_by_its_name(kind: str, family: Family) -> None:
    assert Column("x", kind).family is family


# --- dbt -----------------------------------------------------------------------------------------


def manifest_of(tmp_path: Path, version: int = 12) -> Path:
    def node(kind: str, name: str, columns: Iterable[str], **more: object) -> dict[str, object]:
        listed = {column: {"name": column, "data_type": None} for column in columns}
        return {"resource_type": kind, "name": name, "schema": "web", "database": "dwh",
                "columns": listed, **more}  # fmt: skip

    view = ("event_id", "visitor_id", "occurred_at", "event_name", "product_id")
    document_ = {
        "metadata": {
            "dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{version}.json",
            "adapter_type": "postgres",
        },
        "sources": {"source.shop.web.raw": node("source", "raw", (), identifier="raw")},
        "nodes": {
            "model.shop.fct_events": node(
                "model", "fct_events", view, relation_name='"dwh"."web"."fct_events"'
            ),
            "model.shop.stg_orders": node("model", "stg_orders", ()),
            "model.shop.events": node(
                "model", "events", view, config={"materialized": "ephemeral"}
            ),
            "test.shop.unique": node("test", "unique", view),
        },
    }
    catalog = {
        "nodes": {
            "model.shop.fct_events": {
                "columns": {"OCCURRED_AT": {"name": "occurred_at", "type": "bigint"}}
            },
            "model.shop.stg_orders": {
                "columns": {
                    name: {"name": name, "type": kind}
                    for name, kind in (
                        ("order_id", "text"), ("customer_id", "text"), ("sku", "text"),
                        ("ordered_at", "timestamp without time zone"),
                    )
                }
            },
        }
    }  # fmt: skip
    folder = tmp_path / "dbt" / "target"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(document_), encoding="utf-8")
    (folder / "catalog.json").write_text(json.dumps(catalog), encoding="utf-8")
    (folder.parent / "dbt_project.yml").write_text(
        "name: shop\nprofile: 'warehouse'\n", encoding="utf-8"
    )
    return folder / "manifest.json"


def test_dbt_models_are_proposed_in_the_warehouses_dialect(tmp_path: Path) -> None:
    manifest = found.from_dbt(manifest_of(tmp_path))
    assert (manifest.adapter, manifest.profile, manifest.without_columns) == (
        "postgres",
        "warehouse",
        1,
    )
    matches = proposed(manifest.tables, KNOWN, manifest.adapter, None, tmp_path).matches
    assert matches["events"].source == '"dwh"."web"."fct_events"'
    event_ts = matches["events"].columns["event_ts"]
    assert "INTERVAL '1 MICROSECOND'" in event_ts.sql.upper()
    assert (event_ts.level, "look at a value" in event_ts.note) == (Level.GUESS, True)
    assert matches["outcomes"].source == "dwh.web.stg_orders"
    assert matches["outcomes"].columns["outcome_id"].sql == "order_id"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "is no dbt manifest"),
        ("[]", "is no dbt manifest"),
        ("{", "is not JSON"),
    ],
)
def test_what_is_no_manifest_is_said_to_be_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        found.from_dbt(path)


def test_an_old_manifest_and_none_at_all_are_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="manifest of version 11") as error:
        found.from_dbt(manifest_of(tmp_path, 11))
    assert "dbt 1.8" in str(error.value.hint)
    with pytest.raises(ConfigError, match="no file") as error:
        found.from_dbt(tmp_path / "manifest.json")
    assert "dbt parse" in str(error.value.hint)


# --- files ---------------------------------------------------------------------------------------


@cache
def declared() -> Costs:
    return Costs()


def begun(tmp_path: Path, wish: Wish) -> Started:
    result = started(wish, Surroundings({}, tmp_path / "home"), declared())
    for path, text in result.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return result


def test_a_project_without_a_source_names_every_relation_and_is_no_mistake(tmp_path: Path) -> None:
    begun(tmp_path, Wish(tmp_path / "shop"))
    text = (tmp_path / "shop" / "recsql.yml").read_text(encoding="utf-8")
    read = config.read(tmp_path / "shop")
    assert read.problems == []
    assert (read.project.name, read.project.profile, read.project.as_of) == ("shop", "shop", "now")
    for relation, columns in RELATIONS.items():
        if relation in MAPPABLE:
            assert f"\n  # {relation}:\n" in text
            block = text.partition(f"\n  # {relation}:\n")[2]
            assert all(f"#     {column}:" in block for column in columns)
    assert all(len(line) <= 100 for line in text.splitlines())


def test_what_is_commented_out_becomes_a_mapping_when_it_is_not(tmp_path: Path) -> None:
    begun(tmp_path, Wish(tmp_path))
    path = tmp_path / "recsql.yml"
    head, _, rest = path.read_text(encoding="utf-8").partition("  # catalogue:\n")
    block, _, tail = rest.partition("\n\n")
    lines = [line.replace("  # ", "  ", 1) for line in block.splitlines()]
    lines = [line.replace(":  ", ": x", 1) if "#" in line else line for line in lines]
    text = "\n".join([head + "  catalogue:", *lines, "", tail])
    read = config.parse(document.parse(text, "recsql.yml"), tmp_path)
    assert read.problems == []
    assert set(read.project.relations["catalogue"].columns) == set(RELATIONS["catalogue"])


@pytest.mark.parametrize("name", ["recsql.yml", "checks/first.yml", "tests/first.yml"])
def test_nothing_that_is_there_is_replaced(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(RecsqlError, match="already there") as error:
        begun(tmp_path, Wish(tmp_path))
    assert "recsql init DIR" in str(error.value.hint)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [path.name]


def test_gitignore_gets_one_line_once(tmp_path: Path) -> None:
    ignore = tmp_path / ".gitignore"
    ignore.write_text("*.pyc", encoding="utf-8")
    begun(tmp_path, Wish(tmp_path))
    assert ignore.read_text(encoding="utf-8") == "*.pyc\ntarget/\n"
    (tmp_path / "recsql.yml").unlink()
    (tmp_path / "checks/first.yml").unlink()
    (tmp_path / "tests/first.yml").unlink()
    assert ignore not in begun(tmp_path, Wish(tmp_path)).files


def test_a_profile_that_is_there_is_used_and_none_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home" / ".dbt"
    home.mkdir(parents=True)
    path = file_of(tmp_path, SNOWPLOW)
    outputs = f"{{dev: {{type: duckdb, path: {path}}}, ci: {{type: duckdb}}}}"
    text = f"work:\n  target: dev\n  outputs: {outputs}\n"
    (home / "profiles.yml").write_text(text, encoding="utf-8")
    result = begun(tmp_path, Wish(tmp_path / "shop", warehouse=True, wanted=Wanted(target="dev")))
    assert tmp_path / "shop" / "profiles.yml" not in result.files
    assert config.read(tmp_path / "shop").project.profile == "work"
    assert result.target == "dev"
    assert "events" in result.proposal.matches


def test_a_dbt_project_keeps_its_profile_wherever_that_is(tmp_path: Path) -> None:
    result = begun(tmp_path, Wish(tmp_path / "shop", manifest=manifest_of(tmp_path)))
    text = result.files[tmp_path / "shop" / "recsql.yml"]
    assert "\nprofile: warehouse\n" in text
    assert (
        "# Profile warehouse is in no profiles.yml that was found: give --profiles-dir.\n" in text
    )
    assert tmp_path / "shop" / "profiles.yml" not in result.files
    assert config.read(tmp_path / "shop").problems == []


def test_only_the_schemas_that_were_named_are_read(tmp_path: Path) -> None:
    path = file_of(tmp_path, SNOWPLOW + SHOPIFY)
    wish = Wish(tmp_path / "shop", duckdb=path, schemas=("main",))
    assert set(begun(tmp_path, wish).proposal.matches) == {"outcomes", "catalogue"}
    with pytest.raises(RecsqlError, match="no table is to be seen"):
        begun(tmp_path, Wish(tmp_path / "other", duckdb=path, schemas=("nowhere",)))


def test_what_is_written_is_what_was_proposed_whatever_the_tables_are_called(
    tmp_path: Path,
) -> None:
    """Names with quotes, line breaks and YAML in them stay names."""
    table = '"od""d\n: events"'
    sql = f"""create table {table} as select 'e' as "event id", 'k' as "Device Id", now() as
        "event time", 'view' as "event-type", 'p' as "product: # id" """
    path = file_of(tmp_path, sql.replace('"product: # id"', '"product # id"'))
    result = begun(tmp_path, Wish(tmp_path / "shop", duckdb=path))
    read = config.read(tmp_path / "shop")
    assert read.problems == []
    source = read.project.relations["events"].source
    assert source is not None
    assert source.text == result.proposal.matches["events"].source
    assert read.project.relations["events"].columns["item_id"].text == '"product # id"'


@pytest.mark.parametrize(
    "text", ["a: b", "yes", "it's", '"x"', '"it\'s"', "- a", "a # b", "", "1", "ö", "a\nb"]
)
def test_a_scalar_comes_back_as_it_was(text: str) -> None:
    assert document.parse(f"k: {scalar(text)}", "x").plain() == {"k": text}


def test_a_comment_cannot_be_left() -> None:
    assert comment("a\nname: evil\x85b\u2028c") == ["# a name: evil b c"]


def test_costs_are_what_the_checks_declare() -> None:
    told = {cost.audit: cost for cost in declared().of("serving")}
    assert "unmerged_traffic" in told["identity_coverage"].skipped
    assert "signal_age" not in told["signal_freshness"].skipped
    assert any("each visit" in sentence for sentence in told["signal_freshness"].sentences)
    reach = {found.audit: found for found in declared().reach({})}
    assert all(found.computable == 0 for found in reach.values())


def test_the_command_takes_one_source(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "recsql",
        "init",
        str(tmp_path),
        "--from-warehouse",
        "--duckdb",
        "x",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert said.returncode == 2
    assert "one source" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_person_is_asked_where_the_tables_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(tmp_path, SNOWPLOW)
    monkeypatch.setattr("recsql.cli.init._a_person_is_there", lambda: True)
    said = CliRunner().invoke(application(), ["init", str(tmp_path)], input="\n\n")
    assert said.exit_code == 0, said.output
    # Enter takes what lies in the folder
    assert "Where are your tables?" in said.output
    assert "layout       Snowplow, by atomic.events" in said.stdout
    assert "path: shop.duckdb" in (tmp_path / "profiles.yml").read_text(encoding="utf-8")


def test_the_next_command_finds_the_profile_that_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    folder = tmp_path / "shop"
    said = CliRunner().invoke(application(), ["init", str(folder)])
    assert f"recsql run --project-dir {folder} --profiles-dir {folder} " in said.stdout


def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    said = CliRunner().invoke(application(), ["init", str(tmp_path / "shop")], input="")
    assert said.exit_code == 0
    assert "Where are your tables?" not in said.output
    assert "map your tables" in said.stdout


def test_the_page_on_ones_own_tables_tells_the_levels_and_the_layouts() -> None:
    page = (Path(__file__).parents[2] / "docs" / "your-own-tables.md").read_text(encoding="utf-8")
    for level, meaning in MEANINGS.items():
        assert f"| {level.word} | {meaning} |" in page
    for layout in KNOWN.layouts:
        row = next(line for line in page.splitlines() if line.startswith(f"| {layout.title} |"))
        told = set(re.findall(r"\w+", row)) | {
            "anonymous_id",
            "received_at",
            "sent_at",
            "event",
            "id",
        }
        told |= {"original_timestamp"} if layout.title == "RudderStack" else set()
        assert set(layout.columns) <= told


def test_each_new_project_has_a_salt_of_its_own(tmp_path: Path) -> None:
    salts = []
    for name in ("one", "other"):
        said = CliRunner().invoke(application(), ["init", str(tmp_path / name)], input="")
        assert said.exit_code == 0
        project = config.read(tmp_path / name).project
        assert re.fullmatch("[0-9a-f]{32}", project.salt)
        salts.append(project.salt)
    assert salts[0] != salts[1]
