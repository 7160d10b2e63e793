"""How an outcome stands, in sentences: the plan's proof, or why there is no plan."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.errors import SolverError
from rus_funding.kronor import NBSP
from rus_funding.messages.causes import cause
from rus_funding.report.numbers import decimal, points, worth
from rus_funding.report.texts import TEXTS

if TYPE_CHECKING:
    from rus_funding.plan import Certificate, Outcome


def proof(certificate: Certificate, lang: str) -> list[str]:
    """What the certificate proves: an exact bound, or with binaries the solver's bound and the exact one beside it."""
    words = TEXTS[lang]
    bound, value = certificate.bound, certificate.value
    text = words["proven"] if certificate.kind == "weak duality" else words["bounded"]
    lines = [text.format(bound=points(bound, lang), gap=percent_gap(certificate.gap, lang))]
    if certificate.relaxation is not None:
        over = (certificate.relaxation - value) / max(Fraction(1), abs(certificate.relaxation))
        lines.append(
            words["relaxation"].format(bound=points(certificate.relaxation, lang), gap=percent_gap(float(over), lang))
        )
    if value > bound:
        lines.append(words["over_bound"].format(over=worth(value - bound, lang)))
    if certificate.kept:
        names = ", ".join(words["objectives"][name] for name in certificate.kept)
        lines.append(words["kept"].format(names=names))
    return lines


def percent_gap(gap: float, lang: str) -> str:
    """A gap in per cent with four decimals; what whole kronor give beyond the bound is no gap."""
    return f"{decimal(max(0.0, gap) * 100, lang, 4)}{'' if lang == 'en' else NBSP}%"


def failure(outcome: Outcome, lang: str) -> list[str]:
    """Why there is no plan, and what may help."""
    words = TEXTS[lang]
    if outcome.status == "infeasible":
        return [words["infeasible"], *conflict(outcome, lang)]
    if outcome.status == "time_limit":
        return [words["time_limit"]]
    if outcome.certificate is not None:
        return [words["uncertified"].format(message=cause(outcome, lang))]
    return [words["solver_failed"].format(solver=outcome.solver, message=cause(outcome, lang))]


def conflict(outcome: Outcome, lang: str) -> list[str]:
    """The smallest set of rules in conflict, what is lacking, and the ways out; nothing for a very large model."""
    from rus_funding.explain.conflict import MIDDLING, within
    from rus_funding.explain.conflict import conflict as found_in
    from rus_funding.explain.conflict_words import conflict_report

    try:
        found = found_in(outcome.model) if within(outcome.model, MIDDLING) else None
    except SolverError:
        return []
    sections = [] if found is None else conflict_report(outcome.model, lang, found)
    return [line for _, lines in sections for line in lines]
