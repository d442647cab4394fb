"""`--select` and `--exclude`: names, methods and wildcards; space unites, comma intersects."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recsql.errors import ConfigError, did_you_mean
from recsql.model import Catalog, Check, Problem

METHODS = ("name", "tag", "audit", "path", "relation", "status")


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected checks in the order of the audits, and the words that matched nothing."""

    names: tuple[str, ...]
    unmatched: tuple[Problem, ...] = ()


def select(
    catalog: Catalog,
    chosen: Iterable[str],
    excluded: Iterable[str],
    *,
    relations: Mapping[str, frozenset[str]],
    statuses: Mapping[str, str],
) -> Selection:
    """The checks that the words choose; without a word, all of them.

    `relations` tells which relations each check reads, `statuses` how it ended in the last run.
    Raises `ConfigError` for a method that does not exist.
    """
    known = {**dict.fromkeys(catalog.broken, None), **catalog.checks}

    unmatched: list[Problem] = []

    def union(specs: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for spec in _words(specs):
            parts = [_match(part, known, relations, statuses) for part in spec.split(",")]
            both = set.intersection(*parts)
            if not both:
                last = spec.rpartition(",")[2]
                method, colon, pattern = last.partition(":")
                offered = _offered(method if colon else "name", known, relations, statuses)
                hint = did_you_mean(pattern if colon else last, offered)
                message = f"`{spec}` selects no check"
                unmatched.append(Problem(f"selector `{spec}`", message, None, hint))
            found |= both
        return found

    words = _words(chosen)
    names = union(words) if words else set(known)
    names -= union(excluded)
    order = [name for audit in catalog.audits.values() for name in audit.checks]
    order += [name for name in known if name not in order]
    ordered = tuple(name for name in dict.fromkeys(order) if name in names)
    return Selection(ordered, tuple(unmatched))


def _words(specs: Iterable[str]) -> list[str]:
    return [word for spec in specs for word in spec.split()]


def _match(
    part: str,
    known: Mapping[str, Check | None],
    relations: Mapping[str, frozenset[str]],
    statuses: Mapping[str, str],
) -> set[str]:
    method, colon, pattern = part.partition(":")
    if not colon:
        method, pattern = "name", part
    if method not in METHODS:
        hint = did_you_mean(method, METHODS)
        raise ConfigError(f"unknown selection method `{method}:`", hint=hint)
    return {
        name
        for name, check in known.items()
        if any(
            fnmatch.fnmatchcase(value, pattern)
            for value in _values(method, name, check, relations, statuses)
        )
    }


def _offered(
    method: str,
    known: Mapping[str, Check | None],
    relations: Mapping[str, frozenset[str]],
    statuses: Mapping[str, str],
) -> set[str]:
    """Everything that a method could match."""
    found: set[str] = set()
    for name, check in known.items():
        found.update(_values(method, name, check, relations, statuses))
    return found


def _values(
    method: str,
    name: str,
    check: Check | None,
    relations: Mapping[str, frozenset[str]],
    statuses: Mapping[str, str],
) -> Iterable[str]:
    if method == "name":
        return (name,)
    if method == "status":
        return (statuses[name],) if name in statuses else ()
    if method == "relation":
        return relations.get(name, frozenset())
    return () if check is None else _traits(method, check)


def _traits(method: str, check: Check) -> Iterable[str]:
    if method == "tag":
        return check.tags
    if method == "audit":
        return (check.audit,)
    path = check.location.path
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return (path, check.sql.location.path, *folders)
