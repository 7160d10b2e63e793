"""Rules, names and amounts in words: what every explanation's sentences are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.explanations.changes import least_share, standing
from rus_funding.explanations.rule_names import worded
from rus_funding.words import numbers
from rus_funding.words.language import known, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rus_funding.explanations.needs import Extra
    from rus_funding.model.model import FundingModel
    from rus_funding.program.linear import Label

WHOLE = 100  # points from which decimals are noise to a reader
SHOWN = 4  # names in a sentence before the rest is only counted
KEYS = {
    "projects": "project",
    "funds": "fund",
    "areas": "area",
    "actors": "actor",
    "municipalities": "municipality",
    "rate_limits": "limit",
    "perspectives": "perspective",
}


class Words:
    """One model's rules in one language. Labels may lack their years, as `causes` cuts them."""

    def __init__(self, model: FundingModel, lang: str) -> None:
        """Reads names and limits from the model's tables when asked."""
        self.model, self.lang = model, lang
        self._rows: dict[str, dict[str, dict[str, Any]]] = {}

    def say(self, key: str, **fields: Any) -> str:
        """A text of this domain."""
        return say(self.lang, f"explain.{key}", **fields)

    def row(self, table: str, name: str) -> dict[str, Any]:
        """A row of a key table as plain values."""
        if table not in self._rows:
            rows = self.model[table]
            columns = list(rows.columns)
            lines = zip(*(rows[column].tolist() for column in columns), strict=True)
            records = [dict(zip(columns, line, strict=True)) for line in lines]
            self._rows[table] = {record[KEYS[table]]: record for record in records}
        return self._rows[table][name]

    def name(self, table: str, name: str) -> str:
        """A name as sentences have it: projects in quotation marks."""
        text = str(self.row(table, name)["name"])
        return self.say("quoted", name=text) if table == "projects" else text

    def bare(self, table: str, name: str) -> str:
        """A name as tables have it."""
        return str(self.row(table, name)["name"])

    def names(self, table: str, names: Iterable[str], shown: int = SHOWN) -> list[str]:
        """Names for a list; of many the first, and how many more."""
        return self.cut([self.name(table, name) for name in names], shown)

    def cut(self, items: Sequence[str], shown: int = SHOWN) -> list[str]:
        """The first of many, and how many more."""
        if len(items) <= shown + 1:
            return list(items)
        return [*items[:shown], self.say("more", count=len(items) - shown)]

    def points(self, points: float) -> str:
        """Points as sentences have them: whole ones where there are a hundred or more."""
        return numbers.decimal(points, self.lang, 0 if abs(points) >= WHOLE else 2)

    def that(self, rules: Iterable[Label], project: str) -> list[str]:
        """Rules as that-clauses: *att högst 15 % av kronorna får gå till området …*, each once."""
        said = (self.say(f"rule.{worded(self.model, rule[0])}{_of_all(rule)}", **self._fields(rule, project))
                for rule in rules)  # fmt: skip
        return list(dict.fromkeys(said))

    def extras(self, extra: Sequence[Extra]) -> list[str]:
        """Kronor that are lacking: by fund and year, or by fund where there are many."""
        if len(extra) < SHOWN:
            return [
                self.say("extra", kronor=one.kronor, fund=self.name("funds", one.fund), year=one.year) for one in extra
            ]
        sums: dict[str, list[Extra]] = {}
        for one in extra:
            sums.setdefault(one.fund, []).append(one)
        return [
            self.say(
                "extra-years",
                kronor=sum(one.kronor for one in mine),
                fund=self.name("funds", fund),
                years=[str(one.year) for one in mine],
            )
            for fund, mine in sums.items()
        ]

    def _fields(self, rule: Label, project: str) -> dict[str, Any]:
        kind, *ids = rule
        match kind:
            case "rate" | "cap" | "commitment":
                fund = self.row("funds", ids[1] if len(ids) > 1 else ids[0])  # of one project, or of all
                return {
                    "fund": fund["name"],
                    "rate": fund["max_rate"],
                    "cap": _whole(fund["max_per_project"]),
                    "project": self._whose(ids[0], project) if len(ids) > 1 else "",
                }
            case "group_min" | "group_max":
                row = self.row("rate_limits", ids[0])
                whose = self._whose(ids[1], project) if len(ids) > 1 else ""
                rate = row["min_rate" if kind == "group_min" else "max_rate"]
                return {"group": self._group(row["by"], row["value"]), "rate": rate, "project": whose}
            case "area_floor" | "area_cap" | "beyond":
                area = self.row("areas", ids[0])
                return {
                    "area": area["name"], "floor": area["floor_share"], "cap": area["cap_share"],
                    "target": area["target"], "beyond": area["beyond"],
                }  # fmt: skip
            case "diversification" | "budget" | "authorisation":
                fund = self.row("funds", ids[0])
                return {"fund": fund["name"], "share": fund["max_share"]}
            case "territorial":
                share = self.model.policy.municipality_floor
                return {"municipality": self.name("municipalities", ids[0]), "share": share}
            case "perspective":
                perspective = self.row("perspectives", ids[0])
                return {"perspective": perspective["name"], "floor": perspective["floor_share"]}
            case "participation":
                actor = self.row("actors", ids[0])
                return {"actor": actor["name"], "least": actor["min_projects"], "count": actor["min_projects"]}
            case "requires" | "excludes":
                return {"project": self.name("projects", ids[0]), "other": self.name("projects", ids[1])}
            case "viability_min":
                return {"project": self.name("projects", ids[0]), "share": least_share(self.model, ids[0])}
            case "least_grant_min":  # a fund's, or of one project
                least = int(standing(self.model, ("least_grant", ids[-1])))
                return {"fund": self.name("funds", ids[-1]), "least": least}
            case "indivisible" | "committed" | "required":
                return {"project": self.name("projects", ids[0])}
        return {}

    def _whose(self, of: str, project: str) -> str:
        return self.say("its") if of == project else self.name("projects", of)

    def _group(self, by: str, value: str) -> str:
        if by == "fund":
            return str(self.row("funds", value)["name"])
        key = f"group.{by}.{value}"
        return self.say(key) if known(f"explain.{key}") else self.say("group.other", value=value)


def _of_all(rule: Label) -> str:
    """What marks the words of a rule that holds for every project: a fund's rate or cap, a limit on a group."""
    kind, *ids = rule
    return ".all" if kind in {"rate", "cap", "group_max", "group_min"} and len(ids) == 1 else ""


def _whole(kronor: float) -> int:
    """Kronor that a table holds as a float; 0 where it is blank."""
    return int(kronor) if kronor == kronor else 0
