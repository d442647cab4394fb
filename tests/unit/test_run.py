from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Request
from recsql.model import Problem, Reason, Status
from recsql.results import CheckResult, RunResult
from recsql.warehouses.duckdb import DuckDB

Write = Callable[[Mapping[str, str]], Path]

FINE = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
BAD = "sql: select 9.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"
WARNS = "sql: select 9.0 as m\nmetrics: {m: {warn_if: '> 5'}}\n"
UNSURE = "sql: select 5.0 as m, 4.0 as m_low, 6.0 as m_high\nmetrics: {m: {error_if: '> 5'}}\n"
TORN = "sql: select cast('x' as int) as m\nmetrics: {m: {error_if: '> 5'}}\n"
HEAVY = (
    "sql: select count(*) * 1.0 as m from range(10000000) as a, range(5000) as b\n"
    "  where (a.range * b.range) % 7 = 3\n"
    "metrics: {m: {error_if: '> 5'}}\n"
)


def run(root: Path, *select: str, **options: object) -> RunResult:
    request = Request(root, select=select or ("audit:custom",), **options)  # type: ignore[arg-type]
    result, _ = api.run_request(request)
    return result


def only(result: RunResult) -> CheckResult:
    (check,) = result.checks
    return check


def statuses(result: RunResult) -> dict[str, tuple[Status, Reason | None]]:
    return {check.name: (check.status, check.reason) for check in result.checks}


def told(result: RunResult) -> list[tuple[str, str]]:
    return [(p.message, str(p.location)) for p in result.problems]


# --- what comes of each check --------------------------------------------------------------------


def test_every_way_a_check_can_end_is_a_result(write: Write) -> None:
    root = write({
        "checks/a_fine.yml": FINE,
        "checks/b_bad.yml": BAD,
        "checks/c_warns.yml": WARNS,
        "checks/d_unsure.yml": UNSURE,
        "checks/e_torn.yml": TORN,
        "checks/f_off.yml": FINE + "enabled: false\n",
        "checks/g_lacks.yml": "rows: select links.key from {{ relation('links') }} as links\n",
        "checks/h_info.yml": "sql: select 1.0 as m\nmetrics: {m: }\n",
        "checks/i_none.yml": "sql: select 1.0 as m where 1 = 0\nmetrics: {m: {error_if: '> 5'}}\n",
        "checks/j_broken.yml": "summary: no SQL\n",
        "checks/k_null.yml": (
            "sql: select cast(null as double) as m, 0 as m_n\nmetrics: {m: {error_if: '> 5'}}\n"
        ),
        "checks/l_jinja.yml": "sql: select {{ nobody }} as m\nmetrics: {m: }\n",
    })  # fmt: skip
    result = run(root, "?_*")
    assert statuses(result) == {
        "a_fine": (Status.PASS, None),
        "b_bad": (Status.FAIL, None),
        "c_warns": (Status.WARN, None),
        "d_unsure": (Status.UNKNOWN, Reason.INCONCLUSIVE),
        "e_torn": (Status.ERROR, None),
        "f_off": (Status.SKIP, Reason.DISABLED),
        "g_lacks": (Status.SKIP, Reason.NOT_COMPUTABLE),
        "h_info": (Status.INFO, None),
        "i_none": (Status.UNKNOWN, Reason.EMPTY_INPUT),
        "j_broken": (Status.ERROR, None),
        "k_null": (Status.UNKNOWN, Reason.EMPTY_INPUT),
        "l_jinja": (Status.ERROR, None),
    }
    by_name = {check.name: check for check in result.checks}
    assert by_name["g_lacks"].sentence == "relation `links` is not declared"
    assert by_name["g_lacks"].next == "map it under `relations: {links: …}` in recsql.yml"
    torn = by_name["e_torn"].problem
    assert torn is not None
    assert (torn.subject, str(torn.location), torn.exit_code) == (
        "check `e_torn`", "checks/e_torn.yml:1:6", 3,
    )  # fmt: skip
    assert result.summary == {
        Status.PASS: 1, Status.WARN: 1, Status.FAIL: 1, Status.UNKNOWN: 3, Status.SKIP: 2,
        Status.ERROR: 3, Status.INFO: 1,
    }  # fmt: skip
    assert result.run.exit_code == 2


