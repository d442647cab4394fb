"""What a bug report needs, as one text without secrets: for people who cannot share a project.

Nothing of the data is in it: no row, no segment, no metric. Of the target only its type is told;
its other settings, every variable of the environment that a profile asks for or that is called
like a secret, and whatever stands in quotes in a message, are replaced wherever they appear.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from recsql import __version__
from recsql.api import Request, located
from recsql.describe.diagnosis import diagnose
from recsql.errors import RecsqlError
from recsql.model import Problem, Target
from recsql.project import locate
from recsql.warehouses.settings import leaves

_LIBRARIES = (
    "duckdb", "sqlglot", "jinja2", "typer", "pyyaml", "psycopg", "clickhouse-connect", "chdb",
    "databricks-sql-connector", "google-cloud-bigquery", "pyspark", "redshift-connector",
    "snowflake-connector-python", "trino",
)  # fmt: skip
_HIDDEN = "***"
_TELLING = re.compile(r"(?i)passw|salt|token|secret|key|credential|auth|dsn|url|uri")
_ENVIRONMENT = re.compile(r"env_var\(\s*['\"](\w+)['\"]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_USERINFO = re.compile(r"//[^/@\s]*@")
_TOLD_OF_A_TARGET = ("type", "threads")


def bundle(request: Request, given: Mapping[str, str] | None = None) -> str:
    """The text of a bug report's attachment, as JSON; a broken project has one, too."""
    lines: list[str] = []
    problems: tuple[Problem, ...] = ()
    try:
        problems = diagnose(request, lines.append, given)
    except RecsqlError as error:
        problems = (Problem("project", error.message, error.location, error.hint),)
    content = {
        "schema": "recsql.bundle/1",
        "recsql": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "libraries": dict(_versions()),
        "debug": lines,
        "problems": [_told(problem) for problem in problems],
        "last_run": _last_run(request.project_dir / "target" / "run_results.json"),
    }
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return _without(text, _secrets(request), request.project_dir)


def _versions() -> Iterable[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _told(problem: Problem) -> dict[str, object]:
    """A problem without its line of text, and without what its message quotes."""
    place = problem.location
    return {
        "subject": problem.subject,
        "message": _QUOTED.sub(f"'{_HIDDEN}'", problem.message),
        "place": None if place is None else f"{place.path}:{place.line}",
    }


def _last_run(path: Path) -> list[dict[str, object]]:
    """How each check ended, and how long it took; no number and no sentence."""
    try:
        checks = json.loads(path.read_text(encoding="utf-8"))["checks"]
        names = ("name", "status", "reason", "elapsed_s")
        return [{name: check.get(name) for name in names} for check in checks]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _secrets(request: Request) -> set[str]:
    """Every text that must not appear."""
    found = {value for name, value in os.environ.items() if _TELLING.search(name)}
    try:
        loaded, target = located(request)
    except RecsqlError:
        return found
    found |= _of_target(target) | {loaded.project.salt}
    files = locate.profile_files(loaded.project.root, request.profiles_dir, os.environ, Path.home())
    for path in files:
        names = _ENVIRONMENT.findall(path.read_text(encoding="utf-8", errors="replace"))
        found |= {os.environ[name] for name in names if name in os.environ}
    return found


def _of_target(target: Target) -> set[str]:
    shown = {str(target.settings.get(name)) for name in _TOLD_OF_A_TARGET} | {target.name}
    hidden = [value for key, value in target.settings.items() if key not in _TOLD_OF_A_TARGET]
    settings = {text for value in hidden for text in _texts(value)}
    return settings - shown - {"None", "True", "False", ":memory:"}


def _texts(setting: object) -> Iterator[str]:
    """Every value in a setting as text, also those of a text that is JSON: a key is often one."""
    for text in leaves(setting):
        yield text
        if text.startswith(("{", "[")):
            with suppress(ValueError):  # then it is no JSON
                yield from _texts(json.loads(text))


def _without(text: str, secrets: set[str], project_dir: Path) -> str:
    """The text without secrets, addresses and the names of folders around the project."""
    forms = {json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets if secret.strip()}
    for form in sorted(forms, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", _HIDDEN, text)
        if len(form) >= len("secret"):
            text = text.replace(form, _HIDDEN)
    for folder, name in ((project_dir.resolve(), "<project>"), (Path.home(), "~")):
        text = text.replace(str(folder), name)
    return _ADDRESS.sub(_HIDDEN, _USERINFO.sub(f"//{_HIDDEN}@", text))
