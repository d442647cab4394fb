"""A warehouse that builds no table twice: what is asked for again from equal inputs is still there.

The cases of a check differ in a row or two; most of what lies below the check is the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from recsql.model import Scalar, Target
from recsql.warehouses.base import Loading, Rows, Warehouse
from recsql.warehouses.duckdb import DuckDB, connect

_NAMES = re.compile(r"\brecsql_\w+")
_TAG = re.compile(r"/\* recsql .*? \*/ ")
"""The session's comment in front of a statement, which names the table that is made, too."""
_MOST = 600
"""How many tables are put away at most; a small one takes about 100 kB."""
_MOST_ROWS = 2000
"""Tables of so many rows are known by how they were made."""


@dataclass(frozen=True, slots=True)
class _Mentions:
    """The digest of a statement's text without the tag, and the tables that it may name, sorted."""

    text: str
    names: tuple[str, ...]


@lru_cache(maxsize=_MOST)
def _mentions(sql: str) -> _Mentions:
    untagged = _TAG.sub("", sql, count=1)
    digest = hashlib.sha256(untagged.encode()).hexdigest()
    return _Mentions(digest, tuple(sorted(set(_NAMES.findall(untagged)))))


class Renaming(Warehouse, Protocol):
    """A warehouse that can give a temp table another name."""

    def rename(self, table: str, name: str) -> None:
        """Call a temp table by another name, which is free."""
        ...


class Remembering:
    """A warehouse whose `recsql_` tables are known by their rows, or by how they were made.

    Nothing else may write to it: a statement is taken to give what it gave, as long as the tables
    whose names stand in it have the same rows; however these came about. Of other warehouses than
    DuckDB rows are not read for that. A table that was made before is brought to its place when a
    statement reads it that was not answered before.
    """

    def __init__(self, inner: Renaming) -> None:
        self.dialect = inner.dialect
        self._inner = inner
        self._now: dict[str, str] = {}
        self._placed: dict[str, str] = {}
        self._away: dict[tuple[str, str], str] = {}
        self._made: dict[tuple[str, str], str] = {}
        self._answers: dict[str, Rows] = {}
        self._count = 0

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        mentions = _mentions(sql)
        statement = self._digest(mentions)
        if statement not in self._answers:
            if len(self._answers) > 4 * _MOST:
                self._answers.clear()
            self._place(mentions.names)
            self._answers[statement] = self._inner.query(sql)
        return self._answers[statement]

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, unless they are there."""
        mentions = _mentions(sql)
        statement = self._digest(mentions)
        content = self._made.get((table, statement))
        if content is not None and self._is_known(table, content):
            return
        self._place(mentions.names)
        self._now.pop(table, None)
        if table in mentions.names:
            self._placed.pop(table, None)
        else:
            self._put_away(table)
        self._inner.materialize(table, sql)
        content = self._made[table, statement] = self._content(table, statement)
        self._now[table] = self._placed[table] = content

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, unless they are there."""
        content = hashlib.sha256(repr((dict(types), rows)).encode()).hexdigest()
        if self._is_known(table, content):
            return
        if not isinstance(self._inner, Loading):
            raise TypeError  # DuckDB evaluates fixtures itself
        self._now.pop(table, None)
        self._put_away(table)
        self._inner.load(table, types, rows)
        self._now[table] = self._placed[table] = content

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        if self._now.pop(table, None) is None and table not in self._placed:
            self._inner.drop(table)

    def cancel(self) -> None:
        """Stop the running query."""
        self._inner.cancel()

    def version(self) -> str:
        """The engine's name and version."""
        return self._inner.version()

    def close(self) -> None:
        """End the session."""
        self._inner.close()

    def _digest(self, mentions: _Mentions) -> str:
        """The digest of a statement and of the rows of the tables that it names."""
        named = [name for name in mentions.names if name in self._now]
        parts = [mentions.text, *(f"{name} {self._now[name]}" for name in named)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _content(self, table: str, statement: str) -> str:
        """The digest of a table's columns and rows; of a large one, of how it was made."""
        if not isinstance(self._inner, DuckDB):
            return statement
        found = self._inner.execute(f'select * from "{table}"', again=True)  # noqa: S608 - own
        rows = found.fetchmany(_MOST_ROWS)
        if len(rows) == _MOST_ROWS:
            return statement
        columns = [(str(column[0]), str(column[1])) for column in found.description or ()]
        return hashlib.sha256(repr((columns, rows)).encode()).hexdigest()

    def _is_known(self, table: str, content: str) -> bool:
        """Whether a table with these rows is there or was put away; then it is what is meant."""
        if self._placed.get(table) != content:
            name = self._away.pop((table, content), None)
            if name is None:
                return False
            self._away[table, content] = name  # now the newest
        self._now[table] = content
        return True

    def _place(self, tables: Iterable[str]) -> None:
        """Have each of those tables in its place with the rows that are meant, or not at all."""
        for table in tables:
            content = self._now.get(table)
            if content == self._placed.get(table):
                continue
            self._put_away(table)
            if content is not None:
                self._inner.rename(self._away.pop((table, content)), table)
                self._placed[table] = content

    def _put_away(self, table: str) -> None:
        content = self._placed.pop(table, None)
        if content is None:
            return
        if (table, content) in self._away:
            self._inner.drop(table)
            return
        if len(self._away) >= _MOST:
            # what is meant now is not forgotten
            oldest = next(key for key in self._away if self._now.get(key[0]) != key[1])
            self._inner.drop(self._away.pop(oldest))
        self._count += 1
        name = f"kept_{self._count}"
        self._inner.rename(table, name)
        self._away[table, content] = name


def open_memory(root: Path) -> Remembering:
    """A DuckDB in memory for small tables, on one thread; file names in SQL start at `root`."""
    return Remembering(connect(Target("local", "duckdb", {"threads": 1}), root))
