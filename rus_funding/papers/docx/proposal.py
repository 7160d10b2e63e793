"""What is proposed: the decision's sentences, and the two tables of its appendix."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rus_funding.collaboration.glyphs import width
from rus_funding.engine.budget_status import in_all, resting
from rus_funding.papers import appendix, other_strategy, tables
from rus_funding.papers.docx.table import MARGIN, SMALL, TWIPS, Row
from rus_funding.papers.story import story
from rus_funding.papers.texts import TEXTS
from rus_funding.words.layout import text
from rus_funding.words.numbers import kronor, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rus_funding.papers.docx.grants import Grant
    from rus_funding.papers.docx.paper import Paper
    from rus_funding.words.table import Cell, Table

    Grants = Mapping[str, Sequence[Grant]]

SIDES: tuple[tuple[str, Callable[[Grant], bool]], ...] = (
    ("granted", lambda grant: grant.decided),
    ("not-granted", lambda grant: grant.open and not grant.others),
    ("from-others", lambda grant: grant.others),
)
BULLET = "• "  # what begins the items of a list in the pack's sentences
SENTENCES = 6  # grants that are written out one by one; more stand in a table by project and fund
NAME, LEAD, YEARS, AMOUNT, SUM, SHARE = 4.6, 4.4, 1.85, 2.0, 2.15, 2.0  # centimetres of its columns, the name's least
HEADING, POINTS = 8.5, 28.35  # points of a small table's heading, bold as wide as a size more; points to a centimetre


def proposal(paper: Paper, found: Grants) -> None:
    """The question, the answer, and where they are few a sentence of decision for each project and fund."""
    told = story(paper.pack)
    paper.heading(paper.words("proposal" if told.planned else "no-proposal"))
    paper.text(told.question)
    for line in (*told.answer, *told.not_granted, *told.idle):
        item = line.removeprefix(BULLET)
        paper.text(item, "Normal" if item == line else "List Bullet")
    if 0 < _count(found) <= SENTENCES:
        granted, presupposed = _parted(found)
        if granted:
            _granted(paper, granted, 2)
            _sentences(paper, [grant for each in granted.values() for grant in each])
        if presupposed:
            _presupposed(paper, presupposed, 2)
            _sentences(paper, [grant for each in presupposed.values() for grant in each])
        if any(grant.rate is not None for each in found.values() for grant in each):
            paper.text(paper.words("rounding"), "Tabellnot")


def by_project(paper: Paper, found: Grants) -> None:
    """The same where they are many, as tables: the decider's money by project and fund, all other money by fund."""
    if _count(found) <= SENTENCES:
        return
    granted, presupposed = _parted(found)
    if granted:
        _granted(paper, granted, 1)
        _matrix(paper, found)
    if presupposed:
        _presupposed(paper, presupposed, 1)
        _by_fund(paper, [grant for each in presupposed.values() for grant in each])


def _parted(found: Grants) -> tuple[Grants, Grants]:
    """The grants that the decision can make, and those that it presupposes."""
    parts = []
    for decided in (True, False):
        mine = {project: [grant for grant in each if grant.decided == decided] for project, each in found.items()}
        parts.append({project: each for project, each in mine.items() if each})
    return parts[0], parts[1]


def _count(found: Grants) -> int:
    return sum(len(each) for each in found.values())


def _granted(paper: Paper, granted: Grants, level: int) -> None:
    """What is granted, by whom where the model says it, and how much in all."""
    paper.heading(paper.words("decision"), level)
    decider = paper.pack.model.decider
    who = {"decider": paper.pack.figures.names("actors", "actor")[decider]} if decider else {}
    key = "decides" if decider else "decides-unnamed"
    paper.text(paper.words(key, count=len(granted), kronor=_whole(granted), **who), keep=True)


def _presupposed(paper: Paper, presupposed: Grants, level: int) -> None:
    """What the decision does not grant but rests on, and how much of it is not granted by anybody yet."""
    paper.heading(paper.words("presupposed"), level)
    paper.text(paper.words("presupposed-lead", kronor=_whole(presupposed)), keep=True)


def _whole(found: Grants) -> int:
    return sum(grant.kronor for each in found.values() for grant in each)


def _sentences(paper: Paper, found: Sequence[Grant]) -> None:
    funds, projects = (paper.pack.figures.names(t, t[:-1]) for t in ("funds", "projects"))
    for grant in found:
        what = _terms(paper, grant)
        key = "sentence" if grant.first < grant.last else "sentence-one-year"
        paper.text(
            paper.words(
                key, fund=funds[grant.fund], terms=what, project=projects[grant.project],
                first=grant.first, last=grant.last,
            ),
            "List Bullet",
        )  # fmt: skip


