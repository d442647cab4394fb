"""How many calls it takes to compile the library, beside those that are committed.

    python benchmarks/compile_counts.py            # exit code 1 if there are 20 % more than before
    python benchmarks/compile_counts.py --write    # commit what comes out, with the reason

Calls that the code of recsql and of the libraries under it makes for each check and model, of
Python functions and of built-in ones, as cProfile counts them: the same on every machine, and to
0.01 % with every hash seed. How long one built-in call takes is not seen. For an interpreter or
versions of the libraries that `compile_counts.json` does not know there is nothing to compare, and
nothing fails.

read: the files of the library. compile: each statement of it for DuckDB, with all relations mapped.
kept: both once more, where a file keeps the library and another one every statement.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from cProfile import Profile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import CodeType

import jinja2
import sqlglot
import yaml

import recsql
from recsql.api import Compiled, compile_selection
from recsql.compile.kept import Kept
from recsql.project.contract import RELATIONS
from recsql.project.load import Loaded, load
from recsql.project.select import Selection
from recsql.runner import Options, Prepared, prepare_offline

HERE = Path(__file__).parent
KNOWN = HERE / "compile_counts.json"
ALLOWED = 1.2
PHASES = ("read", "compile", "kept")
PACKAGES = {
    module.__name__: Path(str(module.__file__)).parent for module in (recsql, sqlglot, jinja2, yaml)
}
_LIBRARIES = ("sqlglot", "jinja2", "pyyaml")
_SUPPLIED = ("identifiers", "blocked_values")
"""The relations that recsql makes of a project's own words."""

Counts = dict[str, float]
"""Calls for each check and model, by package; `all` is their sum."""


def main() -> int:
    """Count, compare, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="renew compile_counts.json")
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=PHASES)
    given = parser.parse_args()
    known: dict[str, dict[str, Counts]] = json.loads(KNOWN.read_text(encoding="utf-8"))
    found = counted(given.phases)
    before = known.get(versions(), {})
    for phase, package, calls, earlier in compared(found, before):
        change = (
            "" if earlier is None else f"{earlier:10,.0f} {100 * (calls / earlier - 1):+7.1f} %"
        )
        print(f"{phase:8} {package:8} {calls:10,.0f} {change}")
    if given.write:
        known[versions()] = {**before, **found}
        KNOWN.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    if not before:
        print(f"no counts are known for {versions()}: nothing is compared")
        return 0
    more = [
        f"{phase} {package}: {calls:,.0f} calls for each definition, {earlier:,.0f} before"
        for phase, package, calls, earlier in compared(found, before)
        if earlier is not None and calls > ALLOWED * earlier
    ]
    if more:
        print(f"more than {ALLOWED - 1:.0%} above what is committed:", *more, sep="\n  ")
        print("if that is meant: python benchmarks/compile_counts.py --write, and say why")
    return 1 if more else 0


def versions() -> str:
    """What the counts depend on beside recsql's own code."""
    names = [f"{name} {version(name)}" for name in _LIBRARIES]
    compiled = not str(sqlglot.parser.__file__).endswith(".py")
    minor = ".".join(platform.python_version_tuple()[:2])
    return ", ".join([f"python {minor}", *names, *["compiled"][:compiled]])


def compared(
    found: Mapping[str, Counts], known: Mapping[str, Counts]
) -> Iterator[tuple[str, str, float, float | None]]:
    """Phase, package, its calls, and its calls before, if any are known."""
    for phase, counts in found.items():
        for package, calls in counts.items():
            yield phase, package, calls, known.get(phase, {}).get(package)


def counted(phases: tuple[str, ...] = PHASES) -> dict[str, Counts]:
    """The counts of each phase."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        mapped = (f"  {name}: {{from: {name}}}\n" for name in RELATIONS if name not in _SUPPLIED)
        config = "name: whole\nas_of: 2026-03-03\nrelations:\n" + "".join(mapped)
        (root / "recsql.yml").write_text(config, encoding="utf-8")
        plan, library = root / "plan.json", root / "library.json"
        loaded = load(root, library=library)
        compiled(prepared(loaded, Kept()), "signal_age")  # imports what the others need
        definitions = len(loaded.catalog.checks) + len(loaded.catalog.models)
        found = {}
        if "read" in phases:
            found["read"] = calls_of(lambda: load(root))
        if "compile" in phases or "kept" in phases:
            kept = Kept(plan)
            new = prepared(loaded, kept)
            found["compile"] = calls_of(lambda: compiled(new))
            kept.save()
            loaded.library.save()
        if "kept" in phases:
            found["kept"] = calls_of(
                lambda: compiled(prepared(load(root, library=library), Kept(plan)))
            )
    return {
        phase: {package: _rounded(calls / definitions) for package, calls in counts.items()}
        for phase, counts in found.items()
        if phase in phases
    }


def prepared(loaded: Loaded, kept: Kept) -> Prepared:
    """The library, ready to be compiled for DuckDB."""
    options = Options(datetime(2026, 3, 3, tzinfo=UTC), "counted", kept=kept)
    return prepare_offline(loaded.project, loaded.catalog, "duckdb", options)


def compiled(ready: Prepared, *words: str) -> Compiled:
    """The statements of all checks, or of those that are named."""
    names = words or tuple(ready.compiler.catalog.checks)
    found = compile_selection(ready, Selection(names, ()))
    if found.problems or found.skipped:
        sys.exit(f"not compiled: {[*found.problems, *found.skipped.items()][:3]}")
    return found


def calls_of(work: Callable[[], object]) -> Counter[str]:
    """How many calls a piece of work makes, by the package whose code makes them."""
    profile = Profile()
    profile.runcall(work)
    calls: Counter[str] = Counter()
    for entry in profile.getstats():
        package = _package(entry.code)
        if package is not None:
            calls[package] += sum(made.callcount for made in entry.calls or ())
    calls["all"] = calls.total()
    return calls


def _package(code: CodeType | str) -> str | None:
    """Whose code it is; none of a built-in function and of the standard library.

    What that one calls depends on the machine: on how deep a path is, for example.
    """
    file = Path("" if isinstance(code, str) else code.co_filename)
    return next((name for name, root in PACKAGES.items() if file.is_relative_to(root)), None)


def _rounded(calls: float) -> float:
    return float(f"{calls:.4g}")


if __name__ == "__main__":
    sys.exit(main())
