from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Request
from recsql.errors import Location
from recsql.model import Case, Expectation
from recsql.results import CaseResult
from recsql.testing.suite import pieces_of

Write = Callable[[Mapping[str, str]], Path]

CASE = Case("c", "own", Location("tests/a.yml", 4, 3), (), Expectation(), "2026-03-03", 1.0, 1.0)
FILES = {
    "checks/own.yml": "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\n",
    "tests/a.yml": (
        "check: own\nas_of: 2026-03-03\ncases:\n"
        "  holds: {expect: {status: fail}}\n  breaks: {expect: {status: pass}}\n"
    ),
    "tests/b.yml": "check: own\nas_of: 2026-03-03\ncases:\n  last: {expect: {status: fail}}\n",
}


def names(results: tuple[CaseResult, ...]) -> list[str]:
    return [result.case.name for result in results]


def test_all_cases_are_run_in_the_order_of_their_files(write: Write) -> None:
    seen: list[CaseResult] = []
    results, problems = api.test_request(Request(write(FILES)), None, seen.append)
    assert (names(results), tuple(seen), problems) == (["holds", "breaks", "last"], results, ())
    assert [result.passed for result in results] == [True, False, True]


def test_a_pattern_is_looked_for_in_the_file_and_the_case(write: Write) -> None:
    request = Request(write(FILES))
    assert names(api.test_request(request, "b.yml")[0]) == ["last"]
    assert names(api.test_request(request, "a.yml::hol")[0]) == ["holds"]
    assert names(api.test_request(request, "nobody")[0]) == []


def test_fail_fast_stops_at_the_first_case_that_does_not_hold(write: Write) -> None:
    results, _ = api.test_request(Request(write(FILES)), fail_fast=True)
    assert names(results) == ["holds", "breaks"]


def test_a_mistake_in_a_case_file_is_told_and_the_others_run(write: Write) -> None:
    files = {**FILES, "tests/a.yml": "check: onw\ncases: {}\n"}
    results, problems = api.test_request(Request(write(files)))
    assert (names(results), [p.hint for p in problems]) == (["last"], ["did you mean `own`?"])


def test_cases_see_the_projects_variables(write: Write) -> None:
    files = {
        "recsql.yml": "vars: {mine: 7}\n",
        "checks/own.yml": "sql: select {{ var('mine') }} as m\nmetrics: {m: }\n",
        "tests/a.yml": (
            "check: own\nas_of: 2026-03-03\ncases:\n  a: {expect: {metrics: {m: 7}}}\n"
            "  b: {vars: {mine: 8}, expect: {metrics: {m: 8}}}\n"
        ),
    }
    results, problems = api.test_request(Request(write(files)))
    assert ([result.passed for result in results], problems) == ([True, True], ())


def test_files_folders_and_single_cases_are_chosen_by_path(write: Write) -> None:
    request = Request(write({**FILES, "tests/deep/c.yml": FILES["tests/b.yml"]}))

    def chosen(*paths: str) -> list[str]:
        return names(api.test_request(request, paths=paths)[0])

    assert chosen("tests/a.yml::breaks") == ["breaks"]
    assert chosen("./tests/b.yml") == ["last"]
    assert chosen("tests/deep/", "tests/a.yml::holds") == ["holds", "last"]
    assert chosen("tests/a") == []


def test_several_processes_give_the_same_in_the_same_order(write: Write) -> None:
    many = "".join(
        f"  c{i}: {{expect: {{status: {'fail' if i % 9 else 'pass'}}}}}\n" for i in range(25)
    )
    head = "check: own\nas_of: 2026-03-03\ncases:\n"
    request = Request(write({**FILES, "tests/a.yml": head + many, "tests/b.yml": head + many}))

    def run(processes: int) -> list[tuple[str, bool, tuple[object, ...]]]:
        results, _ = api.test_request(request, processes=processes)
        return [(found.case.name, found.passed, found.mismatches) for found in results]

    alone = run(1)
    assert (len(alone), sum(not passed for _, passed, _ in alone)) == (50, 6)
    assert run(2) == alone


@pytest.mark.parametrize("processes", [2, 3, 8])
def test_the_pieces_are_all_cases_in_order_and_small_at_the_end(processes: int) -> None:
    sizes = [37, 0, 3, 36, 1, 12, 150, 31]
    files = [[replace(CASE, name=f"{file} {i}") for i in range(n)] for file, n in enumerate(sizes)]
    pieces = list(pieces_of(files, processes))
    assert [[case for part in parts for case in part] for parts in pieces] == files
    left = sum(sizes)
    for part in (part for parts in pieces for part in parts):
        assert 0 < len(part) <= max(4, left // (2 * processes))
        left -= len(part)
    assert len(pieces[-1][-1]) <= 4 < len(pieces[0][0])


def test_a_file_without_a_wanted_case_is_not_read(write: Write) -> None:
    request = Request(write({**FILES, "tests/broken.yml": "check: [own\n"}))
    assert api.test_request(request, "a.yml::hol")[1] == ()
    assert api.test_request(request, paths=["tests/a.yml::holds"])[1] == ()
    assert len(api.test_request(request)[1]) == 1
    assert len(api.test_request(request, "broken")[1]) == 1


@pytest.mark.parametrize(
    "pattern", ["a.yml::", "a.yml::holds", "::holds", ":holds", "yml::ho", "tests/a", "hold", ""]
)
def test_no_wanted_case_is_overlooked(write: Write, pattern: str) -> None:
    assert "holds" in names(api.test_request(Request(write(FILES)), pattern)[0])
