"""Shares that must add up: of projects to areas and municipalities, of areas and funds, of groups of funds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rus_funding.model.points import counting, without_benefit
from rus_funding.model.schema import OUT
from rus_funding.model.validation.context import TOLERANCE, Context, Floats, Ints, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rus_funding.errors import Problem


def contributions(context: Context) -> Iterator[Problem]:
    """A project's shares over the areas sum to 1; a project that may be funded has some."""
    project, _ = context.index.contribution
    share = context.model["contributions"]["share"]
    names = context.index.projects.ids
    for p, rows in _suspects(project, share, len(names)):
        if abs((whole := total(share[rows])) - 1) > TOLERANCE:
            numbers = [context.counted("contributions", i) for i in rows.tolist()]
            yield context.at(
                "contributions_sum", "contributions", rows[0], project=names[p], total=float(whole), rows=numbers
            )
    none = np.bincount(project, minlength=len(names)) == 0
    for p in np.flatnonzero(none).tolist():
        if context.impossible.get(p) not in OUT:
            record = context.index.project_order[p]
            yield context.at("project_without_contributions", "projects", record, project=names[p])


def benefits(context: Context) -> Iterator[Problem]:
    """Every row that counts has a benefit, or none has: beside points in others' hands a blank is no 0.

    Blank rows would count share x total cost / 1000 points each: the share of all points says what that does.
    """
    rows = context.model["contributions"]
    blank, counts = without_benefit(rows), counting(rows)
    if not blank.any() or (blank == counts).all():
        return
    points = rows["share"] * context.amounts.total[context.index.contribution[0]] / 1000.0
    given = float(rows["benefit"][counts & ~blank].sum())
    would = float(points[blank].sum())
    record = np.flatnonzero(blank)[0]
    yield context.at(
        "benefit_mixed", "contributions", record, "benefit", blank=int(blank.sum()), count=int(counts.sum()),
        points=would, share=would / (would + given) if would else 0.0,
        rows=[context.counted("contributions", i) for i in np.flatnonzero(blank).tolist()],
    )  # fmt: skip


def reach(context: Context) -> Iterator[Problem]:
    """A project's shares over the municipalities sum to 1 at most."""
    project, _ = context.index.reach
    share = context.model["reach"]["share"]
    names = context.index.projects.ids
    for p, rows in _suspects(project, share, len(names)):
        if (whole := total(share[rows])) > 1 + TOLERANCE:
            numbers = [context.counted("reach", i) for i in rows.tolist()]
            yield context.at("reach_sum", "reach", rows[0], project=names[p], total=float(whole), rows=numbers)


def markings(context: Context) -> Iterator[Problem]:
    """Overlaps are allowed, but within kind `gender` a project's shares sum to 1 at most, as do the floors."""
    rows, perspectives = context.model["markings"], context.model["perspectives"]
    gender = perspectives["kind"] == "gender"
    counted = np.flatnonzero(np.isin(rows["perspective"], perspectives["perspective"][gender]))
    project, share, names = context.index.marking[0][counted], rows["share"][counted], context.index.projects.ids
    for p, found in _suspects(project, share, len(names)):
        if (whole := total(share[found])) > 1 + TOLERANCE:
            numbers = [context.counted("markings", i) for i in counted[found].tolist()]
            first = counted[found[0]]
            yield context.at("markings_sum", "markings", first, project=names[p], total=float(whole), rows=numbers)
    if (floors := total(perspectives["floor_share"][gender])) > 1:
        yield context.at("gender_floors_sum", "perspectives", total=float(floors))


def _suspects(project: Ints, share: Floats, size: int) -> Iterator[tuple[int, Ints]]:
    """Projects with shares that do not sum to 1 in floats, with their rows: those worth an exact sum."""
    sums = np.bincount(project, share, size)
    off = (np.bincount(project, minlength=size) > 0) & (np.abs(sums - 1) > float(TOLERANCE) / 2)
    if off.any():
        order = np.argsort(project, kind="stable")
        bounds = np.searchsorted(project[order], np.arange(size + 1))
        for p in np.flatnonzero(off).tolist():
            yield p, order[bounds[p] : bounds[p + 1]]


def areas(context: Context) -> Iterator[Problem]:
    """Floors of the areas sum to 1 at most, caps (of what is funded) to 1 at least, and no floor lies above its cap."""
    rows = context.model["areas"]
    for i in np.flatnonzero(rows["floor_share"] > rows["cap_share"]).tolist():
        yield context.at(
            "area_floor_above_cap", "areas", i, "floor_share",
            area=str(rows["area"][i]), floor=float(rows["floor_share"][i]), cap=float(rows["cap_share"][i]),
        )  # fmt: skip
    mine = context.model.areas
    if (floors := total(mine["floor_share"])) > 1:
        yield context.at("area_floors_sum", "areas", total=float(floors))
    if (caps := total(mine["cap_share"])) < 1 and context.model.policy.share_base == "funded":
        yield context.at("area_caps_sum", "areas", total=float(caps))


