"""Slides about money: who pays when, what it goes to, what the funds hold."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.papers.pptx.charts import MILLION, stacked
from rus_funding.papers.pptx.grid import Row, capacity, grid
from rus_funding.papers.story import payers
from rus_funding.papers.tables import costs, funds
from rus_funding.words.numbers import decimal
from rus_funding.words.palette import GREY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter

MOST = 9  # funds with a colour of their own
OTHERS = ""

Series = tuple[str, str, str, list[int]]  # fund, name, colour, kronor by year


def who_pays(deck: Deck, matter: Matter) -> Slide:
    """The financing by year and fund, and each fund's part."""
    figures, funded = matter.figures, matter.pack.outcome.funded
    ranked = [fund for fund, _ in payers(matter.pack)]
    series = _series(matter, ranked, figures.paid)
    first, paid = payers(matter.pack)[0]
    name = matter.names("funds", "fund")[first]
    by_year = {year: sum(kronor[i] for *_, kronor in series) for i, year in enumerate(figures.years)}
    slide = deck.slide("chart-table", matter.say("payers", name=name, share=matter.share(paid / funded)))
    busiest = max(by_year, key=lambda year: (by_year[year], -year))
    left = sum(figures.unused.values())
    slide.text(
        "lead",
        matter.say("payers.lead", funded=funded, year=busiest, kronor=by_year[busiest])
        if len(by_year) > 1
        else matter.say("payers.lead.one", funded=funded),
    )
    _money(slide, matter, series, matter.say("payers.alt", names=[name for _, name, *_ in series]))
    budget = sum(figures.budgets.values())
    slide.text("note", matter.say("payers.note", left=left, budget=budget) if left else matter.say("payers.note.none"))
    return slide


def what_there_is(deck: Deck, matter: Matter) -> Slide:
    """The budgets by year and fund: for a plan that there is not."""
    budgets = _budgets(matter)
    totals = {fund: sum(budgets[fund, year] for year in matter.pack.model.years) for fund in _funds(matter)}
    ranked = [fund for fund in sorted(totals, key=lambda fund: -totals[fund]) if totals[fund]]
    series = _series(matter, ranked, budgets)
    whole, asked = sum(totals.values()), _asked(matter)
    slide = deck.slide(
        "chart-table", matter.say("budgets", budget=matter.short(whole), asked=matter.short(sum(asked.values())))
    )
    slide.text("lead", matter.say("budgets.lead"))
    _money(slide, matter, series, matter.say("budgets.alt"))
    years = [matter.say("budgets.year", year=year, kronor=asked[year]) for year in matter.pack.model.years]
    slide.text("note", matter.say("budgets.note", years=years))
    return slide


def what_it_goes_to(deck: Deck, matter: Matter) -> Slide:
    """Settled costs by category and year, as a decision's appendix has them."""
    table = costs(matter.figures, matter.lang)
    rows = sorted(table.rows, key=lambda row: -_whole(row[-1]))
    funded = matter.pack.outcome.funded
    slide = deck.slide(
        "table",
        matter.say("costs", name=str(rows[0][0]), share=matter.share(_whole(rows[0][-1]) / funded))
        if rows and funded
        else matter.say("costs.none"),
    )
    slide.text("lead", matter.say("costs.lead", funded=funded))
    head = Row([column.heading for column in table.columns], "head")
    body = [Row([str(row[0]), *(matter.kr(_whole(cell)) for cell in row[1:])]) for row in table.rows]
    body, rest = _cut(body, capacity(slide) - 2)
    sums = table.total or ()
    total = [Row([str(sums[0]), *(matter.kr(_whole(cell)) for cell in sums[1:])], "total")] if sums else []
    grid(
        slide,
        [head, *body, *total],
        _yearly(len(table.columns)),
        range(1, len(table.columns)),
        matter.say("costs.alt"),
    )
    if rest:
        slide.text("note", matter.say("rows.more", count=rest))
    return slide


def what_is_used(deck: Deck, matter: Matter) -> Slide:
    """Each fund's budget, what of it is used and what is left."""
    table = funds(matter.figures, matter.lang)
    total = table.total or ()
    budget, used = (_whole(cell) for cell in total[1:3])
    slide = deck.slide(
        "table", matter.say("used", share=matter.share(used / budget)) if budget else matter.say("used.none")
    )
    slide.text("lead", matter.say("used.lead", used=used, budget=budget))
    order = sorted(table.rows, key=lambda row: -_whole(row[1]))
    body, rest = _cut([_used(row, matter) for row in order], capacity(slide) - 2)
    kept = (0, 1, 2, 3, 5)
    head = Row([table.columns[i].heading for i in kept], "head")
    closing = Row(_used(total, matter).cells, "total")
    grid(slide, [head, *body, closing], (40, 17, 17, 9, 17), range(1, 5), matter.say("used.alt"))
    if rest:
        slide.text("note", matter.say("rows.more", count=rest))
    return slide


