"""The main findings as sentences, each built from the tables of `indicators` by a template."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rus_funding.collaboration import words
from rus_funding.words.language import phrases

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
LISTED = 6  # names that a sentence spells out


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finding: which template, and the figures in it."""

    key: str
    fields: Mapping[str, Any]

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        shown = {name: _Shown(value, lang) for name, value in self.fields.items()}
        template: str = phrases(lang, "network")["findings"][self.key]
        return template.format(**shown)


class _Shown:
    """A figure that a template's format writes as the language does: one of `WRITERS`, or a noun (`words.count`)."""

    def __init__(self, value: Any, lang: str) -> None:
        self.value, self.lang = value, lang

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self.value)
        writer = WRITERS.get(spec)
        return writer(self.value, self.lang) if writer else words.count(spec, self.value, self.lang)


def several(names: Sequence[str], lang: str) -> str:
    """Names as a sentence lists them, a long list cut.

    >>> several(["Askersund", "Kumla", "Nora"], "sv")
    'Askersund, Kumla och Nora'
    """
    both = words.word("and", lang)
    shown = list(names[:LISTED]) if len(names) > LISTED + 1 else list(names)
    left = len(names) - len(shown)
    if left:
        shown.append(words.count("more", left, lang))
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {both} {shown[-1]}"


WRITERS: dict[str, Callable[[Any, str], str]] = {
    "n": words.integer,
    "d": lambda value, lang: words.decimal(value, lang, 1),
    "p": words.percent,
    "kr": words.short_kronor,
    "list": several,
}


def findings(tables: Rows) -> list[Finding]:
    """The findings worth a sentence, in the order of the tables. Tables as `indicators.indicators` gives them."""
    overview = {row["measure"]: row for row in tables["overview"]}
    return [*_size(overview), *_bridging(tables), *_left_out(tables), *_across(tables), *_risks(tables, overview)]


def _size(overview: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    ties, new = overview["ties"], overview["new_ties"]["after"]
    counted = overview["new_ties_in_value"]["after"]
    figures = {"before": ties["before"], "after": ties["after"], "new": new}
    if round(counted, 1) == new:
        out = [Finding("growth" if new else "unchanged", figures)]
    else:
        out = [Finding("growth_in_part", {**figures, "counted": counted})]
    steps, reach = overview["steps"], overview["reachable"]
    if new and steps["before"] is not None and steps["after"] is not None:
        out.append(Finding("steps", {**steps, "reach": reach["after"], "reach_before": reach["before"]}))
    return out


def _bridging(tables: Rows) -> list[Finding]:
    out = []
    top = tables["bridges"][0] if tables["bridges"] else None
    if top and top["betweenness"] > 0:
        key = "bridge_estimated" if any(row["betweenness_error"] for row in tables["bridges"]) else "bridge"
        out.append(Finding(key, {"name": top["name"], "share": top["betweenness"]}))
    cuts = sorted(
        (row for row in tables["bridges"] if row["splits"]), key=lambda row: (-len(row["cut_off"]), row["actor"])
    )
    out += [Finding("split", {"name": row["name"], "others": row["cut_off"]}) for row in cuts[:2]]
    return out if cuts or not out else [*out, Finding("no_split", {})]


def _left_out(tables: Rows) -> list[Finding]:
    names = [row["name"] for row in tables["left_out_actors"]]
    out = [Finding("left_out", {"names": names})] if names else []
    if not names and any(row["target_group"] == "primary" for row in tables["bridges"]):
        out.append(Finding("nobody_left_out", {}))
    if tables["left_out_municipalities"]:
        places = [row["name"] for row in tables["left_out_municipalities"] if row["left_out"]]
        out.append(Finding("places_left_out", {"names": places}) if places else Finding("no_place_left_out", {}))
    return out


def _across(tables: Rows) -> list[Finding]:
    out = []
    if len(tables["groups"]) > 1:
        first = tables["groups"][0]
        figures = {"n": len(tables["groups"]), "size": first["size"], "centre": first["centre"]}
        out.append(Finding("groups", figures))
    share = {(row["border"], row["scope"]): row["share"] for row in tables["crossing"]}
    borders = {"place": "municipality", "kind": "type"}
    fields = {short: share[border, "new"] for short, border in borders.items()}
    fields |= {f"{short}_before": share[border, "before"] for short, border in borders.items()}
    if None not in fields.values():
        out.append(Finding("across", fields))
    for key, funded in (("most_new", True), ("missed", False)):
        rows = [row for row in tables["contributions"] if row["funded"] == funded and row["only_here"]]
        if rows:
            out.append(Finding(key, {"name": rows[0]["name"], "n": rows[0]["only_here"]}))
    return out


def _risks(tables: Rows, overview: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    out = []
    fund = next((row for row in tables["loss_of_fund"] if row["ties_lost"]), None)
    if fund:
        figures = {"n": fund["ties_lost"], "all": overview["ties"]["after"], "kronor": fund["kronor_touched"]}
        out.append(Finding("fund", {"name": fund["name"], **figures}))
    actor = max(tables["loss_of_actor"], key=lambda row: row["kronor_depending"], default=None)
    if actor and actor["kronor_depending"]:
        figures = {"kronor": actor["kronor_depending"], "led": actor["kronor_led"], "n": actor["leads"]}
        out.append(Finding("actor", {"name": actor["name"], **figures, "paid": actor["kronor_paid"]}))
    return [*out, *_prices(tables)]


def _prices(tables: Rows) -> list[Finding]:
    """What each weight bought, and what comes next; nothing where no tie was won."""
    return [
        Finding(
            key,
            {
                "weight": row["weight"],
                "won": row["new_ties_won"],
                "points": row["points_given_up"],
                "price": row["points_per_new_tie"],
            },
        )
        for table, key in (("prices", "price"), ("next_ties", "next_ties"))
        for row in tables.get(table, ())
        if row["points_per_new_tie"] is not None
    ]
