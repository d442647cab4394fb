from __future__ import annotations

import pytest

from recsql.errors import (
    CompileError,
    ConfigError,
    Location,
    NotComputableError,
    QueryTimeoutError,
    RecsqlError,
    UpstreamError,
    WarehouseError,
    did_you_mean,
)

HERE = Location("recsql.yml", 14, 7, "  drift_windw: 6h")


def test_an_error_says_what_where_and_a_hint() -> None:
    error = ConfigError("unknown variable `drift_windw`", HERE, "did you mean `drift_window`?")
    assert str(error) == (
        "unknown variable `drift_windw`\n"
        "  --> recsql.yml:14:7\n"
        "   |  drift_windw: 6h\n"
        "hint: did you mean `drift_window`?"
    )


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Location("a.sql"), "a.sql"),
        (Location("a.sql", 3), "a.sql:3"),
        (Location("a.sql", 3, 5), "a.sql:3:5"),
    ],
)
def test_a_place_shows_only_what_it_knows(place: Location, shown: str) -> None:
    assert str(place) == shown


def test_the_first_place_of_an_error_stays() -> None:
    error = CompileError("x")
    assert str(error) == "x"
    assert error.at(HERE).at(Location("b.sql", 1)).location is HERE


def test_each_kind_has_its_exit_code() -> None:
    kinds = (
        RecsqlError, ConfigError, CompileError, NotComputableError, UpstreamError, WarehouseError,
        QueryTimeoutError,
    )  # fmt: skip
    assert [kind.exit_code for kind in kinds] == [2, 2, 2, 0, 0, 3, 3]


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("drift_windw", ["drift_window", "grace"], "did you mean `drift_window`?"),
        ("EVENTS", ["events"], "did you mean `events`?"),
        ("zzz", ["events", "links"], "known: events, links"),
        ("zzz", [], None),
        ("zzz", [f"a{i:02}" for i in range(13)], "known: " + ", ".join(
            f"a{i:02}" for i in range(12)
        ) + ", …"),
    ],
)  # fmt: skip
def test_the_hint_is_the_nearest_name_or_what_there_is(
    name: str, known: list[str], hint: str | None
) -> None:
    assert did_you_mean(name, known) == hint
