from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recsql.model import Unit
from recsql.project.config import supplied_defaults
from recsql.results import MetricResult, RowSample
from recsql.runner.identifiers import Disguise

SHOP = Disguise("shop", frozenset({"key"}))


def hashed(value: str | int | None, salt: str = "shop") -> object:
    sample = RowSample(("key", "n"), ((value, value),), 1)
    ((found, beside),) = Disguise(salt, frozenset({"key"})).sample(sample).sample
    assert beside == value
    return found


@given(st.text(), st.text())
def test_equal_values_have_equal_hashes_and_others_do_not(one: str, other: str) -> None:
    assert (hashed(one) == hashed(other)) is (one == other)


@given(st.text())
def test_a_hash_hides_the_value_and_depends_on_the_project(value: str) -> None:
    found = hashed(value)
    assert isinstance(found, str)
    assert (found[0], len(found)) == ("#", 13)
    assert found != value
    assert found != hashed(value, "other")


def test_null_is_no_identifier() -> None:
    assert hashed(None) is None


def test_a_number_is_hashed_as_it_is_written() -> None:
    assert hashed(5) == hashed("5")


def test_segments_are_disguised_and_numbers_kept() -> None:
    metric = MetricResult("m", {"key": "k1", "surface": "home"}, 1.0, Unit.NUMBER)
    (found,) = SHOP.metrics([metric])
    assert (found.value, found.segment["surface"], found.segment["key"]) == (
        1.0, "home", hashed("k1"),
    )  # fmt: skip


def test_users_are_always_identifiers() -> None:
    rows = supplied_defaults()["identifiers"].rows
    assert rows is not None
    assert [row[0] for row in rows] == ["user_id"]
