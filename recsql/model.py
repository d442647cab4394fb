"""Every noun of recsql as a frozen dataclass; no input or output happens here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from recsql.errors import Location

Scalar = str | int | float | bool | None
Value = Scalar | tuple[str, ...]
Setting = Scalar | Mapping[str, "Setting"] | tuple["Setting", ...]


class Status(StrEnum):
    """What a run says of a check; `info` is a check without thresholds."""

    PASS = "pass"  # noqa: S105 - a status, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"
    ERROR = "error"
    INFO = "info"


class Reason(StrEnum):
    """Why a check is `unknown` or `skip`, or `warn` where its limit would make it `fail`."""

    INCONCLUSIVE = "inconclusive"
    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_COMPARABLE = "not_comparable"
    NOT_IDENTIFIED = "not_identified"
    EMPTY_INPUT = "empty_input"
    NOT_COMPUTABLE = "not_computable"
    DISABLED = "disabled"
    UPSTREAM = "upstream"
    FIRST_WINDOW = "first_window"


class Unit(StrEnum):
    """How a number is read: durations are seconds, shares lie in 0..1."""

    SECONDS = "s"
    SHARE = "share"
    COUNT = "count"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of SQL or Jinja with the place where its first line stands."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Relation:
    """A logical table mapped to the warehouse by expressions in the warehouse's own dialect.

    `columns` is empty when the source already has the contract's column names; `rows` replaces
    it where recsql supplies the relation itself; the project vouches for `functions`.
    """

    name: str
    source: Text | None
    columns: Mapping[str, Text] = field(default_factory=dict)
    where: Text | None = None
    timezone: str | None = None
    rows: tuple[tuple[Scalar, ...], ...] | None = None
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trust:
    """What a project vouches for: functions that only read, and files outside its folder."""

    functions: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit: an operator and a number, another metric's name, or a variable's name."""

    operator: str
    number: float | None
    reference: str | None
    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A limit from the history: how far a number may lie from its last `window` daily values.

    Below `least` values there is no verdict; `direction` is both, spike or drop.
    """

    window: int = 30
    sensitivity: float = 3.0
    direction: str = "both"
    least: int = 14


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that a check reports, with its unit and limits.

    `unless` turns a failure into a warning when it provably holds; `excuse` says so in words.
    """

    name: str
    unit: Unit = Unit.NUMBER
    summary: str = ""
    warn_if: Threshold | None = None
    error_if: Threshold | None = None
    unless: Threshold | None = None
    unless_metric: str | None = None
    excuse: str | None = None
    anomaly: Anomaly | None = None

    @property
    def limited(self) -> bool:
        """Whether there is anything that the number is judged by."""
        return bool(self.warn_if or self.error_if or self.anomaly)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a piece of SQL can do without, and what that costs.

    Names are `relation` or `relation.column`; the values of the mappings are sentences.
    `requires` names what the numbers would mean nothing without, although the SQL would run.
    """

    optional: frozenset[str] = frozenset()
    degraded_without: Mapping[str, str] = field(default_factory=dict)
    notes_without: Mapping[str, str] = field(default_factory=dict)
    requires: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The long form of a check: its formula, when it misleads, and where it comes from."""

    formula: str = ""
    misleads: str = ""
    sources: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One read-only SELECT whose columns are segments and metrics, or whose rows are failures."""

    name: str
    audit: str
    summary: str
    sql: Text
    location: Location
    rows_sql: Text | None = None
    counts_rows: bool = False
    segments: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    inputs: Inputs = field(default_factory=Inputs)
    critical_segments: bool = False
    """Whether a segment's verdict counts as the total's does."""
    sequential: bool | None = None
    """Whether intervals hold at every look; None leaves it to the variable `sequential`."""
    consecutive: int | None = None
    """Windows in a row that must be beyond the limit; None leaves it to the variable."""
    severity: Status = Status.FAIL
    on_empty: str = "unknown"
    """What no data comes to: unknown, fail, warn, skip, or judge: what its limits say, bar pass."""
    tags: tuple[str, ...] = ()
    enabled: bool = True
    dialect: str | None = None
    overrides: str | None = None
    pii_clear: bool = False
    sentences: tuple[str, ...] = ()
    """What the check says; the first of which every number was measured."""
    rows_sentence: str = ""
    next: str = ""
    explanation: Explanation = field(default_factory=Explanation)
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a fixpoint round; repeated until `changes` counts zero, if it is given."""

    table: str
    sql: Text
    changes: Text | None = None


