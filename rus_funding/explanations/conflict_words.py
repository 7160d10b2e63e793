"""A conflict in sentences: the rules as they stand, the sum that does not add up, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rus_funding.explanations.changes import dial, least_share, standing
from rus_funding.explanations.conflict import conflict
from rus_funding.explanations.rule_names import REACHED, SOMETHING, held, partners, rule_of, worded
from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.words.language import LANGUAGES, listed, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rus_funding.explanations.conflict import Conflict
    from rus_funding.explanations.money_balance import Balance, Item
    from rus_funding.explanations.rule_names import Name
    from rus_funding.explanations.ways_out import Change, Repair
    from rus_funding.model.model import FundingModel

NAMED = 3  # projects or municipalities of a rule that are named
OF = {  # ids of a rule's name by what they are
    "budget": ("fund", "year"), "authorisation": ("fund", "year"), "rate": ("fund",), "cap": ("fund",),
    "least_grant": ("fund",), "diversification": ("fund",), "group_min": ("limit",), "group_max": ("limit",),
    "area_floor": ("area",), "area_cap": ("area",), "perspective": ("perspective",), "participation": ("actor",),
    "commitment": ("project", "fund", "year", "kind"), "requires": ("project", "other"),
    "excludes": ("project", "other"),
}  # fmt: skip
TABLE = {"fund": "funds", "area": "areas", "actor": "actors", "project": "projects", "other": "projects",
         "perspective": "perspectives"}  # fmt: skip


class Names:
    """What the ids of a model are called."""

    def __init__(self, model: FundingModel) -> None:
        self.model = model
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, table: str, name: str) -> str:
        """The name of a row of `table`."""
        if table not in self._known:
            rows = self.model[table]
            key = next(iter(rows.columns))
            self._known[table] = dict(zip(rows[key].tolist(), rows["name"].tolist(), strict=True))
        return self._known[table][name]

    def of(self, rule: Name) -> dict[str, Any]:
        """The fields of a rule's name: names for ids, years as numbers."""
        kinds = OF.get(rule[0], ("project",))
        out: dict[str, Any] = {}
        for kind, part in zip(kinds, rule[1:], strict=False):
            if kind in TABLE:
                out[kind] = self(TABLE[kind], part)
            else:
                out[kind] = int(part) if kind == "year" else part
        return out

    def cell(self, table: str, key: str, name: str, column: str) -> Any:
        """A cell of a table by id."""
        rows = self.model[table]
        return rows[column].tolist()[rows[key].tolist().index(name)]

    def group(self, limit: str, lang: str) -> str:
        """The funds that a group rate speaks of."""
        by, value = (str(self.cell("rate_limits", "limit", limit, column)) for column in ("by", "value"))
        if by == "fund":
            return self("funds", value)
        return say(lang, "conflict.group.level", level=value) if by == "level" else say(lang, f"conflict.group.{value}")


def rule_sentence(model: FundingModel, rule: Name, lang: str, names: Names | None = None) -> str:
    """A rule as it stands in the model, as a sentence. For every kind of rule in `rule_names`."""
    called = names or Names(model)
    kind, fields = rule[0], called.of(rule)
    at = dial(rule)
    if at is not None:
        number = standing(model, rule)
        fields |= {"share": number, "amount": int(number), "count": int(number)}
    match kind:
        case "budget" if not fields["amount"]:
            kind = "no_budget"
        case "rate":
            basis, base = (called.cell("funds", "fund", rule[1], c) for c in ("rate_basis", "rate_base"))
            fields["base"] = say(lang, f"conflict.base.{base}")
            kind = f"rate-{basis}"
        case "group_min" | "group_max":
            fields["group"] = called.group(rule[1], lang)
        case "commitment":
            kind = f"commitment-{rule[4]}"
        case "committed" | "required":
            fields["cost"] = cost(model, rule[1])
        case "partnership":
            fields |= {"count": partners(model, rule[1]), "least": model.policy.min_partners}
        case "min_share":
            fields["share"] = least_share(model, rule[1])
    return say(lang, f"conflict.rule.{worded(model, kind)}", **fields)


