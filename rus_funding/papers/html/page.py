"""The page of a meeting pack: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from rus_funding.explanations import summary, summary_sentences
from rus_funding.papers import other_strategy
from rus_funding.papers.clean_names import cleaned
from rus_funding.papers.html import bars, flows
from rus_funding.papers.html.grid import Head, Item, flat, grid, item, short
from rus_funding.papers.html.looks import Looks
from rus_funding.papers.html.partners import partners
from rus_funding.papers.html.projects import projects
from rus_funding.papers.html.scenarios import compared
from rus_funding.papers.places import municipalities
from rus_funding.papers.rules import rules
from rus_funding.papers.story import story
from rus_funding.papers.tables import costs, financing, perspectives, unused
from rus_funding.words.language import say

if TYPE_CHECKING:
    from rus_funding.papers.html.grid import Grid
    from rus_funding.papers.pack import Pack
    from rus_funding.papers.story import Story

SOURCES = 40  # named; the workbook has them all


def page(pack: Pack) -> str:
    """The page as text. The same run gives the same text."""
    lang, looks = pack.lang, Looks(pack.model)
    style = _asset("page.css") + _colours(looks)
    script = _asset("page.js")
    told = story(pack)
    comparison = pack.comparison
    context: dict[str, Any] = {
        "lang": lang,
        "mark": pack.mark,
        "story": told,
        "style": Markup(style),  # noqa: S704 - our own
        "script": Markup(script),  # noqa: S704 - our own
        "policy": _policy(style, script),
        "compared": compared(pack, comparison) if comparison is not None else None,
        "unverified": _unverified(told, lang),
        "sources": told.sources[:SOURCES],
        "record": _record(pack),
        "proposed": pack.scenario,
        "asked": pack.outcome.told.lines(lang) if pack.outcome.told is not None else [],
        **(_planned(pack, looks) if told.planned else {"plan": False}),
    }
    return _environment().get_template("page.html.j2").render(context, t=lambda key, **f: say(lang, f"page.{key}", **f))


def _planned(pack: Pack, looks: Looks) -> dict[str, Any]:
    """What only a plan has."""
    figures, lang = pack.figures, pack.lang
    case = pack.case
    return {
        "plan": True,
        "lead": flows.lead(figures, looks, lang),
        "projects": projects(case, pack.reasons, pack.certain, lang),
        "areas": bars.areas(figures, looks, lang),
        "perspectives": grid(perspectives(figures, lang), lang) if figures.model["perspectives"].size else None,
        "strategy": _strategy(pack),
        "places": grid(municipalities(figures, lang), lang) if figures.model["reach"].size else None,
        "funds": bars.funds(figures, looks, lang),
        "more_funds": [grid(table(figures, lang), lang) for table in (unused, financing, costs)],
        "scarce": pack.bottleneck,
        "rules": short(grid(rules(figures, lang), lang), lang),
        "flows": flows.whole(figures, looks, lang),
        "partners": partners(pack),
        "why": summary_sentences(summary(case), pack.model, lang),
    }


def _strategy(pack: Pack) -> dict[str, Any] | None:
    """The plan in the areas of another strategy, and what its weights would choose; None where nobody asked."""
    told, lang = pack.retold, pack.lang
    if told is None:
        return None
    return {
        "title": other_strategy.title(told, lang),
        "areas": grid(other_strategy.areas(told, lang), lang),
        "choice": other_strategy.choice(told, lang),
        "moved": grid(other_strategy.moved(told, lang), lang) if told.moved else None,
    }


def _unverified(told: Story, lang: str) -> Grid:
    words = [say(lang, f"page.{key}") for key in ("table", "unchecked", "rows")]
    heads = [Head(word, number=i > 0) for i, word in enumerate(words)]
    rows = [
        (Item(table), item("kronor", count, lang), item("kronor", size, lang))
        for table, (count, size) in told.unverified_rows.items()
    ]
    return flat(say(lang, "page.unverified"), heads, rows)


def _record(pack: Pack) -> list[tuple[str, str]]:
    """What makes the run traceable: names and fingerprints."""
    info, lang = pack.run.info, pack.lang
    versions = ", ".join(f"{name} {version}" for name, version in sorted(info["versions"].items()))
    return [
        (say(lang, "page.record.run"), pack.run.path.name),
        (say(lang, "page.record.model"), pack.model.name),
        (say(lang, "page.record.scenario"), pack.scenario),
        (say(lang, "page.record.rules"), str(info["rules"])),
        (say(lang, "page.record.versions"), versions),
        (say(lang, "page.record.digest"), str(info["model_sha256"])),
    ]


def _colours(looks: Looks) -> str:
    dark = looks.css(dark=True)
    chosen = ":root[data-theme=dark]"
    by_system = ":root:not([data-theme=light])"
    return (
        f":root{{{looks.css()}}}{looks.rules()}"
        f"@media screen and (prefers-color-scheme:dark){{{by_system}{{{dark}}}{looks.night(by_system)}}}"
        f"@media screen{{{chosen}{{{dark}}}{looks.night(chosen)}}}"
    )


def _policy(style: str, script: str) -> str:
    """Nothing may be fetched, run or styled but what stands in the page."""
    allowed = {"default-src": "none", "style-src": _digest(style), "script-src": _digest(script)}
    allowed |= {"base-uri": "none", "form-action": "none"}
    return "; ".join(f"{what} '{source}'" for what, source in allowed.items())


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8").replace("\r\n", "\n")


@cache
def _environment() -> Environment:
    """Every text that is not markup of our own is escaped, and cleaned of what names must not hold."""
    made = Environment(
        loader=PackageLoader("rus_funding.papers.html", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else cleaned(value),
    )
    made.filters["unbroken"] = lambda text: text.replace("–", "–\u2060")  # years stay on one line
    return made
