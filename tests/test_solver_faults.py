"""Time limits, interrupts, crashes, and solvers that lie: never a plan shown as optimal that is not.

The liars stand behind the solvers' own interface, so what is tested is the engine's distrust, not the solver.
"""

import dataclasses
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import processes
import pytest
from build import build
from random_models import random_model

from rus_funding.engine import engine as engine_module
from rus_funding.engine.engine import Engine, solve
from rus_funding.engine.settling import settle
from rus_funding.engine.solvers import make
from rus_funding.engine.solvers.highs import Highs
from rus_funding.engine.solvers.solver import Point
from rus_funding.engine.stages import freeze
from rus_funding.errors import FundingError, SolverError
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import document
from rus_funding.model.portfolio import Portfolio
from rus_funding.program.formulation import formulate
from rus_funding.program.linear import Block, Group, LinearProgram, Scale, Term, compile_program
from rus_funding.proof import standing as standing_module
from rus_funding.proof.audit import audit
from rus_funding.proof.case import Case
from rus_funding.words.causes import cause

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from generate import model as generated
from generate import portfolio, write

TINY = build(
    costs={"p": 100, "q": 80, "r": 70},
    budgets={"grant": 90, "own": 60},
    funds=[{"fund": "grant", "max_rate": 0.5}, {"fund": "own", "draw_order": 2}],
    benefits={"p": 10, "q": 9, "r": 3},
)


def answer(outcome):
    return outcome.payments, [(p.project, p.share, p.status) for p in outcome.projects]


def empty_handed(outcome):
    """No plan, no figures of a plan, and a reason."""
    assert outcome.status in {"time_limit", "error", "infeasible"}
    assert outcome.payments == ()
    assert outcome.projects == ()
    assert outcome.rules == ()
    assert outcome.message
    shown = outcome.as_dict()
    assert (shown["status"], shown["payments"], shown["projects"]) == (outcome.status, [], [])


# -- time limits


@pytest.fixture(scope="module")
def middle():
    return generated("M", 1)


def in_time(outcome, model):
    """Stopped by the clock: either nothing is known, or a legal plan within a bound that holds."""
    assert outcome.status == "time_limit"
    if not outcome.planned:
        empty_handed(outcome)
        return
    assert outcome.standing.name in {"within", "proven"}
    payments = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
    free = {p.project: p.share for p in outcome.projects if p.cost == 0}
    assert audit(Case.of(document(model)), payments, free) == []
    assert outcome.gap <= 1


@pytest.mark.parametrize("seconds", [1e-9, 0.001, 0.05, 0.3, 0.6])
def test_out_of_time_is_no_optimum(middle, seconds):
    begun = time.monotonic()
    outcome = solve(middle, seconds=seconds)
    if outcome.status == "optimal":  # a quick machine
        assert answer(outcome) == answer(solve(middle))
        return
    assert time.monotonic() - begun < seconds + 5
    in_time(outcome, middle)


def test_out_of_time_with_yes_or_no_projects():
    model = generated("M", 2, binaries=0.3)
    in_time(solve(model, seconds=0.4), model)


def test_out_of_time_in_a_solver_behind_pulp(middle):
    """PuLP calls a point at its time limit "Optimal"."""
    outcome = solve(middle, solver="cbc", seconds=0.2)
    assert outcome.status == "time_limit"
    empty_handed(outcome)


@pytest.mark.slow
def test_out_of_time_on_a_large_model():
    begun = time.monotonic()
    outcome = solve(generated("L", 1), seconds=2)
    assert time.monotonic() - begun < 60
    assert outcome.status == "time_limit"
    empty_handed(outcome)


@pytest.mark.parametrize("call", range(1, 5))
def test_out_of_time_at_any_stage_is_what_was_found_until_then(call):
    engine = Engine()
    engine._solver = Liar(lambda _: Point("time_limit", np.zeros(0)), call)
    outcome = engine.solve(CHOICES)  # nothing is found before the third program
    assert engine._solver.calls >= call
    in_time(outcome, CHOICES)
    assert outcome.planned == (call > 3)


