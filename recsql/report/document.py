"""Typed reading of a JSON document whose author is not trusted; errors name the place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from recsql.errors import ConfigError
from recsql.model import Scalar

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its path in the document; every reader raises ConfigError on another type."""

    value: object
    path: str = "results"

    def __getitem__(self, key: str) -> Node:
        value = self._object().get(key)
        return Node(value, f"{self.path}.{key}")

    def given(self) -> Node | None:
        """Itself, or None for null and for a missing key."""
        return None if self.value is None else self

    def items(self) -> list[Node]:
        """The elements of an array."""
        if not isinstance(self.value, list):
            raise self._not("a list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def fields(self) -> dict[str, Node]:
        """The members of an object."""
        return {key: self[key] for key in self._object()}

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self._not("a text")
        return self.value

    def text_or_none(self) -> str | None:
        """A string or null."""
        return None if self.value is None else self.text()

    def number(self) -> float:
        """A number, as float."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self._not("a number")
        try:
            return float(self.value)
        except OverflowError as error:
            raise self._not("a number that fits in 64 bits") from error

    def number_or_none(self) -> float | None:
        """A number or null."""
        return None if self.value is None else self.number()

    def integer(self) -> int:
        """A whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self._not("a whole number")
        return self.value

    def integer_or_none(self) -> int | None:
        """A whole number or null."""
        return None if self.value is None else self.integer()

    def flag(self) -> bool:
        """True or false; what is not there is false."""
        if self.value is None or isinstance(self.value, bool):
            return bool(self.value)
        raise self._not("true or false")

    def scalar(self) -> Scalar:
        """Anything but a list or an object."""
        if self.value is None or isinstance(self.value, str | int | float):
            return self.value
        raise self._not("a text, a number, true, false or null")

    def choice(self, kind: type[Choice]) -> Choice:
        """One of the values of an enumeration."""
        try:
            return kind(self.text())
        except ValueError as error:
            raise self._not(f"one of {', '.join(kind)}") from error

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self._not("an object")
        return self.value

    def _not(self, wanted: str) -> ConfigError:
        found = "nothing" if self.value is None else type(self.value).__name__
        return ConfigError(f"`{self.path}` in the results file is {found}, not {wanted}")


def parse(text: str) -> Node:
    """The document; NaN and infinities become null. Raises ConfigError for text that is no JSON."""
    try:
        return Node(json.loads(text, parse_constant=lambda _: None))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(f"the results file is not JSON: {error.msg} at {place}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the results file is not JSON: {error}") from error