def test_the_check_of_the_contract_runs_as_it_is_written_there(write: Write) -> None:
    text = (
        "checks:\n"
        "  - name: no_event_from_the_future\n"
        "    rows: select event_id, event_ts from {{ relation('events') }} "
        "where event_ts > {{ as_of() }}\n"
        '    error_if: "> 0"\n'
    )
    result = run(write({"checks/own.yml": text}))
    assert statuses(result) == {"no_event_from_the_future": (Status.PASS, None)}


def test_every_row_is_a_failure_and_twenty_are_kept(write: Write) -> None:
    text = (
        "rows: select event_id, event_ts from {{ relation('events') }} order by event_id\n"
        "error_if: '> 10'\nwarn_if: '> 3'\n"
    )
    check = only(run(write({"checks/own.yml": text})))
    assert (check.status, check.rows.count, check.sentence) == (
        Status.WARN, 10, "10 rows that should not be there.",
    )  # fmt: skip
    assert check.rows.columns == ("event_id", "event_ts")
    assert check.rows.sample[0] == ("e0", "2026-03-01 00:00:00")
    many = "rows: select i from range(50) as n(i)\n"
    rows = only(run(write({"checks/own.yml": many}))).rows
    assert (len(rows.sample), rows.count) == (20, 50)


EMPTY = "where: '1 = 0'\n    columns"


def test_no_row_of_an_empty_relation_is_no_pass(write: Write) -> None:
    root = write(
        {"checks/own.yml": "rows: select key from {{ relation('events') }} where key = 'x'"}
    )
    assert statuses(run(root)) == {"own": (Status.PASS, None)}
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    (root / "recsql.yml").write_text(config.replace("columns", EMPTY, 1), encoding="utf-8")
    result = run(root)
    assert statuses(result) == {"own": (Status.UNKNOWN, Reason.EMPTY_INPUT)}
    assert result.run.exit_code == 3


def test_a_column_of_nothing_but_nulls_is_no_pass(write: Write) -> None:
    text = (
        "sql: select avg(events.n) as m, count(events.n) as m_n from "
        "(select cast(null as double) as n from {{ relation('events') }} as e) as events\n"
        "metrics: {m: {error_if: '> 5'}}\n"
    )
    result = run(write({"checks/own.yml": text}))
    assert (statuses(result), result.run.exit_code) == (
        {"own": (Status.UNKNOWN, Reason.EMPTY_INPUT)}, 3,
    )  # fmt: skip


def test_a_missing_column_is_named_and_what_to_do_said(write: Write) -> None:
    text = "rows: select ingested_ts from {{ relation('events') }}\n"
    result = run(write({"checks/own.yml": text}))
    check = only(result)
    assert (check.status, check.reason, check.sentence, result.run.exit_code) == (
        Status.SKIP, Reason.NOT_COMPUTABLE, "relation `events` has no column `ingested_ts`", 0,
    )  # fmt: skip


def test_a_source_that_is_not_there_stops_its_own_checks_only(write: Write) -> None:
    root = write({
        "recsql.yml": "relations: {events: {from: gone, columns: {key: k}}}\n",
        "checks/a.yml": "rows: select key from {{ relation('events') }}\n",
        "checks/b.yml": FINE,
    })  # fmt: skip
    result = run(root)
    assert statuses(result) == {"a": (Status.SKIP, Reason.UPSTREAM), "b": (Status.PASS, None)}
    assert result.run.exit_code == 3
    ((message, place),) = told(result)
    assert message.startswith("Catalog Error: Table with name gone does not exist!")
    assert place == "recsql.yml:1:28"


