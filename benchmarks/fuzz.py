"""Fuzz an entry point with atheris: `python benchmarks/fuzz.py guard [corpus folder] [-runs=N]`.

`pip install atheris` first; it is no dependency. The corpus is kept in the folder that is named,
and begins with the tables of `tests/guard`. Anything but a `RecsqlError` is a finding; so is a
statement that the guard lets through and that does not parse as the same tree again.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import yaml

from recsql.compile import dialects
from recsql.errors import Location, RecsqlError
from recsql.model import Text
from recsql.project import document, thresholds

_PLACE = Location("fuzz", 1)
_TABLES = Path(__file__).parents[1] / "tests" / "guard"


def guard(text: str) -> None:
    """What passes the guard is one SELECT in the text that is sent, too."""
    tree = dialects.parse(text, Text(text, _PLACE))
    written = dialects.generate(tree, dialects.CANONICAL)
    dialects.parse(written, Text(written, _PLACE))


def threshold(text: str) -> None:
    """A limit, or an error at its place."""
    thresholds.parse(text, _PLACE)


def project_file(text: str) -> None:
    """YAML with places, or an error at its place."""
    document.parse(text, "fuzz.yml")


ENTRIES: dict[str, Callable[[str], None]] = {
    "guard": guard,
    "threshold": threshold,
    "yaml": project_file,
}


def attempt(entry: str, text: str) -> bool:
    """Whether an entry point takes a text; raises what it should not raise."""
    try:
        ENTRIES[entry](text)
    except RecsqlError:
        return False
    return True


def seeds(entry: str) -> list[str]:
    """What a corpus begins with."""
    if entry == "threshold":
        return ["> 5", "<= 5%", ">= 6h", "> var:grace", "= median_signal_age", "!= 0"]
    tables = [yaml.safe_load(path.read_text()) for path in sorted(_TABLES.glob("*.yml"))]
    if entry == "yaml":
        return [path.read_text()[:2000] for path in sorted(_TABLES.glob("*.yml"))]
    attacks, ordinary = tables
    return [sql for found in attacks.values() for each in found.values() for sql in each] + [
        sql for each in ordinary.values() for sql in each
    ]


def main() -> None:
    """Fuzz until something is found, or as atheris' own flags say."""
    import atheris  # type: ignore[import-not-found] # noqa: PLC0415 - no dependency

    entry, folder, *flags = [*sys.argv[1:], "fuzz-corpus"][:2] + sys.argv[3:]
    corpus = Path(folder) / entry
    corpus.mkdir(parents=True, exist_ok=True)
    for text in seeds(entry):
        (corpus / hashlib.sha256(text.encode()).hexdigest()[:16]).write_text(text)

    def one(data: bytes) -> None:
        attempt(entry, data.decode("utf-8", "replace"))

    for module in (dialects, thresholds, document):  # all of sqlglot would take minutes
        for name, found in list(vars(module).items()):
            if isinstance(found, FunctionType) and found.__module__ == module.__name__:
                setattr(module, name, atheris.instrument_func(found))
    atheris.Setup([sys.argv[0], str(corpus), *flags], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
