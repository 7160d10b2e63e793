"""The tables of a plan: what stands in each, whoever renders it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.engine.figures import Figures
from rus_funding.kronor import format_kronor
from rus_funding.papers.rules import rules
from rus_funding.papers.texts import TEXTS
from rus_funding.words.numbers import percent, points
from rus_funding.words.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.engine.plan import Outcome

Row = tuple[Cell, ...]
FORMS = (("public", "cash"), ("private", "cash"), ("public", "in_kind"), ("private", "in_kind"))


def tables(outcome: Outcome, lang: str = "sv") -> tuple[Table, ...]:
    """Every table of a plan, in the order of a report."""
    figures = Figures(outcome)
    return (
        costs(figures, lang),
        financing(figures, lang),
        projects(figures, lang),
        areas(figures, lang),
        *([perspectives(figures, lang)] if figures.model["perspectives"].size else []),
        funds(figures, lang),
        unused(figures, lang),
        rules(figures, lang),
    )


def costs(figures: Figures, lang: str) -> Table:
    """Settled costs by category and year, as the appendix of a decision shows them."""
    words = TEXTS[lang]
    rows: list[Row] = [
        (name, *_with_sum(figures.settled[category, year] for year in figures.years))
        for category, name in figures.names("categories", "category").items()
    ]
    columns = (Column(words["category"]), *_years(figures, lang))
    return Table("costs", words["category"], columns, tuple(rows), _sums(words["sum_costs"], rows))


def financing(figures: Figures, lang: str) -> Table:
    """Financing by fund and year: public cash, private cash, and contributions in other than money."""
    words = TEXTS[lang]
    names = figures.names("funds", "fund")
    sector, form = (figures.column("funds", "fund", column) for column in ("sector", "form"))
    rows = [
        (words["forms"][kind], name, *_with_sum(figures.paid[fund, year] for year in figures.years))
        for kind in FORMS
        for fund, name in names.items()
        if (sector[fund], form[fund]) == kind
    ]
    columns = (Column("", "group"), Column(words["financier"]), *_years(figures, lang))
    total = _sums(words["sum_financing"], [row[1:] for row in rows])
    return Table("financing", words["financier"], columns, tuple(rows), (None, *total))


def projects(figures: Figures, lang: str) -> Table:
    """Every project with its share and kronor; those not funded in full under the reason, where one is known."""
    words = TEXTS[lang]
    names = figures.names("projects", "project")
    order = {status: i for i, status in enumerate(("funded", "partly", "not"))}
    reasons = {reason: i for i, reason in enumerate(words["reasons"])}
    found = sorted(figures.projects.values(), key=lambda r: (order[r.status], reasons.get(r.reason, -1)))
    rows = [(_standing(r.status, r.reason, lang), names[r.project], r.share, r.kronor, r.cost, r.points) for r in found]
    columns = (
        Column("", "group"),
        Column(words["project"]),
        Column(words["share"], "share"),
        Column(words["funded_kr"], "kronor"),
        Column(words["cost_kr"], "kronor"),
        Column(words["points"], "points"),
    )
    total = (None, words["sum"], None, sum(r.kronor for r in found), sum(r.cost for r in found), None)
    notes = [
        words["given_up"].format(kronor=format_kronor(r.given_up, lang), project=names[r.project])
        for r in found
        if r.given_up and r.status == "funded"
    ]
    return Table("projects", words["projects"], columns, tuple(rows), total, (*settled(figures, lang), *notes))


def settled(figures: Figures, lang: str) -> tuple[str, ...]:
    """The projects that whole kronor cannot fund as far as the optimum does, with the kronor that nobody may pay."""
    words, names = TEXTS[lang], figures.names("projects", "project")
    fates = dict.fromkeys(figures.outcome.scaled_down, "scaled_down")
    fates |= dict.fromkeys(figures.outcome.left_out, "left_out")
    found = [(fates[r.project], r) for r in figures.projects.values() if r.project in fates]
    return tuple(
        words["settled"][fate + "_by" * (r.given_up > 0)].format(
            kronor=format_kronor(r.given_up, lang), project=names[r.project]
        )
        for fate, r in found
    )


def _standing(status: str, reason: str, lang: str) -> str:
    words = TEXTS[lang]
    standing: str = words["standing"][status]
    return f"{standing}: {words['reasons'][reason]}" if words["reasons"].get(reason) else standing


def areas(figures: Figures, lang: str) -> Table:
    """Priority areas by goal: kronor, share of all, floor and cap, points and target."""
    words = TEXTS[lang]
    names = figures.names("areas", "area")
    goal, floor, cap, target = (
        figures.column("areas", "area", column) for column in ("goal", "floor_share", "cap_share", "target")
    )
    weight = figures.column("areas", "area", "weight")
    weighted = any(each != 1 for each in weight.values())
    whole, of = figures.outcome.funded, figures.of_all
    goals = list(dict.fromkeys(goal.values()))
    grouped = len(goals) < len(names)  # a goal for each area says nothing more
    rows = [
        (
            goal[area] if grouped else "",
            names[area],
            figures.by_area[area],
            figures.by_area[area] / of if of else None,
            floor[area] or None,
            cap[area] if cap[area] < 1 else None,
            weight[area] if weighted else None,
            figures.points[area],
            target[area] if target[area] == target[area] else None,
        )
        for area in sorted(names, key=lambda area: goals.index(goal[area]))
    ]
    columns = (
        Column("", "group"),
        Column(words["area"]),
        Column(words["kronor"], "kronor"),
        Column(words["share"], "share"),
        Column(words["floor"], "limit"),
        Column(words["cap"], "limit"),
        Column(words["weight"], "number"),
        Column(words["points"], "points"),
        Column(words["target"], "points"),
    )
    total = (
        None,
        words["sum"],
        whole,
        whole / of if of else None,
        None,
        None,
        None,
        sum(figures.points.values()),
        None,
    )
    notes = (*share_base(figures, lang), *ties(figures, lang))
    return Table("areas", words["areas"], columns, tuple(rows), total, notes)


def ties(figures: Figures, lang: str) -> tuple[str, ...]:
    """What actors who meet add to the value, new ties and old apart; nothing where collaboration has no weight."""
    found = figures.ties
    if found is None:
        return ()
    shown = {name: points(value, lang) for name, value in (("points", sum(found)), *found._asdict().items())}
    return (TEXTS[lang]["ties"].format(**shown),)


def share_base(figures: Figures, lang: str) -> tuple[str, ...]:
    """What shares, floors and caps are shares of, where it is not the kronor funded."""
    if figures.model.policy.share_base != "available":
        return ()
    return (TEXTS[lang]["share_base"].format(kronor=format_kronor(figures.of_all, lang)),)


def perspectives(figures: Figures, lang: str) -> Table:
    """Perspectives by kind: kronor, share of all, how many kronor are marked on no basis, floor."""
    words, whole, of = TEXTS[lang], figures.outcome.funded, figures.of_all
    names = figures.names("perspectives", "perspective")
    kind, floor = (figures.column("perspectives", "perspective", column) for column in ("kind", "floor_share"))
    order = list(words["perspective_kinds"])
    rows: tuple[Row, ...] = tuple(
        (words["perspective_kinds"][kind[name]], names[name], kronor, kronor / of if of else None, bare,
         floor[name] or None)
        for name, (kronor, bare) in sorted(figures.by_perspective.items(), key=lambda item: order.index(kind[item[0]]))
    )  # fmt: skip
    columns: tuple[Column, ...] = (
        Column("", "group"),
        Column(words["perspective"]),
        Column(words["kronor"], "kronor"),
        Column(words["share"], "share"),
        Column(words["without_basis"], "kronor"),
        Column(words["floor"], "limit"),
    )
    if not any(floor.values()):
        columns, rows = columns[:-1], tuple(row[:-1] for row in rows)
    notes = [*share_base(figures, lang), words["perspectives_mean"]]
    left = figures.of_no_gender
    if left is not None and whole:
        said = {"kronor": format_kronor(left, lang), "share": percent(left / whole, lang)}
        notes.append(words["of_no_gender"].format(**said))
    return Table("perspectives", words["perspectives"], columns, rows, notes=tuple(notes))


def funds(figures: Figures, lang: str) -> Table:
    """Funds over all years: budget, used (also as a share), moved between years, unused."""
    words = TEXTS[lang]
    names = figures.names("funds", "fund")
    carries = {fund: share > 0 for fund, share in figures.column("funds", "fund", "carry_over").items()}
    sums = {fund: [sum(part[fund, year] for year in figures.years) for part in _parts(figures)] for fund in names}
    rows = [
        (names[fund], budget, used, used / budget if budget else None, moved if carries[fund] else None, left)
        for fund, (budget, used, moved, left) in sums.items()
    ]
    columns = (
        Column(words["fund"]),
        Column(words["budget_kr"], "kronor"),
        Column(words["used"], "kronor"),
        Column(words["share"], "share"),
        Column(words["moved"], "kronor"),
        Column(words["unused"], "kronor"),
    )
    budget, used, moved, left = (sum(column) for column in zip(*sums.values(), strict=True)) if sums else (0, 0, 0, 0)
    total = (words["sum"], budget, used, used / budget if budget else None, moved, left)
    notes = (words["funds_mean"],) if any(carries.values()) else ()
    return Table("funds", words["funds"], columns, tuple(rows), total, notes)


def unused(figures: Figures, lang: str) -> Table:
    """Unused money by fund and year; funds that are used up are left out."""
    words = TEXTS[lang]
    rows: list[Row] = [
        (name, *_with_sum(figures.unused[fund, year] for year in figures.years))
        for fund, name in figures.names("funds", "fund").items()
    ]
    rows = [row for row in rows if row[-1]]
    columns = (Column(words["fund"]), *_years(figures, lang))
    return Table("unused", words["unused_by_year"], columns, tuple(rows), _sums(words["sum"], rows) if rows else None)


def _parts(figures: Figures) -> tuple[dict[tuple[str, int], int], ...]:
    return tuple(dict(part) for part in (figures.budgets, figures.paid, figures.carried, figures.unused))


def _years(figures: Figures, lang: str) -> tuple[Column, ...]:
    return (*(Column(str(year), "kronor") for year in figures.years), Column(TEXTS[lang]["total"], "kronor"))


def _with_sum(kronor: Iterable[int]) -> tuple[int, ...]:
    found = tuple(kronor)
    return (*found, sum(found))


def _sums(label: str, rows: Iterable[Row]) -> Row:
    """A closing row: the columns after the name, added up."""
    columns = list(zip(*rows, strict=True))[1:]
    return (label, *(sum(cell for cell in column if isinstance(cell, int)) for column in columns))
