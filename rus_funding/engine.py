"""A model in, a certified plan out: formulate, solve, settle, audit, prove.

`Engine` keeps what scenarios share (index, structure, compiled program, integer rows, basis) and pours each one's
numbers in;
`solve` is an engine used once. Nothing that an engine remembers can change an answer, only the time it takes.
"""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.amounts import Amounts
from rus_funding.errors import SolverError
from rus_funding.formulation import Formulation, formulate
from rus_funding.index import Index
from rus_funding.model import FundingModel, document
from rus_funding.objectives import label_fraction
from rus_funding.plan import Certificate, Outcome, Payment, ProjectResult, Rule
from rus_funding.portfolio import Portfolio
from rus_funding.proof.audit import audit
from rus_funding.proof.bound import certify
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.worth import value as exact_value
from rus_funding.reasons import reasons
from rus_funding.settling import Settled, settle
from rus_funding.solvers import Solver, make
from rus_funding.stages import Solution, solve_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.program import Label

HELPERS = {"funded_total", "area_total", "municipal_total", "balance", "reach", "spread"}
ALL, NOTHING = Fraction(1), Fraction(0)
UNTOLD = {"financing", "tie", "beyond"}  # rows that bind without being anybody's rule


class Engine:
    """Solves models that share a structure quickly, and any other model afresh."""

    def __init__(self, solver: str = "highs") -> None:
        self._solver: Solver = make(solver)
        self._formulation: Formulation | None = None
        self._case: Case | None = None
        self.last: Solution | None = None  # the last solve's floats and duals, for explanations
        self.amounts: Amounts | None = None  # and its numbers
        self.basis: Any = None  # where every solve starts; set it once (from the baseline), never from a neighbour

    def start_from(self, model: FundingModel, *, scenario: str | None = None, seconds: float = np.inf) -> Outcome:
        """Solve the baseline and let every later solve of the same structure start from its basis."""
        self._formulation, self.basis = None, None
        outcome = self.solve(model, scenario=scenario, seconds=seconds)
        if outcome.status == "optimal" and self.last is not None:
            self.basis = self.last.basis
        return outcome

    def prepare(self, model: FundingModel) -> tuple[Formulation, Amounts]:
        """The formulation of a model: the one at hand where the structure is the same, else a new one."""
        held = self._formulation
        if held is not None and held.at.index.fits(model):
            amounts = Amounts.like(model, held.at.amounts)
            if held.at.fits(amounts):
                return held, amounts
        index = Index(model)
        amounts = Amounts(model, index)
        fresh = formulate(Portfolio(index, amounts))
        if held is None:
            self._formulation = fresh
        return fresh, amounts

    def solve(self, model: FundingModel, *, scenario: str | None = None, seconds: float = np.inf) -> Outcome:
        """Solve, settle and certify one model within `seconds`."""
        clock = _Clock()
        f, amounts = self.prepare(model)
        self.amounts = amounts
        clock.lap("formulate")
        basis = self.basis if f is self._formulation else None
        try:
            solution = solve_program(f, amounts, self._solver, basis=basis, seconds=seconds)
        except SolverError as error:
            name = self._solver.name
            return Outcome(
                model, "error", scenario, message=str(error), solver=name, code=error.code, fields=error.fields
            )
        clock.lap("solve")
        self.last = solution
        if solution.status != "optimal":
            status = solution.status if solution.status in {"infeasible", "time_limit"} else "error"
            return Outcome(
                model,
                status,
                scenario,
                objectives=solution.optima,
                message=MESSAGES.get(solution.status, f"the solver says: {solution.status}"),
                solver=self._solver.name,
                seconds=clock.laps,
                iterations=solution.iterations,
                code=solution.status if solution.status in MESSAGES else "status",
                fields={} if solution.status in MESSAGES else {"status": solution.status},
            )
        v = f.columns
        settled = settle(
            f.at, amounts, solution.x[v.x], solution.x[v.y], label_fraction(f), by_draw_order=draws_first(model)
        )
        clock.lap("settle")
        return self._certified(f, amounts, solution, settled, scenario, clock)

    def _certified(
        self,
        f: Formulation,
        amounts: Amounts,
        solution: Solution,
        settled: Settled,
        scenario: str | None,
        clock: _Clock,
    ) -> Outcome:
        model = amounts.model
        self._case = case = Case.of(document(model), self._case)
        payments = payments_of(f, settled)
        given = {
            f.at.index.projects.ids[p]: _stated(float(solution.x[f.columns.x[p]]))
            for p in np.flatnonzero(amounts.total == 0).tolist()
        }
        ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in payments)
        broken = tuple(audit(case, ledger, given))
        clock.lap("audit")
        duals = labelled_duals(f, solution)
        proven = certify(case, duals, solution.kept)
        worth = exact_value(case, ledger, given)
        kind, bound, relaxation = "weak duality", proven.bound, None
        if not np.isnan(solution.value_bound):
            kind, bound, relaxation = "solver bound", min(Fraction(solution.value_bound), proven.bound), proven.bound
        give = proven.give if proven.give is not None else Fraction(10**9)
        breaches = tuple(breach.sentence for breach in broken)
        certificate = Certificate(kind, bound, give, worth, breaches, duals, solution.kept, relaxation, broken)
        clock.lap("certify")
        valid = certificate.valid
        optimum = solution.optimum("value")
        if np.isnan(optimum):
            optimum = solution.value
        return Outcome(
            model,
            "optimal" if valid else "error",
            scenario,
            optimum,
            solution.optima,
            payments if valid else (),
            project_results(f, amounts, solution, settled, given) if valid else (),
            certificate,
            binding(f, solution) if valid else (),
            "" if valid else _uncertified(certificate),
            self._solver.name,
            clock.laps,
            solution.iterations,
            "" if valid else "breach" if broken else "above-bound",
            {} if valid or broken else {"value": certificate.value, "bound": certificate.bound},
        )


