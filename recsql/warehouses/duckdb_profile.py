"""What a dbt profile asks of DuckDB beyond its path, as the statements that prepare a database.

dbt-duckdb's fields, with two differences: a database is attached read-only whatever the profile
says, and an extension is loaded, never downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.errors import ConfigError
from recsql.model import Setting, Target
from recsql.warehouses.settings import leaves

MEMORY = ":memory:"

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LOCAL = {"", "duckdb", "sqlite"}
"""Types of attached databases that are files, where their path is not an address."""
_ADDRESS = re.compile(r"(?i)(md|motherduck|ducklake|postgres|postgresql|mysql|iceberg):|\w+://")
_OURS = {"access_mode", "lock_configuration"}
"""What a profile does not decide: recsql only reads, and has settings of its own."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """One statement, what it is called in a message, and the texts that no message may show."""

    sql: str
    shown: str
    hidden: tuple[str, ...] = ()
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The fields of a target of `type: duckdb`, read once; see `profile_of`."""

    path: str
    schema: str | None
    options: Mapping[str, str]
    """What is given when the database is opened (`config_options`)."""
    settings: Mapping[str, str]
    """What is set in each session."""
    preparations: tuple[Preparation, ...]
    """Extensions, secrets and attached databases, in this order."""
    is_remote: bool
    """Whether something lies on another machine, so that the session cannot be confined."""


def profile_of(target: Target, root: Path) -> Profile:
    """A target's fields, with paths from `root`; raises `ConfigError` where one is misshapen."""
    path = str(target.settings.get("path") or MEMORY)
    schema = target.settings.get("schema")
    extensions, secrets, attached = (_list(target, x) for x in ("extensions", "secrets", "attach"))
    return Profile(
        path=path,
        schema=None if schema is None else str(schema),
        options=dict(_texts(target, "config_options")),
        settings=dict(_texts(target, "settings")),
        preparations=(
            *(_loaded(found) for found in extensions),
            *(_secret(number, found) for number, found in enumerate(secrets, 1)),
            *(_attached(number, found, root) for number, found in enumerate(attached, 1)),
        ),
        is_remote=is_address(path) or bool(secrets) or any(map(_is_elsewhere, attached)),
    )


def is_address(path: str) -> bool:
    """Whether a path names another machine, or a service: `md:shop`, `s3://lake/shop.duckdb`."""
    return _ADDRESS.match(path) is not None


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: object) -> str:
    """A name as SQL."""
    return '"' + str(name).replace('"', '""') + '"'


def _loaded(found: Setting) -> Preparation:
    """`httpfs`, or `{name: h3, repo: community}`."""
    given = found.get("name") if isinstance(found, Mapping) else found
    name = _name(given, "extensions")
    source = found.get("repo") if isinstance(found, Mapping) else None
    install = f"INSTALL {name}" + (f" FROM {source}" if source else "")
    hint = f"recsql downloads nothing: run `{install}` in DuckDB once"
    return Preparation(f"load {name}", f"extension `{name}`", hint=hint)


def _secret(number: int, found: Setting) -> Preparation:
    """`{type: s3, key_id: …, secret: …, scope: …}`: for this session only."""
    if not isinstance(found, Mapping) or not found.get("type"):
        raise _misshapen("secrets", "a list of mappings, each with `type`")
    name = _name(found.get("name") or f"recsql_{number}", "secrets")
    given = [(key, value) for key, value in found.items() if key not in ("name", "persistent")]
    parts = [f"{_name(key, 'secrets')} {_value(value)}" for key, value in given if value]
    hidden = tuple(text for key, value in given if key != "type" for text in leaves(value))
    sql = f"create or replace temporary secret {quoted(name)} ({', '.join(parts)})"
    return Preparation(sql, f"secret `{name}`", hidden)


def _attached(number: int, found: Setting, root: Path) -> Preparation:
    """`{path: other.duckdb, alias: other, type: duckdb}`: read-only, whatever it asks for."""
    if not isinstance(found, Mapping) or not isinstance(found.get("path"), str):
        raise _misshapen("attach", "a list of mappings, each with `path`")
    path, alias, kind = str(found["path"]), found.get("alias"), found.get("type")
    if found.get("is_ducklake") and not path.startswith("ducklake:"):
        path = f"ducklake:{path}"
    elsewhere = _is_elsewhere(found)
    path = path if elsewhere else str(root / path)
    options = ["read_only"] if kind is None else [f"type {_name(kind, 'attach')}", "read_only"]
    more = found.get("options") or {}
    if not isinstance(more, Mapping):
        raise _misshapen("attach", "a list of mappings; `options` of one is a mapping")
    options += [f"{_name(key, 'attach')} {_value(value)}" for key, value in more.items()]
    place = f" as {quoted(_name(alias, 'attach'))}" if alias else ""
    sql = f"attach {literal(path)}{place} ({', '.join(options)})"
    hidden = (*leaves(more), *((path,) if elsewhere else ()))
    return Preparation(sql, f"database `{alias or number}` of `attach`", hidden)


def _is_elsewhere(found: Setting) -> bool:
    """Whether an attached database is more than a file of this machine."""
    if not isinstance(found, Mapping):
        return False
    kind = str(found.get("type") or "").lower()
    return kind not in _LOCAL or bool(found.get("is_ducklake")) or is_address(str(found["path"]))


def _list(target: Target, field: str) -> tuple[Setting, ...]:
    found = target.settings.get(field)
    if found is None:
        return ()
    if not isinstance(found, tuple):
        raise _misshapen(field, "a list")
    return found


def _texts(target: Target, field: str) -> Iterator[tuple[str, str]]:
    """The settings of one field, each value as text."""
    found = target.settings.get(field) or {}
    if not isinstance(found, Mapping):
        raise _misshapen(field, "a mapping")
    for name, value in found.items():
        if isinstance(value, Mapping | tuple):
            raise _misshapen(field, f"a mapping; `{name}` in it has one value")
        if _name(name, field) not in _OURS:
            yield name, _text(value)


def _text(value: Setting) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(value: Setting) -> str:
    """A secret's or an attached database's option as SQL."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(k)}: {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return literal(_text(value))


def _name(given: Setting, field: str) -> str:
    if isinstance(given, str) and _NAME.fullmatch(given):
        return given
    raise ConfigError(f"`{field}` of the target has a name that is none of DuckDB's")


def _misshapen(field: str, shape: str) -> ConfigError:
    return ConfigError(f"`{field}` of the target must be {shape}", hint="as in profiles/duckdb.yml")
