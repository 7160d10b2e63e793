"""What every document of a pack says in the same words: the question, the answer, the figures, the proof, the sources.

Plain texts beside raw numbers, so that a page, a slide, a letter and a sheet each show them in their own way.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

from rus_funding.comparisons import WORTH
from rus_funding.comparisons.comparison import FEW
from rus_funding.engine.budget_status import in_all, resting
from rus_funding.engine.key_figures import Sums, key_figures
from rus_funding.explanations.certainty_words import certainty_sentences
from rus_funding.explanations.idle_words import idle_sentences
from rus_funding.explanations.sentences import Words
from rus_funding.model.points import follow_cost
from rus_funding.model.schema import TABLES, WITHDRAWN
from rus_funding.papers.no_plan import failure
from rus_funding.papers.rests_on import NAMED, rests_on
from rus_funding.papers.tables import settled
from rus_funding.papers.texts import TEXTS
from rus_funding.scenarios.change_words import change_lines
from rus_funding.words.language import say
from rus_funding.words.numbers import FORMATS, decimal
from rus_funding.words.standings import counted, details, label, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.comparisons import Comparison, Line
    from rus_funding.model.model import FundingModel
    from rus_funding.papers.pack import Pack

    Number = int | float

PAYERS = 3  # named in the answer
CHANGES = 4  # of a scenario that are told one by one
UNASKED = ("part_funded", "not_funded")  # codes that say what came out, and nothing of why
NOTHING = 0.005  # points that two decimals do not show
SEEN = 0.0005  # a share that one decimal of a per cent shows


@dataclasses.dataclass(frozen=True)
class Figure:
    """A number to show large. kind: "kronor", "share" (0..1) or "projects"; `text` is the number as it is written."""

    key: str
    label: str
    value: Number
    kind: str
    text: str
    note: str


@dataclasses.dataclass(frozen=True)
class ScenarioSentence:
    """A scenario: name, title, status, how its plan differs from the baseline's, and what it changes."""

    scenario: str
    title: str
    status: str
    sentence: str
    changes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Source:
    """Where values come from, and how many rows of the model's tables say so."""

    text: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Story:
    """The sentences of a pack, in its language.

    `scenario` is the proposed scenario's title, empty for the baseline. `answer` has two sentences where there is a
    plan; without one it says why, and `figures` and `proof` are empty. `not_granted` says beside them how much of the
    money nobody has granted, where there is any. `idle` says which rules hold money that the plan
    leaves idle, where that is much. `proof` says how the plan stands, `proof_details` what more is to know: what is not
    proven, and what whole kronor took. `certainty` says which decisions stand in every plan that is almost as good, and
    how many are open. `rests_on` says what the plan rests on that no figure shows. `scenarios` are all
    of the run where they are few, else the baseline and the proposed one; `spread` speaks of them where they are many.
    `unverified` is a sentence, `unverified_rows` maps tables to (rows that are not marked as checked, rows).
    """

    title: str
    scenario: str
    question: str
    planned: bool
    answer: tuple[str, ...]
    not_granted: tuple[str, ...]
    idle: tuple[str, ...]
    figures: tuple[Figure, ...]
    scenarios: tuple[ScenarioSentence, ...]
    spread: tuple[str, ...]
    proof: str
    proof_details: tuple[str, ...]
    certainty: tuple[str, ...]
    rests_on: tuple[str, ...]
    unverified: str
    unverified_rows: Mapping[str, tuple[int, int]]
    sources: tuple[Source, ...]


