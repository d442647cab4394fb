"""Every check and model in each dialect: it compiles, parses back, and is what was reviewed.

`.ci/write_golden.py` writes the reviewed texts anew. Another sqlglot may write another text of the
same meaning, so they are compared under the pinned one alone.
"""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
import sqlglot
from sqlglot import exp

from recsql import api
from recsql.api import Compiled
from recsql.compile.dialects import markers
from recsql.project.contract import DIALECTS

_ROOT = Path(__file__).parents[2]
_PINNED = re.findall(r"^sqlglot==(.*)$", (_ROOT / "tests/constraints.txt").read_text(), re.M)


@pytest.fixture(scope="module")
def golden() -> ModuleType:
    """The script that writes the reviewed texts."""
    spec = importlib.util.spec_from_file_location("write_golden", _ROOT / ".ci/write_golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compiled(
    golden: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Compiled]:
    """A project with all relations, in a dialect."""
    folder = golden.everything(tmp_path_factory.mktemp("everything"))
    return cache(lambda dialect: api.compile(folder, dialect=dialect))


def _named(tree: exp.Expr) -> Iterator[str]:
    return (str(node.this).lower() for node in tree.find_all(exp.Anonymous))


# what the cases execute whole needs no such test
@pytest.mark.parametrize(
    "dialect", [name for name in DIALECTS if name not in ("duckdb", "postgres")]
)
def test_every_statement_parses_back_without_a_marker(
    compiled: Callable[[str], Compiled], dialect: str
) -> None:
    found = compiled(dialect)
    assert found.problems == ()
    assert found.skipped == {}
    others = {"models", "parametrised"}
    checks = [path for path in (_ROOT / "checks").glob("*/*.yml") if path.parent.name not in others]
    assert len(found.checks) == len(checks)
    for name, sql in found.files():
        trees = sqlglot.parse(sql, read=dialect)
        assert len(trees) == 1, name
        (tree,) = trees
        assert isinstance(tree, exp.Query), name
        assert not set(_named(tree)) & set(markers()), name


@pytest.mark.skipif([version("sqlglot")] != _PINNED, reason=f"written by sqlglot {_PINNED}")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_texts_are_those_that_were_reviewed(
    compiled: Callable[[str], Compiled], golden: ModuleType, dialect: str
) -> None:
    names = (golden.base(dialect), dialect)
    canonical, texts = (dict(compiled(name).files()) for name in names)
    old = golden.path(dialect).read_text().splitlines()
    new = golden.golden(dialect, texts, canonical).splitlines()
    changed = difflib.unified_diff(old, new, dialect, f"{dialect} now", n=1, lineterm="")
    told = "\n".join([*changed][:80])
    assert not told, f"after a change that is meant, run .ci/write_golden.py\n{told}"