@dataclass(frozen=True, slots=True)
class Fixpoint:
    """Working tables, the round that replaces them, and the count that ends the rounds."""

    start: Mapping[str, Text]
    steps: tuple[Step, ...]
    changes: Text
    result: Text
    max_rounds: int


@dataclass(frozen=True, slots=True)
class Model:
    """A shared intermediate relation, built once per run."""

    name: str
    summary: str
    sql: Text | None
    location: Location
    fixpoint: Fixpoint | None = None
    materialize: str = "temp"
    inputs: Inputs = field(default_factory=Inputs)
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """A Jinja macro, bound by its file's name."""

    name: str
    text: Text
    summary: str = ""
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """A question and the checks that answer it, headline first.

    `also` follows the headline's sentence where the run measured what it quotes, `{check.metric}`.
    """

    name: str
    question: str
    checks: tuple[str, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy value: its kind, default and meaning; `choices` are the only values, if any."""

    name: str
    kind: str
    default: Value
    summary: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken thing that was set aside so that the rest could go on."""

    subject: str
    message: str
    location: Location | None = None
    hint: str | None = None
    exit_code: int = 2


@dataclass(frozen=True, slots=True)
class Catalog:
    """All checks, models and macros that a project can see, by name."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    audits: Mapping[str, Audit] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    broken: Mapping[str, Problem] = field(default_factory=dict)
    """Checks, models and macros that could not be read, by name."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the SQL runs: a warehouse type and its settings, as in dbt's profiles."""

    name: str
    type: str
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Project:
    """A `recsql.yml` after reading: what is mapped, over which time, with which policy."""

    root: Path
    name: str
    profile: str
    as_of: str = "now"
    window_s: float = 28 * 86400.0
    history_s: float = 56 * 86400.0
    relations: Mapping[str, Relation] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    trust: Trust = field(default_factory=Trust)
    problems: tuple[Problem, ...] = ()
    results_to: tuple[str, ...] = ()
    """The table that keeps results, with its schema; empty where none does."""
    salt: str = ""
    """What identifiers are hashed with; the name, where it is empty."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in the target's dialect, with the compiled text that a person can read."""

    sql: str
    source: Text


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A fixpoint step after compiling."""

    table: str
    sql: Statement
    changes: Statement | None


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model ready to be built: one statement, or a fixpoint of several."""

    name: str
    table: str
    statement: Statement
    start: tuple[tuple[str, Statement], ...] = ()
    steps: tuple[CompiledStep, ...] = ()
    changes: Statement | None = None
    max_rounds: int = 0
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A check in the target's dialect, and the models it needs, in building order."""

    check: Check
    statement: Statement
    models: tuple[str, ...]
    rows: Statement | None = None
    rows_count: Statement | None = None
    first_rows: tuple[Statement, ...] = ()
    notes: tuple[str, ...] = ()
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Fixture:
    """Rows for a relation or a mocked model: dictionaries, or DuckDB's SELECT, of `own_file`."""

    name: str
    rows: tuple[Mapping[str, Scalar], ...] = ()
    columns: tuple[str, ...] = ()
    sql: Text | None = None
    location: Location | None = None
    own_file: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case must see; parts that are not given are not compared."""

    status: Status | None = None
    reason: Reason | None = None
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    segments: tuple[Mapping[str, Scalar], ...] = ()
    rows: tuple[Mapping[str, Scalar], ...] | None = None
    all_rows: bool = False
    """Whether there may be no row but those that are expected."""
    message: str | None = None
    tolerance: float = 1e-6


@dataclass(frozen=True, slots=True)
class Case:
    """A unit test of a check: fixtures in, expectation out."""

    name: str
    check: str
    location: Location
    given: tuple[Fixture, ...]
    expect: Expectation
    as_of: str
    window_s: float
    history_s: float
    variables: Mapping[str, Value] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    """Columns (`relation.column`) that the project of this case does not map."""
