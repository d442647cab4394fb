from __future__ import annotations

from pathlib import Path

import pytest

from recsql.errors import ConfigError
from recsql.model import Target
from recsql.project import locate, profiles

DBT = """\
config: {send_anonymous_usage_stats: false}
shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('SHOP_DB', 'shop.duckdb') }}"
      threads: 4
    prod:
      type: postgres
      host: db.example.com
      user: "{{ env_var('SHOP_USER') }}"
      password: "{{ env_var('SHOP_PASSWORD') }}"
      port: "{{ env_var('SHOP_PORT', '5432') | as_number }}"
"""


def choose(
    tmp_path: Path,
    text: str = DBT,
    target: str | None = None,
    *,
    profile: str = "shop",
    named: bool = True,
    **environment: str,
) -> Target:
    path = tmp_path / "profiles.yml"
    path.write_text(text, encoding="utf-8")
    found = profiles.read((path,))
    return profiles.choose(found, profile, target, named=named, environment=environment)


def test_a_dbt_profile_works_unchanged(tmp_path: Path) -> None:
    found = choose(tmp_path)
    assert (found.name, found.type) == ("dev", "duckdb")
    assert found.settings == {"type": "duckdb", "path": "shop.duckdb", "threads": 4}


def test_a_target_is_chosen_by_name_and_its_settings_come_from_the_environment(
    tmp_path: Path,
) -> None:
    found = choose(tmp_path, target="prod", SHOP_USER="me", SHOP_PASSWORD="hunter2")  # noqa: S106 - a made-up secret
    assert found.settings == {
        "type": "postgres", "host": "db.example.com", "user": "me", "password": "hunter2",
        "port": "5432",
    }  # fmt: skip


def test_the_environment_goes_before_the_default(tmp_path: Path) -> None:
    assert choose(tmp_path, SHOP_DB="other.duckdb").settings["path"] == "other.duckdb"


def test_a_variable_that_is_not_set_is_told_by_name_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        choose(tmp_path, target="prod")
    error = caught.value
    assert error.message == "environment variable `SHOP_USER` is not set"
    assert error.hint == "export SHOP_USER, or give a default: env_var('SHOP_USER', '…')"
    assert error.location is not None
    assert (error.location.line, error.location.source) == (12, None)


def test_an_unknown_target_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        choose(tmp_path, target="prd")
    assert (caught.value.message, caught.value.hint) == (
        "profile `shop` has no target `prd`",
        "did you mean `prod`?",
    )


def test_an_unknown_profile_is_told_with_the_nearest_and_the_files_that_were_read(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError) as caught:
        choose(tmp_path, profile="shp")
    assert caught.value.message == f"no profile `shp` in `{tmp_path / 'profiles.yml'}`"
    assert caught.value.hint == "did you mean `shop`?"


def test_a_project_that_names_no_profile_gets_duckdb_in_memory(tmp_path: Path) -> None:
    assert choose(tmp_path, profile="mine", named=False) == profiles.LOCAL


def test_a_target_that_was_asked_for_is_never_replaced_by_memory(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no profile `mine`"):
        choose(tmp_path, target="prod", profile="mine", named=False)


def test_a_profile_without_a_default_uses_the_target_called_default(tmp_path: Path) -> None:
    text = "shop: {outputs: {default: {type: duckdb}}}"
    assert choose(tmp_path, text).name == "default"


def test_the_default_target_may_come_from_the_environment(tmp_path: Path) -> None:
    text = "shop: {target: \"{{ env_var('T', 'a') }}\", outputs: {a: {type: duckdb}, b: {type: x}}}"
    assert [choose(tmp_path, text).name, choose(tmp_path, text, T="b").name] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shop: {target: dev}", "outputs of profile `shop` must be a mapping"),
        ("shop: 5", "shop must be a mapping"),
        ("shop: {target: dev, outputs: {dev: {path: x}}}", "target `dev` has no `type:`"),
        ("shop: {target: dev, outputs: {dev: x}}", "target `dev` must be a mapping"),
    ],
)
def test_a_profile_of_another_shape_is_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose(tmp_path, text)
    assert caught.value.message == message


