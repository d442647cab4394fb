"""Where things stand: recsql's own checks and macros, the project, the profiles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from recsql.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent


def builtin_root() -> Path:
    """The folder that holds `checks/`, `macros/` and `profiles/`: in the wheel, or the checkout."""
    shipped = _PACKAGE / "_builtin"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def project_file(project_dir: Path) -> Path:
    """The project's `recsql.yml`; raises `ConfigError` when there is none."""
    path = project_dir / "recsql.yml"
    if path.is_file():
        return path
    hint = "give its folder with --project-dir, or write one with `relations:` in it"
    raise ConfigError(f"no recsql.yml in `{project_dir}`", hint=hint)


def profile_files(
    project_dir: Path, profiles_dir: Path | None, environment: Mapping[str, str], home: Path
) -> tuple[Path, ...]:
    """The profile files that exist, nearest first; a folder named by hand is the only one."""
    named = profiles_dir or _named(environment)
    folders = (named,) if named else (project_dir, home / ".dbt")
    files: list[Path] = []
    for folder in folders:
        files += [folder / "profiles.yml", *sorted((folder / "profiles").glob("*.yml"))]
    return tuple(path for path in files if path.is_file())


def _named(environment: Mapping[str, str]) -> Path | None:
    for name in ("RECSQL_PROFILES_DIR", "DBT_PROFILES_DIR"):
        if environment.get(name):
            return Path(environment[name])
    return None
