"""Templates that were rendered before: kept with the answers that they got, as SQL is.

A template is rendered anew where a variable that it asked for has another value, or a relation or
column of which it asked is mapped now and was not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recsql.arguments import Filled
from recsql.compile.kept import Kept, digest
from recsql.compile.moment import Policy, Rendered
from recsql.model import Macro, Problem, Text

if TYPE_CHECKING:
    from recsql.compile.template import Templates

_MOST = 50
"""So many renderings of one template are kept at most."""


@dataclass(slots=True)
class Renderings:
    """The rendered templates of one compilation; `code` is the digest of all that renders."""

    policy: Policy
    macros: Mapping[str, Macro]
    kept: Kept
    code: str
    _found: dict[tuple[object, ...], Rendered] = field(default_factory=dict)
    _jinja: Templates | None = None
    _frame: str = field(init=False)

    def __post_init__(self) -> None:
        moment = self.policy.moment
        macros = [(name, macro.text.text) for name, macro in self.macros.items()]
        spans = (moment.window_s, moment.history_s, moment.inside)
        self._frame = digest(self.code, macros, spans, self.policy.sample)

    def render(self, text: Text) -> Rendered:
        """The SQL of a template; raises `CompileError` at the template's own line."""
        given = repr(text.given) if isinstance(text, Filled) else ""
        key = (text.location.path, text.location.line, text.text, given)
        if key not in self._found:
            self._found[key] = self._remembered(text, digest(self._frame, text.text, given))
        return self._found[key]

    def broken_macros(self) -> tuple[Problem, ...]:
        """What is wrong with the project's macros, whether or not a check calls them."""
        own = {name: macro for name, macro in self.macros.items() if not macro.builtin}
        if not own:
            return ()
        from recsql.compile.template import broken_macros  # noqa: PLC0415 - imports Jinja

        return broken_macros(self._templates(), own)

    def _templates(self) -> Templates:
        if self._jinja is None:
            from recsql.compile.template import Templates  # noqa: PLC0415 - imports Jinja

            self._jinja = Templates(self.policy, self.macros)
        return self._jinja

    def _remembered(self, text: Text, key: str) -> Rendered:
        known = json.loads(self.kept.get(key) or "[]")
        for each in known:
            variables, asked = each["variables"], each["asked"]
            if self._answers(variables, asked) == (variables, asked):
                models, relations = tuple(each["models"]), tuple(each["relations"])
                return Rendered(
                    each["sql"], text, models, relations, tuple(variables), tuple(asked)
                )
        rendered = self._templates().render(text)
        if not rendered.natives:
            variables, asked = self._answers(rendered.variables, rendered.asked)
            made = {
                "sql": rendered.sql,
                "models": rendered.models,
                "relations": rendered.relations,
                "variables": variables,
                "asked": asked,
            }
            self.kept.put(key, json.dumps([made, *known[: _MOST - 1]]))
        return rendered

    def _answers(
        self, variables: Iterable[str], asked: Iterable[str]
    ) -> tuple[dict[str, str], dict[str, bool]]:
        """What this compilation answers a template that asks."""
        known = self.policy.variables
        return (
            {name: repr(known[name]) for name in variables if name in known},
            {name: self.policy.mapped(name) for name in asked},
        )