def test_a_mapped_column_that_is_not_there_stops_its_own_checks_only(write: Write) -> None:
    config = (
        "relations:\n  events:\n    from: (select 'k' as k)\n    columns: {key: k, item_id: itm}\n"
    )
    root = write({
        "recsql.yml": config,
        "checks/a.yml": "rows: select item_id from {{ relation('events') }}\n",
        "checks/b.yml": "rows: select key from {{ relation('events') }} where key = 'x'\n",
    })  # fmt: skip
    result = run(root)
    assert statuses(result) == {"a": (Status.SKIP, Reason.NOT_COMPUTABLE), "b": (Status.PASS, None)}
    assert [place for _, place in told(result)] == ["recsql.yml:4:32"]
    assert result.run.exit_code == 3


def test_a_missing_input_caps_a_fail_at_a_warning_and_says_why(write: Write) -> None:
    text = BAD + "degraded_without: {links: only part of it is seen}\n"
    check = only(run(write({"checks/own.yml": text})))
    assert (check.status, check.notes) == (
        Status.WARN, ("without links: only part of it is seen",),
    )  # fmt: skip


def test_what_a_check_requires_is_named_although_its_sql_could_run(write: Write) -> None:
    text = BAD + "requires: [events.session_id]\n"
    check = only(run(write({"checks/own.yml": text})))
    assert (check.status, check.reason) == (Status.SKIP, Reason.NOT_COMPUTABLE)
    assert check.sentence == "relation `events` has no column `session_id`"


def test_severity_warn_makes_a_warning_of_a_fail(write: Write) -> None:
    result = run(write({"checks/own.yml": BAD + "severity: warn\n"}))
    assert (statuses(result), result.run.exit_code) == ({"own": (Status.WARN, None)}, 0)


def test_a_limit_may_be_what_an_earlier_check_measured(write: Write) -> None:
    root = write({
        "checks/a.yml": "sql: select 5.0 as window_s, 4.0 as window_s_low, 7.0 as window_s_high\n"
                        "metrics: {window_s: }\n",
        "checks/b.yml": "sql: select 7.5 as m\nmetrics: {m: {error_if: '> window_s'}}\n",
    })  # fmt: skip
    result = run(root)
    assert statuses(result)["b"] == (Status.FAIL, None)
    assert result.checks[1].metrics[0].limit == 7.0
    assert statuses(run(root, "b")) == {"b": (Status.FAIL, None)}


WINDOW = "sql: select 5.0 as window\nmetrics: {window: {unit: number}}\n"
AGE = "sql: select 9.0 as age\nmetrics: {age: {error_if: '> window'}}\n"


def test_a_check_that_measures_anothers_limit_comes_first_wherever_it_stands(write: Write) -> None:
    root = write({"checks/a_age.yml": AGE, "checks/window.yml": WINDOW})
    result = run(root)
    assert [check.name for check in result.checks] == ["a_age", "window"]
    assert result.checks[0].status is Status.FAIL
    assert result.checks[0].metrics[0].limit == 5.0


def test_checks_are_judged_as_they_are_answered_and_listed_in_their_order(write: Write) -> None:
    slow = WINDOW.replace("5.0", "5.0 * min(a.range + b.range + 1)").replace(
        "as window", "as window from range(20000) as a, range(1000) as b"
    )
    root = write({
        "checks/a_age.yml": AGE, "checks/b_quick.yml": FINE, "checks/window.yml": slow,
    })  # fmt: skip
    seen: list[str] = []
    request = Request(root, select=("audit:custom",), threads=2)
    result, _ = api.run_request(request, progress=lambda check, *_: seen.append(check.name))
    assert seen == ["b_quick", "window", "a_age"]
    assert [check.name for check in result.checks] == ["a_age", "b_quick", "window"]
    assert result.checks[0].metrics[0].limit == 5.0


