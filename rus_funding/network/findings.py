"""The main findings as sentences, each built from the tables of `indicators` by a template."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rus_funding.network import words

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
LISTED = 6  # names that a sentence spells out

TEMPLATES: dict[str, tuple[str, str]] = {
    "growth": (
        "Samarbetena mellan aktörer går från {before:n} till {after:n}; {new:are_new}.",
        "Ties between actors go from {before:n} to {after:n}; {new:are_new}.",
    ),
    "unchanged": (
        "De projekt som finansieras ger inga nya samarbeten; {after:n} finns i dag.",
        "The projects funded bring no new ties; {after:n} exist today.",
    ),
    "steps": (
        (
            "Två aktörer som når varandra är i snitt {after:d} steg ifrån varandra, i dag {before:d}; "
            "{reach:p} av paren når varandra, i dag {reach_before:p}."
        ),
        (
            "Two actors who reach each other are {after:d} steps apart on average, today {before:d}; "
            "{reach:p} of the pairs reach each other, today {reach_before:p}."
        ),
    ),
    "bridge": (
        "{name} binder ihop mest: {share:p} av de kortaste vägarna mellan andra går den vägen.",
        "{name} bridges most: {share:p} of the shortest ways between others pass it.",
    ),
    "bridge_estimated": (
        "{name} binder ihop mest: ungefär {share:p} av de kortaste vägarna mellan andra går den vägen (skattat).",
        "{name} bridges most: about {share:p} of the shortest ways between others pass it (estimated).",
    ),
    "split": (
        "Om {name} lämnar tappar {others:list} kontakten med resten.",
        "If {name} leaves, {others:list} lose touch with the rest.",
    ),
    "no_split": (
        "Ingen enskild aktör kan dela nätverket genom att lämna det.",
        "No single actor can split the network by leaving it.",
    ),
    "left_out": (
        "Utanför alla finansierade projekt står {names:list}, som strategin främst vänder sig till.",
        "In no funded project: {names:list}, whom the strategy addresses first.",
    ),
    "nobody_left_out": (
        "Alla aktörer som strategin främst vänder sig till är med i minst ett finansierat projekt.",
        "Every actor that the strategy addresses first takes part in at least one funded project.",
    ),
    "places_left_out": (
        "Utan partner på annat håll i de finansierade projekten: {names:list}.",
        "Without a partner from elsewhere in the funded projects: {names:list}.",
    ),
    "no_place_left_out": (
        "Varje kommun möter aktörer från annat håll i de finansierade projekten.",
        "Every municipality meets actors from elsewhere in the funded projects.",
    ),
    "groups": (
        (
            "Aktörerna bildar {n:n} grupper som arbetar mest med varandra; den största har {size:n} medlemmar, "
            "där {centre} har flest partner."
        ),
        (
            "The actors form {n:n} groups that work mostly with each other; the largest has {size:n} members, "
            "among whom {centre} has most partners."
        ),
    ),
    "across": (
        (
            "Av de nya samarbetena går {place:p} över en kommungräns (av dagens {place_before:p}) och {kind:p} förenar "
            "olika slags aktörer (av dagens {kind_before:p})."
        ),
        (
            "Of the new ties {place:p} cross a municipal border (of today's {place_before:p}) and {kind:p} join "
            "different kinds of actors (of today's {kind_before:p})."
        ),
    ),
    "most_new": (
        "Projektet ”{name}” ger flest nya samarbeten som inget annat finansierat projekt ger: {n:n}.",
        "The project “{name}” brings most new ties that no other funded project brings: {n:n}.",
    ),
    "missed": (
        "Av de projekt som inte finansieras skulle ”{name}” ge flest nya samarbeten: {n:n}.",
        "Of the projects not funded, “{name}” would bring most new ties: {n:n}.",
    ),
    "fund": (
        (
            "Om {name} och de projekt den betalar till faller bort bryts {n:n} av {all:n} samarbeten, "
            "i projekt för {kronor:kr}."
        ),
        ("If {name} and the projects it pays fall away, {n:n} of {all:n} ties break, in projects of {kronor:kr}."),
    ),
    "price": (
        "Med vikten {weight:d} poäng för samverkan kostar varje nytt samarbete {price:d} poäng i övrigt.",
        "With a weight of {weight:d} points on collaboration each new tie costs {price:d} other points.",
    ),
    "actor": (
        "Mest pengar hänger på {name}: {kronor:kr} i {n:funded_projects}.",
        "Most money hangs on {name}: {kronor:kr} in {n:funded_projects}.",
    ),
}


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finding: which template, and the figures in it."""

    key: str
    fields: Mapping[str, Any]

    def sentence(self, lang: str) -> str:
        """The finding in words."""
        shown = {name: _Shown(value, lang) for name, value in self.fields.items()}
        return TEMPLATES[self.key][lang != "sv"].format(**shown)


class _Shown:
    """A figure that a template's format writes as the language does: one of `WRITERS`, or a noun of `words.PLURALS`."""

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
    figures = {"before": ties["before"], "after": ties["after"], "new": new}
    out = [Finding("growth" if new else "unchanged", figures)]
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
    actor = max(tables["loss_of_actor"], key=lambda row: row["kronor"], default=None)
    if actor and actor["kronor"]:
        out.append(Finding("actor", {"name": actor["name"], "kronor": actor["kronor"], "n": actor["projects"]}))
    out += [
        Finding("price", {"weight": row["weight"], "price": row["points_per_new_tie"]})
        for row in tables.get("prices", ())
        if row["points_per_new_tie"] is not None
    ]
    return out
