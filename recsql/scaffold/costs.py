"""What a project lacks, and what each lack costs each audit: from the checks' own declarations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recsql.describe.facts import Facts, Library
from recsql.project import locate
from recsql.project.load import load


@dataclass(frozen=True, slots=True)
class Cost:
    """What an audit loses with one input: the checks that cannot be computed, and sentences."""

    audit: str
    skipped: tuple[str, ...]
    sentences: tuple[str, ...]

    def told(self) -> str:
        """The cost in one line."""
        parts = list(self.sentences)
        if self.skipped:
            parts.append("not computable: " + ", ".join(self.skipped))
        return f"{self.audit}: " + ". ".join(parts)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many checks of an audit can be computed, and what the others lack first."""

    audit: str
    computable: int
    checks: int
    lacking: tuple[str, ...]


class Costs:
    """recsql's own checks, asked what they need."""

    def __init__(self) -> None:
        library = Library(load(locate.builtin_root(), optional=True))
        self._facts: Mapping[str, tuple[Facts, ...]] = {
            audit.name: tuple(library.all_facts(audit)) for audit in library.catalog.audits.values()
        }

    def of(self, name: str) -> tuple[Cost, ...]:
        """What the lack of a `relation` or a `relation.column` costs each audit that reads it."""
        found = []
        for audit, facts in self._facts.items():
            skipped = tuple(f.check.name for f in facts if _needs(f, name))
            told = (sentence for f in facts for sentence in _sentences(f, name))
            sentences = tuple(dict.fromkeys(told))
            if skipped or sentences:
                found.append(Cost(audit, skipped, sentences))
        return tuple(found)

    def reach(self, mapped: Mapping[str, Iterable[str]]) -> tuple[Reach, ...]:
        """What can be computed with the given relations and their columns."""
        have = {name: frozenset(columns) for name, columns in mapped.items()}
        found = []
        for audit, facts in self._facts.items():
            lacking = [lack for f in facts for lack in _lacking(f, have)[:1]]
            names = tuple(dict.fromkeys(lacking))
            found.append(Reach(audit, len(facts) - len(lacking), len(facts), names))
        return tuple(found)


def _needs(facts: Facts, name: str) -> bool:
    relation, _, column = name.partition(".")
    columns = facts.reading.columns.get(relation)
    read = columns is not None and (not column or column in columns)
    return read and name not in facts.reading.missable


def _sentences(facts: Facts, name: str) -> Iterable[str]:
    for names, sentence in facts.costs.items():
        if name in names.split(" or "):
            yield sentence


def _lacking(facts: Facts, have: Mapping[str, frozenset[str]]) -> list[str]:
    """The inputs that a check cannot do without and that are not there."""
    if not have.keys() & facts.reading.columns.keys():
        return list(facts.reading.columns)
    found = []
    for relation, columns in facts.reading.columns.items():
        if relation not in have:
            found += [relation] if _needs(facts, relation) else []
            continue
        names = (f"{relation}.{column}" for column in columns if column not in have[relation])
        found += [name for name in names if _needs(facts, name)]
    return found
