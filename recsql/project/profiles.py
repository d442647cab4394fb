"""`profiles.yml` in dbt's shape: which warehouse a target means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.errors import ConfigError, did_you_mean
from recsql.model import Scalar, Target
from recsql.project import document
from recsql.project.document import Node

_DBT_FILTERS = ("as_text", "as_number", "as_bool", "as_native")
"""dbt's type filters; a setting becomes a number where it is used."""

LOCAL = Target("local", "duckdb", {"type": "duckdb", "path": ":memory:"})
"""The target of a project that names no profile and has none: DuckDB in memory."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of all files, nearest file first, and where each came from."""

    entries: Mapping[str, Node]
    files: tuple[Path, ...]


def read(files: tuple[Path, ...]) -> Profiles:
    """All profiles of the given files; the first file that has a name wins."""
    entries: dict[str, Node] = {}
    for path in files:
        root = document.read(path, str(path), secret=True)
        found = root.value if isinstance(root.value, dict) else {}
        entries = {**{key: node for key, node in found.items() if key != "config"}, **entries}
    return Profiles(entries, files)


def choose(
    profiles: Profiles,
    profile: str,
    target: str | None,
    *,
    named: bool,
    environment: Mapping[str, str],
) -> Target:
    """The target of a profile; `named` says that somebody asked for this profile by name.

    Raises `ConfigError` for a profile, target or environment variable that is not there.
    """
    node = profiles.entries.get(profile)
    if node is None:
        if not named and target is None:
            return LOCAL
        shown = ", ".join(f"`{path}`" for path in profiles.files) or "any profiles.yml"
        hint = did_you_mean(profile, profiles.entries) or "write one as in profiles/duckdb.yml"
        raise ConfigError(f"no profile `{profile}` in {shown}", hint=hint)
    outputs = _mapping(_mapping(node, profile).get("outputs"), f"outputs of profile `{profile}`")
    default = _mapping(node, profile).get("target")
    usual = "default" if default is None else str(_rendered(default, environment))
    name = target or usual
    if name not in outputs:
        message = f"profile `{profile}` has no target `{name}`"
        raise node.error(message, did_you_mean(name, outputs))
    output = outputs[name]
    entries = _mapping(output, f"target `{name}`")
    settings = {key: _rendered(value, environment) for key, value in entries.items()}
    if "type" not in settings:
        raise output.error(f"target `{name}` has no `type:`", "type: duckdb, postgres, …")
    return Target(name, str(settings["type"]), settings)


def _filled(node: Node, environment: Mapping[str, str]) -> object:
    if isinstance(node.value, dict):
        return {key: _filled(value, environment) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_filled(value, environment) for value in node.value]
    return _rendered(node, environment)


def _mapping(node: Node | None, subject: str) -> Mapping[str, Node]:
    if node is not None and isinstance(node.value, dict):
        return node.value
    place = None if node is None else node.location
    raise ConfigError(f"{subject} must be a mapping", place)


def _rendered(node: Node, environment: Mapping[str, str]) -> Scalar:
    """A setting with its `{{ env_var('X', 'default') }}` filled in; a nested one becomes JSON."""
    if isinstance(node.value, dict | list):
        return json.dumps(_filled(node, environment), default=str)
    value = node.plain()
    if not isinstance(value, str):
        return value if isinstance(value, int | float | bool | None) else str(value)
    if "{{" not in value and "{%" not in value:
        return value
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415 - most profiles need no Jinja
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    def env_var(name: str, default: str | None = None) -> str:
        if name in environment:
            return environment[name]
        if default is None:
            hint = f"export {name}, or give a default: env_var('{name}', '…')"
            raise ConfigError(f"environment variable `{name}` is not set", node.location, hint)
        return default

    jinja = SandboxedEnvironment(undefined=StrictUndefined)
    jinja.filters.update(dict.fromkeys(_DBT_FILTERS, str))
    try:
        return jinja.from_string(value).render(env_var=env_var)
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError):
        # The cause's text may quote the value, and with it a secret: it is not repeated.
        hint = "recsql knows `{{ env_var('NAME', 'default') }}` here"
        raise ConfigError("this Jinja cannot be read", node.location, hint) from None
