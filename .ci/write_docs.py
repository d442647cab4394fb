"""Write docs/checks/ anew from the files under checks/: `python .ci/write_docs.py`."""

from __future__ import annotations

from pathlib import Path

from recsql.describe.pages import pages

FOLDER = Path(__file__).parents[1] / "docs" / "checks"


def main() -> None:
    """Every page that there should be, and no other."""
    FOLDER.mkdir(exist_ok=True)
    written = pages()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for path in FOLDER.glob("*.md"):
        if path.name not in written:
            path.unlink()


if __name__ == "__main__":
    main()