def _matrix(paper: Paper, found: Grants) -> None:
    """A row for each project, a column for each fund that the decision grants of; a star where the fund's rate holds.

    What is not granted yet and what comes from others stands beside. Funds beyond what fits follow in tables below.
    """
    figures, lang = paper.pack.figures, paper.lang
    names, actors = figures.names("funds", "fund"), figures.names("actors", "actor")
    lead, projects = figures.column("projects", "project", "lead"), figures.names("projects", "project")
    every = [grant for each in found.values() for grant in each]
    cells = {(grant.project, grant.fund): grant for grant in every if grant.decided}
    columns = [(name, held) for name, held in SIDES if any(map(held, every))]
    widths = {fund: max(AMOUNT, _longest_word(names[fund])) for _, fund in cells}
    headings = [TEXTS[lang]["project"], paper.words("lead"), paper.words("years")]
    ends = [*(paper.words(f"{name}-kr") for name, _ in columns), paper.words("funded-to")]
    for part in _parts(widths, paper.width - NAME - LEAD - YEARS - SUM * len(columns) - SHARE):
        rows = []
        for project, each in found.items():
            sums = [_or_nothing(sum(grant.kronor for grant in each if held(grant)), lang) for _, held in columns]
            share = percent(figures.projects[project].share, lang)
            amounts = [_cell(cells.get((project, fund)), lang) for fund in part]
            about = (projects[project], actors[lead[project]], _period(paper, each))
            rows.append(Row((*about, *amounts, *sums, share)))
        of_funds = [sum(grant.kronor for (_, of), grant in cells.items() if of == fund) for fund in part]
        of_sides = [sum(grant.kronor for grant in every if held(grant)) for _, held in columns]
        total = (TEXTS[lang]["sum"], "", "", *(kronor(amount, lang) for amount in (*of_funds, *of_sides)), "")
        rows.append(Row(total, "total"))
        across = [NAME, LEAD, YEARS, *(widths[fund] for fund in part), *([SUM] * len(columns)), SHARE]
        across[0] += paper.width - sum(across)
        heads = [*headings, *(names[fund] for fund in part), *ends]
        paper.table(paper.words("caption-decision"), heads, rows, across, len(part) + len(ends), small=True)
    if any(grant.rate is not None for grant in cells.values()):
        paper.text(paper.words("rounding-table"), "Tabellnot")


def _by_fund(paper: Paper, presupposed: Sequence[Grant]) -> None:
    """What each fund pays beside the decision, and how much of it in years whose money is not granted."""
    lang, names = paper.lang, paper.pack.figures.names("funds", "fund")
    whole, outcome = Counter[str](), paper.pack.outcome
    for grant in presupposed:
        whole[grant.fund] += grant.kronor
    found = resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))
    sums = {fund: (whole[fund], in_all(found, fund).not_granted) for fund in names if whole[fund]}
    rows = [Row((names[fund], *(kronor(amount, lang) for amount in each))) for fund, each in sums.items()]
    total = (kronor(sum(column), lang) for column in zip(*sums.values(), strict=True))
    rows.append(Row((TEXTS[lang]["sum"], *total), "total"))
    headings = [TEXTS[lang]["fund"], paper.words("sum-kr"), paper.words("open-kr")]
    paper.table(paper.words("caption-presupposed"), headings, rows, (9, 3, 4), 2, small=len(rows) > SMALL)


def _parts(widths: Mapping[str, float], room: float) -> list[list[str]]:
    """The funds in groups whose columns fit beside each other; one at least in each."""
    parts: list[list[str]] = []
    left = 0.0
    for fund, wide in widths.items():
        if not parts or wide > left:
            parts.append([])
            left = room
        parts[-1].append(fund)
        left -= wide
    return parts


def _longest_word(heading: str) -> float:
    """Centimetres that the longest word of a heading takes, in a wide font."""
    return max(width(word, HEADING) for word in heading.split()) / POINTS + 2 * MARGIN / TWIPS


def _period(paper: Paper, each: Sequence[Grant]) -> str:
    first, last = min(grant.first for grant in each), max(grant.last for grant in each)
    return paper.words("period" if first < last else "period-one-year", first=first, last=last)


def _cell(grant: Grant | None, lang: str) -> str:
    """The kronor, with a star where the fund's rate holds."""
    return "" if grant is None else kronor(grant.kronor, lang) + "*" * (grant.rate is not None)


def _or_nothing(amount: int, lang: str) -> str:
    return kronor(amount, lang) if amount else ""


def _terms(paper: Paper, grant: Grant) -> str:
    """``50 procent av projektets bokförda kostnader, dock högst 6 064 064 kr``; without a rate the kronor alone."""
    if grant.in_kind:
        return paper.words("terms-in-kind", kronor=grant.kronor)
    if grant.rate is not None:
        of = paper.words(f"of-{grant.base}")
        return paper.words("terms-rate", rate=grant.rate * 100, of=of, kronor=grant.kronor)
    return paper.words("terms-income" if grant.income else "terms-amount", kronor=grant.kronor)