def story(pack: Pack) -> Story:
    """The sentences of a pack."""
    model, lang, outcome = pack.model, pack.lang, pack.outcome
    planned = outcome.planned
    (head,) = pack.run.records("scenarios", pack.scenario)
    years = {"first": model.years[0], "last": model.years[-1]}
    rows = _unverified(model)
    comparison = pack.comparison
    return Story(
        title=model.title or model.name,
        scenario=_title(pack, comparison, head["title"]) if head["position"] else "",
        question=pack.question or say(lang, "story.question", **years),
        planned=planned,
        answer=(_proposed(pack), _left_out(pack)) if planned else tuple(failure(outcome, lang)),
        not_granted=tuple(_not_granted(pack)) if planned else (),
        idle=tuple(idle_sentences(pack.idle, lang)),
        figures=tuple(_figures(pack)) if planned else (),
        scenarios=tuple(_scenarios(pack, comparison)) if comparison else (),
        spread=tuple(_spread(comparison, lang)) if comparison and len(comparison.lines) > FEW else (),
        proof=sentence(outcome, lang) if planned else "",
        proof_details=(*details(outcome, lang), *(settled(pack.figures, lang) if planned else ())),
        certainty=tuple(_certainty(pack)),
        rests_on=tuple(rests_on(outcome, lang)),
        unverified=_said_of_checks(model, lang),
        unverified_rows={table: found for table, found in rows.items() if found[0]},
        sources=tuple(_sources(model)),
    )


def payers(pack: Pack) -> list[tuple[str, int]]:
    """(fund, kronor) of the funds that pay anything, the largest first; at ties in the order of the table."""
    kronor: Counter[str] = Counter()
    for (fund, _), paid in pack.figures.paid.items():
        kronor[fund] += paid
    return [(fund, paid) for fund, paid in kronor.most_common() if paid]


def _proposed(pack: Pack) -> str:
    lang, figures = pack.lang, pack.figures
    statuses = Counter(result.status for result in figures.projects.values())
    full, part, funded = statuses["funded"], statuses["partly"], pack.outcome.funded
    if not full + part:
        return say(lang, "story.answer.none", count=len(figures.projects))
    if len(figures.projects) == 1:
        ((project, result),) = figures.projects.items()
        name = figures.names("projects", "project")[project]
        what = say(lang, "story.what.one" if full else "story.what.one-part", name=name, share=result.share)
    else:
        key = "story.what.both" if full and part else "story.what.full" if full else "story.what.part"
        what = say(lang, key, count=full or part, part=part)
    names, paying = figures.names("funds", "fund"), payers(pack)
    if not paying:
        return say(lang, "story.answer.free", what=what)
    shown = [say(lang, "story.payer", name=names[fund], share=paid / funded) for fund, paid in paying[:PAYERS]]
    return say(lang, "story.answer", what=what, funded=funded, payers=shown)


def _left_out(pack: Pack) -> str:
    lang, results = pack.lang, list(pack.figures.projects.values())
    out = [result for result in results if result.status == "not"]
    short = sum(result.cost - result.kronor for result in results)
    if len(out) == len(results) and {result.reason for result in out} <= set(UNASKED):
        asked = sum(result.cost for result in results)
        return say(lang, "story.left.none", asked=asked, budget=sum(pack.figures.budgets.values()))
    if out:
        names = pack.figures.names("projects", "project")
        said = [say(lang, "story.left.plain", count=len(out))]
        for reason in (each for each in TEXTS[lang]["reasons"] if each not in UNASKED):
            mine = [names[result.project] for result in out if result.reason == reason]
            more = [say(lang, "story.rests.more", count=len(mine) - NAMED)] if len(mine) > NAMED else []
            if mine:
                said.append(say(lang, f"story.left.{reason}", count=len(mine), projects=[*mine[:NAMED], *more]))
        return " ".join(said)
    if any(result.status == "partly" for result in results):
        return say(lang, "story.left.part" if len(results) > 1 else "story.left.one-part", short=short)
    return say(lang, "story.left.rounding" if short else "story.left.nothing", short=short)


def _certainty(pack: Pack) -> list[str]:
    """Nothing where there is one project, and no choice between any."""
    if pack.certainty is None or len(pack.certainty.projects) < 2:
        return []
    return certainty_sentences(pack.certainty, Words(pack.model, pack.lang))


def _not_granted(pack: Pack) -> Iterator[str]:
    """How much of the plan's money is not granted, in a sentence; nothing where all is."""
    outcome = pack.outcome
    found = in_all(resting(outcome.model, ((p.fund, p.year, p.kronor) for p in outcome.payments))).not_granted
    if found:
        yield say(pack.lang, "story.not-granted", kronor=found, share=found / outcome.funded)


