"""The rules as a linear program: one function a rule, its docstring is its formula.

Symbols (docs/model.md has the whole table): x_p funded share of project p; z_p binary, p is funded; y_pftk kronor
that fund f
pays to cost class k of p in year t; u_ft kronor carried to the next year; K and K_a kronor funded in all and in area
a; R kronor
by municipality in all; n_ij tie of actors i and j; o_a points beyond the target of a. Money is in kronor, shares are
0..1.

A rule's function reads the structure (`Portfolio`) and returns blocks whose coefficients are functions of the
numbers (`Amounts`). Nothing here knows pulp or highspy.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.program.linear import Block, Compiled, Group, Label, Term, compile_program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.model.portfolio import Portfolio


def labels(rule: str, *axes: Sequence[Any]) -> Callable[[], list[Label]]:
    """Labels of a rule's rows, made when somebody asks: ids of each axis, parallel."""
    return lambda: [(rule, *map(str, ids)) for ids in zip(*axes, strict=True)]


def pick(ids: Sequence[Any], at: Ints) -> list[Any]:
    """The ids at these positions."""
    return [ids[i] for i in at.tolist()]


def ones(count: int) -> Ints:
    """Row 0 for each of `count` terms: a block of one row."""
    return np.zeros(count, np.int64)


class Columns:
    """The program's columns by kind: where each variable stands."""

    def __init__(self, at: Portfolio) -> None:
        index = at.index
        self.at = at
        self.groups: list[Group] = []
        projects, funds, years = index.projects.ids, index.funds.ids, index.years.ids
        self.x = self._add("x", projects, self._x_lower, self._x_upper)
        binary = at.binary
        self.z = np.full(len(projects), -1, np.int64)
        self.z[binary] = self._add("z", pick(projects, binary), 0.0, 1.0, integer=True)
        self.y = self._payments()
        carrying = np.flatnonzero(at.amounts.carry > 0)
        self.u = np.full((len(funds), len(years)), -1, np.int64)
        if len(years) > 1 and carrying.size:
            names = [(funds[f], years[t]) for f in carrying.tolist() for t in range(len(years) - 1)]
            self.u[carrying, :-1] = self._add("u", names).reshape(carrying.size, -1)
        self.total = self._add("K", [()])[0]
        self.area = self._add("K_a", index.areas.ids)
        policy, wanted = index.model.policy, {objective.name for objective in index.model.objectives}
        balanced = policy.municipality_floor > 0 or "reach" in wanted
        self.municipal = self._add("R", [()])[0] if balanced else -1
        areas = index.areas.ids
        self.aimed = np.flatnonzero(np.isfinite(at.amounts.area("target")) & (at.amounts.area("beyond") < 1))
        self.beyond = self._add("o", pick(areas, self.aimed))
        actor, other, _, _ = index.ties
        pairs = list(zip(pick(index.actors.ids, actor), pick(index.actors.ids, other), strict=True))
        self.tie = self._add("n", pairs if policy.collaboration_weight > 0 else [], 0.0, 1.0)
        self.extreme: dict[str, Any] = {
            name: self._add(f"m_{name}", [()], -np.inf)[0] for name in ("balance", "reach", "spread") if name in wanted
        }

    def _add(
        self, kind: str, ids: Sequence[Any], lower: Any = 0.0, upper: Any = np.inf, *, integer: bool = False
    ) -> Ints:
        names = [(kind, *map(str, label if isinstance(label, tuple) else (label,))) for label in ids]
        start = self.groups[-1].start + self.groups[-1].size if self.groups else 0
        self.groups.append(Group(kind, start, len(names), lambda: names, lower, upper, integer))
        return self.groups[-1].columns

    def _payments(self) -> Ints:
        start = self.groups[-1].start + self.groups[-1].size
        self.groups.append(Group("y", start, self.at.cell.size, lambda: payment_labels(self.at)))
        return self.groups[-1].columns

    def _x_lower(self, _: Amounts) -> Floats:
        return np.where(self.at.index.committed, 1.0, 0.0)

    def _x_upper(self, _: Amounts) -> Floats:
        return np.where(self.at.index.not_fundable, 0.0, 1.0)


