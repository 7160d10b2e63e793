"""The variables, the rules in the order of docs/model.md, and the objectives, in kronor, shares and points."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

import pulp

from rus_funding.second_opinion.cbc import NoAnswerError
from rus_funding.second_opinion.facts import Facts, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rus_funding.model.model import FundingModel

    Label: TypeAlias = tuple[str, ...]
    Sum: TypeAlias = pulp.LpAffineExpression
    Row: TypeAlias = tuple[Label, pulp.LpConstraint]


class Program:
    """The linear program of a model: `lp` takes the rows that `rules` yields; `objective` says what is sought.

    Variables are numbers (`v17`), because PuLP merges names that differ in signs only; here they stand in kronor
    and shares: `x[p]` share, `z[p]` 0 or 1, `y[p, f, t, k]` and `u[f, t]` kr, `n[i, j]` ties.
    """

    def __init__(self, model: FundingModel) -> None:
        self.d = d = Facts(model)
        self.lp = pulp.LpProblem("second_opinion", pulp.LpMinimize)
        self.count = itertools.count()

        self.x = {p: self.variable(1) for p in d.projects}
        self.z = {p: self.variable(1, pulp.LpInteger) for p in d.projects if d.least_share[p] > 0 or p in d.excluding}
        self.y = {(p, f, t, k): self.variable() for p, k, t in sorted(d.cost) for f in sorted(d.classes[p][k])}
        self.u = {(f, t): self.variable() for f, r in d.funds.items() if r["carry_over"] > 0 for t in d.years[:-1]}
        self.n = {pair: self.variable(1) for pair in d.pairs} if d.policy.collaboration_weight > 0 else {}
        self.aimed = [a for a, r in d.areas.items() if r["target"] is not None]
        self.within = {a: self.variable() for a in self.aimed}  # points up to the target
        self.past = {a: self.variable() for a in self.aimed}  # points past it

        self.of_fund: dict[str, list[tuple[int, Sum]]] = defaultdict(list)  # (year, payment) of a fund
        self.of_pair: dict[tuple[str, str], list[tuple[int, Sum]]] = defaultdict(list)  # of a fund to a project
        for (p, f, t, _), y in self.y.items():
            self.of_fund[f].append((t, y))
            self.of_pair[p, f].append((t, y))
        self.w = {pf: self.variable(1, pulp.LpInteger) for pf in self.of_pair if self.asked(*pf)}  # f pays p
        self.s = {pf: self.variable(1, pulp.LpInteger) for pf in self.w}  # and nobody else does

    def asked(self, p: str, f: str) -> bool:
        """Is there a least grant to keep to: not where the fund has begun to pay in closed years."""
        return self.d.least_grant[f] > 0 and p not in self.d.gone and not self.d.paid_before.get((p, f))

    def load(self, without: Collection[str] = ()) -> None:
        """Put the rules into `lp`, all but those whose label begins with one of `without`."""
        for label, row in self.rules():
            if label[0] not in without:
                self.lp += row

    def variable(self, most: float | None = None, kind: str = pulp.LpContinuous) -> pulp.LpVariable:
        """A variable from 0 to `most`."""
        return self.lp.add_variable(f"v{next(self.count)}", 0, most, kind)

    # -- sums that several rules use

    def paid(self, f: str, years: Collection[int] | None = None) -> Sum:
        """Σ_pk y_pftk, kr: what a fund pays in all, or in these years."""
        return pulp.lpSum(y for t, y in self.of_fund[f] if years is None or t in years)

    def paid_to(self, p: str, funds: Iterable[str], years: Collection[int] | None = None) -> Sum:
        """Σ_ftk y_pftk, kr: what these funds pay to a project in all, or in these years."""
        return pulp.lpSum(y for f in funds for t, y in self.of_pair.get((p, f), ()) if years is None or t in years)

    def funded(self) -> Sum:
        """K = Σ_p C_p x_p, kr."""
        return pulp.lpSum(c * self.x[p] for p, c in self.d.total.items() if c)

    def of_all(self, share: float) -> Sum:
        """share · S, kr: S = K, or with `share_base` available A, all budgets of all years."""
        if self.d.policy.share_base == "available":
            return pulp.LpAffineExpression({}, share * sum(self.d.budget.values()))
        return share * self.funded()

    def funded_in(self, area: str) -> Sum:
        """K_a = Σ_p s_pa C_p x_p, kr."""
        return pulp.lpSum(s * self.d.total[p] * self.x[p] for (p, a), s in self.d.share.items() if a == area)

    def reaching(self, municipality: str) -> Sum:
        """Σ_p m_pj C_p x_p, kr."""
        return pulp.lpSum(m * self.d.total[p] * self.x[p] for (p, j), m in self.d.reach.items() if j == municipality)

    def reached(self, area: str) -> Sum:
        """q_a = Σ_p b_pa x_p, points."""
        return pulp.lpSum(b * self.x[p] for (p, a), b in self.d.benefit.items() if a == area)

    # -- the rules, in the order of docs/model.md

    def rules(self) -> Iterator[Row]:
        """Every row of the model with its label, in kronor, shares and points."""
        yield from self.financing()
        yield from self.budget()
        yield from self.rate()
        yield from self.cap()
        yield from self.group_rate()
        yield from self.area_share()
        yield from self.diversification()
        yield from self.territorial_balance()
        yield from self.participation()
        yield from self.commitment()
        yield from self.dependency()
        yield from self.viability()
        yield from self.partnership()
        yield from self.authorisation()
        yield from self.least_grant()
        yield from self.perspective()
        yield from self.meeting()
        yield from self.points()
        yield from self.decided()

    def financing(self) -> Iterator[Row]:
        """1. Σ_f y_pftk = c_ptk · x_p (kr): every booked krona is financed, none twice."""
        for (p, k, t), c in self.d.cost.items():
            paid = pulp.lpSum(self.y[p, f, t, k] for f in self.d.classes[p][k])
            yield ("financing", p, k, str(t)), paid - c * self.x[p] == 0

    def budget(self) -> Iterator[Row]:
        """2. Σ_pk y_pftk + u_ft / carry_f ≤ B_ft + u_f,t−1 (kr); nothing is carried out of the last year."""
        for f, r in self.d.funds.items():
            for before, t in itertools.pairwise([0, *self.d.years]):
                used = self.paid(f, {t})
                if (f, t) in self.u:
                    used += self.u[f, t] * (1 / r["carry_over"])
                if (f, before) in self.u:
                    used -= self.u[f, before]
                yield ("budget", f, str(t)), used <= self.d.budget[f, t]

    def rate(self) -> Iterator[Row]:
        """3. Σ_k y_pftk ≤ r_f · E_pft · x_p (kr) each year, or over all years where `rate_basis` is `total`.

        With base `net`: ≤ r_f · (E_pft · x_p − what income funds pay to the project in the same time).
        """
        income = [f for f, r in self.d.funds.items() if r["income"]]
        for p, f in self.of_pair:
            if p in self.d.gone:
                continue
            r = self.d.funds[f]
            yearly = {str(t): {t} for t in sorted({t for t, _ in self.of_pair[p, f]})}
            for name, period in (yearly if r["rate_basis"] == "year" else {"total": set(self.d.years)}).items():
                base = self.d.base(p, f, period) * self.x[p]
                if r["rate_base"] == "net":
                    base = base - self.paid_to(p, income, period)
                left = r["max_rate"] * self.d.base_before.get((p, f), 0) - self.d.paid_before.get((p, f), 0)
                most = left if name == "total" else 0
                yield ("rate", p, f, name), self.paid_to(p, [f], period) - r["max_rate"] * base <= most

    def cap(self) -> Iterator[Row]:
        """4. Σ_tk y_pftk ≤ max_per_project_f (kr)."""
        for p, f in self.of_pair:
            most = self.d.funds[f]["max_per_project"]
            if most is not None and p not in self.d.gone:
                yield ("cap", p, f), self.paid_to(p, [f]) <= most - self.d.paid_before.get((p, f), 0)

    def group_rate(self) -> Iterator[Row]:
        """5. min_rate · C_p x_p ≤ Σ_{f in group, t, k} y_pftk ≤ max_rate · C_p x_p (kr), with closed years' room."""
        for r in rows(self.d.model, "rate_limits"):
            group = [f for f, fund in self.d.funds.items() if fund[r["by"]] == r["value"]]
            for p, project in self.d.projects.items():
                if r["project"] not in ("", None, p) or p in self.d.gone:
                    continue
                if r["actor_type"] not in ("", None, self.d.actors[project["lead"]]["type"]):
                    continue
                paid, cost = self.paid_to(p, group), self.d.total[p] * self.x[p]
                before, whole = sum(self.d.paid_before.get((p, f), 0) for f in group), self.d.booked_before.get(p, 0)
                less, more = max(0, before - r["min_rate"] * whole), max(0, r["max_rate"] * whole - before)
                yield ("group_min", r["limit"], p), r["min_rate"] * cost - paid <= less
                yield ("group_max", r["limit"], p), paid - r["max_rate"] * cost <= more

    def area_share(self) -> Iterator[Row]:
        """6. floor_a · S ≤ K_a ≤ cap_a · S (kr), S = K, or A with `share_base` available."""
        for a, r in self.d.areas.items():
            if r["floor_share"] > 0:
                yield ("area_floor", a), self.of_all(r["floor_share"]) - self.funded_in(a) <= 0
            if r["cap_share"] < 1:
                yield ("area_cap", a), self.funded_in(a) - self.of_all(r["cap_share"]) <= 0

    def diversification(self) -> Iterator[Row]:
        """7. Σ_ptk y_pftk ≤ max_share_f · S (kr), S as in rule 6."""
        for f, r in self.d.funds.items():
            if r["max_share"] < 1:
                yield ("diversification", f), self.paid(f) - self.of_all(r["max_share"]) <= 0

    def territorial_balance(self) -> Iterator[Row]:
        """8. Σ_p m_pj C_p x_p ≥ municipality_floor · (pop_j / Σ pop) · Σ_j' Σ_p m_pj' C_p x_p (kr)."""
        floor, people = self.d.policy.municipality_floor, sum(self.d.population.values())
        if floor > 0 and people > 0:
            everywhere = pulp.lpSum(self.reaching(j) for j in self.d.population)
            for j, population in self.d.population.items():
                yield ("territorial", j), floor * population / people * everywhere - self.reaching(j) <= 0

    def participation(self) -> Iterator[Row]:
        """9. Σ_{p : i takes part} x_p ≥ min_projects_i (projects)."""
        for i, r in self.d.actors.items():
            if r["min_projects"] > 0:
                mine = pulp.lpSum(self.x[p] for p, members in self.d.partners.items()
                                   if i in members and p not in self.d.booked_before)  # fmt: skip
                yield ("participation", i), mine >= r["min_projects"]

    def commitment(self) -> Iterator[Row]:
        """10. Σ_k y_pftk ≥ amount (decided), or = amount (paid), kr."""
        for r in rows(self.d.model, "commitments"):
            paid = self.paid_to(r["project"], [r["fund"]], {r["year"]})
            label = ("commitment", r["project"], r["fund"], str(r["year"]), r["kind"])
            yield label, (paid == r["amount"] if r["kind"] == "paid" else paid >= r["amount"])

    def dependency(self) -> Iterator[Row]:
        """11. requires: x_p ≤ x_other (shares); excludes: z_p + z_other ≤ 1."""
        for r in rows(self.d.model, "dependencies"):
            p, other = r["project"], r["other"]
            if r["kind"] == "requires":
                yield ("requires", p, other), self.x[p] - self.x[other] <= 0
            else:
                yield ("excludes", p, other), self.z[p] + self.z[other] <= 1

    def viability(self) -> Iterator[Row]:
        """12. min_share_p · z_p ≤ x_p ≤ z_p (shares); indivisible: x_p = z_p."""
        for p, z in self.z.items():
            yield ("viability_min", p), self.d.least_share[p] * z - self.x[p] <= 0
            yield ("viability_max", p), self.x[p] - z <= 0

    def partnership(self) -> Iterator[Row]:
        """13. x_p = 0 (share) where fewer than min_partners actors take part."""
        for p, members in self.d.partners.items():
            if len(members) < self.d.policy.min_partners and p not in self.d.gone:
                yield ("partnership", p), self.x[p] == 0

    def authorisation(self) -> Iterator[Row]:
        """14. Σ_{t > τ} Σ_pk y_pftk ≤ amount_fτ (kr): what may be bound for the years after τ."""
        for r in rows(self.d.model, "authorisations"):
            later = {t for t in self.d.years if t > r["year"]}
            yield ("authorisation", r["fund"], str(r["year"])), self.paid(r["fund"], later) <= r["amount"]

    def least_grant(self) -> Iterator[Row]:
        """15. m_f · (w_pf − s_pf) ≤ Σ_tk y_pftk ≤ C_p · w_pf (kr), s_pf ≤ w_pf, and where s_pf = 1 the fund pays all:
        Σ_tk y_pftk ≥ C_p x_p.
        """
        for (p, f), w in self.w.items():
            paid, s, cost = self.paid_to(p, [f]), self.s[p, f], self.d.total[p]
            yield ("least_grant", p, f, "least"), self.d.least_grant[f] * (w - s) - paid <= 0
            yield ("least_grant", p, f, "most"), paid - cost * w <= 0
            yield ("least_grant", p, f, "alone"), cost * self.x[p] - paid <= cost * (1 - s)
            yield ("least_grant", p, f, "pays"), s - w <= 0

    def perspective(self) -> Iterator[Row]:
        """16. Σ_p m_pd C_p x_p ≥ floor_d · S (kr), S as in rule 6, m_pd of the markings that say what they rest on."""
        for d, floor in self.d.floors.items():
            counted = pulp.lpSum(m * self.d.total[p] * self.x[p] for (p, to), m in self.d.marked.items() if to == d)
            yield ("perspective", d), self.of_all(floor) - counted <= 0

    def meeting(self) -> Iterator[Row]:
        """n_ij ≤ Σ_{p : i and j take part} x_p (ties): a pair counts once, however many projects it meets in."""
        for pair, n in self.n.items():
            yield ("tie", *pair), n - pulp.lpSum(self.x[p] for p in self.d.pairs[pair]) <= 0

    def points(self) -> Iterator[Row]:
        """Points up to the target + points past it = q_a, the former ≤ target_a (points)."""
        for a in self.aimed:
            yield ("points", a), self.within[a] + self.past[a] - self.reached(a) == 0
            yield ("beyond", a), self.within[a] <= self.d.areas[a]["target"]

    def decided(self) -> Iterator[Row]:
        """x_p = 1 for committed and required projects, x_p = 0 for ordinary, withdrawn and excluded ones (share)."""
        for p, r in self.d.projects.items():
            if r["status"] == "committed" or p in self.d.model.required:
                yield ("fixed", p, "1"), self.x[p] == 1
            if r["status"] in {"ordinary", "withdrawn"} or p in self.d.model.excluded:
                yield ("fixed", p, "0"), self.x[p] == 0

    # -- the objectives

    def objective(self, name: str) -> tuple[str, Sum, list[pulp.LpConstraint]]:
        """An objective: "max" or "min", the sum, and the rows that say what its helper variable m is.

        value        max Σ_a w_a · g_a(q_a) + collaboration_weight · Σ_ij n_ij / (1 + w_ij) (points),
                     g_a(q) = min(q, target) + beyond · max(0, q − target)
        draw_order   min Σ draw_order_f · y_pftk (kr × order)
        balance      max m, m ≤ K_a / w_a over areas with weight > 0 (kr per weight)
        reach        max m, m ≤ Σ_p m_pj C_p x_p / pop_j over municipalities with inhabitants (kr per inhabitant)
        funded       max K (kr)
        leverage     min Σ y_pftk over funds of level `region` (kr)
        spread       min m, Σ_ptk y_pftk ≤ m for each fund (kr)
        continuity   min Σ_pf |Σ_t y_pft − Σ_t previous_pft| (kr)
        """
        d = self.d
        if name == "value":
            return "max", pulp.lpSum(self.worth_of(a) for a in d.areas) + self.ties(), []
        if name == "draw_order":
            return "min", pulp.lpSum(r["draw_order"] * self.paid(f) for f, r in d.funds.items()), []
        if name == "funded":
            return "max", self.funded(), []
        if name == "leverage":
            return "min", pulp.lpSum(self.paid(f) for f, r in d.funds.items() if r["level"] == "region"), []
        if name == "continuity":
            return self.continuity()
        m = self.variable() + 0
        if name == "balance":
            weights = {a: r["weight"] for a, r in d.areas.items() if r["weight"] > 0}
            return "max", m, [w * m - self.funded_in(a) <= 0 for a, w in weights.items()]
        if name == "reach":
            people = {j: n for j, n in d.population.items() if n > 0}
            return "max", m, [n * m - self.reaching(j) <= 0 for j, n in people.items()]
        if name == "spread":
            at_most = m - self.funded() <= 0  # no rule, but so it is: `Scaled` learns how large m can be
            return "min", m, [*(self.paid(f) - m <= 0 for f in d.funds), at_most]
        raise NoAnswerError("error", f"there is no objective {name!r}")

    def continuity(self) -> tuple[str, Sum, list[pulp.LpConstraint]]:
        """min Σ_pf d_pf, d_pf ≥ paid − previous and d_pf ≥ previous − paid (kr)."""
        moved, rows = [], []
        for p, f in sorted({*self.of_pair, *self.d.previous}):
            before = self.d.previous.get((p, f), 0)
            d, paid = self.variable(max(before, self.d.total[p]) or 1), self.paid_to(p, [f])
            moved.append(d)
            rows += [paid - d <= before, paid + d >= before]
        return "min", pulp.lpSum(moved), rows

    def worth_of(self, a: str) -> Sum:
        """w_a · g_a(q_a), points."""
        r = self.d.areas[a]
        reached = self.within[a] + r["beyond"] * self.past[a] if a in self.within else self.reached(a)
        return r["weight"] * reached

    def ties(self) -> Sum:
        """collaboration_weight · Σ_ij n_ij / (1 + w_ij), points."""
        return self.d.policy.collaboration_weight * pulp.lpSum(self.d.worth(*pair) * n for pair, n in self.n.items())