SECRETS = [
    "password: 'hunter2\n",
    "password: *hunter2\n",
    "password: hunter2: x\n",
    'password: "hunter2{{ env_vra(1) }}"\n',
    'password: "hunter2{{ 1 + }}"\n',
    'password: "hunter2{{ nobody }}"\n',
    "password: \"hunter2{{ env_var('GONE') }}\"\n",
    "password: \"{{ 'hunter2' | int(base=99) / 0 }}\"\n",
    "password: \"{{ ''.format('hunter2', 1)[9] + 1 }}\"\n",
    "password: hunter2\n      password: hunter2\n",
    "password: hunter2\n      <<: {{ hunter2 }}\n",
]


@pytest.mark.parametrize("line", SECRETS)
def test_no_error_ever_shows_a_secret(tmp_path: Path, line: str) -> None:
    text = f"shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      {line}"
    with pytest.raises(ConfigError) as caught:
        choose(tmp_path, text)
    error: BaseException | None = caught.value
    while error is not None:
        assert "hunter2" not in f"{error} {error!r} {vars(error)}"
        error = error.__cause__


def test_a_target_never_shows_its_settings() -> None:
    target = Target("prod", "postgres", {"password": "hunter2"})
    assert (repr(target), str(target)) == ("Target(name='prod', type='postgres')",) * 2


def test_a_profile_cannot_reach_python(tmp_path: Path) -> None:
    text = 'shop: {target: d, outputs: {d: {type: "{{ env_var.__globals__ }}"}}}'
    with pytest.raises(ConfigError, match="this Jinja cannot be read"):
        choose(tmp_path, text)


def test_the_nearest_file_that_has_a_profile_wins(tmp_path: Path) -> None:
    near, far = tmp_path / "near.yml", tmp_path / "far.yml"
    near.write_text("shop: {target: a, outputs: {a: {type: duckdb}}}", encoding="utf-8")
    far.write_text(
        "shop: {target: b, outputs: {b: {type: x}}}\nother: {target: c, outputs: {c: {type: y}}}",
        encoding="utf-8",
    )
    found = profiles.read((near, far))
    names = [
        profiles.choose(found, name, None, named=True, environment={}).name
        for name in ("shop", "other")
    ]
    assert names == ["a", "c"]


def folder(path: Path) -> Path:
    (path / "profiles").mkdir(parents=True)
    for name in ("profiles.yml", "profiles/b.yml", "profiles/a.yml"):
        (path / name).write_text("", encoding="utf-8")
    return path


def test_profiles_are_looked_for_in_the_project_and_then_at_home(tmp_path: Path) -> None:
    project, home = folder(tmp_path / "project"), tmp_path / "home"
    folder(home / ".dbt")
    files = locate.profile_files(project, None, {}, home)
    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "project/profiles.yml", "project/profiles/a.yml", "project/profiles/b.yml",
        "home/.dbt/profiles.yml", "home/.dbt/profiles/a.yml", "home/.dbt/profiles/b.yml",
    ]  # fmt: skip


def test_a_folder_named_by_hand_is_the_only_one_and_a_flag_goes_first(tmp_path: Path) -> None:
    flag, recsql, dbt = (folder(tmp_path / name) for name in ("flag", "recsql", "dbt"))
    both = {"RECSQL_PROFILES_DIR": str(recsql), "DBT_PROFILES_DIR": str(dbt)}
    found = [
        locate.profile_files(tmp_path, flag, both, tmp_path)[0],
        locate.profile_files(tmp_path, None, both, tmp_path)[0],
        locate.profile_files(tmp_path, None, {"DBT_PROFILES_DIR": str(dbt)}, tmp_path)[0],
    ]
    assert found == [flag / "profiles.yml", recsql / "profiles.yml", dbt / "profiles.yml"]


def test_a_nested_setting_has_its_environment_filled_in(tmp_path: Path) -> None:
    text = (
        "shop:\n  target: t\n  outputs:\n    t:\n      type: trino\n"
        "      session_properties: {query_max_run_time: 1h, n: \"{{ env_var('N') }}\", on: true}\n"
        "      client_tags: [nightly, \"{{ env_var('TAG', 'none') }}\"]\n"
    )
    found = choose(tmp_path, text, N="5").settings
    assert found["session_properties"] == {"query_max_run_time": "1h", "n": "5", "on": True}
    assert found["client_tags"] == ("nightly", "none")