def payment_labels(at: Portfolio) -> list[Label]:
    """("y", project, fund, year, class) of every payment."""
    projects, funds, years = at.index.projects.ids, at.index.funds.ids, at.index.years.ids
    names = at.cell_names
    return [
        ("y", projects[p], funds[f], str(years[t]), names[cell])
        for p, f, t, cell in zip(at.project.tolist(), at.fund.tolist(), at.year.tolist(), at.cell.tolist(), strict=True)
    ]


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


def rate(at: Portfolio, v: Columns) -> list[Block]:
    """3. Σ_k y_pftk ≤ r_f · E_pft · x_p (kr) in each year, or over all years (basis `total`).

    E is what the rate is a share of (`rate_base`). With base `net`: r_f · (E x_p − Σ income funds' payments).
    Source: "N procent av projektets bokförda kostnader", förordning 2003:596 §5 for the 1:1 money.
    """
    project, fund, of_payment = at.pairs
    pair, year, of_payment_year, of_project = at.pair_years
    blocks = []
    for yearly in (True, False):
        chosen = at.limited & (at.yearly == yearly)
        rows = np.flatnonzero(chosen[fund[pair] if yearly else fund])
        if not rows.size:
            continue
        row_fund = fund[pair[rows]] if yearly else fund[rows]
        row_project = of_project[rows] if yearly else project[rows]
        number = np.full((pair if yearly else fund).size, -1, np.int64)
        number[rows] = np.arange(rows.size)
        row_of = number[of_payment_year if yearly else of_payment]
        mine = np.flatnonzero(row_of >= 0)
        net_row, net_column, own = _income_terms(at, row_project, row_fund, at.pair_years[1][rows] if yearly else None)
        net = np.asarray(at.index.fund_column("rate_base") == "net", bool)
        double = net[at.fund[mine]] & at.income[at.fund[mine]]  # an income fund with base net: one cell, both terms

        def paid(n: Amounts, f: Ints = at.fund[mine], double: Any = double) -> Floats:
            return np.where(double, 1.0 + n.rate[f], 1.0)

        def share(n: Amounts, f: Ints = row_fund, rows: Ints = rows, yearly: bool = yearly) -> Floats:
            base = at.base(n) if yearly else at.base_total(n).astype(np.float64)
            return -(n.rate[f] * base[rows])

        def income(n: Amounts, f: Ints = row_fund[net_row[~own]]) -> Floats:
            return n.rate[f]

        period = pick(at.index.years.ids, year[rows]) if yearly else ["total"] * rows.size
        names = pick(at.index.projects.ids, row_project), pick(at.index.funds.ids, row_fund), period
        blocks.append(
            Block(
                "rate",
                rows.size,
                labels("rate", *names),
                (
                    Term(row_of[mine], v.y[mine], paid),
                    Term(np.arange(rows.size), v.x[row_project], share),
                    Term(net_row[~own], v.y[net_column[~own]], income),
                ),
                -np.inf,
                0.0,
            )
        )
    return blocks


def _income_terms(
    at: Portfolio, row_project: Ints, row_fund: Ints, row_year: Ints | None
) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Payments of income funds that lower the base of each `net` row: row, payment, and whether it is the row's own."""
    none = np.zeros(0, np.int64)
    net = np.flatnonzero(at.index.fund_column("rate_base")[row_fund] == "net")
    paying = np.flatnonzero(at.income[at.fund])
    if not net.size or not paying.size:
        return none, none, np.zeros(0, bool)
    by_place: dict[tuple[int, int], list[int]] = {}
    years = at.year[paying] if row_year is not None else np.zeros(paying.size, np.int64)
    for payment, p, t in zip(paying.tolist(), at.project[paying].tolist(), years.tolist(), strict=True):
        by_place.setdefault((p, t), []).append(payment)
    rows, columns = [], []
    for row in net.tolist():
        place = int(row_project[row]), int(row_year[row]) if row_year is not None else 0
        for payment in by_place.get(place, []):
            rows.append(row)
            columns.append(payment)
    found_row, found = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
    return found_row, found, np.asarray(at.fund[found] == row_fund[found_row], bool)


