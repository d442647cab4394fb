"""`recsql init --from-warehouse` on PostgreSQL: its own information schema, its own words."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import conninfo

from recsql.model import Target
from recsql.scaffold import found, known
from recsql.scaffold.match import Level
from recsql.scaffold.proposing import proposed
from recsql.warehouses import connect

_TABLES = """
create schema foreign_names;
create table foreign_names."user" (id int);
create table foreign_names.web_events as select 'e' || i as message_id, 'c' || i as visitor_id,
    1767261600000 + i as occurred_at, 'Product Viewed' as event_name, 'p' || i as sku
from generate_series(1, 3) as numbers(i);
create table foreign_names.order_lines as select 1 as order_id, 7 as customer_id,
    timestamptz '2026-01-02 01:00+01' as ordered_at, 'p' || i as sku, 2.5 as price
from generate_series(1, 2) as numbers(i);
"""


def test_foreign_tables_become_a_mapping_that_runs(postgres: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(_TABLES.encode())
    settings = conninfo.conninfo_to_dict(postgres)
    warehouse = connect(Target("dev", "postgres", dict(settings)), tmp_path)
    try:
        tables = found.from_warehouse(warehouse, ("foreign_names",))
        assert [table.source for table in found.ordered(tables)] == [
            "foreign_names.order_lines",
            'foreign_names."user"',
            "foreign_names.web_events",
        ]
        matches = proposed(tables, known.read(), warehouse.dialect, warehouse, tmp_path).matches
    finally:
        warehouse.close()
    events, outcomes = matches["events"], matches["outcomes"]
    assert events.columns["event_ts"].note == (
        "milliseconds since 1970; 2026-01-01 in the first 3 rows"
    )
    assert events.columns["event_type"].sql.startswith("case event_name when 'Product Viewed'")
    # two lines of one order: their ids are the order's and the item's together
    assert "order_id" in outcomes.columns["outcome_id"].sql
    assert outcomes.columns["outcome_id"].level is Level.LIKELY
    assert outcomes.columns["ts"].sql == "ordered_at"
