"""Slides: the plan's own numbers in native charts and tables, placeholders of any template, no text beyond its box."""

from __future__ import annotations

import dataclasses
import io
import re
import tempfile
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hostile import hostile_pack
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.util import Pt

from rus_funding.errors import UsageError
from rus_funding.model.reading import read_model
from rus_funding.papers.pack import Pack
from rus_funding.papers.pptx import fit, write
from rus_funding.papers.pptx.layouts import LAYOUTS
from rus_funding.papers.story import payers
from rus_funding.proof.standing import NOTHING_KNOWN, Standing
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

ROOT = Path(__file__).parent.parent
POINT = 12700
COUNTY, DECISION = "lansportfolj-exempel", "orebro-rus-2026-2028"
ASKED = {
    COUNTY: ("medfinansiering", "minskade-1-1-medel", "utan-fum"),
    DECISION: ("minskade-1-1-medel", "minskade-1-1-medel-hela", "utan-fum"),
}
RATES, LABELS = [0.2 + i / 100 for i in range(25)], [str(i) for i in range(25)]
MANY = f"""title = "Satser"
question = "Vilken sats?"
[sweep]
name = "sats-{{sats}}"
[sweep.sats]
table = "funds"
where = {{ fund = "rol-1-1" }}
set = "max_rate"
values = {RATES}
labels = {LABELS}
"""
DECKS = [
    (COUNTY, "baseline", "sv"),
    (COUNTY, "minskade-1-1-medel", "en"),
    (DECISION, "baseline", "sv"),
    (DECISION, "minskade-1-1-medel", "en"),
    (DECISION, "minskade-1-1-medel-hela", "sv"),
    (DECISION, "minskade-1-1-medel-hela", "en"),
]


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    for name, files in ASKED.items():
        scenarios = [one for file in files for one in read_scenarios(ROOT / "scenarios" / name / f"{file}.toml")]
        batch(read_model(ROOT / "models" / name), scenarios, folder / f"{name}.sqlite", workers=0)
        batch(read_model(ROOT / "models" / name), [], folder / f"{name}-alone.sqlite", workers=0)
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def decks(runs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Any]:
    folder = tmp_path_factory.mktemp("decks")
    found = {}
    for i, (model, scenario, lang) in enumerate(DECKS):
        with Pack.open(runs[model], scenario, lang) as pack:
            write(pack, folder / f"{i}.pptx")
        found[model, scenario, lang] = Presentation(folder / f"{i}.pptx")
    return found


def made(pack: Pack, template: Path | None = None) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        write(pack, Path(folder) / "deck.pptx", template)
        return Presentation(io.BytesIO((Path(folder) / "deck.pptx").read_bytes()))


def texts(slide: Any) -> list[str]:
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return found


def said(prs: Any) -> str:
    return "\n".join(text for slide in prs.slides for text in texts(slide)).replace("\u00a0", " ")


def charts(prs: Any) -> list[Any]:
    return [shape.chart for slide in prs.slides for shape in slide.shapes if shape.has_chart]


def columns(chart: Any) -> dict[str, list[float | None]]:
    return {series.name: list(series.values) for series in chart.plots[0].series}


LISTS = re.compile(
    r"(projekt|project|projects) (finansieras|får inga pengar|is funded|are funded|gets no|get no)|"
    r": .*(faller ut|kommer in|samma projekt|falls? out|comes? in|the same projects)|"
    r"^(Så mycket går till varje kommun|What each municipality gets)"
)


def lists(prs: Any) -> int:
    """How many slides are lists of projects or municipalities, or of what a scenario changes."""
    return sum(LISTS.search(slide.shapes.title.text_frame.text) is not None for slide in prs.slides)


@pytest.mark.parametrize("deck", DECKS)
def test_a_deck_has_6_to_11_slides_beside_its_lists_each_with_its_message(decks: Any, deck: Any) -> None:
    titles = [slide.shapes.title.text_frame.text for slide in decks[deck].slides]
    assert 6 <= len(titles) - lists(decks[deck]) <= 11  # and one more where another strategy is asked for
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_another_strategy_has_a_slide_where_somebody_asks(runs: Any, decks: Any) -> None:
    with Pack.open(runs[f"{COUNTY}-alone"], strategy="kommande") as pack:
        deck, retold = made(pack), pack.retold
    assert retold is not None
    most = max(retold.areas, key=lambda area: area.kronor)
    found = [slide for slide in deck.slides if slide.shapes.title.text_frame.text.startswith(retold.name)]
    assert len(found) == 1
    (shown,) = [shape.table for shape in found[0].shapes if shape.has_table]
    rows = [[cell.text_frame.text.replace("\u00a0", " ") for cell in row.cells] for row in shown.rows]
    assert rows[0][0] == "Område"
    assert [row[1] for row in rows[1:]] == [
        f"{kronor:,}".replace(",", " ") for kronor in (*(area.kronor for area in retold.areas), retold.plan.funded)
    ]
    assert most.name in found[0].shapes.title.text_frame.text
    assert "inget förslag" in said(deck)
    assert retold.name not in said(decks[COUNTY, "baseline", "sv"])


