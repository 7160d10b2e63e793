"""What a plan rests on that its figures do not show, in sentences that the terminal and every paper share."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.engine.budget_status import in_all, resting
from rus_funding.engine.income import standing
from rus_funding.model.points import follow_cost
from rus_funding.model.schema import WITHDRAWN
from rus_funding.papers.warnings import slips
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.engine.plan import Outcome

NAMED = 5  # projects or funds that a sentence names


def rests_on(outcome: Outcome, lang: str) -> list[str]:
    """The sentences of a plan; without one only what may be lost or mistaken in the input."""
    lost = slips(outcome.model.warnings, lang)
    if not outcome.planned:
        return lost
    return [*lost, _money(outcome, lang), *_own(outcome, lang), *_income(outcome, lang), *_points(outcome, lang),
            *_withdrawn(outcome, lang)]  # fmt: skip


def _own(outcome: Outcome, lang: str) -> Iterator[str]:
    """The decider's own projects that its own funds pay for: it applies, decides and finances, and how much of it."""
    model = outcome.model
    if not model.decider:
        return
    of_fund, lead, names = (
        dict(zip(model[table][key].tolist(), model[table][column].tolist(), strict=True))
        for table, key, column in (("funds", "fund", "financier"), ("projects", "project", "lead"),
                                   ("projects", "project", "name"))
    )  # fmt: skip
    paid: dict[str, int] = {}
    own: dict[str, int] = {}
    for payment in outcome.payments:
        if lead[payment.project] == model.decider:
            paid[payment.project] = paid.get(payment.project, 0) + payment.kronor
            if of_fund[payment.fund] == model.decider:
                own[payment.project] = own.get(payment.project, 0) + payment.kronor
    found = sorted((project for project, kronor in own.items() if kronor), key=lambda project: (-own[project], project))
    if found:
        actors = model["actors"]
        name = dict(zip(actors["actor"].tolist(), actors["name"].tolist(), strict=True))[model.decider]
        told = [
            say(lang, "story.rests.own-project", project=names[one], share=Fraction(own[one], paid[one]),
                kronor=own[one])
            for one in found[:NAMED]
        ]  # fmt: skip
        more = [say(lang, "story.rests.more", count=len(found) - NAMED)] if len(found) > NAMED else []
        yield say(lang, "story.rests.own", decider=name, projects=[*told, *more])


def _income(outcome: Outcome, lang: str) -> Iterator[str]:
    """Income that stands unused while a grant is counted on the gross cost, the largest first."""
    found = sorted(standing(outcome), key=lambda one: (-one.kronor, one))
    funds, projects = (
        dict(zip(outcome.model[table][key].tolist(), outcome.model[table]["name"].tolist(), strict=True))
        for table, key in (("funds", "fund"), ("projects", "project"))
    )
    for one in found[:NAMED]:
        names = {"income": funds[one.income], "net": funds[one.net], "project": projects[one.project]}
        yield say(lang, "story.rests.income", kronor=one.kronor, more=one.more, **names)


def _money(outcome: Outcome, lang: str) -> str:
    """How many kronor rest on money that is not granted, and whose it is."""
    found = resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))
    lacking = in_all(found).not_granted
    if not lacking:
        return say(lang, "story.rests.granted")
    rows = outcome.model["funds"]
    parts = []
    for fund, name in zip(rows["fund"].tolist(), rows["name"].tolist(), strict=True):
        mine = in_all(found, fund)
        by_status = (("applied", mine.applied), ("planned", mine.planned))
        parts += [(kr, say(lang, f"story.rests.{key}", fund=name, kronor=kr)) for key, kr in by_status if kr]
    parts.sort(key=lambda part: -part[0])
    told = [text for _, text in parts[:NAMED]]
    if rest := sum(kronor for kronor, _ in parts[NAMED:]):
        told.append(say(lang, "story.rests.others", kronor=rest))
    return say(lang, "story.rests.not-granted", kronor=lacking, funded=outcome.funded, funds=told)


def _points(outcome: Outcome, lang: str) -> Iterator[str]:
    if follow_cost(outcome.model):
        yield say(lang, "story.rests.points")


def _withdrawn(outcome: Outcome, lang: str) -> Iterator[str]:
    """The projects that are withdrawn, by name: nobody has refused them."""
    rows = outcome.model["projects"]
    out = rows["name"][rows["status"] == WITHDRAWN].tolist()
    if out:
        more = [say(lang, "story.rests.more", count=len(out) - NAMED)] if len(out) > NAMED else []
        yield say(lang, "story.rests.withdrawn", count=len(out), projects=[*out[:NAMED], *more])
