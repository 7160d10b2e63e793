"""The page of a meeting pack, read by another library: every number is the plan's, and names do no harm."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

import lxml.html
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import HOSTILE, ROOT, hostile, made, run_of

from rus_funding.engine.figures import Figures, apportioned
from rus_funding.kronor import format_integer, format_kronor
from rus_funding.model.reading import read_model
from rus_funding.papers.html import money, page, write
from rus_funding.papers.pack import Pack
from rus_funding.words.language import texts
from rus_funding.words.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.html import HtmlElement

    from rus_funding.model.model import FundingModel


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: a portfolio with two scenarios, the decision with one that has no plan and another."""
    folder = tmp_path_factory.mktemp("runs")
    made(folder / "portfolio.sqlite", "lansportfolj-exempel", "utan-fum", "malgap")
    made(folder / "decision.sqlite", "orebro-rus-2026-2028", "minskade-1-1-medel-hela", "utan-fum")
    return folder


@pytest.fixture(scope="module")
def portfolio(runs: Path) -> Iterator[Pack]:
    with Pack.open(runs / "portfolio.sqlite") as pack:
        yield pack


@pytest.fixture(scope="module")
def read(portfolio: Pack) -> HtmlElement:
    return lxml.html.fromstring(page(portfolio))


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split(" ")).strip()


def cells(table: HtmlElement) -> list[list[str]]:
    return [[" ".join(words(cell).split()) for cell in row] for row in table.iterfind(".//tr")]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_answer_stands_first(portfolio: Pack, read: HtmlElement) -> None:
    main = read.find(".//main")
    assert [child.tag for child in main][:2] == ["section", "dl"]
    answer = words(main[0])
    assert format_kronor(portfolio.outcome.funded) in answer
    assert "20 projekt helt och 15 delvis" in answer
    assert "9 projekt får inga pengar" in answer
    large = [words(one) for one in main[1].iterfind(".//span[@class='large']")]
    cost = sum(result.cost for result in portfolio.outcome.projects)
    assert large[0] == format_kronor(portfolio.outcome.funded)
    assert large[1] == percent(Fraction(portfolio.outcome.funded, cost), "sv")
    assert large[3] == "20"


def test_every_project_stands_with_its_own_numbers(portfolio: Pack, read: HtmlElement) -> None:
    names = portfolio.figures.names("projects", "project")
    listed = [row for row in read.get_element_by_id("list").iterfind("tbody/tr") if row.find("th") is not None]
    rows = {row.find("th/bdi").text_content(): row for row in listed}
    assert set(rows) == set(names.values())
    for project, result in portfolio.figures.projects.items():
        found = [words(cell) for cell in rows[names[project]].iterfind("td")]
        assert found[2:4] == [format_integer(result.cost), format_integer(result.kronor)]
        assert found[4] == percent(result.share, "sv")
        assert rows[names[project]].get("data-status") == result.status
    assert [words(row[0]) for row in listed] == [*map(str, range(1, 43)), "–", "–"]


def test_bands_add_up_to_what_funds_pay_and_areas_get(portfolio: Pack, read: HtmlElement) -> None:
    figures = portfolio.figures
    both = {**figures.names("funds", "fund"), **figures.names("areas", "area")}
    names = {name: id_ for id_, name in both.items()}
    (table,) = read.xpath("//section[@class='lead']//table")
    sums: dict[str, int] = defaultdict(int)
    for fund, area, kronor in cells(table)[1:]:
        for name in (fund, area):
            sums[names[name]] += int(kronor.replace(" ", ""))
    paid: dict[str, int] = defaultdict(int)
    for (fund, _), kronor in figures.paid.items():
        paid[fund] += kronor
    assert sums == {**{fund: kronor for fund, kronor in paid.items() if kronor}, **figures.by_area}
    assert len(read.xpath("//section[@class='lead']//*[local-name()='path']")) == len(cells(table)) - 1


