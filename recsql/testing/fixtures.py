"""Fixtures become typed tables: DuckDB evaluates them, and they are put where the check runs.

A fixture is DuckDB SQL or plain rows, whatever the warehouse: so that of two warehouses with the
same fixtures only the check's own SQL can differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from recsql.compile.kept import Kept, content_of, digest, digest_of_code
from recsql.compile.sources import CANONICAL
from recsql.errors import Location, RecsqlError
from recsql.model import Catalog, Fixture, Project, Relation, Target, Text, Value
from recsql.project.config import supplied_defaults
from recsql.project.contract import RELATIONS
from recsql.runner import Options, Prepared, prepare
from recsql.runner.session import Session
from recsql.warehouses import connect
from recsql.warehouses.base import Loading, Warehouse

_PREFIX = "recsql_given_"


@dataclass(slots=True)
class Stage:
    """Puts fixtures on a warehouse; what DuckDB is needed for besides it ends with `close`."""

    catalog: Catalog
    variables: Mapping[str, Value]
    warehouse: Warehouse
    kept: Kept = field(default_factory=Kept)
    _own: Warehouse | None = None
    _models: ModelTypes | None = None

    def relation(self, fixture: Fixture, without: frozenset[str], place: Location) -> Relation:
        """A fixture as a relation with the contract's columns and types; those left out are NULL.

        `without` holds columns, as `relation.column`, that the relation is not to have.
        """
        contract = RELATIONS[fixture.name]
        types = {
            name: column.type
            for name, column in contract.items()
            if f"{fixture.name}.{name}" not in without
        }
        table = self._put(fixture, types, place)
        return Relation(fixture.name, Text(table, place), _named(types, place))

    def model(self, fixture: Fixture, place: Location) -> Relation:
        """A fixture that stands for a model: with its own columns, and the model's types."""
        if self._models is None:
            self._models = ModelTypes(self.catalog, self.variables, self.kept)
        known = self._models.of(fixture.name)
        here = self._duckdb()
        table = f"{_PREFIX}{fixture.name}"
        self._evaluate(fixture, fixture.columns, place)
        types = {name: known.get(name, kind) for name, kind in _described(here, table).items()}
        table = self._typed(table, types)
        return Relation(fixture.name, Text(table, place), _named(types, place))

    def close(self) -> None:
        """End the DuckDB that was opened beside the warehouse."""
        if self._own is not None:
            self._own.close()
        if self._models is not None:
            self._models.close()

    def _duckdb(self) -> Warehouse:
        if self.warehouse.dialect == CANONICAL:
            return self.warehouse
        if self._own is None:
            self._own = _in_memory()
        return self._own

    def _put(self, fixture: Fixture, types: Mapping[str, str], place: Location) -> str:
        self._evaluate(fixture, types, place)
        return self._typed(f"{_PREFIX}{fixture.name}", types, cast=fixture.sql is not None)

    def _evaluate(self, fixture: Fixture, columns: Iterable[str], place: Location) -> None:
        """The fixture as it is, as a table of DuckDB; raises what is wrong at its place."""
        names = tuple(columns)
        if fixture.sql is not None:
            text, own_file = fixture.sql, fixture.own_file
            place = text.location
            key = digest(digest_of_code(CANONICAL), "read only", text.text, own_file)
            sql = self._written(key, lambda: _guarded_sql(text, own_file=own_file))
        else:
            rows = tuple(tuple(row.get(name) for name in names) for row in fixture.rows)
            given = Relation(fixture.name, None, _named(names, place), rows=rows)
            sql = self._rows(given)
        try:
            self._duckdb().materialize(f"{_PREFIX}{fixture.name}", sql)
        except RecsqlError as error:
            raise error.at(place) from error.__cause__

    def _typed(self, table: str, types: Mapping[str, str], *, cast: bool = True) -> str:
        """Cast the table's columns, add those it lacks, and put it into the warehouse."""
        here = self._duckdb()
        if cast:
            here.materialize(table, self._cast(table, types, frozenset(_described(here, table))))
        if here is not self.warehouse:
            self._copy(here, table, types)
        return table

    def _copy(self, here: Warehouse, table: str, types: Mapping[str, str]) -> None:
        rows = tuple(here.query(self._cast(table, types, frozenset(types))).rows)
        if isinstance(self.warehouse, Loading):
            self.warehouse.load(table, types, rows)
            return
        given = Relation(table, None, _named(types, Location(table)), rows=rows)
        self.warehouse.materialize(table, self._rows(given, types, self.warehouse.dialect))

    def _rows(
        self, given: Relation, types: Mapping[str, str] | None = None, dialect: str = CANONICAL
    ) -> str:
        """The rows of a fixture as a SELECT, written unless it is kept."""
        key = digest(digest_of_code(dialect), content_of(given), types and [*types.items()])
        return self._written(key, lambda: _rows_sql(given, types, dialect))

    def _cast(self, table: str, types: Mapping[str, str], present: frozenset[str]) -> str:
        """A table's columns, cast, as a SELECT, written unless it is kept."""
        key = digest(digest_of_code(CANONICAL), table, [*types.items()], sorted(present))
        return self._written(key, lambda: _cast_sql(table, types, present))

    def _written(self, key: str, write: Callable[[], str]) -> str:
        sql = self.kept.get(key)
        if sql is None:
            sql = write()
            self.kept.put(key, sql)
        return sql


