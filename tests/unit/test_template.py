from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.compile.moment import Moment, Policy, Rendered
from recsql.compile.template import Templates, broken_macros
from recsql.errors import CompileError, Location
from recsql.model import Macro, Problem, Text, Value

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MOMENT = Moment(NOON, 28 * 86400.0, 56 * 86400.0)
VARIABLES: dict[str, Value] = {
    "grace": 86400.0, "share": 0.1, "word": "it's", "types": ("a", "b'c"), "none": (),
    "unset": None, "flag": True,
}  # fmt: skip


def templates(macros: dict[str, str] | None = None, sample: float | None = None) -> Templates:
    policy = Policy(MOMENT, VARIABLES, lambda name: name.startswith("events"), sample)
    return Templates(policy, catalog(macros or {}))


def catalog(macros: dict[str, str]) -> dict[str, Macro]:
    return {
        name: Macro(name, Text(text, Location(f"macros/{name}.sql", 1)))
        for name, text in macros.items()
    }


def render(text: str, macros: dict[str, str] | None = None) -> Rendered:
    return templates(macros).render(Text(text, Location("own.yml", 10, 5)))


def refused(text: str, macros: dict[str, str] | None = None) -> CompileError:
    with pytest.raises(CompileError) as caught:
        render(text, macros)
    return caught.value


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("{{ var('grace') }}", "86400"),
        ("{{ var('share') }}", "0.1"),
        ("{{ var('word') }}", "'it''s'"),
        ("{{ var('types') }}", "('a', 'b''c')"),
        ("{{ var('none') }}", "(NULL)"),
        ("{{ var('unset') }}", "NULL"),
        ("{{ var('flag') }}", "TRUE"),
        ("{{ var_us('grace') }}", "86400000000"),
        ("{{ literal(\"a'b\") }}", "'a''b'"),
        ("{{ literal(5) }}", "5"),
        ("{{ as_of() }}", "cast('2026-03-03 12:00:00' as timestamp)"),
        ("{{ as_of(minus='56d') }}", "cast('2026-01-06 12:00:00' as timestamp)"),
        ("{{ window_start() }}", "cast('2026-02-03 12:00:00' as timestamp)"),
        ("{{ history_start(minus='1h') }}", "cast('2026-01-06 11:00:00' as timestamp)"),
        ("{{ as_of_us() }}", str(int(NOON.timestamp()) * 10**6)),
        ("{{ window_start_us() }}", str((int(NOON.timestamp()) - 28 * 86400) * 10**6)),
        ("{% if mapped('events.key') %}a{% else %}b{% endif %}", "a"),
        ("{% if mapped('links') %}a{% else %}b{% endif %}", "b"),
        ("{% if var('unset') %}a{% else %}b{% endif %}", "b"),
        ("{% if var('word') == \"it's\" %}a{% endif %}", "a"),
        ("{{ sample_filter('person_id') }}", "1 = 1"),
        ("{{ relation('events') }}, {{ ref('requests') }}, {{ state('edges') }}",
         "recsql_relation_events, recsql_model_requests, recsql_state_edges"),
    ],
)  # fmt: skip
def test_a_template_is_offered_values_as_sql(text: str, sql: str) -> None:
    assert MOMENT.dated(render(text).sql) == sql


def test_an_instant_is_written_as_its_distance_from_as_of_until_the_end() -> None:
    sql = render("{{ as_of() }} {{ window_start_us() }} - 5").sql
    later = replace(MOMENT, as_of=NOON + timedelta(days=1))
    assert later.dated(sql).startswith("cast('2026-03-04 12:00:00' as timestamp) ")
    assert later.dated(sql).endswith(f" {int(NOON.timestamp() - 27 * 86400) * 10**6} - 5")


def test_what_a_template_uses_is_written_down_in_order_and_once() -> None:
    words = ("ref('b')", "relation('links')", "ref('a')", "ref('b')", "relation('events')")
    found = render(" ".join(f"{{{{ {word} }}}}" for word in words))
    assert (found.models, found.relations) == (("b", "a"), ("links", "events"))


