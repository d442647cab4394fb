"""What templates are rendered with, and what comes of them; Jinja itself is not needed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from recsql.model import Inputs, Text, Value

AS_OF_US = 8_000_000_000_000_000_000
"""Stands for `as_of` as a number: far from every instant, so that sums with it stay in place."""

_COUNT = re.compile(r"\b(?:79|80)\d{17}\b")
_PLACE = re.compile(r"'recsql as_of ([+-]\d+) us'")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """The time frame of a run; nothing in SQL reads a clock.

    It ends before `as_of`, or, where `as_of` is the newest row's own instant, with it.
    """

    as_of: datetime
    window_s: float
    history_s: float
    inside: bool = False

    def dated(self, sql: str) -> str:
        """A statement with this moment's instants in the places that `as_of` and its kin left.

        Until here it says how far an instant is from `as_of`, so that one that was compiled
        yesterday still serves.
        """
        sql = _PLACE.sub(lambda found: self._written(int(found[1])), sql)
        start = (self.as_of - _EPOCH) // _MICROSECOND
        return _COUNT.sub(lambda found: str(start + int(found[0]) - AS_OF_US), sql)

    def _written(self, offset_us: int) -> str:
        instant = (self.as_of + offset_us * _MICROSECOND).astimezone(UTC)
        text = instant.strftime("%Y-%m-%d %H:%M:%S.%f").removesuffix(".000000")
        return f"'{text}'"


@dataclass(frozen=True, slots=True)
class Policy:
    """The values that templates may ask for."""

    moment: Moment
    variables: Mapping[str, Value]
    mapped: Callable[[str], bool]
    sample: float | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """SQL text after Jinja, and what it refers to, in order of first use."""

    sql: str
    source: Text
    models: tuple[str, ...]
    relations: tuple[str, ...]
    variables: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """The relations and columns of which the template asked whether they are mapped."""
    natives: Mapping[str, Text] = field(default_factory=dict)
    """Placeholder → an expression in the warehouse's own dialect, which no other must read."""


@dataclass(frozen=True, slots=True)
class Template:
    """A rendered template with all that its SQL depends on; `key` is the digest of it."""

    key: str
    rendered: Rendered
    dialect: str
    inputs: Inputs
    states: Mapping[str, str]