# -- solvers that lie


class Liar(Highs):
    """HiGHS, but what it found is told as `lie` says: at its `when`-th call, or always."""

    def __init__(self, lie, when=None):
        super().__init__()
        self.lie, self.when, self.calls = lie, when, 0

    def minimise(self, cost, program, **options):
        self.calls += 1
        found = super().minimise(cost, program, **options)
        return self.lie(found) if self.when in {None, self.calls} else found


def changed(**how):
    return lambda point: dataclasses.replace(point, **{field: made(point) for field, made in how.items()})


def told(lie, model=TINY, when=None):
    """The engine's outcome with that lie."""
    engine = Engine()
    engine._solver = Liar(lie, when)
    return engine.solve(model)


CALLED_OPTIMAL = {
    "rows broken": changed(x=lambda p: p.x * 1.01),
    "one value too high": changed(x=lambda p: p.x + (np.arange(p.x.size) == 3) * 50.0),
    "outside bounds": changed(x=lambda p: p.x - 1.0),
    "not a number": changed(x=lambda p: p.x * np.nan),
    "far away": changed(x=lambda p: p.x + 1e30),
}


MORE_LIES = {
    "half": changed(x=lambda p: p.x * 0.5),
    "nothing": changed(x=lambda p: p.x * 0.0),
    "a little noise": changed(x=lambda p: p.x + 1e-3 * np.sin(np.arange(p.x.size))),
    "endless": changed(x=lambda p: np.where(np.arange(p.x.size) % 7 == 0, np.inf, p.x)),
    "too short": changed(x=lambda p: p.x[:-1]),
    "empty": changed(x=lambda _: np.zeros(0)),
    "duals of 0": changed(duals=lambda p: None if p.duals is None else p.duals * 0.0),
    "duals turned": changed(duals=lambda p: None if p.duals is None else -p.duals),
    "duals noisy": changed(duals=lambda p: None if p.duals is None else p.duals + np.cos(np.arange(p.duals.size))),
    "duals no numbers": changed(duals=lambda p: None if p.duals is None else p.duals * np.nan),
    "duals short": changed(duals=lambda p: None if p.duals is None else p.duals[1:]),
    "no duals": changed(duals=lambda _: None),
    "objective": changed(objective=lambda p: p.objective * 2 + 100),
    "objective no number": changed(objective=lambda _: np.nan),
    "bound": changed(bound=lambda p: p.bound * 0.0 - 1e6),
    "false ray": lambda p: Point("infeasible", np.zeros(0), ray=np.ones(p.duals.size if p.duals is not None else 1)),
    **{
        f"status {status}": lambda _, status=status: Point(status, np.zeros(0))
        for status in ("infeasible", "unbounded", "error", "interrupted", "splendid", "time_limit")
    },
}


def raising(error):
    def lie(_):
        raise error

    return lie


LIES = {
    **CALLED_OPTIMAL,
    **MORE_LIES,
    "raises": raising(RuntimeError("HiGHS broke")),
    "no memory": raising(MemoryError()),
    "wrong value": raising(ValueError("shapes")),
}
CHOICES = build(
    costs={"p": 100, "q": 80, "r": 70, "s": 60},
    budgets={"grant": 90, "own": 60},
    funds=[{"fund": "grant", "max_rate": 0.5}, {"fund": "own", "draw_order": 2}],
    benefits={"p": 10, "q": 9, "r": 3, "s": 4},
    projects=[{"project": p, "indivisible": True} for p in "pqr"] + [{"project": "s", "min_share": 0.5}],
)
TRUTHS = {"tiny": TINY, "choices": CHOICES, "random": random_model(5)}


