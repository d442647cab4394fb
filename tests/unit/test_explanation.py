"""What `recsql explain` says of a check or an audit, and how it is laid out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql.api import Request
from recsql.describe import explained
from recsql.describe.explanation import Screen
from recsql.describe.flow import formula, prose
from recsql.errors import ConfigError
from recsql.project.load import load
from recsql.report.text import columns

Write = Callable[[Mapping[str, str]], Path]

ROOT = Path(__file__).parents[2]
CHECKS = sorted(load(ROOT, optional=True).catalog.checks)

OWN = """\
summary: A small check.
sql: select count(*) as m, count(*) as n from {{ relation('events') }} as events
segments: []
metrics:
  m: {unit: count, summary: how many, warn_if: "> 3", error_if: "> var:min_persons"}
  n: {unit: share, summary: the same, error_if: "> m", unless: "m <= 2", excuse: so few}
sentence: "{m} of {n:n} ({n:interval})."
next: "Capture: look."
explain:
  formula: |
    m = events
  misleads: It counts.
  sources: Nobody.
"""
SHOWN = """\
custom.own
A small check.

Says
  [m] of [n] ([low to high]).

Metrics
  m  count  how many; warns above 3; fails above 100 (min_persons)
  n  share  the same; fails above m; but only warns if m is at or below 2 (so
            few)

Verdict
  A number is beyond a limit only with its whole 95 % interval; where the
  interval straddles the limit, the verdict is unknown. Fewer than 100 persons,
  fewer than 30 clicks, hits or purchases, or a share known no better than ±10 %
  give no verdict.

Next
  Capture: look.

Misleads
  It counts.

Formula
  m = events

Inputs (what is in brackets can be missing)
  events  event_id

In this project
  everything it reads is mapped

Variables
  min_persons  100  fewer persons give no verdict

Sources
  Nobody.

SQL
  checks/own.yml"""


def said(root: Path, name: str, width: int = 80) -> str:
    return explained(Request(root, project_optional=True), name, Screen(width))


def test_a_check_is_explained_from_question_to_file(write: Write) -> None:
    assert said(write({"checks/own.yml": OWN}), "own") == SHOWN


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("width", [60, 80])
def test_an_explanation_fits_its_terminal(name: str, width: int) -> None:
    text = said(ROOT, name, width)
    paths = {line for line in text.splitlines() if line.strip().startswith("checks/")}
    assert [line for line in text.splitlines() if columns(line) > width and line not in paths] == []


def test_what_the_project_lacks_is_told(write: Write) -> None:
    text = said(write({}), "signal_age")
    here = text.partition("In this project\n")[2].partition("\n\n")[0]
    assert "skipped" not in here
    assert "does without" in here
    assert "serving" in here
    assert "events.ingested_ts" in here
    assert "skipped, for it lacks  serving" in said(write({}), "unmerged_traffic")


def test_an_audit_is_explained_by_its_checks(tmp_path: Path) -> None:
    text = said(tmp_path, "signal_freshness")
    assert text.splitlines()[:2] == [
        "signal_freshness", "Are signals fresh when a recommendation is served?",
    ]  # fmt: skip
    assert "\n  signal_age       How old the newest signal was" in text


def test_a_metric_leads_to_its_check(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no check `cold_share`") as caught:
        said(tmp_path, "cold_share")
    assert caught.value.hint == "it is a metric: recsql explain signal_age"


def test_a_broken_check_says_what_is_wrong_with_it(write: Write) -> None:
    with pytest.raises(ConfigError, match="`own` is broken: unknown key `metrix`") as caught:
        said(write({"checks/own.yml": "sql: select 1 as m\nmetrix: {m: }\n"}), "own")
    assert str(caught.value.location).startswith("checks/own.yml:2")


def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path) -> None:
    screen = Screen(80, unicode=False)
    text = explained(Request(tmp_path, project_optional=True), "realised_accuracy", screen)
    assert text.isascii()


def test_a_terminal_with_colour_gets_bold_titles(tmp_path: Path) -> None:
    screen = Screen(80, colour=True)
    text = explained(Request(tmp_path, project_optional=True), "signal_age", screen)
    assert "\x1b[1mMetrics\x1b[0m" in text


FORMULA = """\
loss   = one of many things that are lost on the way from here to there, in the end /
         all of them
other  = short                     beside = it
The limit is a convention, and this is a sentence that was broken because its line was full,
and goes on here.
class one   means this
"""


def test_a_formula_keeps_its_shape_and_hangs_under_its_equals_sign() -> None:
    assert formula(FORMULA, 50) == [
        "loss   = one of many things that are lost on the",
        "         way from here to there, in the end / all",
        "         of them",
        "other  = short                     beside = it",
        "The limit is a convention, and this is a sentence",
        "that was broken because its line was full, and",
        "goes on here.",
        "class one   means this",
    ]
    wide = formula(FORMULA, 98)
    assert wide[1:4] == [
        "other  = short                     beside = it",
        "The limit is a convention, and this is a sentence that was broken because its line was "
        "full, and",
        "goes on here.",
    ]


def test_prose_flows_and_keeps_a_number_with_its_unit() -> None:
    assert prose("one  two\nmore than 5 % here", 12) == ["one two more", "than 5 %", "here"]


def test_definitions_side_by_side_come_one_below_the_other_where_they_do_not_fit() -> None:
    text = "recall = hits / relevant        mrr = 1 / rank\n"
    assert formula(text, 60) == ["recall = hits / relevant        mrr = 1 / rank"]
    assert formula(text, 30) == ["recall = hits / relevant", "mrr = 1 / rank"]


def test_a_term_hangs_what_it_means_and_a_continuation_may_hold_an_equals_sign() -> None:
    text = "early   what came before the end\na = the sum of b and\n    c = d over all of them\n"
    assert formula(text, 24) == [
        "early   what came before",
        "        the end",
        "a = the sum of b and c",
        "    = d over all of them",
    ]