def test_the_scenarios_stand_with_their_key_figures(portfolio: Pack, read: HtmlElement) -> None:
    comparison = portfolio.comparison
    assert comparison is not None
    (table,) = read.xpath("//table[@class='compared']")
    rows = cells(table)[1:]
    assert len(rows) == len(comparison.lines) == 3
    for row, line in zip(rows, comparison.lines, strict=True):
        assert row[1] == "bevisat bäst"
        assert row[2].startswith(plain(format_integer(int(line.figures["funded"] or 0))))
        less = int(line.figures["funded"] or 0) - int(comparison.reference.figures["funded"] or 0)
        assert row[2].endswith(plain(format_integer(abs(less)))) or line is comparison.reference
        assert line is comparison.reference or ("+" if less > 0 else "−") in row[2]
    (heat,) = read.xpath("//table[@class='heatmap']")
    shown = {row[0]: row[1:] for row in cells(heat)[1:]}
    assert shown == {
        one.name: [plain(percent(share or 0, "sv")) for share in one.share] for one in comparison.group("depends")
    }
    for group in ("always", "never"):
        for one in comparison.group(group):
            assert read.xpath("//section[@id='scenarios']//li/bdi[text()=$name]", name=one.name), one.name


def test_every_picture_says_what_it_shows_and_has_its_table(read: HtmlElement) -> None:
    pictures = read.xpath("//*[local-name()='svg'][@role='img']")
    assert len(pictures) == 7
    ids = [element.get("id") for element in read.iter() if isinstance(element.tag, str) and element.get("id")]
    assert len(ids) == len(set(ids))
    for picture in pictures:
        for place in picture.get("aria-labelledby").split():
            assert words(read.get_element_by_id(place))
    for picture in read.xpath("//*[local-name()='svg'][not(@role)]"):
        assert picture.get("aria-hidden") == "true"