def _figures(pack: Pack) -> Iterator[Figure]:
    """Four: what is funded, how much of what is asked for, who carries it, what comes of it."""
    lang, results = pack.lang, list(pack.figures.projects.values())
    found = key_figures(Sums.of(pack.outcome))
    asked, funded = sum(result.cost for result in results), pack.outcome.funded

    def figure(key: str, value: Any, kind: str, **fields: Any) -> Figure:
        text = FORMATS["kronor" if kind == "projects" else kind](value, lang)
        if kind == "kronor":
            text = say(lang, "story.kronor", kronor=value)
        note = say(lang, f"story.figure.{key}.note", **fields)
        return Figure(key, say(lang, f"story.figure.{key}"), value, kind, text, note)

    yield figure("funded", funded, "kronor", first=pack.model.years[0], last=pack.model.years[-1])
    yield figure("asked", funded / asked if asked else 1, "share", asked=asked)
    if "state" in pack.model["funds"]["level"].tolist() and found["cofinancing"] is not None:
        yield figure("cofinancing", found["cofinancing"], "share")
    else:
        name = pack.figures.names("funds", "fund")[payers(pack)[0][0]] if funded else ""
        yield figure("largest", found["largest_fund_share"] or 0, "share", name=name)
    if len(results) > 1:
        yield figure(
            "projects", found["projects_funded"], "projects", part=found["projects_partly"], count=len(results)
        )
    else:
        yield figure("unused", found["unused"], "kronor", budget=sum(pack.figures.budgets.values()))


def _scenarios(pack: Pack, comparison: Comparison) -> Iterator[ScenarioSentence]:
    shown = {comparison.reference.scenario, pack.scenario}
    for line in comparison.lines:
        if len(comparison.lines) <= FEW or line.scenario in shown:
            title, sentence = named(line, comparison, pack.lang), _changed(pack, line, comparison.reference)
            changes = comparison.changes.get(line.label, ())
            told = tuple(change_lines(changes, comparison.names, pack.lang, CHANGES))
            yield ScenarioSentence(line.scenario, title, line.status, sentence, told)


def named(line: Line, comparison: Comparison, lang: str) -> str:
    """A scenario's title; its name beside it where several have the title."""
    if not line.title:
        return say(lang, "story.baseline") if line is comparison.reference else line.scenario
    if sum(other.title == line.title for other in comparison.lines) > 1:
        return say(lang, "story.member", title=line.title, name=line.scenario)
    return line.title


def _changed(pack: Pack, line: Line, reference: Line) -> str:
    lang = pack.lang
    stands = f"{capital(label(line.standing, lang, line.status))}."
    if not line.planned:
        return stands
    changed = _differs(pack, line, reference)
    return changed if line.standing.proven else f"{changed} {stands}"


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _differs(pack: Pack, line: Line, reference: Line) -> str:
    lang = pack.lang
    if line is reference or not reference.planned:
        value = _points(line.figures["value"] or 0.0, lang)
        return say(lang, "story.scenario.alone", funded=line.figures["funded"], value=value)
    said = [*_money(pack, line, reference), *_projects(pack, line, reference), *_worth(pack, line, reference),
            *_others(pack, line, reference)]  # fmt: skip
    return " ".join(said) or say(lang, "story.scenario.same")


def _money(pack: Pack, line: Line, reference: Line) -> Iterator[str]:
    """How many kronor more or fewer the projects get; how far the money goes where the costs are others."""
    lang, funded, before = pack.lang, int(line.figures["funded"] or 0), int(reference.figures["funded"] or 0)
    asked, asked_before = (_asked(pack, name) for name in (line.scenario, reference.scenario))
    by = funded - before
    if by and before and (asked == asked_before or abs(by) >= SEEN * before):
        key = "more" if by > 0 else "less"
        yield say(lang, f"story.change.funded.{key}", kronor=abs(by), share=abs(by) / before)
    elif by and not before:
        yield say(lang, "story.change.funded.first", kronor=funded)
    if asked > funded and (asked != asked_before or len(pack.model["projects"]["project"]) == 1):
        yield say(lang, "story.change.covers", share=funded / asked, kronor=asked - funded)


def _asked(pack: Pack, scenario: str) -> int:
    """What the projects of a scenario cost, but those that are withdrawn."""
    return sum(row["cost"] for row in pack.run.records("projects", scenario) if row["status"] != WITHDRAWN)


