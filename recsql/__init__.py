"""recsql audits the pipeline around a recommender: signals, identities, offline scores, timing.

`run`, `compile` and `test` are the Python API; they are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recsql.api import compile as compile  # noqa: A004 - the contract's name
    from recsql.api import run as run
    from recsql.api import test as test

__version__ = "0.1.0"
__all__ = ["__version__", "compile", "run", "test"]


def __getattr__(name: str) -> object:
    if name in ("compile", "run", "test"):
        return getattr(import_module("recsql.api"), name)
    raise AttributeError(f"module `recsql` has no attribute `{name}`")
