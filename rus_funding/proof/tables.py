"""The tables of a document as the parts of a case, one function a part."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.costs import Payers, Yearly, booked_costs
from rus_funding.proof.parts import Area, Commitment, Fund, Limit, Municipality, Past, Perspective, Project, Tie
from rus_funding.proof.reading import Document, UnreadableError, columns, exact, flag, kronor, must_have, one_of, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

OUT = ("ordinary", "withdrawn")  # statuses of projects that no plan funds
Teams = dict[str, tuple[str, ...]]


def funds(document: Document) -> dict[str, Fund]:
    """The funds, by id."""
    names = ("fund", "sector", "form", "level", "max_rate", "rate_basis", "rate_base", "income", "max_per_project",
             "max_share", "carry_over", "draw_order", "min_per_project")  # fmt: skip
    usual = kronor(document["policy"].get("min_grant", 0))
    found = {}
    for fund, sector, form, level, rate, basis, base, income, cap, share, carry, order, least in columns(
        document, "funds", *names, key=1, later=("min_per_project",)
    ):
        found[fund] = Fund(
            id=fund,
            sector=sector,
            form=form,
            level=level,
            rate=exact(rate),
            basis=one_of(basis, "year", "total"),
            base=one_of(base, "eligible", "booked", "total", "net"),
            income=flag(income),
            cap=None if cap is None else kronor(cap),
            max_share=exact(share),
            carry=exact(carry),
            draw_order=whole(order),
            least=0 if flag(income) else usual if least is None else kronor(least),
        )
    return found


def amounts(document: Document, table: str) -> dict[tuple[str, int], int]:
    """Kronor by (fund, year) of `budgets` or `authorisations`."""
    return {(f, whole(t)): kronor(b) for f, t, b in columns(document, table, "fund", "year", "amount", key=2)}


def previous(document: Document) -> dict[tuple[str, str], int]:
    """Kronor of the plan decided last time, over its years, by (project, fund)."""
    found: dict[tuple[str, str], int] = {}
    for project, fund, _, amount in columns(document, "previous", "project", "fund", "year", "amount", key=3):
        found[project, fund] = found.get((project, fund), 0) + kronor(amount)
    return found


def past(document: Document) -> Past:
    """What closed years leave to the rules of open ones."""
    said = document.get("past") or {}
    paid = [(project, fund, kronor(amount), kronor(base)) for project, fund, amount, base in said.get("paid", ())]
    return Past(
        projects=frozenset(said.get("projects", ())),
        paid={(project, fund): amount for project, fund, amount, _ in paid},
        base={(project, fund): base for project, fund, _, base in paid},
        booked={project: kronor(amount) for project, amount in said.get("booked", ())},
        entered=_until(document, "costs", said.get("through")),
        ledger=_until(document, "booked", said.get("through")),
    )


def _until(document: Document, table: str, through: int | None) -> dict[tuple[str, str, int], int]:
    """Kronor of closed years by project (what is booked of it is its own), category and year."""
    found: dict[tuple[str, str, int], int] = {}
    if through is not None:
        known = set(document["past"]["projects"])
        for project, category, year, amount in columns(document, table, "project", "category", "year", "amount"):
            if year <= through and amount:
                place = project.rpartition("--")[0] if project in known else project, category, year
                found[place] = found.get(place, 0) + kronor(amount)
    return found


def teams(document: Document) -> Teams:
    """The distinct actors of each project, lead counted, sorted."""
    found = {project: {lead} for project, lead in columns(document, "projects", "project", "lead", key=1)}
    for project, actor in columns(document, "participations", "project", "actor"):
        must_have(found, project)
        found[project].add(actor)
    return {project: tuple(sorted(team)) for project, team in found.items()}


def projects(document: Document, team: Teams) -> dict[str, Project]:
    """The projects, by id, with their costs, and what must or cannot be funded."""
    booked = booked_costs(document)
    payers = Payers(document)
    kinds = dict(columns(document, "actors", "actor", "type", key=1))
    reached = _areas_reached(document)
    policy = document["policy"]
    least, usual = whole(policy.get("min_partners", 0)), exact(policy.get("min_share", 0))
    required, excluded = set(document.get("required", ())), set(document.get("excluded", ()))
    gone = past(document).projects
    found: dict[str, Project] = {}
    names = ("project", "lead", "status", "min_share", "indivisible")
    for project, lead, status, share, indivisible in columns(document, "projects", *names, key=1):
        must_have(kinds, lead)
        costs = booked.get(project, {})
        classes = payers.classes(project, kinds[lead], reached.get(project, ()), costs)
        total = _yearly(costs.values())
        at_least = usual if share is None else exact(share)
        found[project] = Project(
            id=project,
            classes=classes,
            cost=sum(total.values()),
            cells=sum([len(part.costs) for part in classes]),
            uneven=sum([(1 + len(part.funds)) * len(part.costs) for part in classes]),
            cash=_yearly(yearly for category, yearly in costs.items() if payers.cash[category]),
            total=total,
            funds=classes[0].funds if len(classes) == 1 else tuple(sorted({f for part in classes for f in part.funds})),
            min_share=at_least,
            indivisible=flag(indivisible) or at_least >= 1,
            held=_held(one_of(status, "candidate", "committed", *OUT), required=project in required),
            barred=_barred(
                status, excluded=project in excluded, lonely=len(team[project]) < least and project not in gone
            ),
        )
    for project in sorted(booked.keys() | required | excluded | reached.keys()):
        must_have(found, project)
    return found


def _areas_reached(document: Document) -> dict[str, list[str]]:
    reached: dict[str, list[str]] = defaultdict(list)
    for project, area, share in columns(document, "contributions", "project", "area", "share"):
        if share:
            reached[project].append(area)
    return reached


def _yearly(costs: Iterable[Yearly]) -> Yearly:
    yearly: Yearly = {}
    for one in costs:
        for year, amount in one.items():
            yearly[year] = yearly.get(year, 0) + amount
    return yearly


def _held(status: str, *, required: bool) -> str:
    return "committed" if status == "committed" else "required" if required else ""


def _barred(status: str, *, excluded: bool, lonely: bool) -> str:
    if status in OUT:
        return status
    return "excluded" if excluded else "partnership" if lonely else ""


Contributions = dict[str, tuple[int, tuple[tuple[str, int, Fraction], ...]]]


def contributions(document: Document, known: Mapping[str, Project]) -> Contributions:
    """`Area.unit` and `Area.parts` of each area; a blank benefit is share × total cost / 1000."""
    parts: dict[str, list[tuple[str, Fraction, Fraction]]] = defaultdict(list)
    given = columns(document, "contributions", "project", "area", "share", "benefit", key=2)
    for project, area, share, benefit in given:
        must_have(known, project)
        part = exact(share)
        points = part * Fraction(known[project].cost, 1000) if benefit is None else exact(benefit)
        parts[area].append((project, part, points))
    found = {}
    for area, here in parts.items():
        unit = math.lcm(*(share.denominator for _, share, _ in here))
        found[area] = unit, tuple((p, share.numerator * unit // share.denominator, points) for p, share, points in here)
    return found


def areas(document: Document, parts: Contributions) -> dict[str, Area]:
    """The areas of the strategy that decides, by id; those of another one only report."""
    found = {}
    deciding = document.get("strategy") or ""
    names = ("area", "weight", "floor_share", "cap_share", "target", "beyond", "strategy")
    for area, weight, floor, cap, target, beyond, strategy in columns(
        document, "areas", *names, key=1, later=("strategy",)
    ):
        if deciding and (strategy or "") not in ("", deciding):
            continue
        unit, here = parts.get(area, (1, ()))
        found[area] = Area(
            weight=exact(weight),
            floor=exact(floor),
            cap=exact(cap),
            target=None if target is None else exact(target),
            beyond=exact(beyond),
            unit=unit,
            parts=here,
        )
    for area in sorted(parts):
        must_have(found, area)
    return found


def limits(document: Document, known: Mapping[str, Fund]) -> dict[str, Limit]:
    """The group rates, by id, with the funds and the projects they are about."""
    kinds = dict(columns(document, "actors", "actor", "type"))
    leads = [(project, kinds.get(lead)) for project, lead in columns(document, "projects", "project", "lead")]
    leads = [(project, kind) for project, kind in leads if project not in past(document).projects]
    names = ("limit", "by", "value", "project", "actor_type", "min_rate", "max_rate")
    found = {}
    for limit, by, value, only, kind, least, most in columns(document, "rate_limits", *names, key=1):
        trait = "id" if one_of(by, "sector", "form", "level", "fund") == "fund" else by
        found[limit] = Limit(
            funds=frozenset(name for name, fund in known.items() if getattr(fund, trait) == value),
            projects=tuple(project for project, type_ in leads if only in ("", project) and kind in ("", type_)),
            least=exact(least),
            most=exact(most),
        )
    return found


def commitments(document: Document) -> tuple[Commitment, ...]:
    """What is decided or paid already."""
    names = ("project", "fund", "year", "kind", "amount")
    return tuple(
        Commitment(project, fund, whole(year), one_of(kind, "decided", "paid"), kronor(amount))
        for project, fund, year, kind, amount in columns(document, "commitments", *names, key=4)
    )


def dependencies(document: Document, wanted: str, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The pairs (project, other) of one kind, "requires" or "excludes"."""
    found = []
    for project, kind, other in columns(document, "dependencies", "project", "kind", "other", key=3):
        must_have(known, project)
        must_have(known, other)
        if one_of(kind, "requires", "excludes") == wanted:
            found.append((project, other))
    return tuple(found)


