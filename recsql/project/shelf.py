"""Definitions by name, from several folders: nearer ones win, and clashes are told."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from recsql.arguments import Parametrised
from recsql.errors import did_you_mean
from recsql.model import Audit, Check, Macro, Model, Problem, Variable

_NAME = re.compile(r"\w[\w .:+=-]{0,127}")
"""What a check or a model may be called: its name is also a file's, and stands in SQL comments."""

_Definition = Check | Model | Parametrised


@dataclass(slots=True)
class Shelf:
    """What has been found so far.

    A check with a mistake in its YAML is broken as a whole, and hides what it stands before: a
    verdict under other rules than those its author meant would be worse than none.
    """

    checks: dict[str, Check] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    templates: dict[str, Parametrised] = field(default_factory=dict)
    audits: Mapping[str, Audit] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    broken: dict[str, Problem] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    """The kind and name of each broken definition, and of each model that another one replaces."""

    def set_aside(self, kind: str, name: str, mistakes: list[Problem]) -> None:
        """Remember a broken definition, and all that is wrong with it."""
        self.broken.setdefault(name, mistakes[0])
        self.problems += mistakes
        self.hidden.add((kind, name))

    def put_template(self, found: Parametrised) -> None:
        """Put a parametrised check behind what is there."""
        if ("template", found.name) in self.hidden:
            return
        first = self.templates.setdefault(found.name, found)
        if first is not found and first.overrides != found.name:
            self.problems.append(_clash("parametrised check", first, found))

    def put_macro(self, macro: Macro, overriding: Collection[str] = ()) -> None:
        """Put a macro behind what is there; `overriding` names those that may replace others."""
        first = self.macros.setdefault(macro.name, macro)
        if first is not macro and ("overrides", macro.name) not in self.hidden:
            self.problems.append(_macro_clash(first, macro))
        elif macro.name in overriding:
            self.hidden.add(("overrides", macro.name))

    def put_check(self, check: Check) -> None:
        """Put a check behind what is there."""
        if self._misnamed("check", check) or ("check", check.name) in self.hidden:
            return
        first = self.checks.setdefault(check.name, check)
        if first is not check:
            self.hidden.add(("replaced", check.name))
        if first is not check and first.overrides != check.name:
            self.problems.append(_clash("check", first, check))

    def put_model(self, model: Model, overrides: str | None = None) -> None:
        """Put a model behind what is there; `overrides` is the name that it may replace."""
        if self._misnamed("model", model) or ("model", model.name) in self.hidden:
            return
        first = self.models.setdefault(model.name, model)
        if first is not model:
            self.problems.append(_clash("model", first, model))
        elif overrides == model.name:
            self.hidden.add(("model", model.name))

    def put_behind(self, other: Shelf) -> None:
        """Put all but the parametrised checks of another shelf behind what is there."""
        for macro in other.macros.values():
            self.put_macro(macro)
        for check in other.checks.values():
            self.put_check(check)
        for model in other.models.values():
            self.put_model(model)
        self.problems += other.problems
        self.broken = {**other.broken, **self.broken}

    def tell_idle_overrides(self) -> None:
        """A check that says it replaces another is broken where there is none to replace."""
        known = [check.name for check in self.checks.values() if check.builtin]
        for check in tuple(self.checks.values()):
            if check.overrides is not None and ("replaced", check.name) not in self.hidden:
                message = f"check `{check.name}` overrides nothing: recsql has no such check"
                hint = did_you_mean(check.name, known)
                problem = Problem(f"check `{check.name}`", message, check.location, hint)
                del self.checks[check.name]
                self.set_aside("check", check.name, [problem])

    def _misnamed(self, kind: str, found: Check | Model) -> bool:
        """Whether a name could be more than a name; it is then set aside."""
        if _NAME.fullmatch(found.name) and ".." not in found.name:
            return False
        message = f"`{found.name}` is no name for a {kind}"
        hint = "letters, digits, `_` and `-`, at most 128"
        self.set_aside(kind, found.name, [Problem(f"{kind}", message, found.location, hint)])
        return True


def _macro_clash(first: Macro, second: Macro) -> Problem:
    one, other = first.text.location, f"`{second.text.location.path}`"
    other = f"recsql's own {other}" if second.builtin else other
    message = f"macro `{first.name}` is defined twice: in `{one.path}` and in {other}"
    name = first.name
    hint = f"rename one, or write `macros: {{{name}: {{overrides: recsql.{name}}}}}` in macros.yml"
    return Problem(f"macro `{name}`", message, one, hint)


def _clash(kind: str, first: _Definition, second: _Definition) -> Problem:
    name = first.name
    other = f"recsql's own `{second.location.path}`"
    other = other if second.builtin else f"`{second.location.path}`"
    one = f"`{first.location.path}`"
    if first.location.path == second.location.path and not second.builtin:
        one, other = f"line {first.location.line} of {one}", f"line {second.location.line}"
    message = f"{kind} `{name}` is defined twice: in {one} and in {other}"
    hint = f"rename one, or write `overrides: recsql.{name}` in the nearer one"
    return Problem(f"{kind} `{name}`", message, first.location, hint)
