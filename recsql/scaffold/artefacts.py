"""The JSON Schema of what a run leaves for programs: `run_results.json`.

Unlike the schemas of files that people write, it allows keys that it does not know: a newer minor
version may have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from recsql.model import Reason, Status, Unit
from recsql.report.as_json import SCHEMA
from recsql.scaffold.shapes import Schema

COMPATIBLE = (
    f"`{SCHEMA}` promises: a key that is here stays, with its meaning, its unit and its type. New "
    "keys may come, and new words for `unit` and `reason`, under the same name or a minor version "
    f"such as `{SCHEMA}.1`: pass over what you do not know. Whatever breaks this is called "
    f"recsql.results/2, which a recsql that knows `{SCHEMA}` refuses. recsql reads what it wrote "
    "itself and what any earlier one of its major version wrote."
)
"""The rule by which the document changes."""

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
_NUMBER: Schema = {"type": ["number", "null"], "description": "null: not measured, or not finite"}
_COUNT: Schema = {"type": "integer"}
_WHOLE_OR_NONE: Schema = {"type": ["integer", "null"]}
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_INSTANT: Schema = {"type": "string", "description": "ISO 8601, UTC"}
_EXIT: Schema = {"type": "integer", "description": "0 1 2 3 5 130, as `recsql run` ends"}


def _object(properties: Mapping[str, Schema], description: str = "") -> Schema:
    """An object that has all of these keys, and perhaps others."""
    told = {"description": description} if description else {}
    return {"type": "object", "properties": properties, "required": [*properties], **told}


def _list(items: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"type": "array", "items": items, **told}


def _words(kind: type[Enum], description: str = "") -> Schema:
    """Any text: a reader of this version knows these, a newer one may say others."""
    known = ", ".join(str(word.value) for word in kind)
    return {"type": "string", "description": f"{description}known: {known}"}


_STATUS: Schema = {"enum": [status.value for status in Status]}
_REASON: Schema = {**_words(Reason, "why it is unknown or skipped; "), "type": ["string", "null"]}


def results() -> Schema:
    """The schema of `run_results.json`."""
    summary = _object({status.value: _COUNT for status in Status}, "checks by status")
    return {
        **_object({
            "schema": {"type": "string", "pattern": rf"^{SCHEMA}(\.\d+)*$"},
            "run": _run(),
            "summary": summary,
            "audits": _list(_audit()),
            "checks": _list(_check(), "in the order of the run"),
            "pipeline": _object({"stages": _list(_stage()), "hops": _list(_hop())}),
            "problems": _list(_problem(), "what was set aside before a check could meet it"),
        }),
        "description": COMPATIBLE,
    }  # fmt: skip


def _run() -> Schema:
    return _object({
        "id": _TEXT, "recsql_version": _TEXT, "project": _TEXT, "target": _TEXT, "dialect": _TEXT,
        "as_of": _INSTANT,
        "window_s": {"type": "number", "description": "judged: [as_of - window_s, as_of)"},
        "started_at": _INSTANT, "elapsed_s": {"type": "number"}, "exit_code": _EXIT,
        "sample": {**_NUMBER, "description": "share of persons, by hash; null: everybody"},
        "queries": _COUNT, "bytes_scanned": _WHOLE_OR_NONE,
    })  # fmt: skip


def _audit() -> Schema:
    return _object(
        {"name": _TEXT, "question": _TEXT, "status": _STATUS, "sentence": _TEXT, "next": _TEXT}
    )


def _check() -> Schema:
    rows = _object(
        {"columns": _list(_TEXT), "sample": _list(_list(_SCALAR)), "count": _COUNT},
        "the worst rows, identifiers hashed; `count` is how many there are",
    )
    return _object({
        "name": _TEXT, "audit": _TEXT, "status": _STATUS, "reason": _REASON, "sentence": _TEXT,
        "next": _TEXT, "elapsed_s": {"type": "number"}, "compiled_path": _TEXT_OR_NONE,
        "sql_sha256": _TEXT_OR_NONE, "metrics": _list(_metric(), "the total first"), "rows": rows,
        "notes": _list(_TEXT), "error": {"anyOf": [_problem(), {"type": "null"}]},
        "overrides": _TEXT_OR_NONE,
    })  # fmt: skip


def _metric() -> Schema:
    return _object({
        "name": _TEXT,
        "segment": {"type": "object", "additionalProperties": _SCALAR,
                    "description": "{} is the total"},
        "value": _NUMBER,
        "low": {**_NUMBER, "description": "the 95 % interval's lower end"},
        "high": {**_NUMBER, "description": "its upper end"},
        "n": {**_NUMBER, "description": "the denominator"},
        "unit": _words(Unit, "of value, low, high and limit; shares lie in 0..1; "),
        "warn_if": _TEXT_OR_NONE, "error_if": _TEXT_OR_NONE,
        "limit": {**_NUMBER, "description": "what the verdict was made against, as a number"},
        "status": _STATUS, "reason": _REASON, "note": _TEXT_OR_NONE,
        "sequential": {"type": "boolean", "description": "whether it holds at every look"},
    })  # fmt: skip


def _stage() -> Schema:
    rows = {**_NUMBER, "description": "of the window; null where nobody counted them"}
    return _object({"name": _TEXT, "rows": rows})


def _hop() -> Schema:
    numbers = ("p50_s", "p90_s", "mean_s", "n", "matched_share", "negative_share")
    since = {
        "limit_s": {**_NUMBER, "description": "how long it may take"},
        "over_limit_share": {**_NUMBER, "description": "the share that took longer"},
        "status": _STATUS,
    }
    return _object({"name": _TEXT, **dict.fromkeys(numbers, _NUMBER), **since})


def _problem() -> Schema:
    return _object({
        "subject": _TEXT, "message": _TEXT, "file": _TEXT_OR_NONE, "line": _WHOLE_OR_NONE,
        "column": _WHOLE_OR_NONE, "source": _TEXT_OR_NONE, "hint": _TEXT_OR_NONE,
        "exit_code": _EXIT,
    })  # fmt: skip