@pytest.mark.parametrize("name", TRUTHS)
@pytest.mark.parametrize("lie", LIES)
def test_no_lie_of_a_solver_becomes_a_claim(lie, name):
    """Whatever the solver says at whichever call, what is shown is legal, what is proven is true, and a bound holds."""
    model = TRUTHS[name]
    truth = solve(model)
    assert truth.standing.proven
    for when in (None, 1, 2, 3, 4, 5, 6):
        outcome = told(LIES[lie], model, when)
        assert outcome.standing.name != "infeasible", (lie, when)
        assert outcome.status != "infeasible", (lie, when)
        if not outcome.planned:
            empty_handed(outcome)
            continue
        payments = [(p.project, p.fund, p.year, p.category_class, p.kronor) for p in outcome.payments]
        free = {p.project: p.share for p in outcome.projects if p.cost == 0}
        assert audit(Case.of(document(model)), payments, free) == [], (lie, when)
        assert outcome.bound >= truth.value - 1e-9 * abs(truth.value), (lie, when)
        if outcome.standing.proven:
            for mine, theirs in zip(outcome.checked.goals, truth.checked.goals, strict=True):
                near = float(theirs.allowance) + 2e-6 * abs(float(theirs.figure))
                assert float(mine.figure) == pytest.approx(float(theirs.figure), abs=near), (lie, when)


def test_a_stage_after_a_solved_one_is_not_believed_infeasible():
    """Nothing was asked but the same plans in another order: the optimum is kept by a row, the stage solved again."""
    outcome = told(changed(status=lambda _: "infeasible"), when=3)
    assert (outcome.status, answer(outcome)) == ("optimal", answer(solve(TINY)))


@pytest.mark.parametrize("when", [None, 1, 2, 3])
def test_the_objective_that_a_solver_states_is_not_used(when):
    outcome = told(changed(objective=lambda p: p.objective - 1e6, bound=lambda p: p.bound - 1e6), when=when)
    assert outcome.status == "optimal"
    assert (outcome.optimum, answer(outcome)) == (pytest.approx(13), answer(solve(TINY)))
    assert outcome.bound == pytest.approx(13)


def test_a_basis_from_elsewhere_changes_nothing():
    engine = Engine()
    engine.start_from(random_model(7))
    foreign, model = engine.basis, random_model(11)
    other = Engine()
    other.basis = foreign
    assert answer(other.solve(model)) == answer(solve(model))


def test_a_solver_that_fails_is_an_error():
    def fail(_):
        raise SolverError("out of memory")

    outcome = told(fail)
    assert outcome.status == "error"
    assert "out of memory" in outcome.message
    empty_handed(outcome)


@pytest.mark.parametrize("place", ["solve_program", "settle", "check", "Index", "document", "project_results"])
def test_without_memory_nothing_is_known_and_nothing_breaks(monkeypatch, place):
    def used_up(*_, **__):
        raise MemoryError

    monkeypatch.setattr(engine_module, place, used_up)
    outcome = solve(TINY)
    assert (outcome.status, outcome.code, outcome.standing.name) == ("error", "memory", "unknown")
    assert cause(outcome, "sv").startswith("minnet tog slut: ")
    assert outcome.message == cause(outcome, "en")
    empty_handed(outcome)


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("x"), ArithmeticError("x"), AssertionError("x")])
def test_whatever_goes_wrong_in_settling_leaves_no_plan(monkeypatch, error):
    def crash(*_, **__):
        raise error

    monkeypatch.setattr(engine_module, "settle", crash)
    outcome = solve(TINY)
    assert (outcome.status, outcome.code, outcome.standing.name) == ("error", "failed", "unknown")
    empty_handed(outcome)


# -- crashes, and settling that goes wrong


def test_a_crash_in_settling_leaves_no_plan(monkeypatch):
    def crash(*_, **__):
        raise RuntimeError("settling fell over")

    monkeypatch.setattr(engine_module, "settle", crash)
    outcome = solve(TINY)
    assert (outcome.status, outcome.code) == ("error", "failed")
    empty_handed(outcome)


