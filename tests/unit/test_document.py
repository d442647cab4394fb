from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import ConfigError, Location
from recsql.model import Problem
from recsql.project import document
from recsql.project.document import Node, Section


def section(text: str, *known: str) -> tuple[Section, list[Problem]]:
    problems: list[Problem] = []
    return Section(document.parse(text, "f.yml"), "the file", problems, known), problems


def only(problems: list[Problem]) -> Problem:
    (problem,) = problems
    return problem


def test_an_unknown_key_is_told_with_file_line_column_source_and_the_nearest_name() -> None:
    _, problems = section("name: shop\n  \nrelatons: {}\n", "name", "relations")
    assert problems == [
        Problem(
            "the file",
            "unknown key `relatons` in the file",
            Location("f.yml", 3, 1, "relatons: {}"),
            "did you mean `relations`?",
        )
    ]


def test_a_nested_value_knows_the_place_of_its_key() -> None:
    root = document.parse("a:\n  b: 1\n  c: [x, y]\n", "f.yml")
    assert isinstance(root.value, dict)
    inner = root.value["a"].value
    assert isinstance(inner, dict)
    assert inner["b"].location == Location("f.yml", 2, 3, "  b: 1")


def test_sql_in_a_block_starts_on_the_line_below_its_key() -> None:
    found, _ = section("sql: |\n  select 1\n  from x\n", "sql")
    text = found.sql("sql")
    assert text is not None
    assert (text.text, text.location.line, text.location.column) == ("select 1\nfrom x\n", 2, 3)


def test_sql_on_the_line_of_its_key_starts_there() -> None:
    found, _ = section("rows: select 1\n", "rows")
    text = found.sql("rows")
    assert text is not None
    assert (text.location.line, text.location.column) == (1, 7)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: 1\nb: [1, 2\n", "this is not YAML", (3, 1)),
        ("a: 1\nb: 'x\n", "this is not YAML", (3, 1)),
        ("a: b: c\n", "this is not YAML: mapping values are not allowed", (1, 5)),
        ("a: 1\nb: 2\na: 3\n", "the key `a` stands here twice", (3, 1)),
        ("x:\n  a: 1\n  a: 2\n", "the key `a` stands here twice", (3, 3)),
        ("a: {{ var('x') }}\n", "a key must be a word", (1, 5)),
    ],
)
def test_broken_yaml_is_told_with_its_place(
    text: str, message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(ConfigError) as caught:
        document.parse(text, "f.yml")
    location = caught.value.location
    assert location is not None
    assert caught.value.message.startswith(message)
    assert (location.path, location.line, location.column) == ("f.yml", *place)


def test_jinja_without_quotes_gets_a_hint() -> None:
    for text in ("a: {{ var('x') }}\n", "a: {{ x }} y\n"):
        with pytest.raises(ConfigError) as caught:
            document.parse(text, "f.yml")
        assert caught.value.hint == "a value with Jinja in it needs quotes, or a block (`sql: |`)"


def test_nothing_of_a_secret_file_is_quoted() -> None:
    for text in ("password: 'hunter2", "password: *hunter2", "a: {b: hunter2\n", "- b: hunter2: x"):
        with pytest.raises(ConfigError) as caught:
            document.parse(text, "profiles.yml", secret=True)
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__}"
        assert "hunter2" not in shown


def test_an_anchor_may_be_merged_and_never_wins() -> None:
    root = document.parse("x: &x {a: 1, b: 1}\ny: {<<: *x, b: 2}\n", "f.yml")
    assert root.plain() == {"x": {"a": 1, "b": 1}, "y": {"a": 1, "b": 2}}


def test_the_first_of_several_merged_anchors_wins() -> None:
    root = document.parse("x: &x {a: 1}\nz: &z {a: 2, b: 2}\ny:\n  <<: [*x, *z]\n", "f.yml")
    assert isinstance(root.value, dict)
    assert root.value["y"].plain() == {"a": 1, "b": 2}


