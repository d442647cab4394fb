"""JSON Schemas of the YAML files (draft 2020-12): what an editor checks while somebody types.

The keys are those that the loader accepts; `tests/unit/test_schema.py` listens to the loader and
fails where the two differ. Values are checked as far as a schema can.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from recsql.arguments import Kind
from recsql.errors import RecsqlError, did_you_mean
from recsql.model import Reason, Status, Unit
from recsql.project import locate
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.load import load
from recsql.project.variables import KINDS as VARIABLE_KINDS
from recsql.scaffold import known
from recsql.scaffold.artefacts import results
from recsql.scaffold.shapes import (
    COUNT,
    DURATION,
    EXCUSE,
    INSTANT,
    LIMIT,
    QUANTITY,
    SCALAR,
    SQL,
    SWITCH,
    TEXT,
    Schema,
    map_of,
    mapping,
    maybe,
    texts,
)

_RULES: Mapping[str, object] = {
    "critical_segments": SWITCH,
    "sequential": SWITCH,
    "consecutive": COUNT,
}
_INPUTS: Mapping[str, object] = {
    "optional": texts(),
    "requires": texts(),
    "degraded_without": map_of(TEXT),
    "notes_without": map_of(TEXT),
}


_LIMITS: Schema = {"anyOf": [LIMIT, map_of(LIMIT)]}
_ON_EMPTY = ("unknown", "fail", "warn", "skip")
_ANOMALY: Schema = maybe(
    mapping(
        {
            "window": COUNT,
            "sensitivity": QUANTITY,
            "direction": {"enum": ["both", "spike", "drop"]},
            "min_values": COUNT,
        }
    )
)


def project() -> Schema:
    """The schema of `recsql.yml`."""
    loaded = load(locate.builtin_root(), optional=True)
    checks = {c.name: _setting(c.summary) for c in loaded.catalog.checks.values()}
    return mapping(
        {
            "name": {**TEXT, "description": "the project's name; default: its folder's"},
            "profile": {**TEXT, "description": "the profile of profiles.yml; default: the name"},
            "as_of": {
                "anyOf": [{"enum": ["now", "latest"]}, INSTANT],
                "description": "latest = the newest request, else event; now; or an instant (UTC)",
            },
            "window": {**DURATION, "description": "judged: [as_of - window, as_of)"},
            "history": {**DURATION, "description": "how far back events are read at most"},
            "relations": maybe(mapping(_relations())),
            "identifiers": map_of(
                mapping({"unique": SWITCH, "max_keys": QUANTITY, "blocked_values": texts()})
            ),
            "vars": _variables(),
            "checks": {
                "type": ["object", "null"],
                "properties": checks,
                "additionalProperties": _setting(""),
            },
            "packages": texts(),
            "results_to": {
                **TEXT,
                "description": "schema.table that keeps every number, with run --write-results",
            },
            "salt": {**TEXT, "minLength": 16, "description": "what identifiers are hashed with"},
            "trust": maybe(mapping({"functions": texts(), "files": texts()})),
        }
    )


def _relations() -> dict[str, object]:
    names = known.read().relations
    return {name: _relation(name, names[name]) for name in MAPPABLE}


def _relation(name: str, relation: known.KnownRelation) -> Schema:
    columns = {}
    for column, entry in RELATIONS[name].items():
        what = relation.columns[column].what + (" (needed)" if entry.required else "")
        columns[column] = {**TEXT, "description": f"{what}; {entry.type}"}
    return mapping(
        {
            "from": {
                "type": "string",
                "description": "a table, a table function or a SELECT, in the warehouse's SQL",
            },
            "where": {**TEXT, "description": "which of its rows count"},
            "columns": maybe(mapping(columns)),
            "timezone": {"type": "string", "description": "of naive times, as Europe/Berlin"},
        },
        required=["from"],
        description=relation.what,
    )


def _setting(summary: str) -> Schema:
    return mapping(
        {
            "warn_if": _LIMITS,
            "error_if": _LIMITS,
            "enabled": SWITCH,
            "severity": {"enum": ["error", "warn"]},
            "tags": texts(),
            "on_empty": {"enum": list(_ON_EMPTY)},
            **_RULES,
        },
        description=summary,
    )


def _variables() -> Schema:
    shapes: Mapping[str, Schema] = {
        "duration": DURATION,
        "share": QUANTITY,
        "number": QUANTITY,
        "count": COUNT,
        "flag": SWITCH,
        "list": texts(),
    }
    found = {}
    for variable in load(locate.builtin_root(), optional=True).catalog.variables.values():
        shape = shapes.get(variable.kind, {})
        if variable.choices and variable.kind == "text":
            shape = {"enum": list(variable.choices)}
        options = [shape, {"type": "null"}]
        found[variable.name] = {"description": variable.summary, "anyOf": options}
    return {"type": ["object", "null"], "properties": found, "additionalProperties": True}


def _metric() -> Schema:
    entry = mapping(
        {
            "unit": {"enum": [unit.value for unit in Unit]},
            "summary": TEXT,
            "warn_if": LIMIT,
            "error_if": LIMIT,
            "unless": EXCUSE,
            "excuse": TEXT,
            "anomaly": _ANOMALY,
        }
    )
    return maybe(entry)


_EXPLAIN: Schema = mapping({"formula": TEXT, "misleads": TEXT, "sources": TEXT})


def _check() -> dict[str, object]:
    return mapping(
        {
            "name": TEXT,
            "summary": TEXT,
            "audit": TEXT,
            "sql": SQL,
            "rows": {**SQL, "description": "SQL; every row that comes back is a failure"},
            "dialect": {"type": "string", "description": "the SQL is native: it is not transpiled"},
            "segments": texts(),
            "metrics": map_of(_metric()),
            "warn_if": _LIMITS,
            "error_if": _LIMITS,
            "severity": {"enum": ["error", "warn"]},
            "tags": texts(),
            "enabled": SWITCH,
            "overrides": {"type": "string"},
            "pii": {"enum": ["hashed", "clear"]},
            "sentence": texts(),
            "rows_sentence": texts(),
            "next": TEXT,
            "explain": _EXPLAIN,
            "on_empty": {"enum": list(_ON_EMPTY)},
            "anomaly": _ANOMALY,
            "uses": {**TEXT, "description": "a parametrised check: not_null, unique, …"},
            "arguments": map_of({}),
            "where": TEXT,
            "config": map_of({}),
            **_RULES,
            **_INPUTS,
        }
    )


def check() -> Schema:
    """The schema of a file under `checks/`: a list under `checks:`, or one check."""
    single = _check()
    several = mapping(
        {
            "checks": {
                "type": "array",
                "items": {**single, "if": {"required": ["uses"]}, "else": {"required": ["name"]}},
            }
        },
        ["checks"],
    )
    return {"type": "object", "if": {"required": ["checks"]}, "then": several, "else": single}


def parametrised() -> Schema:
    """The schema of a file under `checks/parametrised/`."""
    argument = mapping(
        {
            "kind": {"enum": [kind.value for kind in Kind]},
            "required": SWITCH,
            "default": {},
            "summary": TEXT,
            "aliases": texts(),
        }
    )
    return mapping(
        {
            "summary": TEXT,
            "arguments": map_of(argument),
            "metrics": map_of(_metric()),
            "sentence": texts(),
            "next": TEXT,
            "explain": _EXPLAIN,
            "on_empty": {"enum": [*_ON_EMPTY, "judge"]},
            "overrides": {"type": "string"},
            "sql": SQL,
            "rows": SQL,
            **_INPUTS,
        }
    )


def model() -> Schema:
    """The schema of a file under `checks/models/`."""
    step = mapping({"table": TEXT, "sql": SQL, "changes": SQL}, ["table", "sql"])
    return mapping(
        {
            "summary": TEXT,
            "sql": SQL,
            "kind": {"enum": ["table", "fixpoint"]},
            "start": map_of(SQL),
            "step": {"type": "array", "items": step},
            "changes": SQL,
            "result": SQL,
            "max_rounds": QUANTITY,
            "materialize": {"enum": ["temp", "inline", "scratch"]},
            "overrides": {"type": "string"},
            **_INPUTS,
        }
    )


def _expectation(rows: Schema) -> Schema:
    return mapping(
        {
            "status": {"enum": [status.value for status in Status]},
            "reason": {"enum": [reason.value for reason in Reason]},
            "metrics": map_of({"anyOf": [QUANTITY, {"type": "null"}]}),
            "segments": rows,
            "rows": rows,
            "all_rows": SWITCH,
            "message": TEXT,
            "tolerance": QUANTITY,
        }
    )


def case() -> Schema:
    """The schema of a case file under `tests/`."""
    rows = {"type": "array", "items": {"type": "object", "additionalProperties": SCALAR}}
    table = mapping({"csv": {"type": "string"}, "file": TEXT, "sql": SQL, "rows": rows})
    fixture = {"anyOf": [rows, table, {"type": "null"}]}
    columns = [f"{relation}.{name}" for relation in RELATIONS for name in RELATIONS[relation]]
    expect = _expectation(rows)
    excuse = mapping({"from": TEXT, "to": TEXT, "why": TEXT, "times": COUNT}, ["from", "to", "why"])
    entry = mapping(
        {
            "summary": TEXT,
            "as_of": INSTANT,
            "window": DURATION,
            "history": DURATION,
            "vars": _variables(),
            "given": map_of(fixture, RELATIONS),
            "without": texts(columns),
            "expect": {**expect, "minProperties": 1},
        },
        ["expect"],
    )
    return mapping(
        {
            "check": TEXT,
            "as_of": INSTANT,
            "window": DURATION,
            "history": DURATION,
            "cases": map_of(entry),
            "mutants": {"type": "array", "items": excuse},
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
            "threads": {"anyOf": [COUNT, {"type": "string"}]},
            "schema": TEXT,
            "host": TEXT,
            "port": TEXT,
            "user": TEXT,
            "password": {**TEXT, "description": "as \"{{ env_var('NAME') }}\""},
            "dbname": TEXT,
        },
        "required": ["type"],
        "additionalProperties": True,
    }
    profile = {
        "type": "object",
        "properties": {"target": TEXT, "outputs": map_of(target)},
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
        "choices": texts(),
        "summary": TEXT,
    }
    macro = mapping({"summary": TEXT, "arguments": map_of(TEXT)}, ["summary"])
    lists: Mapping[str, Schema] = {
        "vars": map_of(mapping(variable, ["kind", "summary"])),
        "audits": map_of(mapping({"question": TEXT, "checks": texts(), "also": TEXT})),
        "macros": mapping({"macros": map_of(macro)}, ["macros"]),
    }
    return lists.get(name)


KINDS: Mapping[str, Callable[[], Schema]] = {
    "project": project,
    "check": check,
    "parametrised": parametrised,
    "model": model,
    "case": case,
    "profiles": profiles,
    "results": results,
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