@pytest.mark.parametrize("step", [1, -1, 1000])
def test_kronor_that_settling_gets_wrong_are_found(monkeypatch, step):
    """Every payment a krona up breaks a cost; down, a promise."""
    model = build(
        costs={"p": 101, "q": 80},
        budgets={"grant": 90, "own": 100},
        funds=[{"fund": "grant", "max_rate": 0.5}, {"fund": "own", "draw_order": 2}],
        projects=[{"project": "p", "status": "committed"}, {"project": "q", "status": "committed"}],
        commitments=[
            {"project": p, "fund": "own", "year": 2026, "amount": amount, "kind": "paid"}
            for p, amount in (("p", 51), ("q", 40))
        ],
    )
    assert solve(model).status == "optimal"

    for place in range(4):

        def wrong(*given, place=place, **options):
            done = settle(*given, **options)
            kronor = done.kronor.copy()
            kronor[place] += step
            return dataclasses.replace(done, kronor=kronor)

        monkeypatch.setattr(engine_module, "settle", wrong)
        outcome = solve(model)
        assert outcome.status == "error"
        assert outcome.checked.breaches
        empty_handed(outcome)


def test_what_an_optimum_holds_is_told_in_the_solvers_units():
    """x0 + x1 + 1e9 x2 >= 10 and x3 - 1e9 x2 >= 5 at duals of 1: x1 costs 1 too much and stands 5e-4 from 0, next to
    nothing in its unit of 1000. x2 costs 1e-3 beside terms of 1e9 that cancel: that is rounding, and holds nothing.
    x4 is in no row and stands at the 4 that is its least.
    """
    inf = np.full(2, np.inf)
    face = LinearProgram(
        np.asarray([0, 1, 2, 4, 5, 5]), np.asarray([0, 0, 0, 1, 1]), np.asarray([1.0, 1.0, 1e9, -1e9, 1.0]),
        np.asarray([0.0, 0.0, 0.0, 0.0, 4.0]), np.asarray([1e6, 1e6, 1e6, 1e6, 7.0]), np.asarray([10.0, 5.0]), inf,
        np.zeros(5, bool), scale=Scale(np.asarray([1.0, 1000.0, 1.0, 1.0, 1.0]), np.ones(2)),
    )  # fmt: skip
    point = Point("optimal", np.asarray([9.9995, 5e-4, 0.0, 5.0, 4.0]), np.ones(2))
    tight, rows, columns = freeze(face, np.asarray([1.0, 2.0, 1e-3, 1.0, 1.0]), point)
    assert columns.tolist() == [False, True, False, False, True]
    assert rows.tolist() == [True, True]
    assert tight.upper.tolist() == [1e6, 0, 1e6, 1e6, 4]
    assert tight.row_upper.tolist() == [10, 5]


def test_a_bound_below_the_value_is_found(monkeypatch):
    real = standing_module.worst

    def low(*given):
        proven = real(*given)
        return proven._replace(bound=proven.bound - proven.give - 1)

    monkeypatch.setattr(standing_module, "worst", low)
    outcome = solve(TINY)
    assert outcome.status == "error"
    assert "above its bound" in outcome.message
    empty_handed(outcome)


# -- numbers that are none


@pytest.mark.parametrize(
    ("table", "column", "number"),
    [
        *(("areas", "weight", number) for number in (np.nan, np.inf, -np.inf)),
        *(("contributions", "benefit", number) for number in (np.inf, -np.inf)),  # blank is NaN: the project's cost
        *(("funds", "max_rate", number) for number in (np.nan, -np.inf)),
        ("projects", "min_share", np.inf),  # blank is NaN: the policy's
        *(("funds", "max_share", number) for number in (np.nan, -np.inf)),
    ],
)
def test_a_number_that_is_none_ends_in_no_plan(table, column, number):
    """The reader refuses it long before; whoever builds a model otherwise gets no plan of it either."""
    rows = TINY[table].replace(**{column: np.full(TINY[table].size, number)})
    model = TINY.replace(tables={**TINY.tables, table: rows})
    with np.errstate(all="ignore"):
        try:
            outcome = solve(model)
        except (FundingError, ValueError, OverflowError):
            return
    empty_handed(outcome)


