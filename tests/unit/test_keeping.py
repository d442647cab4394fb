"""`results_to`: the one write into a warehouse happens with consent only, and whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from recsql.model import Reason, Status
from recsql.report import as_rows
from recsql.results import CheckResult
from tests.pictured import PICTURED
from tests.unit.conftest import SHOP, Recsql, Write
from tests.unit.test_cli import BAD, results

PROFILES = "shop: {target: t, outputs: {t: {type: duckdb, path: shop.duckdb}}}"
SKIPPED = "sql: select 1.0 as m from {{ relation('serving') }} as serving\nmetrics: {m: }\n"


@pytest.fixture
def shop(write: Write) -> Path:
    """A project on a file with a schema for results."""
    root = write({"profiles.yml": PROFILES, "recsql.yml": f"results_to: mon.found\n{SHOP}",
                  "checks/bad.yml": BAD, "checks/skipped.yml": SKIPPED})  # fmt: skip
    with duckdb.connect(str(root / "shop.duckdb")) as connection:
        connection.execute("create schema mon")
    return root


def found(root: Path, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / "shop.duckdb"), read_only=True) as connection:
        return connection.execute(f"select {columns} from mon.found order by all").fetchall()


def tables(root: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / "shop.duckdb"), read_only=True) as connection:
        return connection.execute("select table_name from duckdb_tables()").fetchall()


def test_without_consent_nothing_is_written(
    recsql: Recsql,
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECSQL_WRITE_RESULTS", "1")  # consent is not inherited
    assert recsql("run", "--project-dir", shop, "-s", "bad").code == 1
    assert tables(shop) == []


def test_with_consent_each_run_adds_its_numbers(recsql: Recsql, shop: Path) -> None:
    for _ in range(2):
        said = recsql("run", "--project-dir", shop, "-s", "bad skipped", "--write-results")
        assert said.code == 1
    columns = "check_name, check_status, check_reason, metric, segment, value, status"
    assert found(shop, columns) == [
        ("bad", "fail", None, "m", "{}", 9.0, "fail"),
        ("bad", "fail", None, "m", "{}", 9.0, "fail"),
        ("skipped", "skip", "not_computable", None, None, None, None),
        ("skipped", "skip", "not_computable", None, None, None, None),
    ]
    ids = {run_id for (run_id,) in found(shop, "distinct run_id")}
    run = results(shop)["run"]
    assert isinstance(run, dict)
    assert len(ids) == 2
    assert run["id"] in ids


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        ({"recsql.yml": SHOP}, 2, "there is no table to write the results to"),
        ({"recsql.yml": f"results_to: found\n{SHOP}"}, 2, "there is no table to write"),
        ({"recsql.yml": f"results_to: a.b; drop\n{SHOP}"}, 2, "there is no table to write"),
        ({"recsql.yml": f"results_to: no.found\n{SHOP}"}, 3, "no does not exist"),
        ({"profiles.yml": ""}, 3, "a database in memory keeps no results"),
    ],
)
def test_what_cannot_be_written_is_told(
    recsql: Recsql,
    shop: Path,
    files: dict[str, str],
    code: int,
    message: str,
) -> None:
    for name, text in files.items():
        (shop / name).write_text(text, encoding="utf-8")
    said = recsql("run", "--project-dir", shop, "-s", "bad", "--write-results")
    assert (said.code, message in said.err + said.out) == (code, True), said
    assert tables(shop) == []


def test_a_table_without_its_schema_is_a_mistake_with_its_place(
    recsql: Recsql,
    shop: Path,
) -> None:
    (shop / "recsql.yml").write_text(f"results_to: found\n{SHOP}", encoding="utf-8")
    said = recsql("run", "--project-dir", shop, "-s", "bad")
    assert said.code == 2
    assert "`results_to: found` is not a table with its schema" in said.out
    assert "recsql.yml:1:" in said.out


def test_a_table_of_other_columns_stays_as_it_was(recsql: Recsql, shop: Path) -> None:
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:
        connection.execute("create table mon.found (run_id varchar)")
    said = recsql("run", "--project-dir", shop, "-s", "bad", "--write-results")
    assert said.code == 3
    assert results(shop)["problems"]
    assert found(shop, "count(*)") == [(0,)]


def test_every_number_is_a_row_and_every_row_is_as_wide_as_the_table() -> None:
    nothing = CheckResult("x", "own", Status.SKIP, Reason.NOT_COMPUTABLE)
    written = as_rows.rows(replace(PICTURED, checks=(*PICTURED.checks, nothing)))
    count = sum(len(check.metrics) or 1 for check in PICTURED.checks) + 1
    assert len(written) == count
    assert {len(row) for row in written} == {len(as_rows.TYPES)}
    by_name = dict(zip(as_rows.TYPES, written[0], strict=True))
    assert (by_name["as_of"], by_name["metric"]) == ("2026-03-03 12:00:00", "median_signal_age")
