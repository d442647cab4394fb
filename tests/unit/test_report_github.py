from __future__ import annotations

from recsql.errors import Location
from recsql.model import Problem, Reason, Status, Unit
from recsql.report import as_github
from recsql.results import CheckResult, MetricResult, RunResult
from tests.pictured import RUN


def written(*checks: CheckResult, problems: tuple[Problem, ...] = ()) -> list[str]:
    return as_github.write(RunResult(RUN, (), checks, problems)).split("\n")


def test_checks_that_need_reading_are_annotated_worst_first() -> None:
    metric = MetricResult("share", {}, 0.3, Unit.SHARE, error_if="> 5%", status=Status.FAIL)
    checks = (
        CheckResult("fine", "a", Status.PASS),
        CheckResult("late", "a", Status.WARN, sentence="Late."),
        CheckResult("open", "a", Status.UNKNOWN, Reason.INCONCLUSIVE),
        CheckResult("empty", "a", Status.UNKNOWN, Reason.EMPTY_INPUT),
        CheckResult("gone", "a", Status.SKIP, Reason.DISABLED),
        CheckResult("split", "a", Status.FAIL, sentence="30 % are split.", next="Join.",
                    compiled_path="target/split.sql", metrics=(metric,)),
    )  # fmt: skip
    assert written(*checks) == [
        "::error file=target/split.sql,title=FAIL split::share 30.0 %25 (limit > 5 %25)"
        "%0A30 %25 are split.%0ANext: Join.",
        "::warning title=UNKNOWN open::not measured%0AThe interval straddles the limit.",
        "::error title=UNKNOWN empty::not measured%0AThe input is empty.",
        "::warning title=WARN late::not measured%0ALate.",
        "::notice title=recsql::1 of 5 checks fails, 2 undecided, 1 warning",
        "",
    ]


def test_a_problem_is_annotated_where_it_stands() -> None:
    problem = Problem("check: a,b", "no `x`", Location("recsql.yml", 14, 7), "did you mean `y`?")
    assert written(problems=(problem,)) == [
        "::error file=recsql.yml,line=14,col=7,title=check%3A a%2Cb::no `x`"
        "%0Ahint: did you mean `y`?",
        "::notice title=recsql::No check ran, 1 problem set aside",
        "",
    ]


def test_text_cannot_start_a_command_of_its_own() -> None:
    check = CheckResult("a\n::set-output name=x::y", "a", Status.FAIL, sentence="b\r\n::stop::%0A")
    assert written(check) == [
        "::error title=FAIL a %3A%3Aset-output name=x%3A%3Ay::not measured%0Ab ::stop::%250A",
        "::notice title=recsql::1 of 1 check fails",
        "",
    ]
