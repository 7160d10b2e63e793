"""What the decision presupposes: rates and caps, eligible costs, commitments, authorisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.collaboration.words import kind as type_of
from rus_funding.papers.docx.table import SMALL, Row
from rus_funding.papers.texts import TEXTS
from rus_funding.words.language import known, listed
from rus_funding.words.numbers import kronor, plain_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.papers.docx.paper import Paper

SHOWN = 12  # commitments and names that are listed one by one


def conditions(paper: Paper) -> None:
    """Everything that must hold for the plan to be carried out."""
    paper.heading(paper.words("conditions"))
    paper.text(paper.words("conditions-mean"))
    _terms(paper)
    costs = list(_eligible(paper))
    if costs:
        paper.heading(paper.words("eligible"), 2)
        paper.bullets(costs)
    limits = list(_limits(paper))
    if limits:
        paper.heading(paper.words("limits"), 2)
        paper.bullets(limits)
    _commitments(paper)
    _authorisations(paper)


def _paying(paper: Paper) -> list[str]:
    """The funds that pay anything, as the model has them."""
    paid = {payment.fund for payment in paper.pack.outcome.payments}
    return [fund for fund in paper.pack.model["funds"]["fund"].tolist() if fund in paid]


def _terms(paper: Paper) -> None:
    """Rates and caps of the funds that pay, where they have any."""
    figures, lang = paper.pack.figures, paper.lang
    names, rate, basis, base, cap, most = (
        figures.column("funds", "fund", c)
        for c in ("name", "max_rate", "rate_basis", "rate_base", "max_per_project", "max_share")
    )
    rows = []
    for fund in _paying(paper):
        limited, capped, shared = rate[fund] < 1, cap[fund] == cap[fund], most[fund] < 1
        if limited or capped or shared:
            of = paper.words("rate-of", of=paper.words(f"of-{base[fund]}"), basis=paper.words(f"basis-{basis[fund]}"))
            cells = (
                names[fund],
                of if limited else paper.words("none"),
                plain_percent(rate[fund], lang) if limited else paper.words("none"),
                kronor(cap[fund], lang) if capped else paper.words("none"),
                plain_percent(most[fund], lang) if shared else paper.words("none"),
            )
            rows.append(Row(cells))
    if rows:
        paper.heading(paper.words("rates"), 2)
        headings = [TEXTS[lang]["fund"], *(paper.words(k) for k in ("head-of", "head-rate", "head-cap", "head-share"))]
        paper.table(paper.words("caption-rates"), headings, rows, (4.4, 5.6, 1.6, 2.4, 2.4), 3, small=len(rows) > 5)


def _eligible(paper: Paper) -> Iterator[str]:
    """What a fund pays for, where it does not pay for everything."""
    figures, model = paper.pack.figures, paper.pack.model
    funds = figures.names("funds", "fund")
    named = {"category": figures.names("categories", "category"), "area": figures.names("areas", "area"),
             "project": figures.names("projects", "project"),
             "actor_type": {name: type_of(name, paper.lang) for name in model["actors"]["type"].tolist()}}  # fmt: skip
    rows = model["eligibility"]
    allowed: dict[tuple[str, str], list[str]] = {}
    for fund, by, value in zip(*(rows[c].tolist() for c in ("fund", "by", "value")), strict=True):
        allowed.setdefault((fund, by), []).append(named.get(by, {}).get(value, value))
    for fund in _paying(paper):
        for by in ("category", "area", "project", "actor_type"):
            if values := allowed.get((fund, by)):
                yield paper.words(f"eligible-{by.replace('_', '-')}", fund=funds[fund], values=_short(paper, values))


def _limits(paper: Paper) -> Iterator[str]:
    """Shares that funds of a kind may and must pay together."""
    figures = paper.pack.figures
    funds, projects = figures.names("funds", "fund"), figures.names("projects", "project")
    rows = paper.pack.model["rate_limits"]
    columns = ("by", "value", "project", "actor_type", "min_rate", "max_rate")
    for by, value, project, sort, least, most in zip(*(rows[c].tolist() for c in columns), strict=True):
        group = funds.get(value, value) if by == "fund" else _group(paper, by, value)
        where = (
            paper.words("where-project", project=projects[project]) if project
            else paper.words("where-type", type=type_of(sort, paper.lang)) if sort else paper.words("where-all")
        )  # fmt: skip
        if least > 0:
            yield paper.words("limit-least", group=group, share=least, where=where)
        if most < 1:
            yield paper.words("limit-most", group=group, share=most, where=where)


def _group(paper: Paper, by: str, value: str) -> str:
    """What funds of a sector, form or level are called; a level may be any word."""
    return paper.words(f"{by}-{value}") if known(f"annex.{by}-{value}") else paper.words("group-level", name=value)


def _commitments(paper: Paper) -> None:
    """What is decided or paid already, and what the plan pays there."""
    rows = committed(paper)
    if not rows:
        return
    words, lang = TEXTS[paper.lang], paper.lang
    paper.heading(paper.words("commitments"), 2)
    paper.text(paper.words("commitments-mean"), keep=True)
    cells = [
        Row((project, fund, str(year), words["commitment_kinds"][kind], kronor(amount, lang), kronor(paid, lang),
             _signed(paid - amount, lang)))
        for project, fund, year, kind, amount, paid in rows
    ]  # fmt: skip
    headings = [words["project"], words["fund"], paper.words("year"), paper.words("kind"), paper.words("decided"),
                paper.words("in-plan"), paper.words("change")]  # fmt: skip
    paper.table(paper.words("caption-commitments"), headings, cells, (4.4, 3.8, 1.1, 1.7, 2, 2, 1.9), 3, small=True)


def committed(paper: Paper) -> list[tuple[str, str, int, str, int, int]]:
    """(project, fund, year, kind, amount, kronor in the plan) of every commitment."""
    figures = paper.pack.figures
    projects, funds = figures.names("projects", "project"), figures.names("funds", "fund")
    paid: dict[tuple[str, str, int], int] = {}
    for p in paper.pack.outcome.payments:
        paid[p.project, p.fund, p.year] = paid.get((p.project, p.fund, p.year), 0) + p.kronor
    rows = paper.pack.model["commitments"]
    columns = (rows[c].tolist() for c in ("project", "fund", "year", "kind", "amount"))
    return [
        (projects[p], funds[f], year, kind, amount, paid.get((p, f, year), 0))
        for p, f, year, kind, amount in zip(*columns, strict=True)
    ]


def _authorisations(paper: Paper) -> None:
    """What the plan binds for later years, beside what may be bound."""
    figures, lang = paper.pack.figures, paper.lang
    rows = paper.pack.model["authorisations"]
    if not rows.size:
        return
    names = figures.names("funds", "fund")
    cells = []
    for fund, year, amount in sorted(zip(*(rows[c].tolist() for c in ("fund", "year", "amount")), strict=True)):
        bound = sum(paid for (f, t), paid in figures.paid.items() if f == fund and t > year)
        cells.append(Row((names[fund], str(year), *(kronor(n, lang) for n in (amount, bound, amount - bound)))))
    paper.heading(paper.words("authorisations"), 2)
    headings = [TEXTS[lang]["fund"], *(paper.words(k) for k in ("after", "ceiling", "bound", "room"))]
    small = len(cells) > SMALL
    paper.table(paper.words("caption-authorisations"), headings, cells, (5.6, 2, 3.2, 2.6, 2.6), 3, small=small)


def _short(paper: Paper, names: list[str]) -> str:
    """A list of names; a long one is cut."""
    if len(names) <= SHOWN:
        return listed(paper.lang, names)
    more = TEXTS[paper.lang]["and_more"].format(count=len(names) - SHOWN)
    return f"{', '.join(names[:SHOWN])} {more}"


def _signed(change: int, lang: str) -> str:
    return f"+{kronor(change, lang)}" if change > 0 else kronor(change, lang)
