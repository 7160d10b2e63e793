"""`Ledger`: the payments of a plan, in whole kronor, summed along every margin a rule looks at."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.proof.case import Case

Payment = tuple[str, str, int, str, int]  # project, fund, year, cost class, kronor
Sums = dict[Any, int]
WHOLE, NOTHING = Fraction(1), Fraction(0)


@dataclasses.dataclass(frozen=True)
class Ledger:
    """Kronor by margin; the letters are project, fund, year, class. `settled[p, k, t]` is S_ptk = Σ_f y_pftk.

    `paid` holds every payment by (project, fund, year, class); `doubled` the keys that stood more than once
    (their amounts are added up).
    """

    paid: Mapping[tuple[str, str, int, str], int]
    doubled: tuple[tuple[str, str, int, str], ...]
    settled: Mapping[tuple[str, str, int], int]
    pft: Mapping[tuple[str, str, int], int]
    pf: Mapping[tuple[str, str], int]
    ft: Mapping[tuple[str, int], int]
    f: Mapping[str, int]
    p: Mapping[str, int]
    total: int
    known: dict[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)  # the shares asked last

    @classmethod
    def of(cls, payments: Iterable[Payment] | Ledger) -> Ledger:
        """Sum payments up; a ledger is returned as it is. The amounts must be ints."""
        if isinstance(payments, Ledger):
            return payments
        paid: Sums = {}
        doubled = []
        settled: Sums = defaultdict(int)
        pft: Sums = defaultdict(int)
        for project, fund, year, part, kronor in payments:
            if type(kronor) is not int:
                raise TypeError(f"{kronor!r} kronor from {fund} to {project} in {year}: a payment is an int")
            key = (project, fund, year, part)
            if key in paid:
                doubled.append(key)
                paid[key] += kronor
            else:
                paid[key] = kronor
            settled[project, part, year] += kronor
            pft[project, fund, year] += kronor
        pf: Sums = defaultdict(int)
        ft: Sums = defaultdict(int)
        for (project, fund, year), kronor in pft.items():
            pf[project, fund] += kronor
            ft[fund, year] += kronor
        by_fund: Sums = defaultdict(int)
        by_project: Sums = defaultdict(int)
        for (fund, _), kronor in ft.items():
            by_fund[fund] += kronor
        for (project, _), kronor in pf.items():
            by_project[project] += kronor
        total = sum(by_fund.values())
        return cls(
            paid, tuple(doubled), dict(settled), dict(pft), dict(pf), dict(ft), dict(by_fund), dict(by_project), total
        )

    def shares(self, case: Case, stated: Mapping[str, Fraction] | None = None) -> dict[str, Fraction]:
        """x_p = S_p / C_p of every project; for one that costs nothing, the share stated (0 if none is)."""
        given = stated or {}
        if self.known.get("projects") is not case.projects or self.known["stated"] != given:
            held: dict[str, Fraction] = {}
            for name, project in case.projects.items():
                paid = self.p.get(name, 0)
                if not project.cost:
                    held[name] = Fraction(given.get(name, 0))
                elif paid == project.cost or not paid:
                    held[name] = WHOLE if paid else NOTHING
                else:
                    held[name] = Fraction(paid, project.cost)
            self.known.update(projects=case.projects, stated=dict(given), shares=held)
        found: dict[str, Fraction] = self.known["shares"]
        return found