def test_a_sample_is_a_hash_of_the_person() -> None:
    text = Text("{{ sample_filter('person_id') }}", Location("x"))
    assert templates(sample=0.1).render(text).sql == "rs_hash_u(person_id) < 0.1"


@given(st.text(alphabet=st.characters(exclude_characters="\0", codec="utf-8")))
def test_no_text_leaves_its_literal(value: str) -> None:
    policy = Policy(MOMENT, {"x": value}, lambda name: True)
    sql = Templates(policy, {}).render(Text("select {{ var('x') }}", Location("x"))).sql
    assert duckdb.execute(sql).fetchall() == [(value,)]


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "hint", "line"),
    [
        ("a\n{{ relatoin('x') }}", "`relatoin` is not defined in this template",
         "did you mean `relation`?", 11),
        ("a\n{{ var('grac') }}", "unknown variable `grac`", "did you mean `grace`?", 11),
        ("{{ mapped('evnts.key') }}", "unknown relation `evnts`", "did you mean `events`?", 10),
        ("\n\n{{ twcie(1) }}", "`twcie` is not defined in this template", "did you mean `twice`?",
         12),
        ("{{ x }}", "`x` is not defined in this template", None, 10),
        ("{{ as_of(minus='soon') }}", "`soon` is not a duration", "write 90s, 15m, 6h, 2d or 4w",
         10),
        ("{{ var_us('word') }}", "variable `word` is not a duration", None, 10),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_told_with_its_line_and_the_nearest_name(
    text: str, message: str, hint: str | None, line: int
) -> None:
    error = refused(text, {"twice": "{% macro twice(x) %}{{ x }}{% endmacro %}"})
    assert error.message == message
    if hint is not None:
        assert error.hint == hint
    assert error.location is not None
    assert (error.location.path, error.location.line) == ("own.yml", line)
    assert error.location.source == text.splitlines()[line - 10]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ relation.__globals__ }}",
        "{{ relation.__self__ }}",
        "{{ var('word').__class__ }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ ''['__class__'] }}",
        "{{ (''|attr('__class__')) }}",
        "{{ '{0.__class__}'.format(relation) }}",
        "{{ self.__init__ }}",
        "{{ relation.__func__.__globals__['__builtins__'] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        "{% include 'x.sql' %}",
        "{% import 'x.sql' as x %}",
        "{% extends 'x.sql' %}",
    ],
)
def test_a_template_cannot_reach_python_or_files(text: str) -> None:
    assert refused(text).location is not None


