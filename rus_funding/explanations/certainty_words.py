"""How certain decisions are, in words: how many are open, and each project's class with its least share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.certainty import CLASSES, OPEN

if TYPE_CHECKING:
    from rus_funding.explanations.certainty import Certain, Certainty
    from rus_funding.explanations.sentences import Words

SURE = ("whole", "part", "never")


def certainty_sentences(found: Certainty, words: Words) -> list[str]:
    """What stands in every plan near the best, and how many decisions are open; of none where most are not known."""
    count = {kind: len(found.of(kind)) for kind in CLASSES}
    if 2 * count["open"] > len(found.projects):  # a count of what is not known tells nobody anything
        return []
    out = []
    sure = [words.say(f"certain.{kind}", count=count[kind]) for kind in SURE if count[kind]]
    if sure:
        points = words.points(abs(found.best - found.level))
        out.append(words.say("certain.sure", tolerance=found.epsilon, points=points, parts=sure))
    undecided = [words.say(f"certain.{kind}", count=count[kind]) for kind in OPEN if count[kind]]
    if undecided:
        out.append(words.say("certain.undecided", count=found.undecided, parts=undecided))
    elif not count["open"]:
        out.append(words.say("certain.none"))
    if count["open"]:
        out.append(words.say("classes.open", count=count["open"]))
    return out


def certainty_lists(found: Certainty, words: Words) -> list[str]:
    """The projects of each class by name, a sentence a class; parts with the share that they never fall below."""
    out = []
    for kind in CLASSES:
        mine = [one for one in found.of(kind) if not (kind == "never" and one.fixed)]
        names = [
            words.say("certain.named", project=words.bare("projects", one.project), share=one.least)
            if kind == "part"
            else words.bare("projects", one.project)
            for one in mine
        ]
        if names:
            out.append(words.say("certain.list", kind=words.say(f"class.{kind}"), projects=names))
    return out


def certain_label(one: Certain, words: Words) -> str:
    """A project's class in a cell: "Alltid med, minst 50 %"."""
    return words.say("certain.part.label", share=one.least) if one.kind == "part" else words.say(f"class.{one.kind}")
