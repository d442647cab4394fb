"""A rendered template as SQL of a target: read, grafted, brought into a shape and written.

What is kept from an earlier run comes past none of this, and needs no sqlglot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recsql.compile import dialects, relations
from recsql.compile.moment import Rendered
from recsql.compile.mutants import Mutant, Nursery
from recsql.compile.sources import Sources
from recsql.model import Inputs
from recsql.project.limits import FAILURES

SAMPLE_ROWS = 20
"""How many of the worst rows are kept."""

_SHAPES: Mapping[str, Callable[[dialects.Query], dialects.Query]] = {
    "whole": lambda tree: tree,
    "sample": lambda tree: dialects.limited(tree, SAMPLE_ROWS),
    "failures": lambda tree: dialects.counted(tree, FAILURES),
    "rows": lambda tree: dialects.counted(tree, "rows_count"),
    "inputs": lambda tree: dialects.counted(dialects.limited(tree, 1), "inputs"),
}
"""What is asked of a SELECT: its result, its first rows, or how many rows it has."""


@dataclass(frozen=True, slots=True)
class Template:
    """A rendered template with all that its SQL depends on; `key` is the digest of it."""

    key: str
    rendered: Rendered
    dialect: str
    inputs: Inputs
    states: Mapping[str, str]


@dataclass(slots=True)
class Trees:
    """The syntax trees of one compilation."""

    sources: Sources
    _known: dict[str, dialects.Query] = field(default_factory=dict)

    def written(self, template: Template, shape: str) -> str:
        """The template in the target's dialect; raises `CompileError` at its place."""
        tree = self._known.get(template.key)
        if tree is None:
            rendered = template.rendered
            text, known = rendered.source, self.sources.functions
            parsed = dialects.parse(rendered.sql, text, template.dialect, functions=known)
            relations.with_natives(parsed, rendered.natives, self.sources)
            tree = relations.graft(parsed, text, template.inputs, self.sources, template.states)
        if shape != "whole":  # the other shapes are made from copies
            self._known[template.key] = tree
        return dialects.generate(_SHAPES[shape](tree), self.sources.dialect)

    def broken(self, nursery: Nursery, mutant: Mutant, shape: str) -> str:
        """A mutant in the target's dialect."""
        return dialects.generate(_SHAPES[shape](nursery.statement(mutant)), self.sources.dialect)