def test_the_page_needs_nothing_and_allows_nothing_else(portfolio: Pack, read: HtmlElement) -> None:
    text = page(portfolio)
    assert len(text.encode()) < 2_000_000
    assert not read.xpath("//@src | //link | //iframe | //object | //form | //@style | //@*[starts-with(name(), 'on')]")
    assert all(link.startswith("#") for link in read.xpath("//@href"))
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML|eval\(", text)
    policy = read.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_same_run_gives_the_same_bytes_in_its_language(runs: Path, tmp_path: Path, lang: str) -> None:
    for name in ("one", "other"):
        with Pack.open(runs / "decision.sqlite", "utan-fum", lang) as pack:
            write(pack, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    read = lxml.html.fromstring((tmp_path / "one").read_bytes().decode())
    assert read.get("lang") == lang
    assert words(read.find(".//h1")) == "Hur stor del av genomförandet ryms utan FUM?"
    assert format_kronor(8_489_430, lang) in words(read.find(".//main"))


def test_without_a_plan_the_page_says_why_and_shows_none(runs: Path) -> None:
    with Pack.open(runs / "decision.sqlite", "minskade-1-1-medel-hela") as pack:
        read = lxml.html.fromstring(page(pack))
    answer = words(read.xpath("//section[contains(@class, 'refused')]")[0])
    assert answer.startswith("Ingen plan kan hålla dessa regler: de motsäger varandra.")
    assert "833" in answer  # the cheapest way out
    assert not read.xpath("//*[local-name()='svg'][@role='img']")
    assert not read.xpath("//dl[@class='figures']")
    assert len(cells(read.xpath("//table[@class='compared']")[0])) == 4
    assert read.get_element_by_id("proof") is not None


def test_names_become_text_and_nothing_else(tmp_path: Path) -> None:
    model = hostile(read_model(ROOT / "models" / "lansportfolj-exempel"))
    with Pack.open(run_of(tmp_path / "run.sqlite", model)) as pack:
        text = page(pack)
        names = pack.figures.names("projects", "project").values()
    read = lxml.html.fromstring(text)
    assert [len(read.xpath(what)) for what in ("//script", "//style", "//head/title")] == [1, 1, 1]
    assert not read.xpath("//img")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    shown = {bdi.text_content() for bdi in read.xpath("//table[@id='list']//th/bdi")}
    assert len(shown) == len(names)
    assert f"{HOSTILE[0]} 0" in shown
    assert f"{HOSTILE[4]} 4" in shown  # neither the template nor a text reads it
    assert any(name.startswith("styrtecken[31m i namn") for name in shown)


def test_many_scenarios_are_told_as_spreads(tmp_path: Path) -> None:
    scenario = tmp_path / "many.toml"
    scenario.write_text(
        'title = "Osäkra kostnader"\n[sample]\nsize = 24\nseed = 7\ncosts = { table = "costs", multiply = "amount", '
        'distribution = "triangular", low = 0.9, mode = 1.0, high = 1.3, per = "project" }\n',
        encoding="utf-8",
    )
    model = read_model(ROOT / "models" / "litet-exempel")
    with Pack.open(run_of(tmp_path / "run.sqlite", model, scenario)) as pack:
        comparison = pack.comparison
        assert comparison is not None
        read = lxml.html.fromstring(page(pack))
        spread = comparison.spread["funded"]
    assert not read.xpath("//table[@class='heatmap']")
    (table,) = read.xpath("//table[@class='compared']")
    (row,) = (row for row in cells(table) if row[0].startswith("Finansieras"))
    assert row[1:] == [plain(format_integer(round(value))) for value in spread.values()]
    assert len(read.xpath("//ol[@class='told']/li")) == 1


def changed(model: FundingModel, table: str, column: str, factor: int) -> FundingModel:
    rows = model[table]
    return dataclasses.replace(
        model, tables={**model.tables, table: rows.replace(**{column: rows[column] * np.int64(factor)})}
    )


@pytest.mark.parametrize(
    ("table", "factor", "said", "pictures"),
    [
        ("budgets", 0, "Planen finansierar inget av 3 projekt.", {"cut", "areas", "funds"}),
        (
            "budgets",
            100,
            "Inget lämnas utanför: alla kostnader är finansierade.",
            {"money", "cut", "areas", "funds", "flows"},
        ),
        ("costs", 0, "Förslaget är att genomföra 3 projekt helt, som inte kostar något.", {"cut", "areas", "funds"}),
    ],
)
def test_plans_of_nothing_and_of_everything(
    tmp_path: Path, table: str, factor: int, said: str, pictures: set[str]
) -> None:
    model = changed(read_model(ROOT / "models" / "litet-exempel"), table, "amount", factor)
    with Pack.open(run_of(tmp_path / "run.sqlite", model)) as pack:
        read = lxml.html.fromstring(page(pack))
    assert said in words(read.xpath("//section[@class='answer']")[0])
    shown = {svg.get("aria-labelledby").split("-")[0] for svg in read.xpath("//*[local-name()='svg'][@role='img']")}
    assert pictures <= shown <= {*pictures, "before", "after"}


def test_no_text_of_the_page_is_left_over() -> None:
    """The catalogue's own test sees ``page.{key}`` and lets every text pass."""
    folder = ROOT / "rus_funding" / "papers" / "html"
    code = "\n".join(file.read_text("utf-8") for file in sorted(folder.iterdir()) if file.suffix in {".py", ".j2"})
    begun = {"area_", "core.", "floor", "cap", "key.", "level.", "group.", "table", "unchecked", "rows"}
    for key in texts("sv", "page"):
        name = key.removeprefix("page.")
        calls = (f'"{key}"', f't("{name}"', f"t('{name}'")
        assert any(call in code for call in calls) or any(map(name.startswith, begun)), key


@given(st.data())
def test_rounded_sums_are_kept_whatever_the_cells(data: st.DataObject) -> None:
    rows = {f"r{i}": data.draw(st.integers(0, 10**6)) for i in range(data.draw(st.integers(1, 6)))}
    columns = [f"c{i}" for i in range(data.draw(st.integers(1, 6)))]
    ideal: dict[tuple[str, str], Fraction] = {}
    for row, kronor in rows.items():
        weights = [data.draw(st.integers(0, 7)) for _ in columns]
        weights[0] += not sum(weights)
        for column, weight in zip(columns, weights, strict=True):
            if weight:
                ideal[row, column] = Fraction(kronor * weight, sum(weights))
    exact = [sum((value for (_, at), value in ideal.items() if at == column), Fraction(0)) for column in columns]
    wanted = dict(zip(columns, apportioned(sum(rows.values()), exact), strict=True))
    found = money.rounded(ideal, rows, wanted)
    for row, kronor in rows.items():
        assert sum(value for (at, _), value in found.items() if at == row) == kronor
    for column, kronor in wanted.items():
        assert sum(value for (_, at), value in found.items() if at == column) == kronor
    assert all(abs(value - ideal[cell]) < 1 for cell, value in found.items())


def test_kronor_to_areas_and_projects_are_the_plans(portfolio: Pack) -> None:
    figures = Figures(portfolio.outcome)
    funded = [project for project, result in figures.projects.items() if result.kronor]
    sums: dict[str, int] = defaultdict(int)
    for (project, area), kronor in money.of_projects(figures, funded).items():
        sums[project] += kronor
        sums[area] += kronor
    assert {project: sums[project] for project in funded} == {p: figures.projects[p].kronor for p in funded}
    assert {area: sums[area] for area in figures.by_area} == figures.by_area
    assert sum(money.by_year(figures).values()) == sum(money.by_project(figures).values()) == portfolio.outcome.funded
