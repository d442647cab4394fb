"""One YAML entry → one `Check` or `Model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Formatter

from recsql.errors import ConfigError, did_you_mean
from recsql.model import (
    Check,
    Explanation,
    Fixpoint,
    Inputs,
    Metric,
    Model,
    Problem,
    Status,
    Step,
    Text,
    Threshold,
    Unit,
)
from recsql.project import thresholds
from recsql.project.contract import RELATIONS
from recsql.project.document import Node, Section, problem_of

_INPUT_KEYS = ("optional", "requires", "degraded_without", "notes_without")
_RULE_KEYS = ("critical_segments", "sequential", "consecutive")
_CHECK_KEYS = (
    "name", "summary", "audit", "sql", "rows", "dialect", "segments", "metrics", "warn_if",
    "error_if", "severity", "tags", "enabled", "overrides", "pii", "sentence", "rows_sentence",
    "next", "explain", *_RULE_KEYS, *_INPUT_KEYS,
)  # fmt: skip
_MODEL_KEYS = (
    "summary", "sql", "kind", "start", "step", "changes", "result", "max_rounds", "materialize",
    "overrides", *_INPUT_KEYS,
)  # fmt: skip
_METRIC_KEYS = ("unit", "summary", "warn_if", "error_if", "unless", "excuse")
_SETTING_KEYS = ("warn_if", "error_if", "enabled", "severity", "tags", *_RULE_KEYS)
_SEVERITIES = {"error": Status.FAIL, "warn": Status.WARN}

FAILURES = "failures"
"""The one metric of a `rows:` check: how many rows came back."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the file's place says of an entry: its name, audit, and the SQL beside it."""

    name: str
    audit: str
    sql: Text | None
    rows: Text | None
    builtin: bool


def check(node: Node, origin: Origin, problems: list[Problem]) -> Check:
    """A check from its YAML; mistakes are set aside, a missing SQL text raises `ConfigError`."""
    section = Section(node, f"check `{origin.name}`", problems, _CHECK_KEYS)
    rows = section.sql("rows") or origin.rows
    sql = section.sql("sql") or origin.sql
    counts_rows = sql is None
    metrics = _row_metrics(section) if counts_rows else _metrics(section)
    if sql is None and rows is None:
        hint = "write `sql: |` or `rows:`, or put the query beside it in a .sql file"
        raise node.error(f"check `{origin.name}` has no SQL", hint)
    if not counts_rows and not metrics:
        raise node.error(f"check `{origin.name}` names no `metrics:`", "name its metric columns")
    found = Check(
        name=origin.name,
        audit=section.text("audit", origin.audit),
        summary=section.text("summary"),
        sql=sql or _required(rows),
        location=node.location,
        rows_sql=None if counts_rows else rows,
        counts_rows=counts_rows,
        segments=section.texts("segments"),
        metrics=metrics,
        inputs=_inputs(section),
        severity=_SEVERITIES[section.choice("severity", _SEVERITIES, "error")],
        tags=section.texts("tags"),
        enabled=section.boolean("enabled", True),
        dialect=section.text("dialect") or None,
        overrides=_overrides(section, origin),
        pii_clear=section.choice("pii", ("hashed", "clear"), "hashed") == "clear",
        sentences=_sentences(section, "sentence"),
        rows_sentence=" ".join(_sentences(section, "rows_sentence")),
        next=section.text("next"),
        explanation=_explanation(section),
        builtin=origin.builtin,
    )
    return _ruled(found, section)


