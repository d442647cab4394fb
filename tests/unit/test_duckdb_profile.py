"""A dbt profile of DuckDB with more than a path: what it attaches, sets, loads and keeps secret."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
import yaml

from recsql import api
from recsql.describe.bundle import bundle
from recsql.errors import ConfigError, WarehouseError
from recsql.model import Setting, Target
from recsql.project import profiles
from recsql.warehouses import connect
from recsql.warehouses.duckdb import DuckDB
from recsql.warehouses.duckdb_profile import is_address
from recsql.warehouses.settings import single

PLANTED = "planted-in-the-profile"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two databases: `shop.duckdb` has its tracks in `analytics`, `crm.duckdb` has people."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute(
            "create schema analytics; create table analytics.tracks as select 1 as x"
        )
        connection.execute(
            "create table tracks as select 2 as x; create table orders as select 3 as x"
        )
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute("create table people as select 4 as x")
    return tmp_path


def opened(root: Path, fields: str) -> DuckDB:
    """A session as a profile's text asks for it."""
    text = f"shop: {{target: dev, outputs: {{dev: {{type: duckdb, {fields}}}}}}}"
    (root / "profiles.yml").write_text(text, encoding="utf-8")
    found = profiles.read((root / "profiles.yml",))
    environment = {"TOKEN": PLANTED}
    target = profiles.choose(found, "shop", None, named=True, environment=environment)
    session = connect(target, root)
    assert isinstance(session, DuckDB)
    return session


def number(session: DuckDB, table: str) -> object:
    return session.query(f"select x from {table}").rows[0][0]


def test_databases_are_attached_from_the_projects_folder_and_read_only(root: Path) -> None:
    with pytest.raises(WarehouseError, match=r"^database `2` of `attach`: IO Error: .*not exist"):
        opened(root, "attach: [{path: crm.duckdb}, {path: none.duckdb}]")
    session = opened(root, "path: shop.duckdb, attach: [{path: crm.duckdb, read_only: false}]")
    assert number(session, "crm.people") == 4
    with pytest.raises(WarehouseError, match="read-only"):
        session.execute("insert into crm.people values (5)")
    session.confine()
    assert number(session, "crm.people") == 4
    another = session.another()
    assert another is not None
    assert number(another, "crm.people") == 4
    another.close()
    session.close()


def test_a_check_reads_an_attached_database(root: Path) -> None:
    (root / "recsql.yml").write_text(
        "name: shop\nas_of: 2026-01-01\nrelations:\n"
        "  catalogue: {from: crm.people, columns: {item_id: x}}\n"
    )
    (root / "profiles.yml").write_text(
        "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb,"
        " attach: [{path: crm.duckdb, alias: crm}], settings: {memory_limit: 1GB}}}}\n"
    )
    (root / "checks").mkdir()
    (root / "checks" / "own.yml").write_text(
        "checks:\n  - name: highest\n    metrics: {top: {error_if: '!= 4'}}\n"
        "    sql: select max(item_id) as top from {{ relation('catalogue') }}\n"
    )
    (check,) = api.run(root, select="highest").checks
    assert check.status == "pass", check


def test_bare_names_are_looked_for_in_the_schema_and_then_in_main(root: Path) -> None:
    session = opened(root, "path: shop.duckdb, schema: analytics")
    another = session.another()
    assert another is not None
    for one in (session, another):
        assert [number(one, table) for table in ("tracks", "orders")] == [1, 3]
    another.close()
    session.close()
    # dbt would make it; what is not there changes nothing
    absent = opened(root, "path: shop.duckdb, schema: not_there")
    assert [number(absent, table) for table in ("tracks", "orders")] == [2, 3]
    absent.close()


def test_settings_hold_in_every_session_and_ours_go_before(root: Path) -> None:
    fields = "settings: {memory_limit: 300MB, TimeZone: Asia/Tokyo, lock_configuration: true}"
    session = opened(root, f"path: shop.duckdb, config_options: {{threads: 1}}, {fields}")
    another = session.another()
    assert another is not None
    names = "current_setting('memory_limit'), current_setting('TimeZone')"
    for one in (session, another):
        assert one.query(f"select {names}").rows == [("286.1 MiB", "UTC")]
    another.close()
    session.close()
    with pytest.raises(WarehouseError, match="unrecognized configuration parameter"):
        opened(root, "settings: {memroy_limit: 300MB}")


