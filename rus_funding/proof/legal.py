"""The rules that hold to the krona, and what makes a project fundable at all, one function a rule.

S_ptk = Σ_f y_pftk is what is settled of a cost, S_p its sum, x_p = S_p / C_p the project's share. What a rule may give
stands in `rus_funding.proof.audit`.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.breach import Breach, Shares, exceeds, falls_short
from rus_funding.proof.closed import closed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.proof.case import Case
    from rus_funding.proof.ledger import Ledger
    from rus_funding.proof.parts import Project


def financing(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:
    """Rule 1: S_ptk ≤ c_ptk, and every cost cell of a project is settled in the same share: S_ptk ≈ c_ptk · x_p."""
    for (name, kind, year), settled in ledger.settled.items():
        cost = case.costs[name, kind, year]
        text = f"{name} gets {settled} kr for {kind} in {year}, more than its cost {cost} kr."
        yield from exceeds(("financing", name, kind, str(year)), settled, cost, text)
    for name, project in case.projects.items():
        settled = ledger.p.get(name, 0)
        if not 0 < settled < project.cost:  # wholly funded: equal by the check above
            continue
        for part in project.classes:
            for year, cost in part.costs.items():
                paid = ledger.settled.get((name, part.name, year), 0)
                off = abs(paid * project.cost - cost * settled)
                if off >= project.uneven * project.cost:
                    share, over = shares[name], Fraction(off, project.cost)
                    text = (
                        f"{name} is funded to {float(share):.6f}, but gets {paid} of {cost} kr ({part.name}, {year})."
                    )
                    yield Breach(("financing", name, part.name, str(year)), paid, "=", cost * share, over, text)


def budget(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001 (one signature for all)
    """Rule 2: Σ_pk y ≤ B_ft + u_f,t−1, with u_ft = carry_f · (what is left of t), the most that may be carried."""
    for name, fund in case.funds.items():
        carried = Fraction(0)
        for year in case.years:
            available = case.budgets.get((name, year), 0) + carried
            used = ledger.ft.get((name, year), 0)
            text = f"{name} pays {used} kr in {year}, more than its {float(available):.2f} kr."
            yield from exceeds(("budget", name, str(year)), used, available, text)
            carried = fund.carry * max(Fraction(0), available - used)


def rate(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 3: Σ_k y ≤ r_f · E_pft each year, or Σ_tk y ≤ r_f · E_pf over the years; E from what is settled.

    E: the settled costs f may pay (`eligible`), all settled cash costs (`booked`), all settled costs (`total`), or
    settled cash costs less what income funds pay (`net`). Over all years, closed ones count: + r_f · E° − paid°.
    """
    for project, fund in _rated(case, ledger):
        most = case.funds[fund].rate
        for period, amount, whole in _periods(case, ledger, project, fund):
            left = case.past.rate(case.funds[fund], project) if period == "total" else 0
            text = f"{fund} pays {amount} kr to {project} ({period}), more than {most} of {whole} kr."
            yield from exceeds(("rate", project, fund, period), amount, most * whole + left, text)


def _periods(case: Case, ledger: Ledger, project: str, fund: str) -> Iterator[tuple[str, int, int]]:
    """(year or "total", what the fund pays, what that is a share of)."""
    base = settled_base(case, ledger, project, fund)
    if case.funds[fund].basis == "total":
        yield "total", ledger.pf.get((project, fund), 0), sum(base.values())
    else:
        for year, whole in base.items():
            yield str(year), ledger.pft.get((project, fund, year), 0), whole


