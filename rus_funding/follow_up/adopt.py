"""`adopt`: a meeting's decision checked against every rule, priced, and made the start of what comes next.

The decision is legal where the next model (the decided kronor as commitments) passes validation and has a plan. What
breaks a rule is told as validation tells it, or by the rules that no plan keeps together, with the ways out. Points are
those of certified plans; money is whole kronor.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.engine import solve
from rus_funding.engine.plan import Payment
from rus_funding.engine.previous import with_previous
from rus_funding.errors import InvalidInput
from rus_funding.explanations.conflict import SMALL, conflict, within
from rus_funding.follow_up.decide import GIVING, digest_of, named, own_funds, pairs
from rus_funding.kronor import Refused
from rus_funding.model.model import digest, document
from rus_funding.model.reading.source import problem
from rus_funding.model.rows import Rows
from rus_funding.model.schema import TABLES, WITHDRAWN
from rus_funding.model.validation import validate
from rus_funding.proof.case import Case
from rus_funding.proof.ledger import Ledger
from rus_funding.proof.policy import POLICY
from rus_funding.words.messages import capped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.errors import Problem
    from rus_funding.explanations.conflict import Conflict
    from rus_funding.follow_up.decide_workbook import Decided, Minutes
    from rus_funding.model.model import FundingModel
    from rus_funding.proof.breach import Breach

Cell = tuple[str, str, int]  # project, fund, year
# kronor by which a commitment is eased where a project is carried out in part: whole kronor are no share that is the
# same in all years, and settling takes some of them
EASES = (0, 1, 2, 5, 10, 20)
NOTHING = 1e-6  # points


@dataclasses.dataclass(frozen=True)
class Deviation:
    """A project of which the meeting decided something else than was proposed.

    `alone`: points that the best plan loses where this alone is imposed on the proposal; `undone`: points that the
    decided plan would gain without it. None where there is no such plan. `displaces`: kronor by other project that the
    plan moves when it is imposed alone.
    """

    project: str
    proposed: int
    decided: int
    alone: float | None
    undone: float | None
    displaces: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class Broken:
    """A decision that cannot be carried out: `problems` of its numbers, or a `conflict` of rules; `model` has both."""

    model: FundingModel
    problems: tuple[Problem, ...]
    conflict: Conflict | None = None


@dataclasses.dataclass(frozen=True)
class Adopted:
    """A decision that keeps every rule: its plan, what its deviations cost, and the next model.

    `kronor` is what the meeting granted. `short`: floors, caps and largest shares that the decided plan does not reach;
    a meeting may choose so, and is told. `eased`: commitments that are some kronor less than what was decided (see
    `EASES`). `off`: the most kronor that the plan pays more or less of own money in a cell than was decided.
    """

    plan: Outcome
    next: FundingModel
    deviations: tuple[Deviation, ...]
    eased: int
    short: tuple[Breach, ...]
    kronor: int
    off: int
    other_model: bool
    other_proposal: bool


def adopt(model: FundingModel, minutes: Minutes) -> Adopted | Broken:
    """The decision as the next state of a model, or the rules that it breaks.

    Raises `InvalidInput` for rows that are no project and own fund of the model, or contradict each other.
    """
    _known(model, minutes)
    rows, out = minutes.rows, _out(minutes.rows)
    cells = {(row.project, row.fund, year): kronor for row in rows for year, kronor in row.decided.items()}
    given = {cell: kronor for cell, kronor in cells.items() if kronor}
    start = _next(model, given, out, (), minutes)
    problems = tuple(one for one in validate(start) if one.severity == "error")
    if problems:
        return Broken(start, tuple(capped(problems)))
    for ease in EASES:
        imposed = _imposed(_law_alone(model), cells, out, own_funds(model), ease)
        plan = solve(imposed)
        if plan.planned or (plan.status == "infeasible" and ease >= EASES[3]):
            break
    if not plan.planned:
        return _broken(imposed, plan)
    full = {one.project for one in plan.projects if one.status == "funded" and one.kronor == one.cost}
    eased: dict[Cell, int] = {}
    for ease in EASES:
        eased = {
            cell: kronor - ease for cell, kronor in given.items() if ease and cell[0] not in full and kronor > ease
        }
        after = _next(model, {**given, **eased}, out, full, minutes)
        then = solve(after)
        if then.planned:
            break
    else:
        return _broken(after, then)
    after = _remembering(after, model, plan, given)
    years, proposed = minutes.years, [(r.project, r.fund, tuple(r.proposed.values())) for r in rows]
    return Adopted(
        plan,
        after,
        tuple(_prices(model, rows)),
        len(eased),
        tuple(_short(model, plan)),
        sum(given.values()),
        _off(plan, cells),
        minutes.basis["model-sha256"] != digest(model),
        minutes.basis["proposal-sha256"] != digest_of(years, proposed),
    )


def _known(model: FundingModel, minutes: Minutes) -> None:
    """Each row once, of a project and an own fund that may pay it; one outcome where a project is out as a whole."""
    may, place = set(pairs(model)), minutes.file
    problems, seen = [], set()
    for row in minutes.rows:
        said = {"project": row.project, "fund": row.fund}
        if (row.project, row.fund) in seen:
            problems.append(problem(Refused("twice", "adopt.twice", "adopt.keep-one", **said), place, row.row))
        elif (row.project, row.fund) not in may:
            problems.append(problem(Refused("unknown", "adopt.unknown", "adopt.as-proposed", **said), place, row.row))
        seen.add((row.project, row.fund))
    if set(minutes.years) != set(model.years):
        years = {"years": ", ".join(map(str, model.years))}
        problems.append(problem(Refused("years", "adopt.years", "adopt.as-proposed", **years), place))
    for project in dict.fromkeys(row.project for row in minutes.rows):
        mine = {row.outcome for row in minutes.rows if row.project == project}
        if "withdrawn" in mine and len(mine) > 1:
            refused = Refused("withdrawn", "adopt.withdrawn", "adopt.withdraw-all", project=project)
            problems.append(problem(refused, place))
    if problems:
        raise InvalidInput(problems)


def _out(rows: Sequence[Decided]) -> dict[str, str]:
    """Projects that get nothing of the decider's money, and what became of them."""
    projects: dict[str, list[str]] = {}
    for row in rows:
        projects.setdefault(row.project, []).append(row.outcome)
    return {
        project: "deferred" if "deferred" in outcomes else outcomes[0]
        for project, outcomes in projects.items()
        if not set(outcomes) & set(GIVING)
    }


