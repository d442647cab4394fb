"""One YAML entry → one `Check` or `Model`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import Formatter

from recsql.arguments import Filled
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
from recsql.project.contract import DIALECTS, RELATIONS
from recsql.project.document import Node, Section, problem_of
from recsql.project.limits import FAILURES, anomaly_of, threshold_of, with_limits

_INPUT_KEYS = ("optional", "requires", "degraded_without", "notes_without")
_RULE_KEYS = ("critical_segments", "sequential", "consecutive")
_CHECK_KEYS = (
    "name", "summary", "audit", "sql", "rows", "dialect", "segments", "metrics", "warn_if",
    "error_if", "severity", "tags", "enabled", "overrides", "pii", "sentence", "rows_sentence",
    "next", "explain", "on_empty", "anomaly", *_RULE_KEYS, *_INPUT_KEYS,
)  # fmt: skip
USE_KEYS = ("uses", "arguments", "where", "config")
"""What only a check that `uses:` a template can have."""
_MODEL_KEYS = (
    "summary", "sql", "kind", "start", "step", "changes", "result", "max_rounds", "materialize",
    "overrides", *_INPUT_KEYS,
)  # fmt: skip
_METRIC_KEYS = ("unit", "summary", "warn_if", "error_if", "unless", "excuse", "anomaly")
_SETTING_KEYS = ("warn_if", "error_if", "enabled", "severity", "tags", "on_empty", *_RULE_KEYS)
ON_EMPTY = ("unknown", "fail", "warn", "skip")
"""What an empty input may come to; never a pass."""
_FORMS = ("", "interval", "n")
_LIMITED_FORMS = ("none below ", "partial below ")
SEVERITIES = {"error": Status.FAIL, "warn": Status.WARN}


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
    section = Section(node, f"check `{origin.name}`", problems, (*_CHECK_KEYS, *USE_KEYS))
    _tell_misplaced(section)
    rows = section.sql("rows") or origin.rows
    sql = section.sql("sql") or origin.sql
    counts_rows = sql is None
    metrics = _row_metrics(section) if counts_rows else metrics_of(section)
    if sql is None and rows is None:
        hint = "write `sql: |` or `rows:`, or put the query beside it in a .sql file"
        raise node.error(f"check `{origin.name}` has no SQL", hint)
    if not metrics:
        raise node.error(f"check `{origin.name}` names no `metrics:`", "name its metric columns")
    metrics = metrics if counts_rows else with_limits(section, metrics)
    _tell_unknown_numbers(section, () if counts_rows else metrics)
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
        inputs=inputs_of(section),
        severity=SEVERITIES[section.choice("severity", SEVERITIES, "error")],
        on_empty=on_empty(section, "unknown"),
        tags=section.texts("tags"),
        enabled=section.boolean("enabled", True),
        dialect=dialect_of(section),
        overrides=overrides_of(section, origin),
        pii_clear=section.choice("pii", ("hashed", "clear"), "hashed") == "clear",
        sentences=sentences_of(section, "sentence"),
        rows_sentence=" ".join(sentences_of(section, "rows_sentence")),
        next=section.text("next"),
        explanation=explanation_of(section),
        builtin=origin.builtin,
    )
    return ruled(found, section)


def _tell_misplaced(section: Section) -> None:
    """Keys that only another kind of check has, and that would change nothing here."""
    for key in USE_KEYS:
        if key in section:
            message = f"`{key}` of {section.subject} needs `uses:`"
            section.report(section.entries[key].error(message, "name a parametrised check"))
    if "anomaly" in section and "metrics" in section:
        message = f"`anomaly` of {section.subject} belongs to one of its metrics"
        section.report(section.entries["anomaly"].error(message))


def dialect_of(section: Section) -> str | None:
    """The dialect in which an entry is written, where it is not recsql's own."""
    if not section.text("dialect"):
        return None
    return section.choice("dialect", DIALECTS, DIALECTS[0])


def on_empty(section: Section, default: str) -> str:
    """What an empty input comes to."""
    if section.text("on_empty") == "pass":
        message = f"`on_empty` of {section.subject} cannot be `pass`: no data is never a pass"
        section.report(section.entries["on_empty"].error(message, "write skip, warn or fail"))
        return default
    return section.choice("on_empty", (*ON_EMPTY, default), default)


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
        inputs=inputs_of(section),
        builtin=origin.builtin,
    )