@pytest.mark.parametrize(
    ("select", "sessions"), [("fine", 0), ("lost", 0), ("fine bad", 1), ("of_events", 1)]
)
def test_only_what_can_run_side_by_side_gets_another_session(
    write: Write, monkeypatch: pytest.MonkeyPatch, select: str, sessions: int
) -> None:
    root = write({
        "checks/fine.yml": FINE, "checks/bad.yml": BAD, "checks/of_events.yml":
        "rows: select event_id from {{ ref('events') }} as events where event_id is null\n",
        "checks/lost.yml": "rows: select 1 as one from {{ ref('nowhere') }} as nowhere\n",
    })  # fmt: skip
    opened = []
    another = DuckDB.another

    def counted(warehouse: DuckDB) -> DuckDB | None:
        opened.append(warehouse)
        return another(warehouse)

    monkeypatch.setattr(DuckDB, "another", counted)
    result = run(root, select, threads=2)
    assert len(opened) == sessions
    assert [check.status for check in result.checks if check.name != "bad"] == [
        Status.ERROR if select == "lost" else Status.PASS
    ]


def test_a_limit_is_measured_for_a_check_that_is_run_alone(write: Write) -> None:
    root = write({"checks/a_age.yml": AGE, "checks/window.yml": WINDOW})
    check = only(run(root, "a_age"))
    assert (check.name, check.status) == ("a_age", Status.FAIL)


def test_a_variable_of_the_limits_name_spares_the_measurement(write: Write) -> None:
    root = write({"checks/a_age.yml": AGE, "checks/window.yml": WINDOW.replace("5.0", "nobody")})
    check = only(run(root, "a_age", variables="{window: 10}"))
    assert check.status is Status.PASS


def test_limits_that_wait_for_each_other_are_not_known(write: Write) -> None:
    circle = WINDOW.replace("{unit: number}", "{error_if: '> age'}")
    result = run(write({"checks/a_age.yml": AGE, "checks/window.yml": circle}))
    # the window cannot wait for the age that waits for it
    assert statuses(result) == {
        "a_age": (Status.UNKNOWN, Reason.NOT_IDENTIFIED),
        "window": (Status.UNKNOWN, Reason.NOT_IDENTIFIED),
    }


def test_a_limit_without_an_upper_end_is_never_beyond_reach(write: Write) -> None:
    window = WINDOW.replace(
        "5.0 as window", "5.0 as window, 4.0 as window_low, null as window_high"
    )
    beyond = only(run(write({"checks/a_age.yml": AGE, "checks/window.yml": window}), "a_age"))
    assert (beyond.status, beyond.reason) == (Status.UNKNOWN, Reason.INCONCLUSIVE)
    below = AGE.replace("9.0", "3.0")
    within = only(run(write({"checks/a_age.yml": below, "checks/window.yml": window}), "a_age"))
    assert within.status is Status.PASS


def test_a_broken_macro_breaks_its_users_only_and_the_run_exits_with_2(write: Write) -> None:
    root = write({
        "macros/torn.sql": "{% macro torn() %}\n{{ 1 \n{% endmacro %}",
        "checks/a.yml": "sql: select {{ torn() }} as m\nmetrics: {m: }\n",
        "checks/b.yml": FINE,
    })  # fmt: skip
    result = run(root)
    assert statuses(result) == {"a": (Status.ERROR, None), "b": (Status.PASS, None)}
    assert (run(root, "b").run.exit_code, result.run.exit_code) == (2, 2)
    assert [p.subject for p in run(root, "b").problems] == ["macro `torn`"]


# --- exit codes ----------------------------------------------------------------------------------