def test_an_extension_is_loaded_and_never_downloaded(root: Path) -> None:
    opened(root, "extensions: [json]").close()
    for asked, install in (
        ("no_such_extension", "INSTALL no_such_extension"),
        ("{name: no_such_extension, repo: community}", "INSTALL no_such_extension FROM community"),
    ):
        with pytest.raises(WarehouseError, match=r"^extension `no_such_extension`: ") as caught:
            opened(root, f"extensions: [{asked}]")
        assert caught.value.hint == f"recsql downloads nothing: run `{install}` in DuckDB once"


@pytest.mark.parametrize(
    "fields",
    [
        "secrets: [{type: no_such_type, name: lake, key_id: \"{{ env_var('TOKEN') }}\"}]",
        "attach: [{path: \"postgres:host=127.0.0.1 port=1 password={{ env_var('TOKEN') }}\"}]",
        "attach: [{path: crm.duckdb, options: {no_such_option: \"{{ env_var('TOKEN') }}\"}}]",
    ],
)
def test_what_is_secret_is_in_no_message(
    root: Path, fields: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WarehouseError) as caught:
        opened(root, fields)
    assert PLANTED not in caught.value.message
    assert caught.value.__suppress_context__
    monkeypatch.setenv("TOKEN", PLANTED)
    (root / "recsql.yml").write_text("name: shop\n")
    assert PLANTED not in bundle(api.Request(project_dir=root))


def test_a_secret_is_this_sessions_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(DuckDB, "execute", lambda self, sql: heard.append(sql))
    lake = (
        "{type: s3, key_id: me, secret: it's, use_ssl: true, scope: 's3://lake', persistent: true}"
    )
    attached = (
        "{path: 'ducklake.db', is_ducklake: true, alias: lake, options: {data_path: d, n: [1]}}"
    )
    opened(root, f"secrets: [{lake}], attach: [{attached}]")
    assert heard[-2:] == [
        "create or replace temporary secret \"recsql_1\" (type 's3', key_id 'me', secret 'it''s',"
        " use_ssl 'true', scope 's3://lake')",
        "attach 'ducklake:ducklake.db' as \"lake\" (read_only, data_path 'd', n ['1'])",
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"attach": "crm.duckdb"}, "`attach` of the target must be a list"),
        ({"attach": ("a",)}, "`attach` of the target must be a list of mappings, each with `path`"),
        (
            {"attach": ({"path": "a", "options": "x"},)},
            "`attach` of the target must be a list of mappings; `options` of one is a mapping",
        ),
        ({"settings": ("a",)}, "`settings` of the target must be a mapping"),
        (
            {"settings": {"a": {"b": 1}}},
            "`settings` of the target must be a mapping; `a` in it has one value",
        ),
        (
            {"secrets": ({"key_id": "x"},)},
            "`secrets` of the target must be a list of mappings, each with `type`",
        ),
        (
            {"extensions": ("a; drop",)},
            "`extensions` of the target has a name that is none of DuckDB's",
        ),
        (
            {"settings": {"a = 1; --": 1}},
            "`settings` of the target has a name that is none of DuckDB's",
        ),
        ({"extensions": (None,)}, "`extensions` of the target has a name that is none of DuckDB's"),
    ],
)
def test_a_misshapen_field_is_told(settings: Mapping[str, Setting], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(Target("dev", "duckdb", settings), Path())
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("md:shop", True), ("s3://lake/shop.duckdb", True), ("ducklake:meta.db", True),
        (":memory:", False), ("shop.duckdb", False), ("C:\\shop.duckdb", False),
        ("shop:2026.duckdb", False),
    ],
)  # fmt: skip
def test_an_address_is_told_from_a_file(path: str, expected: bool) -> None:
    assert is_address(path) is expected


def test_nested_settings_are_rendered_and_shown_to_nobody(root: Path) -> None:
    text = yaml.safe_dump(
        {
            "shop": {
                "target": "dev",
                "outputs": {"dev": {"type": "x", "a": [{"b": "{{ env_var('T') }}"}]}},
            }
        }
    )
    (root / "profiles.yml").write_text(text)
    found = profiles.read((root / "profiles.yml",))
    target = profiles.choose(found, "shop", None, named=True, environment={"T": PLANTED})
    assert target.settings["a"] == ({"b": PLANTED},)
    assert single(target) == {"type": "x"}
    assert PLANTED not in repr(target)
