"""What an entry says of a number's limits: thresholds, by metric or for all, and the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from recsql.errors import ConfigError
from recsql.model import Anomaly, Metric, Threshold, Unit
from recsql.project import thresholds
from recsql.project.document import Node, Section

_ANOMALY_KEYS = ("window", "sensitivity", "direction", "min_values")
_FEWEST = 7

FAILURES = "failures"
"""The number of rows that should not be there."""


def threshold_of(section: Section, key: str) -> Threshold | None:
    """The limit under a key, if there is one that can be read."""
    text = section.text(key)
    if not text:
        return None
    try:
        return thresholds.parse(text, section.entries[key].location)
    except ConfigError as error:
        section.report(error)
        return None


def with_limits(section: Section, metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The metrics with the limits that an entry sets; the others keep theirs."""
    warn_if, error_if = (limits_of(section, key, metrics) for key in ("warn_if", "error_if"))
    return tuple(
        replace(
            metric,
            warn_if=warn_if.get(metric.name, metric.warn_if),
            error_if=error_if.get(metric.name, metric.error_if),
        )
        for metric in metrics
    )


def limits_of(section: Section, key: str, metrics: Sequence[Metric]) -> Mapping[str, Threshold]:
    """Limits by metric; a single text is the limit of the metric that it can be meant for."""
    node = section.entries.get(key)
    if node is None:
        return {}
    entries = node.value
    if not isinstance(entries, dict):
        limit = threshold_of(section, key)
        return {} if limit is None else {_meant(limit, metrics).name: limit}
    known = tuple(metric.name for metric in metrics)
    subject = f"`{key}` of {section.subject}"
    settings = Section(Node(entries, node.location), subject, section.problems, known)
    found = ((name, threshold_of(settings, name)) for name in known)
    return {name: threshold for name, threshold in found if threshold is not None}


def _meant(limit: Threshold, metrics: Sequence[Metric]) -> Metric:
    """The first metric; where there are failures and their share, the one that is so large."""
    counts = [metric for metric in metrics if metric.name == FAILURES]
    shares = [metric for metric in metrics if metric.unit is Unit.SHARE]
    if not counts or not shares:
        return metrics[0]
    part = limit.number is not None and ("%" in limit.text or 0 < limit.number < 1)
    return shares[0] if part else counts[0]


def anomaly_of(section: Section) -> Anomaly | None:
    """The limit that `anomaly:` of an entry takes from the history."""
    node = section.entries.get("anomaly")
    if node is None:
        return None
    rule = Section(node, f"`anomaly` of {section.subject}", section.problems, _ANOMALY_KEYS)
    usual = Anomaly()
    window = rule.count("window", usual.window) or usual.window
    sensitivity = rule.number("sensitivity", usual.sensitivity)
    if sensitivity <= 0:
        error = rule.entries["sensitivity"].error(f"`sensitivity: {sensitivity:g}` is not above 0")
        rule.report(error)
    least = rule.count("min_values", min(usual.least, window)) or usual.least
    if least > window or least < _FEWEST:
        message = f"`min_values: {least}` is not between {_FEWEST} and the window, {window}"
        place = rule.entries.get("min_values", rule.entries.get("window", node))
        rule.report(place.error(message, "give a longer `window:`, a number of days"))
    direction = rule.choice("direction", ("both", "spike", "drop"), usual.direction)
    return Anomaly(window, sensitivity, direction, least)