def small_program():
    """x + y <= 4, x <= 3."""
    columns = np.arange(2)
    term = Term(np.zeros(2, np.int64), columns, 1.0)
    group = Group("v", 0, 2, lambda: [("v", "x"), ("v", "y")], 0.0, np.array([3.0, np.inf]))
    block = Block("sum", 1, lambda: [("sum",)], (term,), -np.inf, 4.0)
    return compile_program([group], [block]).fill(None)


@pytest.mark.parametrize("array", ["values", "lower", "upper", "row_lower", "row_upper"])
def test_arrays_that_hold_no_number_are_refused_before_the_solver(array):
    program = small_program()
    broken = getattr(program, array).copy()
    broken[0] = np.nan
    with pytest.raises(SolverError, match="not a"):
        make("highs").load(dataclasses.replace(program, **{array: broken}))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_cost_that_is_no_number_is_refused(number):
    program, solver = small_program(), make("highs")
    solver.load(program)
    with pytest.raises(SolverError, match="not finite"):
        solver.minimise(np.array([1.0, number]), program)


def test_a_term_outside_the_program_is_refused():
    """HiGHS would write past its arrays."""
    group = Group("v", 0, 2, lambda: [("v", "x"), ("v", "y")])
    for term in (Term(np.zeros(1, np.int64), np.array([2]), 1.0), Term(np.array([1]), np.array([0]), 1.0)):
        with pytest.raises(IndexError):
            compile_program([group], [Block("sum", 1, lambda: [("sum",)], (term,))])


def test_two_terms_on_one_cell_are_named():
    group = Group("v", 0, 1, lambda: [("v", "x")])
    twice = Term(np.zeros(2, np.int64), np.zeros(2, np.int64), 1.0)
    with pytest.raises(ValueError, match=r"row \('sum', 'a'\).*column \('v', 'x'\)"):
        compile_program([group], [Block("sum", 1, lambda: [("sum", "a")], (twice,))])


def test_an_unknown_id_is_named():
    rows = TINY["costs"].replace(project=np.array(["p", "q", "stranger"], object))
    model = TINY.replace(tables={**TINY.tables, "costs": rows})
    with pytest.raises(KeyError, match="stranger"):
        formulate(Portfolio(Index(model), Amounts(model, Index(model)))).compiled.fill(Amounts(model, Index(model)))


# -- Ctrl-C

# the command line, which leaves a mark when a solver begins
COMMAND = """
import pathlib, sys, threading
import rus_funding.cli
def mark(module, name):
    real = getattr(module, name)
    def marked(*given, **options):
        pathlib.Path(sys.argv[1]).touch()
        return real(*given, **options)
    setattr(module, name, marked)
if "cbc" in sys.argv:
    import pulp
    mark(pulp.LpProblem, "solve")
else:
    import rus_funding.engine.solvers.highs
    mark(rus_funding.engine.solvers.highs.Highs, "_run")
rus_funding.cli.main(sys.argv[2:])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model whose linear program takes many seconds."""
    path = tmp_path_factory.mktemp("large") / "model"
    write(portfolio(1500, 30, 7, 1), path)
    return path


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("arguments", [["--json"], []])
def test_an_interrupt_answers_at_once(folder, tmp_path, solver, arguments):
    mark = tmp_path / "solving"
    command = [sys.executable, "-c", COMMAND, str(mark), "solve", str(folder), "--solver", solver, *arguments]
    with processes.started(command, stdout=processes.PIPE, stderr=processes.PIPE) as process:
        deadline = time.monotonic() + 60
        while not mark.exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.4)
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the whole group
        printed, said = process.communicate(timeout=30)
        assert time.monotonic() - begun < 2  # 0.1 s on a quiet machine
    assert process.returncode == 130, said
    assert printed == ""
    assert said.strip() == "interrupted"


def test_a_time_limit_on_the_command_line(folder):
    command = [sys.executable, "-m", "rus_funding", "solve", str(folder), "--time-limit", "0.5", "--json"]
    done = processes.run(command)
    assert done.returncode == 1, done.stderr
    assert '"time_limit"' in done.stdout
    assert '"optimal"' not in done.stdout
