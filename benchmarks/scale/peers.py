"""Peers that answer the same four questions, each in an environment of its own.

polars and pandas have a script each under `frames/`. dbt gets the SQL by hand as singular tests,
SQLMesh as standalone audits, Soda as checks of failed rows: each asks for the rows in which a share
is above 1, so that every query is computed and every test passes. Their usage reports are off.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".peers"
QUESTIONS = {
    "conversion_window_alignment": "late_share",
    "identity_coverage": "person_share",
    "offline_online_gap": "hit_rate",
    "signal_freshness": "cold_share",
}
"""The SQL by hand, and a share that it returns."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What pip installs, the command after the environment's `bin/`, and what comes before it.

    Paths in a command start at the shop, in whose folder it runs.
    """

    requirements: tuple[str, ...]
    command: tuple[str, ...]
    write: Callable[[Path], None] = lambda _: None
    once: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def command(name: str, shop: Path) -> list[str]:
    """A peer's command line; its environment and its project are made if they are not there."""
    peer, binaries = PEERS[name], ENVIRONMENTS / name / "bin"
    if not binaries.exists():
        subprocess.run([sys.executable, "-m", "venv", str(binaries.parent)], check=True)  # noqa: S603 - ours
        pip = [str(binaries / "pip"), "install", "--quiet", *peer.requirements]
        subprocess.run(pip, check=True)  # noqa: S603 - our own list
    if not (shop / name).exists():
        (shop / name).mkdir()
        peer.write(shop)
        if peer.once:
            first = [str(binaries / peer.once[0]), *peer.once[1:]]
            subprocess.run(first, cwd=shop, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    return [str(binaries / peer.command[0]), *peer.command[1:]]


def _queries() -> Iterator[tuple[str, str]]:
    """Each question's name, and a query that returns a row where its share is above 1."""
    for name, share in QUESTIONS.items():
        sql = (HERE / "by_hand" / f"{name}.sql").read_text(encoding="utf-8")
        yield name, f"select * from (\n{sql}) as found where {share} > 1\n"  # noqa: S608


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _dbt(shop: Path) -> None:
    _write(shop / "dbt" / "dbt_project.yml", "name: peers\nprofile: peers\n")
    output = "{type: duckdb, path: ':memory:', threads: 2}"
    profile = f"peers: {{target: local, outputs: {{local: {output}}}}}\n"
    _write(shop / "dbt" / "profiles.yml", profile)
    for name, sql in _queries():
        _write(shop / "dbt" / "tests" / f"{name}.sql", sql)


def _sqlmesh(shop: Path) -> None:
    config = """\
        gateways: {local: {connection: {type: duckdb, database: sqlmesh/state.duckdb}}}
        default_gateway: local
        model_defaults: {dialect: duckdb, start: 2026-01-01}
        """
    _write(shop / "sqlmesh" / "config.yaml", textwrap.dedent(config))
    # a project without a model is none
    model = "MODEL (name shop.one, kind VIEW);\nselect 1 as one\n"
    _write(shop / "sqlmesh" / "models" / "one.sql", model)
    for name, sql in _queries():
        audit = f"AUDIT (name {name}, standalone true);\n{sql}"
        _write(shop / "sqlmesh" / "audits" / f"{name}.sql", audit)


def _soda(shop: Path) -> None:
    # a contract is about a table; made elsewhere, since DuckDB would count for every contender
    table = "create table one as select 1 as one"
    code = f"import duckdb; duckdb.connect('soda/one.duckdb').execute({table!r})"
    subprocess.run([sys.executable, "-c", code], cwd=shop, check=True)  # noqa: S603 - our own code
    source = "type: duckdb\nname: shop\nconnection: {database: soda/one.duckdb}\n"
    _write(shop / "soda" / "source.yml", source)
    checks = [
        f"  - failed_rows:\n      name: {name}\n      qualifier: {name}\n      query: |\n"
        + textwrap.indent(sql, " " * 8)
        for name, sql in _queries()
    ]
    head = "dataset: shop/one/main/one\ncolumns:\n  - name: one\nchecks:\n"
    _write(shop / "soda" / "contract.yml", head + "".join(checks))


PEERS = {
    "polars": Peer(("polars>=1.30",), ("python", str(HERE / "frames" / "polars_script.py"))),
    "pandas": Peer(
        ("pandas>=2.3", "pyarrow>=20"), ("python", str(HERE / "frames" / "pandas_script.py"))
    ),
    "soda": Peer(
        ("soda-duckdb>=4.28,<5",),
        ("soda", "contract", "verify", "-c", "soda/contract.yml", "-ds", "soda/source.yml"),
        _soda,
        environment={"SODA_CORE_TELEMETRY_ENABLED": "false"},
    ),
    "dbt": Peer(
        ("dbt-core>=1.11,<1.12", "dbt-duckdb>=1.10,<1.11"),
        ("dbt", "test", "--project-dir", "dbt", "--profiles-dir", "dbt"),
        _dbt,
        environment={"DBT_SEND_ANONYMOUS_USAGE_STATS": "0"},
    ),
    "sqlmesh": Peer(
        ("sqlmesh>=0.236,<0.237",),
        ("sqlmesh", "-p", "sqlmesh", "audit"),
        _sqlmesh,
        once=("sqlmesh", "-p", "sqlmesh", "plan", "--auto-apply", "--no-prompts"),
        environment={"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1"},
    ),
}
