"""The pictures: what is drawn is what was measured, and what is not drawn is said."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from recsql.model import Reason, Status
from recsql.report import as_html
from recsql.report.drawing.scale import share_axis, time_axis
from recsql.report.drawing.svg import Picture, Type, fit, rows, width
from recsql.report.figures import ages, deciding, gap, people, pipeline
from recsql.report.figures.figure import Figure
from recsql.report.figures.gap import MINUS
from recsql.report.readings import Readings
from recsql.results import CheckResult, MetricResult, RunResult
from tests.pictured import DAY, HOUR, PICTURED, failing, hop, lasting, share, without

READINGS = Readings(PICTURED)


def texts(figure: Figure) -> list[str]:
    return [element.text or "" for element in shapes(figure, "text")]


def shapes(figure: Figure, kind: str) -> list[Xml.Element]:
    assert isinstance(figure.picture, Picture)
    return list(Xml.fromstring(figure.picture.wide).iter(kind))  # noqa: S314 - our own text


def boxes(figure: Figure) -> list[tuple[float, float, float]]:
    """Where each rectangle begins, how long and how high it is, in the order of drawing."""
    assert isinstance(figure.picture, Picture)
    number = r"([\d.]+)"
    corners = rf"M{number} [\d.]+h{number}v{number}h-\2z"
    framed = rf'<rect[^>]* x="{number}" y="[^"]*" width="{number}" height="{number}"'
    found = re.findall(f"{corners}|{framed}", figure.picture.wide)
    return [(float(a or x), float(b or w), float(c or h)) for a, b, c, x, w, h in found]


def bars(figure: Figure) -> list[tuple[float, float]]:
    """The rectangles without their heights."""
    return [(start, long) for start, long, _ in boxes(figure)]


def swapped(check: CheckResult) -> RunResult:
    return replace(PICTURED, checks=(*without(check.name).checks, check))


def test_the_parts_of_an_age_stand_end_to_end_and_to_scale() -> None:
    figure = ages.waterfall_of_age(READINGS)
    found = bars(figure)
    scale = found[-1][1] / (108 * HOUR)
    assert [round(long / scale / HOUR) for _, long in found] == [7, 7, 19, 75, 108]
    begins = [start for start, _ in found]
    ends = [start + long for start, long in found]
    assert begins[1:4] == pytest.approx(ends[:3], abs=0.11)
    assert (begins[0], ends[3]) == pytest.approx((begins[4], ends[4]), abs=0.11)
    assert figure.missing == ()


def test_a_part_that_was_not_measured_is_named() -> None:
    known = tuple(lasting(f"mean_{n}", HOUR) for n in ("signal_age", "ingestion"))
    figure = ages.waterfall_of_age(Readings(swapped(
        CheckResult("age_waterfall", "signal_freshness", Status.INFO, metrics=known)
    )))  # fmt: skip
    assert figure.missing == tuple(
        f"Not separable here: {said}."
        for said in ("the person was away", "under another key", "not refreshed yet")
    )


def test_the_gap_falls_from_the_offline_score_to_the_real_one() -> None:
    figure = gap.figure(READINGS)
    assert figure.numbers is not None
    assert [row[:2] for row in figure.numbers.rows] == [
        ("Offline score", "91.0 %"), ("Stale signals", MINUS + "38.0 %"),
        ("Stale items", "none found"),
        ("Split identities", MINUS + "9.0 %"), ("Other histories", "none found"),
        ("Leaks, protocol, model", MINUS + "6.0 %"), ("Real, as served", "38.0 %"),
        ("Planned pipeline", "86.0 %"),
    ]  # fmt: skip
    found = bars(figure)
    full = found[0][1] / 0.91
    assert [round(long / full, 2) for _, long in found] == [
        0.91, 0.38, 0.0, 0.09, 0.0, 0.06, 0.38, 0.86
    ]  # fmt: skip
    assert figure.missing == ()


def test_what_no_part_accounts_for_is_a_bar_of_its_own() -> None:
    known = (share("stale_signals", 0.38, 0.04), share("observed", 0.38, 0.03))
    check = CheckResult("gap_attribution", "offline_online_gap", Status.INFO, metrics=known)
    figure = gap.figure(Readings(swapped(check)))
    assert "Not told apart" in texts(figure)
    assert MINUS + "15.0 %" in texts(figure)
    assert figure.missing == (
        "Not told apart here: stale items, split identities, other histories and leaks, "
        "protocol, model.",
    )


def test_parts_of_a_hit_rate_are_not_taken_from_another_metric() -> None:
    scores = (share("offline", 0.5), share("realised", 0.2))
    figure = gap.figure(Readings(swapped(
        CheckResult("metric_gap", "offline_online_gap", Status.FAIL, metrics=scores)
    )))  # fmt: skip
    assert "Stale signals" not in texts(figure)
    assert "Planned pipeline" not in texts(figure)
    assert "of another metric" in figure.missing[0]


def test_the_lead_says_what_is_surely_lost_and_what_a_rebuild_would_bring() -> None:
    assert gap.lead(READINGS) == (
        "Offline 91.0 %, as served 38.0 %. At least this much is lost: 38.0 % by stale signals and "
        "9.0 % by split identities. The same model in the planned pipeline would reach at least "
        "86.0 % (82.0 to 90.0 %)."
    )
    assert gap.lead(Readings(without("gap_attribution"))) == ""


def test_the_slowest_step_has_the_largest_p90_and_is_marked_once() -> None:
    figure = pipeline.figure(PICTURED)
    assert texts(figure).count("Slowest step") == 1
    assert pipeline.answer(PICTURED) == (
        "The slowest step is Written to the store → Served: 70 h in the median and 6 d in the "
        "worst tenth of 9,000 requests, against a limit of 6 h."
    )
    assert "69 % of the mean 4.5 d passes at the slowest step (to scale)" in texts(figure)


def test_the_strip_is_to_scale() -> None:
    strip = boxes(pipeline.figure(PICTURED))
    long = [part + 1 for _, part, high in strip if high == 10]
    assert [round(108 * part / sum(long)) for part in long] == [21, 11, 2, 74]


def test_a_step_that_nobody_measured_is_dotted_named_and_never_to_scale() -> None:
    lag = READINGS.check("pipeline_lag")
    assert lag is not None
    unknown = tuple(
        replace(m, value=None, segment={"hop": "written_to_served"}) for m in hop("", 1, 1, 1)
    )
    known = tuple(m for m in lag.metrics if m.segment["hop"] != "written_to_served")
    figure = pipeline.figure(swapped(replace(lag, metrics=(*known, *unknown))))
    assert "not measured" in texts(figure)
    assert not [said for said in texts(figure) if "to scale" in said]
    assert figure.missing == ("Not measured: written_to_served (needs `snapshots.written_ts`).",)
    assert {"Slowest seen", "Slowest step"} & set(texts(figure)) == {"Slowest seen"}
    assert pipeline.answer(swapped(replace(lag, metrics=(*known, *unknown)))).startswith(
        "The slowest step that was measured is Ingested → In a snapshot: "
    )


def test_each_box_says_its_rows_and_each_step_its_limit() -> None:
    figure = pipeline.figure(PICTURED)
    assert figure.picture is not None
    for drawing in (figure.picture.wide, figure.picture.narrow):
        said = re.findall(r">([^<>]+)(?=<title>|</text>)", drawing)
        told = " ".join(said)
        stocks = re.findall(r"[\d.,]+(?: M)? (?:events|snapshots|requests)", told)
        assert stocks == [
            "4.81 M events", "64,532 events", "3,920 snapshots", "3,919 snapshots",
            "12,721 requests",
        ]  # fmt: skip
        assert re.search("limit 26 h,? 4.0 % longer", told)
        assert re.search("fail: limit 6 h,? 98.1 % longer", told)
        verdicts = re.findall(r'<(?:text|g) class="([^"]*)"[^>]*>(?:<text[^>]*>)?fail:', drawing)
        assert [names.split(" ")[0] for names in verdicts] == ["f-fail"]
    assert figure.numbers is not None
    assert figure.numbers.columns[-2:] == ("Limit", "Longer")
    assert [row[-2:] for row in figure.numbers.rows] == [
        ("26 h", "4.0 %"), ("", ""), ("", ""), ("6 h", "98.1 %")
    ]  # fmt: skip


def test_a_verdict_on_the_ground_of_the_mark_is_readable() -> None:
    calm = replace(
        PICTURED, audits=tuple(replace(audit, status=Status.PASS) for audit in PICTURED.audits)
    )
    inks = [pipeline.legs(run)[3].limit_ink for run in (PICTURED, calm)]
    assert inks == ["fail", "ink"]


def test_results_without_rows_and_limits_are_drawn_without_them() -> None:
    lag = READINGS.check("pipeline_lag")
    assert lag is not None
    since = {"source_rows", "target_rows", "lag_limit", "over_limit_share"}
    older = replace(lag, metrics=tuple(m for m in lag.metrics if m.name not in since))
    figure = pipeline.figure(swapped(older))
    assert not [text for text in texts(figure) if re.search("limit|events|snapshots$", text)]
    assert "69 % of the mean 4.5 d passes at the slowest step (to scale)" in texts(figure)
    assert figure.numbers is not None
    assert figure.numbers.columns[-1] == "Negative"


def test_a_limit_that_a_lag_was_judged_by_is_the_limit_of_its_step() -> None:
    lag = READINGS.check("pipeline_lag")
    assert lag is not None
    judged = tuple(
        replace(m, warn_if="> 12h", limit=43200.0, status=Status.WARN)
        if m.name == "p90_lag" and m.segment["hop"] == "snapshot_to_written" else m
        for m in lag.metrics
    )  # fmt: skip
    said = " ".join(texts(pipeline.figure(swapped(replace(lag, metrics=judged)))))
    assert "warn: limit 12 h" in said


def test_steps_on_different_requests_are_not_added_up() -> None:
    lag = READINGS.check("pipeline_lag")
    assert lag is not None
    odd = tuple(
        replace(m, n=5.0) if m.segment["hop"] == "written_to_served" else m for m in lag.metrics
    )
    assert not [
        s for s in texts(pipeline.figure(swapped(replace(lag, metrics=odd)))) if "scale" in s
    ]


def test_the_slowest_step_is_red_only_where_freshness_fails() -> None:
    calm = replace(
        PICTURED, audits=tuple(replace(audit, status=Status.PASS) for audit in PICTURED.audits)
    )
    hot = [figure.picture and 'class="f-hot"' in figure.picture.wide
           for figure in map(pipeline.figure, (PICTURED, calm))]  # fmt: skip
    assert hot == [True, False]


def test_people_who_decide_are_no_step_of_the_pipeline() -> None:
    lag = READINGS.check("pipeline_lag")
    assert lag is not None
    deciding_ = tuple(
        replace(m, n=5.0) for m in hop("served_to_conversion", 9 * DAY, 30 * DAY, 12 * DAY)
    )
    run = swapped(replace(lag, metrics=(*lag.metrics, *deciding_)))
    assert "Written to the store → Served" in pipeline.answer(run)
    said = texts(pipeline.figure(run))
    assert "Conversion" in said
    assert "Bought" not in said
    assert "69 % of the mean 4.5 d passes at the slowest step (to scale)" in said


def test_a_long_chain_is_cut_and_says_so() -> None:
    steps = tuple(m for n in range(9) for m in hop(f"s{n}_to_s{n + 1}", 60.0 + n, 90.0, 70.0))
    figure = pipeline.figure(swapped(CheckResult("pipeline_lag", "a", Status.INFO, metrics=steps)))
    assert figure.missing == ("2 more steps stand in the table only.",)
    assert figure.numbers is not None
    assert len(figure.numbers.rows) == 9


def test_the_relevance_figure_marks_the_window_and_the_ages() -> None:
    said = set(texts(ages.relevance(READINGS)))
    assert {"drift window 14 h", "median age 4.4 d", "p90 age 7.4 d"} <= said
    assert ages.relevance(READINGS).missing == ()


def test_what_did_not_run_is_said_with_its_reason() -> None:
    skipped = CheckResult(
        "drift_curve", "signal_freshness", Status.SKIP, Reason.NOT_COMPUTABLE, sentence="No events."
    )
    assert ages.relevance(Readings(swapped(skipped))).missing == (
        "`drift_curve`: An input is missing. No events.",
    )
    assert deciding.figure(Readings(without("survival_curve"))).missing == (
        "`survival_curve` was not part of this run.",
    )
    page = as_html.write(without("survival_curve", "drift_curve"))
    assert "<b>Not drawn</b> <code>survival_curve</code> was not part of this run." in page


def test_a_whole_is_split_where_the_shares_say() -> None:
    found = bars(people.split(READINGS))
    rest = [round(long / 646, 2) for _, long in found]
    assert rest == [0.04, 0.45, 0.51, 0.25, 0.75]


def test_people_whose_profiles_nobody_counted_are_split_in_two() -> None:
    whole = CheckResult("unmerged_persons", "identity_coverage", Status.INFO,
                        metrics=(share("person_rate", 0.74, 0.06, 193.0),))  # fmt: skip
    readings = Readings(swapped(whole))
    assert people.profiles(readings).picture is None
    assert [round(long / 646, 2) for _, long in bars(people.split(readings))][:2] == [0.26, 0.74]


def test_people_and_conversions_stand_by_their_number_of_profiles() -> None:
    figure = people.profiles(READINGS)
    long = [round((part + 1) / 646, 2) for _, part in bars(figure)]
    assert long == [0.26, 0.03, 0.04, 0.04, 0.63, 0.1, 0.2, 0.3, 0.4]  # none in 3 is no box
    said = texts(figure)
    assert {"74.0 % of people: history split", "90.0 % of conversions: history split"} <= set(said)
    assert figure.numbers is not None
    assert figure.numbers.rows[4] == ("People", "5 or more", "63.0 %", "62.0 to 64.0 %")


def test_conversions_that_nobody_logged_are_named() -> None:
    check = READINGS.check("unmerged_persons")
    assert check is not None
    known = tuple(m for m in check.metrics if m.name != "conversion_share")
    figure = people.profiles(Readings(swapped(replace(check, metrics=known))))
    assert len(bars(figure)) == 5
    assert figure.missing == ("By conversions: none with revenue is known.",)


def test_requests_stand_by_the_age_of_their_signal_and_whose_part_it_is() -> None:
    figure = ages.by_age(READINGS)
    found = boxes(figure)[1:]  # the first is the window's ground
    scale = found[2][2] / (0.9 * 3000)  # 1 d to 3 d: nine tenths are the pipeline's
    owned, away = [round(high / scale) for *_, high in found[:5]], found[5:]
    assert owned == pytest.approx([90, 300, 2700, 2700, 1200], abs=3)
    assert [high / scale for *_, high in away[:5]] == pytest.approx(
        [810, 300, 300, 300, 300], abs=3
    )
    assert figure.numbers is not None
    assert figure.numbers.rows[:2] == (
        ("15 min to 12 h", "900", "10.0 %", "10.0 %"), ("12 h to 1 d", "600", "6.7 %", "50.0 %"),
    )  # fmt: skip


def test_of_a_class_across_the_windows_end_no_side_is_claimed() -> None:
    said = texts(ages.by_age(READINGS))  # it ends at 14 h
    assert {"at least 10.0 % within", "at least 83.3 % used an older signal"} <= set(said)
    exact = CheckResult("drift_window", "signal_freshness", Status.PASS,
                        metrics=(lasting("drift_window", 24 * HOUR),))  # fmt: skip
    said = texts(ages.by_age(Readings(swapped(exact))))
    assert {"16.7 % within", "83.3 % used an older signal"} <= set(said)


def test_ages_without_a_window_are_drawn_and_without_classes_are_not() -> None:
    figure = ages.by_age(Readings(without("drift_window")))
    assert figure.picture is not None
    assert figure.missing == ("`drift_window` was not part of this run.",)
    assert not [said for said in texts(figure) if "window" in said]
    nothing = ages.by_age(Readings(without("age_waterfall")))
    assert nothing.missing == (
        "Requests by the age of their signal. `age_waterfall` was not part of this run.",
    )


def test_the_largest_categories_are_drawn_with_the_gap_on_their_curve() -> None:
    figure = deciding.figure(READINGS)
    assert figure.numbers is not None
    drawn = list(dict.fromkeys(row[0] for row in figure.numbers.rows))
    assert drawn == ["All categories", "beauty & care", "books", "electronics", "furniture"]
    assert figure.missing == ("2 more categories, which had fewer decisions.",)
    # beauty & care falls by 5 % a day, and its median gap is 3 days: 0.95^3
    assert "gap 3 d: 85.7 % open" in texts(figure)
    assert figure.picture is not None
    assert figure.picture.wide.count("a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z") == 5


def test_only_numbers_of_the_wanted_segment_are_read() -> None:
    readings = Readings(PICTURED)
    assert len(readings.by("survival_curve", "survival", "day")) == 14
    assert len(readings.by("survival_curve", "survival", "category", "day")) == 6 * 14
    assert readings.total("survival_curve", "survival") is None
    nothing = MetricResult("m", {}, float("nan"), share("m", 1.0).unit)
    check = CheckResult("c", "a", Status.INFO, metrics=(nothing, failing(share("k", 0.5), "> 1")))
    found = Readings(RunResult(PICTURED.run, (), (check,)))
    assert (found.value("c", "m"), found.value("c", "k")) == (None, 0.5)


@pytest.mark.parametrize(
    ("longest", "last", "ticks"),
    [
        (0.0, 1.0, ["0 s", "1 s"]),
        (50.0, 50.0, ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s"]),
        (5 * HOUR, 5 * HOUR, ["0 h", "1 h", "2 h", "3 h", "4 h", "5 h"]),
        (4.5 * DAY, 5 * DAY, ["0 d", "1 d", "2 d", "3 d", "4 d", "5 d"]),
        (20 * DAY, 20 * DAY, ["0 d", "4 d", "8 d", "12 d", "16 d", "20 d"]),
    ],
)
def test_times_have_round_ticks(longest: float, last: float, ticks: list[str]) -> None:
    axis = time_axis(longest, 0, 100)
    assert (axis.last, [said for _, said in axis.ticks]) == (last, ticks)


def test_shares_have_round_ticks_below_zero_too() -> None:
    axis = share_axis(-0.05, 0.91, 0.0, 120.0)
    assert [said for _, said in axis.ticks] == [
        "-20 %", "0 %", "20 %", "40 %", "60 %", "80 %", "100 %"
    ]  # fmt: skip
    assert axis.at(0.4) == pytest.approx(60.0)
    assert axis.at(7.0) == 120.0


def test_text_fits_the_room_that_it_was_given() -> None:
    assert fit("short", 100) == "short"
    assert fit("much too long for this", 60).endswith("…")
    assert width(fit("much too long for this", 60)) <= 60
    assert rows("until a snapshot takes it in", 100, Type(size=12)) == [
        "until a", "snapshot tak…"
    ]  # fmt: skip


def test_a_run_without_anything_has_no_first_section() -> None:
    page = as_html.write(
        replace(PICTURED, checks=PICTURED.checks[6:9], audits=PICTURED.audits[1:2])
    )
    assert re.findall(r"<h2[^>]*>([^<]*)<", page)[1] == "Do we know who people are?"
