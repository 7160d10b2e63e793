"""What can be solved but deserves a look: things without use, figures nobody has checked, magnitudes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.schema import OUT, TABLES, WITHDRAWN
from rus_funding.model.validation.financing import members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.errors import Problem
    from rus_funding.model.validation.context import Context

SPREAD = 1e6  # worth per krona between projects: a simplex's dual tolerance (1e-7) is absolute
LARGE = 10**11  # kronor in one cell


def funds(context: Context) -> Iterator[Problem]:
    """Funds that cannot pay anything: no money, a rate of 0, or no project that they may pay."""
    names, order, rate = context.index.funds.ids, context.index.fund_order, context.amounts.rate
    money = np.asarray([any(row) for row in context.budgets], bool)
    payable = context.payable.copy()
    payable[list(context.impossible)] = 0
    usable = np.asarray(payable.any(axis=(0, 2)), bool).reshape(-1)
    for f, name in enumerate(names):
        if not money[f]:
            yield context.at("fund_without_money", "funds", order[f], fund=name)
        elif rate[f] == 0 or context.amounts.cap[f] == 0 or context.amounts.max_share[f] == 0:
            yield context.at("fund_pays_nothing", "funds", order[f], fund=name)
        elif not usable[f]:
            yield context.at("fund_without_projects", "funds", order[f], fund=name)
    live = money & usable & (rate > 0)
    whole = float(context.amounts.max_share[live].sum())
    funded = context.model.policy.share_base == "funded"
    if funded and live.any() and whole < 1 - 1e-9 and context.amounts.max_share.sum() >= 1:
        yield context.at("usable_shares_sum", "funds", total=whole, funds=[names[f] for f in np.flatnonzero(live)])


def income(context: Context) -> Iterator[Problem]:
    """Income that is not drawn first where a fund pays by the net: it may stand unused, and the grant is too large."""
    index, order = context.index, context.amounts.draw_order
    earning = np.asarray(index.fund_column("income"), bool)
    by_net = np.asarray(index.fund_column("rate_base") == "net", bool) & ~earning
    pays = np.asarray((context.payable > 0).any(axis=2), bool).reshape(len(index.projects), -1)
    pays[list(context.impossible)] = False
    for f in np.flatnonzero(earning).tolist():
        shared = pays[pays[:, f] & pays[:, by_net].any(axis=1)].any(axis=0) & ~earning  # who pays the same projects
        early = np.flatnonzero(shared & (order <= order[f]))
        if early.size:
            names = index.funds.ids
            yield context.at(
                "income_drawn_late", "funds", index.fund_order[f], "draw_order", income=names[f],
                funds=[names[n] for n in np.flatnonzero(shared & by_net)], early=[names[n] for n in early],
            )  # fmt: skip


def projects(context: Context) -> Iterator[Problem]:
    """Projects without costs, and projects with too few partners to be funded."""
    names, order, partners = context.index.projects.ids, context.index.project_order, context.index.partners
    least = context.model.policy.min_partners
    for p in np.flatnonzero(context.amounts.total == 0).tolist():
        if context.impossible.get(p) not in OUT:
            yield context.at("project_without_costs", "projects", order[p], project=names[p])
    for p in (p for p, why in sorted(context.impossible.items()) if why == "partners" and p not in context.held):
        fields = {"project": names[p], "partners": int(partners[p]), "least": least}
        yield context.at("project_with_few_partners", "projects", order[p], **fields)


def withdrawn(context: Context) -> Iterator[Problem]:
    """Projects that require a withdrawn one, and so cannot be funded: a plan would pass them over without a word."""
    rows, position = context.model["dependencies"], context.index.projects.position
    fixed = {*context.impossible, *context.held}
    cells = zip(*(rows[column].tolist() for column in ("project", "kind", "other")), strict=True)
    for i, (project, kind, other) in enumerate(cells):
        gone = kind == "requires" and context.impossible.get(position[other]) == WITHDRAWN
        if gone and position[project] not in fixed:
            yield context.at("requires_withdrawn", "dependencies", i, "other", project=project, other=other)


def areas(context: Context) -> Iterator[Problem]:
    """Areas that no project reaches, where no floor asks for it."""
    reached = (context.amounts.area_share[context.reachable] > 0).any(axis=0)
    for a in np.flatnonzero(~reached & (context.amounts.area("floor_share") == 0)).tolist():
        yield context.at("area_without_projects", "areas", context.index.area_order[a], area=context.index.areas.ids[a])
    caps = context.amounts.area("cap_share")
    if (
        context.model.policy.share_base == "funded"
        and reached.any()
        and caps[reached].sum() < 1 - 1e-9
        and caps.sum() >= 1
    ):
        ids = [context.index.areas.ids[a] for a in np.flatnonzero(reached)]
        yield context.at("reached_caps_sum", "areas", total=float(caps[reached].sum()), areas=ids)


def mapping(context: Context) -> Iterator[Problem]:
    """Areas without a mapping to a strategy that others are mapped to: an error where that report is asked for."""
    rows, areas = context.model["mapping"], context.model["areas"]
    strategy = dict(zip(areas["area"].tolist(), areas["strategy"].tolist(), strict=True))
    mapped: dict[str, set[str]] = {}
    for area, to in zip(rows["area"].tolist(), rows["to"].tolist(), strict=True):
        mapped.setdefault(strategy[to], set()).add(area)
    for name, known in mapped.items():
        if missing := [area for area in context.model.areas["area"].tolist() if area not in known]:
            yield context.at("area_unmapped", "mapping", strategy=name, areas=missing)


def perspectives(context: Context) -> Iterator[Problem]:
    """Perspectives that no project is marked with, where no floor asks for it, and markings that rest on nothing."""
    reached = (context.amounts.marked[context.reachable] > 0).any(axis=0)
    names = context.index.perspectives
    rows = context.index.sorted("perspectives", names, "perspective")
    for d in np.flatnonzero(~reached & (context.amounts.perspective_floor == 0)).tolist():
        yield context.at("perspective_without_projects", "perspectives", rows[d], perspective=names.ids[d])
    markings = context.model["markings"]
    bare = int(np.count_nonzero((markings["basis"] == "") & (markings["share"] > 0)))
    if bare:
        yield context.at("markings_without_basis", "markings", count=bare, rows=markings.size)


def actors(context: Context) -> Iterator[Problem]:
    """Actors that take part in no project, pay no fund's money, and are linked to nobody: nothing tells of them."""
    busy = set(context.index.takes_part[1].tolist())
    links = context.model["links"]
    known = {*context.model["funds"]["financier"].tolist(), *links["actor"].tolist(), *links["other"].tolist()}
    idle = [name for i, name in enumerate(context.index.actors.ids) if i not in busy and name not in known]
    if idle:
        yield context.at("actors_idle", "actors", actors=idle, count=len(idle))


