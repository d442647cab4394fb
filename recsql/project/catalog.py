"""All checks, models and macros that a project sees: its own, its packages', recsql's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from recsql.arguments import Parametrised
from recsql.errors import ConfigError, Location, did_you_mean
from recsql.model import Audit, Catalog, Check, Macro, Model, Problem, Text, Variable
from recsql.project import definitions, document, locate, templates, uses, variables
from recsql.project.config import Config
from recsql.project.definitions import Origin
from recsql.project.document import Node, Section, problem_of
from recsql.project.reach import Reach

_MODELS = "models"
_PARAMETRISED = "parametrised"
_NAME = re.compile(r"\w[\w .:+=-]{0,127}")
"""What a check or a model may be called: its name is also a file's, and stands in SQL comments."""
_FILES_OF_THEIR_OWN = {"vars.yml", "audits.yml"}


@dataclass(slots=True)
class _Shelf:
    """What has been found so far; nearer definitions win, clashes are told.

    A check with a mistake in its YAML is broken as a whole, and hides what it stands before: a
    verdict under other rules than those its author meant would be worse than none.
    """

    checks: dict[str, Check] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    templates: dict[str, Parametrised] = field(default_factory=dict)
    broken: dict[str, Problem] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    """The kind and name of each broken definition, and of each model that another one replaces."""

    def set_aside(self, kind: str, name: str, mistakes: list[Problem]) -> None:
        """Remember a broken definition, and all that is wrong with it."""
        self.broken.setdefault(name, mistakes[0])
        self.problems += mistakes
        self.hidden.add((kind, name))


@dataclass(frozen=True, slots=True)
class _Root:
    """A folder with `checks/` and `macros/`, and how messages name files under it."""

    path: Path
    shown: str
    builtin: bool
    declared: tuple[str, ...] = ()

    def require(self, path: Path) -> None:
        """Raise `ConfigError` for a file that a link brings in from elsewhere."""
        if not self.builtin and not Reach(self.path, self.declared).holds(path):
            message = f"`{self.name(path)}` is a link to a file outside `{self.path.name}`"
            hint = "copy it, or declare its folder: `trust: {files: [...]}` in recsql.yml"
            raise ConfigError(message, Location(self.name(path)), hint)

    def name(self, path: Path) -> str:
        relative = path.relative_to(self.path).as_posix()
        return f"{self.shown}{relative}"


def read(config: Config | None) -> tuple[Catalog, tuple[Problem, ...]]:
    """The catalog of a project (or recsql's own, without one), and all that is wrong with it."""
    builtin = _Root(locate.builtin_root(), "", builtin=True)
    shelf = _Shelf()
    roots = [builtin] if config is None else _roots(config, builtin)
    for root in roots:
        _read_templates(root, shelf)
    for root in roots:
        _read_root(root, shelf)
    _tell_idle_overrides(shelf)
    catalog = Catalog(
        checks=_configured(shelf, {} if config is None else config.checks),
        models=shelf.models,
        macros=shelf.macros,
        audits=_audits(builtin, shelf),
        variables=_variables(builtin, shelf.problems),
        broken=shelf.broken,
    )
    return catalog, tuple(shelf.problems)


def parametrised() -> dict[str, Parametrised]:
    """recsql's own parametrised checks."""
    shelf = _Shelf()
    _read_templates(_Root(locate.builtin_root(), "", builtin=True), shelf)
    return shelf.templates


def _roots(config: Config, builtin: _Root) -> list[_Root]:
    project = _Root(config.project.root, "", False, config.project.trust.files)
    packages = [_Root(path, f"{path.name}/", builtin=False) for path in config.packages]
    own = () if project.path == builtin.path.resolve() else (project,)
    return [*own, *packages, builtin]


def _read_templates(root: _Root, shelf: _Shelf) -> None:
    for path in sorted((root.path / "checks" / _PARAMETRISED).glob("*.yml")):
        name, mistakes = path.stem, list[Problem]()
        try:
            root.require(path)
            node = document.read(path, root.name(path))
            sql, rows = _beside(path, ".sql", root), _beside(path, ".rows.sql", root)
            origin = Origin(name, "", sql, rows, root.builtin)
            found = templates.parametrised(node, origin, mistakes)
        except ConfigError as error:
            error.at(Location(root.name(path)))
            mistakes.append(definitions.problem(error, "parametrised check", name))
        if mistakes:
            shelf.set_aside("template", name, mistakes)
        elif ("template", name) not in shelf.hidden:
            first = shelf.templates.setdefault(name, found)
            if first is not found and first.overrides != name:
                shelf.problems.append(_clash("parametrised check", first, found))


