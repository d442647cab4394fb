from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql.model import Case, Catalog, Problem, Reason, Scalar, Status
from recsql.project.load import load
from recsql.testing import casefile

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load(tmp_path_factory.mktemp("none"), optional=True).catalog


def read(write: Write, catalog: Catalog, text: str) -> tuple[list[Case], list[Problem]]:
    problems: list[Problem] = []
    path = write({"tests/x.yml": text}) / "tests/x.yml"
    return list(casefile.read(path, "tests/x.yml", catalog, problems)), problems


def one(write: Write, catalog: Catalog, body: str) -> Case:
    head = "check: signal_age\nas_of: 2026-03-03 12:00:00\ncases:\n  c:\n"
    cases, problems = read(write, catalog, head + body)
    assert problems == []
    return cases[0]


def told(write: Write, catalog: Catalog, body: str) -> list[tuple[str, str, str | None]]:
    head = "check: signal_age\nas_of: 2026-03-03\ncases:\n  c:\n"
    _, problems = read(write, catalog, head + body)
    return [(p.message, str(p.location), p.hint) for p in problems]


def test_a_case_is_all_that_it_says(write: Write, catalog: Catalog) -> None:
    case = one(
        write, catalog,
        "    window: 7d\n    vars: {grace: 6h}\n    without: [events.ingested_ts]\n"
        "    given: {events: []}\n"
        "    expect: {status: unknown, reason: empty_input, metrics: {median_signal_age: 50h,"
        " cold_share: 5%, p90_signal_age: null}, segments: [{surface: a, cold_share: 10%}],"
        " rows: [{key: k1}], message: soon, tolerance: 1e-3}\n",
    )  # fmt: skip
    assert (case.as_of, case.window_s, case.history_s, case.variables, case.without) == (
        "2026-03-03T12:00:00+00:00", 604800.0, 56 * 86400.0, {"grace": 21600.0},
        frozenset({"events.ingested_ts"}),
    )  # fmt: skip
    expect = case.expect
    assert expect.metrics == {
        "median_signal_age": 180000.0, "cold_share": 0.05, "p90_signal_age": None,
    }  # fmt: skip
    assert (expect.status, expect.reason, expect.segments, expect.rows, expect.message) == (
        Status.UNKNOWN, Reason.EMPTY_INPUT, ({"surface": "a", "cold_share": 0.1},),
        ({"key": "k1"},), "soon",
    )  # fmt: skip
    assert expect.tolerance == 0.001


def test_a_case_may_have_its_own_clock(write: Write, catalog: Catalog) -> None:
    body = "    as_of: 2026-01-01\n    expect: {status: pass}\n"
    assert one(write, catalog, body).as_of == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ("events: [{key: k1, is_bot: true}, {event_id: 5}]",
         ({"key": "k1", "is_bot": True}, {"event_id": 5})),
        ("events: {rows: [{key: k1}]}", ({"key": "k1"},)),
        ("events: []", ()),
        ("events:", ()),
        ('events: {csv: "key,item_id\\nk1,\\n , i1"}',
         ({"key": "k1", "item_id": None}, {"key": None, "item_id": "i1"})),
        ('events: {csv: "key, item_id\\n007, nan\\n7, 1e3\\n-1.5, 1_000"}',
         ({"key": "007", "item_id": "nan"}, {"key": 7, "item_id": 1000.0},
          {"key": -1.5, "item_id": "1_000"})),
        ('events: {csv: "key,item_id\\nk1"}', ({"key": "k1", "item_id": None},)),
    ],
)  # fmt: skip
def test_rows_are_given_as_mappings_or_csv(
    write: Write, catalog: Catalog, given: str, rows: tuple[Mapping[str, Scalar], ...]
) -> None:
    body = f"    given:\n      {given}\n    expect: {{status: pass}}\n"
    (fixture,) = one(write, catalog, body).given
    assert (fixture.name, fixture.rows) == ("events", rows)