def _rated(case: Case, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """(project, fund) whose rate can be broken: those that pay, and those whose base income may turn negative."""
    yield from (pair for pair in ledger.pf if pair[0] not in case.past.projects)
    for fund in case.funds.values():
        if fund.base == "net":
            yield from (
                (p, fund.id)
                for p in ledger.p
                if fund.id in case.projects[p].funds and (p, fund.id) not in ledger.pf and p not in case.past.projects
            )


def settled_base(case: Case, ledger: Ledger, project: str, fund: str) -> dict[int, int]:
    """E_pf in settled kronor, what the fund's rate is a share of.

    By year; with basis "year" only the years in which the fund may pay some cost: in others there is nothing to limit.
    """
    settled = ledger.settled
    base = {year: sum([settled.get(cell, 0) for cell in cells]) for year, cells in case.rated[project, fund]}
    if case.funds[fund].base == "net":
        for other in case.projects[project].funds:
            if case.funds[other].income:
                for year in base:
                    base[year] -= ledger.pft.get((project, other, year), 0)
    return base


def cap(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 4: Σ_tk y ≤ max_per_project_f − paid° (what closed years had)."""
    for (project, fund), paid in ledger.pf.items():
        most = case.funds[fund].cap
        if most is not None and project not in case.past.projects:
            most -= case.past.paid.get((project, fund), 0)
            text = f"{fund} pays {paid} kr to {project}, more than its cap {most} kr."
            yield from exceeds(("cap", project, fund), paid, most, text)


def least_grant(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 15: Σ_tk y_pftk is 0 or at least min_per_project_f, less only where the fund pays all of S_p.

    A fund with a rate below 1, or one that may not pay every cost of the project, never does. A fund that has begun to
    pay in closed years goes on with any amount.
    """
    for (project, fund), paid in ledger.pf.items():
        least = case.funds[fund].least if (project, fund) in case.grants else 0
        if 0 < paid < least and (paid < ledger.p[project] or (project, fund) not in case.alone):
            text = f"{fund} pays {paid} kr to {project}, less than its least grant {least} kr."
            yield from falls_short(("least_grant", project, fund), paid, least, text)


def group_rate(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 5: min_rate · S_p ≤ Σ_{f in group} y ≤ max_rate · S_p, with the room that closed years left."""
    pays = ledger.pf
    for name, limit in case.limits.items():
        for project, group in case.grouped[name]:
            settled = ledger.p.get(project, 0)
            if not settled:
                continue
            paid = sum([pays.get(pair, 0) for pair in group])
            text = f"The funds of {name} pay {paid} of {settled} kr to {project}; the share must be at"
            less, more = case.past.group(limit, project)
            least, most = limit.least * settled - less, limit.most * settled + more
            yield from falls_short(("group_min", name, project), paid, least, f"{text} least {limit.least}.")
            yield from exceeds(("group_max", name, project), paid, most, f"{text} most {limit.most}.")


def commitment(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 10: Σ_k y_pftk ≥ amount (decided), = amount (paid)."""
    for project, fund, year, kind, amount in case.commitments:
        label = ("commitment", project, fund, str(year), kind)
        paid = ledger.pft.get((project, fund, year), 0)
        text = f"{fund} pays {paid} kr to {project} in {year}; {kind} is {amount} kr."
        yield from falls_short(label, paid, amount, text)
        if kind == "paid":
            yield from exceeds(label, paid, amount, text)


def authorisation(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 14: Σ_{t > τ} Σ_pk y ≤ amount_fτ."""
    for (fund, after), amount in case.authorisations.items():
        bound = sum(ledger.ft.get((fund, year), 0) for year in case.years if year > after)
        text = f"{fund} binds {bound} kr for the years after {after}, more than {amount} kr."
        yield from exceeds(("authorisation", fund, str(after)), bound, amount, text)


def dependency(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:
    """Rule 11: requires: x_p ≤ x_other; excludes: only one of the two is funded."""
    for project, other in case.requires:
        ours, theirs = case.projects[project], case.projects[other]
        give = ours.cells * ours.krona + theirs.cells * theirs.krona
        text = f"{project} requires {other}, but is funded to a larger share."
        scale = ours.cost or 1
        yield from exceeds(("requires", project, other), shares[project], shares[other], text, give, scale)
    for project, other in case.excludes:
        if shares[project] > 0 and shares[other] > 0:
            text = f"{project} and {other} exclude each other, but both are funded."
            least = min(ledger.p.get(project, 0), ledger.p.get(other, 0))
            yield Breach(("excludes", project, other), 2, "<=", 1, least, text)


def viability(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:  # noqa: ARG001
    """Rule 12, and what must be funded: x ≥ min_share if funded at all; indivisible, committed, required: wholly."""
    for name in case.watched:
        project, share = case.projects[name], shares[name]
        give = project.cells * project.krona
        odd = give + project.krona  # one krona a cost cell may be one that no fund can legally pay
        scale = project.cost or 1
        if project.held and share < 1:
            text = f"{name} is {project.held}, but is not wholly funded."
            lost = project.cost - payable(case, project) >= project.cells
            yield from falls_short((project.held, name), share, 1, text, odd if lost else give, scale)
        if share > 0 and project.indivisible:
            text = f"{name} is indivisible, but is partly funded."
            yield from falls_short(("indivisible", name), share, 1, text, odd, scale)
        if share > 0 and project.min_share:
            text = f"{name} is funded below the least share {project.min_share} it can be carried out at."
            yield from falls_short(("viability_min", name), share, project.min_share, text, give, scale)


def payable(case: Case, project: Project) -> int:
    """The most whole kronor that a project can be paid: the least of bounds in which every share rounds down by itself.

    Σ_t min(c_pt, Σ_f m_pft), Σ_f min(cap_f, Σ_t m_pft), and ⌊most · C_p⌋ + ⌊(1 − least) · C_p⌋ by group rate, with
    m_pft the fund's money up to t, or ⌊r_f · E_pft⌋ (⌊r_f · E_pf⌋ where the rate is of the total) if that is less.
    No plan pays more, whatever else it does.
    """
    by_year, by_fund = dict.fromkeys(case.years, 0), 0
    for name in project.funds:
        fund, base = case.funds[name], case.bases[project.id, name]
        total, money = fund.basis == "total", 0
        whole = math.floor(fund.rate * sum(base.values()) + (case.past.rate(fund, project.id) if total else 0))
        pays = 0
        for year in case.years:
            money = case.budgets.get((name, year), 0) + (money if fund.carry else 0)
            most = min(money, whole if total else math.floor(fund.rate * base.get(year, 0)))
            by_year[year] += most
            pays += most
        by_fund += min(
            pays,
            whole if total else pays,
            pays if fund.cap is None else fund.cap - case.past.paid.get((project.id, name), 0),
        )
    limits = [case.limits[name] for name in case.limits_on[project.id]]
    groups = [
        math.floor(each.most * project.cost + more) + math.floor((1 - each.least) * project.cost + less)
        for each, (less, more) in ((each, case.past.group(each, project.id)) for each in limits)
    ]
    years = sum(min(project.total.get(year, 0), most) for year, most in by_year.items())
    return min(by_fund, years, *groups)


def barred(case: Case, ledger: Ledger, shares: Shares) -> Iterator[Breach]:
    """Rule 13 and its kin: what is ordinary, withdrawn, excluded or has too few partners gets nothing."""
    why = {
        "ordinary": "is ordinary operations",
        "withdrawn": "is withdrawn",
        "excluded": "is excluded in this scenario",
        "partnership": "has too few partners",
    }
    for name in case.watched:
        project = case.projects[name]
        if project.barred and shares[name] > 0:
            paid = ledger.p.get(name, 0)
            yield Breach((project.barred, name), paid, "=", 0, paid, f"{name} {why[project.barred]}, but is funded.")


LEGAL = (
    financing,
    budget,
    rate,
    cap,
    least_grant,
    group_rate,
    commitment,
    authorisation,
    dependency,
    viability,
    barred,
    closed,
)
