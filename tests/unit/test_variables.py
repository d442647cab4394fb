from __future__ import annotations

import pytest

from recsql.errors import ConfigError, Location
from recsql.model import Problem, Value, Variable
from recsql.project import document, variables
from recsql.project.document import Node


def nodes(text: str) -> dict[str, Node]:
    value = document.parse(text, "recsql.yml").value
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("duration", "6h", 21600.0),
        ("duration", "60", 60.0),
        ("share", "10%", 0.1),
        ("share", "0.1", 0.1),
        ("number", "100", 100.0),
        ("count", "2", 2),
        ("flag", "true", True),
        ("flag", "off", False),
        ("text", "home", "home"),
        ("text", "5", 5),
        ("list", "[a, b]", ("a", "b")),
        ("list", "a", ("a",)),
        ("list", "[]", ()),
        ("durations", "[socks=30d, 'a=b=1h']", ("socks=2592000.0", "a=b=3600.0")),
        ("durations", "{socks: 30d, tea: 90}", ("socks=2592000.0", "tea=90.0")),
        ("durations", "tea = 1d", ("tea=86400.0",)),
        ("durations", "[{tea: 1d}]", ("tea=86400.0",)),
        ("durations", "[]", ()),
        ("duration", "null", None),
    ],
)
def test_a_value_becomes_its_variables_kind(kind: str, text: str, value: Value) -> None:
    assert variables.convert(nodes(f"x: {text}")["x"], kind) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "10%"), ("duration", "soon"), ("number", "many"), ("number", "true"),
        ("text", "[a]"), ("share", "{a: 1}"), ("duration", "true"),
        ("count", "0"), ("count", "1.5"), ("count", "true"), ("flag", "2"), ("flag", "maybe"),
        ("durations", "socks=soon"), ("durations", "tea=0s"), ("durations", "=1d"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_an_error_at_its_place(kind: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        variables.convert(nodes(f"x: {text}")["x"], kind)
    assert caught.value.location == Location("recsql.yml", 1, 1, f"x: {text}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6h", 21600.0),
        ("5%", 0.05),
        ("word", "word"),
        ("7", 7),
        ("true", True),
        ("[a, 1]", ("a", "1")),
    ],
)
def test_a_variable_that_recsql_does_not_know_is_read_by_how_it_is_written(
    text: str, value: Value
) -> None:
    assert variables.infer(nodes(f"x: {text}")["x"]) == value


def test_a_mapping_is_no_variable() -> None:
    with pytest.raises(ConfigError, match="a variable is a number, a text or a list"):
        variables.infer(nodes("x: {a: 1}")["x"])


def test_values_that_do_not_fit_are_set_aside_and_the_others_kept() -> None:
    problems: list[Problem] = []
    known = {"grace": Variable("grace", "duration", 86400.0, "")}
    found = variables.assign(nodes("grace: soon\nmine: 5%\n"), known, problems)
    assert found == {"mine": 0.05}
    assert [(p.subject, p.message, p.hint) for p in problems] == [
        ("variable `grace`", "`soon` is not a duration", "write 90s 15m 6h 2d 4w, 5%, or a number")
    ]


def test_a_misspelt_variable_is_told_with_file_line_column_source_and_the_nearest_name() -> None:
    given = nodes("grace: 6h\ndrift_windw: 6h\nmine: 1\n")
    found = list(variables.unknown(given, ["grace", "drift_window"], ["mine"]))
    assert found == [
        Problem(
            "variable `drift_windw`",
            "unknown variable `drift_windw`",
            Location("recsql.yml", 2, 1, "drift_windw: 6h"),
            "did you mean `drift_window`?",
        )
    ]


def test_declared_variables_have_a_kind_a_default_and_a_summary() -> None:
    problems: list[Problem] = []
    root = document.parse(
        "a: {kind: duration, default: 6h, summary: s}\nb: {kind: list}\n", "v.yml"
    )
    assert variables.declared(root, problems) == {
        "a": Variable("a", "duration", 21600.0, "s"),
        "b": Variable("b", "list", None, ""),
    }
    assert problems == []


def test_a_group_sets_the_variables_that_start_with_its_name() -> None:
    given = nodes("{rebuild: {refresh: 24h, latency: 6h}, grace: 2h}")
    found = variables.flat(given, ["rebuild_refresh", "rebuild_latency", "grace"])
    assert {name: node.value for name, node in found.items()} == {
        "rebuild_refresh": "24h",
        "rebuild_latency": "6h",
        "grace": "2h",
    }


def test_a_mistake_in_a_group_is_told_by_the_name_of_the_variable() -> None:
    given = variables.flat(nodes("rebuild: {refrsh: 24h}"), ["rebuild_refresh"])
    (problem,) = variables.unknown(given, ["rebuild_refresh"], [])
    assert problem.message == "unknown variable `rebuild_refrsh`"
    assert "rebuild_refresh" in (problem.hint or "")


def test_a_mapping_that_is_no_group_stays_a_mistake() -> None:
    given = nodes("grace: {hours: 2}")
    assert variables.flat(given, ["grace"]) == given


def test_a_text_outside_its_choices_is_an_error_with_the_nearest_of_them() -> None:
    known = {"by": Variable("by", "text", "category", "", ("category", "item"))}
    problems: list[Problem] = []
    assert variables.assign(nodes("by: item"), known, problems) == {"by": "item"}
    assert problems == []
    assert variables.assign(nodes("by: itme"), known, problems) == {}
    assert [(p.message, p.hint) for p in problems] == [
        ("`by` cannot be `itme`: it is category or item", "did you mean `item`?")
    ]


def test_durations_are_given_to_names_that_are_known() -> None:
    known = {"limits": Variable("limits", "durations", (), "", ("first_hop", "last_hop"))}
    problems: list[Problem] = []
    given = variables.assign(nodes("limits: {last_hop: 6h, first_hop: 1h}"), known, problems)
    assert given == {"limits": ("last_hop=21600.0", "first_hop=3600.0")}
    assert problems == []
    assert variables.assign(nodes("limits: {last_hop: 6h, frst_hop: 1h}"), known, problems) == {}
    assert [(p.message, p.hint) for p in problems] == [
        ("`limits` cannot be `frst_hop`: it is first_hop or last_hop", "did you mean `first_hop`?")
    ]


@pytest.mark.parametrize(
    ("text", "column"), [("[a=1d, socks]", 11), ("{tea: 5%}", 5), ("{tea: {a: 1d}}", 5)]
)
def test_a_wrong_duration_is_an_error_at_its_own_place(text: str, column: int) -> None:
    with pytest.raises(ConfigError) as caught:
        variables.convert(nodes(f"x: {text}")["x"], "durations")
    assert caught.value.location == Location("recsql.yml", 1, column, f"x: {text}")
    assert caught.value.hint == "write [socks=30d] or {socks: 30d}"