def sentences_of(section: Section, key: str) -> tuple[str, ...]:
    """Texts with `{placeholders}`; one whose braces do not match is a mistake."""
    found = section.texts(key)
    for text in found:
        try:
            list(Formatter().parse(text))
        except ValueError as cause:
            message = f"`{key}` of {section.subject} cannot be filled in: {cause}"
            section.report(section.entries[key].error(message, "write `{{` for a brace itself"))
    return found


def _tell_unknown_numbers(section: Section, metrics: Sequence[Metric]) -> None:
    """A mistake for each number of a sentence that is no metric, or is not shown in such a way."""
    known = [metric.name for metric in metrics]
    if not known or "sentence" not in section.entries:
        return
    node = section.entries["sentence"]
    for text in section.texts("sentence"):
        for name, form in _numbers_of(text):
            if name not in known:
                message = f"`sentence` of {section.subject} names no metric `{name}`"
                section.report(node.error(message, did_you_mean(name, known)))
            elif form not in _FORMS and not form.startswith(_LIMITED_FORMS):
                message = f"`{{{name}:{form}}}` in `sentence` of {section.subject} is no form"
                section.report(node.error(message, did_you_mean(form, _FORMS)))


def _numbers_of(text: str) -> list[tuple[str, str]]:
    """The names that a sentence asks for, with their forms; none where braces do not match."""
    try:
        return [(name, form or "") for _, name, form, _ in Formatter().parse(text) if name]
    except ValueError:
        return []


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


def overrides_of(section: Section, origin: Origin) -> str | None:
    """The definition that an entry says it replaces, which has its own name."""
    name = overridden(section.node)
    if name is not None and name != origin.name:
        message = f"{section.subject} cannot override `{name}`: it has another name"
        section.report(section.entries["overrides"].error(message, f"call it `{name}`"))
    return name


def configured(check: Check, node: Node, problems: list[Problem]) -> Check:
    """A check with what `checks:` in recsql.yml says of it: limits, severity, tags, enabled."""
    section = Section(node, f"settings of check `{check.name}`", problems, _SETTING_KEYS)
    metrics = with_limits(section, _own_limits(check, section))
    default = "error" if check.severity is Status.FAIL else "warn"
    return replace(
        ruled(check, section),
        metrics=metrics,
        enabled=section.boolean("enabled", check.enabled),
        severity=SEVERITIES[section.choice("severity", SEVERITIES, default)],
        on_empty=on_empty(section, check.on_empty),
        tags=(*check.tags, *section.texts("tags")),
    )


def _own_limits(check: Check, section: Section) -> tuple[Metric, ...]:
    """A check's metrics, without the limits of a template's own where an entry sets others."""
    if not isinstance(check.sql, Filled) or not {"warn_if", "error_if"} & set(section.entries):
        return check.metrics

    def own(limit: Threshold | None) -> Threshold | None:
        return limit if limit and limit.location.path == check.location.path else None

    return tuple(
        replace(metric, warn_if=own(metric.warn_if), error_if=own(metric.error_if))
        for metric in check.metrics
    )


def ruled(check: Check, section: Section) -> Check:
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


def _required(text: Text | None) -> Text:
    if text is None:
        raise ConfigError("a check needs SQL")
    return text


def metrics_of(section: Section) -> tuple[Metric, ...]:
    """The metrics under `metrics:`, the headline first."""
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
        warn_if=threshold_of(section, "warn_if"),
        error_if=threshold_of(section, "error_if"),
        unless=excuse_limit,
        unless_metric=subject,
        excuse=section.text("excuse") or None,
        anomaly=anomaly_of(section),
    )


def _row_metrics(section: Section) -> tuple[Metric, ...]:
    warn_if, error_if = threshold_of(section, "warn_if"), threshold_of(section, "error_if")
    if warn_if is None and error_if is None and "anomaly" not in section:
        error_if = thresholds.parse("> 0", section.node.location)
    summary = "rows that should not be there"
    found = Metric(FAILURES, Unit.COUNT, summary, warn_if=warn_if, error_if=error_if)
    return (replace(found, anomaly=anomaly_of(section)),)


def inputs_of(section: Section) -> Inputs:
    """What an entry says its SQL can do without."""

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


def explanation_of(section: Section) -> Explanation:
    """The long form under `explain:`."""
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
