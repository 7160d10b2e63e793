"""What `verify` tells people, in Swedish or English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from rus_funding.proof.verdict import Finding, Verdict

SHOWN = 20  # findings listed; the rest is counted
TEXTS = {
    "sv": {
        "verified": "VERIFIERAD",
        "not": "INTE VERIFIERAD",
        "plan": "Modell {model}, scenario {scenario}, status {status}.",
        "kept": "Planen håller varje regel, kontrollerat i hela kronor: {payments} betalningar, {funded} kr.",
        "projects": "Projekt: {funded} finansierade, {partly} delvis, {not_} inte.",
        "weak duality": "Värde {value}. Ingen plan är värd mer än {bound} (exakt bevis, svag dualitet): gap {gap} %.",
        "solver bound": "Värde {value}. Ingen plan är värd mer än {bound}, enligt lösaren: med binära val är"
        " den gränsen inte exakt bevisad här. Exakt bevisad gräns utan binära val: {relaxation}. Gap {gap} %.",
        "given": "Gränsen gäller planer som håller de mål som går före värdet: {kept}.",
        "numbers": "Varje tal som följer av modellen och betalningarna är omräknat och stämmer.",
        "findings": "Fel ({count}):",
        "more": "… och {count} till (--json visar alla).",
    },
    "en": {
        "verified": "VERIFIED",
        "not": "NOT VERIFIED",
        "plan": "Model {model}, scenario {scenario}, status {status}.",
        "kept": "The plan keeps every rule, checked in whole kronor: {payments} payments, {funded} kr.",
        "projects": "Projects: {funded} funded, {partly} partly, {not_} not.",
        "weak duality": "Value {value}. No plan is worth more than {bound} (exact proof, weak duality): gap {gap} %.",
        "solver bound": "Value {value}. No plan is worth more than {bound}, says the solver: with binary choices that"
        " bound is not proven exactly here. Bound proven exactly, without binary choices: {relaxation}. Gap {gap} %.",
        "given": "The bound is for plans that keep the objectives that stand before the value: {kept}.",
        "numbers": "Every number that follows from the model and the payments was worked out again and agrees.",
        "findings": "Findings ({count}):",
        "more": "… and {count} more (--json shows all).",
    },
}


def report(verdict: Verdict, lang: str = "sv", tell: Callable[[Finding, str], str] | None = None) -> str:
    """The verdict as lines of text; of what was found wrong, the first `SHOWN`: in English, or as `tell` says it."""
    texts = TEXTS[lang]
    lines = [f"{verdict.path}: {texts['verified' if verdict.verified else 'not']}"]
    if verdict.figures:
        lines.append(texts["plan"].format(**verdict.figures))
    lines += _proven(verdict.figures, texts, lang) if verdict.verified else _wrong(verdict, texts, lang, tell)
    return "".join(f"{_plain(line)}\n" for line in lines)


def _proven(figures: Any, texts: dict[str, str], lang: str) -> list[str]:
    numbers = {name: _number(figures[name], lang) for name in ("value", "bound", "relaxation", "funded", "payments")}
    counts = figures["projects"]
    lines = [
        texts["kept"].format(**numbers),
        texts["projects"].format(funded=counts["funded"], partly=counts["partly"], not_=counts["not"]),
        texts[figures["kind"]].format(**numbers, gap=_number(100 * figures["gap"], lang, 6)),
    ]
    if figures["kept"]:
        lines.append(texts["given"].format(kept=", ".join(figures["kept"])))
    return [*lines, texts["numbers"]]


def _wrong(verdict: Verdict, texts: dict[str, str], lang: str, tell: Callable[[Finding, str], str] | None) -> list[str]:
    lines = [texts["findings"].format(count=len(verdict.findings))]
    told = [one.sentence if tell is None else tell(one, lang) for one in verdict.findings[:SHOWN]]
    lines += [f"- [{finding.code}] {sentence}" for finding, sentence in zip(verdict.findings, told, strict=False)]
    if len(verdict.findings) > SHOWN:
        lines.append(texts["more"].format(count=len(verdict.findings) - SHOWN))
    return lines


def _number(number: float, lang: str, decimals: int = 3) -> str:
    """Digits in groups of three: a no-break space and a decimal comma in Swedish.

    >>> _number(1234567.5, "en")
    '1,234,567.5'
    """
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.{decimals}f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u00a0").replace(".", ",") if lang == "sv" else text


def _plain(line: str) -> str:
    """Names come from the file: nothing in them may steer a terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", "\ufffd", line)
