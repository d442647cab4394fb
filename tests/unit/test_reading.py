"""What a check reads and can lack, against what the compiler itself does without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recsql.compile import dialects
from recsql.compile.compiler import Compiler, table_names
from recsql.compile.moment import Moment, Policy
from recsql.compile.reading import Reader, Reading
from recsql.compile.sources import Sources
from recsql.errors import Location, NotComputableError
from recsql.model import Catalog, Check, Inputs, Model, Relation, Text, Variable
from recsql.project.contract import MAPPABLE, RELATIONS
from recsql.project.load import load

ROOT = Path(__file__).parents[2]
LOADED = load(ROOT, optional=True)
READER = Reader(LOADED.catalog, LOADED.project.variables)
DAY = 86400.0


def compiles(check: Check, lacking: str) -> bool:
    """Whether a project that maps everything but one relation or column can compile the check."""
    place = Location("recsql.yml", 1)
    relations = dict(LOADED.project.relations)
    columns = {}
    for name in MAPPABLE:
        if name != lacking:
            relations[name] = Relation(name, Text(f"raw_{name}", place))
            own = (column for column in RELATIONS[name] if f"{name}.{column}" != lacking)
            columns[name] = frozenset(own)
    names = table_names(LOADED.catalog)
    sources = Sources(relations, columns, names, dialects.CANONICAL)
    moment = Moment(datetime(2026, 1, 1, tzinfo=UTC), 28 * DAY, 56 * DAY)
    policy = Policy(moment, LOADED.project.variables, sources.mapped)
    try:
        Compiler(LOADED.catalog, policy, sources).check(check)
    except NotComputableError:
        return False
    return True


@pytest.mark.parametrize(
    "name", ["signal_age", "drift_curve", "version_mismatch", "training_leak", "logging_gaps"]
)
def test_what_can_be_missing_is_what_the_compiler_does_without(name: str) -> None:
    check = LOADED.catalog.checks[name]
    reading = READER.read(check)
    asked = {*reading.columns}
    asked |= {f"{r}.{c}" for r in ("serving", "snapshots") for c in reading.columns.get(r, ())}
    assert {each for each in asked if compiles(check, each)} == reading.missable & asked


def small(sql: str, inputs: Inputs, model: Inputs) -> Reading:
    place = Location("own.sql", 1)
    below = Model(
        "below", "b",
        Text("select key, user_id from {{ relation('events') }} as events", place),
        place, inputs=model,
    )  # fmt: skip
    check = Check("own", "custom", "S.", Text(sql, Location("own.yml", 1)), place, inputs=inputs)
    catalog = Catalog(
        checks={"own": check},
        models={"below": below},
        variables={"grace": Variable("grace", "duration", 60.0, "g")},
    )
    return Reader(catalog, {"grace": 60.0}).read(check)


SQL = "select count(*) as m, {{ var_us('grace') }} as g from {{ ref('below') }} as below"


def test_inputs_models_and_variables_are_those_of_all_statements() -> None:
    costs = {"events.user_id": "no login"}
    found = small(SQL, Inputs(), Inputs(frozenset({"events.user_id"}), notes_without=costs))
    assert [model.name for model in found.models] == ["below"]
    assert replace(found, models=()) == Reading(
        models=(),
        direct=("below",),
        columns={"events": ("key", "user_id")},
        missable=frozenset({"events.user_id"}),
        degraded={},
        notes=costs,
        variables=("grace",),
        own_variables=("grace",),
    )


def test_what_one_statement_needs_cannot_be_missing_although_another_could_do_without() -> None:
    own = "select user_id as m from {{ relation('events') }} as events -- {{ ref('below') }}"
    found = small(own, Inputs(), Inputs(frozenset({"events.user_id"})))
    assert found.missable == frozenset()


def test_what_the_numbers_mean_nothing_without_cannot_be_missing() -> None:
    optional = Inputs(frozenset({"events"}))
    assert small(SQL, Inputs(), optional).missable >= {"events", "events.key"}
    assert "events" not in small(SQL, Inputs(requires=frozenset({"events"})), optional).missable
    required = Inputs(requires=frozenset({"events.key"}))
    assert "events.key" not in small(SQL, required, optional).missable


def test_what_only_the_rows_need_can_be_missing() -> None:
    place = Location("own.sql", 1)
    rows = Text("select s.key from {{ relation('serving') }} as s", Location("own.rows.sql", 1))
    check = Check("own", "custom", "S.", Text("select 1 as m", place), place, rows_sql=rows)
    found = Reader(Catalog(checks={"own": check}), {}).read(check)
    assert found.columns == {"serving": ("key",)}
    assert found.missable == {"serving", "serving.key"}


def test_a_statement_without_an_input_counts_as_that_project_gets_it() -> None:
    sql = (
        "select {% if mapped('events.surface') %}events.surface{% else %}'x'{% endif %} as m"
        " from {{ relation('events') }} as events"
    )
    found = small(sql, Inputs(), Inputs())
    assert found.columns == {"events": ("surface",)}
    assert found.missable == {"events.surface"}
