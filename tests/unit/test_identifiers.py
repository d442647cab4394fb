from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsql import api
from recsql.errors import ConfigError
from recsql.model import Project, Unit
from recsql.project.config import supplied_defaults
from recsql.results import MetricResult, RowSample
from recsql.runner.identifiers import Disguise, disguise_for
from recsql.testing.excerpt import hiding_for
from tests.unit.conftest import SHOP as FILE
from tests.unit.conftest import Write

SHOP = Disguise("shop", frozenset({"key"}))


def hashed(value: str | int | None, salt: str = "shop") -> object:
    sample = RowSample(("key", "n"), ((value, value),), 1)
    ((found, beside),) = Disguise(salt, frozenset({"key"})).sample(sample).sample
    assert beside == value
    return found


@given(st.text(), st.text())
def test_equal_values_have_equal_hashes_and_others_do_not(one: str, other: str) -> None:
    assert (hashed(one) == hashed(other)) is (one == other)


@given(st.text())
def test_a_hash_hides_the_value_and_depends_on_the_project(value: str) -> None:
    found = hashed(value)
    assert isinstance(found, str)
    assert (found[0], len(found)) == ("#", 13)
    assert found != value
    assert found != hashed(value, "other")


def test_null_is_no_identifier() -> None:
    assert hashed(None) is None


def test_a_number_is_hashed_as_it_is_written() -> None:
    assert hashed(5) == hashed("5")


def test_segments_are_disguised_and_numbers_kept() -> None:
    metric = MetricResult("m", {"key": "k1", "surface": "home"}, 1.0, Unit.NUMBER)
    (found,) = SHOP.metrics([metric])
    assert (found.value, found.segment["surface"], found.segment["key"]) == (
        1.0, "home", hashed("k1"),
    )  # fmt: skip


def test_users_are_always_identifiers() -> None:
    rows = supplied_defaults()["identifiers"].rows
    assert rows is not None
    assert [row[0] for row in rows] == ["user_id"]


def test_the_second_of_two_identifiers_in_a_row_is_hidden_too() -> None:
    project = Project(Path(), "shop", "shop", relations=supplied_defaults())
    hidden = disguise_for(project).columns
    assert {"id_value", "other_id_value", "other_profile_id", "via_key", "other_user_id"} <= hidden
    assert {"newest_key", "second_key", "third_key"} <= hidden
    assert not {"other_id", "id_type", "other_id_type", "request_id"} & hidden


SALT = "0123456789abcdef"


@pytest.mark.parametrize(("salt", "used"), [("", "shop"), (SALT, SALT)])
def test_a_project_without_a_salt_hashes_with_its_name(salt: str, used: str) -> None:
    project = Project(Path(), "shop", "shop", relations=supplied_defaults(), salt=salt)
    assert (disguise_for(project).salt, hiding_for(project).salt) == (used, used)


def test_the_salt_of_the_environment_beats_that_of_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "checks: [{name: own, rows: \"select key from {{ relation('events') }} order by 1\"}]"
    root = write({"recsql.yml": f"salt: {SALT}\n{FILE}", "checks/own.yml": own})
    seen = []
    for salt in ("", "another salt of sixteen", ""):
        monkeypatch.setenv("RECSQL_SALT", salt)
        (check,) = api.run(root, select="own").checks
        seen.append(check.rows.sample[0][0])
    assert seen == [hashed("k0", SALT), hashed("k0", "another salt of sixteen"), seen[0]]


def test_a_salt_of_the_environment_that_can_be_guessed_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSQL_SALT", "guess me")
    with pytest.raises(ConfigError, match="`RECSQL_SALT` has fewer than 16 characters"):
        api.run(write({"recsql.yml": FILE}))
