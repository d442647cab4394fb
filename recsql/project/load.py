"""Everything that files say about a run, read once: project, catalog, variables, target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from recsql.errors import ConfigError, did_you_mean
from recsql.model import Catalog, Check, Problem, Project, Target, Threshold, Value
from recsql.project import catalog as catalogs
from recsql.project import config as configs
from recsql.project import document, locate, profiles, uses, variables
from recsql.project.config import Config
from recsql.project.definitions import texts_of
from recsql.project.document import Node
from recsql.project.library import KeptLibrary

_ASKED_FOR = re.compile(r"""\bvar(?:_us)?\(\s*['"](\w+)['"]|\bvar:(\w+)""")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project with its catalog; without a `recsql.yml` it is recsql's own library alone."""

    project: Project
    catalog: Catalog
    profile_named: bool = False
    config: Config | None = None
    library: KeptLibrary = field(default_factory=KeptLibrary)
    """What keeps recsql's own definitions, once it is told to save them."""


def load(
    project_dir: Path,
    overrides: str | None = None,
    *,
    optional: bool = False,
    library: Path | None = None,
) -> Loaded:
    """Read a folder's project; `overrides` is the YAML of `--vars`.

    `library` is the file that keeps recsql's own definitions from run to run, if one does.

    Single mistakes are in `project.problems`. Raises `ConfigError` when the project's file is
    missing (unless `optional`) or is not YAML.
    """
    if optional and not (project_dir / "recsql.yml").is_file():
        config = None
        project = Project(project_dir.resolve(), "recsql", "recsql")
        project = replace(project, relations=configs.supplied_defaults())
    else:
        config = configs.read(configs.require_project_dir(project_dir))
        project = config.project
    kept = KeptLibrary(library)
    catalog, problems = catalogs.read(config, kept)
    found = [*(config.problems if config else ()), *problems]
    given = {} if config is None else dict(config.variables)
    given.update(_parsed(overrides))
    given = variables.flat(given, catalog.variables)
    values: dict[str, Value] = {name: known.default for name, known in catalog.variables.items()}
    values.update(variables.assign(given, catalog.variables, found))
    found += variables.unknown(given, catalog.variables, asked_for(catalog))
    lost = dict(_unknown_limits(catalog, values))
    found += lost.values()
    checks = {name: check for name, check in catalog.checks.items() if name not in lost}
    catalog = replace(catalog, checks=checks, broken={**catalog.broken, **lost})
    project = replace(project, variables=values, problems=tuple(found))
    return Loaded(project, catalog, config is not None and config.profile_named, config, kept)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The profile, target and profiles folder that somebody asked for by name, if any."""

    profile: str | None = None
    target: str | None = None
    profiles_dir: Path | None = None


def choose_target(
    loaded: Loaded, wanted: Wanted, environment: Mapping[str, str], home: Path
) -> Target:
    """The target that a run connects to; raises `ConfigError` when it cannot be found."""
    root = loaded.project.root
    files = locate.profile_files(root, wanted.profiles_dir, environment, home)
    return profiles.choose(
        profiles.read(files),
        wanted.profile or loaded.project.profile,
        wanted.target,
        named=wanted.profile is not None or loaded.profile_named,
        environment=environment,
    )


def _parsed(overrides: str | None) -> Mapping[str, Node]:
    if not overrides:
        return {}
    root = document.parse(overrides, "--vars")
    if not isinstance(root.value, dict):
        raise ConfigError("--vars must be a mapping", hint="for example --vars 'grace: 6h'")
    return root.value


def _unknown_limits(catalog: Catalog, values: Mapping[str, Value]) -> Iterator[tuple[str, Problem]]:
    """Each check whose limits speak of something that nobody measures or sets, and what it is."""
    measured = {metric.name for check in catalog.checks.values() for metric in check.metrics}
    for check in catalog.checks.values():
        for limit in _limits(check):
            name = limit.reference or ""
            known = {*values} if name.startswith("var:") else {*values, *measured}
            if name and name.removeprefix("var:") not in known:
                message = f"`{limit.text}` of check `{check.name}` names no variable and no metric"
                hint = did_you_mean(name.removeprefix("var:"), known)
                yield check.name, Problem(f"check `{check.name}`", message, limit.location, hint)
        own = {metric.name for metric in check.metrics}
        for metric in check.metrics:
            if metric.unless is not None and metric.unless_metric not in own:
                message = f"`unless` of metric `{metric.name}` names no metric of `{check.name}`"
                hint = did_you_mean(metric.unless_metric or "", own)
                place = metric.unless.location
                yield check.name, Problem(f"check `{check.name}`", message, place, hint)


def _limits(check: Check) -> Iterator[Threshold]:
    for metric in check.metrics:
        for limit in (metric.warn_if, metric.error_if, metric.unless):
            if limit is not None:
                yield limit


def asked_for(catalog: Catalog) -> Iterable[str]:
    """The variables that the catalog's own texts ask for."""
    own = [check for check in catalog.checks.values() if not check.builtin]
    texts = [text for check in own for text in (check.sql, check.rows_sql) if text is not None]
    models = [model for model in catalog.models.values() if not model.builtin]
    texts += [text for model in models for text in texts_of(model)]
    texts += [text for check in own for text in uses.templates_of(check)]
    texts += [macro.text for macro in catalog.macros.values()]
    for text in texts:
        for match in _ASKED_FOR.finditer(text.text):
            yield match[1] or match[2]
    for check in catalog.checks.values():
        for limit in _limits(check):
            if limit.reference is not None:
                yield limit.reference.removeprefix("var:")
