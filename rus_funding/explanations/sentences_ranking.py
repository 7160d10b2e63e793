"""The ranked list and its departures in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.case import SMALL
from rus_funding.explanations.suspects import MONEY
from rus_funding.model.points import follow_cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.engine.plan import Cause
    from rus_funding.explanations.ranking import Departure, Ranking
    from rus_funding.explanations.sentences import Words


def line_sentences(ranking: Ranking, words: Words) -> list[str]:
    """What the list is, where its line falls, and how many projects depart from it."""
    out = [words.say("list")]
    line, above = ranking.line, ranking.count("above")
    if line is not None:
        name = words.name("projects", line.project)
        out.append(words.say("line.on", project=name, rank=line.rank, share=line.expected, kronor=ranking.money))
    elif ranking.count("below"):
        out.append(words.say("line.after", rank=above, kronor=ranking.money))
    else:
        out.append(words.say("line.none", kronor=ranking.money))
    departures = ranking.departures
    if departures:
        less = sum(not one.more for one in departures)
        out.append(words.say("departures", count=len(departures), less=less, more=len(departures) - less))
    else:
        out.append(words.say("departures.none"))
    return out


def departure_sentences(one: Departure, words: Words) -> list[str]:
    """A departure: what it is, why, and what following the list would cost."""
    row = one.row
    fields = {"project": words.name("projects", row.project), "rank": row.rank, "share": row.share}
    out = [words.say(f"standing.{row.side}.{row.status}", **fields)]
    if one.causes is None and one.loss is None and one.possible:
        return out
    out += cause_sentences(one.causes, row.project, words, up=not one.more, other=_other(one))
    out += sum_sentences(one, words)
    if one.loss is None:
        out += [] if one.possible or one.more else [words.say("follow.impossible")]
    elif one.loss > 0:
        key = {0.0: "follow.out", 1.0: "follow.full"}.get(row.expected, "follow.share")
        out.append(words.say(key, points=words.points(one.loss), share=row.expected))
    else:
        out.append(words.say("follow.free"))
    return out


def sum_sentences(one: Departure, words: Words) -> list[str]:
    """What a project adds, what its kronor give elsewhere, and how many of them are left over, or lacking."""
    found = one.sum
    if found is None:
        return []
    own, elsewhere = words.points(found.own), words.points(found.elsewhere)
    if not one.more:
        key = "less.rest" if one.row.share > SMALL else "less"
        out = [words.say(f"sum.{key}", own=own, elsewhere=elsewhere)]
        lacks = sum(extra.kronor for extra in found.lacking or ())
        if 0 < lacks < found.kronor:
            extras = words.extras(found.lacking or ())
            out.append(words.say("sum.lacking", lacking=lacks, kronor=found.kronor, extras=extras))
        return out
    idle = sum(extra.kronor for extra in found.idle)
    key = "more" if found.elsewhere > SMALL else "more.nothing"
    out = [words.say(f"sum.{key}", own=own, elsewhere=elsewhere, kronor=found.kronor)]
    which = "none" if not idle else "all" if idle == found.kronor else "some"
    return [*out, words.say(f"sum.idle.{which}", idle=idle, money=words.extras(found.idle))]


def _other(one: Departure) -> str:
    return "impossible" if one.loss is None else "worse" if one.loss > 0 else "equal"


def cause_sentences(
    causes: Sequence[Cause] | None, project: str, words: Words, *, up: bool, other: str = "worse"
) -> list[str]:
    """Why a project has no more (`up`) or no less: the rules that settle it, else those that play a part.

    None: no cause is known, and not every rule was tried. `other` is how the other decision fares: "worse", "equal" or
    "impossible".
    """
    if causes is None:
        return [words.say("cause.unknown")]
    way = "up" if up else "down"
    settling = [cause for cause in causes if cause.settles]
    if not causes:
        if not up and words.model["projects"].size == 1:
            return [words.say("cause.down.only")]
        if other == "worse" and follow_cost(words.model):  # a krona is worth as much anywhere: none "does more"
            return [words.say("cause.none.points")]
        return [words.say(f"cause.{way}.none" if other == "worse" else f"cause.{way}.{other}")]
    if not settling:
        return [_part(cause, project, words, way) for cause in causes[:2]]
    first, *others = settling
    if all(rule[0] in MONEY for rule in first.rules):
        alone = [cause.rules[0] for cause in settling if len(cause.rules) == 1]
        rules = alone or first.rules
        funds = words.names("funds", dict.fromkeys(rule[1] for rule in rules))
        key = "cause.money.together" if len(first.rules) > 1 else "cause.money.alone"
        return [words.say(key, funds=funds, count=len(funds))]
    out = [words.say(f"cause.{way}.settles", rules=words.that(first.rules, project), count=len(first.rules))]
    also = [cause.rules[0] for cause in others if len(cause.rules) == 1]
    if also:
        out.append(words.say("cause.also", rules=words.cut(words.that(also, project), 2), count=len(also)))
    return out


def reason_sentences(causes: Mapping[str, Cause], words: Words) -> dict[str, str]:
    """Why each project is not funded in full, as `explain` says it, by project."""
    return {
        project: " ".join(cause_sentences((cause,), project, words, up=True))
        if cause.rules
        else words.say("cause.none")
        for project, cause in causes.items()
    }


def _part(cause: Cause, project: str, words: Words, way: str) -> str:
    if cause.rules[0][0] in MONEY:
        funds = words.names("funds", dict.fromkeys(rule[1] for rule in cause.rules))
        return words.say("cause.money.part", funds=funds, share=cause.share)
    rules = words.that(cause.rules, project)
    return words.say(f"cause.{way}.part", rules=rules, share=cause.share, count=len(rules))
