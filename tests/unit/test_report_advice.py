from __future__ import annotations

from dataclasses import replace

import pytest

from recsql.model import Problem, Status
from recsql.report.advice import Action, actions
from recsql.results import CheckResult, RunResult
from tests.pictured import PICTURED, RUN, lasting, share, without

FAIL, WARN, ERROR, INFO = Status.FAIL, Status.WARN, Status.ERROR, Status.INFO


def failing(name: str, advice: str) -> CheckResult:
    return CheckResult(name, "a", FAIL, next=advice)


def asked(*checks: CheckResult) -> list[tuple[str, str, list[str]]]:
    found = actions(RunResult(RUN, (), checks))
    return [(action.step, action.text, [c.name for c in action.checks]) for action in found]


def test_equal_advice_stands_once_and_broken_checks_come_last() -> None:
    broken = CheckResult("b", "a", ERROR, problem=Problem("b", "m", None, "did you mean `x`?"))
    one, two, bare = failing("one", "Refresh."), failing("two", "Refresh."), failing("bare", "")
    warned = CheckResult("warned", "a", WARN, next="Look.")
    assert actions(RunResult(RUN, (), (broken, one, warned, bare, two))) == (
        Action("Refresh.", (one, two)),
        Action("Look into bare", (bare,)),
        Action("Repair b: did you mean `x`?", (broken,)),
    )


def test_advice_for_one_step_of_the_pipeline_is_one_entry_with_the_first_words() -> None:
    assert asked(
        failing("age", "Feature refresh, ingestion or identity merge: shorten it."),
        failing("leak", "Training join: join earlier."),
        failing("loss", "Feature refresh, ingestion or identity merge: shorten it until it fits."),
        failing("late", "Feature refresh or serving: refresh more often."),
    ) == [
        ("Feature refresh", "Shorten it.", ["age", "loss", "late"]),
        ("Training join", "Join earlier.", ["leak"]),
    ]


@pytest.mark.parametrize(
    ("ingestion", "refresh", "step"), [(9.0, 1.0, "Ingestion"), (1.0, 9.0, "Feature refresh")]
)
def test_of_several_steps_the_one_that_ages_signals_most_is_named(
    ingestion: float, refresh: float, step: str
) -> None:
    ages = (lasting("mean_ingestion", ingestion), lasting("mean_refresh", refresh))
    waterfall = CheckResult("age_waterfall", "a", INFO, metrics=ages)
    advice = "Feature refresh, ingestion or identity merge: shorten it."
    assert asked(waterfall, failing("age", advice))[0][0] == step


@pytest.mark.parametrize("advice", ["Note: look here.", "Feature refresh or luck: try.", "Try it."])
def test_advice_that_names_no_known_step_is_left_as_it_is(advice: str) -> None:
    assert asked(failing("c", advice)) == [("", advice, ["c"])]


def test_the_dearest_step_comes_first_with_what_it_costs_at_least() -> None:
    reversed_ = replace(PICTURED, checks=PICTURED.checks[::-1])
    found = [(action.step, action.cost and action.cost.value) for action in actions(reversed_)]
    assert found == [("Feature refresh", 0.38), ("Identity merge", 0.09), ("Evaluation", None)]


def test_a_cost_that_may_be_nothing_is_no_cost() -> None:
    unsure = CheckResult("gap_attribution", "a", INFO, metrics=(share("identity", 0.04, 0.035),))
    run = replace(PICTURED, checks=(*without("gap_attribution").checks, unsure))
    assert [action.cost for action in actions(run)] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("Shorten it; build more often.", "Shorten it"),
        ("Rule out its split first (a random one leaks), then read all the other checks there are.",
         "Rule out its split first"),
        ("Merge, then look.", "Merge, then look"),
    ],
)  # fmt: skip
def test_the_gist_is_the_first_clause(text: str, gist: str) -> None:
    assert Action(text, ()).gist == gist
