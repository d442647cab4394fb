from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Request
from recsql.compile import dialects
from recsql.compile.kept import Kept
from recsql.model import Reason, Status
from recsql.results import RunResult

Write = Callable[[Mapping[str, str]], Path]

NEWER = (
    "sql: select count(*) * 1.0 as m from {{ relation('events') }} as events\n"
    "  where events.event_ts < {{ as_of() }}\n"
    "metrics: {m: {error_if: '> 5'}}\n"
)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were parsed since the test began."""
    seen: list[str] = []
    parse = dialects.parse

    def told(sql: str, *others: object, **named: object) -> dialects.Query:
        seen.append(sql)
        return parse(sql, *others, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(dialects, "parse", told)
    return seen


def run(root: Path, as_of: str = "2026-03-03T12:00:00Z") -> RunResult:
    plan = root / "target" / "plan.json"
    result, _ = api.run_request(Request(root, select=("own",), plan=plan, as_of=as_of))
    return result


def measured(result: RunResult) -> float | None:
    return result.checks[0].metrics[0].value


def test_an_unchanged_project_is_compiled_once(write: Write, parsed: list[str]) -> None:
    root = write({"checks/own.yml": NEWER})
    first = run(root)
    parsed.clear()
    second = run(root)
    assert not any("count(*)" in sql for sql in parsed)
    assert measured(first) == measured(second) == 10.0


def test_what_was_compiled_yesterday_serves_another_instant(
    write: Write, parsed: list[str]
) -> None:
    root = write({"checks/own.yml": NEWER})
    run(root)
    parsed.clear()
    earlier = run(root, "2026-03-01T05:00:00Z")
    assert not any("count(*)" in sql for sql in parsed)
    assert measured(earlier) == 5.0


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("checks/own.yml", "* 1.0", "* 2.0", 20.0),
        ("recsql.yml", "range(10)", "range(7)", 7.0),
        ("recsql.yml", "event_ts: ts", "event_ts: ts + interval 5 day", 0.0),
    ],
)
def test_a_change_of_the_check_or_of_the_mapping_is_seen(
    write: Write, file: str, old: str, new: str, expected: float
) -> None:
    root = write({"checks/own.yml": NEWER})
    run(root)
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    assert measured(run(root)) == expected


@pytest.mark.parametrize(
    ("of", "what", "hint"),
    [
        ("links", "relation `links` is not declared", "links: …"),
        ("events", "relation `events` has no column `user_id`", "events: {columns: …}"),
    ],
)
def test_what_a_project_lacks_is_found_once(
    write: Write, parsed: list[str], of: str, what: str, hint: str
) -> None:
    column = {"links": "key", "events": "user_id"}[of]
    sql = f"select count({column}) as m from {{{{ relation('{of}') }}}} as {of}"
    root = write({"checks/own.yml": f"sql: {sql}\nmetrics: {{m: }}\n"})
    first = run(root)
    assert any("count(" in sql for sql in parsed)
    parsed.clear()
    second = run(root)
    assert parsed == []
    for check in (first.checks[0], second.checks[0]):
        assert (check.status, check.reason) == (Status.SKIP, Reason.NOT_COMPUTABLE)
        assert (check.sentence, hint in check.next) == (what, True)
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    config = config.replace("key: key,", "key: key, user_id: key,")
    config += "  links: {from: (select 'k' as key), columns: {key: key, id_type: key}}\n"
    (root / "recsql.yml").write_text(config, encoding="utf-8")
    assert measured(run(root)) == {"links": 1.0, "events": 10.0}[of]


WITH_MACRO = {
    "checks/own.yml": "sql: select {{ doubled() }} as m\nmetrics: {m: }\n",
    "checks/models/other.yml": "summary: x\nsql: select {{ doubled() }} as x\n",
    "macros/doubled.sql": (
        "{% set found = var('mine') %}{% macro doubled() %}{{ found }} * 2.0{% endmacro %}"
    ),
}


@pytest.mark.parametrize(
    "files",
    [
        {"checks/own.yml": "sql: select {{ var('mine') }} * 2.0 as m\nmetrics: {m: }\n"},
        WITH_MACRO,
        # the macro's file is read for the model, and the check asks for the same on its behalf
        {**WITH_MACRO, "checks/own.yml": (
            "sql: select {{ doubled() }} + x * 0 as m from {{ ref('other') }}\nmetrics: {m: }\n"
        )},
    ],
)  # fmt: skip
def test_a_template_is_rendered_anew_for_another_value_of_a_variable(
    write: Write, files: dict[str, str]
) -> None:
    root = write(files)
    plan = root / "target" / "plan.json"
    seen = []
    for value in (1, 2, 1):
        request = Request(root, select=("own",), plan=plan, variables=f"mine: {value}")
        seen.append(measured(api.run_request(request)[0]))
    assert seen == [2.0, 4.0, 2.0]


def test_a_template_is_rendered_anew_where_something_else_is_mapped(write: Write) -> None:
    asks = "{{ 1 if mapped('events.user_id') else 0 }}.5"
    root = write({"checks/own.yml": f"sql: select {asks} as m\nmetrics: {{m: }}\n"})
    assert measured(run(root)) == 0.5
    text = (root / "recsql.yml").read_text(encoding="utf-8")
    text = text.replace("key: key,", "key: key, user_id: key,")
    (root / "recsql.yml").write_text(text, encoding="utf-8")
    assert measured(run(root)) == 1.5


def test_a_growing_plan_keeps_what_a_run_did_not_use(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for digest in ("a", "b"):
        kept = Kept(path, growing=True)
        kept.put(digest, f"select '{digest}'")
        kept.save()
    assert json.loads(path.read_text())["statements"] == {"a": "select 'a'", "b": "select 'b'"}


def test_two_that_grow_one_file_keep_what_the_other_found(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    both = [Kept(path, growing=True) for _ in range(2)]
    for kept, digest in zip(both, ("a", "b"), strict=True):
        kept.put(digest, "select 1")
        kept.save()
    assert set(json.loads(path.read_text())["statements"]) == {"a", "b"}


def test_what_one_file_held_is_known_when_it_turns_to_another(tmp_path: Path) -> None:
    kept = Kept(growing=True)
    for name in ("one", "two"):
        kept.turn_to(tmp_path / f"{name}.json")
        if kept.get("a") is None:
            kept.put("a", "select 1")
        kept.put(name, "select 2")
    kept.save()
    found = [json.loads((tmp_path / f"{n}.json").read_text())["statements"] for n in ("one", "two")]
    assert found == [{"a": "select 1", "one": "select 2"}, {"a": "select 1", "two": "select 2"}]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "recsql.plan/0", "statements": {}}'])
def test_a_plan_that_cannot_be_read_is_as_good_as_none(write: Write, text: str) -> None:
    root = write({"checks/own.yml": NEWER, "target/plan.json": text})
    assert measured(run(root)) == 10.0
    assert json.loads((root / "target" / "plan.json").read_text())["format"] == "recsql.plan/1"


def test_what_a_run_did_not_use_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for digest in ("a", "b"):
        kept = Kept(path)
        kept.put(digest, "select 1")
        kept.save()
    assert json.loads(path.read_text())["statements"] == {"b": "select 1"}


def test_a_folder_that_allows_no_file_has_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "plan.json")
    kept.put("a", "select 1")
    kept.save()
    assert kept.get("a") == "select 1"
