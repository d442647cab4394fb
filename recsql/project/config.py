"""`recsql.yml`: what is mapped, over which time, with which policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from recsql.errors import ConfigError, Location, did_you_mean
from recsql.model import Problem, Project, Relation, Scalar, Text, Trust
from recsql.project import document, locate
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.document import Node, Section, problem_of, text_of

_KEYS = (
    "name", "profile", "as_of", "window", "history", "relations", "identifiers", "vars", "checks",
    "packages", "results_to", "salt", "trust",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_DAY = 86400.0
_SALT = "RECSQL_SALT"
_SHORTEST_SALT = 16
_GUESSED = f"`{{}}` has fewer than {_SHORTEST_SALT} characters: it can be guessed"
_MAKE_SALT = "`openssl rand -hex 16` makes one"
_LONGEST = 365_250 * _DAY
_DEFAULT_IDENTIFIERS: Mapping[str, tuple[bool, int]] = {"user_id": (True, 50)}
_WEAK_MAX_KEYS = 5
_BLOCKED = (
    "", "0", "anonymous", "undefined", "null", "none", "nan", "unknown", "test", "guest",
    "00000000-0000-0000-0000-000000000000",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Config:
    """A project, and the parts of its file that other modules read further."""

    project: Project
    profile_named: bool = False
    checks: Mapping[str, Node] = field(default_factory=dict)
    variables: Mapping[str, Node] = field(default_factory=dict)
    packages: tuple[Path, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def read(project_dir: Path) -> Config:
    """The project in a folder; single mistakes are in `problems`.

    Raises `ConfigError` when there is no file, or no YAML in it.
    """
    path = locate.project_file(project_dir)
    return parse(document.read(path, path.name), project_dir)


def parse(root: Node, project_dir: Path) -> Config:
    """A project from its YAML root."""
    problems: list[Problem] = []
    section = Section(root, "recsql.yml", problems, _KEYS)
    name = section.text("name", project_dir.resolve().name)
    trust = _trust(section)
    relations = {}
    for key, node in section.children("relations").items():
        if key in MAPPABLE:
            found = _relation(key, node, problems)
            relations[key] = replace(found, functions=trust.functions)
        else:
            error = node.error(f"unknown relation `{key}`", did_you_mean(key, MAPPABLE))
            problems.append(problem_of(error, f"relation `{key}`"))
    project = Project(
        root=project_dir.resolve(),
        name=name,
        profile=section.text("profile", name),
        as_of=_as_of(section),
        window_s=_span(section, "window", 28 * _DAY),
        history_s=_span(section, "history", 56 * _DAY),
        relations={**relations, **identifier_relations(section)},
        results_to=_place(section, "results_to"),
        salt=_salt(section),
        trust=trust,
    )
    return Config(
        project=project,
        profile_named="profile" in section,
        checks=section.children("checks"),
        variables=section.children("vars"),
        packages=_packages(section, project_dir),
        problems=problems,
    )


def _span(section: Section, key: str, default: float) -> float:
    """A duration that leads back to an instant that a calendar has."""
    seconds = section.duration(key, default)
    if seconds <= _LONGEST:
        return seconds
    text = section.text(key)
    section.report(section.entries[key].error(f"`{key}: {text}` is longer than 1000 years"))
    return default


def _place(section: Section, key: str) -> tuple[str, ...]:
    """A table's name in parts, after its schema."""
    text = section.text(key)
    parts = tuple(text.split("."))
    if not text or (len(parts) in (2, 3) and all(_NAME.fullmatch(part) for part in parts)):
        return parts if text else ()
    hint = "write schema.table"
    section.report(
        section.entries[key].error(f"`{key}: {text}` is not a table with its schema", hint)
    )
    return ()


def _salt(section: Section) -> str:
    """What identifiers are hashed with, which nobody should be able to guess."""
    text = section.text("salt")
    if text and len(text) < _SHORTEST_SALT:
        section.report(section.entries["salt"].error(_GUESSED.format("salt"), _MAKE_SALT))
    return text


def salt_in(environment: Mapping[str, str]) -> str:
    """The salt of `RECSQL_SALT`, which beats the file's; raises `ConfigError` where it is short."""
    text = environment.get(_SALT, "")
    if text and len(text) < _SHORTEST_SALT:
        raise ConfigError(_GUESSED.format(_SALT), hint=_MAKE_SALT)
    return text


