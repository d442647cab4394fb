"""Write every built-in check and model as plain SQL, for sqlfluff: Jinja rendered, not grafted."""

from __future__ import annotations

import sys
from pathlib import Path

from recsql.compile.library import rendered_library


def main(folder: Path) -> None:
    """One file per statement under `folder`."""
    for name, rendered in rendered_library():
        path = folder / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered.sql.strip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
