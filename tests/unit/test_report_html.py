from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from recsql.model import Problem, Status, Unit
from recsql.report import as_html, as_json, wording
from recsql.results import CheckResult, MetricResult, RunResult
from tests.pictured import PICTURED

GOLDEN = Path(__file__).parents[1] / "golden" / "report"
STYLE = Path(as_html.__file__).with_name("report.css").read_text("utf-8")


@pytest.fixture(scope="module")
def shop() -> RunResult:
    return as_json.read((GOLDEN / "run_results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(shop: RunResult) -> str:
    return as_html.write(shop)


class _Outline(HTMLParser):
    """Headings with their texts, ids, link targets, and every tag's attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag in {"h1", "h2", "h3"}:
            self._open = tag
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, (text + data).strip())


def outline(page: str) -> _Outline:
    parser = _Outline()
    parser.feed(page)
    parser.close()
    return parser


def test_the_page_goes_from_the_verdict_to_how_it_was_measured(page: str) -> None:
    assert [text for tag, text in outline(page).headings if tag != "h3"] == [
        "4 of 12 checks fail",
        "Fix in this order",
        "What was set aside",
        "Where does the time go?",
        "Why is live quality lower than replay?",
        "Are signals fresh when they are used?",
        "Do we know who people are?",
        "Does the recommendation arrive while the person is still deciding?",
        "Is the plumbing sound?",
        "checks",
        "All checks",
        "How this was measured",
    ]


def test_the_page_has_no_script_no_request_and_no_inline_style(page: str) -> None:
    found = outline(page)
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & set(found.tags)
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    assert "http" not in page.replace("http-equiv", "")
    assert all(link.startswith("#") or link == "data:," for link in found.links)
    assert not re.search(r"url\(|@import|@font-face", STYLE)


def test_every_link_leads_somewhere_and_no_id_stands_twice(page: str) -> None:
    found = outline(page)
    assert len(found.ids) == len(set(found.ids))
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


def test_the_policy_lets_in_this_style_sheet_only(page: str) -> None:
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert re.sub(r"\s", "", style) == re.sub(r"\s", "", STYLE)
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    ) in page


def test_the_page_names_the_results_file_it_was_made_from(shop: RunResult, page: str) -> None:
    assert hashlib.sha256(as_json.write(shop).encode()).hexdigest() in page


def test_what_was_not_checked_is_said_with_its_reason(page: str) -> None:
    said = "An input is missing. The project maps no relation training_sample."
    assert f"<dt>Not checked</dt><dd><ul><li><code>training_leak</code> {said}</li>" in page


def test_checks_that_need_reading_are_open_and_the_others_closed(
    shop: RunResult, page: str
) -> None:
    states = re.findall(r"<details class=check id=check-\d+( open)?>", page)
    needing = {Status.FAIL, Status.ERROR, Status.UNKNOWN, Status.WARN}
    worst_first = [check.status in needing for check in wording.worst_first(shop.checks)]
    assert [state == " open" for state in states] == worst_first


def test_segments_are_cut_and_counted_the_worst_first(shop: RunResult) -> None:
    metrics = tuple(
        MetricResult("m", {"day": n}, 1.0, Unit.NUMBER, error_if="> 0",
                     status=Status.FAIL if n == 74 else Status.PASS)
        for n in range(75)
    )  # fmt: skip
    check = CheckResult("c", "a", Status.FAIL, metrics=metrics)
    page = as_html.write(replace(shop, audits=(), checks=(check,), problems=()))
    assert "By day: 75" in page
    assert "69 more numbers are in the results file." in page
    assert page.count('class="segment"') == as_html.SEGMENT_ROWS == 6
    assert page.index(">day 74<") < page.index(">day 0<")


def test_nothing_that_the_report_says_itself_is_cut_in_a_picture() -> None:
    page = as_html.write(PICTURED)
    pictures = re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL)
    cut = [text for p in pictures for text in re.findall(r"<text[^>]*>([^<]*…)", p)]
    assert cut == []


def test_where_the_sql_lies_is_said_once_unless_it_lies_elsewhere() -> None:
    checks = tuple(
        replace(check, compiled_path=f"/a/long/way/compiled/{check.audit}/{check.name}.sql")
        for check in PICTURED.checks
    )
    odd = replace(checks[0], compiled_path="/a/long/way/compiled/own/age.sql")
    page = as_html.write(replace(PICTURED, checks=(odd, *checks[1:])))
    assert page.count("/a/long/way/compiled/") == 1
    assert re.findall(r"SQL <code>(.*?)</code>", page) == ["own/age.sql"]


def test_a_section_that_passes_asks_for_nothing() -> None:
    audits = tuple(
        replace(a, status=Status.PASS, next=f"Mend {a.name}.") for a in PICTURED.audits[:1]
    )
    assert "Mend" not in as_html.write(replace(PICTURED, audits=audits))


def test_a_long_limit_breaks_after_an_underscore_only() -> None:
    page = as_html.write(PICTURED)
    assert "max_<wbr>avoidable_<wbr>loss" in page


@pytest.mark.parametrize(
    ("checks", "problems", "title"),
    [
        ((), (), "No check ran"),
        ((), (Problem("model x", "broken"),), "No check ran"),
        ((CheckResult("c", "a", Status.PASS),), (), "The check passes"),
        ((CheckResult("c", "a", Status.SKIP),), (), "Nothing was judged: 0 measured, 1 not run"),
    ],
)
def test_small_runs_have_a_page_too(
    shop: RunResult,
    checks: tuple[CheckResult, ...],
    problems: tuple[Problem, ...],
    title: str,
) -> None:
    page = as_html.write(replace(shop, audits=(), checks=checks, problems=problems))
    assert outline(page).headings[0] == ("h1", title)
    assert "Fix in this order" not in page


def test_two_hundred_checks_stay_below_half_a_megabyte(shop: RunResult) -> None:
    metrics = tuple(
        MetricResult(f"metric_{n}", {}, 0.24, Unit.SHARE, 0.22, 0.26, 8290.0, error_if="> 5%")
        for n in range(5)
    )
    checks = tuple(
        CheckResult(
            f"check_{n}",
            "identity_coverage",
            Status.PASS if n % 10 else Status.FAIL,
            sentence="Every tenth check fails, and this is the sentence of each of them.",
            compiled_path=f"target/compiled/identity_coverage/check_{n}.sql",
            metrics=metrics,
        )
        for n in range(200)
    )
    assert len(as_html.write(replace(shop, checks=checks)).encode()) < 500_000


def _colours(block: str) -> dict[str, tuple[float, ...]]:
    found = {}
    for name, value in re.findall(r"--(\w+): #([0-9a-f]{3,6});", block):
        digits = "".join(2 * digit for digit in value) if len(value) == 3 else value
        found[name] = tuple(int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return found


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


SCHEMES = ("light", "dark", "dark by choice", "print")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["bg", "surface", "hot", "soft"])
def test_every_text_colour_has_the_contrast_that_wcag_asks_for(scheme: str, ground: str) -> None:
    blocks = re.findall(r":root[^{]*\{([^}]*--bg.*?)\}", STYLE, re.DOTALL)
    colours = _colours(blocks[SCHEMES.index(scheme)])
    names = ["ink", "muted", "data", "fail", "warn", "pass", "unknown", "error"]
    if ground == "hot":
        names = ["ink", "muted", "fail"]
    if ground == "soft":
        names = ["ink", "muted", "data"]
    back = _luminance(colours[ground])
    poor = {}
    for name in names:
        text = _luminance(colours[name])
        ratio = (max(text, back) + 0.05) / (min(text, back) + 0.05)
        if ratio < 4.5:
            poor[name] = round(ratio, 2)
    assert poor == {}
