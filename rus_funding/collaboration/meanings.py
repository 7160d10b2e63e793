"""What each table of `indicators` says, in one line, and what its columns are called."""

from __future__ import annotations

from rus_funding.words.language import phrases


def title(table: str, lang: str) -> str:
    """What the table is called."""
    found: str = phrases(lang, "network")["tables"][table]["title"]
    return found


def meaning(table: str, lang: str) -> str:
    """What the table says, in one line."""
    found: str = phrases(lang, "network")["tables"][table]["meaning"]
    return found


def heading(column: str, lang: str) -> str:
    """What the column is called."""
    found: str = phrases(lang, "network")["columns"][column]
    return found


def value(column: str, code: str, lang: str) -> str:
    """A value as a reader says it; codes of other columns stay as they are."""
    if column not in {"measure", "scope", "border"}:
        return code
    found: str = phrases(lang, "network")["values"][code]
    return found
