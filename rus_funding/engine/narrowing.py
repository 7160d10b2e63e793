"""Less than the rules allow: a program that leaves whole kronor the room that they turned out to need."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model.amounts import Floats
    from rus_funding.program.formulation import Formulation
    from rus_funding.program.linear import Label, LinearProgram


@dataclasses.dataclass(frozen=True)
class Narrowing:
    """`most`: no project has a larger share than this. `reserve`: by how much each of these rows is to keep more than
    its rule, in the row's unit (kronor; projects for participation).

    What is proven of the narrower program is proven of such plans alone.
    """

    most: Floats
    reserve: Mapping[Label, float]

    def of(self, f: Formulation, program: LinearProgram) -> LinearProgram:
        """The narrower program; a row that is not there needs no reserve."""
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        for rule in sorted({label[0] for label in self.reserve}):
            found = f.compiled.block(rule)
            for row, label in enumerate(f.labels(found[1]), found[0]) if found else ():
                lower[row] += self.reserve.get(label, 0.0)
                upper[row] -= self.reserve.get(label, 0.0)
        narrower = dataclasses.replace(program, row_lower=lower, row_upper=upper)
        return narrower.below(f.columns.x, self.most)
