"""The shop's SQL stays inside the subset that every engine shares, but for its hash."""

from __future__ import annotations

from pathlib import Path

from recsql.compile import canonical
from recsql.compile.dialects import Function, expanded, functions, parse
from recsql.demo import shop
from recsql.demo.worlds import SCENARIOS, World
from recsql.errors import Location
from recsql.model import Text


class Notebook:
    """An engine that only writes down what it is told."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.statements: dict[str, str] = {}

    def define(self, script: str) -> None:
        self.functions = functions(script)

    def table(self, schema: str, name: str, select: str) -> None:
        self.statements[select] = f"{schema}.{name}"

    def number(self, select: str) -> float:
        raise AssertionError(select)

    def enter(self, schema: str) -> None:
        pass

    def drop(self, schema: str) -> None:
        pass

    def publish(self, path: Path | None) -> None:
        pass

    def close(self) -> None:
        pass


def test_the_shop_is_written_in_the_subset_of_every_engine(tmp_path: Path) -> None:
    notebook = Notebook()
    shop.generate(tmp_path, World(exposure_share=0.1), SCENARIOS, engine=lambda _: notebook)
    made = {name.partition(".")[2] for name in notebook.statements.values()}
    folder = Path(shop.__file__).with_name("sql")
    assert made == {path.stem for path in folder.glob("*/*.sql")}
    found = []
    for sql, name in notebook.statements.items():
        tree = expanded(parse(sql, Text(sql, Location(name, 1))), notebook.functions)
        found += [f"{name}: {breach}" for breach in canonical.breaches(tree)]
    # every engine has md5; that its argument and its result are text is what the shop relies on
    assert [breach for breach in found if ": `MD5` is not in the subset" not in breach] == []
