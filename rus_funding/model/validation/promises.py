"""What is promised already must be possible: commitments, committed and required projects, dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.model.amounts import exact
from rus_funding.model.validation.context import Context, carried_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem

Cells = dict[tuple[int, int, int], int]


def required(context: Context) -> Iterator[Problem]:
    """A required or excluded project exists, and none is both."""
    model, known = context.model, context.index.projects.position
    for kind, names in (("required", model.required), ("excluded", model.excluded)):
        for name in sorted(set(names) - set(known)):
            yield context.at(f"{kind}_unknown", "projects", project=name)
    for name in sorted(set(model.required) & set(model.excluded)):
        yield context.at("required_and_excluded", "projects", project=name)


def held_projects(context: Context) -> Iterator[Problem]:
    """A project held at x = 1 is not held at x = 0, nor is one that it needs; no two of them exclude each other."""
    names, order = context.index.projects.ids, context.index.project_order
    project, other = context.index.dependency("requires")
    needs: dict[int, list[int]] = {}
    for p, q in zip(project.tolist(), other.tolist(), strict=True):
        needs.setdefault(p, []).append(q)
    behind = dict.fromkeys(sorted(context.held))  # project → the one that needs it
    waiting = list(behind)
    while waiting:
        p = waiting.pop()
        for q in needs.get(p, ()):
            if q not in behind:
                behind[q] = p
                waiting.append(q)
    for p in sorted(behind):
        if p in context.impossible and not _said(context, p):
            needed = behind[p]
            fields: dict[str, Any] = {"project": names[p], "why": context.held.get(p, "")}
            if needed is not None:
                yield context.at("needed_impossible", "projects", order[p], **fields, by=names[needed])
            else:
                fields |= {"least": context.model.policy.min_partners, "partners": int(context.index.partners[p])}
                yield context.at(f"held_{context.impossible[p]}", "projects", order[p], **fields)
    first, second = context.index.dependency("excludes")
    for p, q in zip(first.tolist(), second.tolist(), strict=True):
        if p in behind and q in behind and p != q:
            yield context.at(
                "held_exclude", "dependencies", _dependency(context, p, q), project=names[p], other=names[q]
            )


def _said(context: Context, p: int) -> bool:
    """Whether `required` has said it: the scenario itself both requires and excludes the project."""
    name = context.index.projects.ids[p]
    return name in context.model.required and name in context.model.excluded


def _dependency(context: Context, p: int, q: int) -> int:
    """The row of `dependencies` that says that p and q exclude each other."""
    rows, names = context.model["dependencies"], context.index.projects.ids
    pair = {names[p], names[q]}
    found = zip(rows["project"].tolist(), rows["kind"].tolist(), rows["other"].tolist(), strict=True)
    return next(i for i, (a, kind, b) in enumerate(found) if kind == "excludes" and {a, b} == pair)


def dependencies(context: Context) -> Iterator[Problem]:
    """No project depends on itself, and none both needs and excludes another."""
    rows = context.model["dependencies"]
    kinds: dict[frozenset[str], dict[str, int]] = {}
    cells = zip(rows["project"].tolist(), rows["kind"].tolist(), rows["other"].tolist(), strict=True)
    for i, (project, kind, other) in enumerate(cells):
        if project == other:
            yield context.at("dependency_on_itself", "dependencies", i, "other", project=project)
            continue
        seen = kinds.setdefault(frozenset((project, other)), {})
        opposite = seen.get("excludes" if kind == "requires" else "requires")
        if opposite is not None:
            earlier = context.counted("dependencies", opposite)
            yield context.at(
                "dependency_contradiction", "dependencies", i, project=project, other=other, earlier=earlier
            )
        seen.setdefault(kind, i)


def links(context: Context) -> Iterator[Problem]:
    """A tie joins two actors and stands once, whichever is named first."""
    rows = context.model["links"]
    seen: dict[frozenset[str], int] = {}
    for i, (actor, other) in enumerate(zip(rows["actor"].tolist(), rows["other"].tolist(), strict=True)):
        if actor == other:
            yield context.at("link_to_itself", "links", i, "other", actor=actor)
        elif (earlier := seen.setdefault(frozenset((actor, other)), i)) != i:
            number = context.counted("links", earlier)
            yield context.at("link_twice", "links", i, "other", actor=actor, other=other, earlier=number)


def commitments(context: Context) -> Iterator[Problem]:
    """Each commitment is to a project that may be funded, of a fund that may pay it, and not contradicted.

    In closed years they say what was decided and paid: too much is a recovery, no fault of the input.
    """
    rows, at = context.model["commitments"], context.index
    project, fund, year, paid = at.commitment
    least: Cells = {}
    exactly: Cells = {}
    record: Cells = {}
    cells = zip(project.tolist(), fund.tolist(), year.tolist(), paid.tolist(), rows["amount"].tolist(), strict=True)
    closed = context.model.closed_through or 0
    for i, (p, f, t, is_paid, amount) in enumerate(cells):
        if at.years.ids[t] <= closed:
            continue
        named = {"project": at.projects.ids[p], "fund": at.funds.ids[f], "year": at.years.ids[t], "amount": amount}
        (exactly if is_paid else least)[p, f, t] = amount
        record.setdefault((p, f, t), i)
        if amount and p in context.impossible:
            yield context.at(f"commitment_{context.impossible[p]}", "commitments", i, "project", **named)
        elif amount and not at.may_fund[p, f]:
            yield context.at("commitment_ineligible", "commitments", i, "fund", **named)
    for cell in sorted(least.keys() & exactly.keys()):
        if least[cell] > exactly[cell]:
            p, f, t = cell
            yield context.at(
                "commitment_contradiction", "commitments", record[cell], project=at.projects.ids[p],
                fund=at.funds.ids[f], year=at.years.ids[t], decided=least[cell], paid=exactly[cell],
            )  # fmt: skip
    due = {cell: max(least.get(cell, 0), exactly.get(cell, 0)) for cell in sorted(record)}
    yield from _beyond_money(context, due)
    yield from _beyond_authorisation(context, due)
    yield from _beyond_costs(context, due, record)


def _beyond_money(context: Context, due: Cells) -> Iterator[Problem]:
    """Commitments of a fund in a year within its budget and what the years before can have left."""
    at = context.index
    used: dict[int, list[int]] = {}
    for (_, f, t), amount in due.items():
        used.setdefault(f, [0] * len(at.years))[t] += amount
    for f in sorted(used):
        for t, at_hand in enumerate(carried_on(context.budgets[f], context.carry[f], used[f])):
            if used[f][t] > at_hand:
                yield context.at(
                    "commitments_above_budget", "commitments", fund=at.funds.ids[f], year=at.years.ids[t],
                    amount=used[f][t], available=int(at_hand), short=used[f][t] - int(at_hand),
                )  # fmt: skip


def _beyond_authorisation(context: Context, due: Cells) -> Iterator[Problem]:
    """Commitments of the years after an authorisation's year within its amount."""
    at, rows = context.index, context.model["authorisations"]
    for i, (fund, after, amount) in enumerate(
        zip(rows["fund"].tolist(), rows["year"].tolist(), rows["amount"].tolist(), strict=True)
    ):
        f = at.funds.position[fund]
        bound = sum(kr for (_, g, t), kr in due.items() if g == f and at.years.ids[t] > after)
        if bound > amount:
            yield context.at(
                "commitments_above_authorisation", "authorisations", i, "amount",
                fund=fund, year=after, amount=bound, available=amount, short=bound - amount,
            )  # fmt: skip


