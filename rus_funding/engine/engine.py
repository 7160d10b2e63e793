"""A model in, a certified plan out: formulate, solve, settle, audit, prove.

`Engine` keeps what scenarios share (index, structure, compiled program, integer rows, basis) and pours each one's
numbers in;
`solve` is an engine used once. Nothing that an engine remembers can change an answer, only the time it takes.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.face import MEMORY
from rus_funding.engine.plan import Certificate, Outcome
from rus_funding.engine.repair import Repair, Way
from rus_funding.engine.results import binding, labelled, payments_of, project_results, stated
from rus_funding.engine.settling import Settled, settle
from rus_funding.engine.settling.grants import Grants
from rus_funding.engine.solvers import make
from rus_funding.engine.stages import solve_program
from rus_funding.errors import SolverError
from rus_funding.model.amounts import Amounts
from rus_funding.model.closed import opened
from rus_funding.model.index import Index
from rus_funding.model.model import FundingModel, Objective, document
from rus_funding.model.portfolio import Portfolio
from rus_funding.program.formulation import Formulation, formulate
from rus_funding.program.objectives import label_fraction
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.standing import INFEASIBLE, Checked, Standing, check
from rus_funding.proof.tree import Proof, impossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.narrowing import Narrowing
    from rus_funding.engine.solution import Solution
    from rus_funding.engine.solvers.solver import Solver
    from rus_funding.model.amounts import Floats
    from rus_funding.model.index import Ints


class Engine:
    """Solves models that share a structure quickly, and any other model afresh."""

    every_grant = False  # whether programs ask for every least grant from the start: for who changes their rows
    thorough = True  # whether a plan that is not proven is looked for once more, with every optimum kept by a row

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
        if outcome.planned and self.last is not None:
            self.basis = self.last.basis
        return outcome

    def proofs(self, f: Formulation, solution: Solution) -> tuple[Proof, ...]:
        """What proves a solution's optima, by labels."""
        return labelled(f, solution)

    def optima(self, solution: Solution) -> tuple[tuple[str, float], ...]:
        """The optima that a plan is held to."""
        return solution.optima

    def case(self, model: FundingModel) -> Case:
        """The exact view of a model; what it shares with the last one is taken from there."""
        self._case = Case.of(document(model), self._case)
        return self._case

    def prepare(self, model: FundingModel) -> tuple[Formulation, Amounts]:
        """The formulation of a model: the one at hand where the structure is the same, else a new one."""
        held = self._formulation
        if held is not None and held.at.index.fits(model):
            amounts = Amounts.like(model, held.at.amounts)
            if held.at.fits(amounts):
                return held, amounts
        index = Index(model)
        amounts = Amounts(model, index)
        at = Portfolio(index, amounts)
        fresh = formulate(at, None if self.every_grant else np.zeros(0, np.int64))
        if held is None:
            self._formulation = fresh
        return fresh, amounts

    def watch(self, f: Formulation, pairs: Ints) -> Formulation:
        """The formulation that asks for the least grants of these pairs as well; kept where `f` was."""
        fresh = formulate(f.at, pairs)
        if self._formulation is f and self.basis is None:
            self._formulation = fresh
        return fresh

    def solve(self, model: FundingModel, *, scenario: str | None = None, seconds: float = np.inf) -> Outcome:
        """Solve, settle and certify one model within `seconds`: of closed years what remains (`model.closed`).

        Without enough memory nothing is known of it.
        """
        model = opened(model)
        try:
            return _Solve(self, model, scenario, seconds).run()
        except MemoryError:
            return Outcome(model, "error", scenario, message=MEMORY, solver=self._solver.name, code="memory")


SEARCHED = 0.75  # share of the time left that a search over choices may take: without any, settling leaves projects out


