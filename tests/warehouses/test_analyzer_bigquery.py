"""Every check and model as BigQuery's text, through the analyzer of Google's own dialect.

The analyzer resolves every name, type and function; it is GoogleSQL's reference, not BigQuery, and
takes some forms that BigQuery refuses. Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recsql import api
from recsql.api import Compiled
from recsql.project.contract import MAPPABLE, RELATIONS

pytest.importorskip("zetasql", reason="zetasql is not installed: pip install -e '.[engines]'")

from google.protobuf.message import DecodeError
from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
from zetasql.core import wasm_client
from zetasql.core.exceptions import ZetaSQLError
from zetasql.types import (
    AnalyzerOptions,
    LanguageOptions,
    ProductMode,
    SimpleCatalog,
    TypeKind,
    ZetaSQLBuiltinFunctionOptions,
)

_TYPES = {
    "bigint": TypeKind.TYPE_INT64,
    "boolean": TypeKind.TYPE_BOOL,
    "double": TypeKind.TYPE_DOUBLE,
    "timestamp": TypeKind.TYPE_TIMESTAMP,
    "varchar": TypeKind.TYPE_STRING,
}


class GoogleSql:
    """The analyzer with the tables of a project, to which those of its models are added."""

    def __init__(self) -> None:
        language = LanguageOptions.maximum_features()
        language.product_mode = ProductMode.PRODUCT_EXTERNAL  # int64 and float64 alone, no float32
        self._options = AnalyzerOptions(language_options=language)
        builtin = ZetaSQLBuiltinFunctionOptions(language_options=language)
        self._catalog: SimpleCatalog = (
            CatalogBuilder("shop").with_builtin_functions(builtin).build()
        )
        for name in MAPPABLE:
            kinds = {column.name: _TYPES[column.type] for column in RELATIONS[name].values()}
            self.add(name, kinds)

    def add(self, name: str, kinds: dict[str, TypeKind]) -> None:
        table = TableBuilder(name)
        for column, kind in kinds.items():
            table.add_column(column, kind)
        known = [found for found in self._catalog.table if found.name != name]
        self._catalog.table = [*known, table.build()]

    def analyzed(self, sql: str) -> dict[str, TypeKind]:
        """The columns of one statement; none where its tree is too deep to come back.

        Raises what the analyzer finds wrong with it.
        """
        try:
            found = Analyzer(self._options, self._catalog).analyze_statement(sql)
        except DecodeError:  # the answer is a tree: it was analyzed, and nothing was wrong
            return {}
        return {one.name: one.column.type.type_kind for one in found.output_column_list}


def analysis(folder: Path) -> tuple[int, dict[str, str]]:
    """How many statements a project with all relations has, and what is wrong with which."""
    relations = "\n".join(f"  {name}: {{from: {name}}}" for name in MAPPABLE)
    (folder / "recsql.yml").write_text(f"name: shop\nas_of: 2026-03-03\nrelations:\n{relations}\n")
    google = GoogleSql()
    refused: dict[str, str] = {}
    statements = list(_statements(api.compile(folder, dialect="bigquery")))
    for name, sql, table in statements:
        try:
            kinds = google.analyzed(sql)
        except ZetaSQLError as error:
            refused[name] = str(error)
        else:
            if table is not None:
                google.add(table, kinds)
    return len(statements), refused


def _statements(compiled: Compiled) -> Iterator[tuple[str, str, str | None]]:
    """The name and text of each statement in building order, and the table that it becomes."""
    for model in compiled.models:
        for table, statement in model.start:
            yield f"{model.name}: {table}", statement.sql, table
        for step in model.steps:
            yield f"{model.name}: {step.table}", step.sql.sql, step.table
            if step.changes is not None:
                yield f"{model.name}: {step.table} changes", step.changes.sql, None
        if model.changes is not None:
            yield f"{model.name}: changes", model.changes.sql, None
        yield model.name, model.statement.sql, model.table
    for check in compiled.checks:
        yield check.check.name, check.statement.sql, None
        for kind, found in (("rows", check.rows), ("count", check.rows_count)):
            if found is not None:
                yield f"{check.check.name}: {kind}", found.sql, None


@contextmanager
def translated_once() -> Iterator[None]:
    """The analyzer is WebAssembly: half a minute of translation, once on a machine."""
    plain = wasm_client.Config

    def remembering() -> object:
        config = plain()
        config.cache = True
        return config

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wasm_client, "Config", remembering)
        yield


def test_every_model_and_check_is_sound_to_googles_analyzer(tmp_path: Path) -> None:
    with translated_once():
        statements, refused = analysis(tmp_path)
    assert refused == {}
    assert statements > 150
