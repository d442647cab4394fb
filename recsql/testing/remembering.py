"""A warehouse that builds no table twice: what is asked for again from equal inputs is still there.

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
from recsql.warehouses.duckdb import DuckDB, connect

_NAMES = re.compile(r"\brecsql_\w+")
_TAG = re.compile(r"/\* recsql .*? \*/ ")
"""The session's comment in front of a statement, which names the table that is made, too."""
_MOST = 600
"""How many tables are put away at most; a small one takes about 100 kB."""
_MOST_ROWS = 2000
"""Tables of so many rows are known by how they were made."""


class Renaming(Warehouse, Protocol):
    """A warehouse that can give a temp table another name."""

    def rename(self, table: str, name: str) -> None:
        """Call a temp table by another name, which is free."""
        ...


class Remembering:
    """A warehouse whose `recsql_` tables are known by their rows, or by how they were made.

    Nothing else may write to it: a statement is taken to give what it gave, as long as the tables
    whose names stand in it have the same rows; however these came about. Of other warehouses than
    DuckDB rows are not read for that.
    """

    def __init__(self, inner: Renaming) -> None:
        self.dialect = inner.dialect
        self._inner = inner
        self._now: dict[str, str] = {}
        self._away: dict[tuple[str, str], str] = {}
        self._made: dict[tuple[str, str], str] = {}
        self._answers: dict[str, Rows] = {}
        self._count = 0

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        statement = self._digest(_TAG.sub("", sql, count=1))
        if statement not in self._answers:
            if len(self._answers) > 4 * _MOST:
                self._answers.clear()
            self._answers[statement] = self._inner.query(sql)
        return self._answers[statement]

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table, unless they are there."""
        untagged = _TAG.sub("", sql, count=1)
        statement = self._digest(untagged)
        content = self._made.get((table, statement))
        if content is not None and (self._now.get(table) == content or self._back(table, content)):
            return
        if table in _NAMES.findall(untagged):
            self._now.pop(table, None)
        else:
            self._put_away(table)
        self._inner.materialize(table, sql)
        self._now[table] = self._made[table, statement] = self._content(table, statement)

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, unless they are there."""
        content = hashlib.sha256(repr((dict(types), rows)).encode()).hexdigest()
        if self._now.get(table) == content or self._back(table, content):
            return
        if not isinstance(self._inner, Loading):
            raise TypeError  # DuckDB evaluates fixtures itself
        self._put_away(table)
        self._inner.load(table, types, rows)
        self._now[table] = content

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

    def _digest(self, sql: str) -> str:
        """The digest of a statement and of the rows of the tables that it names."""
        named = sorted({name for name in _NAMES.findall(sql) if name in self._now})
        parts = [sql, *(f"{name} {self._now[name]}" for name in named)]
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

    def _back(self, table: str, content: str) -> bool:
        """Whether a table with these rows was put away, and is in its place again."""
        kept = self._away.pop((table, content), None)
        if kept is None:
            return False
        self._put_away(table)
        self._inner.rename(kept, table)
        self._now[table] = content
        return True

    def _put_away(self, table: str) -> None:
        content = self._now.pop(table, None)
        if content is None:
            return
        if (table, content) in self._away:
            self._inner.drop(table)
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