MESSAGES = {
    "infeasible": "the rules contradict each other: no plan keeps them all",
    "time_limit": "the time limit ended the search before the optimum was proven",
    "interrupted": "interrupted",
}


def solve(
    model: FundingModel, *, solver: str = "highs", scenario: str | None = None, seconds: float = np.inf
) -> Outcome:
    """Solve one model to a certified plan in whole kronor. `seconds` is the time limit; `solver` "highs" or PuLP's."""
    return Engine(solver).solve(model, scenario=scenario, seconds=seconds)


class _Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now


def draws_first(model: FundingModel) -> bool:
    """Whether the draw order decides between funds: not where an earlier objective already says who pays."""
    names = [objective.name for objective in model.objectives]
    ahead = names[: names.index("draw_order")] if "draw_order" in names else names
    loose = any(objective.name == "draw_order" and objective.tolerance > 0 for objective in model.objectives)
    return not ({"leverage", "spread"} & set(ahead)) and not loose


def _stated(x: float) -> Fraction:
    """The share of a project without costs, free of the solver's noise."""
    return Fraction(round(x)) if abs(x - round(x)) < 1e-7 else Fraction(repr(round(x, 12)))


def _uncertified(certificate: Certificate) -> str:
    if certificate.breaches:
        return f"the plan in kronor breaks a rule: {certificate.breaches[0]}"
    return f"the plan's value {float(certificate.value)} is above its bound {float(certificate.bound)}"


def payments_of(f: Formulation, settled: Settled) -> tuple[Payment, ...]:
    """The payments above 0, sorted by project, class, year, fund."""
    at = f.at
    projects, funds, years, names = at.index.projects.ids, at.index.funds.ids, at.index.years.ids, at.cell_names
    paid = np.flatnonzero(settled.kronor > 0)
    columns = (at.project, at.fund, at.year, at.cell, settled.kronor)
    rows = zip(*(column[paid].tolist() for column in columns), strict=True)
    return tuple(Payment(projects[p], funds[u], years[t], names[cell], kronor) for p, u, t, cell, kronor in rows)


