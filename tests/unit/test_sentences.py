from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.model import Status, Unit
from recsql.results import CheckResult, MetricResult
from recsql.runner.sentences import fill, fill_row, placeholders, quote

AGE = MetricResult("age", {}, 43920.0, Unit.SECONDS, low=36000.0, high=50400.0, n=5120.0)
SHARE = MetricResult("late", {}, 0.385, Unit.SHARE)
NULL = MetricResult("gone", {}, None, Unit.NUMBER, note="candidates undeclared")
SEGMENT = MetricResult("age", {"surface": "home"}, 1.0, Unit.SECONDS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Half is older than {age}.", "Half is older than 12.2 h."),
        ("{age} ({age:interval}) of {age:n}", "12.2 h (10 h to 14 h) of 5,120"),
        ("{late}, {late:interval}", "38.5 %, no interval"),
        ("{{age}} is {age}", "{age} is 12.2 h"),
        ("  two\n lines  ", "two lines"),
    ],
)
def test_a_sentence_shows_the_totals_numbers_in_their_units(template: str, text: str) -> None:
    assert fill([template], [SEGMENT, AGE, SHARE]) == text


def test_the_first_sentence_that_has_all_its_numbers_is_told() -> None:
    assert fill(["{gone} of {age}", "at least {age}"], [AGE, NULL]) == "at least 12.2 h"
    assert fill(["{gone}"], [NULL]) == "Not measured: candidates undeclared."


def test_a_share_that_falls_short_is_called_a_part() -> None:
    assert fill(["{late:partial below 40%}", ""], [SHARE]).endswith(" % (partial)")
    assert fill(["{late:partial below 1%}"], [SHARE]) == fill(["{late}"], [SHARE])
    assert fill(["{late:partial below nothing}"], [SHARE]) == fill(["{late}"], [SHARE])


def test_a_row_is_told_by_its_cells() -> None:
    assert fill_row("{key} on {day}", ["key", "day"], ["#12", None]).startswith("#12 on ")
    assert fill_row("{nobody} {key:d}", ["key"], ["x"]) == "{nobody} x"


def test_a_sentence_quotes_what_other_checks_measured() -> None:
    unfit = MetricResult("loss", {}, 0.2, Unit.SHARE, status=Status.UNKNOWN)
    checks = [
        CheckResult("lag", "x", Status.FAIL, metrics=(SEGMENT, AGE, NULL)),
        CheckResult("cost", "y", Status.UNKNOWN, metrics=(SHARE, unfit)),
    ]
    assert quote("{lag.age}, {cost.late:none below 40%}.", checks) == "12.2 h, none found."
    for template in ("{lag.gone}", "{lag.age} {cost.loss}", "{lag.late}", "{cost.age}", ""):
        assert quote(template, checks) == ""


def test_the_names_in_a_sentence_are_found() -> None:
    assert placeholders("{age} and {late:n}, {{not}} and text") == ("age", "late")
    with pytest.raises(ValueError, match="expected"):
        placeholders("half {age")


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_a_sentence_without_placeholders_stays_as_it_is(text: str) -> None:
    assert fill([text], [AGE]) == " ".join(text.split())
