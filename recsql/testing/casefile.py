"""A case file: one check, and for each case the fixtures, the policy and the expectation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.errors import ConfigError, Location, did_you_mean
from recsql.model import (
    Case,
    Catalog,
    Expectation,
    Fixture,
    Problem,
    Reason,
    Scalar,
    Status,
    Text,
    Value,
)
from recsql.project import document, variables
from recsql.project.config import parse_instant
from recsql.project.contract import RELATIONS
from recsql.project.document import Node, Section, problem_of
from recsql.project.load import asked_for
from recsql.quantities import parse_quantity

_FILE_KEYS = ("check", "as_of", "window", "history", "cases", "mutants")
_EXCUSE_KEYS = ("from", "to", "why", "times")
_CASE_KEYS = ("summary", "as_of", "window", "history", "vars", "given", "without", "expect")
_EXPECT_KEYS = (
    "status",
    "reason",
    "metrics",
    "segments",
    "rows",
    "all_rows",
    "message",
    "tolerance",
)
_FIXTURE_KEYS = ("rows", "csv", "file", "sql")
_DAY = 86400.0
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Excuse:
    """A mutant that no case can catch, for the broken statement means the same.

    `times` is how many mutants of the check have this text, all of which are meant.
    """

    check: str
    before: str
    after: str
    why: str
    times: int
    location: Location


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a case file, inside a project: where its fixture files are."""

    path: Path
    root: Path

    def file(self, node: Node) -> Path:
        """A fixture file beside the case file; raises `ConfigError` for one outside the project."""
        name = str(node.value)
        path = (self.path / name).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise node.error(f"`file: {name}` is outside the project", "copy it beside the case")
        if path.suffix not in (".csv", ".parquet"):
            raise node.error(f"`file: {name}` is neither .csv nor .parquet")
        if not path.is_file():
            raise node.error(f"no file `{name}`", "the path starts at the case file's own folder")
        return path


def discover(root: Path) -> tuple[Path, ...]:
    """The YAML files under a project's `tests/`, projects of their own left out."""
    folders = {path.parent for path in (root / "tests").rglob("recsql.yml")}
    files = sorted((root / "tests").rglob("*.yml"))
    return tuple(path for path in files if not folders.intersection((path, *path.parents)))


def read(path: Path, shown: str, catalog: Catalog, problems: list[Problem]) -> Iterator[Case]:
    """The cases of a file; mistakes are set aside, a file without `cases:` has none."""
    try:
        root = document.read(path, shown)
    except ConfigError as error:
        problems.append(problem_of(error, f"case file `{shown}`"))
        return
    if not isinstance(root.value, dict) or not {"check", "cases"} & set(root.value):
        return
    file = Section(root, f"case file `{shown}`", problems, _FILE_KEYS)
    check = file.text("check")
    if check not in catalog.checks:
        place = file.entries.get("check", root)
        hint = did_you_mean(check, catalog.checks)
        file.report(place.error(f"unknown check `{check}`", hint))
        return
    folder = Folder(path.parent, _root_of(path, shown))
    for name, node in file.children("cases").items():
        try:
            yield _case(name, node, file, check, catalog, folder=folder)
        except ConfigError as error:
            file.report(error.at(node.location))


def excuses(path: Path, shown: str, problems: list[Problem]) -> Iterator[Excuse]:
    """The mutants that a file says are equivalent, each with the reason; mistakes are set aside."""
    try:
        root = document.read(path, shown)
    except ConfigError:
        return  # told where the cases are read
    if not isinstance(root.value, dict) or "mutants" not in root.value:
        return
    file = Section(root, f"case file `{shown}`", [], _FILE_KEYS)
    for node in file.items("mutants"):
        entry = Section(node, "an entry of `mutants`", problems, _EXCUSE_KEYS)
        before, after, why = (" ".join(entry.text(key).split()) for key in _EXCUSE_KEYS[:3])
        if not (before and after and why):
            entry.report(node.error("an excused mutant needs `from:`, `to:` and `why:`"))
        else:
            times = entry.count("times", 1) or 1
            yield Excuse(file.text("check"), before, after, why, times, node.location)


def _root_of(path: Path, shown: str) -> Path:
    """The project's folder: `shown` is the path from there."""
    depth = len(Path(shown).parts)
    return path.parents[depth - 1]


def _case(  # noqa: PLR0913 - all that a case is read from
    name: str, node: Node, file: Section, check: str, catalog: Catalog, *, folder: Folder
) -> Case:
    section = Section(node, f"case `{name}`", file.problems, _CASE_KEYS)
    as_of = section.text("as_of") or file.text("as_of")
    if not as_of:
        raise node.error(f"case `{name}` has no `as_of:`", "cases do not read a clock")
    try:
        instant = parse_instant(as_of).isoformat()
    except ValueError as cause:
        raise node.error(f"`as_of: {as_of}` is not an instant") from cause
    return Case(
        name=name,
        check=check,
        location=node.location,
        given=tuple(_given(section, catalog, folder)),
        without=_without(section),
        expect=_expectation(section, catalog),
        as_of=instant,
        window_s=section.duration("window", file.duration("window", 28 * _DAY)),
        history_s=section.duration("history", file.duration("history", 56 * _DAY)),
        variables=_variables(section, catalog),
    )