def cap(at: Portfolio, v: Columns) -> list[Block]:
    """4. Σ_tk y_pftk ≤ max_per_project_f (kr): "dock högst B kronor"."""
    project, fund, of_payment = at.pairs
    rows = np.flatnonzero(np.isfinite(at.amounts.cap[fund]))
    number = np.full(fund.size, -1, np.int64)
    number[rows] = np.arange(rows.size)
    row_of = number[of_payment]
    mine = np.flatnonzero(row_of >= 0)
    names = pick(at.index.projects.ids, project[rows]), pick(at.index.funds.ids, fund[rows])
    terms = (Term(row_of[mine], v.y[mine], 1.0),)
    return [Block("cap", rows.size, labels("cap", *names), terms, -np.inf, lambda n: n.cap[fund[rows]])]


def group_rate(at: Portfolio, v: Columns) -> list[Block]:
    """5. min_rate · C_p x_p ≤ Σ_{f in group, t, k} y_pftk ≤ max_rate · C_p x_p (kr)."""
    blocks = []
    for rule, column, usual in (("group_min", "min_rate", 0.0), ("group_max", "max_rate", 1.0)):
        for i, limit in enumerate(at.index.limits.ids):
            projects = at.applies[i]
            if at.amounts.limit(column)[i] == usual or not projects.size:
                continue
            number = np.full(len(at.index.projects), -1, np.int64)
            number[projects] = np.arange(projects.size)
            mine = np.flatnonzero(at.members[i][at.fund] & (number[at.project] >= 0))

            def share(n: Amounts, i: int = i, column: str = column, p: Ints = projects) -> Floats:
                least: Floats = -(n.limit(column)[i] * n.total[p])
                return least

            names = [limit] * projects.size, pick(at.index.projects.ids, projects)
            blocks.append(
                Block(
                    rule,
                    projects.size,
                    labels(rule, *names),
                    (
                        Term(number[at.project[mine]], v.y[mine], 1.0),
                        Term(np.arange(projects.size), v.x[projects], share),
                    ),
                    0.0 if rule == "group_min" else -np.inf,
                    np.inf if rule == "group_min" else 0.0,
                )
            )
    return blocks


def area_share(at: Portfolio, v: Columns) -> list[Block]:
    """6. floor_a · K ≤ K_a ≤ cap_a · K (kr)."""
    blocks = []
    for rule, column, usual in (("area_floor", "floor_share", 0.0), ("area_cap", "cap_share", 1.0)):
        areas = np.flatnonzero(at.amounts.area(column) != usual)

        def share(n: Amounts, column: str = column, a: Ints = areas) -> Floats:
            return -n.area(column)[a]

        rows = np.arange(areas.size)
        blocks.append(
            Block(
                rule,
                areas.size,
                labels(rule, pick(at.index.areas.ids, areas)),
                (Term(rows, v.area[areas], 1.0), Term(rows, np.full(areas.size, v.total), share)),
                0.0 if rule == "area_floor" else -np.inf,
                np.inf if rule == "area_floor" else 0.0,
            )
        )
    return blocks


def diversification(at: Portfolio, v: Columns) -> list[Block]:
    """7. Σ_ptk y_pftk ≤ max_share_f · K (kr): no single fund carries the whole strategy."""
    funds = np.flatnonzero(at.amounts.max_share < 1.0)
    number = np.full(len(at.index.funds), -1, np.int64)
    number[funds] = np.arange(funds.size)
    row_of = number[at.fund]
    mine = np.flatnonzero(row_of >= 0)
    terms = (
        Term(row_of[mine], v.y[mine], 1.0),
        Term(np.arange(funds.size), np.full(funds.size, v.total), lambda n: -n.max_share[funds]),
    )
    names = pick(at.index.funds.ids, funds)
    return [Block("diversification", funds.size, labels("diversification", names), terms, -np.inf, 0.0)]


def territorial(at: Portfolio, v: Columns) -> list[Block]:
    """8. Σ_p m_pj C_p x_p ≥ municipality_floor · pop_j / Σ pop · R (kr), R = Σ_j' Σ_p m_pj' C_p x_p."""
    if at.index.model.policy.municipality_floor <= 0:
        return []
    count = len(at.index.municipalities)
    p, j = np.nonzero(at.index.reaches)

    def floor(n: Amounts) -> Floats:
        share: Floats = -(n.model.policy.municipality_floor * n.population / n.population.sum())
        return share

    terms = (
        Term(j, v.x[p], lambda n: n.reach[p, j] * n.total[p]),
        Term(np.arange(count), np.full(count, v.municipal), floor),
    )
    return [Block("territorial", count, labels("territorial", at.index.municipalities.ids), terms, 0.0)]