@dataclass(slots=True)
class ModelTypes:
    """The types of models' columns, found by building them from relations without a row."""

    catalog: Catalog
    variables: Mapping[str, Value]
    kept: Kept = field(default_factory=Kept)
    _warehouse: Warehouse = field(init=False)
    _prepared: Prepared = field(init=False)
    _session: Session = field(init=False)
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._warehouse = _in_memory()
        empty = {
            name: Relation(name, None, _named(columns, Location(name)), rows=())
            for name, columns in RELATIONS.items()
        }
        relations = {**empty, **supplied_defaults()}
        variables = self.variables
        project = Project(Path(), "types", "types", relations=relations, variables=variables)
        options = Options(now=datetime(1970, 1, 1, tzinfo=UTC), run_id="types", kept=self.kept)
        self._prepared = prepare(project, self.catalog, self._warehouse, options)
        self._session = Session(self._prepared.compiler, self._warehouse, None, options.keep)

    def of(self, name: str) -> Mapping[str, str]:
        """The types of a model's columns; none where it cannot be built."""
        if name not in self._known:
            try:
                self._session.build(name)
                table = self._prepared.compiler.model(name).table
                self._known[name] = _described(self._warehouse, table)
            except RecsqlError:
                self._known[name] = {}
        return self._known[name]

    def close(self) -> None:
        """End the session and its DuckDB."""
        self._session.close()
        self._warehouse.close()


def _rows_sql(given: Relation, types: Mapping[str, str] | None, dialect: str) -> str:
    from recsql.compile import dialects  # noqa: PLC0415 - imports sqlglot
    from recsql.compile.given import rows_select  # noqa: PLC0415

    return dialects.generate(rows_select(given, types), dialect)


def _guarded_sql(text: Text, *, own_file: bool) -> str:
    from recsql.compile import dialects  # noqa: PLC0415 - imports sqlglot

    return dialects.generate(dialects.parse(text.text, text, mapping=own_file), CANONICAL)


def _cast_sql(table: str, types: Mapping[str, str], present: frozenset[str]) -> str:
    from recsql.compile import dialects  # noqa: PLC0415 - imports sqlglot
    from recsql.compile.given import typed_select  # noqa: PLC0415

    return dialects.generate(typed_select(table, types, present), CANONICAL)


def _in_memory() -> Warehouse:
    return connect(Target("fixtures", "duckdb"), Path())


def _described(duckdb: Warehouse, table: str) -> dict[str, str]:
    """A table's columns with the contract's types: whole numbers are bigint, all others double."""
    found = duckdb.query(f'describe "{table}"').rows
    return {str(row[0]).lower(): _contract_type(str(row[1])) for row in found}


def _contract_type(kind: str) -> str:
    if kind.startswith("DECIMAL") or kind in ("DOUBLE", "FLOAT"):
        return "double"
    if kind.endswith(("INT", "INTEGER")):
        return "bigint"
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return "timestamp"
    return "boolean" if kind == "BOOLEAN" else "varchar"


def _named(columns: Iterable[str], place: Location) -> dict[str, Text]:
    return {name: Text(name, place) for name in columns}
