"""Regret as tables: over statements about the weights, and over scenarios."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from rus_funding.comparisons import numbers as shown
from rus_funding.comparisons.texts import TEXTS
from rus_funding.words.language import listed, say
from rus_funding.words.numbers import decimal, kronor, plain, points
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rus_funding.comparisons.comparison import Comparison
    from rus_funding.comparisons.regret_scenarios import PlansRegret
    from rus_funding.comparisons.regret_weights import WeightRegret, Worst


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
    corners = _corner_names(regret, names, lang)
    own = regret.plans[0]
    others = sorted(regret.plans[1:], key=lambda plan: plan.regret)[: top - 1]
    columns = (Column(words["plan"]), *(Column(words[name], "number") for name in NUMBERS))
    rows = tuple(
        (
            plan_name(plan.plan, lang, corners),
            points(plan.regret, lang),
            shown.share(plan.share, lang),
            _up(plan.at_most, lang),
        )
        for plan in (own, *others)
    )
    least = next(plan for plan in regret.plans if plan.plan == regret.least)
    notes = (
        words["stated"].format(statements="; ".join(regret.statements)),
        say(lang, "standing.regret", count=len(regret.corners)),
        _least(regret, least, plan_name(least.plan, lang, corners), lang),
    )
    title = words["weight_regret"]
    yield Table("weight_regret", title, (Column(title), *columns[1:]), rows, notes=notes)
    if not own.regret:
        yield Table("worst_weights", title, (Column(""),), (), notes=(words["same_plan"],))
        return
    title = words["worst_weights"].format(plan=plan_name(own.plan, lang, corners))
    headings = (Column(title), *(Column(words[name], "number") for name in ("model_weight", "worst_weight")))
    weights = tuple(
        (names.get(("area", area), area), _plain(weight, lang), _plain(own.weights[area], lang))
        for area, weight in regret.model_weights.items()
        if weight or own.weights[area]
    )
    yield Table("worst_weights", title, headings, weights)
    title = words["would_move"].format(best=plan_name(regret.best, lang, corners))
    headings = (Column(title), *(Column(words[name], "number") for name in ("before", "after", "change")))
    moves = tuple(
        (move.name, kronor(move.before, lang), kronor(move.after, lang), shown.signed(move.change, lang))
        for move in regret.moved[:top]
    )
    more = len(regret.moved) - len(moves)
    yield Table("would_move", title, headings, moves, notes=(words["and_more"].format(count=more),) if more else ())


def _least(regret: WeightRegret, least: Worst, plan: str, lang: str) -> str:
    """Which plan regrets least, what none can be below, and what it costs."""
    told = {"plan": plan, "regret": points(least.regret, lang), "lowest": _down(regret.lowest, lang)}
    if least is regret.plans[0]:
        return str(TEXTS[lang]["least_weights"]["own"].format(**told))
    form = "cost" if regret.given_up > 0 else "free"
    told |= {"given_up": points(regret.given_up, lang), "reference": plan_name(regret.plans[0].plan, lang)}
    return str(TEXTS[lang]["least_weights"][form].format(**told))


NUMBERS = ("regret", "regret_share", "regret_at_most")
STAND_OUT = 3  # areas of a corner that are named


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
    return Table("plan_regret", title, columns, rows, notes=(*_guarded(regret, lang), means))


def _guarded(regret: PlansRegret, lang: str) -> Iterator[str]:
    """Which plan is best guarded; where that is a choice between two goods, both in one sentence."""
    front, looked = regret.front, len(regret.scenarios)
    if front:
        sides = {
            f"{name}_{end}": told
            for end, plan in (("most", front[0]), ("least", front[-1]))
            for name, told in (
                ("plan", plan_name(plan.plan, lang)),
                ("possible", plan.possible),
                ("regret", points(plan.largest or 0.0, lang)),
                ("share", shown.share(plan.largest_share, lang)),
            )
        }
        yield TEXTS[lang]["guarded"]["one" if len(front) == 1 else "choice"].format(looked=looked, **sides)
    if unproven := sum(plan.open for plan in regret.plans):
        yield say(lang, "standing.regret-open", count=unproven)


def _corner_names(regret: WeightRegret, names: Mapping[tuple[str, str], str], lang: str) -> dict[str, str]:
    """The best plans of the corners by their weights: those that stand out, and what the other areas weigh."""
    found, words = {}, TEXTS[lang]["corner"]
    for number, weights in enumerate(regret.corners, start=1):
        said = {area: _plain(weight, lang) for area, weight in weights.items() if weight}
        rest = Counter(said.values()).most_common(1)[0][0]
        apart = sorted((area for area in said if said[area] != rest), key=lambda area: (-weights[area], area))
        parts = [
            words["area"].format(area=names.get(("area", area), area), weight=said[area]) for area in apart[:STAND_OUT]
        ]
        if len(apart) > STAND_OUT:
            parts.append(words["more"].format(count=len(apart) - STAND_OUT))
        parts.append(words["rest" if apart else "all"].format(weight=rest))
        found[f"corner {number}"] = words["plan"].format(weights=listed(lang, parts))
    return found


def plan_name(label: str, lang: str, corners: Mapping[str, str] = MappingProxyType({})) -> str:
    """What a plan is called; `corners` are the names of the corners' best plans."""
    return corners.get(label) or (str(TEXTS[lang][label]) if label in {"baseline", "middle", "least"} else label)


def _plain(weight: float, lang: str) -> str:
    return plain(Fraction(round(weight * 100), 100), lang)


def _down(value: float, lang: str) -> str:
    """Two decimals, rounded down: never more than it is."""
    return decimal(Fraction(Fraction(value) * 100 // 1, 100), lang)


def _up(value: float, lang: str) -> str:
    """Two decimals, rounded up: never less than it is."""
    cents = -(-Fraction(value) * 100 // 1)
    return decimal(Fraction(cents, 100), lang)
