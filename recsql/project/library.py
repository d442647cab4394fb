"""recsql's own definitions, kept between runs: they are the same in every project.

They are kept under the digest of all that they were read from: the versions, and the name, time and
size of each file of `checks/`, `macros/` and of the code that reads them. Nothing has to be
invalidated.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from recsql import __version__
from recsql.arguments import Argument, Kind, Parametrised
from recsql.errors import Location
from recsql.files import write_whole
from recsql.model import (
    Anomaly,
    Audit,
    Check,
    Explanation,
    Fixpoint,
    Inputs,
    Macro,
    Metric,
    Model,
    Status,
    Step,
    Text,
    Threshold,
    Unit,
    Variable,
)

_FORMAT = "recsql.library/1"


@dataclass(frozen=True, slots=True)
class Library:
    """What recsql brings along, by name."""

    templates: Mapping[str, Parametrised]
    macros: Mapping[str, Macro]
    checks: Mapping[str, Check]
    models: Mapping[str, Model]
    audits: Mapping[str, Audit]
    variables: Mapping[str, Variable]


_NOUNS: tuple[type, ...] = (
    Anomaly, Argument, Audit, Check, Explanation, Fixpoint, Inputs, Kind, Library, Location, Macro,
    Metric, Model, Parametrised, Status, Step, Text, Threshold, Unit, Variable,
)  # fmt: skip
_MADE: Mapping[str, Callable[..., object]] = {
    "tuple": lambda *parts: parts,
    "frozenset": lambda *parts: frozenset(parts),
    **{noun.__name__: noun for noun in _NOUNS},
}
"""What the first word of a written list stands for; the other items are its arguments."""
_PARTS: Mapping[type, tuple[str, ...]] = {
    noun: tuple(field.name for field in fields(noun)) for noun in _NOUNS if is_dataclass(noun)
}


class KeptLibrary:
    """The library as a file keeps it, if there is one; without a file it is read each time."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._anew: tuple[Path, Library] | None = None

    def get(self, root: Path) -> Library | None:
        """The library, if the file's was read from what is under `root` now."""
        if self._path is None:
            return None
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            library = _made(found["library"]) if found["digest"] == _digest(root) else None
        except (OSError, ValueError, KeyError, TypeError, IndexError):  # as good as no file
            return None
        return library if isinstance(library, Library) else None

    def put(self, root: Path, library: Library) -> None:
        """Remember what was read from `root`."""
        self._anew = (root, library)

    def save(self) -> None:
        """Write what was read anew, whole or not at all; a folder that allows no file has none."""
        if self._path is None or self._anew is None:
            return
        root, library = self._anew
        text = json.dumps({"digest": _digest(root), "library": _written(library)})
        with suppress(OSError):
            write_whole(self._path, text)


def _digest(root: Path) -> str:
    states = [*_states(root / "checks"), *_states(root / "macros"), *_states(_CODE)]
    versions = (_FORMAT, __version__, yaml.__version__)
    return hashlib.sha256(repr((versions, sorted(states))).encode()).hexdigest()


_CODE = Path(__file__).parent
"""The modules that read; what they make of it changes only together with them."""


def _states(folder: Path) -> Iterator[tuple[str, int, int]]:
    for place, folders, names in os.walk(folder):
        if "__pycache__" in folders:
            folders.remove("__pycache__")
        for name in names:
            file = os.stat(f"{place}/{name}")  # noqa: PTH116 - five hundred paths take a while
            yield f"{place}/{name}", file.st_mtime_ns, file.st_size


def _written(value: object) -> object:
    """A value as JSON: what JSON has no form for is a list of its kind's name and its parts."""
    kind = type(value)
    if kind in _PARTS:
        return [kind.__name__, *(_written(getattr(value, name)) for name in _PARTS[kind])]
    if isinstance(value, StrEnum):
        return [kind.__name__, value.value]
    if isinstance(value, tuple):
        return ["tuple", *map(_written, value)]
    if isinstance(value, frozenset):
        return ["frozenset", *sorted(value)]
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    return value


def _made(written: object) -> object:
    """The value of what `_written` gave; raises `KeyError` or `TypeError` for anything else."""
    if isinstance(written, list):
        return _MADE[written[0]](*map(_made, written[1:]))
    if isinstance(written, dict):
        return {name: _made(part) for name, part in written.items()}
    return written
