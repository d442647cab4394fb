"""Every string of a run replaced by text that wants to break out, in every format."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsql.errors import Location
from recsql.model import Problem, Reason, Status, Unit
from recsql.report import (
    as_changes,
    as_dbt,
    as_github,
    as_html,
    as_json,
    as_junit,
    as_markdown,
    as_notebook,
    as_terminal,
)
from recsql.report.changes import compare, snapshot
from recsql.report.text import columns
from recsql.results import AuditResult, CheckResult, MetricResult, RowSample, RunInfo, RunResult
from tests.pictured import renamed

NASTY = [
    "</title></style></svg><script>alert(1)</script>",
    "\" onmouseover='alert(1)' x=\"",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]>",
    "&lt;b&gt; &#x1b;",
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "a\nb\r\n::error::c\u2028d",
    "| a | b |\n|---|---|",
    "[x](javascript:alert(1)) ![y](http://z) <http://q> www.z.org",
    "`code` ```\n# heading",
    "@team #12 **bold** __it__",
    "[bold red]x[/foo] [link=http://q]y[/link] :warning: [/]",
    "user\u202egnp.exe\u2066",
    "שלום مرحبا",
    "中文" * 40,
    "e" + "\u0301" * 50,
    "\ud800\x00\ufffe",
    "%0A%25,title=x::y",
    "x" * 10_000,
    "long words " * 1_000,
    "",
    "   ",
]
HOSTILE = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.sampled_from(NASTY[:-4]), min_size=2, max_size=3).map("".join),
)
SYSTEMATIC = {"schema", "status", "reason", "unit"}

EXAMPLE = RunResult(
    run=RunInfo("r", "0.1.0", "shop", "prod", "duckdb", "t", 60.0, "t", 1.0, 1),
    audits=(AuditResult("a", "Fresh?", Status.FAIL, "No.", "Refresh."),),
    checks=(
        CheckResult(
            name="pipeline_lag",
            audit="a",
            status=Status.FAIL,
            sentence="Old.",
            next="Refresh.",
            compiled_path="target/x.sql",
            metrics=(
                MetricResult(
                    "median_lag", {}, 9.0, Unit.SECONDS, 8.0, 10.0, 7.0, "> 1", "> x", 5.0,
                    Status.FAIL, Reason.INCONCLUSIVE, "note",
                ),
                MetricResult("median_lag", {"hop": "h"}, 9.0, Unit.SECONDS, note="note"),
            ),
            rows=RowSample(("key",), (("value",),), 3),
            notes=("note",),
            overrides="recsql.x",
        ),
        CheckResult("b", "a", Status.UNKNOWN, Reason.INCONCLUSIVE, sentence="Unsure."),
        CheckResult("c", "own", Status.SKIP, Reason.NOT_COMPUTABLE, sentence="Missing."),
        CheckResult(
            "d", "own", Status.ERROR,
            problem=Problem("d", "broken", Location("a.yml", 1, 2, "source"), "hint", 3),
        ),
    ),
    problems=(Problem("e", "broken", Location("a.yml", 1, 2, "source"), "hint"),),
)  # fmt: skip


def poisoned(text: str) -> RunResult:
    """The example with `text` for every string but the enumerations and the name that hops need."""
    document = json.loads(as_json.write(EXAMPLE))
    result = as_json.read(json.dumps(_replaced(document, text)))
    lag, *others = result.checks
    metrics = tuple(
        MetricResult(m.name, {"hop": text} if n else {}, m.value, m.unit, m.low, m.high, m.n,
                     m.warn_if, m.error_if, m.limit, m.status, m.reason, m.note)
        for n, m in enumerate(lag.metrics)
    )  # fmt: skip
    named = CheckResult(
        "pipeline_lag", lag.audit, lag.status, None, lag.sentence, lag.next, 0.1,
        lag.compiled_path, None, (*metrics, MetricResult("median_lag", {"hop": text}, 1.0,
        Unit.SECONDS), MetricResult(text, {text: text, "hop": None}, 1.0, Unit.SHARE, note=text)),
        lag.rows, lag.notes, None, lag.overrides,
    )  # fmt: skip
    return RunResult(result.run, result.audits, (lag, named, *others), result.problems)


def _replaced(value: object, text: str) -> object:
    if isinstance(value, dict):
        return {
            key: part if key in SYSTEMATIC else _replaced(part, text) for key, part in value.items()
        }
    if isinstance(value, list):
        return [_replaced(part, text) for part in value]
    return text if isinstance(value, str) else value


def invisible(text: str) -> set[str]:
    """Controls and overrides that no format may let through; line ends are the writer's own."""
    bidi = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    return {
        character
        for character in text
        if character != "\n"
        and (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in bidi)
    }


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.names: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.names.update(name for name, _ in attrs)
        self.links.update(value or "" for name, value in attrs if name in {"href", "src"})

    def handle_comment(self, data: str) -> None:
        self.seen.add(f"comment {data}")


