"""The reference pages rendered from data: `docs/tables.md` (the schema) and `docs/problems.md` (the messages)."""

from __future__ import annotations

import re
from pathlib import Path

from rus_funding.model.model import OBJECTIVES
from rus_funding.model.schema import COMMON, TABLES, Column, Table
from rus_funding.model.templates.model_file import KEYS
from rus_funding.words import names
from rus_funding.words.messages import catalogue

TYPES = {
    "id": "a name for machines: `a-z`, `0-9`, `_`, `-`, beginning with a letter or digit, or a row's name",
    "ids": "several ids, separated by a space, or names, separated by `;`",
    "text": "anything",
    "choice": "one of the choices",
    "kronor": "whole kronor, 0 or more: `1120000`, `1 120 000`, `1120000,00`",
    "share": "0 to 1: `0.5`, `0,5`, `50 %`",
    "number": "0 or more, with a decimal point or comma",
    "integer": "a whole number, 0 or more",
    "year": "four digits; one of the model's years unless the column says otherwise",
    "flag": "`yes` (ja) or `no` (nej)",
}

STAR = "\\*"

HEAD = """# Input tables

This page is rendered from `rus_funding/model/schema.py`; a test fails where they differ.

A model is a folder with `model.toml` and a CSV file for each table, or a workbook with a sheet for each table and a
sheet `model`. Every sheet, file, column and code word has an English and a Swedish name, in brackets below: either is
read, in one model too, whatever the case, with or without the marks on its letters, with spaces or underscores. Data
frames, scenario files and `model.toml` have the English ones.

Files are read as a Swedish Excel saves them: UTF-8 with or without a byte order mark, or cp1252; separator `;` or
`,`; decimal comma or point. Rows blank in every cell are skipped. Columns marked \\* are required; a blank cell
elsewhere takes the default. `rus-funding new` writes templates, `rus-funding check` reads a model and reports every
problem at once.

A cell that names a row of another table holds its id or its `name`, case, marks and spaces apart; a name that is
only near, or that several rows bear, is an error that lists what may be meant. The id of a row may be left out: it
is made of the name (`Kumla kommun`: `kumla-kommun`) and stays when rows move. What an id's column holds and is no
id (`PL20/01/VII`) is a name as well, and stands for the name where that column is left out.
"""


SHEET = """In a workbook, the sheet `model` ({model}) holds a `key` ({key}) and its `value` ({value}) in each row, more
values to the right; keys may be the Swedish ones in brackets.
"""


def page() -> str:
    """The whole page, in Markdown."""
    types = ["| type | a cell holds |", "|---|---|", *(f"| {name} | {text} |" for name, text in TYPES.items())]
    overview = ["| table | holds | key | required |", "|---|---|---|---|", *(_line(table) for table in TABLES.values())]
    common = [*_head(), *(_row(column) for column in COMMON)]
    parts = [
        HEAD,
        "## Types\n",
        "\n".join(types) + "\n",
        "## The model file\n",
        SHEET.format(model=names.sheet("sv", "model"), key=names.key("sv", "key"), value=names.key("sv", "value")),
        "\n".join(_model_file()) + "\n",
        "## Tables\n",
        "\n".join(overview) + "\n",
        "Every table also accepts these; a report lists rows that are not `verified = yes` (blank: never checked):\n",
        "\n".join(common) + "\n",
        *(_table(table) for table in TABLES.values()),
    ]
    return "\n".join(parts)


def _model_file() -> list[str]:
    rows = ["| key in `model.toml` | default | description |", "|---|---|---|"]
    for key in KEYS:
        name, start, text = key.name, "" if key.required else key.default, key.description
        if key.section == "policy":
            name = f"policy.{name}"
        elif key.section == "objective":
            listed = ", ".join(_coded(one) for one in OBJECTIVES)
            name, start, text = "[[objective]]", ", ".join(key.default), f"{text}: {listed}"
        swedish = names.key("sv", key.name)
        rows.append(f"| `{name}`{STAR if key.required else ''} ({swedish}) | {start} | {text} |")
    return rows


def _line(table: Table) -> str:
    key = ", ".join(f"`{column}`" for column in table.key)
    swedish = names.sheet("sv", table.name)
    needed = "yes" if table.required else ""
    return f"| [`{table.name}`](#{table.name}) ({swedish}) | {table.description} | {key} | {needed} |"


def _table(table: Table) -> str:
    common = {column.name for column in COMMON}
    rows = [_row(column) for column in table.columns if column.name not in common]
    swedish = names.sheet("sv", table.name)
    return "\n".join([f"## {table.name}\n", f"{table.description}. In Swedish: {swedish}.\n", *_head(), *rows, ""])


def _head() -> list[str]:
    return ["| column | type | unit | default | description |", "|---|---|---|---|---|"]


def _row(column: Column) -> str:
    star = STAR if column.required else ""
    type_ = f"[{column.references}](#{column.references}) {column.type}" if column.references else column.type
    swedish = names.column("sv", column.table, column.name)
    return (
        f"| `{column.name}`{star} ({swedish}) | {type_} | {column.unit} | {default(column)} | {description(column)} |"
    )


def default(column: Column) -> str:
    """What a blank cell means, as people write it; nothing where it means nothing."""
    if column.required or column.default in (None, ""):
        return ""
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    return f"{column.default:g}" if isinstance(column.default, float) else str(column.default)


def description(column: Column) -> str:
    """The description with its choices, and with what the cell names where that depends on the row."""
    text = column.description
    if column.choices:
        listed = ", ".join(_coded(choice) for choice in column.choices)
        text += f" ({listed}{', or other text' if column.type == 'text' else ''})"
    if set(column.by) == {""}:
        text += f" (as in `{column.by['']}`)"
    elif column.by:
        text += "; by " + ", ".join(f"`{kind}`: {_where(where)}" for kind, where in column.by.items())
    if column.any_year:
        text += " (any year)"
    return text


def _coded(choice: str) -> str:
    swedish = names.code("sv", choice)
    return f"`{choice}`" if swedish == choice else f"`{choice}` ({swedish})"


def _where(where: str | tuple[str, ...]) -> str:
    return f"in `{where}`" if isinstance(where, str) else " or ".join(f"`{choice}`" for choice in where)


PROBLEMS = """# Problems

This page is rendered from `rus_funding/words/messages.py`; a test fails where they differ.

What `rus-funding check` finds beyond single cells, by its code (`--json`, `Problem.code`). Words in braces are filled
in. Nothing is solved while there is an error; a warning does not stop. What is wrong with a cell, a file or the model
file is said where it is found, and needs no list.
"""


def problems_page() -> str:
    """The page of what `check` can find beyond single cells, in Markdown."""
    parts = [PROBLEMS]
    for severity, title in (("error", "Errors"), ("warning", "Warnings")):
        found = [(code, message) for code, message in catalogue().items() if message.severity == severity]
        parts += [f"## {title}\n", "| code | what | what to do |", "|---|---|---|"]
        parts += [f"| `{code}` | {_plain(message.en[0])} | {_plain(message.en[1])} |" for code, message in found]
        parts.append("")
    return "\n".join(parts)


def _plain(text: str) -> str:
    """A text without the formats of its fields."""
    return re.sub(r"\{(\w+)[^}]*\}", r"{\1}", text)


def write(docs: Path) -> None:
    """Write both pages anew."""
    for name, text in (("tables.md", page()), ("problems.md", problems_page())):
        (docs / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "docs")
