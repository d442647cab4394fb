from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.compile.plan import building_order
from recsql.errors import CompileError


def test_each_model_comes_after_what_it_needs_and_only_once() -> None:
    needs = {"a": ("b", "c"), "b": ("c",), "c": (), "d": ("c",)}
    assert building_order(["a", "d", "a"], needs) == ("c", "b", "a", "d")


def test_a_circle_is_told_in_its_order() -> None:
    needs = {"a": ("b",), "b": ("c",), "c": ("b",)}
    with pytest.raises(CompileError) as caught:
        building_order(["a"], needs)
    assert caught.value.message == "models need each other in a circle: b → c → b"


def test_a_model_that_needs_itself_is_a_circle() -> None:
    with pytest.raises(CompileError, match="a → a"):
        building_order(["a"], {"a": ("a",)})


@given(st.dictionaries(st.integers(1, 12), st.sets(st.integers(0, 12), max_size=4), max_size=12))
def test_without_circles_every_order_is_a_building_order(drawn: dict[int, set[int]]) -> None:
    needs = {str(n): tuple(str(m) for m in below if m < n) for n, below in drawn.items()}
    order = building_order(needs, needs)
    assert len(set(order)) == len(order)
    assert set(needs) <= set(order)
    for name, below in needs.items():
        assert all(order.index(need) < order.index(name) for need in below)
