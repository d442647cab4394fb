"""A warehouse that builds no table twice: what was made from the same inputs is still there.

The cases of a check differ in a row or two; most of what lies below the check is the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from recsql.model import Scalar, Target
from recsql.warehouses.base import Loading, Rows, Warehouse
from recsql.warehouses.duckdb import connect

_NAMES = re.compile(r"\brecsql_\w+")
_MOST = 600
"""How many tables are put away at most; a small one takes about 100 kB."""


class Renaming(Warehouse, Protocol):
    """A warehouse that can give a temp table another name."""

    def rename(self, table: str, name: str) -> None:
        """Call a temp table by another name, which is free."""
        ...


class Remembering:
    """A warehouse whose `recsql_` tables are known by what they were made from.

    Nothing else may write to it: a statement is taken to give what it gave, as long as the tables
    whose names stand in it are the same.
    """

    def __init__(self, inner: Renaming) -> None:
        self.dialect = inner.dialect
        self._inner = inner
        self._now: dict[str, str] = {}
        self._away: dict[tuple[str, str], str] = {}
        self._answers: dict[str, Rows] = {}
        self._count = 0

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        content = self._content(sql)
        if content not in self._answers:
            if len(self._answers) > 4 * _MOST:
                self._answers.clear()
            self._answers[content] = self._inner.query(sql)
        return self._answers[content]

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, unless they are there."""
        content = self._content(sql)
        if self._there(table, content, replaced=table not in _NAMES.findall(sql)):
            return
        self._now.pop(table, None)
        self._inner.materialize(table, sql)
        self._now[table] = content

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, unless they are there."""
        content = hashlib.sha256(repr((dict(types), rows)).encode()).hexdigest()
        if self._there(table, content, replaced=True):
            return
        if not isinstance(self._inner, Loading):
            raise TypeError  # DuckDB evaluates fixtures itself
        self._inner.load(table, types, rows)
        self._now[table] = content

    def _there(self, table: str, content: str, *, replaced: bool) -> bool:
        """Whether a table is as asked for; what it was is put away if it is to be replaced."""
        if self._now.get(table) == content:
            return True
        if not replaced:
            return False
        self._put_away(table)
        kept = self._away.pop((table, content), None)
        if kept is None:
            return False
        self._inner.rename(kept, table)
        self._now[table] = content
        return True

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        self._put_away(table)
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

    def _content(self, sql: str) -> str:
        """The digest of a statement and of what the tables that it names were made from."""
        named = sorted({name for name in _NAMES.findall(sql) if name in self._now})
        parts = [sql, *(f"{name} {self._now[name]}" for name in named)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _put_away(self, table: str) -> None:
        content = self._now.pop(table, None)
        if content is None:
            return
        if len(self._away) >= _MOST:
            oldest = next(iter(self._away))
            self._inner.drop(self._away.pop(oldest))
        self._count += 1
        name = f"kept_{self._count}"
        self._inner.rename(table, name)
        self._away[table, content] = name


def open_memory(root: Path) -> Remembering:
    """A DuckDB in memory for small tables, on one thread; file names in SQL start at `root`."""
    return Remembering(connect(Target("local", "duckdb", {"threads": 1}), root))
