"""DuckDB: in memory, or a file opened read-only."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from recsql.errors import WarehouseError, did_you_mean
from recsql.model import Scalar, Target
from recsql.warehouses.base import Rows, Table, plain
from recsql.warehouses.duckdb_profile import (
    MEMORY,
    Profile,
    is_address,
    literal,
    profile_of,
    quoted,
)

_NAMES = re.compile(r'"([^"]+)"')

_BYTES = 8
"""What a value is taken to fill: DuckDB tells of columns and rows, and not of their bytes."""

_OF_A_VALUE = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException)
"""Errors whose message may quote a value of a row."""

_MOST_PARSED = 500
"""So many statements are kept parsed at most; one takes some 50 kB."""


def connect(target: Target, root: Path) -> DuckDB:
    """Open the target's `path`; a relative one, and relative file names in SQL, start at `root`.

    dbt-duckdb's other fields are read as `recsql.warehouses.duckdb_profile` says.
    """
    profile = profile_of(target, root)
    connection = _opened(profile, root, read_only=True)
    settings = {
        "file_search_path": str(root),
        **profile.settings,
        "TimeZone": "UTC",
        "enable_progress_bar": "false",
        "preserve_insertion_order": "false",
        "python_enable_replacements": "false",  # a table's name is no variable of Python's
        "threads": target.settings.get("threads"),
    }
    given = {name: str(value) for name, value in settings.items() if value is not None}
    session = DuckDB(connection, given, remote=profile.is_remote)
    session.prepare(profile)
    return session


def _opened(profile: Profile, root: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    path = profile.path
    shown = path.partition("?")[0]  # what follows may be a token
    in_memory = path == MEMORY
    if not in_memory and not is_address(path):
        path = str(root / path)
        if not Path(path).is_file():
            raise WarehouseError(f"no DuckDB file `{shown}`")
    try:
        return duckdb.connect(
            path, read_only=read_only and not in_memory, config={**profile.options}
        )
    except duckdb.Error as cause:
        message = _sentence(cause).replace(path, shown)
        raise WarehouseError(f"cannot open DuckDB `{shown}`: {message}") from None


def keep(target: Target, root: Path, table: Table) -> None:
    """Append rows to a table of the target's file; see `recsql.warehouses.keeper`."""
    profile = profile_of(target, root)
    if profile.path == MEMORY:
        raise WarehouseError("a database in memory keeps no results", hint="give the target a file")
    place = ".".join(map(quoted, table.place))
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in table.types.items())
    names = ", ".join(map(quoted, table.types))
    lists = ", ".join(f"unnest(cast(? as {kind}[]))" for kind in table.types.values())
    values = [[row[place_] for row in table.rows] for place_ in range(len(table.types))]
    with _opened(profile, root, read_only=False) as connection:
        try:
            connection.begin()
            connection.execute(f"create table if not exists {place} ({columns})")
            connection.execute(f"insert into {place} ({names}) select {lists}", values)
            connection.commit()
        except duckdb.Error as cause:
            raise WarehouseError(_sentence(cause)) from cause


