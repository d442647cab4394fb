"""All checks, models and macros that a project sees: its own, its packages', recsql's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from recsql.arguments import Parametrised
from recsql.errors import ConfigError, Location, did_you_mean
from recsql.model import Audit, Catalog, Check, Macro, Problem, Text, Variable
from recsql.project import definitions, document, locate, templates, uses, variables
from recsql.project.config import Config
from recsql.project.definitions import Origin
from recsql.project.document import Node, Section, problem_of
from recsql.project.library import KeptLibrary, Library
from recsql.project.reach import Reach
from recsql.project.shelf import Shelf

_MODELS = "models"
_PARAMETRISED = "parametrised"
_FILES_OF_THEIR_OWN = {"vars.yml", "audits.yml"}


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


def read(
    config: Config | None, kept: KeptLibrary | None = None
) -> tuple[Catalog, tuple[Problem, ...]]:
    """The catalog of a project (or recsql's own, without one), and all that is wrong with it.

    Where recsql's own are `kept`, their files are not read.
    """
    builtin = _Root(locate.builtin_root(), "", builtin=True)
    own = _library(builtin, kept or KeptLibrary())
    shelf = Shelf()
    roots = [] if config is None else _roots(config, builtin)
    for root in roots:
        _read_templates(root, shelf)
    for template in own.templates.values():
        shelf.put_template(template)
    for root in roots:
        _read_root(root, shelf)
    shelf.put_behind(own)
    shelf.tell_idle_overrides()
    catalog = Catalog(
        checks=_configured(shelf, {} if config is None else config.checks),
        models=shelf.models,
        macros=shelf.macros,
        audits=_completed(own.audits, shelf.checks),
        variables=own.variables,
        broken=shelf.broken,
    )
    return catalog, tuple(shelf.problems)


def _library(builtin: _Root, kept: KeptLibrary) -> Shelf:
    """recsql's own definitions on a shelf of their own; kept only where nothing is wrong."""
    known = kept.get(builtin.path)
    if known is not None:
        return Shelf(
            dict(known.checks), dict(known.models), dict(known.macros), dict(known.templates),
            known.audits, known.variables,
        )  # fmt: skip
    shelf = Shelf()
    _read_templates(builtin, shelf)
    _read_root(builtin, shelf)
    shelf.audits = _audits(builtin, shelf.problems)
    shelf.variables = _variables(builtin, shelf.problems)
    if not shelf.problems:
        kept.put(
            builtin.path,
            Library(
                shelf.templates, shelf.macros, shelf.checks, shelf.models, shelf.audits,
                shelf.variables,
            ),
        )  # fmt: skip
    return shelf


def parametrised() -> dict[str, Parametrised]:
    """recsql's own parametrised checks."""
    shelf = Shelf()
    _read_templates(_Root(locate.builtin_root(), "", builtin=True), shelf)
    return shelf.templates


def _roots(config: Config, builtin: _Root) -> list[_Root]:
    project = _Root(config.project.root, "", False, config.project.trust.files)
    packages = [_Root(path, f"{path.name}/", builtin=False) for path in config.packages]
    own = () if project.path == builtin.path.resolve() else (project,)
    return [*own, *packages]


def _read_templates(root: _Root, shelf: Shelf) -> None:
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
        else:
            shelf.put_template(found)


def _read_macros(root: _Root, shelf: Shelf) -> None:
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
        shelf.put_macro(Macro(path.stem, Text(text, place), builtin=root.builtin), overriding)


def _overriding_macros(root: _Root, shelf: Shelf) -> set[str]:
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


def _read_root(root: _Root, shelf: Shelf) -> None:
    _read_macros(root, shelf)
    for path in sorted((root.path / "checks").rglob("*.yml")):
        folder = path.parent.relative_to(root.path / "checks").parts
        if path.name not in _FILES_OF_THEIR_OWN and folder[:1] != (_PARAMETRISED,):
            _read_guarded(path, root, shelf)
    _tell_lonely_sql(root, shelf)


def _read_guarded(path: Path, root: _Root, shelf: Shelf) -> None:
    """Read a file; if it is broken as a whole, remember its name and go on."""
    try:
        _read_file(path, root, shelf)
    except ConfigError as error:
        error.at(Location(root.name(path)))
        kind = "model" if path.parent.name == _MODELS else "check"
        shelf.set_aside(kind, path.stem, [definitions.problem(error, kind, path.stem)])


def _tell_lonely_sql(root: _Root, shelf: Shelf) -> None:
    for path in sorted((root.path / "checks").rglob("*.sql")):
        partner = path.with_name(path.name.removesuffix(".rows.sql").removesuffix(".sql") + ".yml")
        if not partner.exists():
            message = f"`{root.name(path)}` has no `{partner.name}` beside it"
            hint = "name its metrics there, or put the SQL into a check's `sql: |`"
            place = Location(root.name(path), 1)
            shelf.problems.append(Problem(f"check `{path.stem}`", message, place, hint))


def _read_file(path: Path, root: _Root, shelf: Shelf) -> None:
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
            shelf.put_model(model, definitions.overridden(node))
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
            shelf.put_check(check)


def _entries(node: Node, path: Path, shelf: Shelf) -> Iterator[tuple[Node, str]]:
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


def _configured(shelf: Shelf, settings: Mapping[str, Node]) -> dict[str, Check]:
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


def _audits(builtin: _Root, problems: list[Problem]) -> dict[str, Audit]:
    """The audits of `audits.yml`, in order."""
    path = builtin.path / "checks" / "audits.yml"
    root = document.read(path, builtin.name(path))
    listed = {}
    for name, node in (root.value if isinstance(root.value, dict) else {}).items():
        section = Section(node, f"audit `{name}`", problems, ("question", "checks", "also"))
        question, also = section.text("question"), section.text("also")
        listed[name] = Audit(name, question, section.texts("checks"), also)
    return listed


def _completed(listed: Mapping[str, Audit], checks: Mapping[str, Check]) -> dict[str, Audit]:
    """The audits with every check; those of folders that `audits.yml` does not name come last."""
    audits = dict(listed)
    for check in checks.values():
        audit = audits.setdefault(check.audit, Audit(check.audit, ""))
        if check.name not in audit.checks:
            audits[check.audit] = replace(audit, checks=(*audit.checks, check.name))
    return audits


def _variables(builtin: _Root, problems: list[Problem]) -> Mapping[str, Variable]:
    path = builtin.path / "checks" / "vars.yml"
    return variables.declared(document.read(path, builtin.name(path)), problems)
