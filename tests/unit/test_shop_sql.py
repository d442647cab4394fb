"""The shop's SQL means the same on every engine; `tests/warehouses` runs it on some."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from recsql.compile import canonical
from recsql.compile.dialects import Function, expanded, functions, parse
from recsql.demo import shop
from recsql.demo.engine import DuckDBEngine
from recsql.demo.worlds import SCENARIOS, World
from recsql.errors import Location
from recsql.model import Text


class Notebook:
    """An engine that only writes down what it is told."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.statements: dict[str, str] = {}

    def define(self, script: str) -> None:
        self.functions = functions(script)

    def table(self, schema: str, name: str, select: str) -> None:
        self.statements[select] = f"{schema}.{name}"

    def number(self, select: str) -> float:
        raise AssertionError(select)

    def enter(self, schema: str) -> None:
        pass

    def drop(self, schema: str) -> None:
        pass

    def publish(self, path: Path | None) -> None:
        pass

    def close(self) -> None:
        pass


class OtherLibrary(DuckDBEngine):
    """DuckDB with logarithms and powers that are four ulps larger."""

    def define(self, functions: str) -> None:
        super().define(self._off(functions))

    def table(self, schema: str, name: str, select: str) -> None:
        super().table(schema, name, self._off(select))

    def _off(self, sql: str) -> str:
        for name in ("ln", "pow"):
            sql = sql.replace(f" {name}(", f" {1 + 4 * 2**-52:.17e} * {name}(")
        return sql


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.glob("*.duckdb")):
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
            for (table,) in tables:
                rows = connection.execute(f"select * from {table}").fetchall()
                digest = hashlib.sha256(repr(rows).encode()).hexdigest()
                found[f"{path.stem}.{table}"] = digest
    return found


def test_an_engine_whose_logarithms_end_in_other_digits_gives_the_same_rows(tmp_path: Path) -> None:
    world = World(persons=12, days=21, seed=3)
    (here, there) = (tmp_path / "here", tmp_path / "there")
    for folder, engine in ((here, DuckDBEngine), (there, OtherLibrary)):
        folder.mkdir()
        shop.generate(folder, world, ["weekly", "stale-items"], engine=engine)
    assert len(_digests(here)) == 28
    assert _digests(here) == _digests(there)


def test_the_shop_is_written_in_the_subset_of_every_engine(tmp_path: Path) -> None:
    notebook = Notebook()
    shop.generate(tmp_path, World(exposure_share=0.1), SCENARIOS, engine=lambda _: notebook)
    made = {name.partition(".")[2] for name in notebook.statements.values()}
    folder = Path(shop.__file__).with_name("sql")
    assert made == {path.stem for path in folder.glob("*/*.sql")}
    found = []
    for sql, name in notebook.statements.items():
        known = frozenset(notebook.functions)
        query = parse(sql, Text(sql, Location(name, 1)), functions=known)
        tree = expanded(query, notebook.functions)
        found += [f"{name}: {breach}" for breach in canonical.breaches(tree)]
    # every engine has md5; that its argument and its result are text is what the shop relies on
    assert [breach for breach in found if ": `MD5` is not in the subset" not in breach] == []