def cost(model: FundingModel, project: str) -> int:
    """What a project costs in all, kronor."""
    index = Index(model)
    return int(Amounts(model, index).total[index.projects.position[project]])


def change_words(model: FundingModel, change: Change, lang: str, names: Names | None = None) -> str:
    """A change of a rule as an instruction, without capital letter and full stop."""
    called = names or Names(model)
    kind, fields = change.rule[0], called.of(change.rule)
    if change.old is not None and change.new is not None:
        at = dial(change.rule)
        old, new = (
            (change.old, change.new) if at is not None and at.unit == "share" else (int(change.old), int(change.new))
        )
        fields |= {"old": old, "new": new, "by": abs(new - old)}
    if kind == "commitment":
        kind = f"commitment-{change.rule[4]}"
    return say(lang, f"conflict.change.{kind}", **fields)


def _is_share(rule: Name) -> bool:
    at = dial(rule)
    return at is not None and at.unit == "share"


def rules_said(model: FundingModel, found: Conflict, lang: str) -> list[str]:
    """Each rule of the conflict as a sentence, with the projects or municipalities where it presses."""
    names = Names(model)
    return [
        " ".join([rule_sentence(model, rule, lang, names), *_where(found, rule, names, lang)]) for rule in found.rules
    ]


def _where(found: Conflict, rule: Name, names: Names, lang: str) -> list[str]:
    place = {
        "rate": ("projects", 1),
        "cap": ("projects", 1),
        "group_min": ("projects", 2),
        "group_max": ("projects", 2),
    }
    table, at = place.get(rule[0], ("municipalities", 1))
    if rule[0] not in {*place, "municipality_floor"}:
        return []
    ids = sorted({label[at] for label in found.rows if rule_of(label) == rule})
    if not 0 < len(ids) <= NAMED:
        return []
    return [say(lang, "conflict.where", names=[names(table, one) for one in ids])]


def sum_said(model: FundingModel, found: Balance, lang: str) -> list[str]:
    """What must be paid, what may pay it, and what is lacking."""
    names = Names(model)

    def items(some: Iterable[Item]) -> list[str]:
        return [_item(model, item, names, lang) for item in some]

    limits = (
        say(lang, "conflict.limits", items=items(found.limits)) if found.limits else say(lang, "conflict.limits-none")
    )
    return [
        say(lang, "conflict.needs", items=items(found.needs)),
        limits,
        say(lang, "conflict.short", short=found.short),
    ]


def _item(model: FundingModel, item: Item, names: Names, lang: str) -> str:
    kind, *ids = item.label
    if kind == "cost":
        fields = {"project": names("projects", ids[0]), "year": int(ids[1])}
        return say(lang, "conflict.item.cost", **fields, kronor=item.kronor)
    rule = rule_of(item.label)
    assert rule is not None  # noqa: S101  every other item is a rule's row
    fields = {**names.of(rule), "kronor": item.kronor}
    if kind in {"rate", "group_min", "group_max"}:
        fields["share"] = standing(model, rule)
    if kind in {"group_min", "group_max"}:
        fields |= {"group": names.group(rule[1], lang), "project": names("projects", ids[1])}
    if kind == "rate":
        kind = "rate-total" if ids[2] == "total" else "rate-year"
        fields |= {"year": ids[2]}
    return say(lang, f"conflict.item.{kind}", **fields)


def repair_said(model: FundingModel, repair: Repair, lang: str, key: str) -> str:
    """A way out as one sentence; `key` is "cheapest", "other" or "dropping"."""
    names = Names(model)
    steps = listed(lang, [change_words(model, change, lang, names) for change in repair.changes])
    fields: dict[str, Any] = {} if repair.kronor is None else {"kronor": repair.kronor}
    return say(lang, f"conflict.{key}", steps=f"{steps}.", **fields)


