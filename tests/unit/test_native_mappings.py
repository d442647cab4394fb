"""A mapping in the warehouse's own dialect comes through to its statements as it was written."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlglot

from recsql import api


@pytest.mark.parametrize(
    ("dialect", "instant", "category", "kept"),
    [
        (
            "bigquery",
            "timestamp_micros(micros)",
            "JSON_VALUE(payload, '$.category')",
            ("TIMESTAMP_MICROS(micros)", "JSON_VALUE(payload, '$.category')"),
        ),
        (
            "snowflake",
            "to_timestamp_ntz(micros, 6)",
            "payload:category::string",
            ("TO_TIMESTAMP_NTZ(micros, 6)", "GET_PATH(payload, 'category')"),
        ),
        (
            "spark",
            "timestamp_micros(micros)",
            "get_json_object(payload, '$.category')",
            ("TIMESTAMP_MICROS(micros)", "GET_JSON_OBJECT(payload, '$.category')"),
        ),
        (
            "postgres",
            "to_timestamp(micros / 1000000.0)",
            "payload ->> 'category'",
            ("TO_TIMESTAMP(micros / 1000000.0)", "payload ->> 'category'"),
        ),
        (
            "trino",
            "from_unixtime(seconds)",
            "json_extract_scalar(payload, '$.category')",
            ("FROM_UNIXTIME(seconds)", "JSON_EXTRACT_SCALAR(payload, '$.category')"),
        ),
    ],
)
def test_native_functions_reach_the_statement(
    tmp_path: Path, dialect: str, instant: str, category: str, kept: tuple[str, ...]
) -> None:
    if dialect == "snowflake" and int(version("sqlglot").partition(".")[0]) < 30:
        pytest.skip("an older sqlglot writes to_timestamp, whose time zone is the account's")
    columns = {
        **{"event_id": "id", "key": "visitor", "event_type": "kind", "item_id": "item"},
        **{"event_ts": instant, "category": category},
    }
    events = {"from": "logs.hits", "columns": columns}
    project = {"name": "shop", "as_of": "2026-03-03", "relations": {"events": events}}
    (tmp_path / "recsql.yml").write_text(json.dumps(project))
    compiled = api.compile(tmp_path, dialect=dialect)
    assert compiled.problems == ()
    (sql,) = (model.statement.sql for model in compiled.models if model.name == "events")
    assert [part for part in kept if part not in sql] == []
    assert len(sqlglot.parse(sql, read=dialect)) == 1