EXITS = [
    ("fine", {}, 0),
    ("warns", {}, 0),
    ("warns", {"fail_on": "warn"}, 1),
    ("warns", {"warn_error": True}, 1),
    ("warns", {"warn_error": True, "fail_on": "never"}, 0),
    ("bad", {}, 1),
    ("bad", {"fail_on": "never"}, 0),
    ("unsure", {}, 0),
    ("unsure", {"fail_on": "unknown"}, 1),
    ("torn", {}, 3),
    ("torn", {"fail_on": "never"}, 3),
    ("bad torn", {}, 3),
    ("fine", {"variables": "{gracee: 6h}"}, 2),
    ("bad torn", {"variables": "{gracee: 6h}"}, 2),
    ("fine nobody", {}, 2),
    ("nobody", {}, 5),
    ("fine", {"exclude": ("fine",)}, 5),
]


@pytest.mark.parametrize(("select", "options", "code"), EXITS)
def test_the_exit_code_is_the_worst_that_counts(
    write: Write, select: str, options: dict[str, object], code: int
) -> None:
    root = write({
        "checks/fine.yml": FINE, "checks/bad.yml": BAD, "checks/warns.yml": WARNS,
        "checks/unsure.yml": UNSURE, "checks/torn.yml": TORN,
    })  # fmt: skip
    assert run(root, select, **options).run.exit_code == code


def test_a_misspelt_selector_is_told_with_the_nearest_name(write: Write) -> None:
    result = run(write({"checks/own.yml": FINE}), "own onw")
    assert result.problems[0] == Problem(
        "selector `onw`", "`onw` selects no check", None, "did you mean `own`?"
    )


def test_fail_fast_stops_at_the_first_failure_and_lists_the_rest(write: Write) -> None:
    root = write({
        "checks/a.yml": WARNS, "checks/b.yml": BAD, "checks/c.yml": FINE, "checks/d.yml": FINE,
    })  # fmt: skip
    result = run(root, fail_fast=True)
    assert statuses(result) == {
        "a": (Status.WARN, None), "b": (Status.FAIL, None), "c": (Status.SKIP, None),
        "d": (Status.SKIP, None),
    }  # fmt: skip
    assert (result.checks[3].sentence, result.run.exit_code) == ("the run ended before", 1)


# --- models --------------------------------------------------------------------------------------

USES = "sql: select x.m from {{{{ ref('{}') }}}} as x\nmetrics: {{m: {{error_if: '> 50'}}}}\n"


def test_a_model_is_built_once_for_all_its_users_in_order(write: Write) -> None:
    root = write({
        "checks/one.yml": USES.format("b"), "checks/two.yml": USES.format("b"),
        "checks/three.yml": USES.format("a"),
        "checks/models/a.yml": "sql: select 1.0 as m\n",
        "checks/models/b.yml": "sql: select a.m + 1 as m from {{ ref('a') }} as a\n",
    })  # fmt: skip
    kept: list[str] = []
    request = Request(root, select=("audit:custom",))
    result, _ = api.run_request(request, keep=lambda name, sql: kept.append(name))
    assert {check.name: check.metrics[0].value for check in result.checks} == {
        "one": 2.0, "three": 1.0, "two": 2.0,
    }  # fmt: skip
    # two models and three checks
    assert result.run.queries == 5
    assert [name for name in kept if name.startswith("models/")] == [
        "models/a.sql", "models/b.sql",
    ]  # fmt: skip


def test_a_model_that_fails_is_told_once_and_its_users_are_skipped(write: Write) -> None:
    root = write({
        "checks/models/a.yml": "sql: select cast('x' as int) as m\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
        "checks/one.yml": USES.format("a"), "checks/two.yml": USES.format("b"),
        "checks/zero.yml": FINE,
    })  # fmt: skip
    result = run(root)
    assert statuses(result) == {
        "one": (Status.SKIP, Reason.UPSTREAM), "two": (Status.SKIP, Reason.UPSTREAM),
        "zero": (Status.PASS, None),
    }  # fmt: skip
    (problem,) = result.problems
    assert (problem.subject, problem.exit_code, result.run.exit_code) == ("model `a`", 3, 3)
    assert result.checks[0].sentence.startswith("model `a` failed: Conversion Error")


