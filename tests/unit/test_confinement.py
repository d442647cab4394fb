"""What a project's files can make recsql read, write or send: nothing beyond its folder."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from recsql import api
from recsql.api import Request
from recsql.cli.output import Keeper
from recsql.errors import RecsqlError, WarehouseError
from recsql.model import Status, Target
from recsql.project.load import load
from recsql.project.reach import Reach
from recsql.results import RunResult
from recsql.warehouses import connect
from recsql.warehouses.duckdb import DuckDB
from tests.unit.conftest import Write

CHECK = "checks: [{name: own, sql: select 1 as m, metrics: {m: }}]\n"


def project(source: str, trust: str = "") -> str:
    columns = "{event_id: id, key: key, event_ts: ts}"
    events = f"  events:\n    from: {source}\n    columns: {columns}\n"
    return f"as_of: 2026-01-01\nrelations:\n{events}{trust}"


def said(root: Path, select: str = "own") -> list[str]:
    result = api.run(root, select=select)
    found = [*result.problems, *(check.problem for check in result.checks)]
    return [problem.message for problem in found if problem is not None]


@pytest.fixture
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table outside every project."""
    path = tmp_path_factory.mktemp("outside") / "secret.csv"
    path.write_text("id,key,ts\n1,a,2026-01-01\n")
    return path


def test_a_mapping_reads_files_of_the_project_and_of_nowhere_else(
    write: Write, secret: Path
) -> None:
    root = write({"checks/own.yml": CHECK, "data/a.csv": secret.read_text()})
    (root / "link.csv").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent)
    inside = ("read_csv('data/a.csv')", "'data/*.csv'", "read_csv(['data/a.csv'])", '"data/a.csv"')
    for source in inside:
        (root / "recsql.yml").write_text(project(f'"{source.replace(chr(34), chr(39))}"'))
        assert said(root) == [], source
    up = f"../{secret.parent.name}/secret.csv"
    for name in (
        str(secret), up, "link.csv", "*.csv", "folder/*.csv", "folder/secret.csv", "**/*.csv",
        f"file:{secret}", f"file://{secret}", "s3://bucket/a.parquet", "https://example.test/a",
        "~/a.csv", "data/../../x.csv", "a\0b.csv",
    ):  # fmt: skip
        source = f"\"read_csv('{name}')\"".replace("\0", "\\0")
        (root / "recsql.yml").write_text(project(source))
        (message,) = said(root)
        assert message.endswith("outside the project"), name
    (root / "recsql.yml").write_text(project("\"read_csv('data/' || 'a.csv')\""))
    assert said(root) == ["`from:` of relation `events` reads a file whose name is computed"]
    (root / "recsql.yml").write_text(project(f"select * from '{secret}'"))
    assert said(root)[0].endswith("outside the project")


def test_files_outside_are_read_where_the_project_declares_them(write: Write, secret: Path) -> None:
    root = write({"checks/own.yml": CHECK})
    trust = f"trust: {{files: ['{secret.parent}']}}\n"
    (root / "recsql.yml").write_text(project(f"\"read_csv('{secret}')\"", trust))
    assert said(root) == []
    reach = Reach(root, ("s3://lake/events", "../shared"))
    assert reach.covers("s3://lake/events/day=1/*.parquet")
    assert reach.covers("../shared/a.csv")
    assert not reach.covers("s3://lake/events_of_others/a.parquet")
    assert not reach.covers("s3://lake/events/../secrets/a.parquet")


def test_a_check_and_an_argument_read_no_file_even_of_the_project(write: Write) -> None:
    sql = "checks:\n  - {name: own, sql: select count(*) as m from 'a.csv', metrics: {m: }}\n"
    use = "  - {name: used, uses: row_count, arguments: {table: read_csv('a.csv')}}\n"
    root = write({"checks/own.yml": sql + use, "a.csv": "x\n1\n"})
    found = api.run(root, select=("own", "used"))
    assert [c.status for c in found.checks if c.name in ("own", "used")] == [Status.ERROR] * 2
    messages = [c.problem.message for c in found.checks if c.problem is not None]
    assert len(messages) == 2
    assert all("reads files: only `from:` of a relation may" in each for each in messages)


def test_a_package_is_held_to_the_same_rule(write: Write, tmp_path: Path) -> None:
    evil = "checks: [{name: evil, rows: 'select * from read_text(''/etc/passwd'')'}]\n"
    root = write({"p/checks/evil.yml": evil, "recsql.yml": "packages: [p]\nas_of: 2026-01-01\n"})
    (message,) = said(root, "evil")
    assert message == "this is refused: `read_text` reads files: only `from:` of a relation may"


@pytest.mark.parametrize("name", ["own.yml", "own.sql"])
def test_a_link_that_leads_out_of_a_project_or_package_is_not_followed(
    write: Write, secret: Path, name: str
) -> None:
    files = {"own.yml": "metrics: {m: }\n", "own.sql": "select 1 as m"}
    root = write({f"checks/{n}": text for n, text in files.items() if n != name})
    outside = secret.with_name(Path(name).name)
    outside.write_text(files[name])
    (root / "checks" / name).symlink_to(outside)
    problems = load(root).project.problems
    assert f"`checks/{name}` is a link to a file outside" in problems[0].message
    declared = (root / "recsql.yml").read_text() + f"trust: {{files: ['{outside.parent}']}}\n"
    (root / "recsql.yml").write_text(declared)
    assert not any("is a link" in problem.message for problem in load(root).project.problems)


