"""What no data comes to, through a run: never a pass, and only `unknown` makes exit code 3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import recsql
from recsql.model import Reason, Status

Write = Callable[[Mapping[str, str]], Path]

NONE = "select 'e' as event_id where 1 = 0"
EVENTS = f'name: shop\nas_of: 2026-03-03\nrelations:\n  events: {{from: "{NONE}"}}\n'
METRIC = (
    "sql: select avg(1.0) as m, count(*) as m_n from {{ relation('events') }} as events\n"
    "metrics: {m: {error_if: '> 5'}}\n"
)
ROWS = "rows: select event_id from {{ relation('events') }}\n"
USES = "uses: not_null\narguments: {relation: events, column: event_id}\n"


def ended(root: Path) -> tuple[Status, Reason | None, int]:
    result = recsql.run(root, select="own")
    return result.checks[0].status, result.checks[0].reason, result.run.exit_code


@pytest.mark.parametrize("check", [METRIC, ROWS, USES], ids=["metric", "rows", "uses"])
@pytest.mark.parametrize(
    ("line", "expected", "code"),
    [
        ("", Status.UNKNOWN, 3),
        ("on_empty: unknown\n", Status.UNKNOWN, 3),
        ("on_empty: fail\n", Status.FAIL, 1),
        ("on_empty: fail\nseverity: warn\n", Status.WARN, 0),
        ("on_empty: warn\n", Status.WARN, 0),
        ("on_empty: skip\n", Status.SKIP, 0),
    ],
)
def test_an_empty_input_comes_to_what_the_check_says(
    write: Write, check: str, line: str, expected: Status, code: int
) -> None:
    root = write({"recsql.yml": EVENTS, "checks/own.yml": check + line})
    assert ended(root) == (expected, Reason.EMPTY_INPUT, code)


def test_a_project_says_it_for_a_check_that_it_does_not_own(write: Write) -> None:
    settings = "checks: {own: {on_empty: skip}}\n"
    root = write({"recsql.yml": EVENTS + settings, "checks/own.yml": ROWS})
    assert ended(root) == (Status.SKIP, Reason.EMPTY_INPUT, 0)


@pytest.mark.parametrize("check", [METRIC, ROWS, USES], ids=["metric", "rows", "uses"])
def test_no_data_cannot_be_declared_a_pass(write: Write, check: str) -> None:
    root = write({"recsql.yml": EVENTS, "checks/own.yml": f"{check}on_empty: pass\n"})
    result = recsql.run(root, select="own")
    (problem,) = result.problems
    assert problem.message == "`on_empty` of check `own` cannot be `pass`: no data is never a pass"
    assert (problem.hint, result.run.exit_code) == ("write skip, warn or fail", 2)


@pytest.mark.parametrize("limit", ["warn_if: '> 5'", "error_if: '> 5'"])
def test_a_count_of_none_is_no_pass_either(write: Write, limit: str) -> None:
    check = f"uses: row_count\narguments: {{relation: events}}\n{limit}\n"
    root = write({"recsql.yml": EVENTS, "checks/own.yml": check})
    assert ended(root) == (Status.UNKNOWN, Reason.EMPTY_INPUT, 3)
