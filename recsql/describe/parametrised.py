"""The page of the parametrised checks, made from the files under checks/parametrised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recsql.arguments import Argument, Kind, Parametrised
from recsql.describe.markdown import plain, rows, table
from recsql.model import Metric
from recsql.project import catalog

_KINDS = {
    Kind.COLUMN: "a column or expression",
    Kind.COLUMNS: "a column or a list of them",
    Kind.EXPRESSION: "an expression",
    Kind.VALUE: "a value",
    Kind.VALUES: "a list of values",
    Kind.FLAG: "true or false",
    Kind.SOURCE: "a relation, model or table",
}
_HOLE = re.compile(r"\[(\w+)\]")


def page() -> list[str]:
    """The blocks of the page, in alphabetical order of the checks."""
    found = catalog.parametrised()
    links = " · ".join(f"[{name}](#{name})" for name in sorted(found))
    blocks = [
        "# The parametrised checks",
        "dbt's generic tests, with numbers: a check that `uses:` one of these needs no SQL. "
        "[Writing a check](../writing-a-check.md#checks-without-sql) shows how, and how to write "
        "one. All of them take one of `relation:`, `model:` and `table:` under `arguments:`, and "
        "`show:`, the columns of the rows that are kept; beside `arguments:` stand `where`, "
        "`segments`, `warn_if`, `error_if`, `anomaly`, `severity`, `tags`, `enabled`, `on_empty` "
        "and `dialect`, or, for some of them, dbt's `config:`.",
        "A limit is meant for the first metric, and one with `%`, or between 0 and 1, for the "
        "share. A check that sets none keeps the limit that is given here. Shares have Wilson's "
        "95 % interval, as if rows were independent; with `cluster:` rows that share a value count "
        "once, and with `exact: true` there is none, since the rows are all there is.",
        links,
        "[All checks](README.md)",
    ]
    for name in sorted(found):
        blocks += _section(found[name])
    return blocks


def _section(check: Parametrised) -> Iterator[str]:
    yield f"## {check.name}"
    yield _holes(check.summary)
    arguments = [_argument(argument) for argument in check.arguments.values()]
    if arguments:
        yield rows(("argument", "is", "default", "meaning"), arguments)
    metrics = [(f"`{m.name}`", m.unit.value, m.summary, _limit(m)) for m in check.metrics]
    yield table(("metric", "unit", "meaning", "limit, if none is set"), metrics)
    yield f"**Formula**\n\n```text\n{check.explanation.formula.strip()}\n```"
    yield f"**Misleads.** {plain(check.explanation.misleads)}"
    yield f"**Sources.** {plain(check.explanation.sources)}"
    texts = [check.sql] if check.rows_sql is None else [check.sql, check.rows_sql]
    paths = [check.location.path, *(text.location.path for text in texts)]
    named = ", ".join(f"[{path.rpartition('/')[2]}](../../{path})" for path in paths)
    yield f"**Files.** {named}"


def _argument(argument: Argument) -> tuple[str, str, str, str]:
    names = ", ".join(f"`{name}`" for name in (argument.name, *argument.aliases))
    default = "required" if argument.required else str(argument.default or "none").lower()
    if argument.kind is Kind.FLAG and not argument.required:
        default = str(bool(argument.default)).lower()
    return names, _KINDS[argument.kind], default, plain(argument.summary)


def _limit(metric: Metric) -> str:
    return "none" if metric.error_if is None else f"fails {metric.error_if.text}"


def _holes(text: str) -> str:
    return _HOLE.sub(r"`\1`", plain(text))
