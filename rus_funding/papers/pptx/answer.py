"""The first slides: the question, and the answer with its figures; or, honestly, that there is none and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rus_funding.explanations.conflict_words import repairs_said, rules_said
from rus_funding.papers.pptx.fit import fitted
from rus_funding.papers.pptx.grid import Row, capacity, grid
from rus_funding.papers.pptx.layouts import LAYOUTS
from rus_funding.papers.story import capital
from rus_funding.proof.standing import INFEASIBLE
from rus_funding.words.standings import headline as no_plan
from rus_funding.words.standings import label

if TYPE_CHECKING:
    from rus_funding.papers.pptx.deck import Deck, Slide
    from rus_funding.papers.pptx.matter import Matter


def opening(deck: Deck, matter: Matter) -> Slide:
    """Title and question."""
    told, years = matter.story, matter.pack.model.years
    slide = deck.slide("opening", told.title)
    slide.text("question", told.question)
    scenario = matter.say("about.scenario", title=told.scenario) if told.scenario else matter.say("about.baseline")
    key = "about" if len(years) > 1 else "about.year"
    about = matter.say(key, scenario=scenario, first=years[0], last=years[-1])
    slide.text("about", about)
    slide.notes += [told.title, told.question, about]
    return slide


def answer(deck: Deck, matter: Matter) -> Slide:
    """The answer in two sentences, and four figures."""
    slide = deck.slide("figures", _headline(matter))
    slide.text("lead", *matter.story.answer, *matter.story.not_granted)
    figures = [(f, matter.precise(f.value) if f.kind == "kronor" else f.text) for f in matter.story.figures]
    look, room = LAYOUTS["figures"].part("figure0").levels[0], slide.box("figure0")
    alike = min((fitted(text, (room.w - 2, 40), look.size, bold=True)[1] for _, text in figures), default=look.size)
    for i, (figure, text) in enumerate(figures):
        slide.text(f"figure{i}", text, (1, f"{figure.label}, {figure.note}"), most=alike)
    slide.text("note", matter.story.proof, " ".join(matter.story.certainty))
    slide.notes += [
        *matter.story.answer,
        *matter.story.idle,
        *matter.story.certainty,
        *(f"{f.label}: {f.text} ({f.note})" for f in matter.story.figures),
    ]
    slide.notes += matter.story.proof_details
    return slide


def _headline(matter: Matter) -> str:
    results = list(matter.figures.projects.values())
    funded, asked = matter.pack.outcome.funded, sum(result.cost for result in results)
    count = Counter(result.status for result in results)
    full, part = count["funded"], count["partly"]
    if not full + part:
        return matter.say("answer.none")
    if len(results) == 1:
        key = "answer.one" if full else "answer.one-part"
        return matter.say(key, funded=matter.precise(funded), asked=matter.precise(asked))
    key = "answer.both" if full and part else "answer.full" if full else "answer.part"
    return matter.say(key, funded=matter.precise(funded), count=full or part, part=part, of=len(results))


def no_answer(deck: Deck, matter: Matter) -> Slide:
    """That there is no plan, and why, as far as is known."""
    found, model, outcome = matter.conflict, matter.pack.model, matter.pack.outcome
    known = label(outcome.standing, matter.lang, outcome.status)
    ways = [repair.kronor for repair in found.repairs if repair.kronor] if found is not None else []
    if found is not None and (ways or found.balance is not None):  # what a plan lacks in all, not this conflict alone
        short = min(ways) if ways else found.balance.short if found.balance else 0
        headline = matter.say("no-answer.short", short=matter.precise(short), standing=known)
    else:
        headline = capital(known)
    impossible = outcome.standing.name == INFEASIBLE
    slide = deck.slide("table", headline)
    first, *rest = matter.story.answer
    if found is None:
        slide.text("lead", first)
        said = [
            *(rest or [matter.say("no-answer.unknown")]),
            matter.say("no-answer.do" if impossible else "no-answer.again"),
        ]
    else:
        slide.text("lead", matter.say("no-answer.rules", count=len(found.rules)))
        said = rules_said(model, found, matter.lang)
    room = capacity(slide) - 3
    rows = [Row([str(i + 1), text], rows=3) for i, text in enumerate(said[:room])]
    grid(slide, rows, (4, 96), (), matter.say("no-answer.alt"))
    slide.notes += said[room:]
    slide.text("note", f"{no_plan(outcome.standing, matter.lang)}.")
    return slide


def ways_out(deck: Deck, matter: Matter) -> Slide:
    """What could be changed for a plan to exist. Only where the conflict is known."""
    found = matter.conflict
    if found is None:
        raise ValueError("there is no conflict to resolve")
    kronor = [repair.kronor for repair in found.repairs if repair.kronor]
    headline = matter.say("ways", kronor=matter.precise(min(kronor))) if kronor else matter.say("ways.none")
    slide = deck.slide("table", headline)
    slide.text("lead", matter.say("ways.lead"))
    said = repairs_said(matter.pack.model, found, matter.lang)
    ways, rest = said[: len(found.repairs)] or said, said[len(found.repairs) :]
    grid(slide, [Row([str(i + 1), text], rows=5) for i, text in enumerate(ways)], (4, 96), (), matter.say("ways.alt"))
    if found.repairs and rest:
        slide.text("note", " ".join(rest))
    return slide


def what_is_asked(deck: Deck, matter: Matter) -> Slide:
    """What the projects cost, those that must be carried out first: for a plan that there is not."""
    model = matter.pack.model
    rows, amounts = model["projects"], matter.figures.amounts
    whole_costs = dict(zip(amounts.index.projects.ids, amounts.total.tolist(), strict=True))
    costs = {project: int(whole_costs[project]) for project in rows["project"].tolist()}
    status = dict(zip(rows["project"].tolist(), rows["status"].tolist(), strict=True))
    held = [project for project in costs if status[project] == "committed" or project in model.required]
    order = [
        *sorted(held, key=lambda p: -costs[p]),
        *sorted((p for p in costs if p not in held), key=lambda p: -costs[p]),
    ]
    whole, must = sum(costs.values()), sum(costs[project] for project in held)
    slide = deck.slide("table", matter.say("asked", count=len(costs), asked=matter.short(whole)))
    slide.text(
        "lead", matter.say("asked.lead", count=len(held), kronor=must) if held else matter.say("asked.lead.none")
    )
    names = matter.names("projects", "project")
    head = Row([matter.say(f"column.{name}") for name in ("project", "cost", "must")], "head")
    room = capacity(slide) - 2
    body = [
        Row([names[project], matter.kr(costs[project]), matter.say("yes") if project in held else ""])
        for project in order[:room]
    ]
    total = Row([matter.say("asked.sum", count=len(order)), matter.kr(whole), ""], "total")
    grid(slide, [head, *body, total], (64, 18, 18), (1,), matter.say("asked.alt"))
    if len(order) > room:
        slide.text("note", matter.say("rows.more", count=len(order) - room))
    return slide