def _in_units(shares: Sequence[tuple[str, Fraction]]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The projects' shares in whole numbers: (unit, (project, how many 1 / unit) of each)."""
    unit = math.lcm(*(share.denominator for _, share in shares))
    return unit, tuple((project, share.numerator * unit // share.denominator) for project, share in shares)


def municipalities(document: Document, known: Collection[str]) -> dict[str, Municipality]:
    """The municipalities, by id, with the projects whose kronor land there."""
    parts: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    for project, municipality, share in columns(document, "reach", "project", "municipality", "share", key=2):
        must_have(known, project)
        parts[municipality].append((project, exact(share)))
    found = {}
    for name, population in columns(document, "municipalities", "municipality", "population", key=1):
        found[name] = Municipality(kronor(population), *_in_units(parts.pop(name, [])))
    for name in sorted(parts):
        must_have(found, name)
    return found


def perspectives(document: Document, known: Mapping[str, Project]) -> dict[str, Perspective]:
    """The perspectives, by id, with the projects that are marked with them and say on what basis."""
    parts: dict[str, list[tuple[str, Fraction]]] = defaultdict(list)
    named = set()
    for project, perspective, share, basis in columns(
        document, "markings", "project", "perspective", "share", "basis", key=2
    ):
        must_have(known, project)
        named.add(perspective)
        if basis:
            parts[perspective].append((project, exact(share)))
    found = {}
    for name, floor in columns(document, "perspectives", "perspective", "floor_share", key=1):
        found[name] = Perspective(exact(floor), *_in_units(parts.get(name, [])))
    for name in sorted(named):
        must_have(found, name)
    return found


def actors(document: Document, team: Teams) -> dict[str, tuple[int, tuple[str, ...]]]:
    """(min_projects, the projects it takes part in) of each actor."""
    takes_part: dict[str, list[str]] = defaultdict(list)
    goes_on = past(document).booked  # of these, what is booked counts: they have begun
    for project, members in team.items():
        for actor in members if project not in goes_on else ():
            takes_part[actor].append(project)
    return {
        actor: (whole(least), tuple(takes_part[actor]))
        for actor, least in columns(document, "actors", "actor", "min_projects", key=1)
    }


def ties(document: Document, team: Teams) -> dict[tuple[str, str], Tie]:
    """The pairs that meet in a project, worth collaboration_weight / (1 + w_ij), w_ij being the link they have."""
    weight = exact(document["policy"].get("collaboration_weight", 0))
    if not weight:
        return {}
    strength = {}
    for actor, other, link in columns(document, "links", "actor", "other", "weight"):
        pair = min(actor, other), max(actor, other)
        if pair in strength:
            raise UnreadableError(f"the link between {pair[0]} and {pair[1]} stands twice")
        strength[pair] = exact(link)
    meet: dict[tuple[str, str], list[str]] = defaultdict(list)
    for project, members in team.items():
        for pair in itertools.combinations(members, 2):
            meet[pair].append(project)
    return {
        pair: Tie(weight / (1 + strength.get(pair, Fraction(0))), tuple(where)) for pair, where in sorted(meet.items())
    }
