"""JSON Schemas of the YAML files (draft 2020-12): what an editor checks while somebody types.

The keys are those that the loader accepts; `tests/unit/test_schema.py` listens to the loader and
fails where the two differ. Values are checked as far as a schema can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from recsql.errors import RecsqlError, did_you_mean
from recsql.model import Reason, Status, Unit
from recsql.project import locate
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.load import load
from recsql.project.variables import KINDS as VARIABLE_KINDS
from recsql.scaffold import known

Schema = Mapping[str, object]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_SQL: Schema = {"type": "string", "description": "SQL; Jinja offers relation(), ref(), var(), …"}
_SWITCH: Schema = {"enum": [True, False, "yes", "no", "on", "off"]}
_COUNT: Schema = {"type": "integer", "minimum": 1}
_NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?"
_DURATION: Schema = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*(ms|[smhdw])?\s*$"},
        {"type": "number"},
    ],
    "description": "90s 15m 6h 2d 4w",
}
_QUANTITY: Schema = {
    "anyOf": [
        {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*(%|ms|[smhdw])?\s*$"},
        {"type": "number"},
    ],
    "description": "a number, a share as 5%, or a duration as 6h",
}
_LIMIT: Schema = {
    "type": "string",
    "pattern": r"^\s*(>=|<=|!=|>|<|=)\s*\S.*$",
    "description": "an operator and a limit: > 5%, <= 6h, > drift_window, >= var:limit",
}
_EXCUSE: Schema = {"type": "string", "pattern": r"^\s*[A-Za-z_]\w*\s*(>=|<=|!=|>|<|=)\s*\S.*$"}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}


def _object(
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


def _map_of(value: object, names: Iterable[str] = ()) -> dict[str, object]:
    """A mapping from any name to such values; the names are offered."""
    offered = dict.fromkeys(names, value)
    return {"type": ["object", "null"], "properties": offered, "additionalProperties": value}


def _maybe(mapping: Mapping[str, object]) -> dict[str, object]:
    """The same mapping, or nothing behind the colon."""
    return {**mapping, "type": ["object", "null"]}


def _texts(values: Iterable[str] = ()) -> dict[str, object]:
    """A list of texts, or a single one."""
    item: dict[str, object] = {"type": ["string", "number", "boolean"]}
    if offered := list(values):
        item = {"enum": offered}
    return {"anyOf": [item, {"type": "array", "items": item}, {"type": "null"}]}


_RULES: Mapping[str, object] = {
    "critical_segments": _SWITCH,
    "sequential": _SWITCH,
    "consecutive": _COUNT,
}
_INPUTS: Mapping[str, object] = {
    "optional": _texts(),
    "requires": _texts(),
    "degraded_without": _map_of(_TEXT),
    "notes_without": _map_of(_TEXT),
}


def project() -> Schema:
    """The schema of `recsql.yml`."""
    loaded = load(locate.builtin_root(), optional=True)
    checks = {c.name: _setting(c.summary) for c in loaded.catalog.checks.values()}
    return _object(
        {
            "name": {**_TEXT, "description": "the project's name; default: its folder's"},
            "profile": {**_TEXT, "description": "the profile of profiles.yml; default: the name"},
            "as_of": {
                "anyOf": [{"enum": ["now", "latest"]}, _INSTANT],
                "description": "latest = the newest request, else event; now; or an instant (UTC)",
            },
            "window": {**_DURATION, "description": "judged: [as_of - window, as_of)"},
            "history": {**_DURATION, "description": "how far back events are read at most"},
            "relations": _maybe(_object(_relations())),
            "identifiers": _map_of(
                _object({"unique": _SWITCH, "max_keys": _QUANTITY, "blocked_values": _texts()})
            ),
            "vars": _variables(),
            "checks": {
                "type": ["object", "null"],
                "properties": checks,
                "additionalProperties": _setting(""),
            },
            "packages": _texts(),
        }
    )


def _relations() -> dict[str, object]:
    names = known.read().relations
    return {name: _relation(name, names[name]) for name in MAPPABLE}


def _relation(name: str, relation: known.KnownRelation) -> Schema:
    columns = {}
    for column, entry in RELATIONS[name].items():
        what = relation.columns[column].what + (" (needed)" if entry.required else "")
        columns[column] = {**_TEXT, "description": f"{what}; {entry.type}"}
    return _object(
        {
            "from": {
                "type": "string",
                "description": "a table, a table function or a SELECT, in the warehouse's SQL",
            },
            "where": {**_TEXT, "description": "which of its rows count"},
            "columns": _maybe(_object(columns)),
            "timezone": {"type": "string", "description": "of naive times, as Europe/Berlin"},
        },
        required=["from"],
        description=relation.what,
    )


def _setting(summary: str) -> Schema:
    limits = {"anyOf": [_LIMIT, _map_of(_LIMIT)]}
    return _object(
        {
            "warn_if": limits,
            "error_if": limits,
            "enabled": _SWITCH,
            "severity": {"enum": ["error", "warn"]},
            "tags": _texts(),
            **_RULES,
        },
        description=summary,
    )


def _variables() -> Schema:
    shapes: Mapping[str, Schema] = {
        "duration": _DURATION,
        "share": _QUANTITY,
        "number": _QUANTITY,
        "count": _COUNT,
        "flag": _SWITCH,
        "list": _texts(),
    }
    found = {}
    for variable in load(locate.builtin_root(), optional=True).catalog.variables.values():
        shape = shapes.get(variable.kind, {})
        if variable.choices:
            shape = {"enum": list(variable.choices)}
        options = [shape, {"type": "null"}]
        found[variable.name] = {"description": variable.summary, "anyOf": options}
    return {"type": ["object", "null"], "properties": found, "additionalProperties": True}


def _metric() -> Schema:
    entry = _object(
        {
            "unit": {"enum": [unit.value for unit in Unit]},
            "summary": _TEXT,
            "warn_if": _LIMIT,
            "error_if": _LIMIT,
            "unless": _EXCUSE,
            "excuse": _TEXT,
        }
    )
    return _maybe(entry)


def _check() -> dict[str, object]:
    return _object(
        {
            "name": _TEXT,
            "summary": _TEXT,
            "audit": _TEXT,
            "sql": _SQL,
            "rows": {**_SQL, "description": "SQL; every row that comes back is a failure"},
            "dialect": {"type": "string", "description": "the SQL is native: it is not transpiled"},
            "segments": _texts(),
            "metrics": _map_of(_metric()),
            "warn_if": _LIMIT,
            "error_if": _LIMIT,
            "severity": {"enum": ["error", "warn"]},
            "tags": _texts(),
            "enabled": _SWITCH,
            "overrides": {"type": "string"},
            "pii": {"enum": ["hashed", "clear"]},
            "sentence": _texts(),
            "rows_sentence": _texts(),
            "next": _TEXT,
            "explain": _object({"formula": _TEXT, "misleads": _TEXT, "sources": _TEXT}),
            **_RULES,
            **_INPUTS,
        }
    )


def check() -> Schema:
    """The schema of a file under `checks/`: a list under `checks:`, or one check."""
    single = _check()
    several = _object(
        {"checks": {"type": "array", "items": {**single, "required": ["name"]}}}, ["checks"]
    )
    return {"type": "object", "if": {"required": ["checks"]}, "then": several, "else": single}


def model() -> Schema:
    """The schema of a file under `checks/models/`."""
    step = _object({"table": _TEXT, "sql": _SQL, "changes": _SQL}, ["table", "sql"])
    return _object(
        {
            "summary": _TEXT,
            "sql": _SQL,
            "kind": {"enum": ["table", "fixpoint"]},
            "start": _map_of(_SQL),
            "step": {"type": "array", "items": step},
            "changes": _SQL,
            "result": _SQL,
            "max_rounds": _QUANTITY,
            "materialize": {"enum": ["temp", "inline", "scratch"]},
            "overrides": {"type": "string"},
            **_INPUTS,
        }
    )


def case() -> Schema:
    """The schema of a case file under `tests/`."""
    cell = {"anyOf": [_SCALAR, _QUANTITY]}
    rows = {"type": "array", "items": {"type": "object", "additionalProperties": cell}}
    table = _object({"csv": {"type": "string"}, "sql": _SQL, "rows": rows})
    fixture = {"anyOf": [rows, table, {"type": "null"}]}
    columns = [f"{relation}.{name}" for relation in RELATIONS for name in RELATIONS[relation]]
    expect = _object(
        {
            "status": {"enum": [status.value for status in Status]},
            "reason": {"enum": [reason.value for reason in Reason]},
            "metrics": _map_of({"anyOf": [_QUANTITY, {"type": "null"}]}),
            "segments": rows,
            "rows": rows,
            "message": _TEXT,
            "tolerance": _QUANTITY,
        }
    )
    entry = _object(
        {
            "summary": _TEXT,
            "as_of": _INSTANT,
            "window": _DURATION,
            "history": _DURATION,
            "vars": _variables(),
            "given": _map_of(fixture, RELATIONS),
            "without": _texts(columns),
            "expect": {**expect, "minProperties": 1},
        },
        ["expect"],
    )
    return _object(
        {
            "check": _TEXT,
            "as_of": _INSTANT,
            "window": _DURATION,
            "history": _DURATION,
            "cases": _map_of(entry),
        },
        ["check", "cases"],
    )


def profiles() -> Schema:
    """The schema of `profiles.yml`, in dbt's shape; a warehouse ignores keys it does not know."""
    target = {
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "duckdb or postgres"},
            "path": {"type": "string", "description": "duckdb: a file, or :memory:"},
            "threads": {"anyOf": [_COUNT, {"type": "string"}]},
            "schema": _TEXT,
            "host": _TEXT,
            "port": _TEXT,
            "user": _TEXT,
            "password": {**_TEXT, "description": "as \"{{ env_var('NAME') }}\""},
            "dbname": _TEXT,
        },
        "required": ["type"],
        "additionalProperties": True,
    }
    profile = {
        "type": "object",
        "properties": {"target": _TEXT, "outputs": _map_of(target)},
        "required": ["outputs"],
        "additionalProperties": True,
    }
    return {
        "type": "object",
        "properties": {"config": {"type": "object"}},
        "additionalProperties": profile,
    }


def library(name: str) -> Schema | None:
    """The schema of one of recsql's own lists, `vars.yml`, `audits.yml` or `macros.yml`."""
    variable = {
        "kind": {"enum": list(VARIABLE_KINDS)},
        "default": {},
        "choices": _texts(),
        "summary": _TEXT,
    }
    macro = _object({"summary": _TEXT, "arguments": _map_of(_TEXT)}, ["summary"])
    lists: Mapping[str, Schema] = {
        "vars": _map_of(_object(variable, ["kind", "summary"])),
        "audits": _map_of(_object({"question": _TEXT, "checks": _texts(), "also": _TEXT})),
        "macros": _object({"macros": _map_of(macro)}, ["macros"]),
    }
    return lists.get(name)


KINDS: Mapping[str, Callable[[], Schema]] = {
    "project": project,
    "check": check,
    "model": model,
    "case": case,
    "profiles": profiles,
}
"""What `recsql schema` prints, by name."""


def schema(kind: str) -> Schema:
    """A whole schema document; raises `RecsqlError` for a kind that there is not."""
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise RecsqlError(f"no schema `{kind}`", hint=hint)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"recsql {kind}",
        **KINDS[kind](),
    }


def text(kind: str) -> str:
    """A schema as JSON text."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n"
