"""From a solution and its whole kronor to what a plan shows: payments, projects, binding rules, proofs by label."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.engine.plan import Payment, ProjectResult, Rule
from rus_funding.engine.reasons import reasons
from rus_funding.model.schema import WITHDRAWN
from rus_funding.proof.rows import UNTOLD
from rus_funding.proof.tree import Leaf, Proof, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.engine.settling import Settled
    from rus_funding.engine.solution import Proven, Solution
    from rus_funding.model.amounts import Amounts, Floats
    from rus_funding.model.index import Ints
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import Label

HELPERS = {"funded_total", "area_total", "municipal_total"}
TURNED = {"balance", "reach"}  # rows that the proof writes the other way round
ALL, NOTHING = Fraction(1), Fraction(0)


def payments_of(f: Formulation, settled: Settled) -> tuple[Payment, ...]:
    """The payments above 0, sorted by project, class, year, fund."""
    at = f.at
    projects, funds, years, names = at.index.projects.ids, at.index.funds.ids, at.index.years.ids, at.cell_names
    paid = np.flatnonzero(settled.kronor > 0)
    columns = (at.project, at.fund, at.year, at.cell, settled.kronor)
    rows = zip(*(column[paid].tolist() for column in columns), strict=True)
    return tuple(Payment(projects[p], funds[u], years[t], names[cell], kronor) for p, u, t, cell, kronor in rows)


def project_results(
    f: Formulation,
    amounts: Amounts,
    floats: Floats,
    settled: Settled,
    given: Mapping[str, Fraction],
) -> tuple[ProjectResult, ...]:
    """Every project, by id."""
    at = f.at
    kronor = settled.by_project(at)
    x = floats[f.columns.x]
    smaller = set(settled.scaled_down)
    shares = np.where(amounts.total > 0, kronor / np.maximum(1, amounts.total), x)
    shares[[p not in smaller and x[p] >= 1 - 1e-9 and kronor[p] > 0 for p in range(shares.size)]] = 1.0
    why = reasons(f, amounts, shares, tuple(at.index.projects.ids[p] for p in settled.left_out))
    out = []
    columns = (amounts.total.tolist(), kronor.tolist(), x.tolist(), amounts.points.tolist(), settled.given_up.tolist())
    for p, (name, cost, paid, x_p, points, given_up) in enumerate(zip(at.index.projects.ids, *columns, strict=True)):
        whole = paid == cost or not paid
        share = (
            given.get(name, NOTHING) if not cost else Fraction(paid, cost) if not whole else ALL if paid else NOTHING
        )
        full = share == 1 or (x_p >= 1 - 1e-9 and (paid > 0 or not cost) and p not in smaller)
        status = "funded" if full else "partly" if share > 0 else WITHDRAWN if why[p] == WITHDRAWN else "not"
        lost = given_up if full else 0
        reason = "" if full else why[p]
        out.append(ProjectResult(name, share, cost, paid, float(share) * points, status, reason, lost))
    return tuple(out)


def binding(f: Formulation, solution: Solution) -> tuple[Rule, ...]:
    """The rules other than financing that the optimum presses against, by what one unit more would be worth.

    A row that an implied one follows from takes its price (`Formulation.of_rules`), also where the optimum is far from
    its side: y ≤ cap · z holds y at 0 where z is 0, and a larger cap is worth nothing there.
    """
    if solution.duals is None or solution.activity is None:
        return ()
    labels, _, told = _rows(f)
    if solution.duals.size != told.size:
        return ()  # rows without a label are nobody's rule
    rows = np.flatnonzero((np.abs(solution.duals) > 1e-12) & told)
    price = solution.duals[rows]
    limit = np.where(price > 0, solution.sides[1][rows], solution.sides[0][rows])
    slack = np.abs(limit - solution.activity[rows])
    columns = (rows.tolist(), limit.tolist(), slack.tolist(), price.tolist())
    found = [(-abs(dual), labels[i], side, left, dual) for i, side, left, dual in zip(*columns, strict=True)]
    rules = (Rule(label, side, left, dual) for _, label, side, left, dual in sorted(found))
    return tuple(rule for rule in rules if rule.binds)


def labelled(f: Formulation, solution: Solution) -> tuple[Proof, ...]:
    """The stages' proofs by labels, as `rus_funding.proof` reads them."""
    return tuple(_labelled(f, proven, solution.implied) for proven in solution.proofs)


def _labelled(f: Formulation, proven: Proven, implied: Ints) -> Proof:
    names = choice_names(f)
    choices = tuple(names[entry[0]] if isinstance(entry, tuple) else entry for entry in proven.choices)
    leaves = tuple(
        Leaf(
            {
                **_duals(f, leaf.duals, implied),
                **{("kept", name): price for name, price in leaf.prices.items() if price > 0},
            },
            leaf.empty,
        )
        for leaf in proven.leaves
    )
    return Proof(proven.objective, proven.kept, Tree(choices, leaves))


def choice_names(f: Formulation) -> dict[int, str]:
    """The binaries by column, as a proof names them (`rus_funding.proof.case.Case.choices`)."""
    if "choices" not in f.memo:
        groups = ((group, "alone" if group.kind == "s" else "") for group in f.compiled.groups if group.integer)
        f.memo["choices"] = {
            group.start + i: " ".join((*label[1:], *([last] if last else [])))
            for group, last in groups
            for i, label in enumerate(group.labels())
        }
    names: dict[int, str] = f.memo["choices"]
    return names


def _duals(f: Formulation, minimising: Floats, implied: Ints) -> dict[Label, float]:
    """Multipliers by label from the duals of minimising, rows that only add up and zeros apart.

    Those of the implied rows come last.
    """
    labels, plain, _ = _rows(f)
    if "signs" not in f.memo:
        f.memo["signs"] = np.asarray([1.0 if label[0] in TURNED else -1.0 for label in labels])
    own = len(labels)
    priced = np.flatnonzero((minimising[:own] != 0) & plain)
    by = (f.memo["signs"][priced] * minimising[priced]).tolist()
    found = {labels[i]: dual for i, dual in zip(priced.tolist(), by, strict=True)}
    if implied.size:
        more, last = f.implied_labels, minimising[minimising.size - implied.size :]
        found |= {more[i]: -dual for i, dual in zip(implied.tolist(), last.tolist(), strict=True) if dual}
    return found


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


def stated(x: float) -> Fraction:
    """The share of a project without costs, free of the solver's noise."""
    return Fraction(round(x)) if abs(x - round(x)) < 1e-7 else Fraction(repr(round(x, 12)))
