"""Everything that files say about a run, read once: project, catalog, variables, target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from recsql.errors import ConfigError
from recsql.model import Catalog, Project, Target, Value
from recsql.project import catalog as catalogs
from recsql.project import config as configs
from recsql.project import document, locate, profiles, variables
from recsql.project.config import Config
from recsql.project.document import Node

_ASKED_FOR = re.compile(r"""\bvar(?:_us)?\(\s*['"](\w+)['"]|\bvar:(\w+)""")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A project with its catalog; without a `recsql.yml` it is recsql's own library alone."""

    project: Project
    catalog: Catalog
    profile_named: bool = False
    config: Config | None = None


def load(project_dir: Path, overrides: str | None = None, *, optional: bool = False) -> Loaded:
    """Read a folder's project; `overrides` is the YAML of `--vars`.

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
    catalog, problems = catalogs.read(config)
    found = [*(config.problems if config else ()), *problems]
    given = {} if config is None else dict(config.variables)
    given.update(_parsed(overrides))
    values: dict[str, Value] = {name: known.default for name, known in catalog.variables.items()}
    values.update(variables.assign(given, catalog.variables, found))
    found += variables.unknown(given, catalog.variables, _asked_for(catalog))
    project = replace(project, variables=values, problems=tuple(found))
    return Loaded(project, catalog, config is not None and config.profile_named, config)


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


def _asked_for(catalog: Catalog) -> Iterable[str]:
    """The variables that the catalog's own texts ask for."""
    texts = [check.sql for check in catalog.checks.values() if not check.builtin]
    texts += [model.sql for model in catalog.models.values() if model.sql and not model.builtin]
    texts += [macro.text for macro in catalog.macros.values()]
    for text in texts:
        for match in _ASKED_FOR.finditer(text.text):
            yield match[1] or match[2]
    for check in catalog.checks.values():
        for metric in check.metrics:
            for limit in (metric.warn_if, metric.error_if):
                if limit is not None and limit.reference is not None:
                    yield limit.reference.removeprefix("var:")
