from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql.errors import ConfigError, Location
from recsql.model import Audit, Catalog, Check, Problem, Text
from recsql.project.select import Selection, select


def check(name: str, audit: str, *tags: str) -> Check:
    place = Location(f"checks/{audit}/{name}.yml", 1)
    return Check(
        name, audit, "", Text("", Location(f"checks/{audit}/{name}.sql")), place, tags=tags
    )


CHECKS = (
    check("age", "signals", "nightly"),
    check("lag", "signals"),
    check("merged", "identity", "nightly", "slow"),
)
CATALOG = Catalog(
    checks={c.name: c for c in CHECKS},
    audits={
        "identity": Audit("identity", "", ("merged",)),
        "signals": Audit("signals", "", ("lag", "age")),
    },
    broken={"torn": Problem("check `torn`", "x")},
)


def found(*words: str, exclude: tuple[str, ...] = ()) -> Selection:
    return select(
        CATALOG, words, exclude,
        relations={"age": frozenset({"events"}), "merged": frozenset({"events", "links"})},
        statuses={"age": "fail", "lag": "pass"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ("merged", "lag", "age", "torn")),
        (("age",), ("age",)),
        (("torn",), ("torn",)),
        (("age lag",), ("lag", "age")),
        (("age", "lag"), ("lag", "age")),
        (("tag:nightly",), ("merged", "age")),
        (("tag:nightly,audit:signals",), ("age",)),
        (("tag:slow lag",), ("merged", "lag")),
        (("audit:sig*",), ("lag", "age")),
        (("*a*",), ("lag", "age")),
        (("path:checks/signals",), ("lag", "age")),
        (("path:checks/signals/age.sql",), ("age",)),
        (("path:checks/*/m*.yml",), ("merged",)),
        (("relation:events",), ("merged", "age")),
        (("relation:links,tag:nightly",), ("merged",)),
        (("status:fail",), ("age",)),
        (("name:age",), ("age",)),
    ],
)
def test_words_choose_checks_in_the_order_of_the_audits(
    words: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert found(*words) == Selection(names)


def test_exclude_takes_away_from_what_is_selected_or_from_all() -> None:
    assert found(exclude=("tag:nightly torn",)).names == ("lag",)
    assert found("audit:signals", exclude=("age",)).names == ("lag",)


def test_a_misspelt_selector_is_told_with_the_nearest_name() -> None:
    assert found("merge lag") == Selection(
        ("lag",),
        (Problem("selector `merge`", "`merge` selects no check", None, "did you mean `merged`?"),),
    )


def test_an_unknown_method_is_an_error_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        found("tga:nightly")
    assert (caught.value.message, caught.value.hint) == (
        "unknown selection method `tga:`", "did you mean `tag`?",
    )  # fmt: skip


def test_a_check_that_an_audit_lists_though_it_stands_elsewhere_runs_once() -> None:
    audits = {"a": Audit("a", "", ("age",)), "b": Audit("b", "", ("age", "lag"))}
    catalog = Catalog(checks={c.name: c for c in CHECKS[:2]}, audits=audits)
    assert select(catalog, (), (), relations={}, statuses={}).names == ("age", "lag")


words = st.sampled_from(["age", "lag", "merged", "tag:nightly", "audit:signals", "*", "zzz"])


@given(words, words)
def test_space_unites_and_comma_intersects(one: str, other: str) -> None:
    first, second = set(found(one).names), set(found(other).names)
    assert set(found(f"{one} {other}").names) == first | second
    assert set(found(f"{one},{other}").names) == first & second


@given(words, words)
def test_selecting_and_excluding_share_nothing(one: str, other: str) -> None:
    assert set(found(one, exclude=(other,)).names) == set(found(one).names) - set(
        found(other).names
    )