def _projects(pack: Pack, line: Line, reference: Line) -> Iterator[str]:
    now, then = (int(each.figures["projects_funded"] or 0) for each in (line, reference))
    if now != then and len(pack.model["projects"]["project"]) > 1:
        key = "story.change.projects" if now else "story.change.projects.none"
        yield say(pack.lang, key, count=now, before=then)


def _worth(pack: Pack, line: Line, reference: Line) -> Iterator[str]:
    """The value against the baseline's; nothing where points follow the cost, and say what the kronor say."""
    lang, by = pack.lang, float(line.less(reference)["value"] or 0.0)
    if _other_points(pack, line.scenario):
        yield say(lang, "story.change.other-points")
    elif abs(by) > NOTHING and not follow_cost(pack.model):
        share = abs(by) / abs(reference.figures["value"] or by)
        yield say(lang, f"story.change.value.{'more' if by > 0 else 'less'}", by=_points(abs(by), lang), share=share)


def _others(pack: Pack, line: Line, reference: Line) -> Iterator[str]:
    """What others than the state pay: as kronor, since a share that rises may be less money."""
    rate, before = (each.figures["cofinancing"] for each in (line, reference))
    if rate is None or before is None or abs(rate - before) < SEEN:
        return
    now, then = round(rate * (line.figures["funded"] or 0)), round(before * (reference.figures["funded"] or 0))
    key = "more" if now > then else "less" if now < then else "same"
    yield say(pack.lang, f"story.change.others.{key}", kronor=now, by=abs(now - then), share=rate)


def _other_points(pack: Pack, scenario: str) -> bool:
    """Whether the scenario counts points in another way than the baseline."""
    changes = pack.run.records("changes", scenario)
    return any((row["table"], row["column"].partition(" ")[0]) in WORTH for row in changes)


def _spread(comparison: Comparison, lang: str) -> Iterator[str]:
    counts = counted(((line.standing, line.status) for line in comparison.lines), lang)
    yield say(lang, "story.spread.plans", count=len(comparison.lines), counts=counts)
    for name in ("funded", "value"):
        if name in comparison.spread:
            spread = comparison.spread[name]
            points = (spread[each] for each in ("tenth", "median", "nine_tenths"))
            low, middle, high = (round(p) if name == "funded" else _points(p, lang) for p in points)
            yield say(lang, f"story.spread.{name}", low=low, middle=middle, high=high)


def _title(pack: Pack, comparison: Comparison | None, title: str) -> str:
    lines = comparison.lines if comparison else ()
    found = (named(line, comparison, pack.lang) for line in lines if comparison and line.scenario == pack.scenario)
    return next(found, title or pack.scenario)


def _points(value: float, lang: str) -> str:
    """Points as they are said in a sentence: from a thousand on without decimals."""
    return decimal(value, lang, 0 if abs(value) >= 1000 else 2)


def _unverified(model: FundingModel) -> dict[str, tuple[int, int]]:
    return {name: (int((model[name]["verified"] != "yes").sum()), model[name].size) for name in TABLES}


def _said_of_checks(model: FundingModel, lang: str) -> str:
    """How many rows are marked as unchecked, and how many bear no mark: nobody has said that those are checked."""
    marks = Counter(mark for name in TABLES for mark in model[name]["verified"].tolist())
    rows, unchecked, blank = marks.total(), marks["no"], marks[""]
    if not unchecked + blank:
        return say(lang, "story.unverified.none", rows=rows)
    if blank == rows:
        return say(lang, "story.unverified.nothing", rows=rows)
    said = [say(lang, "story.unverified", count=unchecked, rows=rows)] if unchecked else []
    said += [say(lang, "story.unverified.blank", count=blank, rows=rows)] if blank else []
    return " ".join(said)


def _sources(model: FundingModel) -> Iterator[Source]:
    counted: Counter[str] = Counter()
    for name in TABLES:
        counted.update(text for text in model[name]["source"].tolist() if text)
    if model.source:
        yield Source(model.source, counted.pop(model.source, 0))
    yield from (Source(text, rows) for text, rows in counted.most_common())
