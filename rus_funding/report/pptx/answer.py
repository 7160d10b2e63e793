"""The first slides: the question, and the answer with its figures; or, honestly, that there is none and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rus_funding.report.pptx.grid import Row, capacity, grid

if TYPE_CHECKING:
    from rus_funding.report.pptx.deck import Deck, Slide
    from rus_funding.report.pptx.matter import Matter


def opening(deck: Deck, matter: Matter) -> Slide:
    """Title and question."""
    told, years = matter.story, matter.pack.model.years
    slide = deck.slide("opening", told.title)
    slide.text("question", told.question)
    scenario = matter.say("about.scenario", title=told.scenario) if told.scenario else matter.say("about.baseline")
    about = matter.say("about", scenario=scenario, first=years[0], last=years[-1])
    slide.text("about", about)
    slide.notes += [told.title, told.question, about]
    return slide


def answer(deck: Deck, matter: Matter) -> Slide:
    """The answer in two sentences, and four figures."""
    slide = deck.slide("figures", _headline(matter))
    slide.text("lead", *matter.story.answer)
    for i, figure in enumerate(matter.story.figures):
        shown = matter.precise(figure.value) if figure.kind == "kronor" else figure.text
        slide.text(f"figure{i}", shown, (1, f"{figure.label}, {figure.note}"))
    slide.text("note", matter.story.proof)
    slide.notes += [*matter.story.answer, *(f"{f.label}: {f.text} ({f.note})" for f in matter.story.figures)]
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
        return matter.say(key, funded=matter.short(funded), asked=matter.short(asked))
    key = "answer.both" if full and part else "answer.full" if full else "answer.part"
    return matter.say(key, funded=matter.short(funded), count=full or part, part=part, of=len(results))


def no_answer(deck: Deck, matter: Matter) -> Slide:
    """That there is no plan, and why, as far as is known."""
    status = matter.pack.outcome.status
    slide = deck.slide(
        "columns" if matter.several else "table",
        matter.say(f"no-answer.{status if status in ('infeasible', 'time_limit') else 'error'}"),
    )
    first, *rest = matter.story.answer
    slide.notes += matter.story.answer
    slide.text("lead", first)
    if matter.several:
        baseline = matter.story.scenarios[0]
        columns = [
            (matter.say("no-answer.why"), rest or [matter.say("no-answer.unknown")]),
            (matter.say("no-answer.instead"), [f"{baseline.title}: {baseline.sentence}"]),
            (matter.say("no-answer.next"), [matter.say("no-answer.do"), matter.say("no-answer.not")]),
        ]
        for i, (heading, items) in enumerate(columns):
            slide.text(f"column{i}", heading, *((1, item) for item in items))
    else:
        said = [*(rest or [matter.say("no-answer.unknown")]), matter.say("no-answer.do"), matter.say("no-answer.not")]
        rows = [Row([str(i + 1), text], rows=3) for i, text in enumerate(said)]
        grid(slide, rows, (4, 96), (), matter.say("no-answer.alt"))
    return slide


def what_is_asked(deck: Deck, matter: Matter) -> Slide:
    """What the projects cost, those that must be carried out first: for a plan that there is not."""
    model = matter.pack.model
    rows = model["projects"]
    costs = dict.fromkeys(rows["project"].tolist(), 0)
    for project, amount in zip(model["costs"]["project"].tolist(), model["costs"]["amount"].tolist(), strict=True):
        costs[project] += amount
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
