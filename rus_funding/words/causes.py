"""Why a plan is not certified or not verified, in Swedish or English: said from data, never by translating a sentence.

The auditor, the engine and the solvers write English and share no words with anybody; what they found comes with codes
and numbers. Texts lie in the catalogue's domain `cause`. Ids stand for names, as in the input.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rus_funding.words.language import known, say

if TYPE_CHECKING:
    from rus_funding.proof.breach import Breach
    from rus_funding.proof.finding import Finding
    from rus_funding.words.answer import Answer

OWN = ("infeasible", "time_limit", "unproven", "memory", "run")  # what has a text without fields
# rule: what its label names after the rule
NAMES: dict[str, tuple[str, ...]] = {
    "payment": ("project", "fund", "year", "part"),
    "draw_order": ("project", "fund", "year", "part"),
    "financing": ("project", "part", "year"),
    "budget": ("fund", "year"),
    "rate": ("project", "fund", "period"),
    "cap": ("project", "fund"),
    "least_grant": ("project", "fund"),
    "group_min": ("limit", "project"),
    "group_max": ("limit", "project"),
    "commitment": ("project", "fund", "year", "kind"),
    "booked": ("project", "part", "year"),
    "past": ("project", "fund"),
    "authorisation": ("fund", "year"),
    "requires": ("project", "other"),
    "excludes": ("project", "other"),
    "area_floor": ("area",),
    "area_cap": ("area",),
    "diversification": ("fund",),
    "territorial": ("municipality",),
    "participation": ("actor",),
    "perspective": ("perspective",),
}


def cause(answer: Answer, lang: str) -> str:
    """Why there is no certified plan. Of an outcome read from a run its status and an English sentence are left."""
    checked = answer.checked
    if answer.code == "breach" and checked is not None and checked.breaches:
        return say(lang, "cause.breach", rule=breach_sentence(checked.breaches[0], lang))
    key = f"cause.{answer.code}"
    if answer.code and known(key):
        return say(lang, key, **answer.fields)
    return explained(answer.message, lang)


def explained(explanation: str, lang: str) -> str:
    """A run's explanation of a scenario without a plan: in `lang` where it is the engine's own, else as it stands."""
    code = next((code for code in OWN if explanation == say("en", f"cause.{code}")), None)
    return explanation if code is None else say(lang, f"cause.{code}")


def breach_sentence(breach: Breach, lang: str) -> str:
    """The rule that is broken, with both sides; a rule that this page does not know is said as the auditor does."""
    rule, *names = breach.label
    fields: dict[str, Any] = dict(zip(NAMES.get(rule, ("project",)), names, strict=False))
    key = f"cause.rule.{rule}{_variant(breach, fields)}"
    if not known(key):
        return breach.sentence
    return say(lang, key, **fields, left=_shown(breach.left), right=_shown(breach.right))


def finding_sentence(finding: Finding, lang: str) -> str:
    """What `verify` found; what has neither a breach nor a text of its own is said as it stands."""
    if finding.breach is not None:
        return breach_sentence(finding.breach, lang)
    return say(lang, f"cause.verify.{finding.text}", **(finding.fields or {})) if finding.text else finding.sentence


def _variant(breach: Breach, fields: dict[str, Any]) -> str:
    """What the id of the text adds to the rule, where one rule is broken in several ways."""
    rule, sense = breach.label[0], breach.sense
    ways = {
        ("payment", "<="): ".twice",
        ("payment", ">="): ".negative",
        ("share", "<="): ".outside",
        ("financing", "="): ".uneven",
    }
    if rule == "rate":
        return ".total" if fields.get("period") == "total" else ".year"
    return f".{fields.get('kind')}" if rule == "commitment" else ways.get((rule, sense), "")


def _shown(side: Fraction | int) -> Fraction | int:
    """A side to the öre; a share as near as a page shows numbers."""
    exact = Fraction(side)
    return Fraction(round(exact * 100), 100) if abs(exact) > 1 else exact