def model(node: Node, origin: Origin, problems: list[Problem]) -> Model:
    """A model from its YAML; raises `ConfigError` when it has no SQL."""
    section = Section(node, f"model `{origin.name}`", problems, _MODEL_KEYS)
    sql = section.sql("sql") or origin.sql
    fixpoint = None
    if section.choice("kind", ("table", "fixpoint"), "table") == "fixpoint":
        fixpoint = _fixpoint(section)
    elif sql is None:
        raise node.error(f"model `{origin.name}` has no SQL", "put it beside it in a .sql file")
    return Model(
        name=origin.name,
        summary=section.text("summary"),
        sql=sql,
        location=node.location,
        fixpoint=fixpoint,
        materialize=section.choice("materialize", ("temp", "inline", "scratch"), "temp"),
        inputs=_inputs(section),
        builtin=origin.builtin,
    )


def _sentences(section: Section, key: str) -> tuple[str, ...]:
    """Texts with `{placeholders}`; one whose braces do not match is a mistake."""
    found = section.texts(key)
    for text in found:
        try:
            list(Formatter().parse(text))
        except ValueError as cause:
            message = f"`{key}` of {section.subject} cannot be filled in: {cause}"
            section.report(section.entries[key].error(message, "write `{{` for a brace itself"))
    return found


def texts_of(model: Model) -> tuple[Text, ...]:
    """Every template of a model."""
    if model.fixpoint is None:
        return () if model.sql is None else (model.sql,)
    steps = model.fixpoint.steps
    changes = [step.changes for step in steps if step.changes is not None]
    own = (model.fixpoint.changes, model.fixpoint.result)
    return (*model.fixpoint.start.values(), *(step.sql for step in steps), *changes, *own)


def overridden(node: Node) -> str | None:
    """The name of recsql's own definition that an entry says it replaces."""
    entry = node.value.get("overrides") if isinstance(node.value, dict) else None
    return None if entry is None else str(entry.value).removeprefix("recsql.")


def _overrides(section: Section, origin: Origin) -> str | None:
    name = overridden(section.node)
    if name is not None and name != origin.name:
        message = f"{section.subject} cannot override `{name}`: it has another name"
        section.report(section.entries["overrides"].error(message, f"call it `{name}`"))
    return name


def configured(check: Check, node: Node, problems: list[Problem]) -> Check:
    """A check with what `checks:` in recsql.yml says of it: limits, severity, tags, enabled."""
    section = Section(node, f"settings of check `{check.name}`", problems, _SETTING_KEYS)
    limits = {key: _limits(section, key, check) for key in ("warn_if", "error_if")}
    metrics = tuple(
        replace(
            metric,
            warn_if=limits["warn_if"].get(metric.name, metric.warn_if),
            error_if=limits["error_if"].get(metric.name, metric.error_if),
        )
        for metric in check.metrics
    )
    severity = {"error": Status.FAIL, "warn": Status.WARN}
    default = "error" if check.severity is Status.FAIL else "warn"
    return replace(
        _ruled(check, section),
        metrics=metrics,
        enabled=section.boolean("enabled", check.enabled),
        severity=severity[section.choice("severity", severity, default)],
        tags=(*check.tags, *section.texts("tags")),
    )


def _ruled(check: Check, section: Section) -> Check:
    """A check with what an entry says of the rules by which it is judged."""
    sequential = check.sequential
    if "sequential" in section:
        sequential = section.boolean("sequential", False)
    return replace(
        check,
        critical_segments=section.boolean("critical_segments", check.critical_segments),
        sequential=sequential,
        consecutive=section.count("consecutive", check.consecutive),
    )


def _limits(section: Section, key: str, check: Check) -> Mapping[str, Threshold]:
    """Limits by metric; a single text is the limit of the headline metric."""
    node = section.entries.get(key)
    if node is None:
        return {}
    entries = node.value if isinstance(node.value, dict) else {check.metrics[0].name: node}
    known = {metric.name: metric for metric in check.metrics}
    settings = Section(
        Node(entries, node.location), section.subject, section.problems, tuple(known)
    )
    found = ((name, _threshold(settings, name)) for name in known)
    return {name: threshold for name, threshold in found if threshold is not None}


def _required(text: Text | None) -> Text:
    if text is None:
        raise ConfigError("a check needs SQL")
    return text


