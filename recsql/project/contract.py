"""The logical relations: which columns each may have, of which type, and which it must have.

A `!` marks a column that the relation cannot do without. Types are DuckDB's; in a project the
columns have the warehouse's own types, in cases they have these.

`served_features` holds the features of each request as serving logged them, one row per feature;
`recomputed_features` the same features computed afterwards, point in time, by the code that makes
training rows. `is_backfill` marks
events of a load that came long after them, whose `ingested_ts` says nothing of the pipeline.
`indexed_items` is what the candidate index holds now, one row per item.
`promotion_days` has one row per UTC day and promoted category; without a category
everything was promoted that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_TABLES = {
    "events": """event_id varchar!, key varchar!, event_ts timestamp!, ingested_ts timestamp,
        event_type varchar!, item_id varchar!, category varchar, user_id varchar,
        session_id varchar, surface varchar, is_bot boolean, is_backfill boolean""",
    "links": """key varchar!, id_type varchar!, id_value varchar!, seen_ts timestamp!,
        ingested_ts timestamp, method varchar""",
    "identity_map": """key varchar!, profile_id varchar!, valid_from timestamp,
        valid_to timestamp""",
    "serving": """request_id varchar!, key varchar!, serve_ts timestamp!, profile_id varchar,
        snapshot_ts timestamp, index_ts timestamp, snapshot_id varchar, model_version varchar,
        index_version varchar, surface varchar, session_id varchar, retrieved_k bigint,
        arm varchar, device_class varchar, region varchar""",
    "served_items": """request_id varchar!, item_id varchar!, position bigint!, stage varchar,
        surface varchar, score double, propensity double""",
    "snapshots": """profile_id varchar!, snapshot_ts timestamp!, written_ts timestamp!,
        last_event_ts timestamp, n_events bigint, embedding varchar, embedding_version varchar""",
    "outcomes": """outcome_id varchar!, key varchar, user_id varchar, ts timestamp!, type varchar!,
        item_id varchar!, revenue double, cancelled_ts timestamp, returned_ts timestamp,
        request_id varchar""",
    "offline_metrics": """run_id varchar!, model_version varchar!, metric varchar!, k bigint!,
        value double!, n bigint, split varchar, candidates varchar, unit varchar,
        positives_only boolean, label varchar, item_filter varchar, data_from timestamp,
        data_to timestamp""",
    "offline_rows": """run_id varchar, session_id varchar, item_id varchar, k bigint, hit bigint,
        label_ts timestamp, feature_available_ts timestamp, newest_feature_ts timestamp,
        history_events bigint, cold boolean, tenure_s double, category varchar,
        session_position bigint""",
    "training_sample": """label_ts timestamp!, feature_available_ts timestamp, key varchar,
        session_id varchar, feature varchar, value double, category varchar""",
    "served_features": """request_id varchar!, feature varchar!, value double, category varchar,
        is_default boolean""",
    "recomputed_features": "request_id varchar!, feature varchar!, value double, category varchar",
    "catalogue": """item_id varchar!, category varchar, active_from timestamp,
        active_to timestamp, in_stock boolean, embedding_version varchar""",
    "indexed_items": "item_id varchar!",
    "promotion_days": "day timestamp!, category varchar",
    "identifiers": "id_type varchar!, is_unique boolean!, max_keys bigint!",
    "blocked_values": "id_type varchar!, id_value varchar!",
}

DIALECTS = (
    "duckdb", "postgres", "clickhouse", "spark", "databricks", "snowflake", "bigquery", "redshift",
    "trino",
)  # fmt: skip
"""The dialects of the warehouses; the first is the one in which checks are written."""

SUPPLIED = frozenset({"identifiers", "blocked_values"})
"""Relations whose rows come from `identifiers:` in recsql.yml, not from the warehouse."""


@dataclass(frozen=True, slots=True)
class Column:
    """A contract column: its name, DuckDB type, and whether the relation needs it."""

    name: str
    type: str
    required: bool


def _columns(text: str) -> dict[str, Column]:
    pairs = (part.split() for part in text.split(","))
    return {name: Column(name, kind.removesuffix("!"), kind.endswith("!")) for name, kind in pairs}


RELATIONS: Mapping[str, Mapping[str, Column]] = {
    name: _columns(text) for name, text in _TABLES.items()
}
"""Every relation's columns, in contract order."""

MAPPABLE = tuple(name for name in RELATIONS if name not in SUPPLIED)
"""The relations that a project may declare."""
