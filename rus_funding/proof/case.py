"""`Case`: all that the rules of a funding model need, exact, read from its document."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from rus_funding.proof import tables
from rus_funding.proof.parts import SCALE, Past
from rus_funding.proof.reading import Document, UnreadableError, exact, one_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from rus_funding.proof.costs import Yearly
    from rus_funding.proof.parts import Area, Commitment, Fund, Limit, Municipality, Perspective, Project, Tie


PROJECT_TABLES = (
    "projects",
    "costs",
    "categories",
    "funds",
    "eligibility",
    "actors",
    "contributions",
    "participations",
)
WORKED_OUT = {  # what a case works out once, and the parts it rests on
    "costs": ("projects",),
    "payers": ("projects",),
    "pays": ("projects",),
    "bases": ("projects", "funds"),
    "limits_on": ("projects", "limits"),
    "gains": ("projects", "areas"),
    "rated": ("projects", "funds"),
    "grouped": ("projects", "limits"),
    "payable": ("projects",),
    "grants": ("projects", "funds", "past"),
    "alone": ("projects", "funds", "past"),
    "choices": ("projects", "funds", "past", "excludes"),
    "columns": ("projects",),
    "watched": ("projects",),
    "tie_worths": ("ties",),
}


class _Again:
    """Takes a part from another case where all it was read from is equal, and remembers what each was read from."""

    def __init__(self, document: Document, like: Case | None) -> None:
        self.tables = document["tables"]
        self.like = like
        self.sources: dict[str, Any] = {}

    def __call__(self, part: str, *names: str, make: Callable[[], Any], beside: tuple[Any, ...] = ()) -> Any:
        """The part: from `like`, or made."""
        self.sources[part] = source = (beside, *(self.tables.get(name) for name in names))
        if self.like is not None and self.like.sources.get(part) == source:
            return getattr(self.like, part)
        return make()


@dataclasses.dataclass(frozen=True)
class Case:
    """The exact view of a document. Mappings are in the document's order, which is sorted.

    >>> Case.of({"years": [2026], "policy": {}, "tables": {}}).projects
    {}
    """

    years: tuple[int, ...]
    funds: Mapping[str, Fund]
    projects: Mapping[str, Project]
    areas: Mapping[str, Area]
    budgets: Mapping[tuple[str, int], int]
    authorisations: Mapping[tuple[str, int], int]
    limits: Mapping[str, Limit]
    commitments: tuple[Commitment, ...]
    requires: tuple[tuple[str, str], ...]
    excludes: tuple[tuple[str, str], ...]
    municipalities: Mapping[str, Municipality]
    municipality_floor: Fraction
    perspectives: Mapping[str, Perspective]
    share_base: str  # what rules 6, 7 and 16 take shares of: "funded" or "available"
    actors: Mapping[str, tuple[int, tuple[str, ...]]]  # (min_projects, the projects it takes part in)
    ties: Mapping[tuple[str, str], Tie]
    objectives: Mapping[str, Fraction]  # in order, with the share of its optimum that later ones may give up
    previous: Mapping[tuple[str, str], int] = dataclasses.field(default_factory=dict)  # kronor by (project, fund)
    past: Past = dataclasses.field(default_factory=Past)
    contributions: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    sources: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, document: Document, like: Case | None = None) -> Case:
        """Read a document. Raises `UnreadableError` where it cannot be one of a funding model.

        `like` may be the case of another document: a part whose tables are equal in both is taken from there instead
        of being read again. The result is the same.
        """
        years = tuple(sorted(whole(year) for year in document["years"]))
        if len(set(years)) < len(years):
            raise UnreadableError("a year of the model stands twice")
        policy = document["policy"]
        scenario = (
            years,
            policy.get("min_partners", 0),
            policy.get("min_share", 0),
            document.get("required", ()),
            document.get("excluded", ()),
            document.get("past"),
        )
        again = _Again(document, like)
        team = functools.cache(lambda: tables.teams(document))
        funds = again("funds", "funds", make=lambda: tables.funds(document), beside=(policy.get("min_grant", 0),))
        projects = again("projects", *PROJECT_TABLES, make=lambda: tables.projects(document, team()), beside=scenario)
        parts = again("contributions", "contributions", "costs", "categories", "projects",
                      make=lambda: tables.contributions(document, projects), beside=scenario)  # fmt: skip
        case = cls(
            years=years,
            funds=funds,
            projects=projects,
            areas=again("areas", "areas", "contributions", "costs", "categories", "projects",
                        make=lambda: tables.areas(document, parts), beside=(*scenario, document.get("strategy"))),
            contributions=parts,
            budgets=tables.amounts(document, "budgets"),
            authorisations=tables.amounts(document, "authorisations"),
            limits=again("limits", "rate_limits", "funds", "projects", "actors",
                         make=lambda: tables.limits(document, funds), beside=(document.get("past"),)),
            commitments=tables.commitments(document),
            requires=tables.dependencies(document, "requires", projects),
            excludes=tables.dependencies(document, "excludes", projects),
            municipalities=again("municipalities", "municipalities", "reach", "projects",
                                 make=lambda: tables.municipalities(document, projects)),
            municipality_floor=exact(policy.get("municipality_floor", 0)),
            perspectives=again("perspectives", "perspectives", "markings", "projects",
                               make=lambda: tables.perspectives(document, projects)),
            share_base=one_of(policy.get("share_base", "funded"), "funded", "available"),
            actors=again("actors", "actors", "projects", "participations",
                         make=lambda: tables.actors(document, team()), beside=(document.get("past"),)),
            ties=again("ties", "projects", "participations", "links", make=lambda: tables.ties(document, team()),
                       beside=(policy.get("collaboration_weight", 0),)),
            objectives={entry["name"]: exact(entry["tolerance"]) for entry in document.get("objectives", ())},
            previous=tables.previous(document),
            past=again("past", "costs", "booked", make=lambda: tables.past(document), beside=(document.get("past"),)),
            sources=again.sources,
        )  # fmt: skip
        if like is not None:
            for name, needs in WORKED_OUT.items():
                if name in like.__dict__ and all(getattr(case, need) is getattr(like, need) for need in needs):
                    case.__dict__[name] = like.__dict__[name]
        return case

    def all_kronor(self, funded: int) -> int:
        """S of rules 6, 7 and 16: the kronor funded, or all budgets of all years."""
        return self.available if self.share_base == "available" else funded

    @functools.cached_property
    def available(self) -> int:
        """A: all budgets of all years, kronor."""
        return sum(self.budgets.values())

    @functools.cached_property
    def costs(self) -> Mapping[tuple[str, str, int], int]:
        """c_ptk > 0 in kronor, by (project, class, year)."""
        return {
            (p, part.name, t): c
            for p, project in self.projects.items()
            for part in project.classes
            for t, c in part.costs.items()
        }

    @functools.cached_property
    def payers(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The funds that may pay a cost class, by (project, class)."""
        return {(p, part.name): part.funds for p, project in self.projects.items() for part in project.classes}

    @functools.cached_property
    def bases(self) -> Mapping[tuple[str, str], Yearly]:
        """E_pf by year in kronor, by (project, fund that may pay some of it); before income, for base `net`."""
        found = {}
        for name, project in self.projects.items():
            for fund in project.funds:
                kind = self.funds[fund].base
                found[name, fund] = project.total if kind == "total" else project.cash
                if kind == "eligible":
                    payable = [part.costs for part in project.classes if fund in part.funds]
                    found[name, fund] = {t: sum(costs.get(t, 0) for costs in payable) for t in self.years}
        return found

    @functools.cached_property
    def rated(self) -> Mapping[tuple[str, str], tuple[tuple[int, tuple[tuple[str, str, int], ...]], ...]]:
        """The cost cells whose settled kronor a fund's rate is a share of, by (project, fund) and year.

        Before income, for base `net`. With basis "year" only the years in which the fund may pay some cost.
        """
        found = {}
        for name, project in self.projects.items():
            for fund in project.funds:
                rules = self.funds[fund]
                years = set(self.years)
                if rules.basis != "total":
                    years = {year for part in project.classes if fund in part.funds for year in part.costs}
                counted = [
                    part
                    for part in project.classes
                    if rules.base == "total" or (fund in part.funds if rules.base == "eligible" else part.cash)
                ]
                found[name, fund] = tuple(
                    (year, tuple((name, part.name, year) for part in counted if year in part.costs))
                    for year in sorted(years)
                )
        return found

    @functools.cached_property
    def grouped(self) -> Mapping[str, tuple[tuple[str, tuple[tuple[str, str], ...]], ...]]:
        """For each group rate its projects, each with the (project, fund) of the group."""
        return {
            name: tuple(
                (p, tuple((p, fund) for fund in self.projects[p].funds if fund in limit.funds)) for p in limit.projects
            )
            for name, limit in self.limits.items()
        }

    @functools.cached_property
    def columns(self) -> tuple[tuple[tuple[str, str, int], int, tuple[tuple[Any, Any, Any, Any], ...]], ...]:
        """The payments by cost cell: the cell, its cost, and by payment (fund), (fund, year) and so on."""
        return tuple(
            ((p, part.name, t), cost, tuple((f, (f, t), (p, f), (p, f, t)) for f in part.funds))
            for p, project in self.projects.items()
            for part in project.classes
            for t, cost in part.costs.items()
        )

    @functools.cached_property
    def tie_worths(self) -> tuple[tuple[tuple[str, str], int, int], ...]:
        """The worth of every tie, as numerator and denominator."""
        return tuple((pair, *tie.worth.as_integer_ratio()) for pair, tie in self.ties.items())

    @functools.cached_property
    def watched(self) -> tuple[str, ...]:
        """The projects whose share a rule looks at alone: held, barred, indivisible, or with a least share."""
        return tuple(name for name, p in self.projects.items() if p.held or p.barred or p.indivisible or p.min_share)

    @functools.cached_property
    def gains(self) -> Mapping[str, int]:
        """Σ_a w_a b_pa, the worth of x_p before what is past a target, in units of 2^−`SCALE`, rounded up."""
        found = dict.fromkeys(self.projects, 0)
        for area in self.areas.values():
            above, below = area.weight.numerator << SCALE, area.weight.denominator
            for project, _, benefit in area.parts:
                found[project] -= -above * benefit.numerator // (below * benefit.denominator)
        return found

    @functools.cached_property
    def pays(self) -> frozenset[tuple[str, str, int]]:
        """The (project, fund, year) in which the fund may pay some cost."""
        return frozenset(
            (p, fund, t)
            for p, project in self.projects.items()
            for part in project.classes
            for fund in part.funds
            for t in part.costs
        )

    @functools.cached_property
    def limits_on(self) -> Mapping[str, tuple[str, ...]]:
        """The group rates that hold for each project."""
        on: dict[str, list[str]] = {project: [] for project in self.projects}
        for name, limit in self.limits.items():
            for project in limit.projects:
                on[project].append(name)
        return {project: tuple(names) for project, names in on.items()}

    @functools.cached_property
    def promised(self) -> Mapping[tuple[str, str, int, str], int]:
        """The commitments' kronor by (project, fund, year, kind)."""
        return {(c.project, c.fund, c.year, c.kind): c.amount for c in self.commitments}

    @functools.cached_property
    def gates(self) -> frozenset[str]:
        """The projects with a binary z: `min_share`, `indivisible`, or a place in an `excludes` pair."""
        named = {p for p, project in self.projects.items() if project.min_share or project.indivisible}
        return frozenset(named.union(*self.excludes))

    @functools.cached_property
    def payable(self) -> Mapping[tuple[str, str], int]:
        """C_pf, the costs in kronor that the fund may pay, by (project, fund)."""
        found: dict[tuple[str, str], int] = {}
        for p, project in self.projects.items():
            for part in project.classes:
                for fund in part.funds:
                    found[p, fund] = found.get((p, fund), 0) + sum(part.costs.values())
        return found

    @functools.cached_property
    def grants(self) -> Mapping[tuple[str, str], int]:
        """C_pf by (project, fund) with a least grant; none of a fund that has begun to pay in closed years."""
        return {
            (p, fund): cost
            for (p, fund), cost in self.payable.items()
            if self.funds[fund].least and p not in self.past.projects and not self.past.paid.get((p, fund))
        }

    @functools.cached_property
    def alone(self) -> frozenset[tuple[str, str]]:
        """The (project, fund) in which the fund could pay all that the project costs, and so less than its least."""
        return frozenset(
            (p, fund)
            for p, fund in self.grants
            if self.funds[fund].rate >= 1 and all(fund in part.funds for part in self.projects[p].classes)
        )

    @functools.cached_property
    def choices(self) -> frozenset[str]:
        """What a proof may split by: the gates z, the payers w ("project fund") and sole payers s ("project fund
        alone"). No id has a space in it.
        """
        payers = (f"{project} {fund}" for project, fund in self.grants)
        return self.gates.union(payers, (f"{project} {fund} alone" for project, fund in self.alone))

    @property
    def has_binaries(self) -> bool:
        """Is the model a mixed-integer program rather than a linear one?"""
        return bool(self.gates or self.grants)
