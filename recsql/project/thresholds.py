"""Limits as people write them: `> 10%`, `<= 6h`, `> drift_window`, `>= var:limit`."""

from __future__ import annotations

import re

from recsql.errors import ConfigError, Location
from recsql.model import Threshold
from recsql.quantities import parse_quantity

_THRESHOLD = re.compile(r"\s*(>=|<=|!=|>|<|=)\s*(\S.*?)\s*")
_REFERENCE = re.compile(r"(?:var:)?[A-Za-z_]\w*")
_HINT = "write an operator and a limit, such as `> 5%`, `<= 6h` or `> drift_window`"


def parse(text: str, location: Location) -> Threshold:
    """The limit that a text states; raises `ConfigError` at its place for anything else."""
    match = _THRESHOLD.fullmatch(text)
    if match is None:
        raise ConfigError(f"`{text.strip()}` is not a threshold", location, _HINT)
    operator, operand = match[1], match[2]
    number = parse_quantity(operand)
    if number is None and not _REFERENCE.fullmatch(operand):
        message = f"`{operand}` in `{text.strip()}` is not a limit"
        raise ConfigError(message, location, _HINT)
    reference = operand if number is None else None
    return Threshold(operator, number, reference, text.strip(), location)


def parse_with_subject(text: str, location: Location) -> tuple[str, Threshold]:
    """A metric's name and a limit on it, as in `median_avoidable_age <= drift_window`."""
    subject, _, rest = text.strip().partition(" ")
    if not _REFERENCE.fullmatch(subject):
        raise ConfigError(f"`{text}` does not start with a metric's name", location, _HINT)
    if not rest:
        raise ConfigError(f"`{text}` names a metric and no limit", location, _HINT)
    return subject, parse(rest, location)
