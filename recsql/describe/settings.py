"""Where the value of every setting comes from: flag, environment, file and line, or default.

Of a target only what is known to be no secret is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.api import Request
from recsql.errors import Location
from recsql.model import Target
from recsql.project import document, locate, profiles
from recsql.project.document import Node
from recsql.project.load import Loaded

_DEFAULTS = {"as_of": "now", "window": "28d", "history": "56d"}
_OPEN = {
    "type", "path", "threads", "schema", "host", "port", "user", "dbname", "database", "sslmode",
    "role", "search_path", "statement_timeout", "connect_timeout", "keepalives_idle",
    "application_name", "account", "warehouse", "project", "dataset", "location", "catalog",
    "method",
}  # fmt: skip
"""Settings of a target that are shown; all others may be secrets."""

_ENVIRONMENT = re.compile(r"env_var\(\s*['\"](\w+)['\"]")
_HIDDEN = "***"
_USERINFO = re.compile(r"//[^/@\s]*@")
_TELLING = re.compile(r"(?i)passw|token|secret|api_?key|credential")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting, its value as text, and where the value comes from."""

    name: str
    value: str
    source: str


def settings(
    request: Request, loaded: Loaded, target: Target, files: tuple[Path, ...], given: Given
) -> Iterator[Setting]:
    """Every setting of a run, as it was resolved."""
    root = loaded.project.root
    entries = _entries(document.read(locate.project_file(root), "recsql.yml"))
    yield Setting("project_dir", str(root), given.get("project_dir", "default"))
    name = request.profile or loaded.project.profile
    source = given.get("profile", "default: the project's name")
    if "profile" in entries and "profile" not in given:
        source = _place(entries["profile"].location)
    yield Setting("profile", name, source)
    yield from _target(target, _entries(profiles.read(files).entries.get(name)), given)
    for name, default in _DEFAULTS.items():
        if name in given and name == "as_of":
            yield Setting(name, str(request.as_of), given[name])
        elif name in entries:
            yield Setting(name, _text(entries[name].plain()), _place(entries[name].location))
        else:
            yield Setting(name, default, "default")
    yield from _variables(request, entries, given)


Given = Mapping[str, str]
"""The flags that were given, by parameter, and how: `--target` or `RECSQL_TARGET`."""


def _target(target: Target, profile: Mapping[str, Node], given: Given) -> Iterator[Setting]:
    source = given.get("target")
    if source is None:
        source = _place(profile["target"].location) if "target" in profile else "default"
    yield Setting("target", target.name, source)
    nodes = _entries(_entries(profile.get("outputs")).get(target.name))
    for key, value in target.settings.items():
        node = nodes.get(key)
        place = "built in" if node is None else _place(node.location)
        raw = "" if node is None else str(node.plain())
        names = _ENVIRONMENT.findall(raw)
        told = "".join(f", environment {variable}" for variable in names)
        yield Setting(f"target.{key}", _shown(key, value, names), place + told)


def _variables(request: Request, entries: Mapping[str, Node], given: Given) -> Iterator[Setting]:
    overriding = _entries(document.parse(request.variables or "", "--vars"))
    for key, node in _entries(entries.get("vars")).items():
        if key not in overriding:
            yield Setting(f"vars.{key}", _text(node.plain()), _place(node.location))
    for key, node in overriding.items():
        yield Setting(f"vars.{key}", _text(node.plain()), given.get("variables", "--vars"))
    for key, node in _entries(entries.get("checks")).items():
        yield Setting(f"checks.{key}", _text(node.plain()), _place(node.location))


def _shown(key: str, value: object, names: list[str]) -> str:
    """A target's setting as text without any secret."""
    if (
        key not in _OPEN
        or isinstance(value, Mapping | tuple)
        or any(name.startswith("DBT_ENV_SECRET") for name in names)
    ):
        return _HIDDEN
    text = _USERINFO.sub(f"//{_HIDDEN}@", str(value).partition("?")[0])
    return _HIDDEN if _TELLING.search(text) and key != "schema" else text


def _entries(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _text(value: object) -> str:
    """A YAML value on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value)) or "none"
    if value is None:
        return "unset"
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def _place(location: Location) -> str:
    return f"{location.path}:{location.line}"
