"""A simulated shop has the same rows and the same audit whichever engine computes it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb
import psycopg
import pytest

from recsql import api
from recsql.api import Request
from recsql.compile.dialects import Function, expanded, functions, generate, parse
from recsql.demo import shop
from recsql.demo.engine import MAIN, TARGET
from recsql.demo.worlds import DEFAULT, World
from recsql.errors import Location
from recsql.model import Status, Text
from recsql.project.contract import MAPPABLE
from tests.warehouses.alike import finds_what_duckdb_finds

WORLD = World(persons=40, days=21, seed=5, exposure_share=0.1)
SCENARIOS = (*DEFAULT, "stale-items", "shared-tablets")
"""With these, every branch of every template is taken."""

RELATIONS = sorted({*MAPPABLE} - {"recomputed_features"})


class PostgresEngine:
    """A shop's engine on PostgreSQL; what is published becomes a schema `shop <name>`."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._functions: dict[str, Function] = {}
        self._schemas: set[str] = set()
        self._target = ""
        self.enter(MAIN)

    def define(self, script: str) -> None:
        self._functions = functions(script)

    def enter(self, schema: str) -> None:
        self._execute(f'create schema if not exists "{schema}"')
        self._execute(f'set search_path = "{schema}", {MAIN}')
        self._schemas.add(schema)

    def table(self, schema: str, name: str, select: str) -> None:
        self._execute(f'create table "{schema}"."{name}" as {self._translated(select)}')
        self._execute(f'analyze "{schema}"."{name}"')

    def number(self, select: str) -> float:
        row = self._connection.execute(self._translated(select).encode()).fetchone()
        assert row is not None
        return float(row[0])

    def drop(self, schema: str) -> None:
        self._execute(f'drop schema "{schema}" cascade')
        self._schemas.discard(schema)

    def publish(self, path: Path | None) -> None:
        if path is None:
            self._execute(f'alter schema {TARGET} rename to "shop {self._target}"')
            return
        self._target = path.stem
        self._execute(f"create schema {TARGET}")

    def close(self) -> None:
        for schema in sorted(self._schemas):
            self.drop(schema)
        self._connection.close()

    def _execute(self, sql: str) -> None:
        self._connection.execute(sql.encode())

    def _translated(self, select: str) -> str:
        text = Text(select, Location("a shop's table", 1, 1))
        tree = parse(select, text, functions=frozenset(self._functions))
        return generate(expanded(tree, self._functions), "postgres")


@pytest.fixture(scope="module")
def twins(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """One shop, twice: DuckDB files in a folder, and schemas of a PostgreSQL."""
    folder = tmp_path_factory.mktemp("twins")
    shop.generate(folder, WORLD, SCENARIOS)
    shop.generate(folder, WORLD, SCENARIOS, engine=lambda _: PostgresEngine(postgres))
    return folder, postgres


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_seed_gives_the_same_rows_on_postgresql(twins: tuple[Path, str], scenario: str) -> None:
    folder, conninfo = twins
    with (
        duckdb.connect(str(folder / f"{scenario}.duckdb"), read_only=True) as here,
        psycopg.connect(conninfo) as there,
    ):
        for relation in RELATIONS:
            sql = f'select * from "shop {scenario}"."{relation}"'
            ours = here.execute(f"select * from {relation}")
            theirs = there.execute(sql.encode())
            names = [column[0] for column in ours.description or ()]
            assert names == [column[0] for column in theirs.description or ()], relation
            expected, actual = (Counter(map(repr, c.fetchall())) for c in (ours, theirs))
            assert expected.total() > 0, relation
            assert (expected - actual, actual - expected) == (Counter(), Counter()), relation


def test_every_check_finds_the_same_numbers_on_postgresql(twins: tuple[Path, str]) -> None:
    folder, conninfo = twins
    there = dict(part.split("=") for part in conninfo.split())
    outputs = {
        "here": {"type": "duckdb", "path": "weekly.duckdb"},
        "there": {"type": "postgres", **there, "schema": "shop weekly"},
    }
    mapping = "\n".join(f"  {name}: {{from: {name}}}" for name in RELATIONS)
    policy = "vars: {min_persons: 5, min_positives: 5}"
    text = f"name: shop\nas_of: latest\n{policy}\nrelations:\n{mapping}\n"
    (folder / "recsql.yml").write_text(text)
    profile = {"shop": {"target": "here", "outputs": outputs}}
    (folder / "profiles.yml").write_text(json.dumps(profile))
    ours, theirs = (
        api.run_request(Request(folder, folder, target=target))[0] for target in outputs
    )
    finds_what_duckdb_finds(theirs, ours)
    assert ours.summary[Status.ERROR] == 0