def _variables(section: Section, catalog: Catalog) -> Mapping[str, Value]:
    nodes = variables.flat(section.children("vars"), catalog.variables)
    section.problems += variables.unknown(nodes, catalog.variables, asked_for(catalog))
    return variables.assign(nodes, catalog.variables, section.problems)


def _without(section: Section) -> frozenset[str]:
    """Columns as `relation.column`; raises `ConfigError` for one that no relation has."""
    names = section.texts("without")
    known = {f"{relation}.{column}" for relation in RELATIONS for column in RELATIONS[relation]}
    for name in names:
        if name not in known:
            message = f"`without` of {section.subject} names no column `{name}`"
            raise section.entries["without"].error(message, did_you_mean(name, known))
    return frozenset(names)


def _given(section: Section, catalog: Catalog, folder: Folder) -> Iterator[Fixture]:
    known = {*RELATIONS, *catalog.models}
    for name, node in section.children("given").items():
        if name not in known:
            message = f"`{name}` is neither a relation nor a model"
            raise node.error(message, did_you_mean(name, known))
        yield _fixture(name, node, section, folder)


def _fixture(name: str, node: Node, section: Section, folder: Folder) -> Fixture:
    rows: Iterable[Mapping[str, Scalar]]
    if isinstance(node.value, dict):
        entry = Section(node, f"fixture `{name}`", section.problems, _FIXTURE_KEYS)
        if "sql" in entry:
            return Fixture(name, sql=entry.sql("sql"), location=node.location)
        if "file" in entry:
            path = folder.file(entry.entries["file"])
            if path.suffix == ".parquet":
                from recsql.compile.dialects import literal  # noqa: PLC0415 - imports sqlglot

                sql = f"select * from read_parquet({literal(str(path))})"  # noqa: S608 - a literal
                text = Text(sql, node.location)
                return Fixture(name, sql=text, location=node.location, own_file=True)
            rows = _csv(document.read_text(path, entry.text("file")))
        elif "csv" in entry:
            rows = _csv(entry.text("csv"))
        else:
            rows = [_row(item) for item in entry.items("rows")]
    elif isinstance(node.value, list):
        rows = [_row(item) for item in node.value]
    elif node.value is None:
        rows = []
    else:
        message = f"fixture `{name}` must be a list of rows, `csv:`, `file:` or `sql:`"
        raise node.error(message)
    rows = tuple(rows)
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    if not columns and name not in RELATIONS:
        message = f"model `{name}` without rows has no columns"
        raise node.error(message, "give it a row that does not count, or leave its relations empty")
    unknown = [column for column in columns if column not in RELATIONS.get(name, columns)]
    if unknown:
        hint = did_you_mean(unknown[0], RELATIONS[name])
        raise node.error(f"relation `{name}` has no column `{unknown[0]}`", hint)
    return Fixture(name, rows, columns, None, node.location)


def _row(node: Node) -> Mapping[str, Scalar]:
    if not isinstance(node.value, dict):
        raise node.error("a row is a mapping from column to value")
    return {name: _cell(cell) for name, cell in node.value.items()}


def _cell(node: Node) -> Scalar:
    if isinstance(node.value, dict | list):
        raise node.error("a cell is a single value")
    return node.value


def _csv(text: str) -> list[Mapping[str, Scalar]]:
    """CSV with a header; an empty cell is NULL, numbers are numbers, `007` is text."""
    lines = csv.DictReader(io.StringIO(text.strip()), skipinitialspace=True)
    return [{(k or "").strip(): _csv_cell(v) for k, v in line.items()} for line in lines]


def _csv_cell(text: object) -> Scalar:
    if not isinstance(text, str) or not text.strip():
        return None
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return text
    return float(text) if set(text) & set(".eE") else int(text)


def _expectation(section: Section, catalog: Catalog) -> Expectation:
    node = section.entries.get("expect")
    if node is None or not node.value:
        raise section.node.error(f"{section.subject} expects nothing")
    entry = Section(node, f"`expect` of {section.subject}", section.problems, _EXPECT_KEYS)
    status = entry.text("status")
    reason = entry.text("reason")
    return Expectation(
        status=Status(entry.choice("status", list(Status), "pass")) if status else None,
        reason=Reason(entry.choice("reason", list(Reason), "inconclusive")) if reason else None,
        metrics={name: _number(value) for name, value in entry.children("metrics").items()},
        segments=tuple(_expected_row(item) for item in entry.items("segments")),
        rows=tuple(_row(item) for item in entry.items("rows")) if "rows" in entry else None,
        all_rows=entry.boolean("all_rows", False),
        message=entry.text("message") or None,
        tolerance=entry.number("tolerance", 1e-6),
    )


def _expected_row(node: Node) -> Mapping[str, Scalar]:
    return {name: _quantity(value) for name, value in _row(node).items()}


def _quantity(value: Scalar) -> Scalar:
    number = parse_quantity(value) if isinstance(value, str) else None
    return value if number is None else number


def _number(node: Node) -> float | None:
    value = _quantity(_cell(node))
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise node.error(f"`{value}` is not a number", "write 0.5, 50%, 6h or null")
