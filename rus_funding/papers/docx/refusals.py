"""What is declined: every project that gets no money, with its reason where one is proven or a fact of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers.docx.table import Row
from rus_funding.papers.texts import TEXTS
from rus_funding.words.numbers import kronor

if TYPE_CHECKING:
    from rus_funding.papers.docx.paper import Paper

WIDTHS = (5.0, 4.0, 10.0, 2.4)  # parts of the page for project, lead, reason and cost
NOTHING = "–"


def refusals(paper: Paper) -> None:
    """The projects without money as a table; withdrawn ones are no refusals, and told with what the plan rests on."""
    pack, lang = paper.pack, paper.lang
    figures, decider = pack.figures, pack.model.decider
    declined = [result for result in figures.projects.values() if result.status == "not"]
    if not declined:
        return
    names, actors = figures.names("projects", "project"), figures.names("actors", "actor")
    leads = figures.column("projects", "project", "lead")
    paper.heading(paper.words("refused"))
    who = {"decider": actors[decider]} if decider else {}
    paper.text(paper.words("declines" if decider else "declines-unnamed", count=len(declined), **who), keep=True)
    rows = [
        Row((names[r.project], actors[leads[r.project]], pack.reason(r) or NOTHING, kronor(r.cost, lang)))
        for r in declined
    ]
    headings = [TEXTS[lang]["project"], *(paper.words(key) for key in ("lead", "reason", "cost-kr"))]
    paper.table(paper.words("caption-refused"), headings, rows, WIDTHS, 1, small=True)
    if any(NOTHING in row.cells for row in rows):
        paper.text(paper.words("no-reason"), "Tabellnot")
