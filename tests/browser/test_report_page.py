"""The report in a real browser: nothing is cut, nothing overlaps, nothing is asked of a network."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recsql.model import Unit
from recsql.report import as_html, as_json, as_notebook
from recsql.report.figures.trend import Trend
from tests.browser.conftest import Open
from tests.pictured import PICTURED, renamed, without

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator, Page, Request, Route

GOLDEN = Path(__file__).parents[1] / "golden" / "report" / "run_results.json"
WIDTHS = (320, 400, 768, 1080, 1280, 1600)
AXE_WIDTHS = (320, 400, 768, 1280)
LONG = "a name of several words_and_underscores_that_nobody_cut שלום 中文"
PAGES = {
    "pictured": PICTURED,
    "golden": as_json.read(GOLDEN.read_text("utf-8")),
    "long names": renamed(LONG),
    "one long word": renamed("x" * 300),
    "little": without("drift_curve", "survival_curve", "gap_attribution", "pipeline_lag"),
}

LAYOUT = """() => {
  const faults = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    faults.push(`the page scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}`);
  const pictures = [...document.querySelectorAll('svg[role=img]')];
  const seen = pictures.filter(s => s.getClientRects().length);
  for (const svg of seen) {
    const frame = svg.getBoundingClientRect();
    const name = document.getElementById(svg.getAttribute('aria-labelledby')).textContent;
    const texts = [...svg.querySelectorAll('text')]
      .map(t => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([said, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1
          || a.bottom > frame.bottom + 1) faults.push(`${name}: "${said}" is cut`);
      for (const [other, b] of texts.slice(i + 1))
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
          faults.push(`${name}: "${said}" on "${other}"`);
    });
    const threads = [...svg.querySelectorAll('path[stroke-dasharray="2 2"]')]
      .map(p => p.getBoundingClientRect());
    for (const [said, a] of texts)
      for (const b of threads)
        if (a.left < b.right && b.left < a.right
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
          faults.push(`${name}: a thread passes under "${said}"`);
  }
  return {faults, pictures: seen.length};
}"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    written = {name: as_html.write(result) for name, result in PAGES.items()}
    trend = Trend((0.4, 0.1, 0.3), Unit.SHARE)
    trends = {check.name: trend for check in PICTURED.checks}
    everything = as_html.write(PICTURED, without("signal_age", "dead_stock"), trends)
    return {**written, "everything": everything}


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_cut_or_covered_at_any_width(
    name: str, opened: Open, pages: dict[str, str]
) -> None:
    faults = {}
    drawn = set()
    with opened(pages[name]) as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(LAYOUT)
            drawn.add(found["pictures"])
            if found["faults"]:
                faults[width] = found["faults"]
    assert faults == {}
    assert drawn == {pages[name].count("<svg viewBox") // 2}


def test_text_that_is_cut_or_covered_would_be_found(opened: Open) -> None:
    two = '<text x="10" y="20">here</text><text x="12" y="22">there</text>'
    thread = '<path d="M14 50v20" stroke-dasharray="2 2" stroke="red" fill="none"/>'
    texts = f'{two}<text x="95" y="60">out</text><text x="10" y="65">under</text>{thread}'
    frame = '<svg role="img" aria-labelledby="n" width="100" height="80"><title id="n">t</title>'
    page_ = f"{frame}{texts}</svg>"
    with opened(page_) as page:
        assert page.evaluate(LAYOUT)["faults"] == [
            't: "here" on "there"', 't: "out" is cut', 't: a thread passes under "under"'
        ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, opened: Open, pages: dict[str, str], axe: str) -> None:
    found = {}
    with opened(pages["everything"], color_scheme=scheme) as page:
        page.evaluate(axe)
        for width in AXE_WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            violations = page.evaluate("async () => (await axe.run(document)).violations")
            if violations:
                found[width] = [(v["id"], v["nodes"][0]["html"]) for v in violations]
    assert found == {}


def test_the_page_asks_for_nothing_and_runs_nothing(opened: Open, pages: dict[str, str]) -> None:
    asked: list[str] = []
    said: list[str] = []
    with opened("<title>before</title>") as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.set_content(pages["pictured"], wait_until="load")
        assert page.evaluate("document.scripts.length") == 0
        assert page.title() == "5 of 9 checks fail, 1 undecided, 1 warning: shop, recsql"
    assert [url for url in asked if not url.startswith("data:")] == []
    assert said == []


def test_a_server_that_forbids_styles_leaves_the_page_readable(
    browser: Browser, pages: dict[str, str]
) -> None:
    """Jenkins sends such a policy with every file that a build leaves behind."""
    address = "http://report.test/"
    asked: list[str] = []

    def answer(route: Route, request: Request) -> None:
        asked.append(request.url)
        headers = {"Content-Security-Policy": "default-src 'none'"}
        route.fulfill(body=pages["pictured"], content_type="text/html; charset=utf-8",
                      headers=headers)  # fmt: skip

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.route("**/*", answer)
    page = context.new_page()
    page.goto(address)
    found = page.evaluate(LAYOUT)
    inks = page.evaluate(
        "() => new Set([...document.querySelectorAll('svg[role=img] .f-fail')]"
        ".filter(e => e.getClientRects().length).map(e => getComputedStyle(e).fill)).size"
    )
    width = page.evaluate("getComputedStyle(document.body).fontFamily")
    context.close()
    assert asked == [address]
    assert "system-ui" not in width
    assert found == {"faults": [], "pictures": pages["pictured"].count("<svg viewBox") // 2}
    assert inks == 1


def test_a_phone_shows_every_status_and_no_empty_cell(opened: Open, pages: dict[str, str]) -> None:
    with opened(pages["pictured"], viewport={"width": 400, "height": 800}) as page:
        badges = page.locator("details.check > summary .status")
        assert {badges.nth(n).is_visible() for n in range(badges.count())} == {True}
        statuses = badges.all_inner_texts()
        assert {"Fail", "Undecided", "Not run", "Warn", "Pass", "Info"} == set(statuses)
        cells = page.locator("table.metrics td:visible").all_inner_texts()
        assert "" not in cells
    with opened(pages["pictured"], viewport={"width": 1280, "height": 800}) as page:
        left = {box["x"] for box in map(_box, page.locator("summary .status").all())}
        assert len(left) == 1


def _box(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def test_a_keyboard_reaches_what_is_folded(opened: Open, pages: dict[str, str]) -> None:
    with opened(pages["pictured"], viewport={"width": 1280, "height": 800}) as page:
        page.keyboard.press("Tab")
        assert _focused(page) == "To the verdict"
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") == "t-light"
        folded = page.locator("details.behind").first
        folded.locator("summary").focus()
        page.keyboard.press("Enter")
        assert folded.locator("table").is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_reader_may_choose_the_theme(opened: Open, pages: dict[str, str]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with opened(pages["pictured"], color_scheme="dark") as page:
        seen = [page.evaluate(ground)]
        for name in ("Light", "Dark", "Auto"):
            page.get_by_role("radio", name=name).check(force=True)
            seen.append(page.evaluate(ground))
    dark, light = "rgb(20, 23, 27)", "rgb(255, 255, 255)"
    assert seen == [dark, light, dark, dark]


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(opened: Open) -> None:
    with opened(f"<p>before</p>{as_notebook.write(PICTURED)}") as page:
        frame = page.frame_locator("iframe")
        assert frame.locator("h1").inner_text() == "5 of 9 checks fail"
        assert frame.locator("svg[role=img]").first.is_visible()
        assert page.evaluate("getComputedStyle(document.body).margin") == "8px"


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_screen_reader_hears_every_figure_once(opened: Open, pages: dict[str, str]) -> None:
    with opened(pages["pictured"], viewport={"width": 1280, "height": 800}) as page:
        tree = page.locator("main").aria_snapshot()
    assert re.findall(r'- img "([^"]*)"', tree) == [
        "The pipeline and what each of its steps takes",
        "What the age of a used signal is made of",
        "From the offline score to the real one",
        "Requests by the age of the newest signal used",
        "What a signal is still worth, by its age",
        "Requests with and without a signal",
        "People and conversions by number of profiles",
        "People, requests and revenue by whether the history is split",
        "Items that two lists have in common",
        "Decisions that are still open, by time since the first interest",
    ]


def test_paper_is_light_and_cuts_no_figure(opened: Open, pages: dict[str, str]) -> None:
    """A figure stays whole if it may not be broken and is lower than a sheet of A4 across."""
    sheet = {"width": 1024, "height": 710}
    with opened(pages["pictured"], viewport=sheet, color_scheme="dark") as page:
        page.emulate_media(media="print")
        figures = page.evaluate(
            "[...document.querySelectorAll('figure')].map(f =>"
            " [f.getBoundingClientRect().height, getComputedStyle(f).breakInside])"
        )
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        layout = page.evaluate(LAYOUT)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(figures) == 10
    assert [height for height, rule in figures if height > 710 or rule != "avoid"] == []
    assert ground == "rgb(255, 255, 255)"
    assert layout["faults"] == []
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 12


def test_the_theme_follows_the_reader(opened: Open, pages: dict[str, str]) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with opened(pages["pictured"], color_scheme=scheme) as page:
            grounds[scheme] = json.dumps(
                page.evaluate(
                    "[getComputedStyle(document.body).backgroundColor,"
                    " getComputedStyle(document.querySelector('svg[role=img] .f-ink')).fill]"
                )
            )
    assert grounds == {
        "light": '["rgb(255, 255, 255)", "rgb(22, 25, 29)"]',
        "dark": '["rgb(20, 23, 27)", "rgb(232, 235, 239)"]',
    }
