"""What a project lacks, in sentences: each input that SQL can do without says what that costs."""

from __future__ import annotations

from collections.abc import Sequence

from recsql.compile.sources import Sources
from recsql.model import Inputs


def cost_of_missing(every: Sequence[Inputs], sources: Sources) -> tuple[tuple[str, ...], bool]:
    """The sentences on inputs that the project lacks, and whether they cap the verdict."""
    costs = {name: text for inputs in every for name, text in inputs.degraded_without.items()}
    lacking = [name for name in costs if _lacks(name, sources)]
    notes = {name: text for inputs in every for name, text in inputs.notes_without.items()}
    told = [f"without {name}: {costs[name]}" for name in lacking]
    told += [f"without {name}: {text}" for name, text in notes.items() if _lacks(name, sources)]
    unread = sorted(name for name in sources.broken if any(name in i.optional for i in every))
    told += [f"without {name}: it is declared, but cannot be read" for name in unread]
    return tuple(told), bool(lacking or unread)


def _lacks(name: str, sources: Sources) -> bool:
    """Whether an input is missing; of a relation that is not there, no column is missing.

    `events.category or catalogue.category` is missing when neither is there.
    """
    if " or " in name:
        return not any(sources.mapped(part) for part in name.split(" or "))
    relation, dot, _ = name.partition(".")
    return not sources.mapped(name) and (not dot or sources.mapped(relation))
