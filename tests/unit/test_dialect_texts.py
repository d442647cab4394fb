"""Every check and model in each dialect: it compiles, and the text parses as that dialect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from recsql import api
from recsql.compile.dialects import markers
from recsql.project.contract import DIALECTS, MAPPABLE

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with all relations."""
    folder = tmp_path_factory.mktemp("everything")
    relations = "\n".join(f"  {name}: {{from: shop.{name}}}" for name in MAPPABLE)
    (folder / "recsql.yml").write_text(f"name: shop\nas_of: 2026-03-03\nrelations:\n{relations}\n")
    return folder


def _named(tree: exp.Expr) -> Iterator[str]:
    return (str(node.this).lower() for node in tree.find_all(exp.Anonymous))


# what the cases execute whole needs no such test
@pytest.mark.parametrize(
    "dialect", [name for name in DIALECTS if name not in ("duckdb", "postgres")]
)
def test_every_statement_parses_back_without_a_marker(everything: Path, dialect: str) -> None:
    compiled = api.compile(everything, dialect=dialect)
    assert compiled.problems == ()
    assert compiled.skipped == {}
    others = {"models", "parametrised"}
    checks = [path for path in (_ROOT / "checks").glob("*/*.yml") if path.parent.name not in others]
    assert len(compiled.checks) == len(checks)
    for name, sql in compiled.files():
        trees = sqlglot.parse(sql, read=dialect)
        assert len(trees) == 1, name
        (tree,) = trees
        assert isinstance(tree, exp.Query), name
        assert not set(_named(tree)) & set(markers()), name
