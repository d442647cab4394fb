"""The lines of a study as Markdown: power and false alarms, bias and coverage."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expected import DEFECTS, WARNING, WORLDS

Line = Mapping[str, Any]

Z = 1.959964
POWER, FALSE_ALARMS, COVERED = 0.95, 0.05, (0.90, 0.99)
"""What the study is to show: at least, at most, and between."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of one shop, its interval and the truth."""

    value: float
    low: float | None
    high: float | None
    unit: str
    truth: float


def write(lines: Sequence[Line]) -> str:
    """The whole report."""
    shops = defaultdict(list)
    for line in lines:
        shops[line["world"]].append(line)
    one = next(iter(lines))
    parts = [
        "# The recovery study",
        "",
        "Written by `python benchmarks/recovery`; do not edit. "
        f"{len(lines)} simulated shops of {one['persons']} persons and {one['days']} days, "
        f"{len(lines) // max(1, len(shops))} random seeds per world, none of which was used to "
        "tune anything. Shares have Wilson intervals (95 %) over shops.",
        "",
        "## Alarms",
        "",
        "The share of shops in which a check fails, or warns if that is all it does. Where the "
        "world plants what the check is "
        f"there to find, it is to fail in at least {POWER:.0%} (power, bold); where it may fail "
        "as a consequence, the share is in brackets; everywhere else a failure is a false alarm, "
        f"and at most {FALSE_ALARMS:.0%} are allowed. `?` counts verdicts `unknown`.",
        "",
        *_alarms(shops),
        "",
        "## Estimates beside the truth",
        "",
        "Truth is what the simulation knows. Bias and root mean square error in the number's own "
        f"unit (hours for durations); coverage is to be between {COVERED[0]:.0%} and "
        f"{COVERED[1]:.0%}.",
        "",
        *_estimates(_with_truth(lines)),
        "",
        "## Every published interval",
        "",
        "How often an interval holds the mean of the same number over all shops of its world, "
        "which is what the shop's people are a sample of. All worlds together, and the worst one.",
        "",
        *_coverages(_with_mean(shops)),
        "",
        Path(__file__).with_name("notes.md").read_text(encoding="utf-8").rstrip(),
    ]
    return "\n".join(parts) + "\n"


def _alarms(shops: Mapping[str, Sequence[Line]]) -> Iterator[str]:
    checks = [
        name for name in DEFECTS if any(name in s["checks"] for own in shops.values() for s in own)
    ]
    yield "| world plants | shops | " + " | ".join(f"`{name}`" for name in checks) + " |"
    yield "|---|--:|" + "--:|" * len(checks)
    for world, own in shops.items():
        cells = [_alarm(world, name, own) for name in checks]
        summary = WORLDS[world].summary
        yield f"| **{world}**: {summary} | {len(own)} | " + " | ".join(cells) + " |"


def _alarm(world: str, check: str, own: Sequence[Line]) -> str:
    verdicts = [line["checks"][check][0] for line in own if check in line["checks"]]
    alarm = "warn" if check in WARNING else "fail"
    failed, unknown = verdicts.count(alarm), verdicts.count("unknown")
    if not verdicts:
        return "-"
    planted = WORLDS[world]
    low, high = wilson(failed, len(verdicts))
    text = f"{failed / len(verdicts):.0%} ({low:.0%}-{high:.0%})"
    if check in planted.fails:
        text = f"**{text}**" if failed / len(verdicts) >= POWER else f"**{text}** ✗"
    elif check in planted.may_fail:
        text = f"[{failed / len(verdicts):.0%}]"
    elif failed / len(verdicts) > FALSE_ALARMS:
        text += " ✗"
    return f"{text} {unknown}?" if unknown else text


def _estimates(found: Mapping[tuple[str, str], Sequence[Estimate]]) -> Iterator[str]:
    yield "| world | number | shops | truth | bias | rmse | coverage |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for (world, name), estimates in sorted(found.items()):
        errors = [each.value - each.truth for each in estimates]
        truth = statistics.fmean(each.truth for each in estimates)
        scale = 3600.0 if estimates[0].unit == "s" else 1.0
        numbers = (
            truth,
            statistics.fmean(errors),
            math.sqrt(statistics.fmean(e * e for e in errors)),
        )
        cells = " | ".join(_number(number / scale) for number in numbers)
        yield f"| {world} | `{name}` | {len(estimates)} | {cells} | {_coverage(estimates)} |"


def _coverages(found: Mapping[tuple[str, str], Sequence[Estimate]]) -> Iterator[str]:
    yield "| number | shops | coverage | lowest in |"
    yield "|---|--:|--:|---|"
    for name in sorted({name for _, name in found}):
        own = {world: each for (world, other), each in found.items() if other == name}
        every = [estimate for estimates in own.values() for estimate in estimates]
        # where a number never varies there is nothing to cover
        if all(each.value == every[0].value for each in every):
            continue
        worst = min(own, key=lambda world: _held(own[world]))
        yield f"| `{name}` | {len(every)} | {_coverage(every)} | {worst} {_coverage(own[worst])} |"


def _held(estimates: Sequence[Estimate]) -> float:
    held = [
        (each.low is None or each.low <= each.truth)
        and (each.high is None or each.truth <= each.high)
        for each in estimates
        if each.low is not None or each.high is not None
    ]
    return sum(held) / len(held) if held else 1.0


def _coverage(estimates: Iterable[Estimate]) -> str:
    """The share of intervals that hold the truth; one open end holds everything on its side."""
    closed = [each for each in estimates if each.low is not None or each.high is not None]
    if not closed:
        return "-"
    held = sum(
        (each.low is None or each.low <= each.truth)
        and (each.high is None or each.truth <= each.high)
        for each in closed
    )
    low, high = wilson(held, len(closed))
    share = held / len(closed)
    mark = "" if COVERED[0] <= share <= COVERED[1] or low <= COVERED[1] <= high else " ✗"
    return f"{share:.0%} ({low:.0%}-{high:.0%}){mark}"


def _with_truth(lines: Iterable[Line]) -> dict[tuple[str, str], list[Estimate]]:
    found = defaultdict(list)
    for line in lines:
        for name, truth in line["truth"].items():
            numbers = line["metrics"].get(name)
            if numbers is not None and numbers[0] is not None:
                found[line["world"], name].append(Estimate(*numbers, truth))
    return found


def _with_mean(shops: Mapping[str, Sequence[Line]]) -> dict[tuple[str, str], list[Estimate]]:
    found = {}
    for world, own in shops.items():
        for name in own[0]["metrics"]:
            numbers = [line["metrics"][name] for line in own if name in line["metrics"]]
            known = [each for each in numbers if each[0] is not None]
            if len(known) < 2 or all(low is None for _, low, *_ in known) or "[" in name:
                continue
            mean = statistics.fmean(value for value, *_ in known)
            found[world, name] = [Estimate(*each, mean) for each in known]
    return found


def wilson(count: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927)."""
    share, square = count / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
