"""What every format says in the same words: verdict, headline, limits, reasons.

The verdicts were reached at run time; nothing here judges. Numbers that are not finite are
"not measured", as they are null in the results file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from recsql.model import Problem, Reason, Status, Unit
from recsql.quantities import format_quantity, parse_quantity
from recsql.results import AuditResult, CheckResult, MetricResult, RunInfo, RunResult

WORST_FIRST = (
    Status.FAIL,
    Status.ERROR,
    Status.UNKNOWN,
    Status.WARN,
    Status.PASS,
    Status.INFO,
    Status.SKIP,
)
NEEDS_READING = WORST_FIRST[:4]
"""The statuses whose checks are explained one by one."""

REASONS = {
    Reason.INCONCLUSIVE: "the interval straddles the limit",
    Reason.NOT_ENOUGH_DATA: "too little data to judge",
    Reason.NOT_COMPARABLE: "the two sides are not measured alike",
    Reason.NOT_IDENTIFIED: "the data do not pin the number down",
    Reason.EMPTY_INPUT: "the input is empty",
    Reason.NOT_COMPUTABLE: "an input is missing",
    Reason.DISABLED: "switched off in the project",
    Reason.UPSTREAM: "something it builds on did not run",
    Reason.FIRST_WINDOW: "beyond the limit, but not in enough windows in a row",
}


@dataclass(frozen=True, slots=True)
class Group:
    """An audit with its checks; `audit` is None where the run has no verdict for that name."""

    name: str
    audit: AuditResult | None
    checks: tuple[CheckResult, ...]


def overall(result: RunResult) -> Status:
    """The worst status of the run; a problem that was set aside counts as an error."""
    statuses = [check.status for check in result.checks]
    return worst([Status.ERROR, *statuses] if result.problems else statuses)


def verdict(result: RunResult) -> str:
    """The run in one line: `3 of 14 checks fail, 1 could not be evaluated`."""
    return ", ".join([judgement(result), *shortfalls(result)])


def judgement(result: RunResult) -> str:
    """The first half of the verdict: `3 of 14 checks fail`."""
    count, judged = result.summary, _judged(result)
    fail, error, undecided = (count[s] for s in (Status.FAIL, Status.ERROR, Status.UNKNOWN))
    ran, of = len(result.checks), f"of {_counted(judged, 'check')}"
    unjudged = f"{count[Status.INFO]} measured, {count[Status.SKIP]} not run"
    words = (
        (result.run.exit_code == 130, f"Interrupted after {_counted(ran, 'check')}"),
        (not ran, "No check ran"),
        (not judged, f"Nothing was judged: {unjudged}"),
        (fail > 0, f"{fail} {of} {'fails' if fail == 1 else 'fail'}"),
        (error > 0, f"{error} {of} could not be evaluated"),
        (undecided == judged, "Nothing could be decided"),
        (undecided + count[Status.WARN] > 0, "No check fails"),
        (judged == 1, "The check passes"),
        (True, f"All {judged} checks pass"),
    )
    return next(said for holds, said in words if holds)


def shortfalls(result: RunResult) -> tuple[str, ...]:
    """What the judgement leaves out: errors beside failures, undecided, warnings, problems."""
    count, judged = result.summary, _judged(result)
    error, undecided = count[Status.ERROR], count[Status.UNKNOWN]
    parts = []
    if error and count[Status.FAIL]:
        parts.append(f"{error} could not be evaluated")
    if undecided and undecided != judged:
        parts.append(f"{undecided} undecided")
    if count[Status.WARN]:
        parts.append(_counted(count[Status.WARN], "warning"))
    if result.problems:
        parts.append(f"{_counted(len(result.problems), 'problem')} set aside")
    return tuple(parts)


def _judged(result: RunResult) -> int:
    count = result.summary
    return len(result.checks) - count[Status.INFO] - count[Status.SKIP]


def worst(statuses: Sequence[Status]) -> Status:
    """The status that a reader should see first; `skip` of nothing."""
    return min(statuses, key=WORST_FIRST.index, default=Status.SKIP)


def lead(result: RunResult) -> str:
    """The sentence of the worst audit, else of the worst check, else empty."""
    audits = [audit for audit in result.audits if audit.sentence]
    if audits:
        return min(audits, key=lambda audit: WORST_FIRST.index(audit.status)).sentence
    checks = [check for check in result.checks if check.sentence]
    return worst_first(checks)[0].sentence if checks else ""


def worst_first(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The checks by status, in the order of the run within one status."""
    return tuple(sorted(checks, key=lambda check: WORST_FIRST.index(check.status)))


def tally(result: RunResult) -> str:
    """dbt's last line, which scripts search for."""
    counts = " ".join(f"{status.name}={count}" for status, count in result.summary.items())
    return f"Done. {counts} TOTAL={len(result.checks)}"


def groups(result: RunResult) -> tuple[Group, ...]:
    """Audits in the order of the run, then checks whose audit has no verdict."""
    audits: dict[str, AuditResult | None] = {audit.name: audit for audit in result.audits}
    names = list(audits)
    names += [name for name in dict.fromkeys(c.audit for c in result.checks) if name not in audits]
    return tuple(
        Group(name, audits.get(name), tuple(c for c in result.checks if c.audit == name))
        for name in names
    )


def totals(check: CheckResult) -> tuple[MetricResult, ...]:
    """The metrics of the row whose segments are all null."""
    return tuple(metric for metric in check.metrics if not segment_words(metric))


