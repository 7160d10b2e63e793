"""The rows of the plain linear program, as multipliers meet them: one function a rule, its docstring the row.

`ROWS` maps the first part of a label to (sign a multiplier may have, parts that follow, function). λ > 0 prices the
row's upper side, λ < 0 its lower side.

==================================  ================================================================== ====
label                               row                                                                sign
==================================  ================================================================== ====
financing, project, class, year     Σ_f y − c · x = 0                                                  any
budget, fund, year                  Σ_pk y + u_t / carry − u_t−1 ≤ B                                   ≥ 0
rate, project, fund, year|total     Σ y − r · E · x (+ r · Σ_income y) ≤ 0; total: ≤ r · E° − a        ≥ 0
cap, project, fund                  Σ_tk y ≤ max_per_project − a                                       ≥ 0
cap_chosen, project, fund           Σ_tk y − (max_per_project − a) · z ≤ 0                             ≥ 0
group_min, limit, project           Σ y − min_rate · C · x ≥ −max(0, a − min_rate · B°)                ≤ 0
group_max, limit, project           Σ y − max_rate · C · x ≤ max(0, max_rate · B° − a)                 ≥ 0
area_floor, area                    K_a − floor · S ≥ 0                                                ≤ 0
area_cap, area                      K_a − cap · S ≤ 0                                                  ≥ 0
diversification, fund               Σ y − max_share · S ≤ 0                                            ≥ 0
territorial, municipality           Σ_p m_pj C x − floor · pop_j / Σ pop · Σ_j' Σ_p m_pj' C x ≥ 0      ≤ 0
participation, actor                Σ_p x ≥ min_projects                                               ≤ 0
perspective, perspective            Σ_p m_pd C x − floor · S ≥ 0                                       ≤ 0
commitment, project, fund, year, k  Σ_k y ≥ amount (decided), = amount (paid)                          ≤ 0, any
authorisation, fund, year           Σ_{t > year} y ≤ amount                                            ≥ 0
requires, project, other            x_p − x_other ≤ 0                                                  ≥ 0
excludes, project, other            z_p + z_other ≤ 1                                                  ≥ 0
viability_max, project              x − z ≤ 0                                                          ≥ 0
viability_min, project              x − min_share · z ≥ 0                                              ≤ 0
indivisible, project                x − z = 0                                                          any
least_grant_max, project, fund      Σ_tk y − C_pf · w ≤ 0                                              ≥ 0
least_grant_min, project, fund      Σ_tk y − min_per_project · (w − s) ≥ 0                             ≤ 0
alone, project, fund (`Case.alone`) Σ_tk y − C · x − C · s ≥ −C                                        ≤ 0
alone_pays, project, fund (as well) s − w ≤ 0                                                          ≥ 0
tie, actor, other                   n − Σ_p x ≤ 0                                                      ≥ 0
beyond, area                        q − o ≤ target                                                     ≥ 0
kept, objective                     the objective is as good as its level                              ≥ 0
balance, area                       weight · m − K_a ≤ 0                                               ≥ 0
reach, municipality                 population · m − Σ_p m_pj C x ≤ 0                                  ≥ 0
spread, fund                        Σ y − m ≤ 0                                                        ≥ 0
continuity_most, project, fund      Σ_tk y − d ≤ previous                                              ≥ 0
continuity_least, project, fund     Σ_tk y + d ≥ previous                                              ≤ 0
==================================  ================================================================== ====

a = paid°, what closed years paid; E°, B°: what was booked then (`rus_funding.proof.parts.Past`). These four rows say
nothing of projects that are what is booked, `participation` nothing of what remains of them. S = K, or with
`share_base` available A, all budgets of all years; K = Σ_p C x, K_a = Σ_p s_pa C x, q_a = Σ_p b_pa x. Columns: x in
0..1 (1 if committed or required, 0 if barred), y in 0..c, z, w, s and n in 0..1, 0 ≤ d ≤ max(previous, C_pf), 0 ≤ u ≤
what can at most be carried, 0 ≤ o ≤ what q can exceed the target by. The value: Σ_a w · (q − (1 − beyond) · o) + Σ_ij
worth · n. Objectives that stand before the one that is bounded are kept at a level (`kept`); m is the column of an
extreme objective (`balance`, `reach`, `spread`), on the good side of its level where it is kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.kept import balance, continuity_least, continuity_most, kept, reach, spread
from rus_funding.proof.multipliers import down, known, up

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from rus_funding.proof.multipliers import Multipliers
    from rus_funding.proof.reading import Label


def financing(m: Multipliers, by: int, project: str, part: str, year: str) -> None:
    """Σ_f y − c · x = 0."""
    cell = (project, part, m.year[year])
    known(m.case.costs, cell)
    m.cell[cell] = by
    m.loose[project] += abs(by)


def budget(m: Multipliers, by: int, fund: str, year: str) -> None:
    """Σ_pk y + u_t / carry − u_t−1 ≤ B."""
    known(m.case.funds, fund)
    cell = (fund, m.year[year])
    m.ft[cell] += by
    m.budgets[cell] = by
    m.side(by, m.case.budgets.get(cell, 0))


def rate(m: Multipliers, by: int, project: str, fund: str, period: str) -> None:
    """Σ y − r · E · x (+ r · Σ_income y) ≤ 0, over a year; over the total ≤ r · E° − paid° of closed years."""
    open_years_only(m, project)
    rules = m.case.funds[fund]
    base = m.case.bases[project, fund]
    if (period == "total") != (rules.basis == "total"):
        raise KeyError(period)
    if period == "total":
        m.pf[project, fund] += by
        years, whole = m.case.years, sum(base.values())
        m.side(by, m.case.past.rate(rules, project))
    else:
        years = (m.year[period],)
        known(m.case.pays, (project, fund, years[0]))
        m.pft[project, fund, years[0]] += by
        whole = base.get(years[0], 0)
    m.x[project] -= up(by * whole, rules.rate)
    if rules.base == "net":
        for year in years:
            m.income[project, year] += down(by, rules.rate)
    m.loose[project] += abs(by) * m.case.projects[project].cells  # no more, as r ≤ 1


def cap(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y ≤ max_per_project − paid°."""
    open_years_only(m, project)
    most = m.case.funds[fund].cap
    if most is None or (project, fund) not in m.case.bases:
        raise KeyError(fund)
    m.pf[project, fund] += by
    m.side(by, most - m.case.past.paid.get((project, fund), 0))


