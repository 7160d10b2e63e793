"""The labels of every row of a case (`rus_funding.proof.rows`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.proof.case import Case
    from rus_funding.proof.reading import Label


def labels(case: Case) -> Iterator[Label]:
    """Every row that a multiplier may price, except those of objectives kept at a level."""
    yield from _money(case)
    yield from _groups(case)
    for name, area in case.areas.items():
        yield ("area_floor", name)
        yield ("area_cap", name)
        if area.target is not None:
            yield ("beyond", name)
    for name, perspective in case.perspectives.items():
        if perspective.floor:
            yield ("perspective", name)
    for municipality in case.municipalities:
        yield ("territorial", municipality)
    for name, (least, _) in case.actors.items():
        if least:
            yield ("participation", name)
    for pair in case.ties:
        yield ("tie", *pair)
    if "continuity" in case.objectives:
        for pair in sorted(case.payable.keys() | case.previous.keys()):
            yield ("continuity_most", *pair)
            yield ("continuity_least", *pair)
    yield from _gates(case)


def _money(case: Case) -> Iterator[Label]:
    for project, part, year in case.costs:
        yield ("financing", project, part, str(year))
    for fund in case.funds:
        yield ("diversification", fund)
        for year in case.years:
            yield ("budget", fund, str(year))
    yield from _open(case)
    for project, fund, year, kind in case.promised:
        yield ("commitment", project, fund, str(year), kind)
    for fund, year in case.authorisations:
        yield ("authorisation", fund, str(year))


def _open(case: Case) -> Iterator[Label]:
    """Rates and caps: of what remains, since what is booked of closed years is constant."""
    for project, fund, year in sorted(case.pays):
        if case.funds[fund].basis == "year" and project not in case.past.projects:
            yield ("rate", project, fund, str(year))
    for project, fund in case.bases:
        if project in case.past.projects:
            continue
        if case.funds[fund].basis == "total":
            yield ("rate", project, fund, "total")
        if case.funds[fund].cap is not None:
            yield ("cap", project, fund)
            if project in case.gates:
                yield ("cap_chosen", project, fund)


def _groups(case: Case) -> Iterator[Label]:
    for name, limit in case.limits.items():
        for project in limit.projects:
            yield ("group_min", name, project)
            yield ("group_max", name, project)


def _gates(case: Case) -> Iterator[Label]:
    for name, pairs in (("requires", case.requires), ("excludes", case.excludes)):
        for project, other in pairs:
            yield (name, project, other)
    for project, fund in sorted(case.grants):
        sole = ("alone", "alone_pays") if (project, fund) in case.alone else ()
        for name in ("least_grant_max", "least_grant_min", *sole):
            yield (name, project, fund)
    for project in sorted(case.gates):
        if case.projects[project].indivisible:
            yield ("indivisible", project)
        else:
            yield ("viability_max", project)
        if case.projects[project].min_share:
            yield ("viability_min", project)