def _read_macros(root: _Root, shelf: _Shelf) -> None:
    """The macros of a root; one with a name that is taken must say so in `macros.yml`."""
    overriding = _overriding_macros(root, shelf)
    for path in sorted((root.path / "macros").glob("*.sql")):
        try:
            root.require(path)
            text = document.read_text(path, root.name(path))
        except ConfigError as error:
            shelf.problems.append(problem_of(error, f"macro `{path.stem}`"))
            continue
        place = Location(root.name(path), 1)
        macro = Macro(path.stem, Text(text, place), builtin=root.builtin)
        first = shelf.macros.setdefault(path.stem, macro)
        if first is not macro and ("overrides", path.stem) not in shelf.hidden:
            shelf.problems.append(_macro_clash(first, macro, root))
        elif path.stem in overriding:
            shelf.hidden.add(("overrides", path.stem))


def _overriding_macros(root: _Root, shelf: _Shelf) -> set[str]:
    """The macros of which `macros/macros.yml` says that they replace one further away."""
    path = root.path / "macros" / "macros.yml"
    if root.builtin or not path.is_file():
        return set()
    try:
        root.require(path)
        node = document.read(path, root.name(path))
    except ConfigError as error:
        shelf.problems.append(problem_of(error, f"`{root.name(path)}`"))
        return set()
    section = Section(node, f"`{root.name(path)}`", shelf.problems, ("macros",))
    found = set()
    for name, entry in section.children("macros").items():
        keys = ("summary", "arguments", "overrides")
        macro = Section(entry, f"macro `{name}`", shelf.problems, keys)
        told = macro.text("overrides").removeprefix("recsql.")
        if told == name:
            found.add(name)
        elif told:
            message = f"macro `{name}` cannot override `{told}`: it has another name"
            macro.report(macro.entries["overrides"].error(message, f"call it `{told}`"))
    return found


def _macro_clash(first: Macro, second: Macro, root: _Root) -> Problem:
    one, other = first.text.location, f"`{second.text.location.path}`"
    other = f"recsql's own {other}" if root.builtin else other
    message = f"macro `{first.name}` is defined twice: in `{one.path}` and in {other}"
    name = first.name
    hint = f"rename one, or write `macros: {{{name}: {{overrides: recsql.{name}}}}}` in macros.yml"
    return Problem(f"macro `{name}`", message, one, hint)


def _read_root(root: _Root, shelf: _Shelf) -> None:
    _read_macros(root, shelf)
    for path in sorted((root.path / "checks").rglob("*.yml")):
        folder = path.parent.relative_to(root.path / "checks").parts
        if path.name not in _FILES_OF_THEIR_OWN and folder[:1] != (_PARAMETRISED,):
            _read_guarded(path, root, shelf)
    _tell_lonely_sql(root, shelf)


def _read_guarded(path: Path, root: _Root, shelf: _Shelf) -> None:
    """Read a file; if it is broken as a whole, remember its name and go on."""
    try:
        _read_file(path, root, shelf)
    except ConfigError as error:
        error.at(Location(root.name(path)))
        kind = "model" if path.parent.name == _MODELS else "check"
        shelf.set_aside(kind, path.stem, [definitions.problem(error, kind, path.stem)])


def _tell_lonely_sql(root: _Root, shelf: _Shelf) -> None:
    for path in sorted((root.path / "checks").rglob("*.sql")):
        partner = path.with_name(path.name.removesuffix(".rows.sql").removesuffix(".sql") + ".yml")
        if not partner.exists():
            message = f"`{root.name(path)}` has no `{partner.name}` beside it"
            hint = "name its metrics there, or put the SQL into a check's `sql: |`"
            place = Location(root.name(path), 1)
            shelf.problems.append(Problem(f"check `{path.stem}`", message, place, hint))


def _read_file(path: Path, root: _Root, shelf: _Shelf) -> None:
    root.require(path)
    node = document.read(path, root.name(path))
    folder = path.parent.relative_to(root.path / "checks").parts
    if folder[:1] == (_MODELS,):
        origin = Origin(path.stem, "", _beside(path, ".sql", root), None, root.builtin)
        mistakes: list[Problem] = []
        model = definitions.model(node, origin, mistakes)
        if mistakes:
            shelf.set_aside("model", model.name, mistakes)
        else:
            _put_model(model, definitions.overridden(node), shelf)
        return
    audit = folder[0] if folder else "custom"
    for entry, name in _entries(node, path, shelf):
        single = entry is node
        origin = Origin(
            name=name,
            audit=audit,
            sql=_beside(path, ".sql", root) if single else None,
            rows=_beside(path, ".rows.sql", root) if single else None,
            builtin=root.builtin,
        )
        mistakes = []
        try:
            if uses.is_use(entry):
                check = uses.check(entry, origin, shelf.templates, mistakes)
            else:
                check = definitions.check(entry, origin, mistakes)
        except ConfigError as error:
            mistakes.append(definitions.problem(error, "check", name))
        if mistakes:
            shelf.set_aside("check", name, mistakes)
        else:
            _put_check(check, shelf)


