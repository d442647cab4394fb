from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsql.errors import ConfigError, Location
from recsql.model import Problem, Relation, Text
from recsql.project import config, document
from recsql.project.config import Config
from recsql.project.contract import MAPPABLE, RELATIONS, SUPPLIED, Column

ROOT = Path("/nowhere/shop")


def parse(text: str, root: Path = ROOT) -> Config:
    return config.parse(document.parse(text, "recsql.yml"), root)


def told(text: str) -> list[tuple[str, int | None, int | None, str | None]]:
    return [
        (p.message, p.location.line, p.location.column, p.hint)
        for p in parse(text).problems
        if p.location is not None
    ]


def test_a_project_needs_no_key_at_all() -> None:
    found = parse("")
    project = found.project
    assert (project.name, project.profile, project.as_of, project.window_s, project.history_s) == (
        "shop", "shop", "now", 28 * 86400.0, 56 * 86400.0,
    )  # fmt: skip
    assert (found.profile_named, found.problems, frozenset(project.relations)) == (
        False,
        [],
        SUPPLIED,
    )


def test_a_relation_keeps_each_text_with_its_place() -> None:
    text = (
        "relations:\n"
        "  events:\n"
        "    from: analytics.tracks\n"
        '    where: "not coalesce(is_bot, false)"\n'
        "    timezone: Europe/Berlin\n"
        "    columns:\n"
        "      event_id: id\n"
        "      item_id: 5\n"
    )
    place = [Location("recsql.yml", n, c, text.splitlines()[n - 1]) for n, c in (
        (3, 11), (4, 12), (7, 17), (8, 16),
    )]  # fmt: skip
    found = parse(text)
    assert found.problems == []
    assert found.project.relations["events"] == Relation(
        "events",
        Text("analytics.tracks", place[0]),
        {"event_id": Text("id", place[2]), "item_id": Text("5", place[3])},
        Text("not coalesce(is_bot, false)", place[1]),
        "Europe/Berlin",
    )


def test_a_misspelt_key_relation_or_column_is_told_with_its_place_and_the_nearest_name() -> None:
    text = (
        "windw: 28d\n"
        "relations:\n"
        "  evnts: {from: x}\n"
        "  events:\n"
        "    form: x\n"
        "    columns:\n"
        "      evnt_ts: ts\n"
    )
    assert told(text) == [
        ("unknown key `windw` in recsql.yml", 1, 1, "did you mean `window`?"),
        ("unknown relation `evnts`", 3, 3, "did you mean `events`?"),
        ("unknown key `form` in relation `events`", 5, 5, "did you mean `from`?"),
        ("relation `events` has no `from:`", 4, 3, "name a table, a table function or a SELECT"),
        ("unknown column `evnt_ts` in relation `events`", 7, 7, "did you mean `event_ts`?"),
    ]
    assert parse(text).problems[0] == Problem(
        "recsql.yml",
        "unknown key `windw` in recsql.yml",
        Location("recsql.yml", 1, 1, "windw: 28d"),
        "did you mean `window`?",
    )


def test_a_key_that_holds_a_mapping_is_told_at_its_own_line() -> None:
    assert told("relatons:\n  events: {from: x}\n") == [
        ("unknown key `relatons` in recsql.yml", 1, 1, "did you mean `relations`?")
    ]


def test_relations_that_recsql_supplies_cannot_be_declared() -> None:
    ((message, *_),) = told("relations:\n  identifiers: {from: x}\n")
    assert message == "unknown relation `identifiers`"


def test_a_column_needs_an_expression() -> None:
    text = "relations:\n  events:\n    from: x\n    columns: {key: , item_id: [a]}\n"
    assert [message for message, *_ in told(text)] == [
        "column `key` of relation `events` needs an expression",
        "column `item_id` of relation `events` needs an expression",
    ]


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("now", "now"),
        ("latest", "latest"),
        ("2026-03-03", "2026-03-03T00:00:00+00:00"),
        ("2026-03-03 12:00:00", "2026-03-03T12:00:00+00:00"),
        ("2026-03-03T12:00:00Z", "2026-03-03T12:00:00+00:00"),
        ("2026-03-03T12:00:00+02:00", "2026-03-03T10:00:00+00:00"),
    ],
)
def test_as_of_is_a_word_or_an_instant_in_utc(text: str, as_of: str) -> None:
    found = parse(f"as_of: {text}")
    assert (found.project.as_of, found.problems) == (as_of, [])


def test_as_of_that_is_no_instant_is_told() -> None:
    ((message, line, column, hint),) = told("name: x\nas_of: yesterday\n")
    assert (message, line, column) == ("`as_of: yesterday` is not an instant", 2, 1)
    assert hint == "write now, latest, or an instant such as 2026-03-03T12:00:00Z"


def test_a_naive_instant_is_utc() -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert config.parse_instant("2026-03-03 12:00") == noon
    assert config.parse_instant("2026-03-03T13:00+01:00") == noon


def test_a_history_that_no_calendar_holds_is_told_and_left_out() -> None:
    found = parse("history: 9999999d")
    assert [p.message for p in found.problems] == ["`history: 9999999d` is longer than 1000 years"]
    assert found.project.history_s == 56 * 86400.0


def test_identifiers_become_two_relations_with_recsqls_own_rules_in_them() -> None:
    text = (
        "identifiers:\n"
        "  user_id: {max_keys: 20}\n"
        '  email: {max_keys: 5, blocked_values: ["guest@example.com"]}\n'
        "  phone: {unique: true}\n"
    )
    relations = parse(text).project.relations
    assert relations["identifiers"].rows == (
        ("user_id", True, 20), ("email", False, 5), ("phone", True, 5),
    )  # fmt: skip
    blocked = relations["blocked_values"].rows
    assert blocked is not None
    assert (blocked[0], blocked[-1]) == ((None, ""), ("email", "guest@example.com"))


def test_a_project_without_identifiers_still_knows_users() -> None:
    assert config.supplied_defaults()["identifiers"].rows == (("user_id", True, 50),)


def test_a_package_that_is_not_there_is_told_at_its_key(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    found = parse("name: x\npackages: [here, gone]\n", tmp_path)
    assert found.packages == ((tmp_path / "here").resolve(),)
    assert [(p.message, str(p.location)) for p in found.problems] == [
        ("no package folder `gone`", "recsql.yml:2:1")
    ]


def test_a_folder_without_a_project_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.read(tmp_path)
    assert caught.value.message == f"no recsql.yml in `{tmp_path}`"
    assert caught.value.hint is not None
    with pytest.raises(ConfigError, match="no folder"):
        config.require_project_dir(tmp_path / "gone")


def test_the_contract_knows_which_columns_a_relation_needs() -> None:
    assert RELATIONS["events"]["event_ts"] == Column("event_ts", "timestamp", True)
    assert RELATIONS["events"]["ingested_ts"] == Column("ingested_ts", "timestamp", False)
    assert set(RELATIONS) == {*MAPPABLE, *SUPPLIED}
    kinds = {column.type for columns in RELATIONS.values() for column in columns.values()}
    assert kinds == {"varchar", "timestamp", "boolean", "bigint", "double"}


def test_a_salt_that_can_be_guessed_is_told() -> None:
    assert (
        parse("salt: 0123456789abcdef").project.salt,
        parse("salt: 0123456789abcdef").problems,
    ) == (
        "0123456789abcdef",
        [],
    )
    (problem,) = parse("name: shop\nsalt: shop").problems
    assert "fewer than 16 characters" in problem.message
    assert problem.location is not None
    assert (problem.location.line, problem.hint) == (2, "`openssl rand -hex 16` makes one")
