"""Compiled statements kept by the digest of all they were made from, so that none is made twice.

What is kept has passed the read-only guard. A digest covers the template after Jinja, the
mapping, the columns that were found, the dialect, and the versions of recsql and its libraries:
nothing has to be invalidated. Where all is kept, neither Jinja nor sqlglot is imported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from recsql import __version__
from recsql.compile.sources import Sources
from recsql.files import write_whole
from recsql.model import Relation

_FORMAT = "recsql.plan/1"
_LIBRARIES = ("sqlglot", "jinja2")
_MOST = 5000
"""So many statements at most are kept of the runs before, where these are kept at all."""


class Kept:
    """Digest → SQL; from a file that may be missing, and only in memory without one.

    What a run did not use is dropped at its end, unless the file is `growing`: then a run is known
    to use a part only.
    """

    def __init__(self, path: Path | None = None, *, growing: bool = False) -> None:
        self._path = path
        self._growing = growing
        self._known = {} if path is None else _read(path)
        self._used: dict[str, str] = {}
        self._before: dict[str, str] = {}

    def get(self, digest: str) -> str | None:
        """The statement, if it was compiled before."""
        found = self._used.get(digest) or self._known.get(digest) or self._before.get(digest)
        if found is not None:
            self._used[digest] = found
        return found

    def put(self, digest: str, sql: str) -> None:
        """Keep a statement."""
        self._used[digest] = sql

    def turn_to(self, path: Path | None) -> None:
        """Save, and go on with another file; what is known stays so."""
        if path == self._path:
            return
        self.save()
        self._before.update(self._used)
        self._path, self._known, self._used = path, {} if path is None else _read(path), {}

    def save(self) -> None:
        """Write what this run used, whole or not at all; a folder that allows no file has none."""
        used = self._used
        if self._growing and len(self._known) < _MOST:
            used = {**self._known, **used}
        if self._path is None or used == self._known:
            return
        if self._growing and len(used) < _MOST:  # another process may have kept others
            used = {**_read(self._path), **used}
        text = json.dumps({"format": _FORMAT, "statements": used}, indent=0)
        with suppress(OSError):
            write_whole(self._path, text)
            self._known = used


def digest(*parts: object) -> str:
    """The digest of some values, whose `repr` says all about them."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def digest_of(sources: Sources) -> str:
    """The digest of the code that compiles, and of the dialect it compiles for."""
    return digest(digest_of_code(sources.dialect), sorted(sources.functions))


def digest_of_code(dialect: str) -> str:
    """The digest of the code that compiles for a dialect."""
    return digest(__version__, _code(), dialect)


def digest_of_relation(name: str, sources: Sources) -> str:
    """The digest of what a relation's placeholder may become."""
    relation, columns = sources.relations.get(name), sources.columns.get(name)
    return digest(
        name in sources.broken,
        None if columns is None else sorted(columns),
        None if relation is None else content_of(relation),
    )


def digest_of_model(name: str, sources: Sources) -> str:
    """The digest of what a model's placeholder may become."""
    fixture = sources.fixtures.get(name)
    return digest(sources.models.get(name), None if fixture is None else content_of(fixture))


def content_of(relation: Relation) -> object:
    """All of a relation that its SQL depends on."""
    columns: Mapping[str, object] = {name: text.text for name, text in relation.columns.items()}
    return (
        relation.name,
        None if relation.source is None else relation.source.text,
        list(columns.items()),
        None if relation.where is None else relation.where.text,
        relation.timezone,
        relation.rows,
        sorted(relation.functions),
    )


@cache
def _code() -> tuple[object, ...]:
    """The libraries' versions, and the state of this package's own files: a developer's change is
    another version."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    states = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    return (*map(_version, _LIBRARIES), *states)


def _version(library: str) -> str:
    """A library's version by the name of the folder that its installer wrote, read without it."""
    spec = find_spec(library)
    if spec is not None and spec.origin is not None:
        place = Path(spec.origin).parents[1]
        names = [path.name for path in place.iterdir()]
        found = [name for name in names if name.lower().startswith(f"{library}-")]
        if len(found) == 1:
            return found[0]
    from importlib.metadata import version  # noqa: PLC0415 - slow, and rarely needed

    return version(library)


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