def _off(plan: Outcome, cells: Mapping[Cell, int]) -> int:
    paid = dict.fromkeys(cells, 0)
    for payment in plan.payments:
        cell = payment.project, payment.fund, payment.year
        if cell in paid:
            paid[cell] += payment.kronor
    return max((abs(paid[cell] - kronor) for cell, kronor in cells.items()), default=0)


def _broken(model: FundingModel, plan: Outcome) -> Broken:
    """The rules in conflict where it is proven that no plan keeps them all; else only that no plan was found."""
    asked = plan.status == "infeasible" and within(model, SMALL)
    return Broken(model, (), conflict(model) if asked else None)


def _next(
    model: FundingModel,
    given: Mapping[Cell, int],
    out: Mapping[str, str],
    full: Collection[str],
    minutes: Minutes,
) -> FundingModel:
    """The model after the meeting: commitments, and projects as `committed` (wholly funded) or `withdrawn`.

    What was decided before of an own fund and a project that the meeting decided anew is replaced; what is paid stays.
    A project that was put off stays a candidate.
    """
    own, projects = set(own_funds(model)), {project for project, _, _ in given} | set(out)
    rows = model["commitments"]
    kept = [
        at
        for at, (p, f, kind) in enumerate(zip(*(rows[c].tolist() for c in ("project", "fund", "kind")), strict=True))
        if not (kind == "decided" and f in own and p in projects)
    ]
    diary = {(row.project, row.fund): row.diary for row in minutes.rows}
    source = {pair: " ".join(filter(None, (minutes.basis["meeting"], text))) for pair, text in diary.items()}
    new = _table("commitments", [{"project": p, "fund": f, "year": t, "amount": kronor, "kind": "decided",
                                  "source": source[p, f], "verified": "yes"}
                                 for (p, f, t), kronor in given.items()])  # fmt: skip
    commitments = Rows({name: np.concatenate([rows[name][kept], new[name]]) for name in new.columns})
    status = model["projects"]["status"].copy()
    for at, project in enumerate(model["projects"]["project"].tolist()):
        if out.get(project) in {"declined", "withdrawn"}:
            status[at] = WITHDRAWN
        elif project in full and status[at] == "candidate":
            status[at] = "committed"
    tables = {**model.tables, "commitments": commitments, "projects": model["projects"].replace(status=status)}
    return model.replace(tables=tables)


