"""A check that `uses:` a parametrised check: its arguments fill the template's holes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from recsql.arguments import (
    Argument,
    Expression,
    Filled,
    Given,
    Kind,
    Parametrised,
    Source,
    SourceKind,
)
from recsql.errors import did_you_mean
from recsql.model import Check, Inputs, Metric, Problem, Scalar, Text, Unit
from recsql.project import definitions
from recsql.project.contract import RELATIONS
from recsql.project.definitions import SEVERITIES, USE_KEYS, Origin
from recsql.project.document import Node, Section, text_of, truth
from recsql.project.limits import anomaly_of, with_limits
from recsql.quantities import parse_quantity

_KEYS = (
    "name", "summary", *USE_KEYS, "segments", "warn_if", "error_if", "severity", "tags", "enabled",
    "on_empty", "anomaly", "dialect", "pii", "audit", "sentence", "rows_sentence", "next",
    "explain", "overrides", "critical_segments", "sequential", "consecutive", "optional",
    "requires", "degraded_without", "notes_without",
)  # fmt: skip
_NOT_BESIDE = ("sql", "rows", "metrics")
_SOURCES = tuple(SourceKind)
_NAME = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"""\s*(?:\{\{)?\s*(ref|relation)\(\s*['"](\w+)['"]\s*\)\s*(?:\}\})?\s*""")
_CALLED = {"ref": SourceKind.MODEL, "relation": SourceKind.RELATION}


def is_use(node: Node) -> bool:
    """Whether an entry names a parametrised check."""
    return isinstance(node.value, dict) and "uses" in node.value


def name_of(node: Node) -> str:
    """A name for an entry that brings none, as dbt makes one: `not_null_events_key`."""
    entries = node.value if isinstance(node.value, dict) else {}
    given = entries.get("arguments")
    values = given.value if given is not None and isinstance(given.value, dict) else {}
    parts = [entries["uses"], *(values[key] for key in _SOURCES if key in values)]
    parts += [values[key] for key in ("column", "column_name") if key in values]
    words = re.findall(r"\w+", " ".join(str(part.plain()) for part in parts))
    return "_".join(words)


@dataclass(frozen=True, slots=True)
class _Use:
    """An entry on its way to a check."""

    section: Section
    arguments: Section
    template: Parametrised
    dialect: str | None


def check(
    node: Node,
    origin: Origin,
    templates: Mapping[str, Parametrised],
    problems: list[Problem],
) -> Check:
    """A check from its YAML and the template that it uses; mistakes are set aside.

    Raises `ConfigError` where there is no such template, or nothing for it to read.
    """
    section = Section(_flat(node), f"check `{origin.name}`", problems, (*_KEYS, *_NOT_BESIDE))
    _tell_misplaced(section)
    wanted = section.entries["uses"]
    template = templates.get(str(wanted.value))
    if template is None:
        one = isinstance(wanted.value, str)
        hint = did_you_mean(str(wanted.value) if one else "", templates)
        what = f"unknown parametrised check `{wanted.value}`" if one else "`uses:` takes one name"
        raise wanted.error(what, hint)
    dialect = definitions.dialect_of(section)
    use = _Use(section, _arguments(section, template), template, dialect)
    given = dict(_given(use))
    return definitions.ruled(_made(use, given, origin), section)


def _made(use: _Use, given: Mapping[str, Given], origin: Origin) -> Check:
    section, template, wanted = use.section, use.template, use.section.entries["uses"]
    words = {**{name: _shown(value) for name, value in given.items()}, "name": origin.name}
    sentences = definitions.sentences_of(section, "sentence") or template.sentences
    own_words = "explain" in section
    return Check(
        name=origin.name,
        audit=section.text("audit", origin.audit),
        summary=section.text("summary") or _told(template.summary, words),
        sql=_filled(template.sql, given, wanted),
        location=section.node.location,
        rows_sql=None if template.rows_sql is None else _filled(template.rows_sql, given, wanted),
        segments=section.texts("segments"),
        metrics=_metrics(section, template.metrics),
        inputs=_inputs(section, template.inputs),
        severity=SEVERITIES[section.choice("severity", SEVERITIES, "error")],
        on_empty=definitions.on_empty(section, template.on_empty),
        tags=section.texts("tags"),
        enabled=section.boolean("enabled", True),
        dialect=use.dialect,
        overrides=definitions.overrides_of(section, origin),
        pii_clear=section.choice("pii", ("hashed", "clear"), "hashed") == "clear",
        sentences=tuple(_told(sentence, words) for sentence in sentences),
        rows_sentence=" ".join(definitions.sentences_of(section, "rows_sentence")),
        next=section.text("next") or _told(template.next, words),
        explanation=definitions.explanation_of(section) if own_words else template.explanation,
        builtin=origin.builtin,
    )


def _tell_misplaced(section: Section) -> None:
    for key in _NOT_BESIDE:
        if key in section:
            message = f"`{key}` of {section.subject} has no place beside `uses:`"
            section.report(section.entries[key].error(message))


def _flat(node: Node) -> Node:
    """The entry with what dbt puts under `config:` beside the other keys."""
    entries = node.value if isinstance(node.value, dict) else {}
    config = entries.get("config")
    if config is None:
        return node
    if not isinstance(config.value, dict):
        raise config.error("`config` must be a mapping", "as in `config: {severity: warn}`")
    rest = {key: value for key, value in entries.items() if key != "config"}
    return replace(node, value={**config.value, **rest})


def _arguments(section: Section, template: Parametrised) -> Section:
    known = [name for each in template.arguments.values() for name in (each.name, *each.aliases)]
    node = section.entries.get("arguments", Node({}, section.node.location))
    return Section(
        node,
        f"`arguments` of {section.subject}",
        section.problems,
        (*_SOURCES, "show", *known),
    )


def _given(use: _Use) -> Iterator[tuple[str, Given]]:
    """What the template sees, by name."""
    source = _source(use)
    yield "source", source
    yield "where", _expression_of(use.section, "where", use.dialect)
    yield "segments", tuple(_segments(use))
    for argument in use.template.arguments.values():
        yield argument.name, _argument(argument, use)
    yield "show", tuple(_shown_columns(use, source))


def _source(use: _Use) -> Source:
    named = [kind for kind in _SOURCES if kind in use.arguments]
    if len(named) != 1:
        what = "names nothing to read" if not named else f"reads both {' and '.join(named)}"
        hint = "name one of `relation:`, `model:` and `table:` under `arguments:`"
        node = use.arguments.entries[named[1]] if named else use.arguments.node
        raise node.error(f"{use.section.subject} {what}", hint)
    kind = named[0]
    node = use.arguments.entries[kind]
    text = use.arguments.text(kind)
    if kind is SourceKind.TABLE:
        return Source(kind, text_of(node, text))
    return _named(node, text, kind)


def _named(node: Node, text: str, kind: SourceKind) -> Source:
    """A relation or model by its name, or as `ref('name')`."""
    called = _CALL.fullmatch(text)
    if called is not None:
        kind, text = _CALLED[called[1]], called[2]
    if kind is SourceKind.RELATION and text not in RELATIONS:
        hint = did_you_mean(text, RELATIONS)
        if hint is None or hint.startswith("known"):
            hint = "a model is read with `model:`, any other table with `table: schema.name`"
        raise node.error(f"unknown relation `{text}`", hint)
    return Source(kind, text_of(node, text))


def _segments(use: _Use) -> Iterator[Expression]:
    node = use.section.entries.get("segments")
    for name in use.section.texts("segments"):
        if node is not None and not _NAME.fullmatch(name):
            message = f"segment `{name}` of {use.section.subject} is not a column's name"
            use.section.report(node.error(message))
        elif node is not None:
            yield Expression(_place_of(node, name), use.dialect)


def _place_of(node: Node, name: str) -> Text:
    """One of a list of names, at its own place."""
    items = node.value if isinstance(node.value, list) else [node]
    found = next((item for item in items if str(item.value) == name), node)
    return text_of(found, name)


def _argument(argument: Argument, use: _Use) -> Given:
    names = [name for name in (argument.name, *argument.aliases) if name in use.arguments]
    if not names:
        if argument.required:
            message = f"{use.section.subject} has no argument `{argument.name}`"
            raise use.arguments.node.error(message, argument.summary or None)
        return argument.default
    if len(names) > 1:
        message = f"{use.section.subject} has `{names[0]}` and `{names[1]}`, which are the same"
        raise use.arguments.entries[names[1]].error(message)
    name = names[0]
    node = use.arguments.entries[name]
    if argument.kind is Kind.SOURCE:
        return _other_source(node, use.arguments.text(name))
    if argument.kind in (Kind.COLUMN, Kind.EXPRESSION):
        found = _expression_of(use.arguments, name, use.dialect)
        if found is None:
            raise node.error(f"`{name}` of {use.section.subject} is empty")
        return found
    if argument.kind is Kind.COLUMNS:
        columns = use.arguments.texts(name)
        if not columns:
            raise node.error(f"`{name}` of {use.section.subject} names no column")
        return tuple(Expression(_place_of(node, column), use.dialect) for column in columns)
    return _value(argument, node, use)


def _other_source(node: Node, text: str) -> Source:
    called = _CALL.fullmatch(text)
    if called is not None or text in RELATIONS:
        return _named(node, text, SourceKind.RELATION)
    plain = _NAME.fullmatch(text) is not None
    return Source(SourceKind.MODEL if plain else SourceKind.TABLE, text_of(node, text))


def _expression_of(section: Section, key: str, dialect: str | None) -> Expression | None:
    text = section.sql(key)
    if text is None or not text.text.strip():
        return None
    return Expression(text, dialect)


def _value(argument: Argument, node: Node, use: _Use) -> Given:
    subject = f"`{argument.name}` of {use.section.subject}"
    if argument.kind is Kind.FLAG:
        word = truth(node.value)
        if word is None:
            raise node.error(f"{subject} must be true or false")
        return word
    items = node.value if isinstance(node.value, list) else [node]
    if any(isinstance(item.value, list | dict) or item.value is None for item in items):
        what = "one value" if argument.kind is Kind.VALUE else "a list of values"
        raise node.error(f"{subject} must be {what}")
    if argument.kind is Kind.VALUES:
        if not items:
            raise node.error(f"{subject} names no value")
        return tuple(_scalar(item.value) for item in items)
    if isinstance(node.value, list):
        raise node.error(f"{subject} must be one value")
    return _quantity(_scalar(node.value))


def _scalar(value: object) -> Scalar:
    return value if isinstance(value, str | int | float | bool) else None


def _quantity(value: Scalar) -> Scalar:
    """A number for `5%` or `6h`, in a column of shares or of seconds; else the value itself."""
    number = parse_quantity(value) if isinstance(value, str) else None
    return value if number is None else number


def _shown_columns(use: _Use, source: Source) -> Iterator[Expression]:
    """The columns of failing rows: those that `show` names; of a relation or model all.

    Of a table nobody has said which columns hold persons' data, so only what is checked is shown.
    """
    node = use.arguments.entries.get("show")
    if node is not None:
        for name in use.arguments.texts("show"):
            yield Expression(_place_of(node, name), use.dialect)
    elif source.kind is SourceKind.TABLE:
        yield from _segments(use)
        for argument in use.template.arguments.values():
            value = _argument(argument, use)
            if argument.kind is Kind.COLUMN and isinstance(value, Expression):
                yield value
            elif argument.kind is Kind.COLUMNS and isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Expression))


def _filled(text: Text, given: Mapping[str, Given], wanted: Node) -> Filled:
    return Filled(text.text, text.location, given, wanted.location)


def _metrics(section: Section, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """The template's metrics with the entry's limits; those of the template stand without any.

    What is judged comes first: it is what reports show of a check.
    """
    if not {"warn_if", "error_if", "anomaly"} & set(section.entries):
        return metrics
    bare = tuple(replace(metric, warn_if=None, error_if=None) for metric in metrics)
    anomaly = anomaly_of(section)
    shares = [metric.name for metric in bare if metric.unit is Unit.SHARE]
    judged = (*shares, bare[0].name)[0]
    found = (
        replace(metric, anomaly=anomaly) if metric.name == judged else metric
        for metric in with_limits(section, bare)
    )
    return tuple(sorted(found, key=lambda metric: not metric.limited))


def _inputs(section: Section, inputs: Inputs) -> Inputs:
    own = definitions.inputs_of(section)
    return Inputs(
        optional=own.optional | inputs.optional,
        requires=own.requires | inputs.requires,
        degraded_without={**inputs.degraded_without, **own.degraded_without},
        notes_without={**inputs.notes_without, **own.notes_without},
    )


def _told(text: str, words: Mapping[str, str]) -> str:
    """A sentence in which `[argument]` stands for what the argument is."""
    for name, word in words.items():
        text = text.replace(f"[{name}]", word.replace("{", "{{").replace("}", "}}"))
    return text


def _shown(value: Given) -> str:
    if isinstance(value, Expression | Source):
        return " ".join(value.text.text.split())
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    return "" if value is None else str(value)


def templates_of(check: Check) -> Iterable[Text]:
    """The texts of a check's arguments, which are templates, too."""
    for text in (check.sql, check.rows_sql):
        if isinstance(text, Filled):
            yield from text.written()
