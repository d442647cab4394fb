"""The small parts that the JSON Schemas are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Schema = Mapping[str, object]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
SQL: Schema = {"type": "string", "description": "SQL; Jinja offers relation(), ref(), var(), …"}
SWITCH: Schema = {"enum": [True, False, "yes", "no", "on", "off"]}
COUNT: Schema = {"type": "integer", "minimum": 1}
_NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"
DURATION: Schema = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*(ms|[smhdw])?\s*$"},
        {"type": "number"},
    ],
    "description": "90s 15m 6h 2d 4w",
}
QUANTITY: Schema = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*(%|ms|[smhdw])?\s*$"},
        {"type": "number"},
    ],
    "description": "a number, a share as 5%, or a duration as 6h",
}
LIMIT: Schema = {
    "type": "string",
    "pattern": r"^\s*(>=|<=|!=|>|<|=)\s*\S.*$",
    "description": "an operator and a limit: > 5%, <= 6h, > drift_window, >= var:limit",
}
EXCUSE: Schema = {"type": "string", "pattern": r"^\s*[A-Za-z_]\w*\s*(>=|<=|!=|>|<|=)\s*\S.*$"}
SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}


def mapping(
    properties: Mapping[str, object], required: Iterable[str] = (), description: str = ""
) -> dict[str, object]:
    """A mapping with these keys and no others."""
    found: dict[str, object] = {"type": "object", "properties": dict(properties)}
    found["additionalProperties"] = False
    if description:
        found["description"] = description
    if needed := list(required):
        found["required"] = needed
    return found


def map_of(value: object, names: Iterable[str] = ()) -> dict[str, object]:
    """A mapping from any name to such values; the names are offered."""
    offered = dict.fromkeys(names, value)
    return {"type": ["object", "null"], "properties": offered, "additionalProperties": value}


def maybe(schema: Mapping[str, object]) -> dict[str, object]:
    """The same mapping, or nothing behind the colon."""
    return {**schema, "type": ["object", "null"]}


def texts(values: Iterable[str] = ()) -> dict[str, object]:
    """A list of texts, or a single one."""
    item: dict[str, object] = {"type": ["string", "number", "boolean"]}
    if offered := list(values):
        item = {"enum": offered}
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}
