from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.report.text import TIE, ascii_only, clip, columns, lines, one_line, pad, tied, wrap

TEXTS = st.text() | st.text(alphabet="ab \n\x1b[m\u202e\u4e2d\u0301|" + TIE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\r\nand\ta tab", "two lines and a tab"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("\x9b31mred", "31mred"),
        ("bell\x07 null\x00 delete\x7f", "bell null delete"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ud800half", "half"),
        ("שלום مرحبا", "שלום مرحبا"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("  spaces   inside  ", "spaces inside"),
    ],
)
def test_one_line_keeps_what_a_reader_sees(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(TEXTS)
def test_one_line_has_no_controls_and_is_stable(text: str) -> None:
    shown = one_line(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert one_line(shown) == shown


def test_lines_keep_the_indentation_under_a_caret() -> None:
    assert lines("select x\n       ^\x1b[0m") == ["select x", "       ^"]


def test_clip_says_that_there_was_more() -> None:
    assert [clip("abcde", 5), clip("abcdef", 5)] == ["abcde", "abcd…"]


def test_ascii_only_keeps_every_character_readable() -> None:
    assert ascii_only("“a” → b… 中 10 %") == '"a" -> b... \\u4e2d 10 %'


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    assert [columns("abc"), columns("中文"), columns("e\u0301")] == [3, 4, 1]
    assert pad("中", 4) == "中  "


def test_a_number_stays_with_its_unit_and_an_operator_with_its_number() -> None:
    assert tied("older than 6 h, > 10 % of 3 stores") == (
        f"older than 6{TIE}h, >{TIE}10{TIE}% of 3 stores"
    )


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("x abcdefgh", 3, ["x", "abc", "def", "gh"]),
        ("> max_avoidable_loss", 17, ["> max_avoidable_", "loss"]),
        ("> max_avoidable_loss (10 %)", 13, ["> max_", "avoidable_", "loss (10 %)"]),
        ("/a_long/path", 4, ["/a_", "long", "/", "path"]),
        ("中文字", 4, ["中文", "字"]),
        ("age of 12 h", 9, ["age of", "12 h"]),
        ("    ^", 9, ["    ^"]),
    ],
)
def test_wrap_breaks_at_spaces_else_inside_a_word(text: str, width: int, rows: list[str]) -> None:
    assert wrap(text, width) == rows


@given(TEXTS, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    shown = one_line(text)
    rows = wrap(shown, width)
    assert all(columns(row) <= width for row in rows)
    bare = shown.replace(TIE, " ").replace(" ", "")
    assert "".join(rows).replace(" ", "") == bare
