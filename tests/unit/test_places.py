from __future__ import annotations

import pytest

from recsql.compile import places
from recsql.errors import Location
from recsql.model import Text

SQL = "select a\n    from b\nwhere c"
TEXT = Text(SQL, Location("x.yml", 10, 5))


def test_a_line_of_a_text_is_found_in_its_file() -> None:
    assert places.line_of(TEXT, 2) == Location("x.yml", 11, 9, "    from b")
    assert places.line_of(TEXT, 9) == Location("x.yml", 18, None, None)


def test_a_word_is_found_where_it_is_first_mentioned() -> None:
    assert places.mention_of(TEXT, "where") == Location("x.yml", 12, 5, "where c")
    assert places.mention_of(TEXT, "zzz") == TEXT.location


@pytest.mark.parametrize(
    ("rendered", "number", "place"),
    [
        ("select 1\nfrom x\nwhere c", 2, Location("x.yml", 11, 9, "    from b")),
        ("select 1\n,2\n,3\nwhere c", 4, Location("x.yml", 12, 5, "where c")),
        ("select 1\n,2\n,3\nwhere c", 2, Location("x.yml", None, None, ",2")),
        ("select 1", 7, TEXT.location),
        ("select 1", None, TEXT.location),
        ("select 1", 0, TEXT.location),
    ],
)
def test_a_rendered_line_is_traced_back_as_far_as_it_can_be(
    rendered: str, number: int | None, place: Location
) -> None:
    assert places.origin_of(TEXT, rendered, number) == place
