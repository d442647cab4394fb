"""A misspelt key, metric, relation, macro, column, selector or flag gets "did you mean"."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql.cli.app import main

Write = Callable[[Mapping[str, str]], Path]

HEALTHY = "sql: select 1.0 as measured\nmetrics: {measured: {error_if: '> 5'}}\n"
RUN = "run -s own"


def own(sql: str, metric: str = "measured", rest: str = "") -> dict[str, str]:
    """A check of one metric."""
    return {"checks/own.yml": f"sql: {sql}\nmetrics: {{{metric}: {{error_if: '> 5'}}}}\n{rest}"}


@pytest.mark.parametrize(
    ("files", "words", "meant"),
    [
        (own("select 1.0 as measured", rest="severty: warn\n"), RUN, "severity"),
        (own("select 1.0 as measured", "mesured"), RUN, "measured"),
        (own("select 1.0 as measured", "measured: {warn_if: '> drift_windw'}, m"), RUN,
         "drift_window"),
        ({"tests/own.yml": "check: own\nas_of: 2026-03-03\ncases:\n"
                           "  a: {expect: {metrics: {mesured: 1}}}\n"}, "test", "measured"),
        (own("select 1.0 as measured from {{ relation('evnts') }}"), RUN, "events"),
        (own("select 1.0 as measured from {{ ref('rquests') }}"), RUN, "requests"),
        (own("select {{ lag_weigth('1') }} as measured"), RUN, "lag_weight"),
        (own("select count(e.kye) as measured from {{ relation('events') }} as e"), RUN, "key"),
        (own("select count(e.evnt_us) as measured from {{ ref('events') }} as e"), RUN,
         "event_us"),
        ({}, "run -s onw", "own"),
        ({}, "run -s audit:signal_freshnes", "signal_freshness"),
        ({}, "run --selct own", "--select"),
        ({}, "test --mutat", "--mutate"),
        ({}, "tets", "test"),
    ],
    ids=[
        "key", "metric", "metric in a limit", "metric in a case", "relation", "model", "macro",
        "column", "column of a model", "selector", "selected audit", "flag", "flag of test",
        "command",
    ],
)  # fmt: skip
def test_what_was_meant_is_told(  # noqa: PLR0917 - what pytest gives
    write: Write,
    files: dict[str, str],
    words: str,
    meant: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(write({"checks/own.yml": HEALTHY, **files}))
    monkeypatch.setattr(sys, "argv", ["recsql", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert f"did you mean `{meant}`?" in said.out + said.err
    assert ended.value.code != 0
