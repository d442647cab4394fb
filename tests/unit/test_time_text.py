"""The macro that writes times, against Python's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import Templates
from recsql.errors import Location
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime(1900, 3, 1, tzinfo=UTC), datetime(2100, 2, 28, 23, 59, 59, tzinfo=UTC)


def test_a_time_is_written_as_python_writes_it() -> None:
    loaded = load(builtin_root() / "checks", optional=True)
    policy = Policy(Moment(EPOCH, 0.0, 0.0), {}, lambda name: True)
    text = Text("{{ time_text('t.us') }}", Location("test", 1))
    sql = Templates(policy, loaded.catalog.macros).render(text).sql
    span = (LAST - FIRST) // timedelta(microseconds=1)
    random = np.random.default_rng(1).integers(0, span, 2000).tolist()
    times = [FIRST, LAST, EPOCH, EPOCH - timedelta(microseconds=1)]
    times += [FIRST + timedelta(microseconds=us) for us in random]
    values = [(t - EPOCH) // timedelta(microseconds=1) for t in times]
    rows = ", ".join(f"({us})" for us in values)
    found = duckdb.connect().execute(f"select {sql} from (values {rows}) as t(us)").fetchall()
    assert [row[0] for row in found] == [f"{t:%Y-%m-%d %H:%M:%S}" for t in times]
