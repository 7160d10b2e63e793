"""Prices as tables and sentences: what kronor, percentage points and rules are worth, rules by their names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rus_funding.explanations.changes import dial, least_share, standing
from rus_funding.explanations.conflict_words import Names
from rus_funding.words.language import say
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.explanations.prices import Price, Side
    from rus_funding.explanations.rule_names import Name
    from rus_funding.explanations.rules import RulePrice, RulePrices
    from rus_funding.model.model import FundingModel

MONEY = ("budget", "authorisation", "cap")
THOUSAND = 1000.0
ROWS = 20


def rule_name(model: FundingModel, rule: Name, lang: str, names: Names | None = None) -> str:
    """A rule as a phrase: "Minst 8 % till Klimat och energi"."""
    called = names or Names(model)
    kind = rule[0]
    if kind == "territorial":
        return say(lang, "prices.name.territorial", municipality=called("municipalities", rule[1]))
    fields: dict[str, Any] = called.of(rule)
    if dial(rule) is not None:
        number = standing(model, rule)
        fields |= {"share": number, "amount": int(number), "count": int(number)}
    match kind:
        case "group_min" | "group_max":
            fields["group"] = called.group(rule[1], lang)
        case "commitment":
            kind = f"commitment-{rule[4]}"
        case "min_share":
            fields["share"] = least_share(model, rule[1])
        case "min_partners":
            fields["count"] = model.policy.min_partners
        case "collaboration_weight":
            fields["weight"] = model.policy.collaboration_weight
    return say(lang, f"prices.name.{kind}", **fields)


def price_sentence(model: FundingModel, price: Price, lang: str) -> str:
    """What a thousand kronor of a budget, authorisation or cap are worth. Other rules are in the tables."""
    rule, more, less = rule_name(model, price.rule, lang), price.milder, price.stricter
    gives = 0.0 if more is None else more.price * THOUSAND
    if less is None:
        return say(lang, "prices.said.money-only", rule=rule, more=gives)
    if not price.two_sided:
        return say(lang, "prices.said.money-same", rule=rule, more=gives)
    return say(lang, "prices.said.money", rule=rule, more=gives, less=less.price * THOUSAND)


def rule_sentence(model: FundingModel, found: RulePrice, lang: str) -> str:
    """What a rule costs, and between which values."""
    key = "collaboration" if found.rule == ("collaboration_weight",) else "rule"
    fields = {"price": found.price, "value": found.value, "without": found.without}
    return say(lang, f"prices.said.{key}", rule=rule_name(model, found.rule, lang), **fields)


def prices_tables(
    model: FundingModel, found: Sequence[Price], rules: RulePrices | None, lang: str, rows: int = ROWS
) -> list[Table]:
    """Tables of what money, shares, rates and rules are worth, `rows` of each at most; tables without rows say why.

    Of what was found already (`prices`, `rule_prices`).
    """
    rule = Column(say(lang, "prices.rule"))
    if rules is None:
        return [Table("money", say(lang, "prices.money"), (rule,), (), notes=(say(lang, "prices.without-plan"),))]
    names = Names(model)
    money = [price for price in found if price.unit == "kr" and price.rule[0] in MONEY]
    shares = [price for price in found if price.unit == "kr" and price.rule[0] not in MONEY]
    rates = [price for price in found if price.unit == "point"]
    out = [_kronor("money", model, money, ("more", "less"), names, lang, rows)]
    if shares:
        out.append(_kronor("shares", model, shares, ("milder", "stricter"), names, lang, rows))
    if rates:
        out.append(_points(model, rates, names, lang, rows))
    return [*out, _rules(model, rules, names, lang, rows)]


def _kronor(
    name: str, model: FundingModel, found: Sequence[Price], ways: tuple[str, str], names: Names, lang: str, rows: int
) -> Table:
    stepped = any(price.step is not None for price in found)
    one, other = (Column(say(lang, f"prices.{way}"), "worth") for way in ways)
    holds = Column(say(lang, "prices.holds"), "kronor")
    shown = (one, other, Column(say(lang, "prices.step"), "kronor")) if stepped else (one, holds, other, holds)
    columns = (Column(say(lang, "prices.rule")), *shown)
    cells: list[tuple[Any, ...]] = []
    for price in found[:rows]:
        first, second = (_worth(side) for side in (price.milder, price.stricter))
        said = rule_name(model, price.rule, lang, names)
        if stepped:
            cells.append((said, first, second, int(price.step or 0)))
        else:
            cells.append((said, first, _until(price.milder), second, _until(price.stricter)))
    notes = [*_more(found, rows, lang)]
    if found:
        notes.append(say(lang, "prices.stepped" if stepped else "prices.exact"))
    else:
        notes.append(say(lang, "prices.nothing"))
    notes += _empty(found[:rows], lang)
    return Table(name, say(lang, f"prices.{name}"), columns, tuple(cells), notes=tuple(notes))


def _points(model: FundingModel, found: Sequence[Price], names: Names, lang: str, rows: int) -> Table:
    columns = (
        Column(say(lang, "prices.rule")),
        Column(say(lang, "prices.point-milder"), "worth"),
        Column(say(lang, "prices.point-stricter"), "worth"),
    )
    cells: tuple[tuple[Any, ...], ...] = tuple(
        (rule_name(model, price.rule, lang, names), *(side and side.price for side in (price.milder, price.stricter)))
        for price in found[:rows]
    )
    notes = (*_more(found, rows, lang), say(lang, "prices.pointed"), *_empty(found[:rows], lang))
    return Table("rates", say(lang, "prices.rates"), columns, cells, notes=notes)


def _rules(model: FundingModel, found: RulePrices, names: Names, lang: str, rows: int) -> Table:
    columns = (Column(say(lang, "prices.rule")), Column(say(lang, "prices.price"), "worth"))
    cells = tuple((rule_name(model, one.rule, lang, names), one.price) for one in found.rules[:rows])
    notes = [*_more(found.rules, rows, lang), say(lang, "prices.dropped")] if cells else []
    if found.free:
        notes.append(say(lang, "prices.free" if cells else "prices.all-free", count=len(found.free)))
    return Table("rules", say(lang, "prices.rules"), columns, cells, notes=tuple(notes))


def _worth(side: Side | None) -> float | None:
    return None if side is None else side.price * THOUSAND


def _until(side: Side | None) -> int | None:
    """Whole kronor, so that the figure holds for all of them."""
    return None if side is None else math.floor(side.until + 1e-6)


def _more(found: Sequence[Any], rows: int, lang: str) -> list[str]:
    left = len(found) - rows
    return [say(lang, "prices.more-rows", count=left)] if left > 0 else []


def _empty(found: Sequence[Price], lang: str) -> list[str]:
    lacking = any(price.milder is None or price.stricter is None for price in found)
    return [say(lang, "prices.no-plan")] if lacking else []
