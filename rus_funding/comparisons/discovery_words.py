"""What breaks the plan, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.comparisons.tables import input_label
from rus_funding.words.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rus_funding.comparisons.comparison import Comparison, Input
    from rus_funding.comparisons.discovery import Discovery, Limit, Trial


def discovery_lines(comparison: Comparison, lang: str) -> list[tuple[str, list[str]]]:
    """A heading and sentences for each sample; the sentence that there is none under the heading of the whole run."""
    found = [
        (say(lang, "breaks.title", file=one.file), list(_sentences(one, comparison, lang)))
        for one in comparison.breaks or ()
    ]
    return found or [(say(lang, "breaks.heading"), [say(lang, "breaks.none_sampled")])]


def _sentences(found: Discovery, comparison: Comparison, lang: str) -> Iterator[str]:
    if found.broken in {0, found.scenarios}:
        yield say(lang, f"breaks.{'always' if found.broken else 'never'}", scenarios=found.scenarios)
        return
    yield say(lang, "breaks.head", broken=found.broken, scenarios=found.scenarios)
    if not found.limits:
        yield say(lang, "breaks.no_rule")
        return
    limits = [_limit(limit, comparison, lang) for limit in found.limits]
    figures = {"hit": found.inside_broken, "inside": found.inside}
    yield say(lang, "breaks.rule", limits=limits, density=found.density, coverage=found.coverage, **figures)
    for trial in found.trials:
        yield _trial(trial, comparison, lang)
    if not found.trials:
        yield say(lang, "breaks.tied")


def _kind(input_: Input) -> str:
    return "factor" if input_[2].endswith(" ×") else "value"


def _limit(limit: Limit, comparison: Comparison, lang: str) -> str:
    """A range in words; a factor as a share of the baseline."""
    name, kind = input_label(limit.input, comparison, lang), _kind(limit.input)
    if limit.least is not None and limit.most is not None:
        return say(lang, f"breaks.{kind}_between", input=name, least=limit.least, most=limit.most)
    side = "most" if limit.least is None else "least"
    return say(lang, f"breaks.{kind}_{side}", input=name, value=getattr(limit, side))


def _trial(trial: Trial, comparison: Comparison, lang: str) -> str:
    at = [
        say(lang, f"breaks.at_{_kind(one)}", input=input_label(one, comparison, lang), value=end)
        for one, end in trial.at.items()
    ]
    fields: dict[str, Any] = {"inputs": at}
    if not trial.proven:
        return say(lang, "breaks.open", **fields)
    if trial.lost is None:
        return say(lang, "breaks.no_plan", **fields)
    if not trial.lost:
        return say(lang, "breaks.holds", **fields)
    names = [comparison.names.get(("project", project), project) for project in trial.lost]
    return say(lang, "breaks.lost", projects=names, **fields)
