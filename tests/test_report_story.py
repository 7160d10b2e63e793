"""The sentences and the colours that all papers of a meeting share."""

from __future__ import annotations

import dataclasses
import functools
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from build import build
from papers import ROOT, made, run_of

from rus_funding.kronor import NBSP
from rus_funding.model.reading import read_model
from rus_funding.model.rows import Rows
from rus_funding.papers.colours import colours
from rus_funding.papers.pack import Pack
from rus_funding.papers.story import Story, payers, story
from rus_funding.words.palette import GREY, HUES, contrast, ink, lifted

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from rus_funding.model.model import FundingModel

# how the colour-blind see linear light (Machado, Oliveira & Fernandes 2009, severity 1)
SEEN = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    made(folder / "decision.sqlite", "orebro-rus-2026-2028", "minskade-1-1-medel-hela", "utan-fum", "egna-medel")
    made(folder / "portfolio.sqlite", "lansportfolj-exempel", "malgap", "minskade-1-1-medel")
    return folder


@functools.cache  # how certain the county's decisions are takes seconds
def told(path: Path, scenario: str = "baseline", lang: str = "sv") -> Story:
    with Pack.open(path, scenario, lang) as pack:
        return story(pack)


def spaced(text: str) -> str:
    return text.replace(NBSP, " ")


def test_the_decision_is_told_in_two_sentences(runs: Path) -> None:
    found = told(runs / "decision.sqlite")
    assert [spaced(sentence) for sentence in found.answer] == [
        (
            "Förslaget är att finansiera projektet Genomförande av den regionala utvecklingsstrategin helt för "
            "12 128 129 kr, varav 50,0 % från Region Örebro län 1:1-medel (offentlig kontant), 29,1 % från Region "
            "Örebro län: Övriga medel (offentlig kontant) och 12,3 % från Region Örebro län: FUM (offentlig kontant)."
        ),
        "Inget lämnas utanför: alla kostnader är finansierade.",
    ]
    assert [(figure.key, figure.value) for figure in found.figures] == [
        ("funded", 12_128_129), ("asked", 1.0), ("cofinancing", 1 - 6_064_064 / 12_128_129), ("unused", 0),
    ]  # fmt: skip
    assert found.scenario == ""
    assert found.question.startswith("Vilka projekt ska finansieras 2026–2028")
    assert found.unverified == "2 rader av 117 i underlaget är märkta som okontrollerade."


def test_a_scenario_is_told_by_its_question_and_against_the_baseline(runs: Path) -> None:
    found = told(runs / "decision.sqlite", "utan-fum", "en")
    assert (found.scenario, found.question) == ("FUM finns inte", "Hur stor del av genomförandet ryms utan FUM?")
    assert spaced(found.answer[1]).startswith("SEK 3,638,699 of the cost has no funding")
    sentences = {one.scenario: spaced(one.sentence) for one in found.scenarios}
    assert sentences["baseline"] == "SEK 12,128,129 is funded and the plan is worth 12,128 points."
    assert sentences["utan-fum"] == (
        "SEK 3,638,699 less for the projects than in the baseline (−30.0%). The money covers 70.0% of the costs; "
        "SEK 3,638,699 is lacking."
    )
    assert sentences["minskade-1-1-medel-hela"] == "No plan can keep these rules."
    assert sentences["egna-medel-forst"] == (
        "Others than the state pay SEK 7,578,000, SEK 1,513,935 more; their share becomes 62.5%."
    )
    titles = [one.title for one in found.scenarios]
    assert len(set(titles)) == len(titles)  # scenarios of one file bear its title and their own names


def test_points_counted_otherwise_are_not_compared(runs: Path) -> None:
    sentences = {one.scenario: one.sentence for one in told(runs / "portfolio.sqlite").scenarios}
    assert "Poängen räknas på ett annat sätt" in sentences["malgap"]
    assert "Värdet" not in sentences["malgap"]
    assert "Värdet sjunker med" in sentences["minskade-1-1-medel"]


def test_a_share_that_rises_is_told_as_kronor(runs: Path) -> None:
    """With less 1:1 money co-financing rises as a share, and falls in kronor: it was said that it rises."""
    with Pack.open(runs / "portfolio.sqlite", "minskade-1-1-medel") as pack:
        level = dict(zip(*(pack.model["funds"][c].tolist() for c in ("fund", "level")), strict=True))
        paid = [
            sum(p.kronor for p in outcome.payments if level[p.fund] != "state")
            for outcome in (pack.outcome, pack.baseline)
        ]
    assert paid[0] < paid[1]
    (sentence,) = (s.sentence for s in told(runs / "portfolio.sqlite").scenarios if s.scenario == "minskade-1-1-medel")
    now, by = (f"{kronor:,}".replace(",", " ") for kronor in (paid[0], paid[1] - paid[0]))
    assert f"Andra än staten betalar {now} kr, {by} kr mindre; deras andel blir 62,9 %." in spaced(sentence)


