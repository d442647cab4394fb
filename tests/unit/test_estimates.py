"""What a run would read is told before it reads, and held to `--max-bytes`."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from recsql import api
from recsql.api import Request
from recsql.cli.reading import read_size, show_size
from recsql.errors import RecsqlError
from recsql.model import Target
from recsql.runner.estimates import estimate
from recsql.warehouses import connect
from recsql.warehouses.base import Estimating
from tests.unit.conftest import Recsql

_ROWS = 10_000
_PROJECT = """
name: shop
as_of: 2026-03-03
relations: {events: {from: tracks}}
profile: shop
"""
_OWN = """
checks:
  - name: known_items
    sql: select count(distinct item_id) as items from {{ relation('events') }} as events
    metrics: {items: }
  - name: aged
    sql: |
      select count(*) as persons from {{ ref('own_keys') }} as own_keys
      join {{ relation('events') }} as events on own_keys.key = events.key
    metrics: {persons: }
"""
_MODEL = "select distinct events.key from {{ relation('events') }} as events"
_PROFILE = "shop: {target: t, outputs: {t: {type: duckdb, path: shop.duckdb}}}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "recsql.yml": _PROJECT,
        "profiles.yml": _PROFILE,
        "checks/own.yml": _OWN,
        "checks/models/own_keys.sql": _MODEL,
        "checks/models/own_keys.yml": "summary: The keys of all events.\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as made:
        made.execute(
            "create table tracks as select range::varchar as event_id, (range % 7)::varchar as key,"
            " timestamp '2026-03-01' as event_ts, 'view' as event_type,"
            f" (range % 5)::varchar as item_id from range({_ROWS})"
        )
    return tmp_path


def test_a_dry_run_tells_what_would_be_read(recsql: Recsql, root: Path) -> None:
    said = recsql("run", "--project-dir", root, "-s", "known_items", "--dry-run")
    assert said.code == 0
    assert said.err == (
        "1 statement would read about 80 KB of the mapped tables"
        " (DuckDB's numbers of rows and columns, at 8 bytes a value)\n"
    )


def test_a_model_counts_for_what_it_reads_and_not_for_its_rows(root: Path) -> None:
    request = Request(root, select=("aged",))
    with api.opened(request) as project:
        compiled = api.compile_selection(project.prepared, project.selection(request))
        found = estimate(project.warehouse, compiled.models, compiled.checks)
    assert found is not None
    assert (found.statements, found.unknown) == (2, ())
    assert found.bytes == 2 * 8 * _ROWS


def test_a_run_that_would_read_more_is_refused_and_reads_nothing(
    recsql: Recsql, root: Path
) -> None:
    flags = ("run", "--project-dir", root, "-s", "known_items", "--no-history")
    said = recsql(*flags, "--max-bytes", "79KB")
    assert said.code == 2
    assert said.err.startswith("error: 1 statement would read about 80 KB of the mapped tables")
    assert "more than 79 KB" in said.err
    assert not (root / "target" / "run_results.json").exists()
    assert recsql(*flags, "--max-bytes", "80KB").code == 0


def test_a_statement_that_cannot_be_planned_is_not_taken_for_free(
    recsql: Recsql, root: Path
) -> None:
    torn = "checks: [{name: torn, sql: select nope as m, metrics: {m: }}]\n"
    (root / "checks" / "torn.yml").write_text(torn)
    flags = ("run", "--project-dir", root, "-s", "torn")
    said = recsql(*flags, "--max-bytes", "1PB")
    assert said.code == 2
    assert said.err.startswith("error: nobody can tell how much this would read: check `torn`: ")
    assert "not in it: check `torn`: " in recsql(*flags, "--dry-run").err


def test_a_filter_saves_no_reading_and_files_are_read_too(tmp_path: Path) -> None:
    warehouse = connect(Target("t", "duckdb"), tmp_path)
    warehouse.materialize("t", "select range as a, range as b, range as c from range(1000)")
    file = tmp_path / "t.parquet"
    warehouse.query(f"copy t to '{file}'")
    assert isinstance(warehouse, Estimating)
    assert warehouse.estimate("select a, b from t where c < 3") == 3 * 8 * 1000
    assert warehouse.estimate("with x as (select a from t) select a from x") == 8 * 1000
    assert warehouse.estimate(f"select sum(b) from '{file}'") == 8 * 1000
    assert warehouse.estimate("select 1") == 0
    warehouse.close()


@pytest.mark.parametrize(
    ("text", "size"),
    [("500", 500), ("500B", 500), ("1.5 kb", 1500), ("10GB", 1e10), ("1GiB", 2**30), ("2T", 2e12)],
)
def test_a_size_is_bytes_in_thousands_unless_it_says_otherwise(text: str, size: float) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "-1", "1 XB", "GB", "1e9"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(RecsqlError, match="is not a size"):
        read_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (999.9, "1 KB"), (1234567, "1.23 MB"), (1e18, "1e+03 PB")],
)
def test_a_size_is_shown_with_three_digits(size: float, text: str) -> None:
    assert show_size(size) == text
