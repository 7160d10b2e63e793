"""Corners of a curve are attained and beaten by no plan; between them the curve is what it is said to be."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from choices import Over
from explained import divisible
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.errors import UsageError
from rus_funding.explanations.choices import tables
from rus_funding.explanations.frontier import Frontier, frontier, place
from rus_funding.model.model import Objective
from rus_funding.model.reading import read_model
from rus_funding.program.objectives import OBJECTIVES

ROOT = Path(__file__).parent.parent
NAMES = tuple(OBJECTIVES)


def near(one: float, other: float, size: float = 0.0) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one), abs(other), size)


def beaten_by_none(model, found: Frontier) -> None:
    """For each corner, and halfway to the next one where the curve is exact: the best first objective at that level
    of the second, in the rules written once more.
    """
    levels = [(corner.second, corner.first) for corner in found.corners]
    if found.kind == "exact":
        for p, q in itertools.pairwise(found.corners):
            levels.append(((p.second + q.second) / 2, (p.first + q.first) / 2))
    size = max(abs(corner.first) for corner in found.corners)
    scale = max(abs(corner.second) for corner in found.corners)  # in thousandths, a steep curve makes points of a crumb
    for level, expected in levels[:8]:
        over = Over(model)
        over.objective(found.second)
        give = 1e-9 * min(max(1.0, abs(level)), scale)
        over.hold(found.second, level - found.senses[1] * give)
        best = over.best(found.first)
        assert best is not None
        assert near(best, expected, size), (found.kind, level, best, expected)


def ends_are_lexicographic(model, found: Frontier) -> None:
    for order, corner in (((0, 1), found.corners[0]), ((1, 0), found.corners[-1])):
        names = [(found.first, found.second)[i] for i in order]
        outcome = solve(model.replace(objectives=tuple(Objective(name) for name in names)))
        optima = dict(outcome.objectives)
        assert near(optima[found.first], corner.first)
        assert near(optima[found.second], corner.second)


def shaped(found: Frontier) -> None:
    """From corner to corner the first gets worse and the second better; without binaries, at a rising price."""
    one, other = found.senses
    for p, q in itertools.pairwise(found.corners):
        assert one * q.first < one * p.first
        assert other * q.second > other * p.second
    prices = [step.price for step in found.steps]
    if found.kind in {"exact", "capped"}:
        assert prices == sorted(prices)
    assert all(way >= 0 for way in found.behind)


@pytest.mark.parametrize("seed", range(26))
def test_random_models(seed: int) -> None:
    model = random_model(seed)
    first, second = random.Random(seed).sample(NAMES, 2)
    if not model["municipalities"].size and "reach" in (first, second):
        with pytest.raises(UsageError, match="municipalities"):
            frontier(model, first, second)
        return
    if solve(model).status == "infeasible":
        with pytest.raises(UsageError, match="no plan"):
            frontier(model, first, second)
        return
    found = frontier(model, first, second)
    shaped(found)
    ends_are_lexicographic(model, found)
    beaten_by_none(model, found)


@pytest.mark.parametrize("pair", [("value", "leverage"), ("draw_order", "balance"), ("value", "spread")])
@pytest.mark.parametrize("shipped", ["orebro-rus-2026-2028", "litet-exempel"])
def test_shipped_models(shipped: str, pair: tuple[str, str]) -> None:
    model = read_model(ROOT / "models" / shipped)
    found = frontier(model, *pair)
    assert found.kind == "exact"
    shaped(found)
    ends_are_lexicographic(model, found)
    beaten_by_none(model, found)


def test_the_portfolio_has_either_or_choices() -> None:
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    found = frontier(model, "value", "balance")
    assert found.kind == "grid"
    assert len(found.corners) == 13
    shaped(found)


def test_objectives_that_once_broke_the_second_stage() -> None:
    """A dual on a side that a row does not have was taken for one that holds."""
    model = divisible(read_model(ROOT / "models" / "lansportfolj-exempel"))
    for names in (("balance", "leverage"), ("leverage", "balance")):
        outcome = solve(model.replace(objectives=tuple(Objective(name) for name in names)))
        assert outcome.status == "optimal", outcome.message


def test_the_small_example_by_hand() -> None:
    """Own money pays half of each project: 75 000 kr less costs natur's 150 points, and so on, dearer and dearer."""
    model = read_model(ROOT / "models" / "litet-exempel")
    found = frontier(model, "value", "leverage")
    assert [(round(c.first, 6), round(c.second, 6)) for c in found.corners] == [
        (2350, 555_000.5),
        (2200, 480_000.5),
        (1960, 400_000.5),
        (360, 0),
    ]
    assert [round(step.price, 6) for step in found.steps] == [0.002, 0.003, 0.004]
    assert (found.plan.first, found.plan.second) == (2350, 555_001)
    assert found.behind == (0.0, 0.5)
    turned = frontier(model, "leverage", "value")
    assert [(c.second, c.first) for c in reversed(turned.corners)] == [(c.first, c.second) for c in found.corners]