class DuckDB:
    """A DuckDB session; see `recsql.warehouses.base.Warehouse`."""

    dialect = "duckdb"
    estimated_by = "DuckDB's numbers of rows and columns, at 8 bytes a value"

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Mapping[str, str],
        models: str | None = None,
        *,
        remote: bool = False,
    ) -> None:
        self._connection = connection
        self._settings = dict(settings)
        self._models = models  # the database in memory that sessions share, or temp tables
        self._owns_models = False
        self._schemas: tuple[str, ...] = ()  # where bare names are looked for, if not as usual
        self._remote = remote
        self._parsed: dict[str, duckdb.Statement] = {}
        for name, value in settings.items():
            self.execute(f"set {name} = {literal(value)}")

    def prepare(self, profile: Profile) -> None:
        """Load what the profile asks for, and look for bare names in its schema, too."""
        for step in profile.preparations:
            try:
                self.execute(step.sql)
            except WarehouseError as error:
                message = error.message
                for text in filter(None, step.hidden):
                    message = message.replace(text, "***")
                hint = step.hint or error.hint
                raise WarehouseError(f"{step.shown}: {message}", hint=hint) from None
        if profile.schema is not None and self._has_schema(profile.schema):
            self._schemas = (profile.schema, "main")
            self._look_in(",".join(map(quoted, self._schemas)))

    def _look_in(self, path: str) -> None:
        """Where bare names are looked for, here and in the sessions that are opened from here."""
        self._settings["search_path"] = path
        self.execute(f"set search_path = {literal(path)}")

    def _has_schema(self, name: str) -> bool:
        """Whether it is there: dbt makes it where it is not."""
        known = "select schema_name from duckdb_schemas() where database_name = current_database()"
        return name in {found for (found,) in self.query(known).rows}

    def confine(self) -> None:
        """Read no file, attach no database file, install and load no extension from now on."""
        if not self._remote:
            self.execute("set enable_external_access = false")

    def execute(self, sql: str, *, again: bool = False) -> duckdb.DuckDBPyConnection:
        """Run one statement; DuckDB's errors become `WarehouseError`s.

        What may be asked `again` is kept parsed: on small tables a fifth of the time is parsing.
        """
        try:
            return self._connection.execute(self._statement(sql) if again else sql)
        except duckdb.InterruptException as cause:
            raise WarehouseError("the query was cancelled") from cause
        except duckdb.PermissionException as cause:
            hint = "where a view reads files: `trust: {files: [its folder]}` in recsql.yml"
            raise WarehouseError(_sentence(cause), hint=hint) from cause
        except duckdb.Error as cause:
            raise WarehouseError(_sentence(cause), hint=_near(cause)) from cause
        except RuntimeError as cause:  # how DuckDB tells of Ctrl-C
            raise KeyboardInterrupt from cause

    def _statement(self, sql: str) -> str | duckdb.Statement:
        """A text parsed, by DuckDB itself; or as it is where DuckDB makes several of it."""
        known = self._parsed.pop(sql, None)
        if known is None:
            found = self._connection.extract_statements(sql)
            if len(found) != 1:  # as of a PIVOT
                return sql
            known = found[0]
            if len(self._parsed) >= _MOST_PARSED:
                del self._parsed[next(iter(self._parsed))]
        self._parsed[sql] = known  # now the newest
        return known

    def query(self, sql: str) -> Rows:
        """The rows of one SELECT."""
        result = self.execute(sql, again=True)
        description = result.description or ()
        if any("WITH TIME ZONE" in str(column[1]) for column in description):
            # Python values of these types would need pytz; the session's time zone is UTC.
            result = self.execute(_without_zones(sql, description))
        columns = tuple(str(column[0]).lower() for column in description)
        try:
            found = result.fetchall()
        except duckdb.Error as cause:
            raise WarehouseError(_sentence(cause)) from cause
        return Rows(columns, [tuple(plain(value) for value in row) for row in found])

    def estimate(self, sql: str) -> float:
        """How many bytes a SELECT would read; see `recsql.warehouses.base.Estimating`."""
        plan = str(self.query(f"explain (format json) {sql}").rows[0][1])
        named = "replace(concat_ws('.', database_name, schema_name, table_name), '\"', '')"
        # an older DuckDB plans with bare names: the largest table of that name comes last
        sizes = (
            f"select {named}, table_name, estimated_size from duckdb_tables() "  # noqa: S608 - no values
            "order by estimated_size nulls first"
        )
        rows = {name: size for *names, size in self.query(sizes).rows for name in names}
        return sum(_read(scan, rows) for scan in _scans(json.loads(plan)))

    def materialize(self, table: str, sql: str) -> None:
        """Put a SELECT's rows into a temp table."""
        if self._models is None:
            self.execute(f"create or replace temp table {quoted(table)} as {sql}", again=True)
        else:
            place = f"{self._models}.main.{quoted(table)}"
            self.execute(f"create or replace table {place} as {sql}", again=True)

    def drop(self, table: str) -> None:
        """Remove a temp table if it is there."""
        place = "temp" if self._models is None else f"{self._models}.main"
        self.execute(f"drop table if exists {place}.{quoted(table)}")

    def rename(self, table: str, name: str) -> None:
        """Call a temp table by another name, which is free."""
        self.execute(f"alter table {quoted(table)} rename to {quoted(name)}")

    def another(self) -> DuckDB | None:
        """One more session of the same database; models then lie in a database in memory.

        None where the user's own tables are called like models: those must not be read instead.
        """
        if self._models is None and not self._share():
            return None
        return DuckDB(self._connection.cursor(), self._settings, self._models)

    def _share(self) -> bool:
        found = self.query(
            "select current_catalog(), current_schema(), count(table_name) "
            "from (select 1) as one left join duckdb_tables() on starts_with(table_name, 'recsql_')"
        )
        catalog, schema, clashes = found.rows[0]
        if clashes:
            return False
        self._models = f"recsql_{uuid.uuid4().hex}"
        self._owns_models = True
        try:
            self.execute(f"attach ':memory:' as {self._models} (read_write)")
        except WarehouseError:  # some managed services attach nothing
            self._models = None
            return False
        places = [f"{quoted(catalog)}.{quoted(name)}" for name in self._schemas or (schema,)]
        self._look_in(",".join([*places, f"{self._models}.main"]))
        return True

    def cancel(self) -> None:
        """Stop the running query."""
        self._connection.interrupt()

    def version(self) -> str:
        """The engine's name and version."""
        return f"DuckDB {duckdb.__version__}"

    def close(self) -> None:
        """End the session."""
        if self._owns_models:
            # another run of this process may hold the same database open
            with suppress(WarehouseError):
                self.execute("reset search_path")
                self.execute(f"detach {self._models}")
        self._parsed.clear()
        self._connection.close()


