"""A real browser for tests of pages: headless Chromium, alone, with nothing of the user's and nothing fetched.

`chromium` starts one for a test run; `opened` opens a page in it and keeps what the page says and asks for.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-sandbox",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser for the whole session; skips where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="pages are tested with playwright: pip install .[test]")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium was found: install one, or name it in CHROMIUM (looked for {', '.join(NAMES)})")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@dataclasses.dataclass
class Opened:
    """A page in the browser, what it wrote to the console, and what it asked for beside itself."""

    page: Any
    said: list[str]
    asked: list[str]

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG and good practice, with every fold of the page open."""
        self.page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        self.page.evaluate(axe())
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@contextlib.contextmanager
def opened(
    browser: Any, path: Path, *, dark: bool = False, zoom: float = 1.0, scripts: bool = True, test_code: bool = False
) -> Iterator[Opened]:
    """The file in a window of 1280 x 900 pixels, zoomed as a reader zooms. `test_code` lets axe run past the page's
    own content security policy.
    """
    context = browser.new_context(
        color_scheme="dark" if dark else "light",
        viewport={"width": round(1280 / zoom), "height": round(900 / zoom)},
        device_scale_factor=zoom,
        java_script_enabled=scripts,
        bypass_csp=test_code,
    )
    page = context.new_page()
    found = Opened(page, [], [])
    page.on("console", lambda message: found.said.append(message.text))
    page.on("pageerror", lambda error: found.said.append(str(error)))
    page.on("request", lambda request: found.asked.append(request.url))
    page.goto(path.as_uri())
    found.asked = [url for url in found.asked if url != path.as_uri()]
    try:
        yield found
    finally:
        context.close()


@cache
def axe() -> str:
    """axe-core, as the package that brings it has it."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
