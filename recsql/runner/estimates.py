"""What a run would read, before it reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recsql.errors import WarehouseError
from recsql.model import CompiledCheck, CompiledModel, Statement
from recsql.warehouses.base import Estimating, Outlining, Warehouse


@dataclass(frozen=True, slots=True)
class Estimate:
    """The bytes that some statements would read, whose estimate that is, and what has none."""

    bytes: float
    statements: int
    estimated_by: str
    unknown: tuple[str, ...]


def estimate(
    warehouse: Warehouse, models: Sequence[CompiledModel], checks: Sequence[CompiledCheck]
) -> Estimate | None:
    """What the statements would read of the mapped tables; None where the warehouse does not tell.

    A model stands in as an empty temp table, so that what reads it can be planned: its rows, which
    nobody knows yet, do not count. A table that two statements read counts twice, and the rows that
    illustrate a check count as if they were asked for. A fixpoint counts with one round.
    """
    if not isinstance(warehouse, Estimating):
        return None
    total, count = 0.0, 0
    unknown: list[str] = []
    for name, table, statement in _statements(models, checks):
        try:
            total += warehouse.estimate(statement.sql)
            count += 1
            if table is not None:
                _stand_in(warehouse, table, statement.sql)
        except WarehouseError as error:
            unknown.append(f"{name}: {error.message}")
    return Estimate(total, count, warehouse.estimated_by, tuple(unknown))


def _stand_in(warehouse: Warehouse, table: str, sql: str) -> None:
    if isinstance(warehouse, Outlining):
        warehouse.outline(table, sql)
    else:
        empty = f"select * from ({sql}) as planned where 1 = 0"  # noqa: S608 - one SELECT in another
        warehouse.materialize(table, empty)


def _statements(
    models: Sequence[CompiledModel], checks: Sequence[CompiledCheck]
) -> Iterator[tuple[str, str | None, Statement]]:
    """Each statement with the table that it makes, in building order."""
    for model in models:
        name = f"model `{model.name}`"
        for table, statement in model.start:
            yield name, table, statement
        for step in model.steps:
            yield name, step.table, step.sql
        yield name, model.table, model.statement
    for check in checks:
        name = f"check `{check.check.name}`"
        yield name, None, check.statement
        if check.rows is not None:
            yield name, None, check.rows
