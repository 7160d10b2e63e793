"""One project's explanation in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.engine.plan import FUNDED
from rus_funding.explanations.sentences_ranking import cause_sentences

if TYPE_CHECKING:
    from rus_funding.explanations.break_even import BreakEven, Turn
    from rus_funding.explanations.needs import Needs
    from rus_funding.explanations.project import Explained
    from rus_funding.explanations.sentences import Words
    from rus_funding.explanations.swaps import Move, Swap


SMALLEST = 1000  # kronor: what moves less is rounding, and left to the tables
EQUAL = 0.01  # points: what rounding to kronor may make of plans that are equally good


def project_paragraphs(found: Explained, words: Words) -> list[tuple[str, list[str]]]:
    """(heading, sentences): where it stands, why, what it would take, what its decision displaces."""
    out = [(words.say("heading.standing"), _standing(found, words))]
    if found.barred is not None:
        return out
    if found.status != "funded":
        why = cause_sentences(found.keeps_out, found.project, words, up=True, other=_fares(found.into))
        out.append((words.say("heading.why-not"), why))
        out.append((words.say("heading.needs"), needs_sentences(found.needs, words)))
    if found.into is not None:
        out.append((words.say("heading.into"), swap_sentences(found.into, words)))
    if found.status in FUNDED and (found.keeps_in or found.keeps_in is None or not found.held):
        why = cause_sentences(found.keeps_in, found.project, words, up=False, other=_fares(found.out))
        out.append((words.say("heading.why"), why))
    if found.out is not None:
        out.append((words.say("heading.out"), swap_sentences(found.out, words, found.held)))
    turns = turn_sentences(found.turns, found.cost, words) if found.turns is not None else []
    if turns:
        out.append((words.say("heading.turns"), turns))
    return out


def turn_sentences(found: BreakEven, cost: int, words: Words) -> list[str]:
    """The points and the cost at which the decision is another."""
    now = words.points(found.points)
    out = [
        _turn(name, turn, now, words) for name, turn in (("full", found.full), ("out", found.out)) if turn is not None
    ]
    if found.kept:
        out.append(words.say("turns.kept"))
    if found.cost is not None and found.cost.beside is not None:
        fields = {"full": round(found.cost.at), "less": round(found.cost.beside), "cost": cost}
        out.append(words.say("turns.cost.dearer" if found.cost.at >= cost else "turns.cost.cheaper", **fields))
    return out


def _turn(name: str, turn: Turn, now: str, words: Words) -> str:
    if turn.beside is not None:
        at, beside = words.points(turn.at), words.points(turn.beside)
        return words.say(f"turns.{name}.about", points=at, beside=beside, now=now)
    if name == "out" and turn.at < EQUAL:
        return words.say("turns.out.none")
    return words.say(f"turns.{name}", points=words.points(turn.at), now=now)


def _standing(found: Explained, words: Words) -> list[str]:
    name = words.name("projects", found.project)
    fields = {
        "project": name, "kronor": found.kronor, "cost": found.cost, "share": found.share,
        "points": words.points(found.points), "won": words.points(found.points * found.share),
    }  # fmt: skip
    out = [words.say(f"project.{found.status}", **fields)]
    if found.given_up:
        out.append(words.say("project.given-up", kronor=found.given_up))
    if found.paid:
        paid = [words.say("paid", kronor=kronor, fund=words.name("funds", fund)) for fund, kronor in found.paid[:3]]
        out.append(words.say("project.paid" if len(found.paid) <= 3 else "project.paid-most", parts=paid))
    if found.row is not None:
        side = found.row.side
        out.append(words.say(f"project.rank.{side}", rank=found.row.rank, count=found.projects))
    if found.held:
        out.append(words.say(f"project.{found.held}"))
        if not any((found.held, found.project) in cause.rules for cause in found.keeps_in or ()):
            out.append(words.say(f"project.anyway.{found.held}"))
    if found.barred is not None:
        barred = found.barred
        names = dict(zip(words.model["categories"]["category"], words.model["categories"]["name"], strict=True))
        out.append(
            words.say(
                f"barred.{barred.reason}",
                have=barred.have,
                least=barred.least,
                count=barred.have,
                kronor=sum(kronor for _, kronor in barred.unpaid),
                categories=[str(names[category]) for category, _ in barred.unpaid],
            )
        )
    return out


def needs_sentences(needs: Needs | None, words: Words) -> list[str]:
    """What it would take to fund the project in full."""
    if needs is None:
        return [words.say("needs.none")]
    out = []
    if needs.gives:
        rules = words.that((label for label, _ in needs.gives), needs.project)
        out.append(words.say("needs.rules", rules=words.cut(rules), count=len(rules)))
        if needs.extra:
            extras = words.extras(needs.extra)
            key = "needs.besides-one" if len(extras) == 1 else "needs.besides"
            out.append(words.say(key, total=needs.total, extras=extras, extra=extras[0]))
    elif len(words.extras(needs.extra)) == 1:
        out.append(words.say("needs.money-one", extra=words.extras(needs.extra)[0]))
    elif needs.extra:
        out.append(words.say("needs.money", total=needs.total, extras=words.extras(needs.extra)))
    else:
        out.append(words.say("needs.nothing"))
    if needs.alone is not None and needs.alone < needs.total - 1000:
        out.append(words.say("needs.alone", kronor=needs.alone))
    if needs.raised:
        names = words.names("projects", [project for project, _ in needs.raised], 3)
        out.append(words.say("needs.raised", projects=names, count=len(needs.raised)))
    if needs.limits:
        out.append(words.say("needs.limits", rules=words.cut(words.that(needs.limits, needs.project))))
    if needs.points is not None:
        out.append(words.say("needs.points", points=words.points(needs.points)))
    return out


def _fares(swap: Swap | None) -> str:
    """How a decision fares that was not taken."""
    if swap is None or swap.value is None:
        return "impossible"
    return "worse" if swap.value < -EQUAL else "equal"


def swap_sentences(swap: Swap, words: Words, held: str = "") -> list[str]:
    """What holding the project in, or out, costs, and who loses and gains. `held` is what was set aside to ask."""
    way = "into" if swap.into else "out"
    if swap.status != "optimal" or swap.value is None:
        if swap.blocked:
            rules = words.cut(words.that(swap.blocked, swap.project))
            return [words.say(f"swap.{way}.blocked", rules=rules, count=len(swap.blocked))]
        return [words.say(f"swap.{way}.{'infeasible' if swap.status == 'infeasible' else 'unsolved'}")]
    out = [words.say(f"swap.decided.{held}")] if swap.decided and held else []
    if swap.value > -EQUAL:
        out.append(words.say("swap.equal"))
    else:
        alone = "" if swap.into or swap.winners else "-alone"
        out.append(words.say(f"swap.{way}.value{alone}", points=words.points(-swap.value)))
    if swap.losers:
        out.append(words.say("swap.losers", parts=_moves(swap.losers, words), count=len(swap.losers)))
    if swap.winners:
        out.append(words.say("swap.winners", parts=_moves(swap.winners, words), count=len(swap.winners)))
    return out


def _moves(moves: tuple[Move, ...], words: Words) -> list[str]:
    parts = [
        words.say(
            "move", project=words.name("projects", move.project), kronor=abs(move.after - move.before)
        )
        for move in moves
        if abs(move.after - move.before) >= SMALLEST or move is moves[0]
    ]  # fmt: skip
    return words.cut(parts)
