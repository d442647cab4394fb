"""What is in the mapped tables: rows, times and NULLs, read no further back than a run reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from recsql.compile import dialects, relations
from recsql.compile.compiler import Compiler
from recsql.errors import Location
from recsql.model import Check, Relation, Scalar, Text
from recsql.project.contract import RELATIONS
from recsql.warehouses.base import Warehouse

FIRST_ROWS = 1_000_000
"""How many rows are read of a relation that has no time to be bounded by."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Survey:
    """A relation's rows within the bound, its first and last instant, and the share of NULLs.

    `clock` is the column whose times bound it, if it has one. `newest` is the last instant of all,
    asked for only where no row is within the bound.
    """

    rows: int
    clock: str | None
    first: datetime | None
    last: datetime | None
    nulls: Mapping[str, float]
    newest: datetime | None = None


def survey(relation: Relation, compiler: Compiler, warehouse: Warehouse) -> Survey:
    """One statement over the relation, and a second one if its clock is out of bounds.

    Raises `RecsqlError` for what cannot be compiled or read.
    """
    name, available = relation.name, compiler.sources.available(relation.name)
    columns = [column for column in RELATIONS[name] if column in available]
    clock = next((c for c in columns if _is_clock(name, c)), None)
    text = _statement(name, columns, clock)
    check = Check(f"debug_{name}", "debug", "", Text(text, Location("debug")), Location("debug"))
    found = warehouse.query(compiler.check(check).statement.sql).rows[0]
    rows = _count(found[0])
    filled = dict(zip(columns, map(_count, found[3:]), strict=True))
    newest = None
    if clock is not None and not rows:
        tree = relations.newest(relation, clock, compiler.sources)
        sql = dialects.generate(tree, compiler.sources.dialect)
        newest = _instant(warehouse.query(sql).rows[0][0])
    return Survey(
        rows=rows,
        clock=clock,
        first=_instant(found[1]),
        last=_instant(found[2]),
        nulls={c: 1 - n / rows for c, n in filled.items() if rows and n < rows},
        newest=newest,
    )


def _is_clock(relation: str, column: str) -> bool:
    known = RELATIONS[relation][column]
    return known.required and known.type == "timestamp"


def _statement(name: str, columns: list[str], clock: str | None) -> str:
    """The question in the checks' own SQL; every name in it is the contract's."""
    counts = "".join(f", count(found.{column}) as filled_{column}" for column in columns)
    listed = ", ".join(f"{name}.{column}" for column in columns)
    inner = f"select {listed} from {{{{ relation('{name}') }}}} as {name}"  # noqa: S608
    if clock is None:
        times = "cast(null as bigint) as first_us, cast(null as bigint) as last_us"
        inner += f" limit {FIRST_ROWS}"
    else:
        times = f"rs_epoch_us(min(found.{clock})) as first_us, "
        times += f"rs_epoch_us(max(found.{clock})) as last_us"
        inner += f" where {name}.{clock} >= {{{{ history_start() }}}}"
        inner += f" and {name}.{clock} < {{{{ as_of() }}}}"
    return f"select count(*) as n_rows, {times}{counts} from ({inner}) as found"  # noqa: S608


def _count(value: Scalar) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _instant(value: Scalar) -> datetime | None:
    if not isinstance(value, int | float):
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(value))
    except OverflowError:
        return None