@pytest.mark.parametrize("deck", DECKS)
def test_everything_stands_in_placeholders_in_reading_order(decks: Any, deck: Any) -> None:
    for i, slide in enumerate(decks[deck].slides):
        loose = [s for s in slide.shapes if not s.is_placeholder]
        assert [s.shape_type for s in loose] in ([], [6]), "only the map is drawn"  # 6: a group
        assert slide.shapes[0].placeholder_format.type in {KIND.TITLE, KIND.CENTER_TITLE}
        for shape in slide.placeholders:
            assert not shape.has_text_frame or shape.text_frame.text.strip(), "an empty placeholder is left"
        kinds = [shape.placeholder_format.type for shape in slide.placeholders]
        assert (KIND.SLIDE_NUMBER in kinds) == bool(i), "every slide but the first is numbered"


@pytest.mark.parametrize("deck", DECKS)
def test_graphics_are_described_and_notes_hold_the_figures(decks: Any, deck: Any) -> None:
    for slide in decks[deck].slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 6:
                (properties,) = shape._element.xpath("./*/p:cNvPr")
                assert len(properties.get("descr")) > 20
        assert "sqlite" in slide.notes_slide.notes_text_frame.text


@pytest.mark.parametrize(("model", "scenario", "lang"), [deck for deck in DECKS if "hela" not in deck[1]])
def test_charts_hold_the_plans_own_integers(runs: Any, decks: Any, model: str, scenario: str, lang: str) -> None:
    prs = decks[model, scenario, lang]
    with Pack.open(runs[model], scenario, lang) as pack:
        figures, names = pack.figures, pack.figures.names("funds", "fund")
        paid = {names[f]: [figures.paid[f, year] for year in figures.years] for f, _ in payers(pack)}
        assert columns(charts(prs)[0]) == paid
        assert [text[:4] for text in charts(prs)[0].plots[0].categories] == [str(year) for year in figures.years]
        table = next(shape.table for shape in prs.slides[2].shapes if shape.has_table)
        shown = [int(re.sub(r"\D", "", row.cells[2].text_frame.text)) for row in list(table.rows)[1:]]
        assert shown == [*(sum(kronor) for kronor in paid.values()), pack.outcome.funded]
        comparison = pack.comparison
        assert comparison is not None
        (funded,) = columns(charts(prs)[-1]).values()
        known = [line.figures["funded"] for line in comparison.lines]
        assert sorted(funded, key=str) == sorted(known, key=str)
        assert funded[0] == comparison.reference.figures["funded"]


def test_areas_are_shown_against_floor_and_cap(runs: Any, decks: Any) -> None:
    chart = charts(decks[COUNTY, "baseline", "sv"])[1]
    with Pack.open(runs[COUNTY]) as pack:
        figures = pack.figures
        order = sorted(figures.by_area, key=lambda area: -figures.by_area[area])
        floor, cap = (figures.column("areas", "area", name) for name in ("floor_share", "cap_share"))
        assert columns(chart) == {
            "Tak": [cap[area] if cap[area] < 1 else None for area in order],
            "Andel": [figures.by_area[area] / pack.outcome.funded for area in order],
            "Golv": [floor[area] for area in order],
        }


def test_the_decision_is_told_to_the_krona(decks: Any) -> None:
    text = said(decks[DECISION, "baseline", "sv"])
    for number in ("12 128 129 kr", "6 064 064", "453 098", "1 486 065", "3 973 585"):
        assert number in text
    assert "Planen är bevisat bäst och kontrollerad krona för krona" in text
    assert "Bevisat bäst: ingen plan som håller reglerna är värd mer än 12 128,13 poäng" in text


