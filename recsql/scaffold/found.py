"""The tables that there are: by a warehouse's information schema, or by dbt's files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from recsql.errors import ConfigError, Location
from recsql.warehouses.base import Warehouse

_OLDEST_MANIFEST = 12
_VERSION = re.compile(r"/manifest/v(\d+)\.json")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_TICKED = {"bigquery", "spark", "databricks", "clickhouse"}
_RESERVED = {
    "all", "and", "any", "array", "as", "asc", "between", "both", "by", "case", "cast", "check",
    "collate", "column", "constraint", "create", "cross", "current_date", "current_time",
    "current_timestamp", "default", "desc", "distinct", "do", "else", "end", "except", "exists",
    "false", "fetch", "for", "foreign", "from", "full", "grant", "group", "having", "in", "inner",
    "intersect", "interval", "into", "is", "join", "lateral", "leading", "left", "like", "limit",
    "natural", "not", "null", "offset", "on", "or", "order", "outer", "primary", "qualify",
    "references", "right", "rows", "select", "set", "some", "table", "then", "to", "trailing",
    "true", "union", "unique", "user", "using", "values", "when", "where", "window", "with",
}  # fmt: skip


class Family(StrEnum):
    """What a column's type can hold, as far as its name tells."""

    TIME = "time"
    DAY = "day"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    NESTED = "nested"
    UNKNOWN = "unknown"


_FAMILIES: tuple[tuple[str, Family], ...] = (
    (r"struct|record|array|map|variant|object|json|super|list|\[\]|row\(", Family.NESTED),
    (r"timestamp|datetime", Family.TIME),
    (r"^date", Family.DAY),
    (r"bool", Family.TRUTH),
    (r"char|text|string|uuid|enum|^name$", Family.TEXT),
    (r"int|serial|long|number\(\d+,\s*0\)|(?:decimal|numeric)\(\d+,\s*0\)", Family.INTEGER),
    (r"double|float|real|decimal|numeric|number", Family.NUMBER),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, with its type as the source names it; empty where nobody says."""

    name: str
    type: str = ""

    @property
    def family(self) -> Family:
        """What the type can hold."""
        kind = self.type.lower()
        found = (family for pattern, family in _FAMILIES if re.search(pattern, kind))
        return next(found, Family.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the schema it stands in, its name, and how SQL names it."""

    schema: str
    name: str
    source: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of that name, whatever its case."""
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What dbt's files say: the tables, the warehouse's type, and the profile if it is known."""

    tables: tuple[Table, ...]
    adapter: str
    profile: str | None
    without_columns: int
    """How many tables nobody has documented a column of."""


def quoted(name: str, dialect: str) -> str:
    """A name as SQL writes it: bare where that is safe."""
    folded = name.lower() if dialect == "snowflake" and name.isupper() else name
    if _PLAIN.fullmatch(folded) and folded not in _RESERVED:
        return folded
    mark = "`" if dialect in _TICKED else '"'
    return mark + name.replace(mark, mark * 2) + mark


def from_warehouse(warehouse: Warehouse, schemas: tuple[str, ...] = ()) -> tuple[Table, ...]:
    """The tables and views of the database that a session is in; no row of them is read.

    Raises `WarehouseError` where the information schema cannot be read.
    """
    rows = warehouse.query(_COLUMNS).rows
    names: dict[tuple[str, str], list[Column]] = {}
    for schema, table, column, kind in rows:
        if not schemas or str(schema).lower() in {name.lower() for name in schemas}:
            entry = names.setdefault((str(schema), str(table)), [])
            entry.append(Column(str(column), str(kind)))
    dialect = warehouse.dialect
    return tuple(
        Table(schema, table, f"{quoted(schema, dialect)}.{quoted(table, dialect)}", tuple(columns))
        for (schema, table), columns in names.items()
    )


_COLUMNS = """
select table_schema, table_name, column_name, data_type
from information_schema.columns
where table_catalog = current_database()
  and lower(table_schema) not in ('information_schema', 'pg_catalog')
order by table_schema, table_name, ordinal_position
"""


def from_dbt(path: Path) -> Manifest:
    """The sources and models of a `manifest.json`, v12 or later, with `catalog.json` beside it.

    Raises `ConfigError` for a file that is no such manifest.
    """
    root = _json(path)
    metadata = _mapping(root.get("metadata"))
    found = _VERSION.search(str(metadata.get("dbt_schema_version")))
    if found is None:
        raise ConfigError(f"`{path}` is no dbt manifest", hint="give target/manifest.json")
    if int(found[1]) < _OLDEST_MANIFEST:
        message = f"`{path}` is a manifest of version {found[1]}; recsql reads 12 and later"
        raise ConfigError(message, hint="run `dbt parse` with dbt 1.8 or later")
    beside = path.with_name("catalog.json")
    catalog = _json(beside) if beside.is_file() else {}
    types = {**_mapping(catalog.get("sources")), **_mapping(catalog.get("nodes"))}
    adapter = str(metadata.get("adapter_type") or "duckdb")
    tables = list(_dbt_tables(root, types, adapter))
    known = tuple(table for table in tables if table.columns)
    return Manifest(known, adapter, _dbt_profile(path), len(tables) - len(known))


def _dbt_tables(
    root: Mapping[str, object], types: Mapping[str, object], adapter: str
) -> Iterator[Table]:
    for group in ("sources", "nodes"):
        for key, value in _mapping(root.get(group)).items():
            node = _mapping(value)
            if node.get("resource_type") not in ("source", "model", "seed", "snapshot"):
                continue
            if _mapping(node.get("config")).get("materialized") == "ephemeral":
                continue
            name = str(node.get("identifier") or node.get("alias") or node.get("name"))
            schema = str(node.get("schema") or "")
            places = [str(node[part]) for part in ("database", "schema") if node.get(part)]
            source = ".".join(quoted(part, adapter) for part in (*places, name))
            columns = {**_mapping(node.get("columns"))}
            columns |= _mapping(_mapping(types.get(key)).get("columns"))
            yield Table(
                schema, name, str(node.get("relation_name") or source), tuple(_dbt_columns(columns))
            )


def _dbt_columns(columns: Mapping[str, object]) -> Iterator[Column]:
    """Each column once; a catalog has it in the warehouse's case and knows its type."""
    best: dict[str, Column] = {}
    for key, value in columns.items():
        entry = _mapping(value)
        kind = str(entry.get("type") or entry.get("data_type") or "")
        name = str(entry.get("name") or key)
        if kind or name.lower() not in best:
            best[name.lower()] = Column(name, kind)
    yield from best.values()


def _dbt_profile(manifest: Path) -> str | None:
    """The `profile:` of the dbt_project.yml beside the manifest's folder, if it is there."""
    path = manifest.resolve().parent.parent / "dbt_project.yml"
    if not path.is_file():
        return None
    found = re.search(r"^profile:\s*['\"]?([^'\"\s#]+)", path.read_text(encoding="utf-8"), re.M)
    return found[1] if found else None


def _json(path: Path) -> Mapping[str, object]:
    try:
        return _mapping(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as cause:
        hint = "`dbt parse` writes one, `dbt docs generate` the catalog with the columns' types"
        raise ConfigError(f"no file `{path}`", hint=hint) from cause
    except (OSError, ValueError) as cause:
        raise ConfigError(f"`{path}` is not JSON: {cause}", Location(str(path))) from cause


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def ordered(tables: Iterable[Table]) -> list[Table]:
    """Tables in an order that does not depend on the source."""
    return sorted(tables, key=lambda table: (table.schema, table.name))