def _imposed(
    model: FundingModel, cells: Mapping[Cell, int], out: Collection[str], own: Collection[str] = (), ease: int = 0
) -> FundingModel:
    """The model with a decision in it: no krona of the cells that got none, and of the others what they got.

    With `own` these funds have no other money than what was decided, and each cell gets it but for `ease` kronor.
    Without, cells get it exactly, and all else is free.
    """
    paid = {(p, f, t) for p, f, t, kind in _keys(model["commitments"]) if kind == "paid"}
    rows = [
        {"project": p, "fund": f, "year": t, "amount": max(0, kronor - (ease if own else 0)),
         "kind": "decided" if own and kronor else "paid"}
        for (p, f, t), kronor in cells.items() if (p, f, t) not in paid and p not in out
    ]  # fmt: skip
    old, new = model["commitments"], _table("commitments", rows)
    covered = {(p, f) for p, f, _ in cells}
    stay = [at for at, (p, f, _, kind) in enumerate(_keys(old)) if kind == "paid" or (p, f) not in covered]
    projects = model["projects"]
    status = projects["status"].copy()
    status[np.isin(projects["project"], list(out))] = WITHDRAWN
    tables = {
        **model.tables,
        "commitments": Rows({name: np.concatenate([old[name][stay], new[name]]) for name in new.columns}),
        "projects": projects.replace(status=status),
    }
    if own:
        spent: dict[tuple[str, int], int] = {}
        for (_, fund, year), kronor in cells.items():
            spent[fund, year] = spent.get((fund, year), 0) + kronor
        budgets = model["budgets"]
        cells_of = list(zip(budgets["fund"].tolist(), budgets["year"].tolist(), strict=True))
        amounts = [spent.get(cell, 0) if cell[0] in own else kronor
                   for cell, kronor in zip(cells_of, budgets["amount"].tolist(), strict=True)]  # fmt: skip
        lacking = [{"fund": f, "year": t, "amount": kronor} for (f, t), kronor in spent.items()
                   if kronor and (f, t) not in cells_of]  # fmt: skip
        more = _table("budgets", lacking)
        found = budgets.replace(amount=np.array(amounts, np.int64))
        tables["budgets"] = Rows({name: np.concatenate([found[name], more[name]]) for name in more.columns})
    return model.replace(tables=tables)


def _law_alone(model: FundingModel) -> FundingModel:
    """The model without floors, caps and largest shares (rules 6 to 9 and 16): what a meeting may depart from."""

    def all_of(table: str, **values: float) -> Rows:
        rows = model[table]
        return rows.replace(**{name: np.full_like(rows[name], value) for name, value in values.items()})

    loosened = {
        "areas": all_of("areas", floor_share=0, cap_share=1),
        "funds": all_of("funds", max_share=1),
        "actors": all_of("actors", min_projects=0),
        "perspectives": all_of("perspectives", floor_share=0),
    }
    policy = dataclasses.replace(model.policy, municipality_floor=0.0)
    return model.replace(tables={**model.tables, **loosened}, policy=policy)


