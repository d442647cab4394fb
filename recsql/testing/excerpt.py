"""A project's real rows, in memory: as far as one check reads them, with identifiers hashed.

Rows belong to persons, by key, login and declared links, so that a person can be left out whole.
What belongs to nobody, such as the catalogue, is shared.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recsql.compile.compiler import Compiler
from recsql.errors import Location, RecsqlError
from recsql.model import Project, Scalar, Text
from recsql.project.contract import RELATIONS
from recsql.runner.identifiers import disguise_for
from recsql.warehouses.base import Warehouse

MOST_READ = 200_000
"""So many rows of a relation are read at most."""
_MOST_KEYS = 20
"""A login or link that more keys share joins nobody."""
_ROW_NAMES = ("event_id", "request_id", "outcome_id")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a relation; `person` is nobody's name, or None for what is shared."""

    number: int
    relation: str
    cells: Mapping[str, Scalar]
    person: str | None


@dataclass(frozen=True, slots=True)
class Hiding:
    """Replaces identifiers by a hash, the same for the same value; blocked values are nobody's."""

    salt: str
    columns: frozenset[str]
    clear: frozenset[str]

    def cell(self, column: str, value: Scalar) -> Scalar:
        """A cell as it may be written down."""
        if value is None or column not in self.columns:
            return value
        text = str(value)
        if not text.strip() or text.strip().lower() in self.clear:
            return value
        return "h" + hashlib.sha256(f"{self.salt}\n{text}".encode()).hexdigest()[:10]


def hiding_for(project: Project) -> Hiding:
    """Hides what reports hide, and the names of single events, requests and outcomes."""
    blocked = project.relations.get("blocked_values")
    rows = () if blocked is None else blocked.rows or ()
    clear = frozenset(str(row[1]).strip().lower() for row in rows)
    usual = disguise_for(project)
    return Hiding(usual.salt, usual.columns | {*_ROW_NAMES}, clear)


def rows_of(
    wanted: Mapping[str, tuple[str, ...]], compiler: Compiler, warehouse: Warehouse, hiding: Hiding
) -> tuple[Row, ...]:
    """The rows of the wanted relations, with the wanted columns and those that tell whose they are.

    Raises `RecsqlError` for a relation that holds more than can be read.
    """
    tables: dict[str, list[Mapping[str, Scalar]]] = {}
    share = _share(wanted, compiler, warehouse)
    for name in wanted:
        tables[name] = _table(name, compiler, warehouse, hiding, share)
    persons = _Persons(tables)
    rows = ((name, row) for name, table in tables.items() for row in table)
    return tuple(
        Row(number, name, row, persons.of(name, row)) for number, (name, row) in enumerate(rows)
    )


def _share(wanted: Iterable[str], compiler: Compiler, warehouse: Warehouse) -> float:
    """The share of keys that is read, so that no relation holds too much."""
    share = 1.0
    for name in wanted:
        about = _about(compiler, name)
        template = f"select count(*) as n from {{{{ relation('{name}') }}}} as rows_read"  # noqa: S608 - own names
        count = warehouse.query(compiler.query(template, about)).rows[0][0]
        if isinstance(count, int | float) and count > MOST_READ:
            if _restriction(name, compiler, 0.5) is None:
                message = f"relation `{name}` holds {count:,.0f} rows that belong to no key"
                hint = f"a case is made from at most {MOST_READ:,}: write it by hand"
                raise RecsqlError(message, about.location, hint)
            share = min(share, 0.9 * MOST_READ / count)
    return share