def _rows(f: Formulation) -> tuple[list[Label], Any, Any]:
    """The label of every row; which are helpers (0) or of the program (1); which count as rules that bind."""
    if "rows" not in f.memo:
        labels = [label for block in f.compiled.blocks for label in f.labels(block)]
        sizes = [block.size for block in f.compiled.blocks]
        rules = [block.rule for block in f.compiled.blocks]
        plain = np.repeat(np.asarray([rule not in HELPERS for rule in rules], bool), sizes)
        told = np.repeat(np.asarray([rule not in HELPERS | UNTOLD for rule in rules], bool), sizes)
        f.memo["rows"] = labels, plain, told
    found: tuple[list[Label], Any, Any] = f.memo["rows"]
    return found


def labelled_duals(f: Formulation, solution: Solution) -> dict[Label, float]:
    """Duals of `value` by label, helper rows and zeros apart."""
    if solution.duals is None:
        return {}
    labels, plain, _ = _rows(f)
    priced = np.flatnonzero((solution.duals != 0) & plain)
    out = {labels[i]: dual for i, dual in zip(priced.tolist(), solution.duals[priced].tolist(), strict=True)}
    for offset, block in zip(f.compiled.offsets.tolist(), f.compiled.blocks, strict=True):
        if block.rule in HELPERS and block.rule in solution.kept:
            sign = 1.0 if block.rule == "spread" else -1.0  # the certificate writes weight · m - K_a <= 0
            part = solution.duals[offset : offset + block.size]
            out.update({labels[offset + i]: sign * float(part[i]) for i in np.flatnonzero(part).tolist()})
    out.update({("kept", name): dual for name, dual in solution.kept_duals.items()})
    return out


def binding(f: Formulation, solution: Solution) -> tuple[Rule, ...]:
    """The rules other than financing that the optimum presses against, by what one unit more would be worth."""
    if solution.duals is None or solution.activity is None:
        return ()
    labels, _, told = _rows(f)
    rows = np.flatnonzero((np.abs(solution.duals) > 1e-12) & told)
    price = solution.duals[rows]
    limit = np.where(price > 0, solution.sides[1][rows], solution.sides[0][rows])
    slack = np.abs(limit - solution.activity[rows])
    columns = (rows.tolist(), limit.tolist(), slack.tolist(), price.tolist())
    found = [(-abs(dual), labels[i], side, left, dual) for i, side, left, dual in zip(*columns, strict=True)]
    return tuple(Rule(label, side, left, dual) for _, label, side, left, dual in sorted(found))


def project_results(
    f: Formulation,
    amounts: Amounts,
    solution: Solution,
    settled: Settled,
    given: Mapping[str, Fraction],
) -> tuple[ProjectResult, ...]:
    """Every project, by id."""
    at = f.at
    kronor = np.zeros(len(at.index.projects), np.int64)
    np.add.at(kronor, at.project, settled.kronor)
    x = solution.x[f.columns.x]
    why = reasons(f, amounts, x)
    out = []
    columns = (amounts.total.tolist(), kronor.tolist(), x.tolist(), amounts.points.tolist(), settled.given_up.tolist())
    for p, (name, cost, paid, x_p, points, given_up) in enumerate(zip(at.index.projects.ids, *columns, strict=True)):
        whole = paid == cost or not paid
        share = (
            given.get(name, NOTHING) if not cost else Fraction(paid, cost) if not whole else ALL if paid else NOTHING
        )
        full = share == 1 or (x_p >= 1 - 1e-9 and (paid > 0 or not cost))
        status = "funded" if full else "partly" if share > 0 else "not"
        lost = given_up if full else 0
        reason = "" if full else why[p]
        out.append(ProjectResult(name, share, cost, paid, float(share) * points, status, reason, lost))
    return tuple(out)
