"""Gains as sentences and a table: where a useful sum of more money does most good, and what each sum gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.explanations.conflict_words import Names
from rus_funding.explanations.prices_words import rule_name
from rus_funding.explanations.sentences import Words
from rus_funding.words.language import say
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from rus_funding.explanations.gains import Bottleneck, Gains
    from rus_funding.model.model import FundingModel


def bottleneck_sentences(found: Bottleneck | None, model: FundingModel, lang: str) -> list[str]:
    """Where more money does most good, with how much of it; nothing where that is not known."""
    if found is None:
        return []
    if found.gain is None:
        return [say(lang, "prices.most.none", kronor=found.least)] if found.least else []
    gain, words = found.gain, Words(model, lang)
    kind, fund, *rest = gain.rule
    year = rest[0] if rest else ""
    share = gain.points / abs(found.value) if found.value else 1.0
    fields = {"fund": words.bare("funds", fund), "year": year, "kronor": gain.kronor}
    out = [say(lang, f"prices.most.{kind}", **fields, points=words.points(gain.points), share=share)]
    if found.equals:
        same = kind == "budget" and {rule[-1] for rule in found.equals} == {year}
        name = "fund" if same or kind == "cap" else "fund-year"
        money = [
            say(lang, f"prices.most.{name}", fund=words.bare("funds", rule[1]), year=rule[-1]) for rule in found.equals
        ]
        out.append(say(lang, f"prices.most.{'same-year' if same else 'also'}", money=money))
    if gain.first > found.slight:
        out.append(say(lang, "prices.most.first", kronor=gain.tenth, points=words.points(gain.first)))
    else:
        out.append(say(lang, "prices.most.later", kronor=gain.tenth))
    return out


def gains_table(found: Gains, model: FundingModel, lang: str, rows: int) -> Table:
    """What each sum of money gives, the most first, `rows` at most; below it where more money does most good."""
    names = Names(model)
    columns = (
        Column(say(lang, "prices.rule")),
        Column(say(lang, "prices.gain.kronor"), "kronor"),
        Column(say(lang, "prices.gain.points"), "worth"),
        Column(say(lang, "prices.gain.tenth"), "worth"),
    )
    cells = tuple(
        (rule_name(model, gain.rule, lang, names), gain.kronor, gain.points, gain.first) for gain in found.gains[:rows]
    )
    notes = bottleneck_sentences(found.bottleneck, model, lang)
    if (left := len(found.gains) - rows) > 0:
        notes.append(say(lang, "prices.more-rows", count=left))
    if cells:
        notes.append(say(lang, "prices.gain.means"))
    return Table("gains", say(lang, "prices.gains"), columns, cells, notes=tuple(notes))
