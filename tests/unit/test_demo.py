from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from recsql import api
from recsql.cli.app import application
from recsql.demo import project, shop, summary, worlds
from recsql.demo.engine import TARGET, DuckDBEngine
from recsql.errors import RecsqlError, WarehouseError
from recsql.model import Status, Unit
from recsql.project.contract import MAPPABLE
from recsql.results import CheckResult, MetricResult, RunInfo, RunResult

SMALL = worlds.World(persons=12, days=21, seed=3)

SIMULATED = sorted({*MAPPABLE} - {"recomputed_features"})
"""The relations that the shop has."""


def _built(folder: Path, world: worlds.World) -> Path:
    project.claim(folder)
    project.write(folder, world)
    shop.generate(folder, world)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("small") / "it's a shop", SMALL)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("whole"), worlds.World())


def _rows(folder: Path, target: str, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / f"{target}.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _total(result: RunResult, check: str, metric: str) -> float:
    found = summary.total(result, check, metric)
    assert found is not None
    assert found.value is not None
    return found.value


def _digests(folder: Path) -> dict[str, str]:
    return {
        f"{target}.{table}": hashlib.sha256(
            repr(_rows(folder, target, f"select * from {table}")).encode()
        ).hexdigest()
        for target in ("weekly", "rebuilt")
        for table in SIMULATED
    }


def test_every_relation_of_the_contract_has_rows(small: Path) -> None:
    for target in ("weekly", "rebuilt"):
        counts = {
            name: _rows(small, target, f"select count(*) from {name}")[0][0] for name in SIMULATED
        }
        assert [name for name, count in counts.items() if not count] == []


def test_a_seed_gives_the_same_rows_in_the_same_order_twice(small: Path, tmp_path: Path) -> None:
    assert _digests(small) == _digests(_built(tmp_path, SMALL))


def test_another_seed_gives_other_people(small: Path, tmp_path: Path) -> None:
    other = _built(tmp_path, replace(SMALL, seed=4))
    people = "select distinct user_id from events where user_id is not null order by user_id"
    assert not set(_rows(small, "weekly", people)) & set(_rows(other, "weekly", people))


def test_both_pipelines_serve_the_same_visits_and_differ_in_what_they_know(small: Path) -> None:
    asked = "select request_id, key, serve_ts from serving order by request_id"
    happened = "select event_id, key, event_ts, item_id from events order by event_id"
    assert _rows(small, "weekly", asked) == _rows(small, "rebuilt", asked)
    assert _rows(small, "weekly", happened) == _rows(small, "rebuilt", happened)
    assert _digests(small)["weekly.serving"] != _digests(small)["rebuilt.serving"]


@pytest.mark.parametrize("target", ["weekly", "rebuilt"])
def test_no_list_knows_what_its_snapshot_could_not(small: Path, target: str) -> None:
    late = """
        select count(*)
        from serving
        join snapshots on serving.profile_id = snapshots.profile_id
            and serving.snapshot_ts = snapshots.snapshot_ts
        where snapshots.written_ts > serving.serve_ts
            or snapshots.last_event_ts > snapshots.snapshot_ts
    """
    unread = """
        select count(*)
        from snapshots
        join events on snapshots.last_event_ts = events.event_ts
        where events.ingested_ts > snapshots.snapshot_ts and snapshots.profile_id = events.key
    """
    assert _rows(small, target, late) == [(0,)]
    assert _rows(small, target, unread) == [(0,)]


def test_a_list_holds_every_item_of_its_categories_once(small: Path) -> None:
    shapes = """
        select distinct count(*), count(distinct item_id), min(position), max(position)
        from served_items group by request_id
    """
    assert _rows(small, "weekly", shapes) == [(10, 10, 1, 10)]
    assert _rows(small, "rebuilt", shapes) == [(10, 10, 1, 10)]


def test_offline_scores_are_the_means_of_rows(small: Path) -> None:
    logged = """
        select offline_metrics.value - rows.value, offline_metrics.n - rows.n
        from offline_metrics
        join (select run_id, avg(hit) as value, count(*) as n from offline_rows group by 1) as rows
            on offline_metrics.run_id = rows.run_id
    """
    assert _rows(small, "weekly", logged) == [(0.0, 0)]
    leaky = "select count(*) from offline_rows where newest_feature_ts > label_ts"
    ahead = "select count(*) from offline_rows where newest_feature_ts > feature_available_ts"
    assert _rows(small, "weekly", leaky) > [(0,)]
    assert _rows(small, "weekly", ahead) == [(0,)]


@pytest.fixture(scope="module")
def worlds_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A small shop of a scenario, built once."""

    @cache
    def built(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        project.write(folder, SMALL, [name])
        shop.generate(folder, SMALL, [name])
        return folder

    return built


@pytest.mark.parametrize("name", sorted(set(worlds.SCENARIOS) - {"weekly", "rebuilt"}))
def test_every_scenario_has_rows_and_its_honest_score_never_looks_ahead(
    worlds_of: Callable[[str], Path], name: str
) -> None:
    folder = worlds_of(name)
    counts = {
        table: _rows(folder, name, f"select count(*) from {table}")[0][0] for table in SIMULATED
    }
    assert [table for table, count in counts.items() if not count] == []
    ahead = "select count(*) from offline_rows where feature_available_ts > label_ts"
    assert (_rows(folder, name, ahead) == [(0,)]) is not worlds.SCENARIOS[name].leaks


def test_new_items_are_wanted_before_a_weekly_index_lists_them(
    worlds_of: Callable[[str], Path],
) -> None:
    unlisted = """
        select count(*) filter (where catalogue.active_from > serving.index_ts) / count(*)
        from serving
        join events on serving.session_id = events.session_id
        join catalogue on events.item_id = catalogue.item_id
    """
    ((share,),) = _rows(worlds_of("stale-items"), "stale-items", unlisted)
    assert isinstance(share, float)
    assert 0.3 < share < 0.95
    ((none,),) = _rows(worlds_of("clean"), "clean", unlisted)
    assert none == 0.0
    listed = "select max(catalogue.active_from - serving.index_ts) from served_items join serving"
    rest = " using (request_id) join catalogue using (item_id)"
    ((late,),) = _rows(worlds_of("stale-items"), "stale-items", listed + rest)
    assert isinstance(late, timedelta)
    assert late <= timedelta(0)


def test_a_shared_tablet_puts_two_accounts_into_one_profile(
    worlds_of: Callable[[str], Path],
) -> None:
    merged = """
        select max(accounts) from (
            select profile_id, count(distinct id_value) as accounts
            from identity_map join links using (key) group by profile_id
        )
    """
    assert _rows(worlds_of("shared-tablets"), "shared-tablets", merged) == [(2,)]
    assert _rows(worlds_of("clean"), "clean", merged) == [(1,)]


def test_a_visit_may_follow_its_list_and_then_the_list_was_right(tmp_path: Path) -> None:
    world = replace(SMALL, exposure_share=0.5)
    project.write(tmp_path, world, ["stale"])
    shop.generate(tmp_path, world, ["stale"])
    caused = "select count(*) from events where event_id like 'x%'"
    asked = "select count(*) from serving"
    ((events,),), ((requests,),) = (_rows(tmp_path, "stale", sql) for sql in (caused, asked))
    assert isinstance(events, int)
    assert isinstance(requests, int)
    assert events / requests == pytest.approx(0.5, abs=0.1)
    unlisted = """
        select count(*) from events
        join served_items on 'x' || served_items.request_id = events.event_id
            and served_items.item_id = events.item_id
        where events.event_id like 'x%'
    """
    assert _rows(tmp_path, "stale", unlisted) == [(events,)]


def test_the_truth_says_what_each_repair_is_worth(tmp_path: Path) -> None:
    truth = shop.truth(tmp_path, SMALL, "weekly")
    assert sum(truth.shares.values()) == pytest.approx(truth.what_if - truth.observed)
    assert truth.shares["stale_items"] == 0.0
    assert truth.shares["stale_signals"] > truth.shares["identity"] > 0.0
    healthy = shop.truth(tmp_path, SMALL, "clean")
    assert healthy.observed == healthy.what_if == truth.what_if


def test_the_truth_is_kept_when_it_is_asked_for(tmp_path: Path) -> None:
    shop.generate(tmp_path, SMALL, ["weekly"], keep=True)
    ((people,),) = _rows(tmp_path, "world", "select count(*) from persons")
    assert people == SMALL.persons
    hits = 'select avg(hit) from "answered_weekly"'
    ((rate,),) = _rows(tmp_path, "world", hits)
    assert rate == shop.truth(tmp_path, SMALL, "weekly").observed


def test_an_unknown_world_is_told_with_the_nearest_name() -> None:
    with pytest.raises(RecsqlError, match="no world `stael`") as caught:
        worlds.scenario("stael")
    assert caught.value.hint == "did you mean `stale`?"


def test_the_project_compiles_and_its_own_cases_hold(small: Path) -> None:
    cases = api.test(small)
    assert [case.case.check for case in cases] == ["split_leak"] * 3
    assert all(case.passed for case in cases)
    assert api.compile(small).problems == ()


def test_the_tables_numbers_emerge_in_the_checks(whole: Path) -> None:
    weekly = api.run(whole, target="weekly", select=["audit:offline_online_gap"])
    rebuilt = api.run(whole, target="rebuilt", select=["audit:offline_online_gap"])
    assert _total(weekly, "metric_gap", "offline") == pytest.approx(0.91, abs=0.02)
    assert _total(weekly, "realised_accuracy", "hit_rate") == pytest.approx(0.38, abs=0.03)
    assert _total(rebuilt, "realised_accuracy", "hit_rate") == pytest.approx(0.87, abs=0.03)
    assert _total(weekly, "split_leak", "time_split") < 0.88


def test_the_weekly_log_alone_tells_what_the_rebuilt_pipeline_reaches(whole: Path) -> None:
    rebuilt = api.run(whole, target="rebuilt", select=["realised_accuracy"])
    truth = _total(rebuilt, "realised_accuracy", "hit_rate")
    weekly = api.run(whole, target="weekly", select=["audit:offline_online_gap"])
    what_if = summary.total(weekly, "rebuild_what_if", "what_if")
    assert what_if is not None
    assert what_if.value == pytest.approx(truth, abs=0.03)
    assert what_if.low is not None
    assert what_if.high is not None
    assert what_if.low < truth < what_if.high
    observed = _total(weekly, "realised_accuracy", "hit_rate")
    assert _total(weekly, "rebuild_what_if", "observed") == pytest.approx(observed, abs=1e-9)
    parts = {
        name: _total(weekly, "gap_attribution", name)
        for name in ("stale_signals", "stale_items", "identity", "mix", "rest")
    }
    gap = _total(weekly, "metric_gap", "offline") - observed
    assert sum(parts.values()) == pytest.approx(gap, abs=1e-9)
    assert parts["stale_signals"] == pytest.approx(0.40, abs=0.04)
    assert parts["identity"] == pytest.approx(0.09, abs=0.04)
    assert abs(parts["stale_items"]) < 0.01


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RecsqlError, match="not empty, and no demo"):
        project.claim(tmp_path)
    (tmp_path / "recsql.yml").write_text("name: mine\n")
    result = CliRunner().invoke(application(), ["demo", str(tmp_path)])
    assert isinstance(result.exception, RecsqlError)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recsql.yml", "thesis.txt"]


def test_an_earlier_demo_is_written_again(small: Path) -> None:
    project.claim(small)


def test_the_command_audits_both_pipelines_and_says_where_the_reports_are(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    command = ["demo", str(folder), "--persons", "12", "--days", "21", "--seed", "3"]
    result = CliRunner().invoke(application(), command)
    assert result.exit_code == 0, result.output
    for said in ("weekly (duckdb)", "rebuilt (duckdb)", "offline, events drawn at random"):
        assert said in result.output
    for target in ("weekly", "rebuilt"):
        assert f"{folder / 'target' / target}.html" in result.output
        page = (folder / "target" / f"{target}.html").read_text("utf-8")
        assert "<html" in page
        assert len(page.encode()) < 150_000
    assert not list(folder.rglob("history*"))  # its own audits are no runs of the project


def _run(metrics: dict[str, tuple[MetricResult, ...]]) -> RunResult:
    info = RunInfo("1", "0", "shop", "t", "duckdb", "2026-01-01T00:00:00Z", 1.0, "", 0.0, 0)
    checks = tuple(CheckResult(n, "a", Status.INFO, metrics=m) for n, m in metrics.items())
    return RunResult(info, (), checks)


def test_the_table_shows_what_was_measured_and_says_what_was_not() -> None:
    hits = MetricResult("hit_rate", {"k": None}, 0.384, Unit.SHARE, 0.37, 0.41, 19098.0)
    segment = MetricResult("hit_rate", {"k": 1}, 0.1, Unit.SHARE)
    seen = {"realised_accuracy": (segment, hits), "split_leak": ()}
    runs = {"weekly": _run(seen), "rebuilt": _run({})}
    assert summary.table(runs).splitlines() == [
        "the same model                       hit rate  95 % interval        n",
        "offline, events drawn at random  not measured",
        "offline, the newest events       not measured",
        "real, weekly pipeline                  38.4 %  37.0 to 41.0 %  19,098",
        "foretold from weekly's log       not measured",
        "real, rebuilt pipeline           not measured",
    ]


class Killed(BaseException):
    """What ends a process at once."""


def test_a_demo_that_is_killed_leaves_the_shop_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _built(tmp_path, SMALL)
    before = _digests(tmp_path)
    made = DuckDBEngine.table

    def killed(self: DuckDBEngine, schema: str, name: str, select: str) -> None:
        if (schema, name) == (TARGET, "served_items"):
            raise Killed
        made(self, schema, name, select)

    with monkeypatch.context() as patched:
        patched.setattr(DuckDBEngine, "table", killed)
        with pytest.raises(Killed):
            shop.generate(tmp_path, replace(SMALL, seed=4))
    assert _digests(tmp_path) == before
    shop.generate(tmp_path, SMALL)
    assert _digests(tmp_path) == before
    assert not list(tmp_path.glob("*.partial*"))
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("last", range(8))
def test_a_demo_that_was_killed_while_it_wrote_its_files_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    moments = iter(range(8))

    def watched(real: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **named: object) -> object:
            if next(moments) == last:
                raise Killed
            return real(*given, **named)

        return step

    project.claim(tmp_path)
    with monkeypatch.context() as patched:
        for name in ("write_text", "replace"):
            patched.setattr(Path, name, watched(getattr(Path, name)))
        with pytest.raises(Killed):
            project.write(tmp_path, SMALL)
    assert all(yaml.safe_load(path.read_text()) for path in tmp_path.rglob("*.yml"))
    project.claim(tmp_path)
    project.write(tmp_path, SMALL)
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


def test_a_shop_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "weekly.duckdb" / "taken").mkdir(parents=True)
    with pytest.raises(WarehouseError, match=r"cannot write `.*weekly\.duckdb`"):
        shop.generate(tmp_path, SMALL)
