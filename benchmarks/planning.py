"""What a run reads on a warehouse that bills bytes: `python benchmarks/planning.py`.

The statements of a whole run on the shop of `benchmarks/scale` are planned one by one by DuckDB,
each just before it runs; a plan tells which columns of which table the statement needs. A column's
bytes are counted in its rows by the sizes that BigQuery bills (a text 2 and its own, a number or an
instant 8, a boolean 1, nothing for NULL), once a statement. Two shops of
which one is four times as large give the bytes of a run that grow with the events, and with them
those of a shop of any size, whose people, requests and lists are taken to grow alike; what does not
grow, such as the catalogue and the replayed requests, is too little to count. CPU seconds are
DuckDB's, on one thread, and grow in the same way.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from recsql.api import Request, run_request
from recsql.warehouses.base import Rows
from recsql.warehouses.duckdb import DuckDB

HERE = Path(__file__).parent / "scale"
RELATIONS = ("events", "links", "serving", "served_items", "outcomes", "catalogue")
HEADLINES = (
    "signal_age", "unmerged_persons", "unmerged_traffic", "realised_accuracy",
    "late_recommendations",
)  # fmt: skip
_BILLED = """
select coalesce(sum(case
    when {column} is null then 0
    when typeof({column}) = 'VARCHAR' then 2 + strlen({column}::varchar)
    when typeof({column}) = 'BOOLEAN' then 1
    else 8
end), 0) from {table}
"""


@dataclass(slots=True)
class Bill:
    """The bytes that the statements of one run read, by the table they read them from."""

    tables: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    cpu_s: float = 0.0

    @property
    def mapped(self) -> float:
        """Bytes of the shop's own tables."""
        return float(sum(read for table, read in self.tables.items() if table in RELATIONS))

    @property
    def worked(self) -> float:
        """Bytes of the run's own working tables."""
        return float(self.tables.total()) - self.mapped


def main(
    events: Annotated[int, typer.Option(help="Events of the larger shop that is run.")] = 200_000,
    days: Annotated[int, typer.Option(help="Days of history.")] = 56,
    daily: Annotated[
        float, typer.Option(help="Events a day of the shop that is planned.")
    ] = 10_000_000_000,
    price: Annotated[float, typer.Option(help="Price of 2^40 bytes.")] = 6.25,
) -> None:
    """Print the table."""
    small, large = _runs(events // 4, days), _runs(events, days)
    grown = events - events // 4
    scale = daily * days / grown
    print("| run | statements | TB of mapped tables | TB of working tables | price | CPU hours |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, bill in large.items():
        before = small[name]
        mapped = (bill.mapped - before.mapped) * scale
        worked = (bill.worked - before.worked) * scale
        cpu_h = (bill.cpu_s - before.cpu_s) * scale / 3600.0
        print(
            f"| {name} | {bill.statements} | {mapped / 1e12:,.0f} | {worked / 1e12:,.0f} "
            f"| {(mapped + worked) / 2**40 * price:,.0f} | {cpu_h:,.0f} |"
        )
    print("\nBytes for each event of the history, all checks, by table:\n")
    more = large["all checks"].tables.copy()
    more.subtract(small["all checks"].tables)
    for table, read in more.most_common(12):
        print(f"- `{table}`: {read / grown:,.0f}")


def _runs(events: int, days: int) -> dict[str, Bill]:
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder)
        _build(shop, events, days)
        return {
            "the five headline checks": _billed(shop, HEADLINES, None),
            "all checks": _billed(shop, (), None),
            "all checks, one person in a hundred": _billed(shop, (), 0.01),
        }


def _build(shop: Path, events: int, days: int) -> None:
    """The shop as tables of a DuckDB file, so that a plan names them."""
    sql = (HERE / "shop.sql").read_text(encoding="utf-8")
    for name, value in (("events", events), ("days", days), ("folder", shop)):
        sql = sql.replace(f"{{{name}}}", str(value))
    duckdb.connect().execute(sql)
    files = {"events": "events/*/*.parquet"}
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:
        for name in RELATIONS:
            path = shop / files.get(name, f"{name}.parquet")
            connection.execute(f"create table {name} as from read_parquet('{path}')")
        (last,) = connection.execute("select max(event_ts) from events").fetchone() or ("",)
    (shop / "recsql.yml").write_text(
        f"name: scale\nas_of: '{last}'\nwindow: 28d\nhistory: {days}d\nrelations:\n"
        + "".join(f"  {name}: {{from: {name}}}\n" for name in RELATIONS)
        + "identifiers: {user_id: {unique: true, max_keys: 50}}\n",
        encoding="utf-8",
    )
    target = {"type": "duckdb", "path": "shop.duckdb", "settings": {"memory_limit": "4GB"}}
    profile = json.dumps({"scale": {"target": "local", "outputs": {"local": target}}})
    (shop / "profiles.yml").write_text(profile, encoding="utf-8")


def _billed(shop: Path, select: tuple[str, ...], sample: float | None) -> Bill:
    bill = Bill()
    materialize, query = DuckDB.materialize, DuckDB.query

    def made(self: DuckDB, table: str, sql: str) -> None:
        _add(self, sql, bill)
        started = time.thread_time()
        materialize(self, table, sql)
        bill.cpu_s += time.thread_time() - started

    def asked(self: DuckDB, sql: str) -> Rows:
        if sql.startswith("/* recsql"):
            _add(self, sql, bill)
        started = time.thread_time()
        rows = query(self, sql)
        bill.cpu_s += time.thread_time() - started
        return rows

    DuckDB.materialize, DuckDB.query = made, asked  # type: ignore[method-assign]
    try:
        request = Request(shop, profiles_dir=shop, select=select, sample=sample, threads=1)
        result, _ = run_request(request)
    finally:
        DuckDB.materialize, DuckDB.query = materialize, query  # type: ignore[method-assign]
    if result.problems:
        raise SystemExit("; ".join(problem.message for problem in result.problems))
    return bill


def _add(session: DuckDB, sql: str, bill: Bill) -> None:
    """Count what one statement reads: each column of each table once."""
    bill.statements += 1
    (plan,) = (row[1] for row in session.execute(f"explain (format json) {sql}").fetchall())
    for table, texts in _scans(json.loads(plan)).items():
        told = set(re.findall(r"\w+", " ".join(texts)))
        for column, *_ in session.execute(f"describe {table}").fetchall():
            if column in told:
                asked = _BILLED.format(table=table, column=f'"{column}"')
                ((read,),) = session.execute(asked).fetchall()
                bill.tables[table.rpartition(".")[2].strip('"')] += int(read)


def _scans(nodes: list[dict[str, Any]]) -> Mapping[str, list[str]]:
    """What a plan says of the columns of each table that it reads: their names, and filters."""
    found: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        if "Table" in node["extra_info"]:
            for part in ("Projections", "Filters"):
                told = node["extra_info"].get(part, [])
                found[node["extra_info"]["Table"]] += [told] if isinstance(told, str) else told
        for table, texts in _scans(node["children"]).items():
            found[table] += texts
    return found


if __name__ == "__main__":
    typer.run(main)
