"""What recsql needs of a warehouse: six methods, and five that some can offer."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from recsql.model import Scalar


@dataclass(frozen=True, slots=True)
class Rows:
    """A result: lower-case column names, and rows of plain Python values."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Scalar, ...]]


def plain(value: object) -> Scalar:
    """A driver's value as a plain one; instants lose their zone, since sessions are in UTC."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    return str(value)


class Warehouse(Protocol):
    """An open connection; its errors are `WarehouseError`s in plain words."""

    dialect: str

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        ...

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a session temp table, replacing it; the SELECT may read it."""
        ...

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        ...

    def cancel(self) -> None:
        """Stop the running query; safe to call from another thread."""
        ...

    def version(self) -> str:
        """The engine's name and version."""
        ...

    def close(self) -> None:
        """End the session; its temp tables go with it."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to be kept in a table of the warehouse: the one thing that recsql can write there.

    `place` is the table's name, after its schema and perhaps its database; `types` are the
    contract's.
    """

    place: tuple[str, ...]
    types: Mapping[str, str]
    rows: Sequence[tuple[Scalar, ...]]


@runtime_checkable
class Shared(Protocol):
    """A warehouse of which several sessions can see the same models."""

    def another(self) -> Warehouse | None:
        """One more session on the same data and models; None where there can be none.

        Asked for before the first model is built; the new session is closed before this one.
        """
        ...


@runtime_checkable
class Confined(Protocol):
    """A warehouse inside this process, which could read this machine's files."""

    def confine(self) -> None:
        """Read no file and reach no other machine from now on; what is open stays open."""
        ...


@runtime_checkable
class Estimating(Protocol):
    """A warehouse that tells what a SELECT would read before it runs."""

    estimated_by: str
    """Whose estimate it is and of what, as a reader is told."""

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; it is planned and not run."""
        ...


@runtime_checkable
class Outlining(Protocol):
    """A warehouse where a SELECT without rows could cost what one with rows costs."""

    def outline(self, table: str, sql: str) -> None:
        """Make an empty temp table with the columns of a SELECT, which is planned and not run."""
        ...


@runtime_checkable
class Loading(Protocol):
    """A warehouse that can be given rows, which the fixtures of cases are."""

    def load(
        self, table: str, types: Mapping[str, str], rows: Sequence[tuple[Scalar, ...]]
    ) -> None:
        """Put rows into a temp table, replacing it.

        `types` has each column's type by the contract's names (`bigint`, `double`, `varchar`,
        `boolean`, `timestamp`); an instant is text in UTC, to the microsecond.
        """
        ...