def tags(page: str) -> _Tags:
    parser = _Tags()
    parser.feed(page)
    parser.close()
    return parser


ORDINARY = [
    tags(as_html.write(made("`an_ordinary_name_that_is_long`"))) for made in (poisoned, renamed)
]
PICTURES = 20
"""Each of the ten figures, wide and narrow."""


def html_stays_inert(text: str) -> None:
    for made, ordinary in zip((poisoned, renamed), ORDINARY, strict=True):
        page = as_html.write(made(text))
        found = tags(page)
        assert not invisible(page)
        assert found.seen <= ordinary.seen
        assert found.names <= ordinary.names
        allowed = r"#(check|i)-\w+|#verdict|data:,"
        assert all(re.fullmatch(allowed, link) for link in found.links)
    pictures = re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL)
    assert len(pictures) == PICTURES
    for picture in pictures:
        shapes = {element.tag for element in Xml.fromstring(picture).iter()}  # noqa: S314 - ours
        assert shapes <= {"svg", "title", "desc", "g", "text", "rect", "path", "circle"}


def terminal_stays_in_its_lines(text: str) -> None:
    result = poisoned(text)
    free = ("  SQL   ", "  At    ", "  --> ", "Done. ")
    for width in (60, 92, 110):
        written = as_terminal.write(result, width=width)
        assert not invisible(written)
        wide = [line for line in written.split("\n") if columns(line) > width]
        assert [line for line in wide if not line.startswith(free)] == []
        assert as_terminal.write(result, width=width, unicode=False).isascii()
        coloured = as_terminal.write(result, width=width, colour=True)
        assert not invisible(re.sub(r"\x1b\[[0-9;]*m", "", coloured))
    for number, check in enumerate(result.checks):
        assert not invisible(as_terminal.progress_line(check, number, 9))
        assert "\n" not in as_terminal.progress_line(check, number, 9)


def markdown_stays_text(text: str) -> None:
    written = as_markdown.write(poisoned(text))
    assert not invisible(written)
    assert len(written.encode()) <= as_markdown.CAP
    rows = [line for line in written.split("\n") if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4, 7}
    known = {"<br>", "<br/>", "<details>", "</details>", "<summary>", "</summary>", "<!-- -->"}
    assert set(re.findall(r"<[^>]*>?", written)) <= known
    prose = [
        line for line in written.split("\n") if not line.startswith(("  s", "  linkStyle", "```"))
    ]
    assert not [line for line in prose if re.search(r"(?<!\\)\[|://|@(?!<!-- -->)", line)]
    assert [line for line in written.split("\n") if line.startswith("```")] == ["```mermaid", "```"]
    chain = written.split("```mermaid\n")[1].split("\n```")[0].split("\n")[1:]
    box, arrow = r's\d+\["[^"`<>#;|]+"\]', r's\d+ -\.?->\|"[^"`<>#;|]+"\| s\d+'
    line = rf"  ({box}|{arrow}|linkStyle \d+ stroke:#1f5fa8,stroke-width:4px)"
    assert all(re.fullmatch(line, x) for x in chain)