def budget(paper: Paper) -> None:
    """Costs by category and year, financing by financier and year: the closing rows are equal."""
    figures, lang = paper.pack.figures, paper.lang
    words = TEXTS[lang]
    years = [str(year) for year in figures.years]
    small = len(years) >= SMALL
    year, every_year = (2.35, 2.5) if small else (2.3, 2.7)  # centimetres: also where a wide font stands in for ours
    widths = (max(3.4, paper.width - year * len(years) - every_year), *[year] * len(years), every_year)
    found = appendix.costs(figures)
    rows = [_kronor(row.name, row.kronor, lang) for row in found.booked]
    booked = _sum(figures.years, found.booked)
    if found.in_kind:
        rows.append(_kronor(words["sum_costs"], booked, lang, "subtotal"))
        rows += [_kronor(row.name, row.kronor, lang) for row in found.in_kind]
    label = paper.words("sum-all-costs") if found.in_kind else words["sum_costs"]
    rows.append(_kronor(label, _sum(figures.years, (*found.booked, *found.in_kind)), lang, "total"))
    paper.heading(paper.words("budget"))
    paper.table(paper.words("caption-costs"), [words["category"], *years, words["total"]], rows, widths,
                len(years) + 1, small=small)  # fmt: skip
    rows = []
    every: list[appendix.Row] = []
    groups = appendix.financing(figures, lang)
    for group in groups:
        every += group.rows
        rows.append(Row((group.label,), "group"))
        rows += [_kronor(row.name, row.kronor, lang) for row in group.rows]
        if len(groups) > 1 and len(group.rows) > 1:
            rows.append(_kronor(paper.words("sum-of", name=group.label.lower()), group.kronor, lang, "subtotal"))
    rows.append(_kronor(words["sum_financing"], _sum(figures.years, every), lang, "total"))
    paper.table(paper.words("caption-financing"), [words["financier"], *years, words["total"]], rows, widths,
                len(years) + 1, small=small)  # fmt: skip


def perspectives(paper: Paper) -> None:
    """Kronor and share of each perspective, where the model has any, and how many of them rest on no basis."""
    figures, lang = paper.pack.figures, paper.lang
    if not figures.model["perspectives"].size:
        return
    found = tables.perspectives(figures, lang)
    paper.heading(found.title)
    rows: list[Row] = []
    for each in found.rows:
        if str(each[0]) not in {row.cells[0] for row in rows if row.kind == "group"}:
            rows.append(Row((str(each[0]),), "group"))
        rows.append(Row(_cells(found, each, lang)))
    headings = [column.heading for column in found.columns[1:]]
    paper.table(paper.words("caption-perspectives"), headings, rows, (6, 3, 2, 3, 1.6)[: len(headings)],
                len(headings) - 1, small=len(rows) > SMALL)  # fmt: skip
    for note in found.notes:
        paper.text(note, "Tabellnot")


def strategy(paper: Paper) -> None:
    """The plan in the areas of another strategy, and what its weights would choose, where somebody asked."""
    told, lang = paper.pack.retold, paper.lang
    if told is None:
        return
    title = other_strategy.title(told, lang)
    paper.heading(title)
    found = other_strategy.areas(told, lang)
    rows = [Row(_cells(found, row, lang)) for row in found.rows]
    rows.append(Row(_cells(found, found.total or (), lang), "total"))
    count = len(found.columns) - 2
    headings = [column.heading for column in found.columns[1:]]
    paper.table(title, headings, rows, (5, *([2.5] * count)), count, small=True)
    for note in found.notes:
        paper.text(note, "Tabellnot")
    for line in other_strategy.choice(told, lang):
        paper.text(line)
    if told.moved:
        moved = other_strategy.moved(told, lang)
        rows = [Row((str(name), *(kronor(amount, lang) for amount in amounts))) for name, *amounts in moved.rows]  # type: ignore[arg-type]
        paper.table(moved.title, [column.heading for column in moved.columns], rows, (6, 3, 3, 3), 3)
        for note in moved.notes:
            paper.text(note, "Tabellnot")


def _cells(found: Table, row: Sequence[Cell], lang: str) -> tuple[str, ...]:
    """The cells of a row but its group, as the annex writes them."""
    return tuple(text(cell, column, lang) for column, cell in zip(found.columns[1:], row[1:], strict=True))


def _sum(years: Sequence[int], rows: Sequence[appendix.Row]) -> tuple[int, ...]:
    return tuple(sum(row.kronor[i] for row in rows) for i in range(len(years)))


def _kronor(label: str, amounts: Sequence[int], lang: str, kind: str = "row") -> Row:
    """A row of amounts with their sum."""
    return Row((label, *(kronor(amount, lang) for amount in (*amounts, sum(amounts)))), kind)
