"""Write tests/golden/sql anew: the compiled text of every built-in statement, in each dialect.

DuckDB's text stands whole in one file. Each other dialect is a list of what it writes otherwise,
each change once with the number of its places: nine whole texts would be six megabytes, in which
nobody finds what a dialect changes. A text that is new or gone shows as a change or as a number.
"""

from __future__ import annotations

import difflib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the imports below are of this checkout: hence E402

from recsql import api  # noqa: E402
from recsql.project.contract import DIALECTS, MAPPABLE  # noqa: E402

FOLDER = ROOT / "tests" / "golden" / "sql"


def main() -> None:
    """Write the file of each dialect."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = everything(Path(name))
        texts = {dialect: texts_of(folder, dialect) for dialect in DIALECTS}
    for dialect, found in texts.items():
        path(dialect).write_text(golden(dialect, found, texts[base(dialect)]))


def path(dialect: str) -> Path:
    """The file of a dialect."""
    return FOLDER / f"{dialect}.{'sql' if dialect == DIALECTS[0] else 'diff'}"


def base(dialect: str) -> str:
    """The dialect from which a dialect's differences are told."""
    return "spark" if dialect == "databricks" else DIALECTS[0]


def everything(folder: Path) -> Path:
    """A project with all relations, each mapped to a table of its own name."""
    relations = "\n".join(f"  {name}: {{from: shop.{name}}}" for name in MAPPABLE)
    (folder / "recsql.yml").write_text(f"name: shop\nas_of: 2026-03-03\nrelations:\n{relations}\n")
    return folder


def texts_of(folder: Path, dialect: str) -> dict[str, str]:
    """The text of each statement by its file name."""
    return dict(api.compile(folder, dialect=dialect).files())


def golden(dialect: str, texts: Mapping[str, str], canonical: Mapping[str, str]) -> str:
    """What a dialect's file holds; indents tell nothing, and take a third of the place."""
    names = sorted(texts)
    if dialect == DIALECTS[0]:
        return "".join(f"-- {name}\n{chr(10).join(_lines(texts[name]))};\n" for name in names)
    found = Counter(change for name in names for change in _changes(canonical[name], texts[name]))
    return "".join(f"~ {times}\n{change}" for change, times in sorted(found.items()))


def _changes(old: str, new: str) -> Iterator[str]:
    """The runs of lines that differ."""
    ours, theirs = _lines(old), _lines(new)
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            lines = [*(f"- {line}" for line in ours[a:b]), *(f"+ {line}" for line in theirs[c:d])]
            yield "".join(f"{line}\n" for line in lines)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


if __name__ == "__main__":
    main()
