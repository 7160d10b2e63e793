"""The page of a meeting pack in a real browser: accessible, silent, alone, usable by keyboard and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import chromium, opened
from papers import ROOT, hostile, made, run_of

from rus_funding.model.reading import read_model
from rus_funding.papers.html import write
from rus_funding.papers.pack import Pack

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages: a portfolio, one with hostile names, the decision in two languages, one without a plan."""
    folder = tmp_path_factory.mktemp("pages")
    made(folder / "portfolio.sqlite", "lansportfolj-exempel", "utan-fum")
    made(folder / "decision.sqlite", "orebro-rus-2026-2028", "minskade-1-1-medel-hela", "utan-fum")
    run_of(folder / "hostile.sqlite", hostile(read_model(ROOT / "models" / "lansportfolj-exempel")))
    for name, scenario, lang in (
        ("portfolio", "baseline", "sv"),
        ("hostile", "baseline", "sv"),
        ("decision", "utan-fum", "sv"),
        ("decision", "utan-fum", "en"),
        ("decision", "minskade-1-1-medel-hela", "sv"),
    ):
        with Pack.open(folder / f"{name}.sqlite", scenario, lang) as pack:
            write(pack, folder / f"{name}-{scenario}-{lang}.html")
    return folder


@pytest.mark.parametrize(
    ("lang", "dark", "zoom"), [("sv", False, 1), ("sv", True, 2), ("en", True, 1), ("en", False, 2)]
)
def test_it_has_no_barriers(chromium: Any, pages: Path, lang: str, *, dark: bool, zoom: float) -> None:
    """Every pair of language, light and zoom."""
    with opened(chromium, pages / f"decision-utan-fum-{lang}.html", dark=dark, zoom=zoom, test_code=True) as found:
        assert found.violations() == []


@pytest.mark.parametrize(
    "name",
    ["decision-minskade-1-1-medel-hela-sv", pytest.param("portfolio-baseline-sv", marks=pytest.mark.slow)],
)
def test_neither_without_a_plan_nor_with_a_large_one(chromium: Any, pages: Path, name: str) -> None:
    with opened(chromium, pages / f"{name}.html", test_code=True) as found:
        assert found.violations() == []


@pytest.mark.parametrize("name", ["portfolio", "hostile"])
def test_nothing_is_asked_for_and_nothing_goes_wrong(chromium: Any, pages: Path, name: str) -> None:
    with opened(chromium, pages / f"{name}-baseline-sv.html") as found:
        found.page.locator("#theme").click()
        assert found.page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert found.said == []
        assert found.asked == []


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_it_never_scrolls_sideways(chromium: Any, pages: Path, width: int) -> None:
    with opened(chromium, pages / "hostile-baseline-sv.html") as found:
        found.page.set_viewport_size({"width": width, "height": 900})
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_policy_stops_what_the_page_does_not_hold(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "decision-utan-fum-sv.html") as found:
        found.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))")
        found.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))")
        assert len(found.said) == 2
        assert all("Content Security Policy" in line for line in found.said)


def test_the_list_sorts_by_keyboard(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "portfolio-baseline-sv.html") as found:
        page = found.page
        rows = "[...document.querySelectorAll('#list tbody tr[data-status]')]"
        costs = f"{rows}.map((row) => Number(row.cells[3].dataset.by))"
        head = page.locator("#list thead th").nth(3)
        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        down = page.evaluate(costs)
        assert down == sorted(down, reverse=True)
        assert len(down) == 44
        assert not page.locator(".cut-row").is_visible()
        page.keyboard.press("Space")
        assert head.get_attribute("aria-sort") == "ascending"
        assert page.evaluate(costs) == sorted(down)
        page.locator("#list thead th").first.locator("button").focus()
        page.keyboard.press("Enter")
        assert page.locator(".cut-row").is_visible()  # back in the order of the list


def test_the_list_is_searched_by_keyboard(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "portfolio-baseline-sv.html") as found:
        page = found.page
        page.locator("#filter").focus()
        page.keyboard.type("gods")
        assert page.locator("#list tbody tr[data-status]:visible th > bdi").all_text_contents() == [
            "Hållbart godsnav i Hallsberg",
            "Förstudie: gods från väg till järnväg",
        ]
        assert page.locator("#found").text_content() == "2 projekt visas"
        page.locator("#filter").fill("")
        page.locator("#standing").select_option("not")
        assert page.locator("#list tbody tr[data-status]:visible").count() == 9


def test_a_fund_and_a_scenario_can_be_singled_out(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "portfolio-baseline-sv.html") as found:
        page = found.page
        select = page.locator("#figure-money select")
        select.focus()
        page.keyboard.press("ArrowDown")
        chosen = select.input_value()
        assert chosen
        assert (
            page.locator("#figure-money .band.chosen").count()
            == page.locator(f"#figure-money .band.{chosen}").count()
            > 0
        )
        page.locator("#scenario").select_option("2")
        assert page.locator("#shares td.picked").count() == page.locator("#shares tbody tr").count() > 5
        assert "FUM finns inte" in page.locator(".told li.picked").text_content()


def test_without_scripts_it_reads_as_well(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "portfolio-baseline-sv.html", scripts=False) as found:
        page = found.page
        assert page.locator(".scripted:visible").count() == 0
        assert page.locator("#list tbody tr[data-status]:visible").count() == 44
        fold = page.locator("section.lead details")
        fold.locator("summary").click()
        assert fold.locator("tbody tr").first.is_visible()
        assert found.said == []


def test_it_prints_on_a4_in_light(chromium: Any, pages: Path) -> None:
    with opened(chromium, pages / "portfolio-baseline-sv.html", dark=True) as found:
        found.page.emulate_media(media="print")
        assert found.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert found.page.locator("nav").is_hidden()
        pdf = found.page.pdf(prefer_css_page_size=True)
    assert 5 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 16