def participation(at: Portfolio, v: Columns) -> list[Block]:
    """9. Σ_{p : i takes part} x_p ≥ min_projects_i (projects)."""
    actors = np.flatnonzero(at.amounts.min_projects > 0)
    number = np.full(len(at.index.actors), -1, np.int64)
    number[actors] = np.arange(actors.size)
    project, actor = at.index.takes_part
    mine = np.flatnonzero(number[actor] >= 0)
    terms = (Term(number[actor[mine]], v.x[project[mine]], 1.0),)
    names = pick(at.index.actors.ids, actors)
    return [
        Block("participation", actors.size, labels("participation", names), terms, lambda n: n.min_projects[actors])
    ]


def commitment(at: Portfolio, v: Columns) -> list[Block]:
    """10. Σ_k y_pftk ≥ amount (decided) or = amount (paid), kr."""
    project, fund, year, paid = at.index.commitment
    rows = at.index.model["commitments"].size
    place: dict[tuple[int, int, int], list[int]] = {}
    for row, key in enumerate(zip(project.tolist(), fund.tolist(), year.tolist(), strict=True)):
        place.setdefault(key, []).append(row)
    found = (
        [
            (row, payment)
            for payment, key in enumerate(zip(at.project.tolist(), at.fund.tolist(), at.year.tolist(), strict=True))
            if key in place
            for row in place[key]
        ]
        if rows
        else []
    )
    row_of = np.asarray([row for row, _ in found], np.int64)
    payment_of = np.asarray([payment for _, payment in found], np.int64)

    def amount(n: Amounts) -> Floats:
        return n.model["commitments"]["amount"].astype(np.float64)

    def names() -> list[Label]:
        table = at.index.model["commitments"]
        columns = [table[column].tolist() for column in ("project", "fund", "year", "kind")]
        return [("commitment", *map(str, key)) for key in zip(*columns, strict=True)]

    def most(n: Amounts) -> Floats:
        return np.where(paid, amount(n), np.inf)

    return [Block("commitment", rows, names, (Term(row_of, v.y[payment_of], 1.0),), amount, most)]


def dependency(at: Portfolio, v: Columns) -> list[Block]:
    """11. requires: x_p ≤ x_other; excludes: z_p + z_other ≤ 1 (x ≤ z)."""
    ids = at.index.projects.ids
    blocks = []
    for rule, columns, sign, upper in (("requires", v.x, -1.0, 0.0), ("excludes", v.z, 1.0, 1.0)):
        project, other = at.index.dependency(rule)
        rows = np.arange(project.size)
        terms = Term(rows, columns[project], 1.0), Term(rows, columns[other], sign)
        names = pick(ids, project), pick(ids, other)
        blocks.append(Block(rule, project.size, labels(rule, *names), terms, -np.inf, upper))
    return blocks


def viability(at: Portfolio, v: Columns) -> list[Block]:
    """12. min_share_p · z_p ≤ x_p ≤ z_p (shares); indivisible: x_p = z_p."""
    ids, whole = at.index.projects.ids, at.amounts.indivisible
    blocks = []
    for rule, chosen, lower, upper in (
        ("indivisible", at.binary[whole[at.binary]], 0.0, 0.0),
        ("viability_max", at.binary[~whole[at.binary]], -np.inf, 0.0),
    ):
        rows = np.arange(chosen.size)
        terms = Term(rows, v.x[chosen], 1.0), Term(rows, v.z[chosen], -1.0)
        blocks.append(Block(rule, chosen.size, labels(rule, pick(ids, chosen)), terms, lower, upper))
    least = at.binary[~whole[at.binary] & (at.amounts.min_share[at.binary] > 0)]
    rows = np.arange(least.size)
    terms = Term(rows, v.x[least], 1.0), Term(rows, v.z[least], lambda n: -n.min_share[least])
    blocks.append(Block("viability_min", least.size, labels("viability_min", pick(ids, least)), terms, 0.0))
    return blocks


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


