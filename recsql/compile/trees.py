"""A rendered template as SQL of a target: read, grafted, brought into a shape and written.

What is kept from an earlier run comes past none of this, and needs no sqlglot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recsql.compile import dialects, relations
from recsql.compile.moment import Template
from recsql.compile.mutants import Mutant, Nursery
from recsql.compile.sources import Sources
from recsql.errors import CompileError
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


@dataclass(slots=True)
class Trees:
    """The syntax trees of one compilation; `origin` has the templates of models' tables."""

    sources: Sources
    origin: Callable[[str], Template | None]
    _known: dict[str, dialects.Query] = field(default_factory=dict)
    _columns: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    def written(self, template: Template, shape: str) -> str:
        """The template in the target's dialect; raises `CompileError` at its place."""
        try:
            tree = self._known.get(template.key)
            if tree is None:
                tree = self._grafted(template)
            if shape != "whole":  # the other shapes are made from copies
                self._known[template.key] = tree
            return self._generated(_SHAPES[shape](tree))
        except RecursionError:
            raise CompileError(dialects.TOO_DEEP, template.rendered.source.location) from None

    def broken(self, nursery: Nursery, mutant: Mutant, shape: str) -> str:
        """A mutant in the target's dialect."""
        return self._generated(_SHAPES[shape](nursery.statement(mutant)))

    def _grafted(self, template: Template) -> dialects.Query:
        rendered, known = template.rendered, self.sources.functions
        text = rendered.source
        parsed = dialects.parse(rendered.sql, text, template.dialect, functions=known)
        relations.with_natives(parsed, rendered.natives, self.sources)
        return relations.graft(parsed, text, template.inputs, self.sources, template.states)

    def _generated(self, tree: dialects.Query) -> str:
        return dialects.generate(tree, self.sources.dialect, self._columns_of)

    def _columns_of(self, table: str) -> tuple[str, ...] | None:
        """The columns of a model's or a fixture's table; None where they are not known."""
        if table not in self._columns:
            self._columns[table] = None
            fixtures = self.sources.fixtures.values()
            given = (one for one in fixtures if one.source and one.source.text == table)
            if (fixture := next(given, None)) is not None:
                self._columns[table] = tuple(fixture.columns)
            elif (template := self.origin(table)) is not None:
                tree = self._grafted(template)
                self._columns[table] = dialects.columns_of(tree, self._columns_of)
        return self._columns[table]