def _metrics(section: Section) -> tuple[Metric, ...]:
    return tuple(_metric(name, node, section) for name, node in section.children("metrics").items())


def _metric(name: str, node: Node, check: Section) -> Metric:
    entry = Node({}, node.location) if node.value is None else node
    section = Section(entry, f"metric `{name}` of {check.subject}", check.problems, _METRIC_KEYS)
    unless = section.sql("unless")
    subject, excuse_limit = None, None
    if unless is not None:
        try:
            place = section.entries["unless"].location
            subject, excuse_limit = thresholds.parse_with_subject(unless.text, place)
        except ConfigError as error:
            section.report(error)
    return Metric(
        name=name,
        unit=Unit(section.choice("unit", list(Unit), Unit.NUMBER)),
        summary=section.text("summary"),
        warn_if=_threshold(section, "warn_if"),
        error_if=_threshold(section, "error_if"),
        unless=excuse_limit,
        unless_metric=subject,
        excuse=section.text("excuse") or None,
    )


def _row_metrics(section: Section) -> tuple[Metric, ...]:
    warn_if, error_if = _threshold(section, "warn_if"), _threshold(section, "error_if")
    if warn_if is None and error_if is None:
        error_if = thresholds.parse("> 0", section.node.location)
    summary = "rows that should not be there"
    return (Metric(FAILURES, Unit.COUNT, summary, warn_if=warn_if, error_if=error_if),)


def _threshold(section: Section, key: str) -> Threshold | None:
    text = section.text(key)
    if not text:
        return None
    try:
        return thresholds.parse(text, section.entries[key].location)
    except ConfigError as error:
        section.report(error)
        return None


def _inputs(section: Section) -> Inputs:
    def sentences(key: str) -> dict[str, str]:
        return {name: str(node.value) for name, node in section.children(key).items()}

    for key in _INPUT_KEYS:
        listed = key in ("optional", "requires")
        names = section.texts(key) if listed else section.children(key)
        for name in names:
            relation = name.partition(".")[0]
            if relation not in RELATIONS:
                message = f"unknown relation `{relation}` under `{key}` of {section.subject}"
                hint = did_you_mean(relation, RELATIONS)
                section.report(section.entries[key].error(message, hint))
    return Inputs(
        optional=frozenset(section.texts("optional")),
        requires=frozenset(section.texts("requires")),
        degraded_without=sentences("degraded_without"),
        notes_without=sentences("notes_without"),
    )


def _explanation(section: Section) -> Explanation:
    node = section.entries.get("explain")
    if node is None:
        return Explanation()
    subject = f"`explain` of {section.subject}"
    entry = Section(node, subject, section.problems, ("formula", "misleads", "sources"))
    return Explanation(entry.text("formula"), entry.text("misleads"), entry.text("sources"))


def _fixpoint(section: Section) -> Fixpoint:
    start = Section(
        section.entries.get("start", section.node),
        f"`start` of {section.subject}",
        section.problems,
        tuple(section.children("start")),
    )
    steps = []
    for node in section.items("step"):
        step = Section(
            node, f"step of {section.subject}", section.problems, ("table", "sql", "changes")
        )
        steps.append(Step(step.text("table"), _sql(step, "sql"), step.sql("changes")))
    return Fixpoint(
        start={name: _sql(start, name) for name in section.children("start")},
        steps=tuple(steps),
        changes=_sql(section, "changes"),
        result=_sql(section, "result"),
        max_rounds=int(section.number("max_rounds", 20)),
    )


def _sql(section: Section, key: str) -> Text:
    text = section.sql(key)
    if text is None:
        raise section.node.error(f"{section.subject} has no `{key}:`")
    return text


def problem(error: ConfigError, kind: str, name: str) -> Problem:
    """An entry that could not be read, as a value."""
    return problem_of(error, f"{kind} `{name}`")