@pytest.mark.parametrize(
    "text",
    [
        "{{ 1 / 0 }}", "{{ 1 + 'a' }}", "{{ [][3] }}", "{{ [].pop() }}", "{{ {}.pop('x') }}",
        "{{ 'abc'.index('z') }}", "{{ '%d' % 'x' }}", "{{ '{}{}'.format(1) }}", "{{ as_of(1, 2) }}",
        "{{ var() }}", "{{ 5 | xmlattr }}", "{{ 'x' | nosuchfilter }}", "{{ 1 is nosuchtest }}",
        "{{ as_of(minus='99999999d') }}", "{{ literal([1]) + 1 }}", "{{ var('grace') * 2 }}",
    ],
)  # fmt: skip
def test_a_template_that_fails_is_an_error_at_its_line(text: str) -> None:
    error = refused(f"select\n{text}")
    assert error.location is not None
    assert (error.location.path, error.location.line) == ("own.yml", 11)


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n{{ b", 11), ("a\n\n{% if x %}", 12), ("{% endif %}", 10), ("a\n{{ b c }}", 11)],
)
def test_jinja_that_cannot_be_read_is_told_at_its_line(text: str, line: int) -> None:
    error = refused(text)
    assert error.message.startswith("this Jinja cannot be read: ")
    assert error.location is not None
    assert error.location.line == line


# --- macros --------------------------------------------------------------------------------------

TWICE = "{% macro twice(x) %}\n2 * {{ x }}\n{% endmacro %}\n"


def test_macros_call_macros_without_imports() -> None:
    macros = {"twice": TWICE, "four": "{% macro four(x) %}{{ twice(twice(x)) }}{% endmacro %}"}
    assert render("select {{ four('a') }}", macros).sql == "select 2 * 2 * a"


def test_a_macro_may_ask_for_relations_variables_and_times() -> None:
    text = (
        "{% macro x() %}{{ relation('events') }} {{ var('grace') }} {{ as_of_us() }}{% endmacro %}"
    )
    found = render("{{ x() }}", {"x": text})
    assert (found.sql.split()[0], found.relations) == ("recsql_relation_events", ("events",))


def test_a_mistake_in_a_macro_is_told_at_the_macros_own_line() -> None:
    macros = {"bad": "{% macro bad() %}\nselect\n  {{ var('grac') }}\n{% endmacro %}"}
    error = refused("select 1\n, {{ bad() }}", macros)
    assert (error.message, error.location) == (
        "unknown variable `grac`", Location("macros/bad.sql", 3),
    )  # fmt: skip


def test_an_undefined_name_in_a_macro_is_told_at_the_macros_own_line() -> None:
    macros = {"bad": "{% macro bad() %}\n\n{{ nobody }}{% endmacro %}"}
    error = refused("{{ bad() }}", macros)
    assert error.location is not None
    assert (error.message, str(error.location)) == (
        "`nobody` is not defined in this template", "macros/bad.sql:3",
    )  # fmt: skip


def test_a_macro_with_an_open_brace_breaks_its_users_only() -> None:
    macros = {"torn": "{% macro torn() %}\n{{ 1 \n{% endmacro %}", "twice": TWICE}
    assert render("{{ twice(1) }}", macros).sql == "2 * 1"
    error = refused("{{ torn() }}", macros)
    assert error.message.startswith("this Jinja cannot be read: ")
    assert error.location is not None
    assert (error.location.path, error.location.line) == ("macros/torn.sql", 3)


def test_a_macro_that_calls_itself_for_ever_is_an_error() -> None:
    macros = {"deep": "{% macro deep() %}{{ deep() }}{% endmacro %}"}
    assert refused("{{ deep() }}", macros).message.startswith("this template fails: ")


def test_every_broken_macro_is_told_whether_or_not_it_is_called() -> None:
    macros = {
        "torn": "{% macro torn() %}\n{{ 1 ",
        "named": "{% macro other() %}{% endmacro %}",
        "loose": "{{ nobody }}{% macro loose() %}{% endmacro %}",
        "failing": "\n{{ 1 / 0 }}{% macro failing() %}{% endmacro %}",
        "fine": TWICE.replace("twice", "fine"),
    }
    found = {p.subject: (p.message, str(p.location)) for p in broken(macros)}
    assert found == {
        "macro `torn`": (
            "this Jinja cannot be read: unexpected end of template, expected 'end of print "
            "statement'.", "macros/torn.sql:2:1",
        ),
        "macro `named`": ("`macros/named.sql` does not define a macro `named`",
                          "macros/named.sql:1"),
        "macro `loose`": ("this macro fails: 'nobody' is undefined", "macros/loose.sql:1"),
        "macro `failing`": ("this macro fails: division by zero", "macros/failing.sql:1"),
    }  # fmt: skip


def broken(macros: dict[str, str]) -> tuple[Problem, ...]:
    return broken_macros(templates(macros), catalog(macros))


def test_a_macro_cannot_take_the_name_of_a_function() -> None:
    macros = {"ref": "{% macro ref(x) %}mine{% endmacro %}"}
    assert render("{{ ref('a') }}", macros).sql == "recsql_model_a"
    assert [(p.subject, p.message) for p in broken(macros)] == [
        ("macro `ref`", "recsql has a function `ref` of its own")
    ]