def collaboration(at: Portfolio, v: Columns) -> list[Block]:
    """§3.2. n_ij ≤ Σ_{p : i and j take part} x_p (ties): a pair counts once, however many projects it meets in."""
    if not v.tie.size:
        return []
    actor, other, pair, project = at.index.ties
    ids = at.index.actors.ids
    terms = Term(np.arange(v.tie.size), v.tie, 1.0), Term(pair, v.x[project], -1.0)
    names = pick(ids, actor), pick(ids, other)
    return [Block("tie", v.tie.size, labels("tie", *names), terms, -np.inf, 0.0)]


def beyond(at: Portfolio, v: Columns) -> list[Block]:
    """§3.3. q_a − o_a ≤ target_a (points), q_a = Σ_p b_pa x_p: points past the target are worth `beyond`."""
    place = np.full(len(at.index.areas), -1, np.int64)
    place[v.aimed] = np.arange(v.aimed.size)
    p, a = np.nonzero(at.index.contributes & (place >= 0)[None, :])
    terms = Term(place[a], v.x[p], lambda n: n.benefit[p, a]), Term(np.arange(v.aimed.size), v.beyond, -1.0)
    names = pick(at.index.areas.ids, v.aimed)
    return [Block("beyond", v.aimed.size, labels("beyond", names), terms, -np.inf, lambda n: n.area("target")[v.aimed])]


def extremes(at: Portfolio, v: Columns) -> list[Block]:
    """§3.3. Rows of the max-min and min-max objectives.

    balance: w_a · m ≤ K_a (kr) for areas with weight > 0; reach: pop_j · m ≤ Σ_p m_pj C_p x_p (kr);
    spread: Σ_ptk y_pftk ≤ m (kr) for each fund.
    """
    blocks = []
    if "balance" in v.extreme:
        areas = np.flatnonzero(at.amounts.area("weight") > 0)
        rows, m = np.arange(areas.size), np.full(areas.size, v.extreme["balance"])
        terms = (Term(rows, v.area[areas], 1.0), Term(rows, m, lambda n: -n.area("weight")[areas]))
        names = pick(at.index.areas.ids, areas)
        blocks.append(Block("balance", areas.size, labels("balance", names), terms, 0.0))
    if "reach" in v.extreme:
        p, j = np.nonzero(at.index.reaches)
        count = len(at.index.municipalities)
        m = np.full(count, v.extreme["reach"])
        terms = (
            Term(j, v.x[p], lambda n: n.reach[p, j] * n.total[p]),
            Term(np.arange(count), m, lambda n: -n.population.astype(np.float64)),
        )
        blocks.append(Block("reach", count, labels("reach", at.index.municipalities.ids), terms, 0.0))
    if "spread" in v.extreme:
        count = len(at.index.funds)
        terms = (
            Term(at.fund, v.y, 1.0),
            Term(np.arange(count), np.full(count, v.extreme["spread"]), -1.0),
        )
        blocks.append(Block("spread", count, labels("spread", at.index.funds.ids), terms, -np.inf, 0.0))
    return blocks


# In the order of the contract; rule 13 (partnership) is the bound x_p = 0 in `Columns`.
RULES = (
    totals,
    financing,
    budget,
    rate,
    cap,
    group_rate,
    area_share,
    diversification,
    territorial,
    participation,
    commitment,
    dependency,
    viability,
    authorisation,
    collaboration,
    beyond,
    extremes,
)


@dataclasses.dataclass(frozen=True)
class Formulation:
    """A portfolio's program: its columns and its compiled rows."""

    at: Portfolio
    columns: Columns
    compiled: Compiled
    _labels: dict[str, Sequence[Label]] = dataclasses.field(default_factory=dict, repr=False)
    memo: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)  # what rests on the labels alone

    def labels(self, block: Block) -> Sequence[Label]:
        """The labels of a block's rows, made once."""
        key = f"{block.rule}/{id(block)}"
        if key not in self._labels:
            self._labels[key] = block.labels()
        return self._labels[key]


def formulate(at: Portfolio) -> Formulation:
    """All rules of a portfolio, compiled."""
    columns = Columns(at)
    blocks = [block for rule in RULES for block in rule(at, columns)]
    return Formulation(at, columns, compile_program(columns.groups, blocks))
