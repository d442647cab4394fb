"""What changed between two runs, from results files and from the history."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsql.cli.app import application
from recsql.describe.past import trends
from recsql.errors import RecsqlError
from recsql.history.store import append
from recsql.model import Status, Unit
from recsql.report import as_changes, as_html, as_json, as_markdown
from recsql.report.changes import Changes, Turn, compare, snapshot
from recsql.report.figures.trend import Trend
from recsql.results import CheckResult, MetricResult, RunResult
from tests.pictured import PICTURED, RUN

PASS, FAIL, INFO = Status.PASS, Status.FAIL, Status.INFO


def number(
    value: float, half: float | None = 0.01, error_if: str | None = "> 5%", **segment: str
) -> MetricResult:
    low, high = (None, None) if half is None else (value - half, value + half)
    return MetricResult("m", segment, value, Unit.SHARE, low, high, 9.0, None, error_if)


def run(*metrics: MetricResult, status: Status = FAIL, name: str = "r1") -> RunResult:
    check = CheckResult("c", "a", status, metrics=metrics)
    return RunResult(replace(RUN, id=name), (), (check,))


def between(before: RunResult, after: RunResult) -> Changes:
    return compare(snapshot(before), snapshot(after))


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        (number(0.10), number(0.20), Turn.WORSE),
        (number(0.20), number(0.10), Turn.BETTER),
        (number(0.20, error_if="< 5%"), number(0.10, error_if="< 5%"), Turn.WORSE),
        (number(0.20, error_if=None), number(0.10, error_if=None), Turn.MOVED),
        (number(0.20, None), number(0.10, None), Turn.MOVED),
        (number(0.20), number(0.10, None), Turn.MOVED),
        (number(0.20), number(0.219), None),  # 0.19 to 0.21, then 0.209 to 0.229
        (number(0.20), number(0.221), Turn.WORSE),  # 0.211 to 0.231: nothing in common
        (number(0.20, None), number(0.20, None), None),
        (number(0.20, error_if="!= 0"), number(0.10, error_if="!= 0"), Turn.MOVED),
    ],
)
def test_a_number_has_changed_where_the_intervals_have_nothing_in_common(
    before: MetricResult, after: MetricResult, turn: Turn | None
) -> None:
    found = between(run(before), run(after))
    assert [change.turn for change in found.numbers] == ([] if turn is None else [turn])
    assert found.alike == (turn is None)


def test_verdicts_that_changed_and_checks_that_came_or_went_are_named() -> None:
    old, new = CheckResult("old", "a", PASS), CheckResult("new", "a", INFO)
    before = replace(run(status=PASS), checks=(*run(status=PASS).checks, old))
    after = replace(run(), checks=(*run().checks, new))
    found = between(before, after).verdicts
    assert [(v.check, v.before, v.after) for v in found] == [
        ("c", PASS, FAIL), ("new", None, INFO), ("old", PASS, None)
    ]  # fmt: skip


def test_segments_count_where_they_are_judged() -> None:
    judged, told = number(0.1, surface="app"), number(0.1, error_if=None, surface="web")
    after = (replace(judged, value=0.3, low=0.29, high=0.31), replace(told, value=0.3, low=0.29))
    assert [c.name for c in between(run(judged, told), run(*after)).numbers] == ["m (surface app)"]


def test_runs_that_cannot_be_compared_say_so() -> None:
    other = replace(run(), run=replace(RUN, target="dev", window_s=86400.0, sample=0.1))
    assert between(other, run()).caveats == (
        "The runs are of different target: dev, then prod.",
        "The runs are of different window: 24 h, then 28 d.",
        "The runs are of different sample: 10 %, then everybody.",
    )
    assert between(run(), run()).caveats == ()


def test_the_text_goes_from_verdicts_to_what_is_worse_and_better() -> None:
    found = between(run(number(0.1), status=PASS, name="r0"), run(number(0.2)))
    assert as_changes.write(found) == (
        "before  r0 (prod, as of 2026-03-03 12:00 UTC)\n"
        "after   r1 (prod, as of 2026-03-03 12:00 UTC)\n\n"
        "verdicts\n  pass → fail  c\n\n"
        "worse\n  c: m 10.0 % (9.0 to 11.0 %) → 20.0 % (19.0 to 21.0 %)\n\n"
        "1 verdict changed; of the numbers 1 worse, 0 better, 0 moved, 0 without clear change.\n"
    )
    assert as_changes.write(found, unicode=False).isascii()


def test_the_page_and_the_summary_say_what_changed_since_the_baseline() -> None:
    before = run(number(0.1), status=PASS, name="r0")
    page = as_html.write(run(number(0.2)), before)
    assert "What changed since the earlier run?" in page
    row = "<tr><td>worse<td>c<td>m<td>10.0 % (9.0 to 11.0 %)<td>20.0 % (19.0 to 21.0 %)"
    assert row in page.replace("\u00a0", " ")
    assert "What changed" not in as_html.write(run(number(0.2)))
    summary = as_markdown.write(run(number(0.2)), before)
    assert "- worse: `c` m 10.0 % (9.0 to 11.0 %) → 20.0 % (19.0 to 21.0 %)" in summary
    assert "- `c`: pass → fail" in summary


def test_a_baseline_full_of_markup_stays_text() -> None:
    text = "</td><script>alert(1)</script>"
    before = replace(run(number(0.1), name=text), checks=(CheckResult(text, "a", PASS),))
    after = replace(run(number(0.1)), checks=(CheckResult(text, "a", FAIL),))
    assert "<script" not in as_html.write(after, before)
    assert "<script" not in as_markdown.write(after, before)


def test_report_takes_a_baseline(tmp_path: Path) -> None:
    for name, value in (("old", 0.1), ("new", 0.3)):
        text = as_json.write(run(number(value), name=name))
        (tmp_path / f"{name}.json").write_text(text)
    page = tmp_path / "page.html"
    command = ["report", str(tmp_path / "new.json"), "--baseline", str(tmp_path / "old.json")]
    said = CliRunner().invoke(application(), [*command, "--html", str(page)])
    assert said.exit_code == 0
    assert "worse\n  c: m 10.0 %" in said.output
    assert "What changed since the earlier run?" in page.read_text("utf-8")
    refused = CliRunner().invoke(application(), [*command, "--output", "junit"])
    assert isinstance(refused.exception, RecsqlError)


def in_history(folder: Path) -> None:
    history = folder / "target" / "history.duckdb"
    for name, day, value in (("aa1", 1, 0.4), ("aa2", 2, 0.1), ("bb3", 3, 0.3)):
        found = run(number(value), number(value, surface="app"), name=name)
        as_of = f"2026-03-0{day}T12:00:00Z"
        append(history, replace(found, run=replace(found.run, as_of=as_of, started_at=as_of)))


def differ(folder: Path, *names: str, output: str = "text") -> str:
    command = ["diff", *names, "--project-dir", str(folder), "--output", output]
    said = CliRunner().invoke(application(), command)
    if isinstance(said.exception, RecsqlError):
        raise said.exception
    return said.output


def test_diff_compares_the_last_two_runs_of_the_history_or_those_named(tmp_path: Path) -> None:
    in_history(tmp_path)
    (tmp_path / "checks").mkdir()
    (tmp_path / "recsql.yml").write_text("name: shop\n")
    metrics = "{m: {unit: share, error_if: '> 5%'}}"
    own = f"checks:\n  - {{name: c, sql: select 1.0 as m, metrics: {metrics}}}\n"
    (tmp_path / "checks" / "c.yml").write_text(own)
    last = differ(tmp_path)
    assert re.findall(r"(before|after) +(\w+)", last) == [("before", "aa2"), ("after", "bb3")]
    assert "worse\n  c: m 10.0 %" in last
    assert "c: m (surface app) 10.0 %" in last
    named = json.loads(differ(tmp_path, "aa1", "aa2", output="json"))
    assert (named["before"], named["after"]) == ("aa1", "aa2")
    assert [n["turn"] for n in named["numbers"]] == ["better", "better"]


def test_trends_are_drawn_from_the_comparable_runs_before(tmp_path: Path) -> None:
    in_history(tmp_path)
    last = run(number(0.3), number(0.3, surface="app"), name="bb3")
    path = tmp_path / "target" / "history.duckdb"
    append(path, replace(last, run=replace(last.run, id="dev", target="dev")))
    found = trends(path, last)
    assert {name: [*trend.values] for name, trend in found.items()} == {"c": [0.4, 0.1, 0.3]}
    page = as_html.write(last, trends=found)
    assert "First 40.0 %, lowest 10.0 %, highest 40.0 %, last 30.0 %." in page
    assert 'd="M4 4L48 22L92 10"' in page
    assert "First 40.0 %" not in as_html.write(last)


def test_two_runs_are_no_trend() -> None:
    trend = Trend((0.1, 0.3), Unit.SHARE)
    assert "The last" not in as_html.write(run(number(0.3)), trends={"c": trend})
    steady = Trend((0.3, 0.3, 0.3), Unit.SHARE)
    assert "The last 3 runs" in as_html.write(run(number(0.3)), trends={"c": steady})


def test_report_draws_trends_where_they_are_asked_for(tmp_path: Path) -> None:
    in_history(tmp_path)
    (tmp_path / "target" / "run_results.json").write_text(as_json.write(run(number(0.3))))
    command = ["report", "--project-dir", str(tmp_path), "--output", "html", "--trends"]
    said = CliRunner().invoke(application(), command)
    assert "The last 3 runs" in said.output


@pytest.mark.parametrize(
    ("names", "message"),
    [(("zz",), "no run `zz`"), (("aa",), "begins 2 runs"), (("bb3", "nope"), "no run `nope`")],
)
def test_diff_of_a_run_that_is_not_there_is_one_sentence(
    names: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    in_history(tmp_path)
    with pytest.raises(RecsqlError, match=message):
        differ(tmp_path, *names)


def test_diff_without_a_history_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RecsqlError, match="there is no run"):
        differ(tmp_path)


def test_a_run_is_no_different_from_itself() -> None:
    found = between(PICTURED, PICTURED)
    assert (found.verdicts, found.numbers) == ((), ())
    assert found.alike == 37