def test_the_county_deck_says_what_matters(runs: Any, decks: Any) -> None:
    prs = decks[COUNTY, "minskade-1-1-medel", "en"]
    text = said(prs)
    with Pack.open(runs[COUNTY], "minskade-1-1-medel", "en") as pack:
        found = pack.comparison
        assert found is not None
        assert f"{len(found.group('always'))} projects are funded in full in all" in text
        assert f"SEK {pack.outcome.funded:,}" in text
    assert "The line: the money reaches this far" in text
    assert any(shape.shape_type == 6 for slide in prs.slides for shape in slide.shapes), "who works with whom"


def test_what_nobody_has_marked_is_not_told_as_nothing(decks: Any) -> None:
    """It was said that 0 % goes to women and 0 % to men."""
    titles = [slide.shapes.title.text_frame.text for slide in decks[DECISION, "baseline", "sv"].slides]
    assert "Ingen märkning säger hur kronorna fördelas mellan kvinnor och män" in titles
    assert not [title for title in titles if "0 %" in title.replace("\u00a0", " ").split()]


def test_what_is_lacking_is_what_the_cheapest_way_out_costs(decks: Any) -> None:
    """The money that one conflict lacks is not what a plan lacks: 397 358 kr stood beside a way out of 833 372 kr."""
    titles = [slide.shapes.title.text_frame.text for slide in decks[DECISION, "minskade-1-1-medel-hela", "sv"].slides]
    short, ways = (next(t for t in titles if t.startswith(what)) for what in ("Det fattas", "Billigaste vägen"))
    assert "833\u00a0372\u00a0kr" in short
    assert "833\u00a0372\u00a0kr" in ways


def test_without_a_plan_the_deck_says_so_and_proposes_nothing(decks: Any) -> None:
    prs = decks[DECISION, "minskade-1-1-medel-hela", "sv"]
    text = said(prs)
    assert "Det fattas 833 372 kr: ingen plan kan hålla dessa regler" in text
    assert "397 358 kr, från" in text
    assert "Förslaget är" not in text
    first, *_ = charts(prs)
    assert sum(sum(kronor) for kronor in columns(first).values()) == 11_294_757  # the budgets, not a plan


@pytest.mark.parametrize("status", ["time_limit", "error"])
def test_other_endings_are_told_as_well(runs: Any, status: str) -> None:
    with Pack.open(runs[f"{DECISION}-alone"]) as pack:
        outcome = dataclasses.replace(
            pack.outcome, status=status, certificate=None, projects=(), payments=(), standing=NOTHING_KNOWN
        )
        pack.__dict__["outcome"] = outcome
        prs = made(pack)
        assert 6 <= len(prs.slides) <= 10
        assert prs.slides[1].shapes.title.text_frame.text.startswith("Räkningen blev inte klar")
        assert "Inget förslag visas, eftersom räkningen inte blev klar." in said(prs)
        assert "Bestäm vad som får ge vika" not in said(prs)  # nothing says that the rules contradict each other


def test_a_plan_that_is_not_proven_is_shown_as_no_more_than_it_is(runs: Any) -> None:
    with Pack.open(runs[DECISION]) as pack:
        within = Standing("within", Fraction(31, 10_000))
        pack.__dict__["outcome"] = dataclasses.replace(pack.outcome, status="time_limit", standing=within)
        text = said(made(pack))
        assert "Ingen plan kan vara mer än 0,31 % bättre, och den här är kontrollerad krona för krona" in text
        assert "Planen är bevisat bäst" not in text


@pytest.mark.parametrize("model", ASKED)
def test_a_run_of_one_scenario_compares_nothing(runs: Any, model: str) -> None:
    with Pack.open(runs[f"{model}-alone"]) as pack:
        prs = made(pack)
        assert 6 <= len(prs.slides) - lists(prs) <= 10
        assert "scenarier" not in said(prs)


def test_the_same_run_gives_the_same_bytes(runs: Any, tmp_path: Path) -> None:
    for name in ("a.pptx", "b.pptx"):
        with Pack.open(runs[DECISION]) as pack:
            write(pack, tmp_path / name)
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()


# text stays inside


def overflowing(prs: Any) -> list[str]:
    """Texts that take more room than their shape, and shapes beyond the slide."""
    found = []
    for slide in prs.slides:
        for shape in slide.shapes:
            right, low = shape.left + shape.width, shape.top + shape.height
            if shape.left < 0 or shape.top < 0 or right > prs.slide_width + POINT or low > prs.slide_height + POINT:
                found.append(f"{shape.name} lies outside the slide")
            if shape.has_text_frame and not shape.is_placeholder:
                found += _too_high(shape.text_frame, shape.width / POINT, shape.height / POINT)
            elif shape.has_text_frame and shape.placeholder_format.type not in {KIND.FOOTER, KIND.SLIDE_NUMBER}:
                found += _too_high(shape.text_frame, shape.width / POINT, shape.height / POINT, slide, shape)
            if shape.has_table:
                high = sum(row.height for row in shape.table.rows) / POINT
                if high > shape.height / POINT + 1:
                    found.append(f"the table is {high} points high")
                for row in shape.table.rows:
                    for cell, column in zip(row.cells, shape.table.columns, strict=True):
                        if not cell.is_merge_origin:
                            found += _too_high(cell.text_frame, column.width / POINT - 10, row.height / POINT)
    return found


