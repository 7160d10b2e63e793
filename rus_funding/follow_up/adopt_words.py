"""What `adopt` found, and what a register holds, as sentences and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.explanations.conflict_words import conflict_report
from rus_funding.follow_up.adopt import titles
from rus_funding.words.causes import breach_sentence
from rus_funding.words.language import say
from rus_funding.words.messages import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.errors import Problem
    from rus_funding.follow_up.adopt import Adopted, Broken, Deviation
    from rus_funding.follow_up.register import Entry

MOVED = 5  # other projects that a deviation moves, named


def kept(found: Adopted, lang: str) -> list[str]:
    """That the decision keeps every rule, and what stands beside it."""
    said = [say(lang, "adopt.kept", kronor=found.kronor, points=found.plan.value or 0.0)]
    said += [say(lang, "adopt.other-model")] if found.other_model else []
    said += [say(lang, "adopt.other-proposal")] if found.other_proposal else []
    said += [say(lang, "adopt.short", count=len(found.short))] if found.short else []
    said += [breach_sentence(one, lang) for one in found.short]
    said += [say(lang, "adopt.off", kronor=found.off)] if found.off else []
    said += [say(lang, "adopt.eased", count=found.eased)] if found.eased else []
    return said if found.deviations else [*said, say(lang, "adopt.as-proposed-all")]


def deviations(found: Adopted, lang: str) -> list[str]:
    """What the meeting changed, a paragraph a project."""
    names = titles(found.next)
    return [_deviation(one, names[one.project], names, lang) for one in found.deviations]


def _deviation(one: Deviation, name: str, names: Any, lang: str) -> str:
    said = [say(lang, "adopt.deviation", project=name, decided=one.decided, proposed=one.proposed)]
    if one.alone is None:
        said.append(say(lang, "adopt.alone-none"))
    else:
        said.append(say(lang, "adopt.alone" if one.alone >= 0 else "adopt.alone-gain", points=abs(one.alone)))
    if one.undone is not None:
        said.append(say(lang, "adopt.undone" if one.undone >= 0 else "adopt.undone-loss", points=abs(one.undone)))
    moved = [
        say(lang, "adopt.move", project=names[project], sign="+" if kronor > 0 else "\u2212", kronor=abs(kronor))
        for project, kronor in list(one.displaces.items())[:MOVED]
    ]
    more = len(one.displaces) - MOVED
    moved += [say(lang, "adopt.more", count=more)] if more > 0 else []
    if one.alone is not None:
        said.append(say(lang, "adopt.moves", projects=moved) if moved else say(lang, "adopt.moves-none"))
    return " ".join(said)


def broken(found: Broken, lang: str) -> tuple[list[Problem], list[tuple[str, list[str]]]]:
    """Problems of numbers in `lang`, and the rules that no plan keeps together with the ways out."""
    told = [translated(one, lang) for one in found.problems]
    if found.conflict is not None:
        return told, conflict_report(found.model, lang, found.conflict)
    return told, [] if told else [("", [say(lang, "adopt.no-plan")])]


def as_dict(found: Adopted | Broken, lang: str) -> dict[str, Any]:
    """What ``adopt --json`` prints."""
    from rus_funding.follow_up.adopt import Broken

    if isinstance(found, Broken):
        told, sections = broken(found, lang)
        said = [{"heading": heading, "sentences": lines} for heading, lines in sections]
        return {"status": "broken", "problems": [one.as_dict() for one in told], "conflict": said}
    return {
        "status": "adopted",
        "decided": found.kronor,
        "short": [breach_sentence(one, lang) for one in found.short],
        "value": found.plan.value,
        "standing": found.plan.standing.name,
        "eased": found.eased,
        "off": found.off,
        "deviations": [
            {
                "project": one.project,
                "proposed": one.proposed,
                "decided": one.decided,
                "points": one.alone,
                "undone": one.undone,
                "displaces": dict(one.displaces),
            }
            for one in found.deviations
        ],
    }


def history(entries: Sequence[Entry], lang: str) -> list[str]:
    """What was decided when, and why."""
    return [_entry(entry, lang) for entry in entries]


def _entry(entry: Entry, lang: str) -> str:
    proposed, decided = sum(entry.proposed.values()), sum(entry.decided.values())
    said = [say(lang, "adopt.register.entry", meeting=entry.meeting, project=entry.project_name, fund=entry.fund_name,
                outcome=say(lang, f"decide.outcome.{entry.outcome}"), decided=decided, proposed=proposed)]  # fmt: skip
    said += [say(lang, "adopt.register.reason", reason=entry.reason)] if entry.reason else []
    said += [say(lang, "adopt.register.reservation")] if entry.reservation else []
    said += [say(lang, "adopt.register.price", points=entry.points)] if entry.points else []
    said += [say(lang, "adopt.register.diary", diary=entry.diary)] if entry.diary else []
    return " ".join(said)
