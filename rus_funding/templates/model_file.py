"""What the model file says, key by key, and how it is written: `model.toml`, or the workbook's sheet `model`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

OBJECTIVES = ("value", "draw_order", "balance", "reach", "funded", "leverage", "spread")


class Key(NamedTuple):
    """A key of the model file: its section ("" is the top), what it is and what it starts as."""

    section: str
    name: str
    required: bool
    description: str
    beskrivning: str
    default: Any


KEYS = (
    Key("", "name", True, "the model's id", "modellens id: a-z, 0-9, - och _", ""),
    Key("", "title", False, "title in reports", "rubrik i rapporter", ""),
    Key("", "source", False, "where the figures come from", "varifrån siffrorna kommer", ""),
    Key("", "years", True, "the years, in order", "åren i ordning, till exempel 2026, 2027, 2028", ()),
    Key("", "locale", False, "language of the reports", "rapporternas språk", "sv_SE"),
    Key("", "currency", False, "currency", "valuta", "SEK"),
    Key("policy", "collaboration_weight", False, "points for one new tie between strangers",
        "poäng för en ny samverkan mellan aktörer som inte samverkar i dag", 0),
    Key("policy", "municipality_floor", False, "every municipality's least share of an even spread, 0 to 1",
        "minsta andel av en jämn fördelning per invånare som varje kommun får, 0 till 1", 0),
    Key("policy", "min_partners", False, "actors a project must have, its lead counted",
        "så många aktörer ett projekt måste ha, projektägaren inräknad", 0),
    Key("objective", "objective", False, "`name`, `tolerance` (share of its optimum given up later), in order",
        "ett mål i varje rad, i viktighetsordning; till höger den andel av optimum som senare mål får ge upp",
        ("value", "draw_order")),
)  # fmt: skip


def model_id(text: str) -> str:
    """A model id made of any text.

    >>> model_id("Örebro RUS 2026")
    'orebro-rus-2026'
    """
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_") or "modell"


def values(name: str, example: bool) -> dict[str, Any]:
    """What each key at the top and in the policy starts as."""
    out = {key.name: key.default for key in KEYS if key.section != "objective"}
    out["name"] = model_id(name)
    if example:
        out |= {"title": "Exempel att skriva över", "source": "Påhittade siffror", "years": (2026, 2027)}
    return out


def toml(name: str, example: bool) -> str:
    """The text of `model.toml`, with a Swedish comment at each key."""
    start = values(name, example)
    lines = ["# Modellfilen. Rader som börjar med # är kommentarer. Obligatoriskt: name och years.", ""]
    section = ""
    for key in (key for key in KEYS if key.section != "objective"):
        if key.section != section:
            section = key.section
            lines += ["", f"[{section}]"]
        lines.append(f"{key.name} = {_toml_value(start[key.name])}  # {key.beskrivning}")
    lines += [
        "",
        "# Målen löses i ordning; vart och ett behålls vid sitt optimum när nästa löses (tolerance = så stor andel",
        f"# av optimum som får ges upp). Att välja bland: {', '.join(OBJECTIVES)}.",
    ]
    for objective in ("value", "draw_order"):
        lines += ["", "[[objective]]", f'name = "{objective}"']
    return "\n".join(lines) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(str(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
