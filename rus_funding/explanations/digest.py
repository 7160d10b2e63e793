"""The explanation of a plan that fits on a page of a meeting pack: bounded work, whatever the model's size."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.explanations.case import Case, as_case
from rus_funding.explanations.certainty import Certainty, certainty
from rus_funding.explanations.certainty_words import certainty_sentences
from rus_funding.explanations.needs import Needs, needs
from rus_funding.explanations.ranking import Ranked, Ranking, rank_projects
from rus_funding.explanations.sentences import Words
from rus_funding.explanations.sentences_project import needs_sentences
from rus_funding.explanations.sentences_ranking import departure_sentences, line_sentences

if TYPE_CHECKING:
    from rus_funding.engine.plan import Outcome
    from rus_funding.model.model import FundingModel

LARGE = 3_000  # columns above which only what needs few solves is asked
DEPARTURES = 3
WORK = 400_000_000  # on the reasons of one departure: most often a second or two
CERTAIN = 1_000_000_000  # on how certain the decisions are


@dataclasses.dataclass(frozen=True)
class Summary:
    """The cut line with the most telling departures explained, what the first project left out would need, classes.

    `rejected` is the highest ranked project that gets nothing; None where every fundable project gets something.
    """

    ranking: Ranking
    rejected: Ranked | None
    needs: Needs | None
    certainty: Certainty

    @property
    def departures(self) -> int:
        """How many departures are explained: the first so many of the ranking's."""
        return sum(one.causes is not None for one in self.ranking.departures)


def certain(case: Case) -> Certainty:
    """How certain each decision is, worked out once for the case as far as bounded work goes."""
    if "certain" not in case.memo:
        large = case.ground.program.lower.size > LARGE
        case.memo["certain"] = certainty(case, exact=False, work=0 if large else CERTAIN)
    found: Certainty = case.memo["certain"]
    return found


def summary(given: Outcome | Case, *, departures: int = DEPARTURES) -> Summary:
    """The summary of a certified outcome. Raises `UsageError` where there is no plan."""
    case = as_case(given)
    large = case.ground.program.lower.size > LARGE
    listed = rank_projects(
        case, explained=min(departures, 2 if large else departures), first=True, lacking=False, work=WORK
    )
    rejected = next((row for row in listed.rows if row.status == "not"), None)
    lacks = needs(case, rejected.project, confirm=not large) if rejected is not None else None
    return Summary(listed, rejected, lacks, certain(case))


def summary_sentences(found: Summary, model: FundingModel, lang: str) -> list[str]:
    """The summary as paragraphs, each one or more whole sentences."""
    words = Words(model, lang)
    told = [one for one in found.ranking.departures if one.causes is not None]
    paragraphs = [line_sentences(found.ranking, words), *(departure_sentences(one, words) for one in told)]
    if found.rejected is not None:
        name = words.name("projects", found.rejected.project)
        first = words.say("rejected", project=name, rank=found.rejected.rank)
        paragraphs.append([first, *needs_sentences(found.needs, words)])
    paragraphs.append(certainty_sentences(found.certainty, words))
    return [" ".join(paragraph) for paragraph in paragraphs if paragraph]
