"""Files that others find whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a text file, and its folder; the older file stays until the new one is whole.

    Raises `OSError`. A process that is killed leaves `partial_of(path)`, whose name starts with a
    dot.
    """
    partial = partial_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def partial_of(path: Path) -> Path:
    """Where this process writes a file until it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}")