def limits(context: Context) -> Iterator[Problem]:
    """Group rates on a group without funds."""
    rows = context.model["rate_limits"]
    for i in range(rows.size):
        if not members(context, i).size:
            code = "limit_unmeetable" if rows["min_rate"][i] > 0 else "limit_without_funds"
            yield context.at(code, "rate_limits", i, "value", limit=str(rows["limit"][i]))


def unverified(context: Context) -> Iterator[Problem]:
    """How many rows of each table say that nobody has checked them."""
    for table in TABLES:
        count = int(np.count_nonzero(context.model[table]["verified"] == "no"))
        if count:
            yield context.at("unverified", table, count=count, rows=context.model[table].size)


def magnitudes(context: Context) -> Iterator[Problem]:
    """Amounts and weights so far apart that a solver's tolerances may hide the small ones."""
    for table in TABLES.values():
        for column in table.columns:
            if column.type == "kronor":
                values = context.model[table.name][column.name]
                for i in np.flatnonzero(values > LARGE):
                    yield context.at("amount_large", table.name, i, column.name, amount=int(values[i]))
    total = context.amounts.total
    worth = np.divide(context.amounts.points, total, out=np.zeros(total.size), where=total > 0)
    worth[list(context.impossible)] = 0
    some = np.flatnonzero(worth > 0)
    if some.size and worth[some].max() > SPREAD * worth[some].min():
        low, high = some[worth[some].argmin()], some[worth[some].argmax()]
        names = context.index.projects.ids
        fields = {"low": names[low], "high": names[high], "times": float(worth[high] / worth[low])}
        yield context.at("worth_spread", "contributions", **fields)


def totals(context: Context) -> Iterator[Problem]:
    """More money than costs: the answer is then what the rules allow, not a choice between projects."""
    cost = context.amounts.total.copy()
    cost[list(context.impossible)] = 0
    money = sum(sum(row) for row in context.budgets)
    if money > int(cost.sum()) > 0:
        yield context.at(
            "money_above_costs", "budgets", money=money, cost=int(cost.sum()), over=money - int(cost.sum())
        )


CHECKS = (
    funds, income, projects, withdrawn, areas, mapping, perspectives, actors, limits, unverified, magnitudes, totals,
)  # fmt: skip
