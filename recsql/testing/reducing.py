"""The smallest part that still holds: growing from little, then leaving out what can be.

Leaving out is delta debugging (Zeller and Hildebrandt, 2002) on complements: halves, then quarters,
down to single items. What comes out holds, and no single item of it can be left out, unless the
runs that are allowed came to their end before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Budget:
    """How many runs are left; `spent` tells whether there was one too few."""

    runs: int
    used: int = field(default=0, init=False)
    spent: bool = field(default=False, init=False)

    def allows(self) -> bool:
        """Whether there is one more run, which is then taken."""
        if self.used >= self.runs:
            self.spent = True
            return False
        self.used += 1
        return True


def grown(
    items: Sequence[Item], holds: Callable[[Sequence[Item]], bool], budget: Budget
) -> Sequence[Item] | None:
    """The first one, two, four, … items that hold; None where not even all of them do."""
    size = 1
    while budget.allows():
        part = items[:size]
        if holds(part):
            return part
        if size >= len(items):
            return None
        size *= 2
    return None


def smallest(
    items: Sequence[Item], holds: Callable[[Sequence[Item]], bool], budget: Budget
) -> Sequence[Item]:
    """A part of items that hold, of which nothing can be left out while there are runs."""
    parts = 2
    while len(items) > 1:
        parts = min(parts, len(items))
        rest = next((r for r in _complements(items, parts) if budget.allows() and holds(r)), None)
        if budget.spent:
            return items
        if rest is not None:
            items, parts = rest, max(parts - 1, 2)
        elif parts == len(items):
            return items
        else:
            parts *= 2
    if items and budget.allows() and holds(()):
        return ()
    return items


def _complements(items: Sequence[Item], parts: int) -> Iterator[Sequence[Item]]:
    """The items without each of so many parts of almost equal size."""
    bounds = [round(len(items) * number / parts) for number in range(parts + 1)]
    for start, end in pairwise(bounds):
        yield [*items[:start], *items[end:]]