def _too_high(frame: Any, across: float, down: float, slide: Any = None, shape: Any = None) -> list[str]:
    needed = 0.0
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            size, bold = (run.font.size, bool(run.font.bold))
            points = size.pt if size is not None else _inherited(slide, shape, paragraph.level)
            needed += fit.lines(run.text, points, across + 1, bold=bold) * points * 1.17
    return [f"{frame.text[:40]!r} takes {needed:.0f} of {down:.0f} points"] if needed > down + 1 else []


def _inherited(slide: Any, shape: Any, level: int) -> float:
    base = next(p for p in slide.slide_layout.placeholders if p.placeholder_format.idx == shape.placeholder_format.idx)
    (size,) = base._element.xpath(f".//a:lstStyle/a:lvl{level + 1}pPr/a:defRPr/@sz")
    return int(size) / 100


@pytest.mark.parametrize("deck", DECKS)
def test_no_text_runs_over(decks: Any, deck: Any) -> None:
    assert overflowing(decks[deck]) == []


@pytest.mark.parametrize("size", [1, 2, 60])
def test_hostile_names_are_cleaned_and_cut(size: int) -> None:
    prs = made(hostile_pack("sv", size))
    assert 6 <= len(prs.slides) - lists(prs) <= 10
    assert overflowing(prs) == []
    everything = "\n".join(
        text
        for slide in prs.slides
        for text in [*texts(slide), slide.notes_slide.notes_text_frame.text, *_names(slide)]
    )
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", everything)
    assert max(len(line) for line in everything.splitlines()) < 60_000
    assert "<b>fet</b>" in everything, "markup is text like any other"


def test_the_data_behind_a_chart_has_no_formula_and_no_link() -> None:
    for chart in charts(made(hostile_pack("sv", 60))):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        (sheet,) = book.worksheets
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert all(cell.data_type in "sn" and cell.hyperlink is None for cell in cells)
        drawn = columns(chart)
        header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert header[1:] == list(drawn)
        assert [row[0] for row in rows] == list(chart.plots[0].categories)
        assert [list(values) for values in zip(*(row[1:] for row in rows), strict=True)] == list(drawn.values())


def _names(slide: Any) -> list[str]:
    found = []
    for shape in slide.shapes:
        found += [*shape._element.xpath(".//p:cNvPr/@descr"), *shape._element.xpath(".//p:cNvPr/@name")]
        if shape.has_chart:
            found += [*map(str, shape.chart.plots[0].categories), *columns(shape.chart)]
    return found


def test_a_crowd_of_scenarios_shows_the_ends(tmp_path: Path) -> None:
    model = read_model(ROOT / "models" / DECISION)
    (tmp_path / "satser.toml").write_text(MANY, encoding="utf-8")
    batch(model, read_scenarios(tmp_path / "satser.toml"), tmp_path / "many.sqlite", workers=0)
    with Pack.open(tmp_path / "many.sqlite", "sats-7") as pack:
        prs = made(pack)
    assert len(next(iter(columns(charts(prs)[-1]).values()))) <= 9
    assert "av 26 scenarier visas" in said(prs)
    assert overflowing(prs) == []


# templates


def template(tmp_path: Path, change: Any = None) -> Path:
    """A foreign template: 4:3, other names, a slide of its own."""
    prs = Presentation()
    for i, layout in enumerate(prs.slide_layouts):
        layout.name = f"Region {i}"
    slide = prs.slides.add_slide(prs.slide_layouts[0])
    slide.shapes.title.text = "En gammal bild"
    if change is not None:
        change(prs)
    prs.save(tmp_path / "mall.pptx")
    return tmp_path / "mall.pptx"


def without_titles(prs: Any) -> None:
    for layout in list(prs.slide_layouts):
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type in {KIND.TITLE, KIND.CENTER_TITLE}:
                shape._element.getparent().remove(shape._element)


