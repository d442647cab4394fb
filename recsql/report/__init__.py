"""RunResult → text: one module per format, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from recsql.results import RunResult

Writer = Callable[[RunResult], str]


def _in(module: str) -> Writer:
    def write(result: RunResult) -> str:
        writer: Writer = import_module(f"{__name__}.{module}").write
        return writer(result)

    return write


WRITERS: Mapping[str, Writer] = {
    "text": _in("as_terminal"),
    "json": _in("as_json"),
    "dbt": _in("as_dbt"),
    "junit": _in("as_junit"),
    "markdown": _in("as_markdown"),
    "github": _in("as_github"),
    "html": _in("as_html"),
    "notebook": _in("as_notebook"),
}
