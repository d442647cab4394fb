"""Secrets and persons planted in a project, and every output of every command searched for them."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import duckdb
import pytest

from recsql.cli.app import main
from recsql.describe.bundle import _of_target, _without
from recsql.model import Target
from recsql.warehouses.postgres import _sentence

PASSWORD = "planted-in-the-profile"  # noqa: S105 - not a real one
VARIABLE = "planted-in-the-environment"
URL = "planted-in-a-url"
PERSON = "planted.person@example.test"
SALT = "planted-in-the-salt"
PLANTED = (PASSWORD, VARIABLE, URL, SALT, PERSON, "planted.person")

CONFIG = f"""\
name: shop
salt: {SALT}
as_of: 2026-03-03
relations:
  events: {{from: tracks, columns: {{event_id: id, key: email, user_id: email, event_ts: ts}}}}
"""
PROFILES = f"""\
shop:
  target: local
  outputs:
    local: {{type: duckdb, path: w.duckdb, motherduck_token: {PASSWORD},
      password: "{{{{ env_var('SHOP_PASSWORD') }}}}"}}
    served: {{type: postgres, host: 127.0.0.1, port: 1, user: me, password: {PASSWORD}, dbname: d,
      connect_timeout: 1, retries: 0}}
    other: {{type: postgres, host: "postgresql://me:{URL}@127.0.0.1:1/d", port: 1, retries: 0,
      password: "{{{{ env_var('SHOP_PASSWORD') }}}}", dbname: d, user: me, connect_timeout: 1}}
"""
CHECKS = """\
checks:
  - {name: shown, rows: "select event_id, key, user_id from {{ relation('events') }}"}
  - {name: broken, sql: "select max(cast(key as int)) as m from {{ relation('events') }}", metrics: {m: }}
  - name: by_person
    sql: "select user_id, count(*) as m from {{ relation('events') }} group by user_id"
    segments: [user_id]
    metrics: {m: {error_if: "> 0"}}
  - {name: unreadable, sql: "select from", metrics: {m: }}
"""  # noqa: E501


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    files = {"recsql.yml": CONFIG, "profiles.yml": PROFILES, "checks/own.yml": CHECKS}
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    with duckdb.connect(str(root / "w.duckdb")) as made:
        made.execute(
            "create table tracks as select 'e' || i as id, case when i > 3 then null else "
            f"'{PERSON}' end as email, timestamp '2026-03-01' as ts from range(9) as r(i)"
        )
    return root


def told(root: Path, *words: str) -> str:
    """All that a command says, on both streams."""
    said = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch, contextlib.chdir(root),
        contextlib.redirect_stdout(said), contextlib.redirect_stderr(said),
        contextlib.suppress(SystemExit),
    ):  # fmt: skip
        patch.setattr(sys, "argv", ["recsql", *words])
        patch.setenv("SHOP_PASSWORD", VARIABLE)
        patch.setenv("HOME", str(root))
        main()
    return said.getvalue()


def written(root: Path) -> dict[str, bytes]:
    """All files that commands wrote."""
    given = {root / "w.duckdb", root / "profiles.yml", root / "recsql.yml"}
    return {str(p): p.read_bytes() for p in root.rglob("*") if p.is_file() and p not in given}


def test_no_output_of_any_command_holds_a_secret_or_a_person(planted: Path) -> None:
    asked = ["-s", "shown broken by_person unreadable signal_age"]
    run = told(planted, "run", "--debug", *asked, "--html", "r.html", "--junit", "r.xml",
               "--summary", "r.md")  # fmt: skip
    assert "shown" in run
    results = json.loads((planted / "target" / "run_results.json").read_text())
    found = {check["name"]: check for check in results["checks"]}
    assert len(found["shown"]["rows"]["sample"]) == 9
    assert found["shown"]["rows"]["sample"][0][1].startswith("#")
    assert "Could not convert string '…'" in json.dumps(found["broken"], ensure_ascii=False)
    said = {
        "run": run,
        "again": told(planted, "run", "--output", "json", *asked),
        "github": told(planted, "report", "target/run_results.json", "--html", "again.html"),
        "debug": told(planted, "debug"),
        "bundle": told(planted, "debug", "--bundle", "bundle.json"),
        "served": told(planted, "run", "--target", "served", "--debug"),
        "other": told(planted, "debug", "--target", "other"),
        "other bundle": told(planted, "debug", "--target", "other", "--bundle", "other.json"),
    }
    assert "cannot open PostgreSQL" in said["served"]
    for planting in PLANTED:
        assert [name for name, text in said.items() if planting in text] == []
        files = written(planted)
        assert [name for name, data in files.items() if planting.encode() in data] == []
    assert {"r.html", "r.xml", "r.md", "history.duckdb", "bundle.json", "other.json"} <= {
        Path(name).name for name in files
    }
    text = (planted / "bundle.json").read_text()
    bundle = json.loads(text)
    assert bundle["schema"] == "recsql.bundle/1"
    assert bundle["last_run"][0].keys() == {"name", "status", "reason", "elapsed_s"}
    assert str(planted) not in text
    assert "w.duckdb" not in text
    assert bundle["libraries"]["duckdb"] == duckdb.__version__


def test_a_broken_project_has_a_bundle_too(tmp_path: Path) -> None:
    (tmp_path / "recsql.yml").write_text(f"name: [x\n# {PERSON}\n")
    told(tmp_path, "debug", "--bundle", "b.json")
    text = (tmp_path / "b.json").read_text()
    assert json.loads(text)["problems"][0]["place"] == "recsql.yml:3"
    assert PERSON not in text


def test_an_error_of_postgres_quotes_no_value() -> None:
    errors = pytest.importorskip("psycopg").errors
    cause = errors.InvalidTextRepresentation(f'invalid input syntax for type integer: "{PERSON}"')
    assert _sentence(cause) == 'invalid input syntax for type integer: "…"'
    named = errors.UndefinedTable('relation "tracks" does not exist')
    assert _sentence(named) == 'relation "tracks" does not exist'


def test_a_secret_inside_a_nested_setting_is_one_too(tmp_path: Path) -> None:
    keyfile = json.dumps({"private_key": PASSWORD, "scopes": [URL]})
    hidden = _of_target(Target("t", "bigquery", {"type": "bigquery", "keyfile_json": keyfile}))
    assert {PASSWORD, URL} <= hidden
    assert _without(f"says {PASSWORD} and {URL}", hidden, tmp_path) == "says *** and ***"