def _scans(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What a plan says of each table or file that it reads."""
    for node in nodes:
        found = node["extra_info"]
        if not node["children"] and ("Table" in found or "Function" in found):
            yield found
        yield from _scans(node["children"])


def _read(scan: Mapping[str, Any], rows: Mapping[Scalar, Scalar]) -> float:
    """The bytes of one scan: a filter reads a column more, and saves no reading of a table."""
    columns = sum(
        1 if isinstance(found, str) else len(found)
        for found in (scan.get("Projections", ()), scan.get("Filters", ()))
    )
    table = str(scan.get("Table")).replace('"', "")  # a name is quoted where it is a keyword, too
    known = rows.get(table, scan["Estimated Cardinality"])
    return float(known or 0) * columns * _BYTES


def _without_zones(sql: str, description: Iterable[tuple[object, ...]]) -> str:
    items = []
    for name, kind, *_ in description:
        quoted = '"' + str(name).replace('"', '""') + '"'
        zone = "WITH TIME ZONE" in str(kind)
        plain = str(kind).replace(" WITH TIME ZONE", "")
        items.append(f"cast({quoted} as {plain}) as {quoted}" if zone else quoted)
    return f"select {', '.join(items)} from ({sql}) as zoned"  # noqa: S608 - one SELECT in another


def _near(cause: duckdb.Error) -> str | None:
    """What was meant by a name that DuckDB does not know, by its own list of candidates."""
    asked, _, offered = str(cause).partition("Candidate bindings:")
    names = _NAMES.findall(offered)
    wrong = _NAMES.findall(asked)
    hint = did_you_mean(wrong[-1], names) if wrong and names else None
    return hint if hint is not None and hint.startswith("did") else None


def _sentence(cause: duckdb.Error) -> str:
    """DuckDB's message without its caret drawing, which points into compiled SQL."""
    text = re.split(r"\n\s*\n?LINE \d+:", str(cause))[0]
    if isinstance(cause, _OF_A_VALUE):  # which may be a person's
        text = re.sub(r"'[^']*'|\"[^\"]*\"", "'…'", text)
    return " ".join(text.split())
