"""Compiled statements kept by the digest of all they were made from, so that none is made twice.

What is kept has passed the read-only guard. A digest covers the template after Jinja, the
mapping, the columns that were found, the dialect, and the versions of recsql and sqlglot: nothing
has to be invalidated, and what a run did not use is dropped at its end.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from recsql import __version__
from recsql.compile import dialects
from recsql.compile.relations import Sources
from recsql.model import Relation

_FORMAT = "recsql.plan/1"


class Kept:
    """Digest → SQL; from a file that may be missing, and only in memory without one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = {} if path is None else _read(path)
        self._used: dict[str, str] = {}

    def get(self, digest: str) -> str | None:
        """The statement, if it was compiled before."""
        found = self._used.get(digest) or self._known.get(digest)
        if found is not None:
            self._used[digest] = found
        return found

    def put(self, digest: str, sql: str) -> None:
        """Keep a statement."""
        self._used[digest] = sql

    def save(self) -> None:
        """Write what this run used, whole or not at all; a folder that allows no file has none."""
        if self._path is None or self._used == self._known:
            return
        text = json.dumps({"format": _FORMAT, "statements": self._used}, indent=0)
        partial = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, encoding="utf-8")
            partial.replace(self._path)


def digest(*parts: object) -> str:
    """The digest of some values, whose `repr` says all about them."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def digest_of(sources: Sources) -> str:
    """The digest of the code that compiles, and of the dialect it compiles for."""
    return digest(
        __version__, dialects.VERSION, _code(), sources.dialect, sorted(sources.functions)
    )


def digest_of_relation(name: str, sources: Sources) -> str:
    """The digest of what a relation's placeholder may become."""
    relation, columns = sources.relations.get(name), sources.columns.get(name)
    return digest(
        name in sources.broken,
        None if columns is None else sorted(columns),
        None if relation is None else _content(relation),
    )


def digest_of_model(name: str, sources: Sources) -> str:
    """The digest of what a model's placeholder may become."""
    fixture = sources.fixtures.get(name)
    return digest(sources.models.get(name), None if fixture is None else _content(fixture))


def _content(relation: Relation) -> object:
    columns: Mapping[str, object] = {name: text.text for name, text in relation.columns.items()}
    return (
        relation.name,
        None if relation.source is None else relation.source.text,
        list(columns.items()),
        None if relation.where is None else relation.where.text,
        relation.timezone,
        relation.rows,
    )


@cache
def _code() -> tuple[tuple[str, int, int], ...]:
    """The state of this package's own files: a developer's change is another version."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


def _read(path: Path) -> dict[str, str]:
    """What an earlier run kept; a file that cannot be read is as good as none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        return {}
    statements = found.get("statements")
    if not isinstance(statements, dict):
        return {}
    return {str(key): sql for key, sql in statements.items() if isinstance(sql, str)}
