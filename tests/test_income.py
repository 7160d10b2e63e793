"""Income comes before a grant that is counted on the net cost, or the plan and `check` say that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from build import build
from hypothesis import given, settings
from hypothesis import strategies as st

from rus_funding.engine.engine import solve
from rus_funding.engine.income import Standing, standing
from rus_funding.model.validation import validate
from rus_funding.papers.rests_on import rests_on
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from rus_funding.model.model import FundingModel

# an Interreg project of 1 000 000 kr with fees of 350 000 kr: 50 % of the net is 325 000 kr
FORUM: dict[str, Any] = {
    "projects": [{"project": "p", "name": "Framtidsforum"}],
    "budgets": {"eu": 1_000_000, "eg": 1_000_000, "avg": 350_000},
    "costs": {"p": 1_000_000},
}


def forum(*orders: int, **more: Any) -> FundingModel:
    eu, own, fees = orders
    funds = [
        {"fund": "eu", "name": "ERUF", "level": "eu", "max_rate": 0.5, "rate_base": "net", "draw_order": eu},
        {"fund": "eg", "name": "Egna medel", "level": "region", "draw_order": own},
        {"fund": "avg", "name": "Deltagaravgifter", "sector": "private", "level": "private", "income": True,
         "draw_order": fees, **more},
    ]  # fmt: skip
    return build(**FORUM, funds=funds)


def warned(model: FundingModel) -> list[Any]:
    return [problem for problem in validate(model) if problem.code == "income_drawn_late"]


def paid(model: FundingModel) -> dict[str, int]:
    return {payment.fund: payment.kronor for payment in solve(model).payments}


def test_income_that_is_drawn_last_stands_and_is_told():
    model = forum(1, 2, 3)
    assert paid(model) == {"eu": 500_000, "eg": 500_000}
    outcome = solve(model)
    assert standing(outcome) == [Standing("p", "avg", "eu", 350_000, 175_000)]
    said = [line.replace("\xa0", " ") for line in rests_on(outcome, "sv")]
    assert (
        "Deltagaravgifter 350 000 kr står oanvända fast ERUF ersätter nettokostnaden för Framtidsforum: bidraget kan "
        "vara upp till 175 000 kr för högt. Intäkter ska dras först (draw_order)."
    ) in said


def test_check_warns_of_the_order_and_what_it_says_mends_it():
    (found,) = warned(forum(1, 2, 3))
    assert (found.severity, found.column, found.value) == ("warning", "draw_order", "3")
    assert translated(found, "sv").what == (
        "eu ersätter nettokostnaden, men intäkten avg dras inte först: eg, eu dras före eller samtidigt. Intäkten kan "
        "då stå oanvänd, och bidraget räknas på för mycket."
    )
    assert translated(found, "sv").remedy.startswith("Ge avg lägre ”dragordning” än alla andra källor")
    mended = forum(1, 2, 0)
    assert warned(mended) == []
    assert paid(mended) == {"avg": 350_000, "eg": 325_000, "eu": 325_000}
    assert standing(solve(mended)) == []


@pytest.mark.parametrize("orders", [(1, 2, 1), (0, 0, 0), (2, 1, 1), (2, 1, 3)])
def test_an_order_that_leaves_it_open_is_warned_of(orders: tuple[int, int, int]):
    assert len(warned(forum(*orders))) == 1


def test_without_a_fund_that_pays_by_the_net_nothing_is_said():
    model = forum(1, 2, 3)
    rows = model["funds"]
    rates = rows["rate_base"].copy()
    rates[:] = "booked"
    gross = model.replace(tables={**model.tables, "funds": rows.replace(rate_base=rates)})
    assert warned(gross) == []
    assert standing(solve(gross)) == []


def test_only_what_the_income_may_pay_counts():
    """Of the fees a fifth of the costs at most may be used, and 60 000 kr at most to a project."""
    assert standing(solve(forum(1, 2, 3, max_rate=0.2)))[0].kronor == 200_000
    assert standing(solve(forum(1, 2, 3, max_rate=0.2, max_per_project=60_000)))[0].kronor == 60_000


def test_income_that_may_not_pay_the_project_is_not_its_income():
    model = build(
        **{**FORUM, "projects": [{"project": "p"}, {"project": "q"}], "costs": {"p": 1_000_000, "q": 100}},
        funds=[
            {"fund": "eu", "max_rate": 0.5, "rate_base": "net", "draw_order": 1},
            {"fund": "eg", "draw_order": 2},
            {"fund": "avg", "income": True, "draw_order": 3},
        ],
        eligibility=[
            {"fund": "avg", "by": "project", "value": "q"},
            {"fund": "eu", "by": "project", "value": "p"},
        ],
    )
    assert warned(model) == []
    assert standing(solve(model)) == []


@settings(max_examples=25, deadline=None)
@given(
    cost=st.integers(1, 999),
    fees=st.integers(0, 999),
    rate=st.sampled_from((0.2, 0.5, 1.0)),
    orders=st.permutations((1, 2, 3)),
)
def test_income_first_leaves_none_standing(cost: int, fees: int, rate: float, orders: list[int]):
    """Where the income is drawn first none stands; else what stands is never more than is there."""
    given_budgets = {"eu": 2000, "eg": 2000, "avg": fees}
    funds = [
        {"fund": "eu", "max_rate": rate, "rate_base": "net", "draw_order": orders[0]},
        {"fund": "eg", "draw_order": orders[1]},
        {"fund": "avg", "income": True, "draw_order": orders[2]},
    ]
    outcome = solve(build(funds=funds, budgets=given_budgets, costs={"p": cost}))
    used = sum(payment.kronor for payment in outcome.payments if payment.fund == "avg")
    found = standing(outcome)
    if orders[2] == 1:
        assert found == []
        assert used == min(cost, fees)
    for one in found:
        assert 0 < one.kronor <= min(cost, fees) - used
