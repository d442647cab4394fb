from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import ConfigError, Location
from recsql.model import Threshold
from recsql.project import thresholds

HERE = Location("x.yml", 3, 5)


@pytest.mark.parametrize(
    ("text", "operator", "number", "reference"),
    [
        ("> 10%", ">", 0.1, None),
        ("<= 6h", "<=", 21600.0, None),
        (">=5", ">=", 5.0, None),
        (" != -0.5 ", "!=", -0.5, None),
        ("= 0", "=", 0.0, None),
        ("< 1e-6", "<", 1e-6, None),
        ("> drift_window", ">", None, "drift_window"),
        (">= var:limit", ">=", None, "var:limit"),
    ],
)
def test_a_limit_is_an_operator_and_a_number_or_a_name(
    text: str, operator: str, number: float | None, reference: str | None
) -> None:
    assert thresholds.parse(text, HERE) == Threshold(
        operator, number, reference, text.strip(), HERE
    )


@pytest.mark.parametrize("text", ["5", "", ">", "> ", "=> 5", "== 5", "> 5 6", "> 1,000", "> a b"])
def test_anything_else_is_an_error_at_its_place(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        thresholds.parse(text, HERE)
    assert caught.value.location == HERE
    assert caught.value.hint is not None


def test_an_excuse_names_its_metric_first() -> None:
    assert thresholds.parse_with_subject("age <= 6h", HERE) == (
        "age",
        Threshold("<=", 21600.0, None, "<= 6h", HERE),
    )
    for text in ("<= 6h", "age", "a-b <= 6h"):
        with pytest.raises(ConfigError):
            thresholds.parse_with_subject(text, HERE)


@given(
    st.sampled_from([">", ">=", "<", "<=", "=", "!="]), st.integers(-(10**6), 10**6), st.text(" ")
)
def test_spaces_mean_nothing(operator: str, number: int, space: str) -> None:
    found = thresholds.parse(f"{space}{operator}{space}{number}{space}", HERE)
    assert (found.operator, found.number) == (operator, number)