def _short(model: FundingModel, plan: Outcome) -> Iterable[Breach]:
    """The policy that the decided plan departs from, counted in integers by the auditor's rules."""
    case = Case.of(document(model))
    ledger = Ledger.of((p.project, p.fund, p.year, p.category_class, p.kronor) for p in plan.payments)
    shares = ledger.shares(case, {one.project: one.share for one in plan.projects if not one.cost})
    for rule in POLICY:
        yield from rule(case, ledger, shares)


def _keys(rows: Rows) -> list[tuple[str, str, int, str]]:
    return list(zip(*(rows[column].tolist() for column in ("project", "fund", "year", "kind")), strict=True))


def _table(table: str, records: Sequence[Mapping[str, Any]]) -> Rows:
    """Rows of a table with the schema's columns, blanks as it has them."""
    return Rows({
        column.name: np.array([record.get(column.name, column.default) for record in records], dtype=column.dtype)
        for column in TABLES[table].columns
    })  # fmt: skip


def _remembering(after: FundingModel, model: FundingModel, plan: Outcome, given: Mapping[Cell, int]) -> FundingModel:
    """The next model with the decided plan as `previous`: own money as the minutes have it, all other as it follows."""
    own = set(own_funds(model))
    others = [payment for payment in plan.payments if payment.fund not in own]
    kept = with_previous(model, [*others, *(Payment(p, f, t, "", kronor) for (p, f, t), kronor in given.items())])
    return after.replace(tables={**after.tables, "previous": kept["previous"]})


def _prices(model: FundingModel, rows: Sequence[Decided]) -> Iterable[Deviation]:
    """Each deviation both ways: imposed alone on the best plan, and undone alone in the decided one."""
    changed = list(dict.fromkeys(row.project for row in rows if row.changed))
    if not changed:
        return
    plans: dict[frozenset[str], Outcome] = {}

    def imposing(*projects: str) -> Outcome:
        key = frozenset(projects)
        if key not in plans:
            mine = [row for row in rows if row.project in key]
            plans[key] = solve(_imposed(model, _of(mine), _out(mine)) if mine else model)
        return plans[key]

    best, together = imposing(), imposing(*changed)
    for project in changed:
        mine = [row for row in rows if row.project == project]
        alone, without = imposing(project), imposing(*(other for other in changed if other != project))
        yield Deviation(
            project,
            sum(sum(row.proposed.values()) for row in mine),
            sum(sum(row.decided.values()) for row in mine),
            _less(best, alone),
            _less(without, together),
            _moved(best, alone, project) if best.planned and alone.planned else {},
        )


def _of(rows: Sequence[Decided]) -> dict[Cell, int]:
    return {(row.project, row.fund, year): kronor for row in rows for year, kronor in row.decided.items()}


def _less(more: Outcome, less: Outcome) -> float | None:
    """By how many points one plan is worth less than another."""
    if not (more.planned and less.planned):
        return None
    by = (more.value or 0.0) - (less.value or 0.0)
    return 0.0 if abs(by) < NOTHING else by


def _moved(before: Outcome, after: Outcome, project: str) -> dict[str, int]:
    """Kronor that other projects get more or less, the largest first."""
    then, now = ({one.project: one.kronor for one in plan.projects} for plan in (before, after))
    moved = {p: now.get(p, 0) - kronor for p, kronor in then.items() if p != project and now.get(p, 0) != kronor}
    return dict(sorted(moved.items(), key=lambda item: (-abs(item[1]), item[0])))


def titles(model: FundingModel) -> Mapping[str, str]:
    """Names of projects by id."""
    return named(model, "projects", "project")