def _entries(node: Node, path: Path, shelf: _Shelf) -> Iterator[tuple[Node, str]]:
    """The checks of a file: the file itself, or each entry of its `checks:` list."""
    if not isinstance(node.value, dict) or "checks" not in node.value:
        yield node, path.stem
        return
    section = Section(node, f"`{path.name}`", shelf.problems, ("checks",))
    for entry in section.items("checks"):
        name = entry.value.get("name") if isinstance(entry.value, dict) else None
        if name is None and uses.is_use(entry):
            yield entry, uses.name_of(entry)
        elif name is None or not isinstance(name.value, str):
            section.report(entry.error("a check needs a `name:`"))
        else:
            yield entry, name.value


def _beside(path: Path, suffix: str, root: _Root) -> Text | None:
    partner = path.with_suffix(suffix)
    if not partner.is_file():
        return None
    shown = root.name(partner)
    root.require(partner)
    return Text(document.read_text(partner, shown), Location(shown, 1))


def _misnamed(kind: str, found: Check | Model, shelf: _Shelf) -> bool:
    """Whether a name could be more than a name; it is then set aside."""
    if _NAME.fullmatch(found.name) and ".." not in found.name:
        return False
    message = f"`{found.name}` is no name for a {kind}"
    hint = "letters, digits, `_` and `-`, at most 128"
    shelf.set_aside(kind, found.name, [Problem(f"{kind}", message, found.location, hint)])
    return True


def _put_check(check: Check, shelf: _Shelf) -> None:
    if _misnamed("check", check, shelf):
        return
    if ("check", check.name) in shelf.hidden:
        return
    first = shelf.checks.setdefault(check.name, check)
    if first is not check:
        shelf.hidden.add(("replaced", check.name))
    if first is not check and first.overrides != check.name:
        shelf.problems.append(_clash("check", first, check))


def _tell_idle_overrides(shelf: _Shelf) -> None:
    """A check that says it replaces another is broken where there is none to replace."""
    known = [check.name for check in shelf.checks.values() if check.builtin]
    for check in tuple(shelf.checks.values()):
        if check.overrides is not None and ("replaced", check.name) not in shelf.hidden:
            message = f"check `{check.name}` overrides nothing: recsql has no such check"
            hint = did_you_mean(check.name, known)
            problem = Problem(f"check `{check.name}`", message, check.location, hint)
            del shelf.checks[check.name]
            shelf.set_aside("check", check.name, [problem])


def _put_model(model: Model, overrides: str | None, shelf: _Shelf) -> None:
    if _misnamed("model", model, shelf):
        return
    if ("model", model.name) in shelf.hidden:
        return
    first = shelf.models.setdefault(model.name, model)
    if first is not model:
        shelf.problems.append(_clash("model", first, model))
    elif overrides == model.name:
        shelf.hidden.add(("model", model.name))


_Definition = Check | Model | Parametrised


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


def _configured(shelf: _Shelf, settings: Mapping[str, Node]) -> dict[str, Check]:
    checks = dict(shelf.checks)
    for name, node in settings.items():
        if name in checks:
            mistakes: list[Problem] = []
            check = definitions.configured(checks.pop(name), node, mistakes)
            if mistakes:
                shelf.broken[name] = mistakes[0]
                shelf.problems += mistakes
            else:
                checks[name] = check
        elif name not in shelf.broken:
            error = node.error(f"unknown check `{name}`", did_you_mean(name, checks))
            shelf.problems.append(problem_of(error, f"check `{name}`"))
    return checks


def _audits(builtin: _Root, shelf: _Shelf) -> dict[str, Audit]:
    """The audits in order; checks of folders that `audits.yml` does not name come last."""
    path = builtin.path / "checks" / "audits.yml"
    root = document.read(path, builtin.name(path))
    listed = {}
    for name, node in (root.value if isinstance(root.value, dict) else {}).items():
        section = Section(node, f"audit `{name}`", shelf.problems, ("question", "checks", "also"))
        question, also = section.text("question"), section.text("also")
        listed[name] = Audit(name, question, section.texts("checks"), also)
    for check in shelf.checks.values():
        audit = listed.setdefault(check.audit, Audit(check.audit, ""))
        if check.name not in audit.checks:
            listed[check.audit] = replace(audit, checks=(*audit.checks, check.name))
    return listed


def _variables(builtin: _Root, problems: list[Problem]) -> Mapping[str, Variable]:
    path = builtin.path / "checks" / "vars.yml"
    return variables.declared(document.read(path, builtin.name(path)), problems)
