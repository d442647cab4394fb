"""`recsql test --create`: a case from real rows, as small as it can be, with identifiers hashed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsql import api
from recsql.api import Request
from recsql.cli.app import application
from recsql.demo import project, shop, worlds
from recsql.errors import RecsqlError
from recsql.testing import creating, excerpt

Write = Callable[[Mapping[str, str]], Path]

CONFIG = """\
name: shop
as_of: 2026-03-03
relations:
  events:
    from: |
      select 'e' || i as event_id, 'k' || (i % 40) as key, 'view' as event_type,
          case when i % 40 < 2 then 'anna@example.com' end as user_id,
          case when i = 57 then null else 'i' || i end as item_id,
          timestamp '2026-03-01' + interval (i) minute as event_ts
      from range(400) as numbers(i)
  catalogue:
    from: (select 'i' || i as item_id, 'c' || (i % 3) as category from range(90) as numbers(i))
"""
SHARED = """\
summary: Persons by more than one key.
sql: |
  select count(distinct user_id) filter (where keys > 1) as shared, sum(keys) as shared_n
  from (
      select events.user_id, count(distinct events.key) as keys
      from {{ relation('events') }} as events
      where events.user_id is not null
      group by events.user_id
  ) as users
metrics:
  shared: {unit: count, error_if: "> 0"}
"""
UNNAMED = """\
rows: |
  select events.event_id, events.key
  from {{ relation('events') }} as events
  where events.item_id is null
"""
UNKNOWN_ITEMS = """\
sql: |
  select
      avg(case when catalogue.item_id is null then 1.0 else 0.0 end) as share,
      count(*) as share_n
  from {{ relation('events') }} as events
  left join {{ relation('catalogue') }} as catalogue on events.item_id = catalogue.item_id
metrics: {share: {unit: share, error_if: "> 5%"}}
"""
MANY = """\
sql: |
  select count(distinct events.key) * 1.0 as keys from {{ relation('events') }} as events
metrics: {keys: {error_if: "> 39"}}
"""


@pytest.fixture
def root(write: Write) -> Path:
    return write(
        {
            "recsql.yml": CONFIG,
            "checks/shared.yml": SHARED,
            "checks/unnamed.yml": UNNAMED,
            "checks/unknown_items.yml": UNKNOWN_ITEMS,
            "checks/many.yml": MANY,
            "checks/native.yml": "dialect: snowflake\nrows: select 1 as x\n",
        }
    )


def created(root: Path, check: str) -> list[str]:
    """The lines of the file without its comment, after its case was run and passed."""
    path, _ = api.create_request(Request(root), check)
    shown = path.relative_to(root).as_posix()
    results, problems = api.test_request(Request(root), paths=[shown])
    assert ([(r.passed, r.mismatches) for r in results], problems) == ([(True, ())], ())
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_two_rows_of_two_keys_are_the_smallest_set_for_a_shared_login(root: Path) -> None:
    lines = created(root, "shared")
    text = re.sub(r"h[0-9a-f]{10}", "h…", " ".join(" ".join(lines).split()))
    cells = "event_id: h…, key: h…, event_ts: 2026-03-0N, event_type: view, item_id: iN"
    row = f"- {{{cells}, user_id: h…}}"
    assert re.sub(r"(0|i)\d+( [\d:]{8})?,", r"\1N,", text) == (
        "check: shared as_of: 2026-03-03 00:00:00 cases: fails_as_on_2026_03_03: given: events: "
        f"{row} {row} expect: status: fail metrics: shared: 1"
    )
    _, key, login, _, other_key, other_login = re.findall(r"h[0-9a-f]{10}", "\n".join(lines))
    assert key != other_key
    assert login == other_login


def test_no_identifier_is_written_down(root: Path) -> None:
    for check in ("shared", "unnamed"):
        path, _ = api.create_request(Request(root), check)
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"anna|\bk\d+\b|\be\d+\b", text) == []


def test_a_check_of_rows_gets_the_row_that_should_not_be_there(root: Path) -> None:
    lines = created(root, "unnamed")
    rows = [line for line in lines if line.startswith("        - {")]
    assert len(rows) == 1
    assert "item_id" not in rows[0]
    assert lines[-1] == "      status: fail"


def test_rows_of_nobody_are_left_out_as_well(root: Path) -> None:
    lines = created(root, "unknown_items")
    assert "      catalogue: []" in lines
    assert sum(line.startswith("        - {") for line in lines) == 1
    assert lines[-1] == "        share: 1"


def test_a_second_case_is_another_file(root: Path) -> None:
    paths = [api.create_request(Request(root), "unnamed")[0].name for _ in range(2)]
    assert paths == ["unnamed.yml", "unnamed_2.yml"]


def test_what_needs_too_many_rows_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "MOST_ROWS", 30)
    with pytest.raises(RecsqlError, match="no part of up to 30 rows makes `many` say fail"):
        api.create_request(Request(root), "many")
    assert not (root / "tests").exists()


def test_a_relation_that_holds_too_much_and_has_no_key_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excerpt, "MOST_READ", 50)
    with pytest.raises(RecsqlError, match="`catalogue` holds 90 rows that belong to no key"):
        api.create_request(Request(root), "unknown_items")


def test_of_a_large_relation_a_share_of_the_keys_is_read(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excerpt, "MOST_READ", 300)
    path, told = api.create_request(Request(root), "unnamed")
    found = re.search(r"^1 of (\d+) rows", told)
    assert found is not None
    assert 100 < int(found[1]) < 300
    assert path.is_file()


def test_with_no_runs_left_the_file_says_that_fewer_rows_may_do(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creating, "MOST_RUNS", 3)
    path, told = api.create_request(Request(root), "unknown_items")
    assert told.endswith("more runs might find fewer")
    assert "perhaps fewer would do" in " ".join(path.read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("check", "message", "hint"),
    [
        ("unnamd", "unknown check `unnamd`", "did you mean `unnamed`?"),
        ("native", "came to no verdict: written for snowflake", None),
    ],
)
def test_a_check_without_a_verdict_gets_no_case(
    root: Path, check: str, message: str, hint: str | None
) -> None:
    with pytest.raises(RecsqlError, match=message) as caught:
        api.create_request(Request(root), check)
    assert hint is None or caught.value.hint == hint


def test_a_case_is_made_of_the_demo_and_passes(tmp_path: Path) -> None:
    """With a limit that was measured on everybody, which the case sets."""
    world = worlds.World(persons=12, days=21, seed=3)
    project.claim(tmp_path)
    project.write(tmp_path, world)
    shop.generate(tmp_path, world)
    words = ["test", "--project-dir", str(tmp_path), "--target", "weekly", "--create"]
    said = CliRunner().invoke(application(), [*words, "pipeline_lag"])
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, "tests/pipeline_lag.yml")
    assert re.search(r"(?m)^PASS  pipeline_lag::\w+_as_on_", said.stdout)
    rows = re.search(r"(?m)^(\d+) of ([\d,]+) rows make", said.output)
    assert rows is not None
    assert int(rows[1]) < 40 < int(rows[2].replace(",", ""))
