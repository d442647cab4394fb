"""What is true of a simulated shop, for audits to be held against."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

from recsql.demo.worlds import Pipeline, World

PLAYERS = ("stale_signals", "stale_items", "identity")
"""The defects that the attribution tells apart, named as its metrics."""

Cell = tuple[bool, bool, bool]
"""Which of the players are repaired."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Hit rates of one model on the same visits, by which defects are repaired.

    The label of a visit is the first page opened; every visit has one.
    """

    world: World
    hit_rates: Mapping[Cell, float]

    @property
    def observed(self) -> float:
        """What the pipeline reaches as it is."""
        return self.hit_rates[False, False, False]

    @property
    def what_if(self) -> float:
        """What it would reach with fresh signals, fresh items and merged identities."""
        return self.hit_rates[True, True, True]

    @property
    def half_life_s(self) -> float:
        """Half of all interests are replaced within this time."""
        return self.world.half_life_days * 86_400.0

    @property
    def shares(self) -> dict[str, float]:
        """Each player's part of the lift: its mean gain over all orders of repair (Shapley)."""
        return {name: self._share(i) for i, name in enumerate(PLAYERS)}

    def _share(self, player: int) -> float:
        others = [i for i in range(len(PLAYERS)) if i != player]
        total = 0.0
        for size in range(len(others) + 1):
            weight = 1.0 / (len(PLAYERS) * math.comb(len(others), size))
            for team in combinations(others, size):
                without, joined = self._cell({*team}), self._cell({*team, player})
                total += weight * (self.hit_rates[joined] - self.hit_rates[without])
        return total

    def _cell(self, team: set[int]) -> Cell:
        return (0 in team, 1 in team, 2 in team)


def judged(own: Pipeline, plan: Pipeline) -> dict[Cell, Pipeline]:
    """A pipeline with each set of its defects repaired as the plan has it."""
    cells = {}
    for signals, items, identity in product((False, True), repeat=3):
        variant = own
        if signals:
            variant = replace(
                variant, refresh_h=plan.refresh_h, ingest_h=plan.ingest_h, write_h=plan.write_h
            )
        if items:
            variant = replace(variant, index_h=plan.index_h)
        if identity:
            variant = replace(variant, merges=plan.merges, merges_households=plan.merges_households)
        cells[signals, items, identity] = variant
    return cells
