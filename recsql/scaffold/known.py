"""The tables of names beside this file, as values: what others call the contract's columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from recsql.project import document
from recsql.project.contract import MAPPABLE
from recsql.project.document import Node, Section

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """A contract column: what it is, names that are surely it, and names that likely are."""

    what: str
    names: tuple[str, ...]
    maybe: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownRelation:
    """A relation: what a row is, what tables of such rows are called, and its columns."""

    what: str
    tables: tuple[str, ...]
    columns: Mapping[str, KnownColumn]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to write a column; `forms` is by dialect, an empty one stands for all."""

    forms: Mapping[str, str]
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One SELECT of a layout's relation; an empty `table` is the anchor."""

    table: str
    source: Alternative | None
    where: str
    columns: Mapping[str, tuple[Alternative, ...]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A source whose tables are known, and how its relations are made from them."""

    title: str
    table: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    relations: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that matching goes by; `words` is event type → how it is called here."""

    relations: Mapping[str, KnownRelation]
    layouts: tuple[Layout, ...]
    words: Mapping[str, str]


def squeezed(name: str) -> str:
    """A name without case and punctuation, in which `userId` and `USER_ID` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read() -> Known:
    """The names, layouts and words that recsql knows."""
    words = _entries("words.yml")
    return Known(
        relations={name: _relation(node) for name, node in _entries("names.yml").items()},
        layouts=tuple(_layout(node) for node in _entries("layouts.yml").values()),
        words={squeezed(str(item)): word for word, node in words.items() for item in _plain(node)},
    )


def _entries(name: str) -> Mapping[str, Node]:
    root = document.read(_HERE / name, name)
    return Section(root, name, [], ()).entries


def _plain(node: Node) -> list[object]:
    value = node.plain()
    return value if isinstance(value, list) else [value]


def _section(node: Node) -> Section:
    return Section(node, "known", [], ())


def _relation(node: Node) -> KnownRelation:
    section = _section(node)
    columns = {name: _section(child) for name, child in section.children("columns").items()}
    return KnownRelation(
        section.text("what"),
        section.texts("tables"),
        {
            name: KnownColumn(column.text("what"), column.texts("names"), column.texts("maybe"))
            for name, column in columns.items()
        },
    )


def _layout(node: Node) -> Layout:
    section = _section(node)
    anchor = _section(section.entries["anchor"])
    return Layout(
        section.text("title"),
        anchor.text("table"),
        anchor.texts("columns"),
        section.texts("notes"),
        {
            name: tuple(_part(item) for item in section_items(child))
            for name, child in section.children("relations").items()
        },
    )


def section_items(node: Node) -> Iterator[Node]:
    """The entries of a list."""
    yield from node.value if isinstance(node.value, list) else []


def _part(node: Node) -> Part:
    section = _section(node)
    source = section.entries.get("from")
    columns = section.children("columns").items()
    return Part(
        table=section.text("table"),
        source=None if source is None else _alternative(source),
        where=section.text("where"),
        columns={
            name: tuple(_alternative(item) for item in section_items(child))
            for name, child in columns
        },
    )


def _alternative(node: Node) -> Alternative:
    if not isinstance(node.value, dict):
        return Alternative({"": str(node.value)})
    forms = {name: str(child.value) for name, child in node.value.items()}
    if "guess" in forms:
        return Alternative({"": forms["guess"]}, guess=True)
    return Alternative(forms)


def in_contract_order(known: Known) -> Iterator[tuple[str, KnownRelation]]:
    """The relations as the contract lists them."""
    for name in MAPPABLE:
        yield name, known.relations[name]
