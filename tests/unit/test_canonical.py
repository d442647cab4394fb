"""The house rule on SQL: built-in statements stay inside the subset that every engine shares."""

from __future__ import annotations

import pytest

from recsql.compile import canonical, dialects
from recsql.compile.library import rendered_library
from recsql.errors import Location
from recsql.model import Text

_LIBRARY = dict(rendered_library())


def breaches(sql: str) -> list[str]:
    return list(canonical.breaches(dialects.parse(sql, Text(sql, Location("own.sql", 1)))))


@pytest.mark.parametrize("name", sorted(_LIBRARY))
def test_a_built_in_statement_stays_in_the_subset(name: str) -> None:
    rendered = _LIBRARY[name]
    tree = dialects.parse(rendered.sql, rendered.source)
    assert sorted(set(canonical.breaches(tree))) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select median(a.x) as x from a",
        "select count(*) filter (where a.x > 1) as n from a",
        "select a.x from a qualify row_number() over (order by a.x) = 1",
        "select arg_max(a.x, a.y) as x from a",
        "select a.x / a.y as ratio from a",
        "select cast(a.x as integer) as x from a",
        "select cast(a.x as decimal(18, 3)) as x from a",
        "select a.x from a where a.x not in (select b.x from b)",
        "select a.x from a where a.flag is not true",
        "select a.x from a right join b on a.x = b.x",
        "select a.x from a join b using (x)",
        "select count(distinct a.x) over (partition by a.y) as n from a",
        "select greatest(a.x, a.y) as x from a",
        "select round(a.x, 2) as x from a",
        "select log(a.x) as x from a",
        "select date_trunc('day', a.t) as day from a",
        "select hash(a.x) as h from a",
        "select unnest([1, 2]) as x",
        "select a.x from a, lateral (select 1) as b",
    ],
)
def test_a_construct_that_differs_between_engines_is_told(sql: str) -> None:
    assert breaches(sql) != []


@pytest.mark.parametrize(
    "sql",
    [
        "select count(case when a.x > 1 then 1 end) as n from a",
        "select cast(a.x as double) / nullif(a.y, 0) as ratio from a",
        "select a.x from a where not exists (select 1 from b where b.x = a.x)",
        "select rs_epoch_us(a.t) as us, rs_hash_u(a.k) as u from a",
        "select max(a.x) over (partition by a.y order by a.z rows between unbounded preceding"
        " and current row) as x from a",
    ],
)
def test_the_portable_forms_pass(sql: str) -> None:
    assert breaches(sql) == []