def repairs_said(model: FundingModel, found: Conflict, lang: str) -> list[str]:
    """The ways out, the cheapest first, and what makes their amounts exact."""
    lines = []
    for i, repair in enumerate(found.repairs):
        key = "dropping" if repair.kronor is None else "other" if i else "cheapest"
        if repair.kronor is not None and any(_is_share(change.rule) for change in repair.changes):
            key = "way" if found.nothing else f"{key}-share"
        lines.append(repair_said(model, repair, lang, key))
    numbers = [repair for repair in found.repairs if repair.kronor is not None]
    if numbers and all(repair.exact for repair in numbers):
        lines.append(say(lang, "conflict.exact"))
    return lines or [say(lang, "conflict.no-way")]


def conflict_report(model: FundingModel, lang: str, found: Conflict | None = None) -> list[tuple[str, list[str]]]:
    """Sections (title, sentences) that say why a model has no plan, ready for `report.printing.section`.

    `found` is the model's conflict where it is known already. A model with a plan gives one section that says so.
    """
    found = found or conflict(model)
    if found is None:
        return [(say(lang, "conflict.free-title"), [say(lang, "conflict.free")])]
    return [
        (say(lang, "conflict.title"), why(model, found, lang)),
        (say(lang, "conflict.out"), repairs_said(model, found, lang)),
    ]


def why(model: FundingModel, found: Conflict, lang: str) -> list[str]:
    """The rules in conflict, and the sum where there is one."""
    lines = [say(lang, "conflict.nothing")] if found.nothing else []
    lines.append(say(lang, "conflict.lead", count=len(found.rules)))
    lines += [f"• {sentence}" for sentence in rules_said(model, found, lang)]
    lines += _facts(model, found, lang)
    if len(found.rules) > 1:
        lines.append(say(lang, "conflict.smallest" if found.smallest else "conflict.irreducible"))
    if found.whole and not any(rule[0] == "least_grant" for rule in found.rules):
        lines.append(say(lang, "conflict.whole"))
    lines += [] if found.balance is None else sum_said(model, found.balance, lang)
    return [*lines, say(lang, "conflict.more")] if found.more else lines


def _facts(model: FundingModel, found: Conflict, lang: str) -> list[str]:
    """What stands against a rule that is in conflict with no other: the costs, the projects there are."""
    rules = [rule for rule in found.rules if rule not in {SOMETHING, REACHED}]
    if len(rules) != 1:
        return []
    kind, *ids = rules[0]
    names, index = Names(model), Index(model)
    if kind == "commitment":
        project, fund, year, _ = ids
        return [
            say(lang, "conflict.fact.payable", **names.of(rules[0]), kronor=payable(model, project, fund, int(year)))
        ]
    barred = {name[1] for name, share in held(model) if not share}
    if kind == "participation":
        projects, actors = index.takes_part
        mine = [index.projects.ids[p] for p in projects[actors == index.actors.position[ids[0]]].tolist()]
        return [say(lang, "conflict.fact.projects", actor=names("actors", ids[0]), count=len({*mine} - barred))]
    if kind == "area_floor":
        return [say(lang, "conflict.fact.area", area=names("areas", ids[0]))]
    if kind == "perspective":
        return [say(lang, "conflict.fact.perspective", perspective=names("perspectives", ids[0]))]
    return []


def payable(model: FundingModel, project: str, fund: str, year: int) -> int:
    """The costs of a project in a year that a fund may pay, kronor."""
    index = Index(model)
    amounts = Amounts(model, index)
    p, f, t = index.projects.position[project], index.funds.position[fund], index.years.position[year]
    return int(amounts.by_category[p, :, t][index.may_pay[f]].sum()) if index.may_fund[p, f] else 0


def in_short(model: FundingModel, solves: int = 15) -> dict[str, str]:
    """One paragraph by language: the rules in conflict, what is lacking, and the ways out. Empty where there is a plan.

    `solves` bounds the work, see `conflict`.
    """
    found = conflict(model, solves)
    return {} if found is None else {lang: _paragraph(model, found, lang) for lang in LANGUAGES}


def _paragraph(model: FundingModel, found: Conflict, lang: str) -> str:
    parts = [say(lang, "conflict.lead", count=len(found.rules)), *rules_said(model, found, lang)]
    parts += [] if found.balance is None else [say(lang, "conflict.short", short=found.balance.short)]
    parts += [say(lang, "conflict.more")] if found.more else []
    return " ".join([*parts, *repairs_said(model, found, lang)])