def test_a_circle_of_models_is_an_error_that_names_it(write: Write) -> None:
    root = write({
        "checks/one.yml": USES.format("a"), "checks/zero.yml": FINE,
        "checks/models/a.yml": "sql: select b.m from {{ ref('b') }} as b\n",
        "checks/models/b.yml": "sql: select a.m from {{ ref('a') }} as a\n",
    })  # fmt: skip
    result = run(root)
    assert statuses(result) == {"one": (Status.ERROR, None), "zero": (Status.PASS, None)}
    assert result.checks[0].sentence == "models need each other in a circle: a → b → a"
    assert result.run.exit_code == 2


def fixpoint(*, goal: int, rounds: int = 20, inner: str = "") -> str:
    return (
        f"kind: fixpoint\nmax_rounds: {rounds}\nstart: {{n: select 0 as x}}\n"
        "step:\n"
        "- table: n\n"
        "  sql: \"select n.x + 1 as x from {{ state('n') }} as n\"\n"
        f"{inner}"
        f"changes: \"select count(*) from {{{{ state('n') }}}} as n where n.x < {goal}\"\n"
        "result: \"select n.x as m from {{ state('n') }} as n\"\n"
    )


def test_a_fixpoint_goes_on_until_nothing_changes(write: Write) -> None:
    root = write({"checks/models/f.yml": fixpoint(goal=7), "checks/one.yml": USES.format("f")})
    result = run(root)
    assert only(result).metrics[0].value == 7.0
    # the start, eight looks at what changes, seven rounds, the result, the check
    assert result.run.queries == 1 + 8 + 7 + 1 + 1


def test_a_step_is_repeated_until_its_own_changes_are_none(write: Write) -> None:
    inner = "  changes: \"select count(*) from {{ state('n') }} as n where n.x % 4 <> 0\"\n"
    model = fixpoint(goal=7, inner=inner)
    root = write({"checks/models/f.yml": model, "checks/one.yml": USES.format("f")})
    assert only(run(root)).metrics[0].value == 8.0


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (fixpoint(goal=7, rounds=6), "model `f` did not settle in 6 rounds"),
        (
            fixpoint(goal=7, inner="  changes: select 1 as n\n"),
            "model `f` did not settle in 64 rounds",
        ),
    ],
)
def test_a_fixpoint_that_does_not_settle_skips_its_users(
    write: Write, model: str, sentence: str
) -> None:
    root = write({"checks/models/f.yml": model, "checks/one.yml": USES.format("f")})
    check = only(run(root))
    assert (check.status, check.reason, check.sentence) == (
        Status.SKIP, Reason.NOT_COMPUTABLE, sentence,
    )  # fmt: skip


def test_a_fixpoint_that_settles_in_its_last_round_is_settled(write: Write) -> None:
    model = fixpoint(goal=7, rounds=7)
    root = write({"checks/models/f.yml": model, "checks/one.yml": USES.format("f")})
    assert only(run(root)).metrics[0].value == 7.0


# --- time ----------------------------------------------------------------------------------------


def test_a_query_that_takes_too_long_is_cancelled_and_the_next_check_runs(write: Write) -> None:
    root = write({"checks/a.yml": HEAVY, "checks/b.yml": FINE})
    started = time.perf_counter()
    result = run(root, timeout_s=0.2, threads=1)
    assert time.perf_counter() - started < 5
    assert statuses(result) == {"a": (Status.ERROR, None), "b": (Status.PASS, None)}
    assert (result.checks[0].sentence, result.run.exit_code) == ("cancelled after 0.2 s", 3)


