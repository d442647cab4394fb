"""`recsql explain`: one check, or one audit, in words, laid out for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recsql.api import Request
from recsql.describe.facts import Facts, Library, VariableFacts
from recsql.describe.flow import formula, prose
from recsql.errors import ConfigError, did_you_mean
from recsql.model import Audit, Catalog, Relation
from recsql.project.load import load
from recsql.report.text import ascii_only

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Screen:
    """Where an explanation is shown; `width` counts cells."""

    width: int = 80
    colour: bool = False
    unicode: bool = True

    @property
    def room(self) -> int:
        """The cells of a line of text: behind the indent, and not too wide to read."""
        return min(max(self.width, 40), 100) - len(_INDENT)

    def title(self, text: str) -> str:
        """A heading."""
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text


def explained(request: Request, name: str, screen: Screen | None = None) -> str:
    """A check or an audit in words; raises `ConfigError` for a name that nobody knows."""
    screen = screen or Screen()
    loaded = load(request.project_dir, request.variables, optional=request.project_optional)
    library = Library(loaded)
    catalog = loaded.catalog
    if name in catalog.checks:
        facts = library.facts(catalog.checks[name])
        relations = None if loaded.config is None else loaded.project.relations
        blocks = _check(facts, relations, screen)
    elif name in catalog.audits:
        blocks = _audit(catalog.audits[name], catalog, screen)
    elif name in catalog.broken:
        broken = catalog.broken[name]
        raise ConfigError(f"`{name}` is broken: {broken.message}", broken.location, broken.hint)
    else:
        raise ConfigError(f"no check `{name}`", hint=_hint(name, catalog))
    text = "\n\n".join("\n".join(block) for block in blocks)
    return text if screen.unicode else ascii_only(text)


def _hint(name: str, catalog: Catalog) -> str | None:
    for check in catalog.checks.values():
        if any(metric.name == name for metric in check.metrics):
            return f"it is a metric: recsql explain {check.name}"
    return did_you_mean(name, [*catalog.checks, *catalog.audits])


def _audit(audit: Audit, catalog: Catalog, screen: Screen) -> Iterator[list[str]]:
    yield [screen.title(audit.name), audit.question]
    rows = [(name, catalog.checks[name].summary) for name in audit.checks]
    yield [screen.title("Checks"), *_table(rows, screen)]
    yield [f"recsql explain {audit.checks[0]} tells more of one." if audit.checks else "No check."]


def _check(
    facts: Facts, relations: Mapping[str, Relation] | None, screen: Screen
) -> Iterator[list[str]]:
    check, explanation = facts.check, facts.check.explanation
    yield [screen.title(f"{check.audit}.{check.name}"), *prose(check.summary, screen.room)]
    metrics = [
        (metric.name, metric.unit, "; ".join((metric.summary, *metric.limits)))
        for metric in facts.metrics
    ]
    sections: tuple[tuple[str, Sequence[str]], ...] = (
        ("Question", _prose(facts.audit.question, screen)),
        ("Says", _prose(facts.says[0] if facts.says else "", screen)),
        ("Metrics", _table(metrics, screen)),
        ("Verdict", _prose(facts.verdict, screen)),
        ("Next", _prose(check.next, screen)),
        ("Misleads", _prose(explanation.misleads, screen)),
        ("Formula", [_INDENT + row for row in formula(explanation.formula, screen.room)]),
        ("Segments", _prose(", ".join(check.segments), screen)),
        ("Inputs (what is in brackets can be missing)", _inputs(facts, screen)),
        ("When one is missing", _table(list(facts.costs.items()), screen)),
        ("In this project", [] if relations is None else _here(facts, relations, screen)),
        ("Variables", _variables(facts, screen)),
        ("Models, built once per run for all checks", _models(facts, screen)),
        ("Sources", _prose(explanation.sources, screen)),
        ("SQL", [_INDENT + path for path in _paths(facts)]),
    )
    for title, body in sections:
        if any(line.strip() for line in body):
            yield [screen.title(title), *body]


def _prose(text: str, screen: Screen) -> list[str]:
    return [_INDENT + row for row in prose(text, screen.room)]


def _table(rows: Sequence[tuple[str, ...]], screen: Screen) -> list[str]:
    """Rows whose last cell wraps; names that are long stand on a line of their own."""
    if not rows:
        return []
    sizes = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    head = sum(sizes) + 2 * len(sizes)
    narrow = head > screen.room // 2
    found = []
    for row in rows:
        cells = "  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=False)).rstrip()
        if narrow:
            indent = "    "
            found += [cells, *(indent + line for line in prose(row[-1], screen.room - 4))]
        else:
            text = prose(row[-1], screen.room - head)
            found += [(cells.ljust(head) + text[0]).rstrip(), *(" " * head + t for t in text[1:])]
    return [_INDENT + line for line in found]


def _inputs(facts: Facts, screen: Screen) -> list[str]:
    missable = facts.reading.missable
    rows = []
    for name, columns in facts.reading.columns.items():
        shown = [f"[{c}]" if f"{name}.{c}" in missable else c for c in columns]
        rows.append((f"[{name}]" if name in missable else name, ", ".join(shown)))
    return _table(rows, screen)


def _here(facts: Facts, relations: Mapping[str, Relation], screen: Screen) -> list[str]:
    """What the project at hand does not map, the worst first."""
    stops: list[str] = []
    spares: list[str] = []
    for name, columns in facts.reading.columns.items():
        relation = relations.get(name)
        if relation is None:
            lacking: Iterable[str] = (name,)
        else:
            known = relation.columns or dict.fromkeys(columns)
            lacking = (f"{name}.{column}" for column in columns if column not in known)
        for each in lacking:
            (spares if each in facts.reading.missable else stops).append(each)
    rows = []
    if stops:
        rows.append(("skipped, for it lacks", ", ".join(stops)))
    if spares:
        rows.append(("does without", ", ".join(spares)))
    return _table(rows, screen) or [_INDENT + "everything it reads is mapped"]


def _variables(facts: Facts, screen: Screen) -> list[str]:
    def row(variable: VariableFacts) -> tuple[str, str, str]:
        return variable.name, variable.value, variable.summary

    rows = _table([row(variable) for variable in facts.own_variables], screen)
    others = ", ".join(f"{variable.name} {variable.value}" for variable in facts.other_variables)
    if others:
        rows += _prose(f"{'and through its models: ' if rows else ''}{others}", screen)
    return rows


def _models(facts: Facts, screen: Screen) -> list[str]:
    known = {model.name: model for model in facts.reading.models}
    rows = _table([(name, known[name].summary) for name in facts.reading.direct], screen)
    others = ", ".join(name for name in known if name not in facts.reading.direct)
    return rows + (_prose(f"and below them: {others}", screen) if others else [])


def _paths(facts: Facts) -> list[str]:
    check = facts.check
    texts = [check.sql] if check.rows_sql is None else [check.sql, check.rows_sql]
    return [text.location.path for text in texts]
