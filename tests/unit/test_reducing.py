from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from recsql.testing.reducing import Budget, grown, smallest


def needing(*wanted: int) -> Callable[[Sequence[int]], bool]:
    return lambda items: set(wanted) <= set(items)


def test_it_grows_by_doubling_until_it_holds() -> None:
    budget = Budget(100)
    assert grown(range(100), needing(5), budget) == range(8)
    assert budget.used == 4


def test_what_never_holds_does_not_grow() -> None:
    assert grown(range(100), needing(100), Budget(100)) is None


@pytest.mark.parametrize("wanted", [(), (0,), (63,), (3, 40), (0, 31, 32, 63), tuple(range(10))])
def test_nothing_can_be_left_out_of_the_smallest_part(wanted: tuple[int, ...]) -> None:
    budget = Budget(1000)
    assert tuple(smallest(range(64), needing(*wanted), budget)) == wanted
    assert not budget.spent


def test_a_part_that_only_holds_in_pairs_is_found() -> None:
    """An even number of items: no single one can be left out, though all can."""
    found = smallest(range(8), lambda items: len(items) % 2 == 0 and 5 in items, Budget(1000))
    assert 5 in found
    assert all(len([i for i in found if i != left]) % 2 for left in found)


def test_with_no_runs_left_what_is_left_still_holds() -> None:
    budget = Budget(6)
    found = smallest(range(64), needing(3, 40), budget)
    assert needing(3, 40)(found)
    assert (budget.used, budget.spent) == (6, True)