def test_a_curve_of_many_corners_is_cut() -> None:
    model = read_model(ROOT / "models" / "orebro-rus-2026-2028")
    whole, cut = frontier(model, "value", "draw_order"), frontier(model, "value", "draw_order", most=5)
    assert (whole.kind, cut.kind) == ("exact", "capped")
    assert len(cut.corners) == 5
    for corner in cut.corners:
        assert any(near(corner.first, c.first) and near(corner.second, c.second) for c in whole.corners)


def test_where_a_plan_stands() -> None:
    """The plan of the most kronor pays whatever the region has; value and own money could both be better."""
    model = read_model(ROOT / "models" / "litet-exempel")
    found = frontier(model, "value", "spread")
    assert found.plan == place(solve(model), "value", "spread")
    assert found.plan.second == max(
        sum(p.kronor for p in solve(model).payments if p.fund == fund) for fund in model["funds"]["fund"].tolist()
    )
    assert found.best(found.plan.second) == pytest.approx(2350)
    assert found.best(10.0**9) == 2350
    assert found.best(-1.0) is None
    halfway = (found.corners[0].second + found.corners[1].second) / 2
    assert found.best(halfway) == pytest.approx((found.corners[0].first + found.corners[1].first) / 2)


@pytest.mark.parametrize("names", [("value", "value"), ("value", "happiness"), ("", "value")])
def test_what_is_no_pair_of_objectives_is_refused(names: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="Choose two of value, draw_order, balance"):
        frontier(read_model(ROOT / "models" / "litet-exempel"), *names)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "sv",
            (
                "Från punkt 1 till 2: 1 000 kr mindre från den största källan kostar 2,00 poäng i värde.",
                "Från punkt 4 till 5: 1 000 kr mindre från den största källan kostar 5,50 poäng i värde.",
                (
                    "Planen ger 2 350,00 poäng och 675 000 kr från den största källan. "
                    "Utan att det förra blir sämre går det att nå 615 000 kr från den största källan."
                ),
                "Kurvan är exakt: den är rät mellan punkterna, och ingen tillåten plan når förbi den.",
            ),
        ),
        (
            "en",
            (
                "From point 1 to 2: SEK 1,000 less from the largest source costs 2.00 points of value.",
                "From point 4 to 5: SEK 1,000 less from the largest source costs 5.50 points of value.",
                (
                    "The plan gives 2,350.00 points and SEK 675,000 from the largest source. "
                    "Without making the former worse, SEK 615,000 from the largest source can be reached."
                ),
                "The curve is exact: it is straight between the points, and no legal plan reaches beyond it.",
            ),
        ),
    ],
)
def test_the_curve_in_sentences(lang: str, said: tuple[str, ...]) -> None:
    model = read_model(ROOT / "models" / "litet-exempel")
    (table,) = tables(frontier(model, "value", "spread"), model, lang)
    assert tuple(note.replace("\xa0", " ") for note in table.notes) == said


def test_every_objective_can_be_said() -> None:
    """Each as the first of a pair and as the second, in both languages."""
    model = random_model(4)
    assert model["municipalities"].size
    for first, second in zip(NAMES, (*NAMES[3:], *NAMES[:3]), strict=True):
        found = frontier(model, first, second)
        for lang in ("sv", "en"):
            (table,) = tables(found, model, lang)
            assert [row[0] for row in table.rows] == [str(i + 1) for i in range(len(found.corners))]
            assert len(table.notes) >= 2
