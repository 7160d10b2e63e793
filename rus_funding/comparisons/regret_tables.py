"""Regret as tables: over statements about the weights, and over scenarios."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.comparisons import numbers as shown
from rus_funding.comparisons.texts import TEXTS
from rus_funding.words.language import say
from rus_funding.words.numbers import decimal, kronor, plain, points
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.comparisons.comparison import Comparison
    from rus_funding.comparisons.regret_scenarios import PlansRegret
    from rus_funding.comparisons.regret_weights import WeightRegret


def regret_tables(comparison: Comparison, lang: str, top: int = 10) -> Iterator[Table]:
    """The tables of a comparison's regret, where it was asked for."""
    if comparison.over_weights is not None:
        yield from weight_tables(comparison.over_weights, comparison.names, lang, top)
    if comparison.over_scenarios is not None:
        yield plan_table(comparison.over_scenarios, lang)


def weight_tables(
    regret: WeightRegret, names: Mapping[tuple[str, str], str], lang: str, top: int = 10
) -> Iterator[Table]:
    """The plans by regret, the worst weights of the reference's plan, and what would have been better there."""
    words = TEXTS[lang]
    own = regret.plans[0]
    others = sorted(regret.plans[1:], key=lambda plan: plan.regret)[: top - 1]
    columns = (Column(words["plan"]), *(Column(words[name], "number") for name in NUMBERS))
    rows = tuple(
        (plan_name(plan.plan, lang), points(plan.regret, lang), shown.share(plan.share, lang), _up(plan.at_most, lang))
        for plan in (own, *others)
    )
    least = next(plan for plan in regret.plans if plan.plan == regret.least)
    notes = (
        words["stated"].format(statements="; ".join(regret.statements)),
        say(lang, "standing.regret", count=len(regret.corners)),
        words["least_weights"].format(plan=plan_name(least.plan, lang), regret=points(least.regret, lang)),
    )
    title = words["weight_regret"]
    yield Table("weight_regret", title, (Column(title), *columns[1:]), rows, notes=notes)
    if not own.regret:
        yield Table("worst_weights", title, (Column(""),), (), notes=(words["same_plan"],))
        return
    title = words["worst_weights"].format(plan=plan_name(own.plan, lang))
    headings = (Column(title), *(Column(words[name], "number") for name in ("model_weight", "worst_weight")))
    weights = tuple(
        (names.get(("area", area), area), _plain(weight, lang), _plain(own.weights[area], lang))
        for area, weight in regret.model_weights.items()
        if weight or own.weights[area]
    )
    yield Table("worst_weights", title, headings, weights)
    title = words["would_move"].format(best=plan_name(regret.best, lang))
    headings = (Column(title), *(Column(words[name], "number") for name in ("before", "after", "change")))
    moves = tuple(
        (move.name, kronor(move.before, lang), kronor(move.after, lang), shown.signed(move.change, lang))
        for move in regret.moved[:top]
    )
    more = len(regret.moved) - len(moves)
    yield Table("would_move", title, headings, moves, notes=(words["and_more"].format(count=more),) if more else ())


NUMBERS = ("regret", "regret_share", "regret_at_most")


def plan_table(regret: PlansRegret, lang: str) -> Table:
    """The plans, the best guarded first."""
    words = TEXTS[lang]
    names = ("best_in", "possible", "largest_regret", "regret_share", "mean_regret")
    title = words["plan_regret"]
    columns = (Column(title), *(Column(words[name], "number") for name in names), Column(words["worst_scenario"]))
    rows = tuple(
        (
            plan_name(plan.plan, lang),
            kronor(plan.best_in, lang),
            f"{plan.possible}/{len(regret.scenarios)}",
            "–" if plan.largest is None else points(plan.largest, lang),
            shown.share(plan.largest_share, lang),
            "–" if plan.mean is None else points(plan.mean, lang),
            plan_name(plan.worst, lang) if plan.largest else "–",
        )
        for plan in regret.plans
    )
    means = words["plan_regret_means"].format(
        planned=regret.planned, distinct=regret.distinct, looked=len(regret.scenarios)
    )
    least = [words["least_plan"].format(plan=plan_name(regret.least, lang))] if regret.plans else []
    return Table("plan_regret", title, columns, rows, notes=(*least, means))


def plan_name(label: str, lang: str) -> str:
    """What a plan is called."""
    words = TEXTS[lang]
    kind, _, number = label.partition(" ")
    if kind == "corner" and number:
        return str(words["corner"].format(number=number))
    return str(words[label]) if label in {"baseline", "middle"} else label


def _plain(weight: float, lang: str) -> str:
    return plain(Fraction(round(weight * 100), 100), lang)


def _up(value: float, lang: str) -> str:
    """Two decimals, rounded up: never less than it is."""
    cents = -(-Fraction(value) * 100 // 1)
    return decimal(Fraction(cents, 100), lang)