def junit_stays_valid(text: str) -> None:
    written = as_junit.write(poisoned(text))
    assert not invisible(written)
    root = Xml.fromstring(written)  # noqa: S314 - our own text
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "2", "2")
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped"
    }  # fmt: skip


def annotations_stay_one_command_each(text: str) -> None:
    written = as_github.write(poisoned(text))
    assert not invisible(written)
    lines = written.removesuffix("\n").split("\n")
    command = r"::(error|warning|notice) (\w+=[^:,]+)(,\w+=[^:,]+)*::(?s:.*)"
    assert [line for line in lines if not re.fullmatch(command, line)] == []
    assert [line.split(" ")[0] for line in lines] == [
        "::error", "::error", "::error", "::error", "::warning", "::notice"
    ]  # fmt: skip


def earlier(result: RunResult) -> RunResult:
    """The run before: other numbers, other verdicts."""
    checks = tuple(
        replace(check, status=Status.PASS if check.status is Status.FAIL else Status.FAIL,
                metrics=tuple(replace(m, value=m.value + 1, low=None, high=None)
                              for m in check.metrics if m.value is not None))
        for check in result.checks
    )  # fmt: skip
    return replace(result, checks=checks)


def changes_stay_text(text: str) -> None:
    for result in (poisoned(text), renamed(text)):
        before = earlier(result)
        changed = compare(snapshot(before), snapshot(result))
        for width in (60, 110):
            written = as_changes.write(changed, width=width)
            assert not invisible(written)
            assert [line for line in written.split("\n") if columns(line) > width] == []
            assert as_changes.write(changed, width=width, unicode=False).isascii()
        page = as_html.write(result, before)
        assert not invisible(page)
        found = tags(page)
        assert found.seen <= {*ORDINARY[0].seen, *ORDINARY[1].seen}
        assert found.names <= {*ORDINARY[0].names, *ORDINARY[1].names}
        summary = as_markdown.write(result, before)
        assert not invisible(summary)
        known = {"<br>", "<br/>", "<details>", "</details>", "<summary>", "</summary>", "<!-- -->"}
        assert set(re.findall(r"<[^>]*>?", summary)) <= known


def the_notebook_is_one_frame(text: str) -> None:
    written = as_notebook.write(poisoned(text))
    assert tags(written).seen == {"iframe"}
    assert tags(written).names == {"title", "sandbox", "srcdoc", "width", "height", "style"}


def documents_are_ascii(text: str) -> None:
    for made in (poisoned, renamed):
        for write in (as_json.write, as_dbt.write):
            written = write(made(text))
            assert written.isascii()
            assert not invisible(written)
            json.loads(written)


FORMATS: dict[str, Callable[[str], None]] = {
    "html": html_stays_inert,
    "terminal": terminal_stays_in_its_lines,
    "markdown": markdown_stays_text,
    "junit": junit_stays_valid,
    "github": annotations_stay_one_command_each,
    "changes": changes_stay_text,
    "notebook": the_notebook_is_one_frame,
    "documents": documents_are_ascii,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("number", range(len(NASTY)))
def test_a_known_attack_stays_text(form: str, number: int) -> None:
    FORMATS[form](NASTY[number])


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=15, deadline=None)
@given(text=HOSTILE)
def test_any_text_stays_text(form: str, text: str) -> None:
    FORMATS[form](text)


@settings(max_examples=8, deadline=None)
@given(HOSTILE)
def test_the_page_of_a_reread_run_has_the_same_bytes(text: str) -> None:
    for result in (poisoned(text), renamed(text)):
        assert as_html.write(as_json.read(as_json.write(result))) == as_html.write(result)
