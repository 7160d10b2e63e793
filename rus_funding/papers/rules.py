"""The binding rules: which they are, and not what they cost. What a sum of more money gives is solved for
(`explanations.gains`): the price of a krona that a solver leaves beside a rule may end after a few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.papers.texts import TEXTS
from rus_funding.words.numbers import kronor, plain_percent
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rus_funding.engine.figures import Figures
    from rus_funding.engine.plan import Rule

MONEY = ("budget", "authorisation", "cap")  # come first
LACKING = {"not_funded", "part_funded", "left_out"}  # what more money or milder rules could mend


def rules(figures: Figures, lang: str, said: Sequence[str] = ()) -> Table:
    """The binding rules as sentences, money first; `said` are sentences about where more money does most good.

    Where every project that may be funded is funded in full no rule costs anything, and none is listed.
    Rules that differ only in one place are one sentence.
    """
    words = TEXTS[lang]
    columns = (Column(words["rule"]),)
    if not any(result.reason in LACKING for result in figures.projects.values()):
        return Table("rules", words["rules"], columns, (), notes=(words["all_funded"],))
    sentences = _Sentences(figures, lang)
    joined: dict[str, tuple[bool, list[str]]] = {}
    for rule in figures.outcome.rules:
        if not sentences.idle(rule):
            subject, frame = sentences.parts(rule)
            joined.setdefault(frame, (rule.label[0] not in MONEY, []))[1].append(subject)
    order = sorted(joined.items(), key=lambda one: (one[1][0], one[0]))
    rows = [
        (frame.format(_listed(sorted(subjects, key=sentences.place.__getitem__), lang)),)
        for frame, (_, subjects) in order
    ]
    notes = (*said, words["binds"] if rows else words["no_rules"])
    return Table("rules", words["rules"], columns, tuple(rows), notes=notes)


def _listed(names: list[str], lang: str, shown: int = 4) -> str:
    """Names in a sentence: ``a, b och c``; a long list is cut and says how many are left out."""
    names = list(dict.fromkeys(names))
    words = TEXTS[lang]
    if len(names) > shown:
        return f"{', '.join(names[:shown])} {words['and_more'].format(count=len(names) - shown)}"
    return f" {words['and']} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


class _Sentences:
    """Rules in words: the one place in which like rules differ (`subject`), and the sentence around it (`frame`)."""

    def __init__(self, figures: Figures, lang: str) -> None:
        self.words, self.lang = TEXTS[lang]["rule_texts"], lang
        self.total = TEXTS[lang]["whole_period"]
        self.figures = figures
        self.paid = {(payment.project, payment.fund) for payment in figures.outcome.payments}
        names = figures.names
        self.fund, self.project = names("funds", "fund"), names("projects", "project")
        self.area, self.actor = names("areas", "area"), names("actors", "actor")
        self.municipality = names("municipalities", "municipality")
        self.perspective = names("perspectives", "perspective")
        tables = (self.fund, self.project, self.area, self.actor, self.municipality, self.perspective)
        self.place = {
            name: i for i, name in enumerate(dict.fromkeys(name for each in tables for name in each.values()))
        }

    def idle(self, rule: Rule) -> bool:
        """Whether the rule presses on nothing: it limits a project that is not funded, or says what was chosen."""
        if rule.label[0] == "viability_max":
            return True
        if rule.label[0] == "least_grant_min":
            return rule.label[1:] not in self.paid
        at = {"rate": 1, "cap": 1, "group_min": 2, "group_max": 2}.get(rule.label[0])
        return at is not None and not self.figures.results[rule.label[at]].share

    def parts(self, rule: Rule) -> tuple[str, str]:
        """Subject and frame; the frame has one ``{}`` for the subject."""
        kind, *ids = rule.label
        parts: Callable[..., dict[str, str]] = getattr(self, f"_{kind}")
        fields = parts(*ids)
        subject = fields.pop("subject")
        # names come from the model's tables: a brace in one must not be read as a field
        fields = {name: text.replace("{", "{{").replace("}", "}}") for name, text in fields.items()}
        return subject, self.words[kind].format(subject="{}", **fields)

    def _limit(self, table: str, key: str, name: str, column: str) -> str:
        return plain_percent(self.figures.column(table, key, column)[name], self.lang)

    def _budget(self, fund: str, year: str) -> dict[str, str]:
        return {"subject": self.fund[fund], "year": year}

    def _authorisation(self, fund: str, year: str) -> dict[str, str]:
        return {"subject": self.fund[fund], "year": year}

    def _rate(self, project: str, fund: str, period: str) -> dict[str, str]:
        rate = self._limit("funds", "fund", fund, "max_rate")
        period = self.total if period == "total" else period
        return {"subject": self.project[project], "fund": self.fund[fund], "period": period, "rate": rate}

    def _cap(self, project: str, fund: str) -> dict[str, str]:
        cap = self.figures.column("funds", "fund", "max_per_project")[fund]
        return {"subject": self.project[project], "fund": self.fund[fund], "cap": kronor(cap, self.lang)}

    def _least_grant_min(self, project: str, fund: str) -> dict[str, str]:
        amounts = self.figures.amounts
        least = int(amounts.least_grant[amounts.index.funds.position[fund]])
        return {"subject": self.project[project], "fund": self.fund[fund], "least": kronor(least, self.lang)}

    def _group_min(self, limit: str, project: str) -> dict[str, str]:
        rate = self._limit("rate_limits", "limit", limit, "min_rate")
        return {"subject": self.project[project], "limit": limit, "rate": rate}

    def _group_max(self, limit: str, project: str) -> dict[str, str]:
        rate = self._limit("rate_limits", "limit", limit, "max_rate")
        return {"subject": self.project[project], "limit": limit, "rate": rate}

    def _area_floor(self, area: str) -> dict[str, str]:
        return {"subject": self.area[area], "share": self._limit("areas", "area", area, "floor_share")}

    def _area_cap(self, area: str) -> dict[str, str]:
        return {"subject": self.area[area], "share": self._limit("areas", "area", area, "cap_share")}

    def _diversification(self, fund: str) -> dict[str, str]:
        return {"subject": self.fund[fund], "share": self._limit("funds", "fund", fund, "max_share")}

    def _territorial(self, municipality: str) -> dict[str, str]:
        share = plain_percent(self.figures.model.policy.municipality_floor, self.lang)
        return {"subject": self.municipality[municipality], "share": share}

    def _participation(self, actor: str) -> dict[str, str]:
        least = self.figures.column("actors", "actor", "min_projects")[actor]
        return {"subject": self.actor[actor], "least": f"{least:g}"}

    def _perspective(self, perspective: str) -> dict[str, str]:
        share = self._limit("perspectives", "perspective", perspective, "floor_share")
        return {"subject": self.perspective[perspective], "share": share}

    def _commitment(self, project: str, fund: str, year: str, kind: str) -> dict[str, str]:
        done = TEXTS[self.lang]["commitment_kinds"][kind]
        return {"subject": self.project[project], "fund": self.fund[fund], "year": year, "kind": done}

    def _requires(self, project: str, other: str) -> dict[str, str]:
        return {"subject": self.project[project], "other": self.project[other]}

    def _excludes(self, project: str, other: str) -> dict[str, str]:
        return {"subject": self.project[project], "other": self.project[other]}

    def _viability_min(self, project: str) -> dict[str, str]:
        amounts = self.figures.amounts
        least = float(amounts.min_share[amounts.index.projects.position[project]])
        return {"subject": self.project[project], "share": plain_percent(least, self.lang)}

    def _viability_max(self, project: str) -> dict[str, str]:
        return {"subject": self.project[project]}

    def _indivisible(self, project: str) -> dict[str, str]:
        return {"subject": self.project[project]}