def _packages(section: Section, project_dir: Path) -> tuple[Path, ...]:
    """The folders that `packages:` names, where they are; a problem for each that is not there."""
    found = []
    for text in section.texts("packages"):
        path = project_dir / text
        if path.is_dir():
            found.append(path.resolve())
        else:
            section.report(section.entries["packages"].error(f"no package folder `{text}`"))
    return tuple(found)


def _trust(section: Section) -> Trust:
    """What the project vouches for; names of functions are compared in lower case."""
    node = section.entries.get("trust")
    if node is None:
        return Trust()
    entry = Section(node, "`trust`", section.problems, ("functions", "files"))
    functions = frozenset(name.lower() for name in entry.texts("functions"))
    return Trust(functions, tuple(entry.texts("files")))


def parse_instant(text: str) -> datetime:
    """An ISO instant in UTC; a naive one is taken as UTC. Raises `ValueError`."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _as_of(section: Section) -> str:
    text = section.text("as_of", "now")
    if text in ("now", "latest"):
        return text
    try:
        return parse_instant(text).isoformat()
    except ValueError:
        hint = "write now, latest, or an instant such as 2026-03-03T12:00:00Z"
        section.report(section.entries["as_of"].error(f"`as_of: {text}` is not an instant", hint))
        return "now"


def _relation(name: str, node: Node, problems: list[Problem]) -> Relation:
    subject = f"relation `{name}`"
    section = Section(node, subject, problems, ("from", "where", "columns", "timezone"))
    source = section.sql("from")
    if source is None and isinstance(node.value, dict):
        error = node.error(
            f"{subject} has no `from:`", "name a table, a table function or a SELECT"
        )
        problems.append(problem_of(error, subject))
    return Relation(
        name=name,
        source=source,
        columns=_columns(name, section, problems),
        where=section.sql("where"),
        timezone=section.text("timezone") or None,
    )


def _columns(name: str, section: Section, problems: list[Problem]) -> dict[str, Text]:
    found = {}
    for column, node in section.children("columns").items():
        subject = f"relation `{name}`"
        if column not in RELATIONS[name]:
            hint = did_you_mean(column, RELATIONS[name])
            error = node.error(f"unknown column `{column}` in {subject}", hint)
            problems.append(problem_of(error, subject))
        elif isinstance(node.value, dict | list) or node.value is None:
            error = node.error(f"column `{column}` of {subject} needs an expression")
            problems.append(problem_of(error, subject))
        else:
            found[column] = text_of(node, str(node.value))
    return found


def identifier_relations(section: Section) -> dict[str, Relation]:
    """The relations `identifiers` and `blocked_values` that `identifiers:` describes."""
    rules = dict(_DEFAULT_IDENTIFIERS)
    blocked: list[tuple[Scalar, ...]] = [(None, value) for value in _BLOCKED]
    for id_type, node in section.children("identifiers").items():
        subject = f"identifier `{id_type}`"
        rule = Section(node, subject, section.problems, ("unique", "max_keys", "blocked_values"))
        unique, limit = rules.get(id_type, (False, _WEAK_MAX_KEYS))
        rules[id_type] = (rule.boolean("unique", unique), int(rule.number("max_keys", limit)))
        blocked += [(id_type, value) for value in rule.texts("blocked_values")]
    rows: tuple[tuple[Scalar, ...], ...] = tuple(
        (id_type, unique, limit) for id_type, (unique, limit) in rules.items()
    )
    return {
        "identifiers": Relation("identifiers", None, rows=rows),
        "blocked_values": Relation("blocked_values", None, rows=tuple(blocked)),
    }


def supplied_defaults() -> dict[str, Relation]:
    """The identifier relations of a project that declares none."""
    nothing = Node({}, Location("recsql.yml"))
    return identifier_relations(Section(nothing, "recsql.yml", [], ()))


def require_project_dir(path: Path) -> Path:
    """The folder, or a `ConfigError` when it is none."""
    if path.is_dir():
        return path
    raise ConfigError(f"no folder `{path}`", hint="give the project's folder with --project-dir")