def what_it_takes(deck: Deck, matter: Matter) -> Slide:
    """What the projects ask for by year and category: for a plan that there is not."""
    model = matter.pack.model
    names = matter.names("categories", "category")
    amounts = matter.figures.amounts
    at, by_category = amounts.index, amounts.by_category.sum(axis=0)
    sums = {
        (category, year): int(by_category[at.categories.position[category], at.years.position[year]])
        for category in names
        for year in model.years
    }
    asked = _asked(matter)
    slide = deck.slide("table", matter.say("takes", asked=matter.short(sum(asked.values()))))
    slide.text("lead", matter.say("takes.lead"))
    head = Row([matter.say("category"), *map(str, model.years), matter.say("sum")], "head")
    order = sorted(names, key=lambda category: -sum(sums[category, year] for year in model.years))
    body, rest = _cut(
        [_by_year(names[c], [sums[c, year] for year in model.years], matter) for c in order], capacity(slide) - 2
    )
    total = Row(_by_year(matter.say("sum"), list(asked.values()), matter).cells, "total")
    columns = len(model.years) + 2
    grid(slide, [head, *body, total], _yearly(columns), range(1, columns), matter.say("takes.alt"))
    if rest:
        slide.text("note", matter.say("rows.more", count=rest))
    return slide


def _by_year(name: str, kronor: Sequence[int], matter: Matter) -> Row:
    return Row([name, *(matter.kr(each) for each in kronor), matter.kr(sum(kronor))])


def _used(row: Sequence[object], matter: Matter) -> Row:
    share = row[3]
    shown = matter.share(share) if isinstance(share, int | float) else ""
    return Row([str(row[0]), matter.kr(_whole(row[1])), matter.kr(_whole(row[2])), shown, matter.kr(_whole(row[5]))])


def _money(slide: Slide, matter: Matter, series: list[Series], description: str) -> None:
    """The chart by year, and beside it the funds with their colours: the largest lowest, and first in the list."""
    years = matter.pack.model.years
    sums = [sum(kronor[i] for *_, kronor in series) for i in range(len(years))]
    large = max(sums, default=0) >= MILLION
    totals = [
        matter.say("year.total", number=decimal(Fraction(total, MILLION), matter.lang, 1))
        if large
        else matter.kr(total)
        for total in sums
    ]
    categories = [f"{year}\n{total}" for year, total in zip(years, totals, strict=True)]
    stacked(slide, matter.lang, categories, [part[1:] for part in series], description)
    whole = sum(sums)
    body = [
        Row(
            ["", name, matter.kr(sum(kronor)), matter.share(sum(kronor) / whole) if whole else ""],
            swatch=colour,
            rows=3,
        )
        for _, name, colour, kronor in series
    ]
    head = Row(["", matter.say("fund"), matter.say("kronor"), matter.say("share")], "head")
    total = Row(["", matter.say("sum"), matter.kr(whole), ""], "total")
    grid(slide, [head, *body, total], (3.5, 55, 25, 16.5), (2, 3), matter.say("payers.table"))


def _series(matter: Matter, ranked: Sequence[str], kronor: Mapping[tuple[str, int], int]) -> list[Series]:
    """The largest funds as series, the others summed up."""
    names, years = matter.names("funds", "fund"), matter.pack.model.years
    most = len(ranked) if len(ranked) <= MOST + 1 else MOST
    series = [
        (fund, names[fund], matter.palette.fund[fund], [kronor[fund, year] for year in years]) for fund in ranked[:most]
    ]
    rest = ranked[most:]
    if rest:
        summed = [sum(kronor[fund, year] for fund in rest) for year in years]
        series.append((OTHERS, matter.say("funds.others", count=len(rest)), GREY, summed))
    return series


def _budgets(matter: Matter) -> dict[tuple[str, int], int]:
    rows = matter.pack.model["budgets"]
    sums = {(fund, year): 0 for fund in _funds(matter) for year in matter.pack.model.years}
    for fund, year, amount in zip(*(rows[column].tolist() for column in ("fund", "year", "amount")), strict=True):
        sums[fund, year] += amount
    return sums


def _asked(matter: Matter) -> dict[int, int]:
    """Kronor that the projects cost by year, flat rates and all."""
    amounts = matter.figures.amounts
    by_year = amounts.by_category.sum(axis=(0, 1)).tolist()
    found = dict(zip(amounts.index.years.ids, by_year, strict=True))
    return {year: int(found[year]) for year in matter.pack.model.years}


def _funds(matter: Matter) -> list[str]:
    found: list[str] = matter.pack.model["funds"]["fund"].tolist()
    return found


def _yearly(columns: int) -> list[float]:
    """Widths of a table by year: the name, then numbers of equal width."""
    number = min(14.0, 68.0 / max(1, columns - 1))
    return [100 - number * (columns - 1), *[number] * (columns - 1)]


def _cut(rows: list[Row], room: int) -> tuple[list[Row], int]:
    return (rows, 0) if len(rows) <= room else (rows[:room], len(rows) - room)


def _whole(cell: object) -> int:
    return cell if isinstance(cell, int) else 0