def only_a_title(prs: Any) -> None:
    for slide in list(prs.slides._sldIdLst):
        prs.part.drop_rel(slide.rId)
        prs.slides._sldIdLst.remove(slide)
    for layout in list(prs.slide_layouts):
        if layout.name != "Region 5":
            prs.slide_layouts.remove(layout)


def wide(prs: Any) -> None:
    prs.slide_width, prs.slide_height = Pt(1440), Pt(810)


@pytest.mark.parametrize("change", [None, without_titles, only_a_title, wide])
@pytest.mark.parametrize("scenario", ["baseline", "minskade-1-1-medel-hela"])
def test_an_organisations_template_is_used(runs: Any, tmp_path: Path, change: Any, scenario: str) -> None:
    path = template(tmp_path, change)
    with Pack.open(runs[DECISION], scenario) as pack:
        prs = made(pack, path)
        made_as_ours = made(pack) if change is without_titles else prs  # lists are known by their titles
        first, *_ = charts(prs)
        assert sum(sum(kronor) for kronor in columns(first).values()) == (
            pack.outcome.funded if scenario == "baseline" else 11_294_757
        )
    assert "En gammal bild" not in said(prs)
    assert 6 <= len(prs.slides) - lists(made_as_ours) <= 10
    assert all(slide.slide_layout.name.startswith("Region ") for slide in prs.slides)
    assert (prs.slide_width, prs.slide_height) == (
        Presentation(path).slide_width,
        Presentation(path).slide_height,
    )
    if change is not without_titles:
        assert all(slide.shapes.title.text_frame.text for slide in prs.slides)
    if change is None:
        used = [
            shape.placeholder_format.type
            for slide in prs.slides
            for shape in slide.placeholders
            if shape.has_chart or shape.has_table
        ]
        assert len(used) >= 3
    loose = [s for slide in prs.slides for s in slide.shapes if not s.is_placeholder and s.has_text_frame]
    assert all(_too_high(s.text_frame, s.width / POINT, s.height / POINT) == [] for s in loose)


def test_the_county_fits_a_foreign_template(runs: Any, tmp_path: Path) -> None:
    with Pack.open(runs[COUNTY], "minskade-1-1-medel") as pack:
        prs = made(pack, template(tmp_path))
    for slide in prs.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= prs.slide_width + POINT
            assert shape.top + shape.height <= prs.slide_height + POINT


def repacked(path: Path, change: Any) -> Path:
    out = path.with_name("andrad.pptx")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w") as new:
        for name in package.namelist():
            content = change(name, package.read(name))
            if content is not None:
                new.writestr(name, content)
    return out


def test_a_potx_is_a_template_too(runs: Any, tmp_path: Path) -> None:
    kind = (b"presentation.main+xml", b"template.main+xml")
    path = repacked(template(tmp_path), lambda name, data: data.replace(*kind) if "Content_Types" in name else data)
    with Pack.open(runs[DECISION]) as pack:
        assert len(made(pack, path).slides) >= 6


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: None if name == "[Content_Types].xml" else data,
        lambda name, data: None if name == "ppt/presentation.xml" else data,
        lambda name, data: b"<p:x" if name == "ppt/slideMasters/slideMaster1.xml" else data,
        lambda name, data: None if name.startswith("ppt/slideLayouts/") else data,
        lambda name, data: (
            data.replace(b"presentationml.presentation.main+xml", b"wordprocessingml.document.main+xml")
            if "Content_Types" in name
            else data
        ),
        lambda name, data: (
            data.replace(
                b"vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
                b"vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
            )
            if "Content_Types" in name
            else data
        ),
    ],
)
def test_a_broken_template_is_refused(runs: Any, tmp_path: Path, change: Any) -> None:
    path = repacked(template(tmp_path), change)
    with Pack.open(runs[DECISION]) as pack, pytest.raises(UsageError, match=r"andrad\.pptx"):
        write(pack, tmp_path / "out.pptx", path)
    assert not (tmp_path / "out.pptx").exists()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 and no more", None])
def test_what_is_no_template_is_refused(runs: Any, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mall.pptx"
    if content is not None:
        path.write_bytes(content)
    with Pack.open(runs[DECISION]) as pack, pytest.raises(UsageError, match=r"mall\.pptx"):
        write(pack, tmp_path / "out.pptx", path)


def test_our_own_template_has_a_layout_for_every_kind(decks: Any) -> None:
    prs = decks[DECKS[0]]
    assert [layout.name for layout in prs.slide_layouts] == [layout.name for layout in LAYOUTS.values()]
    assert prs.slide_width * 9 == prs.slide_height * 16
