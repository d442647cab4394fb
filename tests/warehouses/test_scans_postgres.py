"""A run reads the partitions of its history, and no others."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import psycopg

from recsql import api

_MONTHS = [f"2026-{month:02d}-01" for month in range(1, 13)]


def test_the_history_prunes_the_partitions_of_a_table(postgres: str, tmp_path: Path) -> None:
    columns = "{event_id: id, key: who, event_ts: at, event_type: kind, item_id: item}"
    events = f"{{from: scanned.hits, columns: {columns}}}"
    text = f"name: shop\nas_of: 2026-06-03\nhistory: 56d\nrelations:\n  events: {events}\n"
    (tmp_path / "recsql.yml").write_text(text)
    compiled = api.compile(tmp_path, dialect="postgres")
    (sql,) = (model.statement.sql for model in compiled.models if model.name == "events")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create schema scanned")
        table = "(id text, who text, at timestamp, kind text, item text) partition by range (at)"
        connection.execute(f"create table scanned.hits {table}".encode())
        for first, after in pairwise(_MONTHS):
            name = f"scanned.hits_{first[5:7]}"
            bounds = f"for values from ('{first}') to ('{after}')"
            connection.execute(f"create table {name} partition of scanned.hits {bounds}".encode())
        plan = connection.execute(f"explain {sql}".encode()).fetchall()
        connection.execute("drop schema scanned cascade")
    read = {month for (line,) in plan for month in re.findall(r"hits_(\d\d)", line)}
    assert read == {"04", "05", "06"}
