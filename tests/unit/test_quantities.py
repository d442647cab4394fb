from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.model import Unit
from recsql.quantities import format_interval, format_quantity, parse_duration, parse_quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("90s", 90.0), ("15m", 900.0), ("6h", 21600.0), ("2d", 172800.0), ("4w", 2419200.0),
        ("250ms", 0.25), ("5%", 0.05), ("0.05", 0.05), ("-1", -1.0), ("1e3", 1000.0),
        (" 6 h ", 21600.0),
        ("", None), ("h", None), ("6 hours", None), ("1,000", None), ("nan", None), ("0x10", None),
        ("5%%", None), ("6h6", None), ("inf", None),
    ],
)  # fmt: skip
def test_a_quantity_is_a_number_with_one_unit_or_none(text: str, number: float | None) -> None:
    assert parse_quantity(text) == number


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("28d", 2419200.0),
        (60, 60.0),
        (1.5, 1.5),
        ("5%", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_duration_is_no_share_and_no_truth(value: object, seconds: float | None) -> None:
    assert parse_duration(value) == seconds


@given(st.text())
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    number = parse_quantity(text)
    assert number is None or not math.isnan(number)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (None, Unit.SHARE, "unknown"),
        (math.nan, Unit.NUMBER, "not a number"),
        (math.inf, Unit.SECONDS, "∞"),
        (-math.inf, Unit.SECONDS, "-∞"),
        (0.385, Unit.SHARE, "38.5 %"),
        (-0.0004, Unit.SHARE, "0.0 %"),
        (-0.05, Unit.SHARE, "-5.0 %"),
        (5120.0, Unit.COUNT, "5,120"),
        (-0.2, Unit.COUNT, "0"),
        (-0.0, Unit.NUMBER, "0"),
        (0.53, Unit.NUMBER, "0.53"),
        (0.0, Unit.SECONDS, "0 s"),
        (0.25, Unit.SECONDS, "250 ms"),
        (119.0, Unit.SECONDS, "119 s"),
        (120.0, Unit.SECONDS, "2 min"),
        (7200.0, Unit.SECONDS, "2 h"),
        (43920.0, Unit.SECONDS, "12.2 h"),
        (259200.0, Unit.SECONDS, "3 d"),
        (-43920.0, Unit.SECONDS, "-12.2 h"),
    ],
)
def test_a_number_is_shown_in_its_unit(value: float | None, unit: Unit, shown: str) -> None:
    assert format_quantity(value, unit) == shown


def test_an_interval_needs_both_ends() -> None:
    assert format_interval(1.0, 2.0, Unit.COUNT) == "1 to 2"
    assert format_interval(None, 2.0, Unit.COUNT) == "no interval"
    assert format_interval(1.0, None, Unit.COUNT) == "no interval"
