from __future__ import annotations

from dataclasses import replace

import pytest

from recsql.errors import Location
from recsql.model import Problem, Status, Unit
from recsql.report import as_markdown
from recsql.results import AuditResult, CheckResult, MetricResult, RunResult
from tests.pictured import PICTURED, RUN

SPLIT = CheckResult(
    name="unmerged_traffic",
    audit="identity_coverage",
    status=Status.FAIL,
    sentence="24 % split.",
    next="Join ids at login.",
    metrics=(
        MetricResult(
            "share", {}, 0.24, Unit.SHARE, 0.22, 0.26, 8290.0, error_if="> 5%", status=Status.FAIL
        ),
    ),
)
AUDIT = AuditResult("identity_coverage", "Who?", Status.FAIL, "People are split.", "Join.")


def lag(hop: str, p50: float | None) -> tuple[MetricResult, ...]:
    return (
        MetricResult("median_lag", {"hop": hop}, p50, Unit.SECONDS),
        MetricResult("p90_lag", {"hop": hop}, p50 and p50 * 2, Unit.SECONDS),
    )


def chain(*metrics: MetricResult) -> str:
    check = CheckResult("pipeline_lag", "signal_freshness", Status.INFO, metrics=metrics)
    return as_markdown.write(RunResult(RUN, (), (check,)))


def test_the_summary_leads_with_the_verdict_and_what_to_do() -> None:
    problem = Problem("check x", "no `y`", Location("a.yml", 3), "did you mean `z`?")
    assert (
        as_markdown.write(RunResult(RUN, (AUDIT,), (SPLIT,), (problem,)))
        == """\
## ❌ 1 of 1 check fails, 1 problem set aside

People are split.

**Fix in this order**

1. Join ids at login. (`unmerged_traffic`)

| Status | Audit | Answer |
|---|---|---|
| ❌ fail | `identity_coverage` | People are split. |

**Problems**

- no \\`y\\` (a.yml:3); did you mean \\`z\\`?

<details><summary>Every check (1)</summary>

| Status | Check | Measured | Limit | n | Why |
|---|---|---|---|---:|---|
| ❌ fail | `unmerged_traffic` | share 24.0 % (22.0 to 26.0 %) | &gt; 5 % | 8,290 | 24 % split. |

</details>

`Done. PASS=0 WARN=0 FAIL=1 UNKNOWN=0 SKIP=0 ERROR=0 INFO=0 TOTAL=1`<br>\
shop · prod (duckdb) · 28 d before 2026-03-03 12:00 UTC
"""
    )


def test_the_chain_says_rows_and_limits() -> None:
    written = as_markdown.write(PICTURED)
    assert 's0["Event captured, 4.81 M events"]' in written
    assert 's4["Served, 12,721 requests"]' in written
    steps = [line for line in written.split("\n") if line.startswith(("  s0 -", "  s3 -"))]
    assert steps == [
        '  s0 -->|"20 h, p90 25 h, limit 26 h, 4.0 % longer"| s1',
        '  s3 -->|"Slowest step, 70 h, p90 6 d, fail: limit 6 h, 98.1 % longer"| s4',
    ]


def test_the_chain_is_drawn_where_hops_were_measured() -> None:
    written = chain(*lag('captured "to" ingested', 60.0), *lag("ingested to served", None))
    assert (
        """\
```mermaid
flowchart LR
  s0["Captured  to  ingested"]
  s1["Captured  to  ingested"]
  s2["Served"]
  s0 -->|"Slowest seen, 60 s, p90 2 min"| s1
  s1 -.->|"not measured"| s2
  linkStyle 0 stroke:#1f5fa8,stroke-width:4px
```
"""
        in written
    )


@pytest.mark.parametrize("metrics", [(), lag("captured to ingested", None)])
def test_no_chain_is_drawn_where_nothing_was_measured(metrics: tuple[MetricResult, ...]) -> None:
    assert "mermaid" not in chain(*metrics)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("[x](http://y)", r"\[x\](http:\//y)"),
        ("*bold* _it_ `code` ~~s~~", r"\*bold\* \_it\_ \`code\` \~\~s\~\~"),
        ("signal_age 38.2 %", "signal_age 38.2 %"),
        ("@team see #12", "@<!-- -->team see #<!-- -->12"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("38.2 % of all", "38.2 % of all"),
        ("&amp;", "&amp;amp;"),
        ("two\nlines", "two lines"),
    ],
)
def test_text_is_shown_as_it_is(text: str, shown: str) -> None:
    written = as_markdown.write(RunResult(RUN, (replace(AUDIT, sentence=text),), ()))
    assert written.split("\n")[2] == shown


def test_a_long_run_is_cut_at_60_kb_and_says_so() -> None:
    checks = tuple(replace(SPLIT, name=f"c{n}", sentence="é" * 500) for n in range(200))
    written = as_markdown.write(RunResult(RUN, (AUDIT,), checks))
    assert 50_000 < len(written.encode()) <= 60_000
    assert written.endswith("\n\nCut at 60 kB: the HTML report has everything.\n")
    assert written.count("</details>") == 1