def test_a_model_that_takes_too_long_is_cancelled(write: Write) -> None:
    sql = HEAVY.partition("metrics")[0]
    root = write({"checks/models/a.yml": sql, "checks/one.yml": USES.format("a")})
    result = run(root, timeout_s=0.2, threads=1)
    assert statuses(result) == {"one": (Status.SKIP, Reason.UPSTREAM)}
    assert [p.message for p in result.problems] == ["cancelled after 0.2 s"]
    assert result.run.exit_code == 3


def test_ctrl_c_stops_a_running_query_at_once_and_keeps_what_was_found(write: Write) -> None:
    root = write({"checks/a.yml": BAD, "checks/b.yml": HEAVY, "checks/c.yml": FINE})
    timers: list[threading.Timer] = []

    def interrupt(result: CheckResult, number: int, total: int) -> None:
        timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        timers.append(timer)
        timer.start()

    started = time.perf_counter()
    request = Request(root, select=("audit:custom",), threads=1)
    result, _ = api.run_request(request, progress=interrupt)
    assert time.perf_counter() - started < 5
    for timer in timers:
        timer.join()
    assert statuses(result) == {
        "a": (Status.FAIL, None), "b": (Status.SKIP, None), "c": (Status.SKIP, None),
    }  # fmt: skip
    assert result.run.exit_code == 130


# --- identifiers ---------------------------------------------------------------------------------

ROWS = "rows: select key, event_id from {{ relation('events') }} order by event_id\n"


def test_identifiers_are_hashed_and_equal_values_stay_equal(write: Write) -> None:
    rows = only(run(write({"checks/own.yml": ROWS}))).rows.sample
    keys = [str(row[0]) for row in rows]
    assert all(key.startswith("#") and len(key) == 13 for key in keys)
    assert (len(set(keys)), keys[0] == keys[3], keys[0] == keys[1]) == (3, True, False)
    assert [row[1] for row in rows[:2]] == ["e0", "e1"]


def test_a_hash_is_the_same_in_every_run_of_a_project_and_another_elsewhere(write: Write) -> None:
    root = write({"checks/own.yml": ROWS})
    first, again = (only(run(root)).rows.sample[0][0] for _ in range(2))
    config = (root / "recsql.yml").read_text(encoding="utf-8")
    (root / "recsql.yml").write_text(config.replace("name: shop", "name: other"), encoding="utf-8")
    assert first == again != only(run(root)).rows.sample[0][0]


def test_pii_clear_shows_identifiers(write: Write) -> None:
    check = only(run(write({"checks/own.yml": ROWS + "pii: clear\n"})))
    assert check.rows.sample[0] == ("k0", "e0")


def test_declared_identifiers_are_hashed_too_and_null_stays_null(write: Write) -> None:
    config = "identifiers: {phone: {max_keys: 3}}\n"
    text = "rows: select '555' as Phone, 'x' as word union all select null, 'y' order by word\n"
    rows = only(run(write({"recsql.yml": config, "checks/own.yml": text}))).rows
    assert rows.columns == ("phone", "word")
    assert str(rows.sample[0][0]).startswith("#")
    assert rows.sample[1] == (None, "y")


def test_no_identifier_is_in_a_sentence_a_note_or_a_segment(write: Write) -> None:
    root = write({
        "checks/x/own.yml": (
            "segments: [key]\nmetrics: {m: {error_if: '> 5'}}\n"
            "sentence: '{m} is much.'\nrows_sentence: 'First {key}.'\n"
        ),
        "checks/x/own.sql": (
            "select cast(null as varchar) as key, 9.0 as m, null as m_reason\n"
            "union all select 'anna', 9.0, 'not_comparable: no'"
        ),
        "checks/x/own.rows.sql": "select 'anna' as key",
    })  # fmt: skip
    check = only(run(root, "own"))
    assert "anna" not in repr(check)
    assert check.sentence.startswith("9 is much. First #")
    assert {tuple(metric.segment) for metric in check.metrics} == {(), ("key",)}


# --- circumstances -------------------------------------------------------------------------------