def test_a_fixture_in_sql_is_one_select_that_reads_no_file(write: Write) -> None:
    case = (
        "check: own\nas_of: 2026-01-01\ncases:\n"
        "  sound: {given: {events: {sql: \"select 'a' as key\"}}, expect: {metrics: {m: 1}}}\n"
        "  two: {given: {events: {sql: \"select 1; copy (select 1) to 'out.csv'\"}},\n"
        "    expect: {status: info}}\n"
        "  file: {given: {events: {sql: \"from '/etc/passwd'\"}}, expect: {status: info}}\n"
    )
    root = write({"checks/own.yml": CHECK, "tests/own.yml": case})
    found = {result.case.name: result for result in api.test(root)}
    assert found["sound"].passed
    assert not found["two"].passed
    assert not found["file"].passed
    assert not (root / "out.csv").exists()


# --- names that are more than names --------------------------------------------------------------

HOSTILE = [
    "a */ select 41 as m union all /*", "../../../evil", "a/b", "a\nb", "-x", "a\x00b", "x" * 129,
    "'; drop table x; --", 'a"b', "a..b",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_could_leave_its_comment_or_its_folder_breaks_the_check(
    write: Write, name: str
) -> None:
    shown = '"' + "".join(f"\\u{ord(c):04x}" for c in name) + '"'
    text = f"checks: [{{name: {shown}, sql: select 1 as m, metrics: {{m: }}}}]"
    found = load(write({"checks/own.yml": text}))
    assert name not in found.catalog.checks
    assert any("is no name for a check" in p.message for p in found.project.problems)


def test_compiled_sql_is_written_under_its_folder_only(tmp_path: Path) -> None:
    keep = Keeper(tmp_path / "compiled")
    assert Path(keep("custom/own.sql", "select 1")).is_file()
    with pytest.raises(RecsqlError, match="nothing is written there"):
        keep("custom/../../../evil.sql", "select 1")
    assert not (tmp_path.parent / "evil.sql").exists()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "compiled" / "models").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RecsqlError, match="nothing is written there"):
        keep("models/own.sql", "select 1")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_compiled_sql_that_stands_there_already_is_not_written_again(tmp_path: Path) -> None:
    path = Path(Keeper(tmp_path)("custom/own.sql", "select 1"))
    first = path.stat()
    Keeper(tmp_path)("custom/own.sql", "select 1")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    for other in ("select 2", "select 1 ", "select"):
        Keeper(tmp_path)("custom/own.sql", other)
        assert path.read_bytes() == other.encode() + b"\n"
    path.unlink()
    path.mkdir()
    with pytest.raises(RecsqlError, match="cannot write"):
        Keeper(tmp_path)("custom/own.sql", "select 1")


# --- DuckDB by itself ----------------------------------------------------------------------------


def opened(root: Path, path: str = ":memory:") -> DuckDB:
    found = connect(Target("local", "duckdb", {"path": path}), root)
    assert isinstance(found, DuckDB)
    return found


def test_a_confined_duckdb_reads_and_writes_no_file_and_keeps_its_models(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "w.duckdb")).execute("create table t as select 1 as i").close()
    (tmp_path / "a.csv").write_text("x\n1\n")
    warehouse = opened(tmp_path, "w.duckdb")
    assert warehouse.query("select x from 'a.csv'").rows == [(1,)]
    warehouse.confine()
    for sql in ("select * from 'a.csv'", "attach 'other.duckdb'", "install httpfs",
                "copy t to 'out.csv'", "set enable_external_access = true"):  # fmt: skip
        with pytest.raises(WarehouseError):
            warehouse.query(sql)
    with pytest.raises(WarehouseError, match="read-only"):
        warehouse.query("insert into t values (2)")
    other = warehouse.another()
    assert other is not None
    warehouse.materialize('m"1', "select * from t")
    assert other.query('select * from "m""1"').rows == [(1,)]
    other.drop('m"1')
    other.close()
    warehouse.close()


def test_a_name_in_sql_is_no_variable_of_python(tmp_path: Path) -> None:
    rows = duckdb.sql("select 42 as x")
    warehouse = opened(tmp_path)
    with pytest.raises(WarehouseError, match="rows"):
        warehouse.query("select * from rows")
    assert rows is not None
    warehouse.close()


def test_a_run_opens_duckdb_to_the_outside_only_where_the_mapping_reads_files(write: Write) -> None:
    root = write({"checks/own.yml": CHECK, "a.csv": "id,key,ts\n1,a,2026-01-01\n"})

    def outside() -> str:
        with api.opened(Request(root)) as project:
            sql = "select current_setting('enable_external_access')"
            return str(project.warehouse.query(sql).rows[0][0])

    assert outside() == "False"
    (root / "recsql.yml").write_text(project("\"read_csv('a.csv')\""))
    assert outside() == "True"


def test_a_view_over_files_says_how_to_declare_them(write: Write) -> None:
    root = write({"checks/own.yml": CHECK, "a.csv": "id,key,ts\n1,a,2026-01-01\n"})
    with duckdb.connect(str(root / "w.duckdb")) as made:
        made.execute(f"create view seen as select * from '{root}/a.csv'")
    profile = "shop: {target: t, outputs: {t: {type: duckdb, path: w.duckdb}}}\n"
    (root / "profiles.yml").write_text(profile)
    (root / "recsql.yml").write_text("name: shop\n" + project("seen"))
    result: RunResult = api.run(root, select="own")
    assert "trust: {files: [its folder]}" in (result.problems[0].hint or "")
    (root / "recsql.yml").write_text("name: shop\n" + project("seen", "trust: {files: ['.']}\n"))
    assert said(root) == []
