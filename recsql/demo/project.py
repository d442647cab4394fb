"""The files of a normal project around the simulated shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from recsql.demo.worlds import DAY_US, DEFAULT, START_US, World, scenario
from recsql.errors import RecsqlError
from recsql.files import write_whole

_TEMPLATE = Path(__file__).with_name("template")
_SIGN = "# The simulated shop of `recsql demo`"
_FIRST = "recsql.yml"
"""The file that tells that a folder is a demo's: it is there before any other."""


def claim(folder: Path) -> None:
    """Make a folder for the demo; raises `RecsqlError` where something else lives in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # a demo that was killed while it wrote its first file leaves a part of that
        others = (path for path in folder.iterdir() if not path.name.startswith(f".{_FIRST}."))
        taken = any(others) and not _is_demo(folder)
    except OSError as cause:
        raise RecsqlError(f"cannot use `{folder}`: {cause.strerror}") from cause
    if taken:
        hint = "give an empty or a new folder: recsql demo DIR"
        raise RecsqlError(f"`{folder}` is not empty, and no demo", hint=hint)


def write(folder: Path, world: World, names: Sequence[str] = DEFAULT) -> None:
    """Write the project's files, over those of an earlier demo; each scenario is a target.

    The check of the shop's own compares two offline scores, which honest scenarios do not have.
    """
    compares = all(scenario(name).leaks for name in names)
    sources = sorted(_TEMPLATE.rglob("*.yml"), key=lambda source: (source.name != _FIRST, source))
    for source in sources:
        path = folder / source.relative_to(_TEMPLATE)
        text = source.read_text(encoding="utf-8")
        if path.parent == folder:
            text = Template(text).substitute(_values(world, names))
        elif not compares:
            path.unlink(missing_ok=True)
            continue
        try:
            write_whole(path, text)
        except OSError as cause:
            raise RecsqlError(f"cannot write `{path}`: {cause.strerror}") from cause


def _is_demo(folder: Path) -> bool:
    path = folder / "recsql.yml"
    return path.is_file() and path.read_text(encoding="utf-8").startswith(_SIGN)


def _values(world: World, names: Sequence[str]) -> dict[str, str]:
    world = scenario(names[0]).applied(world)
    closing = datetime.fromtimestamp((START_US + world.days * DAY_US) / 1_000_000, UTC)
    return {
        "target": names[0],
        "outputs": "\n".join(f"    {n}: {{type: duckdb, path: {n}.duckdb}}" for n in names),
        "persons": str(world.persons),
        "days": str(world.days),
        "seed": str(world.seed),
        "as_of": closing.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "window": str(world.judged_days),
    }
