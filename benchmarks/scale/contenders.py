"""What is measured: each contender is a process that answers the four audits' headline questions.

A process's peak memory counts from that of its parent, so what is large runs elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import peers

HERE = Path(__file__).parent
CHECKS = (
    "signal_age", "unmerged_persons", "unmerged_traffic", "realised_accuracy",
    "late_recommendations",
)  # fmt: skip
SCAN = """
select count(distinct key), max(event_ts), max(ingested_ts), count(item_id), count(category),
    count(event_type)
from 'events/*/*.parquet';
select count(request_id), count(item_id), max(position) from 'served_items.parquet'
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """Its command line in a shop, whether recsql must be heard before, and how it may end."""

    command: Callable[[Path], list[str]]
    listens: bool = False
    exit_codes: tuple[int, ...] = (0,)
    environment: Mapping[str, str] = field(default_factory=dict)


def _script(shop: Path, statements: list[str]) -> list[str]:
    """Bare Python and DuckDB: one connection, one statement after the other."""
    digest = hashlib.sha256("".join(statements).encode()).hexdigest()
    path = shop / f"{digest[:16]}.py"
    if not path.exists():
        lines = [f"connection.execute({sql!r}).fetchall()" for sql in statements]
        settings = "set preserve_insertion_order = false; set TimeZone = 'UTC'"
        head = [
            "import duckdb, os", f"os.chdir({str(shop)!r})", "connection = duckdb.connect()",
            f"connection.execute({settings!r})",
        ]  # fmt: skip
        path.write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    return [sys.executable, str(path)]


def _by_hand(shop: Path) -> list[str]:
    files = sorted((HERE / "by_hand").glob("*.sql"))
    return _script(shop, [path.read_text(encoding="utf-8") for path in files])


def _recsql(shop: Path) -> list[str]:
    folder = ["--project-dir", str(shop), "--profiles-dir", str(shop), "--no-history"]
    return [sys.executable, "-m", "recsql", "run", *folder, "--select", " ".join(CHECKS)]


def _own_sql(shop: Path) -> list[str]:
    return _script(shop, json.loads((shop / "statements.json").read_text(encoding="utf-8")))


CONTENDERS = {
    "scan of the columns": Contender(lambda shop: _script(shop, SCAN.split(";"))),
    "by hand": Contender(_by_hand),
    "recsql": Contender(_recsql, exit_codes=(0, 1, 3)),
    "own SQL in bare DuckDB": Contender(_own_sql, listens=True),
    **{
        name: Contender(partial(peers.command, name), environment=peer.environment)
        for name, peer in peers.PEERS.items()
    },
}