def mapping(context: Context) -> Iterator[Problem]:
    """What an area goes over into in another strategy sums to 1, for each strategy that it is mapped to."""
    rows, areas = context.model["mapping"], context.model["areas"]
    strategy = dict(zip(areas["area"].tolist(), areas["strategy"].tolist(), strict=True))
    found: dict[tuple[str, str], list[int]] = {}
    for i, (area, to) in enumerate(zip(rows["area"].tolist(), rows["to"].tolist(), strict=True)):
        found.setdefault((area, strategy[to]), []).append(i)
    for (area, name), where in found.items():
        whole = total(rows["share"][where])
        if abs(whole - 1) > TOLERANCE:
            numbers = [context.counted("mapping", i) for i in where]
            yield context.at(
                "mapping_sum", "mapping", where[0], area=area, strategy=name, total=float(whole), rows=numbers
            )


def diversification(context: Context) -> Iterator[Problem]:
    """The largest shares of the funds, of what is funded, sum to 1 at least, or nothing can be funded."""
    shares = context.model["funds"]["max_share"]
    if (whole := total(shares)) < 1 and context.model.policy.share_base == "funded":
        yield context.at("fund_shares_sum", "funds", total=float(whole))


def limits(context: Context) -> Iterator[Problem]:
    """Group rates: no least share above a largest one; least shares of one kind sum to 1 at most."""
    rows = context.model["rate_limits"]
    for i in np.flatnonzero(rows["min_rate"] > rows["max_rate"]).tolist():
        yield context.at(
            "limit_min_above_max", "rate_limits", i, "min_rate",
            limit=str(rows["limit"][i]), low=float(rows["min_rate"][i]), high=float(rows["max_rate"][i]),
        )  # fmt: skip
    for by in sorted(set(rows["by"].tolist())):
        yield from _limits_together(context, by)


def _limits_together(context: Context, by: str) -> Iterator[Problem]:
    """The limits on disjoint groups (one `by`): they meet in a project that several of them cover."""
    rows, names = context.model["rate_limits"], context.index.projects.ids
    mine = np.flatnonzero(rows["by"] == by).tolist()
    values = sorted({str(rows["value"][i]) for i in mine})
    low = np.zeros((len(values), len(names)))
    high = np.ones((len(values), len(names)))
    for i in mine:
        covered = covers(context, i)
        group = values.index(str(rows["value"][i]))
        low[group, covered] = np.maximum(low[group, covered], rows["min_rate"][i])
        high[group, covered] = np.minimum(high[group, covered], rows["max_rate"][i])
    own = {values.index(str(rows["value"][i])) for i in mine if rows["min_rate"][i] > rows["max_rate"][i]}
    for group, value in enumerate(values):
        clash = np.flatnonzero(low[group] > high[group])
        if clash.size and group not in own:
            involved = [str(rows["limit"][i]) for i in mine if rows["value"][i] == value]
            p = clash[0]
            yield context.at(
                "limits_clash", "rate_limits", by=by, group=value, limits=involved, project=names[p],
                low=float(low[group, p]), high=float(high[group, p]), projects=int(clash.size),
            )  # fmt: skip
    above = np.flatnonzero(low.sum(axis=0) > 1 + float(TOLERANCE))
    if above.size:
        p = above[0]
        groups = [f"{value} {low[g, p]:g}" for g, value in enumerate(values) if low[g, p] > 0]
        yield context.at(
            "limits_sum", "rate_limits", by=by, project=names[p], total=float(total(low[:, p])), groups=groups,
            projects=int(above.size),
        )  # fmt: skip


def covers(context: Context, limit: int) -> NDArray[np.bool_] | list[int]:
    """The projects (a mask or positions) that row `limit` of `rate_limits` covers."""
    rows = context.model["rate_limits"]
    project, kind = str(rows["project"][limit]), str(rows["actor_type"][limit])
    if project:
        p = context.index.projects.position[project]
        return [p] if not kind or context.index.lead_type[p] == kind else []
    if not kind:
        return np.ones(len(context.index.projects), bool)
    return np.asarray(context.index.lead_type == kind, bool)


CHECKS = (contributions, benefits, reach, markings, areas, mapping, diversification, limits)
