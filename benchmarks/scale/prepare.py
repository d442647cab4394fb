"""What happens before anything is measured: the shop is built, and recsql's statements heard."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import typer
from contenders import CHECKS

from recsql.api import Request, run_request
from recsql.warehouses.duckdb import DuckDB

HERE = Path(__file__).parent
app = typer.Typer(add_completion=False)


@app.command()
def build(shop: Path, events: int, days: int) -> None:
    """Write the shop's Parquet files, and a project over them; a shop that is there is kept."""
    shop.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "project", shop, dirs_exist_ok=True)
    if (shop / "outcomes.parquet").exists():
        return
    sql = (HERE / "shop.sql").read_text(encoding="utf-8")
    for name, value in (("events", events), ("days", days), ("folder", shop)):
        sql = sql.replace(f"{{{name}}}", str(value))
    duckdb.connect().execute(sql)


@app.command()
def listen(shop: Path) -> None:
    """Write down each statement that a run of recsql sends, in its order."""
    heard: list[str] = []
    execute = DuckDB.execute

    def listening(self: DuckDB, sql: str, *, again: bool = False) -> duckdb.DuckDBPyConnection:
        heard.append(sql)
        return execute(self, sql, again=again)

    DuckDB.execute = listening  # type: ignore[method-assign]
    run_request(Request(project_dir=shop, profiles_dir=shop, select=CHECKS, threads=1))
    (shop / "statements.json").write_text(json.dumps(heard), encoding="utf-8")


if __name__ == "__main__":
    app()
