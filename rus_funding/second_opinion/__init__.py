"""The second opinion: the whole model once more, as plainly as it can be written, and solved by another solver.

`rus_funding.program.formulation` is built for speed and solved by HiGHS. This room shares nothing with it but the input
tables: each rule is a loop that yields PuLP constraints in kronor, its docstring is its formula, and PuLP's own CBC
solves it, each objective afresh with the earlier ones kept by a row. Read it from top to bottom:

1. `facts`      the tables, and what follows from them before anything is decided: costs, who may pay what, points;
2. `program`    the variables, the rules in the order of docs/model.md, and the objectives;
3. `optimum`    one objective: choose the projects that are all or nothing, hold the choice, solve for the digits
                (`units` in which CBC counts, `cbc` how it is asked);
4. `stages`     all objectives in order; `opinion` holds their answer against another.

Numbers. Rules are written in kronor, shares and points, and solved in units of their own (`Scaled`): a solver's
tolerances are absolute, here 1e-9, so every variable is counted in a unit of the size that the rules allow it, and
every row divided by its largest term. One krona in a project of 3 kr and one in a project of 50 billion are both seen.
Units and divisors are powers of two, which round nothing; no zero is stored.
"""

from __future__ import annotations

from rus_funding.second_opinion.facts import Facts, rows
from rus_funding.second_opinion.opinion import Difference, Opinion, agree, compare, sentence
from rus_funding.second_opinion.optimum import optimise
from rus_funding.second_opinion.program import Program
from rus_funding.second_opinion.stages import second_opinion
from rus_funding.second_opinion.units import KEPT

__all__ = [
    "KEPT", "Difference", "Facts", "Opinion", "Program", "agree", "compare", "optimise", "rows", "second_opinion",
    "sentence",
]  # fmt: skip
