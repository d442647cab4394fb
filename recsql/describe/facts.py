"""All that can be said of a check without running it, as values: what `explain` and docs share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

from recsql.compile.reading import Reader, Reading
from recsql.model import Audit, Catalog, Check, Metric, Status, Threshold, Unit, Value, Variable
from recsql.project.load import Loaded
from recsql.quantities import format_quantity

STEPS: Mapping[str, str] = {
    "capture": "what the client and the server log: events, keys, requests, lists",
    "ingestion": "from the log to a table that the pipeline can read",
    "feature refresh": "from the table to the snapshot of features that answers a request",
    "index refresh": "from catalogue and events to the items that can be retrieved",
    "identity merge": "which keys share a profile",
    "serving": "from the request to the list on the screen",
    "training join": "features and labels brought together for training",
    "evaluation": "the offline score, and the experiment",
}
"""The steps of the pipeline; the next action of every built-in check begins with one or more."""

SURELY = (
    "A number is beyond a limit only with its whole 95 % interval; where the interval straddles "
    "the limit, the verdict is unknown."
)

_UNITS = {
    Unit.SECONDS: "duration", Unit.SHARE: "share", Unit.COUNT: "count", Unit.NUMBER: "number",
}  # fmt: skip
_OPERATORS = {
    ">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "=": "at",
    "!=": "other than",
}  # fmt: skip
_KINDS = {"duration": Unit.SECONDS, "share": Unit.SHARE, "number": Unit.NUMBER}


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """A metric in words; `limits` are clauses such as `fails above 5 %`."""

    name: str
    unit: str
    summary: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariableFacts:
    """A variable with the value that holds, in words."""

    name: str
    value: str
    summary: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A check in words: texts are as written, lists in the order in which they are told."""

    check: Check
    audit: Audit
    reading: Reading
    verdict: str
    metrics: tuple[MetricFacts, ...]
    says: tuple[str, ...]
    own_variables: tuple[VariableFacts, ...]
    other_variables: tuple[VariableFacts, ...]
    costs: Mapping[str, str]
    """What each missing input costs, as far as somebody has said so."""

    @property
    def judged(self) -> bool:
        """Whether the check has a limit, and so can fail or warn."""
        return any(metric.limited for metric in self.check.metrics)


class Library:
    """The checks of one catalog, described with the variables of one project."""

    def __init__(self, loaded: Loaded) -> None:
        self.catalog: Catalog = loaded.catalog
        self._values = loaded.project.variables
        self._reader = Reader(
            loaded.catalog, loaded.project.variables, loaded.project.trust.functions
        )

    def facts(self, check: Check) -> Facts:
        """What is known of a check; raises `RecsqlError` when its templates are broken."""
        reading = self._reader.read(check)
        limits = [limit for metric in check.metrics for limit in _limits(metric)]
        named = [limit.reference.removeprefix("var:") for limit in limits if limit.reference]
        own = [name for name in (*named, *reading.own_variables) if name in self.catalog.variables]
        others = [name for name in reading.variables if name not in own]
        return Facts(
            check=check,
            audit=self.catalog.audits[check.audit],
            reading=reading,
            verdict=self._verdict(check),
            metrics=tuple(self._metric(metric, check) for metric in check.metrics),
            says=tuple(_bracketed(sentence) for sentence in check.sentences),
            own_variables=self._variables(own),
            other_variables=self._variables(others),
            costs=_costs(reading),
        )

    def all_facts(self, audit: Audit) -> Iterator[Facts]:
        """The checks of an audit, headline first."""
        for name in audit.checks:
            yield self.facts(self.catalog.checks[name])

    def variables(self) -> tuple[VariableFacts, ...]:
        """Every variable, in the order in which they are declared."""
        return self._variables(list(self.catalog.variables))

    def gates(self) -> str:
        """The sentence on too little data."""
        persons, positives, width = (
            self._shown(self.catalog.variables[name])
            for name in ("min_persons", "min_positives", "max_half_width")
        )
        return (
            f"Fewer than {persons} persons, fewer than {positives} clicks, hits or purchases, or a "
            f"share known no better than ±{width} give no verdict."
        )

    def _variables(self, names: list[str]) -> tuple[VariableFacts, ...]:
        known = [self.catalog.variables[name] for name in dict.fromkeys(names)]
        return tuple(VariableFacts(v.name, self._shown(v), v.summary) for v in known)

    def _shown(self, variable: Variable) -> str:
        value = self._values.get(variable.name, variable.default)
        return _value(value, _KINDS.get(variable.kind))

    def _metric(self, metric: Metric, check: Check) -> MetricFacts:
        limits = []
        for word, limit in (("warns", metric.warn_if), ("fails", metric.error_if)):
            if limit is not None:
                sure = "warns" if check.severity is Status.WARN else word
                limits.append(f"{sure} {self._limit(limit, metric.unit, check)}")
        if metric.anomaly is not None:
            rule = metric.anomaly
            limits.append(
                f"fails beyond what its last {rule.window} days leave to chance"
                f" ({rule.sensitivity:g} standard deviations, {rule.direction})"
            )
        if metric.unless is not None:
            other = next((m for m in check.metrics if m.name == metric.unless_metric), metric)
            bound = self._limit(metric.unless, other.unit, check)
            limits.append(f"but only warns if {metric.unless_metric} is {bound} ({metric.excuse})")
        return MetricFacts(metric.name, _UNITS[metric.unit], metric.summary, tuple(limits))

    def _limit(self, limit: Threshold, unit: Unit, check: Check) -> str:
        word = _OPERATORS[limit.operator]
        if limit.reference is None:
            return f"{word} {_value(limit.number, unit)}"
        name = limit.reference.removeprefix("var:")
        value = self._values.get(name)
        if isinstance(value, int | float):
            return f"{word} {_value(value, unit)} ({name})"
        owner = self._owner(name, check)
        told = {"": " (unset)", check.name: "", name: ", as measured"}
        return f"{word} {name}" + told.get(owner, f" (measured by {owner})")

    def _owner(self, metric: str, check: Check) -> str:
        """The check that measures what a limit names; empty where none does."""
        every = [check, *self.catalog.checks.values()]
        owners = [c.name for c in every if any(own.name == metric for own in c.metrics)]
        return metric if metric in owners else next(iter(owners), "")

    def _verdict(self, check: Check) -> str:
        if not any(metric.limited for metric in check.metrics):
            return "None: no number has a limit, so it informs and never fails."
        if check.counts_rows:
            return "By the number of rows that come back; without any input it is unknown."
        return f"{SURELY} {self.gates()}"


def _limits(metric: Metric) -> Iterator[Threshold]:
    yield from (t for t in (metric.warn_if, metric.error_if, metric.unless) if t is not None)


def _value(value: Value, unit: Unit | None) -> str:
    if value is None:
        return "unset"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, int | float) and unit is not None:
        return format_quantity(float(value), unit).replace(".0 %", " %")
    return str(value)


def _costs(reading: Reading) -> Mapping[str, str]:
    costs = {name: f"{text}; a failure then only warns" for name, text in reading.degraded.items()}
    costs |= reading.notes
    missable = reading.missable.intersection
    return {name: costs[name] for name in sorted(costs) if missable(name.split(" or "))}


def _bracketed(sentence: str) -> str:
    """A sentence with the names of its numbers, in brackets, where the numbers will stand."""
    shown = {"interval": "[low to high]", "n": "[n]"}
    return " ".join(
        "".join(
            text + ("" if name is None else shown.get(spec or "", f"[{name}]"))
            for text, name, spec, _ in Formatter().parse(sentence)
        ).split()
    )
