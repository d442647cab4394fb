"""One Chromium for all of these tests; they are left out, with the reason, where it is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

Scheme = Literal["light", "dark"]
Open = Callable[..., AbstractContextManager["Page"]]
"""Opens a page of the browser; a viewport and a colour scheme may be given."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, headless=True, args=_FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    return files(package).joinpath("axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """A file with the page's text, opened in a context of its own; it is closed at the end."""
    folder = tmp_path_factory.mktemp("pages")

    @contextmanager
    def open_(
        text: str, *, viewport: ViewportSize | None = None, color_scheme: Scheme | None = None
    ) -> Iterator[Page]:
        path = Path(folder, f"{abs(hash(text))}.html")
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport=viewport, color_scheme=color_scheme)
        try:
            page = context.new_page()
            page.goto(path.as_uri())
            yield page
        finally:
            context.close()

    return open_