def _beyond_costs(context: Context, due: Cells, record: Cells) -> Iterator[Problem]:
    """Commitments within the costs they pay, the fund's rate and its cap to one project."""
    at, amounts = context.index, context.amounts
    basis = at.fund_column("rate_basis")
    costs = amounts.by_category.sum(axis=1)
    per_year: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    per_fund: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for cell, amount in due.items():
        p, f, t = cell
        per_year.setdefault((p, t), []).append(cell)
        per_fund.setdefault((p, f), []).append(cell)
        most = int(context.payable[p, f, t])
        if basis[f] == "year":
            most = min(most, int(exact(float(amounts.rate[f])) * rate_base(context, p, f, t)))
        if amount > most and p not in context.impossible and at.may_fund[p, f]:
            yield context.at(
                "commitment_above_rate", "commitments", record[cell], "amount", project=at.projects.ids[p],
                fund=at.funds.ids[f], year=at.years.ids[t], amount=amount, most=most,
            )  # fmt: skip
    for (p, t), cells in per_year.items():
        amount, cost = sum(due[cell] for cell in cells), int(costs[p, t])
        if amount > cost and len(cells) > 1:
            yield context.at(
                "commitments_above_cost", "commitments", record[cells[0]], project=at.projects.ids[p],
                year=at.years.ids[t], amount=amount, most=cost, funds=[at.funds.ids[f] for _, f, _ in cells],
            )  # fmt: skip
    for (p, f), cells in per_fund.items():
        amount, cap = sum(due[cell] for cell in cells), amounts.cap[f]
        if basis[f] == "total":
            base = sum(rate_base(context, p, f, t) for t in range(len(at.years)))
            cap = min(cap, int(exact(float(amounts.rate[f])) * base))
        if amount > cap:
            yield context.at(
                "commitments_above_cap", "commitments", record[cells[0]], project=at.projects.ids[p],
                fund=at.funds.ids[f], amount=amount, most=int(cap), years=[at.years.ids[t] for _, _, t in cells],
            )  # fmt: skip


def rate_base(context: Context, p: int, f: int, t: int) -> int:
    """E_pft at full funding, kronor, before any income is taken off: what the fund's rate is at most a share of."""
    base = context.index.fund_column("rate_base")[f]
    cash, in_kind = context.amounts.by_form
    if base == "eligible":
        return int(context.payable[p, f, t])
    return int(cash[p, t]) + (int(in_kind[p, t]) if base == "total" else 0)


def participations(context: Context) -> Iterator[Problem]:
    """An actor takes part in as many projects that may be funded as it must."""
    at = context.index
    project, actor = at.takes_part
    open_ = np.ones(len(at.projects), bool)
    open_[list(context.impossible)] = False
    count = np.bincount(actor[open_[project]], minlength=len(at.actors))
    for i in np.flatnonzero(context.amounts.min_projects > count).tolist():
        least = int(context.amounts.min_projects[i])
        yield context.at(
            "participation_impossible", "actors", at.actor_order[i], "min_projects",
            actor=at.actors.ids[i], least=least, projects=int(count[i]),
        )  # fmt: skip


CHECKS = (required, held_projects, dependencies, links, commitments, participations)
