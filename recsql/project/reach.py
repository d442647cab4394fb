"""Which files a project may read: those of its own folder, and those that it declares."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ELSEWHERE = re.compile(r"[A-Za-z][\w+.-]*:")
"""How a name begins that is no plain path: `s3://`, `https://`, and `file:/`, too."""

_WILD = re.compile(r"[*?\[{]")


@dataclass(frozen=True, slots=True)
class Reach:
    """A folder, and what is declared besides it: folders, files, or beginnings of addresses."""

    root: Path
    declared: tuple[str, ...] = ()

    def holds(self, path: Path) -> bool:
        """Whether a file, wherever its links lead, lies in the folder or in what is declared."""
        real = path.resolve()
        return any(real.is_relative_to(folder) for folder in self._folders())

    def covers(self, name: str) -> bool:
        """Whether a file's name in SQL, with wildcards or not, leads nowhere else."""
        if _ELSEWHERE.match(name):
            return ".." not in name.split("/") and any(
                name == known or name.startswith(known.rstrip("/") + "/")
                for known in self.declared
                if _ELSEWHERE.match(known)
            )
        try:
            path = self.root / Path(name).expanduser()
            first = _WILD.search(str(path))
            if first is None:
                return self.holds(path)
            whole = str(path)[: first.start()]
            folder = Path(whole if whole.endswith("/") else Path(whole).parent)
            found = glob.iglob(str(path), recursive=True, include_hidden=True)  # noqa: PTH207 - an absolute pattern
            return self.holds(folder) and all(self.holds(Path(each)) for each in found)
        except (ValueError, RuntimeError, OSError):  # a NUL, a `~stranger`, a loop of links
            return False

    def _folders(self) -> Iterator[Path]:
        yield self.root.resolve()
        for name in self.declared:
            if not _ELSEWHERE.match(name):
                yield (self.root / Path(name).expanduser()).resolve()
