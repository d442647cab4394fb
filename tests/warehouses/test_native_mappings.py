"""A mapping in a warehouse's own words, which no other engine has, runs there under any check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import psycopg
import pytest

from recsql import api
from recsql.api import Request
from recsql.model import Scalar

_CHECK = """
checks:
  - name: native
    sql: |
      select
          count(*) as seen,
          max(rs_epoch_us(events.event_ts)) as newest_us,
          max(rs_epoch_us(events.ingested_ts)) as stored_us,
          count(case when events.item_id = 'p7' then 1 end) as sevens,
          count(case when events.event_type = 'view' then 1 end) as views,
          count(case when events.surface = '2.5' then 1 end) as priced
      from {{ relation('events') }} as events
    metrics:
      seen: {unit: count}
      newest_us: {unit: count}
      stored_us: {unit: count}
      sevens: {unit: count}
      views: {unit: count}
      priced: {unit: count}
"""
_NEWEST_US = 1_767_323_045_250_000  # 2026-01-02 03:04:05.25 UTC
_EXPECTED = {"seen": 2, "newest_us": _NEWEST_US, "stored_us": _NEWEST_US + 60_000_000,
             "sevens": 1, "views": 2, "priced": 1}  # fmt: skip

_POSTGRES = {
    "event_id": "raw->>'id'",
    "key": "md5(raw->>'id')",
    "event_ts": "to_timestamp((raw->>'at_ms')::double precision / 1000)",
    "ingested_ts": "stored at time zone 'UTC'",
    "event_type": "(array['view', 'cart'])[1 + (raw->'kind')::int]",
    "item_id": "raw #>> '{item,sku}'",
    "surface": "substring(raw->>'price' from '[0-9.]+')",
}
_CLICKHOUSE = {
    "event_id": "JSONExtractString(raw, 'id')",
    "key": "lower(hex(MD5(JSONExtractString(raw, 'id'))))",
    "event_ts": "fromUnixTimestamp64Milli(JSONExtractInt(raw, 'at_ms'), 'UTC')",
    "ingested_ts": "parseDateTime64BestEffort(stored, 6, 'UTC')",
    "event_type": "transform(JSONExtractInt(raw, 'kind'), [0, 1], ['view', 'cart'], '')",
    "item_id": "JSONExtractString(raw, 'item', 'sku')",
    "surface": "extract(JSONExtractString(raw, 'price'), '[0-9.]+')",
}
_ROWS = (
    '{"id": "e1", "at_ms": 1767323045000, "kind": 0, "item": {"sku": "p7"}, "price": "EUR 2.5"}',
    '{"id": "e2", "at_ms": 1767323045250, "kind": 0, "item": {"sku": "p8"}, "price": "EUR 1.5"}',
)
_STORED = ("2026-01-02 03:05:05.00", "2026-01-02 03:05:05.25")


def found(
    folder: Path, settings: Mapping[str, Scalar], source: str, columns: Mapping[str, str]
) -> dict[str, float | None]:
    """The check's numbers under such a mapping."""
    (folder / "checks").mkdir()
    (folder / "checks" / "own.yml").write_text(_CHECK)
    relations = {"events": {"from": source, "columns": columns}}
    project = {"name": "shop", "as_of": "2026-01-03 00:00:00", "relations": relations}
    (folder / "recsql.yml").write_text(json.dumps(project))
    profile = {"shop": {"target": "t", "outputs": {"t": settings}}}
    (folder / "profiles.yml").write_text(json.dumps(profile))
    result = api.run_request(Request(folder, folder, select=("native",)))[0]
    check = result.checks[0]
    assert check.problem is None, check.problem
    return {metric.name: metric.value for metric in check.metrics}


def test_a_mapping_in_the_words_of_postgresql_runs(postgres: str, tmp_path: Path) -> None:
    rows = ", ".join(
        f"('{row}'::jsonb, '{stored}'::timestamp)"
        for row, stored in zip(_ROWS, _STORED, strict=True)
    )
    with psycopg.connect(postgres, autocommit=True) as owner:
        owner.execute("create schema if not exists own_words")
        owner.execute("drop table if exists own_words.tracks")
        sql = f"create table own_words.tracks as select * from (values {rows}) as t(raw, stored)"
        owner.execute(sql.encode())
    parts = dict(part.split("=") for part in postgres.split())
    settings = {"type": "postgres", **parts}
    assert found(tmp_path, settings, "own_words.tracks", _POSTGRES) == pytest.approx(_EXPECTED)


def test_a_mapping_in_the_words_of_clickhouse_runs(
    clickhouse: dict[str, Scalar], tmp_path: Path
) -> None:
    rows = " union all ".join(
        f"select '{row}' as raw, '{stored}' as stored"
        for row, stored in zip(_ROWS, _STORED, strict=True)
    )
    settings = {"type": "clickhouse", **clickhouse}
    source = f"(select * from ({rows}))"
    assert found(tmp_path, settings, source, _CLICKHOUSE) == pytest.approx(_EXPECTED)
