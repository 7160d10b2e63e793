"""The page to read first: what to fill in, in which order, what is required. Texts: domain `template`."""

from __future__ import annotations

from rus_funding.model.schema import TABLES, Column, Table, described
from rus_funding.words import names
from rus_funding.words.language import known, say

# A table stands after those it names.
ORDER = (
    "municipalities", "actors", "strategies", "areas", "categories", "funds", "budgets", "authorisations", "projects",
    "costs", "contributions", "participations", "reach", "links", "eligibility", "rate_limits", "commitments",
    "previous", "booked", "claims", "dependencies", "perspectives", "markings", "mapping",
)  # fmt: skip


def in_order() -> list[Table]:
    """The tables in the order in which they are filled in."""
    return [TABLES[name] for name in ORDER]


def told(lang: str, key: str, **fields: object) -> str:
    """A text of templates."""
    return say(lang, f"template.{key}", **fields)


def intro(lang: str) -> list[str]:
    """What to know before filling in, a line each."""
    return [told(lang, f"intro.{i}") for i in range(6)]


def sentence(text: str) -> str:
    """A description as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def explained(column: Column, lang: str) -> str:
    """A column in a few lines: what it is, what its cells hold, what a blank means."""
    kind = told(lang, f"type.{column.type}")
    if known(f"template.type-of.{column.unit}"):
        kind = told(lang, f"type-of.{column.unit}", type=kind)
    lines = [sentence(described(lang, column.table, column.name)), told(lang, "filled-with", type=kind)]
    if column.choices:
        choices = ", ".join(names.code(lang, choice) for choice in column.choices)
        lines.append(told(lang, "suggestions" if column.type == "text" else "choices", choices=choices))
    if column.references:
        lines.append(told(lang, "referred", table=names.sheet(lang, column.references)))
    if asked(column):
        lines.append(told(lang, "required"))
    else:
        lines.append(told(lang, "if-made" if column.required else "if-blank", value=blank(column, lang)))
    return "\n".join(lines)


def asked(column: Column) -> bool:
    """Whether somebody must fill the column in: an id is made of the name."""
    return column.required and TABLES[column.table].made != column.name


def blank(column: Column, lang: str) -> str:
    """What a blank cell means."""
    if column.default in (None, ""):
        return told(lang, "nothing")
    if isinstance(column.default, bool):
        return names.code(lang, "yes" if column.default else "no")
    if column.type == "choice":
        return names.code(lang, column.default)
    return decimal_sign(f"{column.default:g}", lang) if isinstance(column.default, float) else str(column.default)


def decimal_sign(number: str, lang: str) -> str:
    """A number as people of the language write it: in Swedish with a decimal comma."""
    return number.translate({ord("."): ","}) if lang == "sv" else number


def markdown(lang: str) -> str:
    """The page as Markdown, for a folder of CSV files."""
    lines = [f"# {told(lang, 'title')}", "", *(f"- {line}" for line in intro(lang)), ""]
    heads = [told(lang, f"head.{key}").lower() for key in ("order", "file", "content", "required")]
    lines += [f"| {' | '.join(heads)} |", "|---|---|---|---|"]
    lines.append(f"| 1 | `model.toml` | {told(lang, 'model')} | {told(lang, 'yes')} |")
    for i, table in enumerate(in_order(), 2):
        needed = told(lang, "yes") if table.required else ""
        lines.append(f"| {i} | `{names.sheet(lang, table.name)}.csv` | {described(lang, table.name)} | {needed} |")
    for table in in_order():
        lines += ["", f"## {names.sheet(lang, table.name)}.csv", "", f"{described(lang, table.name)}.", ""]
        lines += [f"| {told(lang, 'head.column')} | |", "|---|---|"]
        for column in table.columns:
            star = r" \*" if asked(column) else ""
            text = explained(column, lang).replace("\n", " ")
            lines.append(f"| `{names.column(lang, table.name, column.name)}`{star} | {text} |")
    return "\n".join(lines) + "\n"
