from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsql.compile.sources import Sources
from recsql.model import Problem, Project, Target
from recsql.project import config, document
from recsql.runner.probe import Seen, probe, resolve_as_of
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse


@pytest.fixture
def warehouse() -> Warehouse:
    found = connect(Target("local", "duckdb"), Path())
    found.materialize(
        "tracks",
        "select 'e1' as id, 'k1' as anonymous_id, timestamp '2026-03-01 10:00:00' as received_at, "
        "false as is_bot",
    )
    return found


def project(text: str) -> Project:
    found = config.parse(document.parse(text, "recsql.yml"), Path())
    assert found.problems == []
    return found.project


def told(seen: Seen) -> list[tuple[str, str, str | None, int]]:
    return [(p.message, str(p.location), p.hint, p.exit_code) for p in seen.problems]


def test_a_mapped_relation_has_the_columns_that_are_mapped(warehouse: Warehouse) -> None:
    text = (
        "relations: {events: {from: tracks, columns: {key: anonymous_id, event_ts: received_at}}}"
    )
    assert probe(project(text), warehouse) == Seen(
        {"events": frozenset({"key", "event_ts"})}, {}, ()
    )


def test_without_columns_a_relation_has_those_of_its_source(warehouse: Warehouse) -> None:
    text = "relations: {events: {from: \"(select 'k' as Key, 1 as campaign)\"}}"
    assert probe(project(text), warehouse) == Seen(
        {"events": frozenset({"key", "campaign"})}, {}, ()
    )


def test_a_source_without_any_column_of_the_contract_is_told(warehouse: Warehouse) -> None:
    seen = probe(project("relations:\n  links: {from: tracks}\n"), warehouse)
    assert told(seen) == [
        (
            "`tracks` has none of the contract's columns", "recsql.yml:2:17",
            "name its columns under `columns:`", 3,
        )
    ]  # fmt: skip
    assert seen.broken == {"links": "`tracks` has none of the contract's columns"}


def test_a_source_that_is_not_there_is_told_at_its_place_and_the_others_are_seen(
    warehouse: Warehouse,
) -> None:
    text = (
        "relations:\n"
        "  links: {from: gone, columns: {key: k}}\n"
        "  events: {from: tracks, columns: {key: anonymous_id}}\n"
    )
    seen = probe(project(text), warehouse)
    assert (seen.columns, list(seen.broken)) == ({"events": frozenset({"key"})}, ["links"])
    ((message, place, _, code),) = told(seen)
    assert message.startswith("Catalog Error: Table with name gone does not exist!")
    assert (place, code) == ("recsql.yml:2:17", 3)


def test_a_mapped_column_that_does_not_exist_is_told_at_its_line_with_the_nearest(
    warehouse: Warehouse,
) -> None:
    text = (
        "relations:\n"
        "  events:\n"
        "    from: tracks\n"
        "    columns:\n"
        "      key: anonymous_id\n"
        "      event_ts: receved_at\n"
        "      is_bot: is_bot\n"
    )
    seen = probe(project(text), warehouse)
    assert (seen.columns, seen.broken) == ({"events": frozenset({"key", "is_bot"})}, {})
    ((message, place, hint, code),) = told(seen)
    assert message.startswith(
        'column `event_ts` of relation `events`: Binder Error: Referenced column "receved_at"'
    )
    assert (place, hint, code) == ("recsql.yml:6:17", "did you mean `received_at`?", 3)
    assert seen.problems[0].location is not None
    assert seen.problems[0].location.source == "      event_ts: receved_at"


def test_an_expression_that_cannot_be_read_breaks_its_own_column_only(
    warehouse: Warehouse,
) -> None:
    text = "relations: {events: {from: tracks, columns: {key: anonymous_id, item_id: 'case when'}}}"
    seen = probe(project(text), warehouse)
    assert seen.columns == {"events": frozenset({"key"})}
    ((message, _, _, code),) = told(seen)
    assert message == (
        "column `item_id` of relation `events`: "
        "this expression cannot be read as duckdb SQL: `case when`"
    )
    assert code == 2


@pytest.mark.parametrize(
    ("where", "start", "code"),
    [
        ("not is_bt", 'Binder Error: Referenced column "is_bt" not found', 3),
        ("not (", "this expression cannot be read as duckdb SQL: `not (`", 2),
        ("delete from x", "a column is an expression, not a statement", 2),
    ],
)
def test_a_filter_that_does_not_work_is_told_at_its_own_line(
    warehouse: Warehouse, where: str, start: str, code: int
) -> None:
    text = (
        "relations:\n  events:\n    from: tracks\n"
        f'    where: "{where}"\n    columns: {{key: anonymous_id, item_id: id}}\n'
    )
    seen = probe(project(text), warehouse)
    ((message, place, _, found),) = told(seen)
    assert message.startswith(start)
    assert (place, found, list(seen.broken)) == ("recsql.yml:4:12", code, ["events"])


def test_a_relation_without_a_readable_column_is_broken(warehouse: Warehouse) -> None:
    text = "relations: {events: {from: tracks, columns: {key: a, item_id: b}}}"
    seen = probe(project(text), warehouse)
    assert (seen.columns, list(seen.broken), len(seen.problems)) == ({}, ["events"], 1)


def test_no_row_is_read(warehouse: Warehouse) -> None:
    text = "relations: {events: {from: tracks, columns: {key: \"cast(id || 'x' as int)\"}}}"
    assert probe(project(text), warehouse).problems == ()


LATEST = [
    ("serving", "serve_ts", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ("events", "event_ts", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ("events", "ingested_ts", None),
    ("links", "seen_ts", None),
]


@pytest.mark.parametrize(("name", "column", "newest"), LATEST)
def test_latest_is_the_newest_request_or_else_event(
    warehouse: Warehouse, name: str, column: str, newest: datetime | None
) -> None:
    text = f"relations: {{{name}: {{from: tracks, columns: {{{column}: received_at}}}}}}"
    relations = project(text).relations
    assert resolve_as_of(Sources(relations, {}, {}, "duckdb"), warehouse) == newest


def test_latest_of_an_empty_relation_is_none(warehouse: Warehouse) -> None:
    text = "relations: {events: {from: tracks, where: '1 = 0', columns: {event_ts: received_at}}}"
    relations = project(text).relations
    assert resolve_as_of(Sources(relations, {}, {}, "duckdb"), warehouse) is None


def test_latest_reads_times_with_a_zone_and_through_the_mapping(warehouse: Warehouse) -> None:
    text = (
        "relations: {events: {from: tracks, timezone: Europe/Berlin, "
        'columns: {event_ts: "received_at + interval 1 day"}}}'
    )
    relations = project(text).relations
    found = resolve_as_of(Sources(relations, {}, {}, "duckdb"), warehouse)
    assert found == datetime(2026, 3, 2, 9, tzinfo=UTC)
    zoned = (
        "relations: {events: {from: \"(select timestamptz '2026-03-01 10:00:00+02' as event_ts)\"}}"
    )
    relations = project(zoned).relations
    columns = {"events": frozenset({"event_ts"})}
    found = resolve_as_of(Sources(relations, columns, {}, "duckdb"), warehouse)
    assert found == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_problems_name_their_relation(warehouse: Warehouse) -> None:
    seen = probe(project("relations: {links: {from: gone}}"), warehouse)
    assert isinstance(seen.problems[0], Problem)
    assert seen.problems[0].subject == "relation `links`"
