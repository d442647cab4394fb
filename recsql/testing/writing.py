"""A case as the YAML that somebody would write."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from recsql.model import Fixture, Scalar, Value
from recsql.quantities import SECONDS
from recsql.testing.creating import Created

_WIDTH = 100
_DAY = 86400.0
_PLAIN = re.compile(r"[A-Za-z_][\w.-]*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}


def written(created: Created, target: str) -> str:
    """The text of a case file with one case."""
    return "\n".join([*_head(created, target), *_case(created)]) + "\n"


def told(created: Created) -> str:
    """What was found, in a sentence."""
    result = created.result
    verdict = str(result.status) if result.reason is None else f"{result.status} ({result.reason})"
    rest = "" if created.smallest else "; more runs might find fewer"
    found = f"{created.rows:,} of {created.of_rows:,} rows"
    return f"{found} make `{result.name}` say {verdict}, found in {created.runs:,} runs{rest}"


def free_path(root: Path, check: str) -> Path:
    """A file of the project's cases that is not there yet."""
    folder = root / "tests"
    names = [f"{check}.yml", *(f"{check}_{number}.yml" for number in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


def _head(created: Created, target: str) -> Iterator[str]:
    case = created.case
    how = "without any of them it would say something else"
    how = how if created.smallest else "perhaps fewer would do"
    told = (
        f"Made by `recsql test --create {case.check}` from {created.rows:,} of "
        f"{created.of_rows:,} rows of target {target}, with identifiers hashed; {how}. "
        "Call the case by what it shows, and change the numbers to those you can derive."
    )
    yield from (f"# {line}" for line in textwrap.wrap(told, _WIDTH - 2))
    yield f"check: {case.check}"
    yield f"as_of: {_instant(case.as_of)}"
    for key, seconds, usual in (
        ("window", case.window_s, 28 * _DAY),
        ("history", case.history_s, 56 * _DAY),
    ):
        if seconds != usual:
            yield f"{key}: {_duration(seconds)}"
    yield "cases:"


def _case(created: Created) -> Iterator[str]:
    case = created.case
    yield f"  {case.name}:"
    if case.variables:
        yield "    vars:"
        for name, value in case.variables.items():
            unit = "s" if name in created.durations else ""
            yield f"      {name}: {_value(value)}{unit}"
    if case.without:
        yield from _listed("    without:", [str(name) for name in sorted(case.without)], " " * 6)
    yield "    given:"
    for fixture in case.given:
        yield from _fixture(fixture)
    yield "    expect:"
    expect = case.expect
    if expect.status is not None:
        yield f"      status: {expect.status}"
    if expect.reason is not None:
        yield f"      reason: {expect.reason}"
    if expect.metrics:
        yield "      metrics:"
        yield from (f"        {name}: {_cell(value)}" for name, value in expect.metrics.items())


def _fixture(fixture: Fixture) -> Iterator[str]:
    if not fixture.rows:
        yield f"      {fixture.name}: []"
        return
    yield f"      {fixture.name}:"
    for row in fixture.rows:
        yield from _row(row)


def _row(row: Mapping[str, Scalar]) -> Iterator[str]:
    """A row in braces; what is NULL is left out."""
    cells = [f"{name}: {_cell(value)}" for name, value in row.items() if value is not None]
    line = "        - {"
    for number, cell in enumerate(cells):
        text = cell + ("}" if number == len(cells) - 1 else ",")
        if len(line) + len(text) + 1 > _WIDTH and not line.endswith("{"):
            yield line.rstrip()
            line = "           "
        line += text + " "
    yield line.rstrip() if cells else "        - {}"


def _listed(head: str, names: list[str], indent: str) -> Iterator[str]:
    whole = f"{head} [{', '.join(names)}]"
    if len(whole) <= _WIDTH:
        yield whole
        return
    yield f"{head}"
    yield from (f"{indent}- {name}" for name in names)


def _cell(value: Scalar) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    if _INSTANT.fullmatch(value):
        return value
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_cell(item) for item in value) + "]"
    return _cell(value)


def _instant(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M:%S.%f").removesuffix(".000000")


def _duration(seconds: float) -> str:
    """In the largest unit that is whole."""
    for unit in ("d", "h", "m", "s"):
        if seconds % SECONDS[unit] == 0:
            return f"{seconds / SECONDS[unit]:g}{unit}"
    return f"{seconds!r}s"
