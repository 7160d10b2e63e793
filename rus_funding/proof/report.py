"""What `verify` tells people, in Swedish or English: what is proven, and what is not."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.proof.goals import SENSE
from rus_funding.proof.reading import exact
from rus_funding.proof.standing import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rus_funding.proof.finding import Finding, Verdict
    from rus_funding.proof.standing import Checked, Standing

SHOWN = 20  # findings listed; the rest is counted
TEXTS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "verified": "VERIFIERAD",
        "not": "INTE VERIFIERAD",
        "standing.proven": "bevisat bäst",
        "standing.within": "ingen plan kan vara mer än {gap} bättre",
        "standing.infeasible": "ingen plan kan hålla dessa regler",
        "standing.unknown": "räkningen blev inte klar",
        "plan": "Modell {model}, scenario {scenario}.",
        "rules": "Bevisat: planen håller varje regel, räknat i hela kronor: {payments} betalningar, {funded} kr;"
        " projekt: {whole} finansierade, {partly} delvis, {not_} inte.",
        "goal.value": "värde",
        "goal.draw_order": "dragningsordning",
        "goal.balance": "jämvikt mellan områden",
        "goal.reach": "kronor per invånare",
        "goal.funded": "finansierade kronor",
        "goal.leverage": "regionens egna kronor",
        "goal.spread": "spridning på källor",
        "goal.continuity": "samma finansiärer som förut",
        "reached": "Mål {n}, {name}: {figure}. ",
        "beside": "Värde (inget av målen): {figure}. ",
        "proven": "Bevisat bäst: ingen plan{ahead} kommer {past} {bound}{tolerance}.",
        "bounded": "INTE bevisat bäst. Bevisat är att ingen plan{ahead} kommer {past} {bound}.",
        "limit": "Bevisat är att ingen plan{ahead} kommer {past} {bound}.",
        "open": "INTE bevisat bäst, och ingenting säger hur mycket bättre en plan kan vara.",
        "ahead": " med {levels}",
        "level.1": "{name} minst {level}",
        "level.-1": "{name} högst {level}",
        "and": " och ",
        "tolerance": ", och {share} fick ges upp för målen efter",
        "1": "över",
        "-1": "under",
        "numbers": "Varje tal som följer av modellen och betalningarna är omräknat och stämmer.",
        "origin": "Bevisat: planen är gjord av filerna i {model}: alla kontrollsummor ({count}) stämmer, och varje"
        " uppgift i planens modell är filernas. INTE bevisat: att det som står i dem är sant.",
        "files": "Bevisat: kontrollsummorna ({count}) stämmer med filerna i {model}. INTE kontrollerat: {names}, och"
        " därför inte heller planens modell (ange --scenario FIL). INTE bevisat: att det som står i filerna är sant.",
        "no-origin": "INTE bevisat: att indata är sanna, eller att planen är gjord av dina filer (--model MODELL"
        " jämför kontrollsummorna: {count}).",
        "signature": "Bevisat: filen är signerad av {by} ({tool}, nyckel {key}).",
        "no-signature": "INTE bevisat: vem som har gjort planen (--signature FIL kontrollerar en signatur).",
        "findings": "Fel ({count}):",
        "more": "… och {count} till (--json visar alla).",
    },
    "en": {
        "verified": "VERIFIED",
        "not": "NOT VERIFIED",
        "standing.proven": "proven best",
        "standing.within": "no plan can be more than {gap} better",
        "standing.infeasible": "no plan can keep these rules",
        "standing.unknown": "the computation did not finish",
        "plan": "Model {model}, scenario {scenario}.",
        "rules": "Proven: the plan keeps every rule, counted in whole kronor: {payments} payments, {funded} kr;"
        " projects: {whole} funded, {partly} partly, {not_} not.",
        "goal.value": "value",
        "goal.draw_order": "draw order",
        "goal.balance": "balance between areas",
        "goal.reach": "kronor per inhabitant",
        "goal.funded": "kronor funded",
        "goal.leverage": "the region's own kronor",
        "goal.spread": "spread over funds",
        "goal.continuity": "the same payers as before",
        "reached": "Goal {n}, {name}: {figure}. ",
        "beside": "Value (none of the goals): {figure}. ",
        "proven": "Proven best: no plan{ahead} gets {past} {bound}{tolerance}.",
        "bounded": "NOT proven best. It is proven that no plan{ahead} gets {past} {bound}.",
        "limit": "It is proven that no plan{ahead} gets {past} {bound}.",
        "open": "NOT proven best, and nothing says how much better a plan can be.",
        "ahead": " with {levels}",
        "level.1": "{name} at least {level}",
        "level.-1": "{name} at most {level}",
        "and": " and ",
        "tolerance": ", and {share} could be given up for the goals after",
        "1": "above",
        "-1": "below",
        "numbers": "Every number that follows from the model and the payments was worked out again and agrees.",
        "origin": "Proven: the plan was made from the files in {model}: all digests ({count}) agree, and all that the"
        " plan's model says is what the files say. NOT proven: that what they say is true.",
        "files": "Proven: the digests ({count}) agree with the files in {model}. NOT checked: {names}, and so not"
        " the plan's model either (give --scenario FILE). NOT proven: that what the files say is true.",
        "no-origin": "NOT proven: that the inputs are true, or that the plan was made from your files (--model MODEL"
        " compares the digests: {count}).",
        "signature": "Proven: the file is signed by {by} ({tool}, key {key}).",
        "no-signature": "NOT proven: who made the plan (--signature FILE checks a signature).",
        "findings": "Findings ({count}):",
        "more": "… and {count} more (--json shows all).",
    },
}


def report(verdict: Verdict, lang: str = "sv", tell: Callable[[Finding, str], str] | None = None) -> str:
    """The verdict as lines of text; of what was found wrong, the first `SHOWN`: in English, or as `tell` says it."""
    texts, checked = TEXTS[lang], verdict.checked
    sure = f", {words(checked.standing, lang)}" if verdict.verified and checked is not None else ""
    lines = [f"{verdict.path}: {texts['verified' if verdict.verified else 'not']}{sure}"]
    if verdict.figures:
        lines.append(texts["plan"].format(**verdict.figures))
    if verdict.verified and checked is not None:
        lines += [*_proven(verdict, checked, lang), *_beside(verdict, texts)]
    else:
        lines += _wrong(verdict, texts, lang, tell)
    return "".join(f"{_plain(line)}\n" for line in lines)


def words(standing: Standing, lang: str) -> str:
    """What is known of a plan, in the words that every paper uses; a gap is rounded up."""
    return TEXTS[lang][f"standing.{standing.name or UNKNOWN}"].format(gap=at_most(standing.gap or Fraction(0), lang))


def _proven(verdict: Verdict, checked: Checked, lang: str) -> Iterator[str]:
    """The rules, each objective, the numbers."""
    texts, figures = TEXTS[lang], verdict.figures
    counts = figures["projects"]
    yield texts["rules"].format(
        payments=_number(figures["payments"], lang), funded=_number(figures["funded"], lang),
        whole=counts["funded"], partly=counts["partly"], not_=counts["not"],
    )  # fmt: skip
    for n, (goal, entry) in enumerate(zip(checked.goals, figures["objectives"], strict=True), 1):
        share = at_most(Fraction(repr(entry["tolerance"])), lang) if entry["tolerance"] else ""
        reached = texts["reached"].format(n=n, name=texts[f"goal.{goal.name}"], figure=_number(goal.figure, lang))
        known = "proven" if entry["proven"] else "open" if goal.bound is None else "bounded"
        yield reached + _bounded(goal.name, goal.bound, known, lang, under=figures["under"], share=share)
    if "value" not in {goal.name for goal in checked.goals}:
        beside = texts["beside"].format(figure=_number(checked.value, lang))
        yield beside + _bounded("value", checked.bound, "limit", lang, under=figures["under"])
    yield texts["numbers"]


def _bounded(
    name: str,
    bound: Fraction | None,
    known: str,
    lang: str,
    *,
    under: Mapping[str, Mapping[str, float]],
    share: str = "",
) -> str:
    """What is proven of an objective, of plans that keep the levels its proof is under (`under`).

    Bounds and levels are rounded away from the plan, so that what is said of them is true.
    """
    texts, sense = TEXTS[lang], SENSE[name]
    levels = [
        texts[f"level.{SENSE[one]}"].format(name=texts[f"goal.{one}"], level=_beyond(exact(level), SENSE[one], lang))
        for one, level in under.get(name, {}).items()
    ]
    return texts[known].format(
        ahead=texts["ahead"].format(levels=texts["and"].join(levels)) if levels else "",
        past=texts[str(sense)],
        bound="" if bound is None else _beyond(bound, sense, lang),
        tolerance=texts["tolerance"].format(share=share) if share else "",
    )


def _beyond(number: Fraction, sense: int, lang: str) -> str:
    """A number rounded up where more is better, down where less is."""
    return _number(Fraction(math.ceil(sense * number * 1000), sense * 1000), lang)


def _beside(verdict: Verdict, texts: Mapping[str, str]) -> Iterator[str]:
    """Where the plan comes from and who made it, as far as anybody looked."""
    origin, signature = verdict.origin, verdict.signature
    if origin is None:
        yield texts["no-origin"].format(count=verdict.figures["inputs"])
    else:
        names = ", ".join(origin.unchecked)
        key = "origin" if origin.whole else "files"
        yield texts[key].format(model=origin.model, count=len(origin.same), names=names)
    if signature is None:
        yield texts["no-signature"]
    else:
        yield texts["signature"].format(by=signature.by, tool=signature.tool, key=signature.key)


def _wrong(
    verdict: Verdict, texts: Mapping[str, str], lang: str, tell: Callable[[Finding, str], str] | None
) -> list[str]:
    lines = [texts["findings"].format(count=len(verdict.findings))]
    told = [one.sentence if tell is None else tell(one, lang) for one in verdict.findings[:SHOWN]]
    lines += [f"- [{finding.code}] {sentence}" for finding, sentence in zip(verdict.findings, told, strict=False)]
    if len(verdict.findings) > SHOWN:
        lines.append(texts["more"].format(count=len(verdict.findings) - SHOWN))
    return lines


def at_most(share: Fraction, lang: str) -> str:
    """A share in per cent, two digits of it (at least two decimals, at most six), rounded up: never less than it is.

    >>> at_most(Fraction(31, 10_000), "en"), at_most(Fraction(1, 10**30), "en"), at_most(Fraction(0), "en")
    ('0.31%', '0.000001%', '0%')
    """
    percent = 100 * share
    decimals = 2
    while percent and decimals < 6 and percent * 10 ** (decimals - 1) < 1:
        decimals += 1
    text = _number(Fraction(math.ceil(percent * 10**decimals), 10**decimals), lang, decimals)
    return f"{text}{'' if lang == 'en' else chr(160)}%"


def _number(number: Fraction | int, lang: str, decimals: int = 3) -> str:
    """Digits in groups of three: no-break spaces and a decimal comma in Swedish.

    >>> _number(Fraction(12345675, 10), "en"), _number(Fraction(-1, 8), "sv", 2)
    ('1,234,567.5', '−0,12')
    """
    scaled = round(abs(number) * 10**decimals)
    whole, part = divmod(scaled, 10**decimals)
    text = f"{whole:,}" + f".{part:0{decimals}d}".rstrip("0").rstrip(".")
    if lang == "sv":
        text = text.replace(",", "\u00a0").replace(".", ",")
    return f"\u2212{text}" if number < 0 and scaled else text


def _plain(line: str) -> str:
    """Names come from the file: nothing in them may steer a terminal."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]",
        "\ufffd",
        line,
    )
