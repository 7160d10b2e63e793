"""What the model file says, key by key, and how it is written: `model.toml`, or the workbook's sheet `model`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from rus_funding.model.model import OBJECTIVES
from rus_funding.model.schema import described
from rus_funding.words.language import say


class Key(NamedTuple):
    """A key of the model file: its section ("" is the top), what it is and what it starts as."""

    section: str
    name: str
    required: bool
    default: Any

    @property
    def coded(self) -> bool:
        """Whether its value is one of some code words."""
        return self.name in {"keep", "share_base", "objective"}

    @property
    def description(self) -> str:
        """What it says, in English."""
        return described("en", "model", self.name)

    @property
    def beskrivning(self) -> str:
        """The same in Swedish."""
        return described("sv", "model", self.name)


KEYS = (
    Key("", "name", True, ""),
    Key("", "title", False, ""),
    Key("", "source", False, ""),
    Key("", "years", True, ()),
    Key("", "locale", False, "sv_SE"),
    Key("", "currency", False, "SEK"),
    Key("", "decider", False, ""),
    Key("", "strategy", False, ""),
    Key("", "closed_through", False, ""),
    Key("policy", "collaboration_weight", False, 0),
    Key("policy", "municipality_floor", False, 0),
    Key("policy", "min_partners", False, 0),
    Key("policy", "min_share", False, 0),
    Key("policy", "min_grant", False, 0),
    Key("policy", "keep", False, ""),
    Key("policy", "share_base", False, "funded"),
    Key("objective", "objective", False, ("value", "draw_order")),
)


def model_id(text: str) -> str:
    """A model id made of any text.

    >>> model_id("Örebro RUS 2026")
    'orebro-rus-2026'
    """
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_") or "modell"


def values(name: str, example: bool, lang: str) -> dict[str, Any]:
    """What each key at the top and in the policy starts as."""
    out = {key.name: key.default for key in KEYS if key.section != "objective"}
    out["name"] = model_id(name)
    if example:
        out |= {"title": _told(lang, "example.title"), "source": _told(lang, "example.source"), "years": (2026, 2027)}
    return out


def toml(name: str, example: bool, lang: str) -> str:
    """The text of `model.toml`, with a comment at each key."""
    start = values(name, example, lang)
    lines = [f"# {_told(lang, 'toml')}", ""]
    section = ""
    for key in (key for key in KEYS if key.section != "objective"):
        if key.section != section:
            section = key.section
            lines += ["", f"[{section}]"]
        lines.append(f"{key.name} = {_toml_value(start[key.name])}  # {described(lang, 'model', key.name)}")
    lines += [
        "",
        f"# {_told(lang, 'objectives.0')}",
        f"# {_told(lang, 'objectives.1', names=', '.join(OBJECTIVES))}",
    ]
    for objective in ("value", "draw_order"):
        lines += ["", "[[objective]]", f'name = "{objective}"']
    return "\n".join(lines) + "\n"


def _told(lang: str, key: str, **fields: object) -> str:
    return say(lang, f"template.{key}", **fields)


def _toml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(str(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
