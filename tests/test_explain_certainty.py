"""How certain decisions are: by hand, and by the second opinion kept to plans that are almost as good."""

from __future__ import annotations

import pytest
from build import build
from explained import best
from random_models import random_model

from rus_funding.engine.engine import solve
from rus_funding.explanations import Case
from rus_funding.explanations.certainty import NEARLY, Certainty, certainty
from rus_funding.explanations.certainty_words import certain_label, certainty_lists, certainty_sentences
from rus_funding.explanations.sentences import Words
from rus_funding.model.model import FundingModel, Objective


def made(model: FundingModel, epsilon: float, **how: bool) -> Certainty:
    return certainty(Case(solve(model)), epsilon, **how)


def classes(found: Certainty) -> dict[str, str]:
    return {one.project: one.kind for one in found.projects}


def test_every_class_by_hand() -> None:
    """Points a krona: 2 in `best`, 0.6 in `part`, 0.5 in `half` (10 of 50 kr funded), 0.48 in `new`, 0.01 in `never`.

    0.7 % of the 735 points are 5.145. A krona from `best` to `half` loses 1.5 points. Of `part` 40 kr may go to `half`
    for 4 points, and 9.54 kr to `new` for the rest. The 10 kr of `half` go to `new` for 0.2 points; and half a krona to
    `never`, one hundredth of it, for 0.245.
    """
    model = build(
        budgets={"grant": 210},
        costs={"sure": 50, "best": 100, "part": 50, "half": 50, "new": 50, "never": 50},
        benefits={"sure": 500, "best": 200, "part": 30, "half": 25, "new": 24, "never": 0.5},
        projects=[{"project": "sure", "status": "committed"}, *({"project": p} for p in ("best", "part", "half")),
                  {"project": "new"}, {"project": "never"}],
    )  # fmt: skip
    found = made(model, 0.007)
    assert classes(found) == {
        "sure": "whole", "best": "part", "part": "part", "half": "drops", "new": "enters", "never": "enters",
    }  # fmt: skip
    least = {one.project: one.least for one in found.projects}
    assert least["best"] == pytest.approx(1 - 5.145 / 1.5 / 100)
    assert least["part"] == pytest.approx((50 - 40 - 1.145 / 0.12) / 50)
    assert found.undecided == 3


def test_the_words_leave_out_what_is_none() -> None:
    model = build(budgets={"grant": 100}, costs={"p": 100, "q": 100}, benefits={"p": 200, "q": 10},
                  projects=[{"project": "p", "indivisible": True}, {"project": "q", "indivisible": True}])  # fmt: skip
    found, words = made(model, 0.1), Words(model, "sv")
    assert classes(found) == {"p": "whole", "q": "never"}
    sure, none = (line.replace("\u00a0", " ") for line in certainty_sentences(found, words))
    assert sure.startswith(
        "I alla planer som är högst 10 % (20,00 poäng) sämre än den bästa är 1 projekt med i sin helhet"
    )
    assert sure.endswith(" och 1 projekt inte med.")
    assert none == "Inget beslut är öppet."
    assert certainty_lists(found, words) == ["Alltid helt med: p.", "Aldrig med: q."]
    closer = made(model.replace(tables={**model.tables, **build(budgets={"grant": 100}, costs={"p": 100, "q": 100},
                  benefits={"p": 200, "q": 199}).tables}), 0.1)  # fmt: skip
    assert certainty_sentences(closer, Words(model, "en"))[-1] == (
        "2 decisions are open: 1 project may drop out and 1 project may come in."
    )


def test_a_least_share_is_part_of_the_class() -> None:
    model = build(budgets={"grant": 100}, costs={"p": 100, "q": 100}, benefits={"p": 200, "q": 100})
    found, words = made(model, 0.1), Words(model, "sv")
    assert certain_label(found.projects[0], words).replace("\u00a0", " ") == "Alltid med, minst 80,0 %"
    assert certain_label(found.projects[1], words) == "Kan komma in"


def test_where_the_work_ends_classes_are_open_and_no_count_is_told() -> None:
    model = build(budgets={"grant": 100}, costs={"p": 100, "q": 100}, benefits={"p": 200, "q": 100})
    found = certainty(Case(solve(model)), 0.1, work=0)
    assert set(classes(found).values()) == {"open"}
    assert certainty_sentences(found, Words(model, "sv")) == []


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_classes_are_those_of_the_second_opinion(seed: int) -> None:
    """In or out is asked of another program: the best value with the other decision, against the level."""
    model = random_model(seed).replace(objectives=(Objective("value"), Objective("draw_order")))
    outcome = solve(model)
    if not outcome.planned:
        return
    case = Case(outcome)
    found = certainty(case, 0.05)
    quick = {one.project: one for one in certainty(Case(outcome), 0.05, exact=False).projects}
    near = 1e-6 * max(1.0, abs(found.best))
    amounts = case.ground.amounts
    place = case.ground.formulation.at.index.projects.position
    for one in found.projects:
        if one.fixed:
            continue
        i = place[one.project]
        assert quick[one.project].kind == one.kind or {quick[one.project].kind, one.kind} == {"part", "whole"}
        assert quick[one.project].least <= one.least + 1e-6
        if one.kind in {"drops", "whole", "part"}:
            out = best(model, one.project, (), 0.0, 0.0)
            assert (out >= found.level - near) if one.kind == "drops" else not out >= found.level + near, one
        else:
            step = 1.0 if amounts.indivisible[i] else max(float(amounts.min_share[i]), NEARLY)
            inside = best(model, one.project, (), step, 1.0)
            assert (inside >= found.level - near) if one.kind == "enters" else not inside >= found.level + near, one
        if one.kind == "part":
            assert one.exact
            assert best(model, one.project, (), 0.0, min(1.0, one.least + 1e-4)) >= found.level - near, one
            less = best(model, one.project, (), 0.0, max(0.0, one.least - 1e-3))
            assert not less > found.level + near, one