def _table(
    name: str, compiler: Compiler, warehouse: Warehouse, hiding: Hiding, share: float
) -> list[Mapping[str, Scalar]]:
    available = compiler.sources.available(name)
    columns = [column for column in RELATIONS[name].values() if column.name in available]
    items = []
    for column in columns:
        own = f"rows_read.{column.name}"
        form = (
            f"rs_epoch_us({own})" if column.type == "timestamp" else f"cast({own} as {column.type})"
        )
        items.append(f"{form} as {column.name}")
    where = "" if share >= 1 else f" where {_restriction(name, compiler, share) or '1 = 1'}"
    template = (
        f"select {', '.join(items)} from {{{{ relation('{name}') }}}} as rows_read"  # noqa: S608 - own names
        f"{where} limit {MOST_READ}"
    )
    found = warehouse.query(compiler.query(template, _about(compiler, name)))
    table = [
        {
            column.name: hiding.cell(column.name, _plain(value, column.type))
            for column, value in zip(columns, row, strict=True)
        }
        for row in found.rows
    ]
    return sorted(table, key=repr)


def _about(compiler: Compiler, name: str) -> Text:
    relation = compiler.sources.relations[name]
    return relation.source or Text("", Location("recsql.yml"))


def _restriction(name: str, compiler: Compiler, share: float) -> str | None:
    """A condition that takes this share of the keys; None where rows belong to no key."""
    if "key" in compiler.sources.available(name):
        return f"rs_hash_u(cast(rows_read.key as varchar)) < {share:.12f}"
    if "request_id" in compiler.sources.available(name) and compiler.sources.mapped("serving"):
        return (
            "rows_read.request_id in (select serving.request_id "  # noqa: S608 - own names
            "from {{ relation('serving') }} as serving "
            f"where rs_hash_u(cast(serving.key as varchar)) < {share:.12f})"
        )
    return None


def _plain(value: Scalar, kind: str) -> Scalar:
    if value is None:
        return None
    if kind == "timestamp" and isinstance(value, int | float):
        instant = _EPOCH + timedelta(microseconds=int(value))
        return instant.strftime("%Y-%m-%d %H:%M:%S.%f").removesuffix(".000000")
    if kind == "boolean":
        return bool(value)
    if kind == "bigint":
        return int(value)
    return float(value) if kind == "double" else str(value)


class _Persons:
    """Who a row is about: keys that a login or a declared link joins are one person."""

    def __init__(self, tables: Mapping[str, list[Mapping[str, Scalar]]]) -> None:
        self._parent: dict[str, str] = {}
        self._requests: dict[Scalar, Scalar] = {}
        self._profiles: dict[Scalar, Scalar] = {}
        for row in tables.get("serving", ()):
            self._requests.setdefault(row["request_id"], row["key"])
            self._profiles.setdefault(row.get("profile_id"), row["key"])
        for row in tables.get("identity_map", ()):
            self._profiles.setdefault(row["profile_id"], row["key"])
        pairs = set(_pairs(tables))
        shared = Counter(value for _, value in pairs)
        for key, value in sorted(pairs):
            if shared[value] <= _MOST_KEYS:
                self._parent[self._root(key)] = self._root(value)

    def of(self, relation: str, row: Mapping[str, Scalar]) -> str | None:
        """The person of a row; None for a row of nobody."""
        if row.get("key") is not None:
            return self._root(f"key {row['key']}")
        if row.get("user_id") is not None:
            return self._root(f"user_id {row['user_id']}")
        key = None
        if row.get("request_id") is not None:
            key = self._requests.get(row["request_id"])
        elif row.get("profile_id") is not None:
            key = self._profiles.get(row["profile_id"], row["profile_id"])
        return None if key is None else self._root(f"key {key}")

    def _root(self, name: str) -> str:
        while (above := self._parent.get(name, name)) != name:
            self._parent[name] = self._parent.get(above, above)
            name = above
        return name


def _pairs(tables: Mapping[str, list[Mapping[str, Scalar]]]) -> Iterator[tuple[str, str]]:
    for name in ("events", "outcomes", "links"):
        for row in tables.get(name, ()):
            if row.get("key") is None:
                continue
            kind = str(row.get("id_type", "user_id"))
            value = row.get("user_id") if name != "links" else row.get("id_value")
            if value is not None:
                yield f"key {row['key']}", f"{kind} {value}"
