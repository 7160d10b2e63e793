"""The annex to a decision: what is proposed, its budget, its conditions and grounds, as a Word document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.files import put
from rus_funding.papers.docx.conditions import conditions
from rus_funding.papers.docx.grants import grants
from rus_funding.papers.docx.grounds import binding, differences, proof, sources
from rus_funding.papers.docx.paper import Paper
from rus_funding.papers.docx.proposal import budget, by_project, perspectives, proposal, strategy
from rus_funding.papers.docx.refusals import refusals
from rus_funding.papers.story import story
from rus_funding.papers.xlsx.book import made
from rus_funding.words.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.papers.pack import Pack

MOST_YEARS = 4  # that fit a standing page


def write(pack: Pack, path: Path) -> None:
    """Write the annex of a pack. Where there is no plan it says why, and what the answer rests on.

    The same run gives the same bytes. Raises `UsageError` where the file cannot be written.
    """
    paper = Paper(pack, made(pack), landscape=len(pack.model.years) > MOST_YEARS)
    told = story(pack)
    planned = pack.outcome.planned
    scenario = told.scenario or paper.words("baseline")
    paper.text(paper.words("annex-number"), "Subtitle")
    paper.heading(told.title, 0)
    paper.text(paper.words("about", scenario=scenario, day=paper.made.date()), "Subtitle")
    if pack.mark:
        paper.text(pack.mark)
    found = grants(pack.outcome)
    proposal(paper, found)
    if planned:
        budget(paper)
        by_project(paper, found)
        refusals(paper)
        perspectives(paper)
        strategy(paper)
        conditions(paper)
        differences(paper)
        binding(paper)
    proof(paper)
    sources(paper)
    info = pack.run.info
    head = say(pack.lang, "run.marked") if pack.mark else told.title
    paper.ends(head, paper.words("annex"), f"{info['model']} · {pack.scenario} · {info['sha256'][:12]}")
    content = paper.save(told.title, paper.words("subject", scenario=scenario), f"{info['model']}, {pack.scenario}")
    put(path, content, force=True)