def test_a_run_tells_its_circumstances(write: Write) -> None:
    result = run(write({"checks/own.yml": FINE}), run_id="r1")
    info = result.run
    assert (
        info.id, info.project, info.target, info.dialect, info.as_of, info.window_s, info.queries,
    ) == ("r1", "shop", "local", "duckdb", "2026-03-03T12:00:00Z", 2419200.0, 1)  # fmt: skip
    assert info.started_at.endswith("Z")


def test_as_of_latest_is_the_newest_event_of_the_shop(write: Write) -> None:
    root = write({"checks/own.yml": FINE})
    assert run(root, as_of="latest").run.as_of == "2026-03-01T09:00:00Z"


def test_as_of_latest_lets_the_newest_event_in(write: Write) -> None:
    text = "rows: select event_id from {{ relation('events') }} where event_ts < {{ as_of() }}\n"
    assert only(run(write({"checks/own.yml": text}), as_of="latest")).rows.count == 10


def test_an_audit_is_told_by_its_worst_check(write: Write) -> None:
    root = write({
        "checks/signals/a.yml": FINE + "sentence: All is fine.\n",
        "checks/signals/b.yml": BAD + "sentence: Half is late.\nnext: Hurry.\n",
    })  # fmt: skip
    (audit,) = run(root, "audit:signals").audits
    assert (audit.name, audit.status, audit.sentence, audit.next) == (
        "signals", Status.FAIL, "Half is late.", "Hurry.",
    )  # fmt: skip


def test_the_audit_of_identity_quotes_what_split_persons_cost(write: Write) -> None:
    split = (
        "overrides: recsql.unmerged_traffic\nsql: select {} as split\n"
        "metrics: {{split: {{unit: share, error_if: '> 5%'}}}}\nsentence: '{{split}} is split.'\n"
    )
    cost = (
        "overrides: recsql.gap_attribution\n"
        "sql: select 0.031 as identity, 0.02 as identity_low, 0.04 as identity_high\n"
        "metrics: {identity: {unit: share}}\n"
    )
    side = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 0'}}\nsentence: A side check.\n"
    files = {
        "checks/identity_coverage/unmerged_traffic.yml": split.format("0.4"),
        "checks/identity_coverage/side.yml": side,
        "checks/offline_online_gap/gap_attribution.yml": cost,
    }

    def told(select: str) -> str:
        audits = {a.name: a.sentence for a in run(write(files), select).audits}
        return audits["identity_coverage"]

    lost = (
        "At least this much of the hit rate is lost by split identities (gap_attribution):"
        " 3.1 % (2.0 % to 4.0 %)."
    )
    assert told("unmerged_traffic gap_attribution") == f"40.0 % is split. {lost}"
    assert told("unmerged_traffic") == "40.0 % is split."
    files["checks/identity_coverage/unmerged_traffic.yml"] = split.format("0.01")
    assert told("unmerged_traffic gap_attribution side") == "A side check."


def test_several_threads_may_run_at_once(write: Write) -> None:
    root = write({"checks/own.yml": BAD, "checks/b.yml": FINE})
    found: list[RunResult] = []
    threads = [threading.Thread(target=lambda: found.append(run(root))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = {"own": (Status.FAIL, None), "b": (Status.PASS, None)}
    assert [statuses(result) for result in found] == [expected] * 4


def test_as_of_latest_without_a_time_to_read_is_told_and_the_rest_runs(write: Write) -> None:
    shop = (
        "name: shop\nas_of: latest\nrelations:\n  events:\n    from: \"(select 'soon' as ts)\"\n"
        "    columns: {event_ts: ts}\n"
    )
    result = run(write({"recsql.yml": shop, "checks/own.yml": FINE}))
    assert [problem.subject for problem in result.problems] == ["as_of: latest"]
    assert (only(result).status, result.run.exit_code) == (Status.PASS, 3)