def test_rows_may_be_a_query(write: Write, catalog: Catalog) -> None:
    body = "    given: {requests: {sql: select 1 as x}}\n    expect: {status: pass}\n"
    (fixture,) = one(write, catalog, body).given
    assert fixture.sql is not None
    assert (fixture.sql.text, fixture.sql.location.line) == ("select 1 as x", 5)


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        ("    given: {evnts: []}\n    expect: {status: pass}\n",
         "`evnts` is neither a relation nor a model", "did you mean `events`?"),
        ("    given: {events: [{evnt_ts: 1}]}\n    expect: {status: pass}\n",
         "relation `events` has no column `evnt_ts`", "did you mean `event_ts`?"),
        ("    given: {events: [1]}\n    expect: {status: pass}\n",
         "a row is a mapping from column to value", None),
        ("    given: {events: [{key: [1]}]}\n    expect: {status: pass}\n",
         "a cell is a single value", None),
        ("    given: {events: many}\n    expect: {status: pass}\n",
         "fixture `events` must be a list of rows, `csv:`, `file:` or `sql:`", None),
        ("    given: {events: {file: ../../x.csv}}\n    expect: {status: pass}\n",
         "`file: ../../x.csv` is outside the project", "copy it beside the case"),
        ("    given: {events: {file: /etc/x.csv}}\n    expect: {status: pass}\n",
         "`file: /etc/x.csv` is outside the project", "copy it beside the case"),
        ("    given: {events: {file: x.csv}}\n    expect: {status: pass}\n",
         "no file `x.csv`", "the path starts at the case file's own folder"),
        ("    given: {events: {file: x.txt}}\n    expect: {status: pass}\n",
         "`file: x.txt` is neither .csv nor .parquet", None),
        ("    given: {journeys: []}\n    expect: {status: pass}\n",
         "model `journeys` without rows has no columns",
         "give it a row that does not count, or leave its relations empty"),
        ("    expct: {status: pass}\n    expect: {status: pass}\n",
         "unknown key `expct` in case `c`", "did you mean `expect`?"),
        ("    given: {}\n", "case `c` expects nothing", None),
        ("    expect: {}\n", "case `c` expects nothing", None),
        ("    expect: {stats: pass}\n", "unknown key `stats` in `expect` of case `c`",
         "did you mean `status`?"),
        ("    expect: {status: fial}\n", "`status` of `expect` of case `c` cannot be `fial`",
         "did you mean `fail`?"),
        ("    expect: {metrics: {x: much}}\n", "`much` is not a number",
         "write 0.5, 50%, 6h or null"),
        ("    vars: {gracee: 6h}\n    expect: {status: pass}\n", "unknown variable `gracee`",
         "did you mean `grace`?"),
        ("    without: [events.ingestd_ts]\n    expect: {status: pass}\n",
         "`without` of case `c` names no column `events.ingestd_ts`",
         "did you mean `events.ingested_ts`?"),
        ("    as_of: soon\n    expect: {status: pass}\n", "`as_of: soon` is not an instant", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_nearest_name(
    write: Write, catalog: Catalog, body: str, message: str, hint: str | None
) -> None:
    ((found, place, advice),) = told(write, catalog, body)
    assert (found, advice) == (message, hint)
    assert place.startswith("tests/x.yml:")


def test_a_case_without_a_clock_is_told(write: Write, catalog: Catalog) -> None:
    _, problems = read(
        write, catalog, "check: signal_age\ncases:\n  c:\n    expect: {status: pass}\n"
    )
    assert [(p.message, p.hint) for p in problems] == [
        ("case `c` has no `as_of:`", "cases do not read a clock")
    ]


def test_a_broken_case_leaves_the_others(write: Write, catalog: Catalog) -> None:
    text = (
        "check: signal_age\nas_of: 2026-03-03\ncases:\n"
        "  a: {given: {evnts: []}, expect: {status: pass}}\n  b: {expect: {status: pass}}\n"
    )
    cases, problems = read(write, catalog, text)
    assert ([case.name for case in cases], len(problems)) == (["b"], 1)


def test_cases_of_a_misspelt_check_are_told_with_the_nearest(
    write: Write, catalog: Catalog
) -> None:
    cases, problems = read(write, catalog, "check: signal_agee\ncases: {}\n")
    assert cases == []
    assert [(p.message, str(p.location), p.hint) for p in problems] == [
        ("unknown check `signal_agee`", "tests/x.yml:1:1", "did you mean `signal_age`?")
    ]


def test_yaml_that_has_no_cases_is_left_alone_and_broken_yaml_is_told(
    write: Write, catalog: Catalog
) -> None:
    assert read(write, catalog, "some: data\n") == ([], [])
    cases, problems = read(write, catalog, "check: [\n")
    assert (cases, len(problems)) == ([], 1)


def test_case_files_are_found_and_projects_under_tests_are_not(write: Write) -> None:
    root = write({
        "tests/a/x.yml": "", "tests/b.yml": "", "tests/data/rows.csv": "",
        "tests/projects/p/recsql.yml": "", "tests/projects/p/checks/y.yml": "", "z.yml": "",
    })  # fmt: skip
    found = [path.relative_to(root).as_posix() for path in casefile.discover(root)]
    assert found == ["tests/a/x.yml", "tests/b.yml"]
