"""Floor 3: SQL text becomes rows; no template is known here.

A warehouse is a function `connect(target, root) -> Warehouse`. recsql's own are listed here,
others register under the entry-point group `recsql.warehouses`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from recsql.errors import ConfigError, did_you_mean
from recsql.model import Target
from recsql.warehouses.base import Table, Warehouse

Connect = Callable[[Target, Path], Warehouse]

BUILT_IN = {
    "bigquery": "recsql.warehouses.bigquery",
    "clickhouse": "recsql.warehouses.clickhouse",
    "databricks": "recsql.warehouses.databricks",
    "duckdb": "recsql.warehouses.duckdb",
    "postgres": "recsql.warehouses.postgres",
    "redshift": "recsql.warehouses.redshift",
    "snowflake": "recsql.warehouses.snowflake",
    "spark": "recsql.warehouses.spark",
    "trino": "recsql.warehouses.trino",
}


def connect(target: Target, root: Path) -> Warehouse:
    """An open warehouse for a target; `root` is the project's folder, for relative paths.

    Raises `ConfigError` for an unknown type or a driver that is not installed, and
    `WarehouseError` when the warehouse cannot be reached.
    """
    if target.type in BUILT_IN:
        return _opener(target.type)(target, root)
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and rarely needed

    others = {entry.name: entry for entry in entry_points(group="recsql.warehouses")}
    if target.type not in others:
        hint = did_you_mean(target.type, {*BUILT_IN, *others})
        raise ConfigError(f"recsql cannot connect to `type: {target.type}`", hint=hint)
    opener: Connect = others[target.type].load()
    return opener(target, root)


Keep = Callable[[Target, Path, Table], None]


def keeper(target: Target) -> Keep:
    """What appends rows to a table of the target, all or none, on a connection of its own.

    The table is made where it is not there, its schema is not. Raises `ConfigError` for a type of
    warehouse into which recsql does not write; the keeper raises `WarehouseError`.
    """
    module = import_module(BUILT_IN[target.type]) if target.type in BUILT_IN else None
    found: Keep | None = getattr(module, "keep", None)
    if found is None:
        hint = "leave `results_to` out: run_results.json has every number"
        raise ConfigError(f"recsql does not write into `type: {target.type}`", hint=hint)
    return found


def _opener(kind: str) -> Connect:
    try:
        found: Connect = import_module(BUILT_IN[kind]).connect
    except ModuleNotFoundError as cause:
        message = f"`type: {kind}` needs the Python package `{cause.name}`"
        raise ConfigError(message, hint=f"pip install 'recsql-audit[{kind}]'") from None
    return found
