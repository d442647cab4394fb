"""What `recsql compile` gives, run by DuckDB alone: `python benchmarks/bare.py plan.json FILE`.

The models in order, each into a temp table, then the checks and the rows that illustrate them; see
`overhead.py`, which writes the plan. Nothing of recsql is imported.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Run the statements of a plan on a file, and forget their rows."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    connection = duckdb.connect(sys.argv[2], read_only=True)
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")

    def put(table: str, sql: str) -> None:
        connection.execute(f'create or replace temp table "{table}" as {sql}')

    def count(sql: str) -> int:
        return int((connection.execute(sql).fetchone() or (0,))[0] or 0)

    for model in plan["models"]:
        for table, sql in model["start"]:
            put(table, sql)
        while model["changes"] and count(model["changes"]):
            for table, sql, changes in model["steps"]:
                put(table, sql)
                while changes and count(changes):
                    put(table, sql)
        put(model["table"], model["sql"])
    for sql in plan["queries"]:
        connection.execute(sql).fetchall()


if __name__ == "__main__":
    main()