def open_years_only(m: Multipliers, project: str) -> None:
    """Refuse a row of what is booked of closed years: rates and caps say nothing of constants."""
    if project in m.case.past.projects:
        raise KeyError(project)


def cap_chosen(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y − (max_per_project − a) · z ≤ 0: a project is paid nothing (z = 0) or what the cap leaves (z = 1)."""
    open_years_only(m, project)
    most = m.case.funds[fund].cap
    if most is None or (project, fund) not in m.case.bases:
        raise KeyError(fund)
    known(m.case.gates, project)
    left = most - m.case.past.paid.get((project, fund), 0)
    if left < 0:
        raise KeyError(fund)  # z = 0 does not follow then
    m.pf[project, fund] += by
    m.z[project] -= up(by, left)


def group_min(m: Multipliers, by: int, limit: str, project: str) -> None:
    """Σ y − min_rate · C · x ≥ −(the room of closed years)."""
    rate = m.case.limits[limit]
    _group(m, by, limit, project, rate.least, -m.case.past.group(rate, project)[0])


def group_max(m: Multipliers, by: int, limit: str, project: str) -> None:
    """Σ y − max_rate · C · x ≤ the room of closed years."""
    rate = m.case.limits[limit]
    _group(m, by, limit, project, rate.most, m.case.past.group(rate, project)[1])


def _group(m: Multipliers, by: int, limit: str, project: str, share: Fraction, room: Fraction) -> None:
    if limit not in m.case.limits_on[project]:
        raise KeyError(project)
    for fund in m.case.projects[project].funds:
        if fund in m.case.limits[limit].funds:
            m.pf[project, fund] += by
    m.side(by, room)
    m.x[project] -= up(by * m.case.projects[project].cost, share)


def area_floor(m: Multipliers, by: int, area: str) -> None:
    """K_a − floor · S ≥ 0."""
    _area(m, by, area, m.case.areas[area].floor)


def area_cap(m: Multipliers, by: int, area: str) -> None:
    """K_a − cap · S ≤ 0."""
    _area(m, by, area, m.case.areas[area].cap)


def _area(m: Multipliers, by: int, area: str, share: Fraction) -> None:
    m.ka[area] += by
    _of_all(m, by, share)


def _of_all(m: Multipliers, by: int, share: Fraction) -> None:
    """−share · S on the row's left: a column where S = K, else moved to its side as share · A. A policy share gives."""
    if m.case.share_base == "available":
        m.side(by, share * m.case.available, len(m.case.projects))
    else:
        m.k -= up(by, share)
        m.side(by, 0, len(m.case.projects))


def diversification(m: Multipliers, by: int, fund: str) -> None:
    """Σ y − max_share · S ≤ 0."""
    m.f[fund] += by
    _of_all(m, by, m.case.funds[fund].max_share)


def territorial(m: Multipliers, by: int, municipality: str) -> None:
    """Σ_p m_pj C x − floor · pop_j / Σ pop · Σ_j' Σ_p m_pj' C x ≥ 0."""
    places = m.case.municipalities
    people = sum(place.population for place in places.values())
    m.everywhere += down(by, -m.case.municipality_floor * Fraction(places[municipality].population, people or 1))
    m.kj[municipality] += by
    m.side(by, 0, len(m.case.projects))


def participation(m: Multipliers, by: int, actor: str) -> None:
    """Σ_p x ≥ min_projects."""
    least, projects = m.case.actors[actor]
    for project in projects:
        m.x[project] += by
    m.side(by, least, sum(m.case.projects[p].krona for p in projects))


def perspective(m: Multipliers, by: int, perspective: str) -> None:
    """Σ_p m_pd C x − floor · S ≥ 0."""
    m.kd[perspective] += by
    _of_all(m, by, m.case.perspectives[perspective].floor)


def commitment(m: Multipliers, by: int, project: str, fund: str, year: str, kind: str) -> None:
    """Σ_k y ≥ amount (decided; λ ≤ 0) or = amount (paid)."""
    amount = m.case.promised[project, fund, m.year[year], kind]
    priced = by if kind == "paid" else min(by, 0)
    m.pft[project, fund, m.year[year]] += priced
    m.side(priced, amount)


def authorisation(m: Multipliers, by: int, fund: str, year: str) -> None:
    """Σ_{t > year} y ≤ amount."""
    m.side(by, m.case.authorisations[fund, int(year)])
    for t in m.case.years:
        if t > int(year):
            m.ft[fund, t] += by


def requires(m: Multipliers, by: int, project: str, other: str) -> None:
    """x_p − x_other ≤ 0."""
    known(m.case.requires, (project, other))
    m.x[project] += by
    m.x[other] -= by
    m.side(by, 0, sum(m.case.projects[p].cells * m.case.projects[p].krona for p in (project, other)))


def excludes(m: Multipliers, by: int, project: str, other: str) -> None:
    """z_p + z_other ≤ 1."""
    known(m.case.excludes, (project, other))
    m.z[project] += by
    m.z[other] += by
    m.side(by, 1)


def viability_max(m: Multipliers, by: int, project: str) -> None:
    """x − z ≤ 0."""
    _gate(m, by, project, 1)


def viability_min(m: Multipliers, by: int, project: str) -> None:
    """x − min_share · z ≥ 0."""
    _gate(m, by, project, m.case.projects[project].min_share)


def indivisible(m: Multipliers, by: int, project: str) -> None:
    """x − z = 0."""
    if not m.case.projects[project].indivisible:
        raise KeyError(project)
    _gate(m, by, project, 1)


def _gate(m: Multipliers, by: int, project: str, share: Fraction | int) -> None:
    known(m.case.gates, project)
    m.x[project] += by
    m.z[project] -= up(by, share)
    m.side(by, 0, m.case.projects[project].cells * m.case.projects[project].krona)


def least_grant_max(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y − C_pf · w ≤ 0."""
    m.pf[project, fund] += by
    m.w[f"{project} {fund}"] -= by * m.case.grants[project, fund]


def least_grant_min(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y − min_per_project · (w − s) ≥ 0."""
    known(m.case.grants, (project, fund))
    least = m.case.funds[fund].least
    m.pf[project, fund] += by
    m.w[f"{project} {fund}"] -= by * least
    if (project, fund) in m.case.alone:
        m.w[f"{project} {fund} alone"] += by * least


def alone(m: Multipliers, by: int, project: str, fund: str) -> None:
    """Σ_tk y − C · x − C · s ≥ −C."""
    known(m.case.alone, (project, fund))
    cost = m.case.projects[project].cost
    m.pf[project, fund] += by
    m.x[project] -= by * cost
    m.w[f"{project} {fund} alone"] -= by * cost
    m.side(by, -cost)


def alone_pays(m: Multipliers, by: int, project: str, fund: str) -> None:
    """s − w ≤ 0."""
    known(m.case.alone, (project, fund))
    m.w[f"{project} {fund} alone"] += by
    m.w[f"{project} {fund}"] -= by


def tie(m: Multipliers, by: int, actor: str, other: str) -> None:
    """n − Σ_p x ≤ 0."""
    for project in m.case.ties[actor, other].projects:
        m.x[project] -= by
    m.n[actor, other] = by


def beyond(m: Multipliers, by: int, area: str) -> None:
    """q − o ≤ target."""
    target = m.case.areas[area].target
    if target is None:
        raise KeyError(area)
    m.q[area] = by
    m.side(by, target)


ROWS: Mapping[str, tuple[str, int, Callable[..., None]]] = {
    "financing": ("any", 3, financing),
    "budget": (">=0", 2, budget),
    "rate": (">=0", 3, rate),
    "cap": (">=0", 2, cap),
    "cap_chosen": (">=0", 2, cap_chosen),
    "group_min": ("<=0", 2, group_min),
    "group_max": (">=0", 2, group_max),
    "area_floor": ("<=0", 1, area_floor),
    "area_cap": (">=0", 1, area_cap),
    "diversification": (">=0", 1, diversification),
    "territorial": ("<=0", 1, territorial),
    "participation": ("<=0", 1, participation),
    "perspective": ("<=0", 1, perspective),
    "commitment": ("any", 4, commitment),
    "authorisation": (">=0", 2, authorisation),
    "requires": (">=0", 2, requires),
    "excludes": (">=0", 2, excludes),
    "viability_max": (">=0", 1, viability_max),
    "viability_min": ("<=0", 1, viability_min),
    "indivisible": ("any", 1, indivisible),
    "least_grant_max": (">=0", 2, least_grant_max),
    "least_grant_min": ("<=0", 2, least_grant_min),
    "alone": ("<=0", 2, alone),
    "alone_pays": (">=0", 2, alone_pays),
    "tie": (">=0", 2, tie),
    "beyond": (">=0", 1, beyond),
    "kept": (">=0", 1, kept),
    "balance": (">=0", 1, balance),
    "reach": (">=0", 1, reach),
    "spread": (">=0", 1, spread),
    "continuity_most": (">=0", 2, continuity_most),
    "continuity_least": ("<=0", 2, continuity_least),
}

IMPLIED = {"cap_chosen": "cap"}  # rows that follow from a rule where a choice is whole: the rule that they say again
UNTOLD = {  # rows that bind without being anybody's rule
    *("financing", "tie", "beyond", "balance", "reach", "spread", "continuity_most", "continuity_least"),
    *("least_grant_max", "alone", "alone_pays", *IMPLIED),
}


def of_rules(duals: Mapping[Label, float], unchosen: Container[str]) -> dict[Label, float]:
    """Multipliers with those of rows that say a rule again added to the rule's own.

    Where the project is not chosen, such a row holds it to nothing whatever the rule's side is: it is nobody's price.
    """
    found = dict(duals)
    for label in [label for label in duals if label[0] in IMPLIED]:
        rule, more = (IMPLIED[label[0]], *label[1:]), found.pop(label)
        if label[1] not in unchosen:
            found[rule] = found.get(rule, 0.0) + more
    return found