def test_money_that_is_not_granted_stands_beside_the_answer(runs: Path) -> None:
    assert told(runs / "decision.sqlite").not_granted == ()
    (sentence,) = told(runs / "portfolio.sqlite").not_granted
    with Pack.open(runs / "portfolio.sqlite") as pack:
        (line,) = pack.run.records("scenarios", "baseline")
    lacking = line["money_applied"] + line["money_planned"]
    assert f"Av pengarna är {lacking:,} kr".replace(",", " ") in spaced(sentence)


def test_who_is_left_out_is_counted_by_reason(runs: Path) -> None:
    found = told(runs / "portfolio.sqlite")
    assert found.answer[1] == (
        "9 projekt får inga pengar. Ett har färre aktörer än modellen kräver: Visionsdokument för ortens utveckling. "
        "Ett är ordinarie verksamhet: Löpande drift av utvecklingskansliet."
    )
    assert found.unverified_rows["projects"] == (44, 44)
    assert "municipalities" not in found.unverified_rows
    assert [source.rows for source in found.sources][:2] == [0, 1441]


def test_payers_come_by_size_and_pay_everything(runs: Path) -> None:
    with Pack.open(runs / "portfolio.sqlite") as pack:
        found = payers(pack)
        assert [kronor for _, kronor in found] == sorted((kronor for _, kronor in found), reverse=True)
        assert sum(kronor for _, kronor in found) == pack.outcome.funded


def test_without_a_plan_there_is_nothing_to_be_proud_of(runs: Path) -> None:
    found = told(runs / "decision.sqlite", "minskade-1-1-medel-hela")
    assert not found.planned
    assert (found.figures, found.proof, found.proof_details) == ((), "", ())
    assert found.answer[0].startswith("Ingen plan")


def test_one_scenario_is_compared_with_none(tmp_path: Path) -> None:
    found = told(run_of(tmp_path / "run.sqlite", read_model(ROOT / "models" / "litet-exempel")))
    assert found.scenarios == found.spread == ()


def light(colour: str) -> NDArray[np.float64]:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where equal distances look equally far apart (Ottosson 2020)."""
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    out = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    return out @ np.cbrt(cones @ np.clip(rgb, 0, 1))


def test_every_colour_stands_out_from_paper() -> None:
    every = [*(colour for hue in HUES for colour in hue), GREY]
    assert len(set(every)) == len(every)
    assert min(contrast(colour, "#ffffff") for colour in every) >= 3
    assert min(contrast(lifted(colour, "#14181f"), "#14181f") for colour in every) >= 3
    assert min(contrast(ink(colour), colour) for colour in every) >= 4.5


@pytest.mark.parametrize("eyes", SEEN)
def test_the_colour_blind_tell_the_hues_apart(eyes: str) -> None:
    seen = [oklab(SEEN[eyes] @ light(hue[0])) for hue in HUES]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 0.08


def with_funds(levels: list[str]) -> FundingModel:
    model = read_model(ROOT / "models" / "litet-exempel")
    rows = model["funds"]
    columns = {name: np.resize(column, len(levels)) for name, column in rows.columns.items()}
    columns |= {"fund": np.array([f"f{i}" for i in range(len(levels))], object), "level": np.array(levels, object)}
    return dataclasses.replace(model, tables={**model.tables, "funds": Rows(columns)})


def test_funds_of_a_level_share_a_hue() -> None:
    found = list(colours(with_funds(["state", "eu", "eu", "region", "eu"])).fund.values())
    assert found == [HUES[0][0], HUES[1][0], HUES[1][1], HUES[2][0], HUES[1][2]]


@pytest.mark.parametrize("count", [1, 8, 32, 50])
def test_any_number_of_funds_has_colours(count: int) -> None:
    found = list(colours(with_funds(["state"] * count)).fund.values())
    assert len(found) == count
    assert len(set(found)) == min(count, 32) + (count > 32)
    assert found[32:] == [GREY] * (count - 32)
    assert found == list(colours(with_funds(["state"] * 60)).fund.values())[:count]


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        (("", "", ""), "Ingenting i underlaget är märkt som kontrollerat: 10 rader."),
        (
            ("yes", "no", ""),
            (
                "En rad av 10 i underlaget är märkt som okontrollerad. 8 rader av 10 i underlaget är aldrig märkta som "
                "kontrollerade."
            ),
        ),
        (("yes", "yes", ""), "8 rader av 10 i underlaget är aldrig märkta som kontrollerade."),
    ],
)
def test_a_row_without_a_mark_is_never_checked(tmp_path: Path, marks: tuple[str, ...], said: str) -> None:
    """It was said that no row is marked as unchecked, of an input in which nobody had checked anything."""
    model = build(
        funds=[{"fund": f, "verified": mark} for f, mark in zip("fgh", marks, strict=True)],
        budgets={"f": 10},
        costs={"p": 10},
    )
    found = told(run_of(tmp_path / "run.sqlite", model))
    assert found.unverified == said
    assert found.unverified_rows["funds"] == (sum(mark != "yes" for mark in marks), 3)