def found(check: CheckResult) -> tuple[MetricResult, ...]:
    """The totals worth a table: of a check that passes the judged ones, else the measured ones.

    All of them where a check needs reading.
    """
    total = totals(check)
    if check.status in NEEDS_READING:
        return total
    known = tuple(metric for metric in total if finite(metric.value) is not None)
    judged = tuple(metric for metric in known if metric.warn_if or metric.error_if)
    return judged if check.status is Status.PASS and judged else known


def segments(check: CheckResult) -> dict[str, list[MetricResult]]:
    """The other metrics by the words of their segment: `surface home, region eu`."""
    found: dict[str, list[MetricResult]] = {}
    for metric in check.metrics:
        if segment_words(metric):
            found.setdefault(segment_words(metric), []).append(metric)
    return found


def segment_words(metric: MetricResult) -> str:
    """`surface home, region eu`; empty for the total."""
    named = [(key, value) for key, value in metric.segment.items() if value is not None]
    return ", ".join(f"{key} {value}" for key, value in named)


def headline(check: CheckResult) -> MetricResult | None:
    """The first number of a check that passes, else the one that decided; totals first."""
    total = totals(check)
    if check.status is Status.PASS and total:
        return total[0]
    for metric in total:
        if metric.status is check.status:
            return metric
    if check.status in NEEDS_READING:
        for metric in check.metrics:
            if metric.status is check.status:
                return metric
    return next(iter(total or check.metrics), None)


def headline_name(check: CheckResult) -> str:
    """The headline metric's name with its segment; empty without metrics."""
    metric = headline(check)
    if metric is None:
        return ""
    return f"{metric.name} ({segment_words(metric)})" if segment_words(metric) else metric.name


def headline_value(check: CheckResult) -> str:
    """The headline's number, else the count of rows, else why there is none."""
    metric = headline(check)
    if metric is not None:
        return measured(metric)
    if check.rows.columns or check.rows.count:
        return f"{check.rows.count:,} {'row' if check.rows.count == 1 else 'rows'}"
    return {Status.SKIP: "not run", Status.ERROR: "could not be evaluated"}.get(
        check.status, "not measured"
    )


def headline_limit(check: CheckResult) -> str:
    """The headline's limit; empty without one."""
    metric = headline(check)
    return "" if metric is None else limit(metric)


def measured(metric: MetricResult) -> str:
    """The number with its unit."""
    value = finite(metric.value)
    return "not measured" if value is None else format_quantity(value, metric.unit)


def interval(metric: MetricResult) -> str:
    """`4.3 to 4.6 d` of the 95 % interval; empty where there is none."""
    low, high = finite(metric.low), finite(metric.high)
    if low is None or high is None:
        return ""
    first, last = format_quantity(low, metric.unit), format_quantity(high, metric.unit)
    number, _, unit = first.partition(" ")
    return f"{number if unit == last.partition(' ')[2] else first} to {last}"


def denominator(metric: MetricResult) -> str:
    """`5,120`; empty where the metric has none."""
    n = finite(metric.n)
    return "" if n is None else format_quantity(n, Unit.COUNT)


def limit(metric: MetricResult) -> str:
    """When the verdict turns: `> 6 h`, `> drift_window (13.6 h)`; empty without thresholds."""
    texts = [metric.warn_if, metric.error_if]
    if metric.status is not Status.WARN or metric.warn_if is None:
        texts.reverse()
    text = next((text for text in texts if text), None)
    if text is None:
        return ""
    operator = text[: len(text) - len(text.lstrip("<>=! "))].strip()
    operand = text.lstrip("<>=! ").removeprefix("var:").strip()
    number = parse_quantity(operand)
    if number is not None:
        return f"{operator} {_round(number, metric.unit)}"
    resolved = finite(metric.limit)
    known = resolved is not None and (None in texts or metric.status in {Status.FAIL, Status.WARN})
    return f"{operator} {operand}" + (f" ({_round(resolved, metric.unit)})" if known else "")


def why(check: CheckResult) -> str:
    """The error's message or the reason, then the sentence."""
    parts = []
    if check.problem is not None:
        parts.append(check.problem.message)
    elif check.reason is not None:
        words = REASONS[check.reason]
        parts.append(f"{words[0].upper()}{words[1:]}.")
    if check.sentence and check.sentence not in parts:
        parts.append(check.sentence)
    return " ".join(parts)


def place(problem: Problem) -> str:
    """`file:line:column`; empty where nothing is known of the place."""
    return "" if problem.location is None else str(problem.location)


def spent(seconds: float) -> str:
    """A running time: `0.3 s`, `2.1 min`."""
    if not math.isfinite(seconds):
        return "unknown"
    return f"{seconds:.1f} s" if seconds < 120 else format_quantity(seconds, Unit.SECONDS)


def share(value: float) -> str:
    """`10 %`: a share that somebody chose has no decimals of its own."""
    return _round(finite(value), Unit.SHARE)


def instant(text: str) -> str:
    """`2026-03-03T12:00:00Z` as people write it: `2026-03-03 12:00 UTC`."""
    day, _, time = text.removesuffix("+00:00").removesuffix("Z").partition("T")
    return f"{day} {time[:5] if time[5:] == ':00' else time} UTC"


def period(run: RunInfo) -> str:
    """The window that was judged."""
    return f"{format_quantity(finite(run.window_s), Unit.SECONDS)} before {instant(run.as_of)}"


def _round(number: float | None, unit: Unit) -> str:
    return format_quantity(number, unit).replace(".0 %", " %")


def finite(value: float | None) -> float | None:
    """The number, or None for NaN and infinities, as in the results file."""
    return value if value is not None and math.isfinite(value) else None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
