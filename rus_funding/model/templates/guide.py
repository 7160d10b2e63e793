"""The page to read first, in Swedish: what to fill in, in which order, what is required. Texts: domain `template`."""

from __future__ import annotations

from rus_funding.model.schema import TABLES, Column, Table
from rus_funding.words.language import known, say

LANG = "sv"  # of templates
# A table stands after those it names.
ORDER = (
    "municipalities", "actors", "strategies", "areas", "categories", "funds", "budgets", "authorisations", "projects",
    "costs", "contributions", "participations", "reach", "links", "eligibility", "rate_limits", "commitments",
    "previous", "booked", "claims", "dependencies", "perspectives", "markings", "mapping",
)  # fmt: skip


def in_order() -> list[Table]:
    """The tables in the order in which they are filled in."""
    return [TABLES[name] for name in ORDER]


def told(key: str, **fields: object) -> str:
    """A text of templates."""
    return say(LANG, f"template.{key}", **fields)


def intro() -> list[str]:
    """What to know before filling in, a line each."""
    return [told(f"intro.{i}") for i in range(6)]


def sentence(text: str) -> str:
    """A description as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def explained(column: Column) -> str:
    """A column in a few lines of Swedish: what it is, what its cells hold, what a blank means."""
    kind = told(f"type.{column.type}")
    if known(f"template.type-of.{column.unit}"):
        kind = told(f"type-of.{column.unit}", type=kind)
    lines = [sentence(column.beskrivning), told("filled-with", type=kind)]
    if column.choices:
        lines.append(told("suggestions" if column.type == "text" else "choices", choices=", ".join(column.choices)))
    if column.references:
        lines.append(told("referred", table=column.references))
    lines.append(told("required") if column.required else told("if-blank", value=blank(column)))
    return "\n".join(lines)


def blank(column: Column) -> str:
    """What a blank cell means, in Swedish."""
    if column.default in (None, ""):
        return told("nothing")
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    return f"{column.default:g}".replace(".", ",") if isinstance(column.default, float) else str(column.default)


def markdown() -> str:
    """The page as Markdown, for a folder of CSV files."""
    lines = [f"# {told('title')}", "", *(f"- {line}" for line in intro()), ""]
    heads = [told(f"head.{key}").lower() for key in ("order", "file", "content", "required")]
    lines += [f"| {' | '.join(heads)} |", "|---|---|---|---|"]
    lines.append(f"| 1 | `model.toml` | {told('model')} | {told('yes')} |")
    for i, table in enumerate(in_order(), 2):
        lines.append(f"| {i} | `{table.name}.csv` | {table.beskrivning} | {told('yes') if table.required else ''} |")
    for table in in_order():
        lines += ["", f"## {table.name}.csv", "", f"{table.beskrivning}.", ""]
        lines += [f"| {told('head.column')} | |", "|---|---|"]
        for column in table.columns:
            star = r" \*" if column.required else ""
            text = explained(column).replace("\n", " ")
            lines.append(f"| `{column.name}`{star} | {text} |")
    return "\n".join(lines) + "\n"