class _Solve:
    """One model on its way from numbers to a checked plan.

    The program asks for the least grants of the pairs that an optimum without them would break: such pairs are added,
    and the program solved again, until none is broken. What is best then is best with the rule for all pairs.
    """

    def __init__(self, engine: Engine, model: FundingModel, scenario: str | None, seconds: float) -> None:
        self.engine, self.model, self.scenario = engine, model, scenario
        self.clock = _Clock()
        self.deadline = time.monotonic() + seconds
        self.f, self.amounts = engine.prepare(model)
        engine.amounts = self.amounts
        self.clock.lap("formulate")

    def run(self) -> Outcome:
        """The plan; where it is not proven, another look with every optimum kept by a row."""
        try:
            solution = self._stages(careful=False)
            outcome = self._outcome(solution)
            if (
                self.engine.thorough
                and outcome.planned
                and not outcome.standing.proven
                and solution.status == "optimal"
            ):
                outcome = _better(outcome, self._outcome(self._stages(careful=True)))
        except SolverError as error:
            try:
                outcome = self._outcome(self._stages(careful=True))
            except SolverError:
                return self._without("error", str(error), error.code, error.fields)
        return outcome

    def _stages(self, *, careful: bool) -> Solution:
        self.engine.last = solution = self._solved(careful=careful)
        self.clock.lap("solve")
        return solution

    def _solved(self, *, careful: bool = False, narrowing: Narrowing | None = None) -> Solution:
        """All stages, the least grants of every pair kept."""
        engine = self.engine
        while True:
            basis = engine.basis if narrowing is None and self.f is engine._formulation else None  # noqa: SLF001
            left = (self.deadline - time.monotonic()) * (SEARCHED if self.f.at.binary.size else 1.0)
            solution = solve_program(
                self.f, self.amounts, engine._solver, basis=basis, seconds=left, careful=careful,  # noqa: SLF001
                narrowing=narrowing,
            )  # fmt: skip
            if not self._watch(solution):
                return solution

    def _watch(self, solution: Solution) -> bool:
        """Ask for the least grants that a solution breaks from now on; whether it breaks any not yet asked for.

        An objective with a tolerance is best at a point of its own, which later ones leave: that is looked at as well.
        """
        at, watched = self.f.at, self.f.columns.watched
        if not solution.x.size or not at.granting.any() or time.monotonic() > self.deadline:
            return False
        more = watched
        for x in (*solution.ahead, solution.x):
            more = np.union1d(more, Grants(at, self.amounts, np.maximum(0.0, x[self.f.columns.y])).broken)
        if more.size == watched.size:
            return False
        self.f = self.engine.watch(self.f, more)
        return True

    def _outcome(self, solution: Solution) -> Outcome:
        """What a solution comes to: a plan with its standing, or why there is none."""
        case = self.engine.case(self.model)
        proofs = self.engine.proofs(self.f, solution)
        if not solution.x.size:
            return self._no_plan(case, solution, proofs)
        settled = self._settle(solution.x)
        outcome = self._checked(case, solution, proofs, solution.x, settled)
        stands = outcome.standing.proven or (outcome.planned and not settled.scaled_down)
        return outcome if stands and not settled.left_out else self._repaired(case, solution, proofs, outcome, settled)

    def _no_plan(self, case: Case, solution: Solution, proofs: tuple[Proof, ...]) -> Outcome:
        status = solution.status
        if status == "infeasible":
            if impossible(case, proofs):
                return dataclasses.replace(
                    self._without(status, MESSAGES[status], status, {}, solution),
                    certificate=Certificate(proofs),
                    standing=Standing(INFEASIBLE),
                )
            return self._without("error", MESSAGES["unproven"], "unproven", {}, solution)
        code = status if status in MESSAGES else "status"
        message = MESSAGES.get(status, f"the solver says: {status}")
        fields = {} if status in MESSAGES else {"status": status}
        return self._without(status if status == "time_limit" else "error", message, code, fields, solution)

    def _without(
        self, status: str, message: str, code: str, fields: Mapping[str, Any], solution: Solution | None = None
    ) -> Outcome:
        return Outcome(
            self.model,
            status,
            self.scenario,
            message=message,
            solver=self.engine._solver.name,  # noqa: SLF001
            seconds=self.clock.laps,
            iterations=solution.iterations if solution is not None else 0,
            code=code,
            fields=dict(fields),
        )

    def _repaired(
        self, case: Case, solution: Solution, proofs: tuple[Proof, ...], outcome: Outcome, settled: Settled
    ) -> Outcome:
        """The best plan for less than the model allows. Its bound is one for every plan, also for those that do not
        reach the objectives ahead of the value.
        """
        free = (*(proof for proof in proofs if not proof.kept), *self._worth(proofs))

        def checked(x: Floats, settled: Settled) -> Outcome:
            held = self._checked(case, solution, proofs, x, settled)
            return held if held.standing.proven else self._checked(case, solution, free, x, settled)

        def solved(narrowing: Narrowing) -> Solution:
            return self._solved(narrowing=narrowing)

        first = outcome if outcome.standing.proven else self._checked(case, solution, free, solution.x, settled)
        return Repair(Way(self.f.at, self.amounts, solved, self._settle, checked)).run(first, settled)

    def _worth(self, proofs: tuple[Proof, ...]) -> tuple[Proof, ...]:
        """A bound on the value of every plan, also of those that do not reach the objectives ahead of it."""
        if any(proof.objective == "value" and not proof.kept for proof in proofs):
            return ()
        model = self.model.replace(objectives=(Objective("value"),))
        other = Engine(self.engine._solver.name)  # noqa: SLF001
        f, amounts = other.prepare(model)
        left = self.deadline - time.monotonic()
        try:
            return labelled(f, solve_program(f, amounts, other._solver, seconds=left))  # noqa: SLF001
        except SolverError:
            return ()

    def _settle(self, x: Floats) -> Settled:
        """Floats in whole kronor."""
        v = self.f.columns
        try:
            settled = settle(
                self.f.at,
                self.amounts,
                self._whole(x)[v.x],
                x[v.y],
                label_fraction(self.f),
                by_draw_order=draws_first(self.model),
                deadline=self.deadline,
            )
        except SolverError:
            raise
        except MemoryError:
            raise SolverError(MEMORY, "memory") from None
        except Exception as error:
            raise SolverError(f"settling failed: {error}", "failed", solver=self.engine._solver.name,  # noqa: SLF001
                              reason=str(error)) from error  # fmt: skip
        self.clock.lap("settle")
        return settled

    def _whole(self, x: Floats) -> Floats:
        """The floats with every indivisible project in or out: the solver's tolerance is no share of a project."""
        v, x = self.f.columns, x.copy()
        gate = np.flatnonzero(self.amounts.indivisible & (v.z >= 0))
        x[v.x[gate]] = np.round(x[v.z[gate]])
        return x

    def _checked(
        self, case: Case, solution: Solution, proofs: tuple[Proof, ...], x: Floats, settled: Settled
    ) -> Outcome:
        """Audit whole kronor and evaluate the proofs: the plan and its standing."""
        f, amounts, x = self.f, self.amounts, self._whole(x)
        v, ids = f.columns, f.at.index.projects.ids
        payments = payments_of(f, settled)
        given = {ids[p]: stated(float(x[v.x[p]])) for p in np.flatnonzero(amounts.total == 0).tolist()}
        ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in payments)
        optima = {name: optimum for name, optimum in self.engine.optima(solution) if np.isfinite(optimum)}
        checked = check(case, ledger, ledger.shares(case, given), proofs, optima, given)
        self.clock.lap("certify")
        planned = checked.standing.has_plan
        optimum = solution.optimum("value")
        code, fields, message = ("", {}, "") if planned else _refused(checked)
        return Outcome(
            self.model,
            solution.status if planned else "error",
            self.scenario,
            solution.value if np.isnan(optimum) else optimum,
            solution.optima,
            payments if planned else (),
            project_results(f, amounts, x, settled, given) if planned else (),
            Certificate(proofs, checked),
            binding(f, solution) if planned else (),
            message,
            self.engine._solver.name,  # noqa: SLF001
            self.clock.laps,
            solution.iterations,
            code,
            fields,
            checked.standing,
            tuple(ids[p] for p in settled.left_out),
            tuple(ids[p] for p in settled.scaled_down),
            solution.programs,
        )


def _better(one: Outcome, other: Outcome) -> Outcome:
    """The one that stands better; of two that stand alike, the one whose bound is nearer."""
    if not other.planned:
        return one
    if one.standing.proven != other.standing.proven:
        return one if one.standing.proven else other
    return one if (one.gap or 0.0) <= (other.gap or 0.0) else other


MESSAGES = {
    "infeasible": "the rules contradict each other: no plan keeps them all",
    "unproven": "the solver finds no plan, and no proof that there is none",
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
    return not ({"leverage", "spread", "continuity"} & set(ahead)) and not loose


def _refused(checked: Checked) -> tuple[str, dict[str, Any], str]:
    """Why a plan is not shown: code, fields and an English sentence."""
    if checked.breaches:
        return "breach", {}, f"the plan in kronor breaks a rule: {checked.breaches[0].sentence}"
    if checked.bound is not None and checked.value > checked.bound:
        value, bound = float(checked.value), float(checked.bound)
        return "above-bound", {"value": value, "bound": bound}, f"the plan's value {value} is above its bound {bound}"
    return "unbounded", {}, "nothing bounds the value of the plan"
