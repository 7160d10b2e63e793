"""The page to read first, in Swedish: what to fill in, in which order, what is required."""

from __future__ import annotations

from rus_funding.schema import TABLES, Column, Table

TITLE = "Läs mig först"
INTRO = (
    "Fyll i tabellerna i ordning: en tabell får bara nämna id:n som finns i tabellerna den hänvisar till.",
    "Id:n är korta namn för maskinen: a-z, 0-9, - och _. Svensk text skrivs i name.",
    "Belopp är hela kronor (1120000 eller 1 120 000). Andelar skrivs 0,5 eller 50 %.",
    "Tomma celler får det värde som står under Om tomt. Tomma rader hoppas över. Summarader ska inte skrivas in.",
    "source, verified (yes/no) och note får fyllas i överallt; rapporten räknar upp det som inte är kontrollerat.",
    "Kontrollera sedan modellen med: rus-funding check MODELL",
)
TYPES = {
    "id": "id",
    "ids": "id:n med mellanslag",
    "text": "text",
    "choice": "val",
    "kronor": "hela kronor",
    "share": "andel 0–1",
    "number": "tal",
    "integer": "heltal",
    "year": "årtal",
    "flag": "yes/no",
}
UNITS = {"kr": "kr", "points": "poäng", "persons": "personer", "projects": "projekt"}
# A table stands after those it names.
ORDER = (
    "municipalities", "actors", "areas", "categories", "funds", "budgets", "authorisations", "projects", "costs",
    "contributions", "participations", "reach", "links", "eligibility", "rate_limits", "commitments", "dependencies",
)  # fmt: skip


def in_order() -> list[Table]:
    """The tables in the order in which they are filled in."""
    return [TABLES[name] for name in ORDER]


def explained(column: Column) -> str:
    """A column in a few lines of Swedish: what it is, what its cells hold, what a blank means."""
    kind = TYPES[column.type] + (f" ({UNITS[column.unit]})" if column.unit in UNITS and column.unit != "kr" else "")
    lines = [f"{column.beskrivning[:1].upper()}{column.beskrivning[1:]}.", f"Fylls i med: {kind}."]
    if column.choices:
        word = "Förslag" if column.type == "text" else "Val"
        lines.append(f"{word}: {', '.join(column.choices)}.")
    if column.references:
        lines.append(f"Ska finnas i {column.references}.")
    lines.append("Obligatorisk." if column.required else f"Om tomt: {blank(column)}.")
    return "\n".join(lines)


def blank(column: Column) -> str:
    """What a blank cell means, in Swedish."""
    if column.default in (None, ""):
        return "inget"
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    return f"{column.default:g}".replace(".", ",") if isinstance(column.default, float) else str(column.default)


def markdown() -> str:
    """The page as Markdown, for a folder of CSV files."""
    lines = [f"# {TITLE}", "", *(f"- {line}" for line in INTRO), ""]
    lines += ["| ordning | fil | innehåll | obligatorisk |", "|---|---|---|---|"]
    lines.append("| 1 | `model.toml` | Modellens namn, år, policy och mål | ja |")
    for i, table in enumerate(in_order(), 2):
        lines.append(f"| {i} | `{table.name}.csv` | {table.beskrivning} | {'ja' if table.required else ''} |")
    for table in in_order():
        lines += ["", f"## {table.name}.csv", "", f"{table.beskrivning}.", "", "| kolumn | |", "|---|---|"]
        for column in table.columns:
            star = r" \*" if column.required else ""
            text = explained(column).replace("\n", " ")
            lines.append(f"| `{column.name}`{star} | {text} |")
    return "\n".join(lines) + "\n"
