"""Who pays, of what money: financing, budgets, authorisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.program.columns import Columns, labels, ones
from rus_funding.program.linear import Block, Term

if TYPE_CHECKING:
    from rus_funding.model.portfolio import Portfolio


def totals(at: Portfolio, v: Columns) -> list[Block]:
    """K = Σ_p C_p x_p and K_a = Σ_p s_pa C_p x_p (kr): helper columns keep shares sparse."""
    projects, areas = np.arange(len(at.index.projects)), len(at.index.areas)
    p, a = np.nonzero(at.index.contributes)
    blocks = [
        Block(
            "funded_total",
            1,
            lambda: [("funded_total",)],
            (
                Term(ones(1), v.total[None], 1.0),
                Term(ones(projects.size), v.x, lambda n: -n.total.astype(np.float64)),
            ),
            0.0,
            0.0,
        ),
        Block(
            "area_total",
            areas,
            labels("area_total", at.index.areas.ids),
            (
                Term(np.arange(areas), v.area, 1.0),
                Term(a, v.x[p], lambda n: -(n.area_share[p, a] * n.total[p])),
            ),
            0.0,
            0.0,
        ),
    ]
    if v.municipal >= 0:
        blocks.append(
            Block(
                "municipal_total",
                1,
                lambda: [("municipal_total",)],
                (
                    Term(ones(1), np.asarray([v.municipal]), 1.0),
                    Term(ones(projects.size), v.x, lambda n: -(n.reach.sum(axis=1) * n.total)),
                ),
                0.0,
                0.0,
            )
        )
    return blocks


def financing(at: Portfolio, v: Columns) -> list[Block]:
    """1. Σ_f y_pftk = c_ptk · x_p (kr) for each p, t, k: every booked krona is financed, none twice."""
    size = at.cell_project.size
    projects, years = at.index.projects.ids, at.index.years.ids
    return [
        Block(
            "financing",
            size,
            lambda: [
                ("financing", projects[p], name, str(years[t]))
                for p, name, t in zip(at.cell_project.tolist(), at.cell_names, at.cell_year.tolist(), strict=True)
            ],
            (
                Term(at.cell, v.y, 1.0),
                Term(np.arange(size), v.x[at.cell_project], lambda n: -at.cell_cost(n).astype(np.float64)),
            ),
            0.0,
            0.0,
        )
    ]


def budget(at: Portfolio, v: Columns) -> list[Block]:
    """2. Σ_pk y_pftk + u_ft / carry_f ≤ B_ft + u_f,t−1 (kr); nothing is carried out of the last year."""
    funds, years = at.index.funds.ids, at.index.years.ids
    f, t = np.nonzero(v.u >= 0)
    step = len(years)
    return [
        Block(
            "budget",
            len(funds) * step,
            lambda: [("budget", fund, str(year)) for fund in funds for year in years],
            (
                Term(at.fund_year, v.y, 1.0),
                Term(f * step + t, v.u[f, t], lambda n: 1.0 / n.carry[f]),
                Term(f * step + t + 1, v.u[f, t], -1.0),
            ),
            -np.inf,
            lambda n: n.budget.reshape(-1).astype(np.float64),
        )
    ]


def authorisation(at: Portfolio, v: Columns) -> list[Block]:
    """14. Σ_{t > τ} Σ_pk y_pftk ≤ amount_fτ (kr): what may be bound for later years (*bemyndigande*)."""
    rows = at.index.model["authorisations"]
    fund = at.index.funds.locate(rows["fund"])
    years = np.asarray(at.index.years.ids)
    found_row, found_payment = [], []
    for row, (f, after) in enumerate(zip(fund.tolist(), rows["year"].tolist(), strict=True)):
        payments = np.flatnonzero((at.fund == f) & (years[at.year] > after))
        found_row.append(np.full(payments.size, row))
        found_payment.append(payments)
    if not rows.size:
        return []
    row_of, payment_of = np.concatenate(found_row), np.concatenate(found_payment)
    names = rows["fund"].tolist(), rows["year"].tolist()
    return [
        Block(
            "authorisation",
            rows.size,
            labels("authorisation", *names),
            (Term(row_of, v.y[payment_of], 1.0),),
            -np.inf,
            lambda n: n.model["authorisations"]["amount"].astype(np.float64),
        )
    ]