def test_yaml_that_contains_itself_is_refused() -> None:
    with pytest.raises(ConfigError, match="this YAML contains itself"):
        document.parse("a: &a [*a]\n", "f.yml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-03", "2026-03-03"),
        ("2026-03-03 12:00:00", "2026-03-03 12:00:00"),
        ("1:30", "1:30"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("1.5", 1.5),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        ("'12'", "12"),
    ],
)
def test_a_scalar_is_what_a_person_would_read(text: str, value: object) -> None:
    root = document.parse(f"a: {text}\n", "f.yml")
    assert root.plain() == {"a": value}


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_text("# nothing\n", encoding="utf-8")
    assert document.read(path, "f.yml").plain() == {}


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(ConfigError, match="this file is not UTF-8"):
        document.read(path, "f.yml")
    with pytest.raises(ConfigError, match=r"no file `g\.yml`"):
        document.read(tmp_path / "g.yml", "g.yml")


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "f.yml"
    path.write_text("a: 1\n", encoding="utf-8-sig")
    assert document.read(path, "f.yml").plain() == {"a": 1}


def test_each_reader_tells_a_value_of_the_wrong_kind_and_goes_on() -> None:
    text = (
        "word: [a]\ntruth: perhaps\nspan: 5%\nzero: 0d\nnumber: many\nnames: {a: 1}\n"
        "mapping: 5\nlist: 5\nchoice: wran\n"
    )
    keys = ("word", "truth", "span", "zero", "number", "names", "mapping", "list", "choice")
    found, problems = section(text, *keys)
    assert found.text("word", "d") == "d"
    assert found.boolean("truth", True) is True
    assert found.duration("span", 1.0) == 1.0
    assert found.duration("zero", 1.0) == 1.0
    assert found.number("number", 2.0) == 2.0
    assert found.texts("names") == ()
    assert found.children("mapping") == {}
    assert list(found.items("list")) == []
    assert found.choice("choice", ("warn", "fail"), "fail") == "fail"
    assert [(p.message, p.location.line if p.location else None) for p in problems] == [
        ("`word` of the file must be text", 1),
        ("`truth` of the file must be true or false", 2),
        ("`span: 5%` is not a duration", 3),
        ("`zero: 0d` is not a duration", 4),
        ("`number: many` is not a number", 5),
        ("`names` of the file must be a list of names", 6),
        ("`mapping` of the file must be a mapping", 7),
        ("`list` of the file must be a list", 8),
        ("`choice` of the file cannot be `wran`", 9),
    ]
    assert problems[-1].hint == "did you mean `warn`?"


def test_each_reader_gives_its_default_for_a_key_that_is_not_there() -> None:
    found, problems = section("{}")
    assert (
        found.text("a", "d"), found.sql("a"), found.boolean("a", True), found.duration("a", 1.0),
        found.number("a", 2.0), found.texts("a"), found.children("a"), list(found.items("a")),
        found.choice("a", ("x",), "x"), "a" in found,
    ) == ("d", None, True, 1.0, 2.0, (), {}, [], "x", False)  # fmt: skip
    assert problems == []


def test_each_reader_understands_what_people_write() -> None:
    found, problems = section("a: yes\nb: off\nc: 28d\nd: 10%\ne: one\nf: [x, 1]\n", *"abcdef")
    assert (
        found.boolean("a", False), found.boolean("b", True), found.duration("c", 0.0),
        found.number("d", 0.0), found.texts("e"), found.texts("f"),
    ) == (True, False, 2419200.0, 0.1, ("one",), ("x", "1"))  # fmt: skip
    assert problems == []


def test_a_section_that_is_no_mapping_is_told() -> None:
    problems: list[Problem] = []
    Section(Node(None, Location("f.yml", 2, 3)), "relation `events`", problems, ())
    assert only(problems).message == "relation `events` must be a mapping, not nothing"


@given(st.text(alphabet="ab:-[]{}&*<!|>'\"# \n\t%@`,?", max_size=40))
def test_any_text_is_read_or_refused_as_yaml(text: str) -> None:
    with contextlib.suppress(ConfigError):
        document.parse(text, "f.yml")
