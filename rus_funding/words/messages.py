"""What is said about the input, by code, in English and Swedish: what is wrong, and what to do.

The texts lie in the catalogue (`language`): ``messages.<code>.what`` and ``messages.<code>.remedy`` for
what `validate` finds, the domain `reading` for what the reader says of files and cells, `scenario` for cells of
scenarios. A text names its fields as ``{project}``; a format says how a field is shown:

============  ===================================================================
format        shows
============  ===================================================================
none          as it is: ids, row numbers and years are never parted
``:kr``       ``1620000`` as ``1 620 000 kr`` (Swedish)
``:share``    ``0.8`` as ``0.8`` (English) or ``0,8`` (Swedish)
``:percent``  ``0.976`` as ``97,6 %`` (Swedish)
``:points``   ``3343.68`` as ``3 343,68`` (Swedish)
``:list``     a list as ``a, b, c``, no more than `SHOWN` of them
``:years``    ``[[2026, 100000]]`` as ``2026: 100 000 kr``
``:local``    of ``{"en": "cost", "sv": "kostnad"}`` the language's own
``:sheet``    ``costs`` as ``Kostnader`` (Swedish); several, one by one
``:column``   ``costs.amount`` as ``belopp`` (Swedish); several, one by one
``:code``     ``in_kind`` as ``annat än pengar`` (Swedish); several, one by one
``:place``    where a value must stand: a table, ``actors.type`` as ``Aktörer, typ``, or code words
============  ===================================================================
"""

from __future__ import annotations

import dataclasses
import string
from functools import cache
from typing import TYPE_CHECKING, Any

from rus_funding.errors import ENOUGH, Problem
from rus_funding.kronor import format_kronor
from rus_funding.words import names
from rus_funding.words.numbers import decimal, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LANGUAGES = ("sv", "en")
SHOWN = 8  # items of a list that a message spells out
# What can be solved but deserves a look. All else is an error: nothing is solved until it is mended.
WARNINGS = frozenset({
    "costs_unpayable", "project_short_years", "project_short", "limit_short", "cap_never_binds",
    "least_grant_above_cap", "least_grant_unmeetable", "fund_without_money",
    "fund_pays_nothing", "fund_without_projects", "usable_shares_sum", "reached_caps_sum", "project_without_costs",
    "project_with_few_partners", "area_without_projects", "actors_idle", "limit_without_funds", "limit_unmeetable",
    "unverified", "amount_large", "worth_spread", "money_above_costs", "balance_always_zero", "reach_always_zero",
    "perspective_without_projects", "markings_without_basis", "value_always_zero", "leverage_always_zero",
    "draw_order_always_zero", "spread_of_one_fund", "spread_first", "requires_withdrawn", "income_drawn_late",
    "area_unmapped", "fund_year_missing", "amount_unit", "project_in_thousands", "project_times_thousand", "sums_apart",
    "rate_low", "cap_below_costs", "nothing_closed", "after_closed", "booked_preliminary",
})  # fmt: skip
# Warnings of what was not read: no scenario changes them, and nothing of a model says them again.
UNREAD = frozenset({"unknown_sheet", "unknown_file", "unread_file", "sheet_gone", "column_gone", "hidden"})
# Warnings that a rule or money may be lost for a reader who does not know of them: every answer says them.
SLIPS = UNREAD | {
    "fund_year_missing", "amount_unit", "project_in_thousands", "project_times_thousand", "sums_apart", "rate_low",
    "cap_below_costs",
}  # fmt: skip
MORE = ("reading.more-alike", "reading.mend-cause")


@dataclasses.dataclass(frozen=True)
class Message:
    """What is wrong and what to do, in two languages."""

    severity: str
    en: tuple[str, str]
    sv: tuple[str, str]

    def text(self, language: str, fields: Mapping[str, Any]) -> tuple[str, str]:
        """What is wrong and what to do, with the fields filled in; a missing field raises `KeyError`."""
        what, remedy = self.sv if language == "sv" else self.en
        return filled(language, what, fields), filled(language, remedy, fields)


class _Writer(string.Formatter):
    """Fills fields into a text, with this page's formats."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """One field as text."""
        match format_spec:
            case "kr":
                return format_kronor(value, self.language)
            case "share":
                text = f"{value:.10g}"
                return text.replace(".", ",") if self.language == "sv" else text
            case "percent":
                return percent(value, self.language)
            case "points":
                return decimal(value, self.language)
            case "list":
                return self.several([str(item) for item in value])
            case "years":
                return self.several([f"{year}: {format_kronor(amount, self.language)}" for year, amount in value])
            case "local":
                return str(value[self.language])
            case "sheet" | "column" | "code" | "place":
                items = [value] if isinstance(value, str) else value
                return ", ".join(self.named(format_spec, item) for item in items)
        return str(super().format_field(value, format_spec))

    def named(self, kind: str, item: str) -> str:
        """What a reader of the language calls a sheet, a column, a code word, or the place of a value."""
        table, _, column = item.partition(".")
        match kind:
            case "column":
                return names.column(self.language, table, column)
            case "place":
                return names.place(self.language, item)
            case "code":
                return names.code(self.language, item)
        return names.sheet(self.language, table)

    def several(self, items: Sequence[str]) -> str:
        """Items separated by commas; a long list is cut and says how many are left out."""
        if len(items) <= SHOWN:
            return ", ".join(items)
        shown = {"shown": ", ".join(items[:SHOWN]), "count": len(items) - SHOWN}
        return told(self.language, "reading.and-more", shown)


_WRITERS = {language: _Writer(language) for language in LANGUAGES}


def filled(language: str, text: str, fields: Mapping[str, Any]) -> str:
    """`text` with its fields filled in. What a field holds is never read as a field itself."""
    return _WRITERS[language].vformat(text, (), fields)


def told(language: str, key: str, fields: Mapping[str, Any]) -> str:
    """The catalogue's text `key`, with its fields filled in. An unknown key or a missing field raises `KeyError`."""
    from rus_funding.words.language import form, texts  # late: a sound model needs no words

    forms = texts(language, key.partition(".")[0])[key]
    return filled(language, forms[form(language, fields["count"])] if len(forms) > 1 else forms[0], fields)


@cache
def catalogue() -> Mapping[str, Message]:
    """Every message beyond single cells by its code, errors first."""
    from rus_funding.words.language import texts

    found = {language: texts(language, "messages") for language in LANGUAGES}

    def both(language: str, code: str) -> tuple[str, str]:
        return found[language][f"messages.{code}.what"][0], found[language][f"messages.{code}.remedy"][0]

    codes = dict.fromkeys(key.split(".")[1] for key in found["en"])
    return {
        code: Message("warning" if code in WARNINGS else "error", both("en", code), both("sv", code)) for code in codes
    }


def problem(
    code: str,
    place: str,
    row: int | str | None = None,
    column: str | None = None,
    value: str | None = None,
    **fields: Any,
) -> Problem:
    """The problem `code` at a place, its texts in English and its fields kept for `translated`.

    An unknown code or a missing field raises `KeyError`: that is a fault of ours, not of the input.
    """
    texts = f"messages.{code}.what", f"messages.{code}.remedy"
    what, remedy = (told("en", key, fields) for key in texts)
    severity = "warning" if code in WARNINGS else "error"
    return Problem(code, place, what, remedy, row, column, value, severity, fields, texts)


def capped(problems: Iterable[Problem]) -> list[Problem]:
    """At most `ENOUGH` problems of one kind in one column; one more says how many are left out."""
    counts: dict[tuple[str, str, str | None, str], tuple[int, int]] = {}
    kept = []
    for one in problems:
        kind = (one.code, one.place, one.column, one.severity)
        shown, left = counts.get(kind, (0, 0))
        more = one.fields["count"] if one.texts == MORE else 1
        if shown == ENOUGH or one.texts == MORE:
            counts[kind] = (shown, left + more)
        else:
            counts[kind] = (shown + 1, left)
            kept.append(one)
    return kept + [and_more(*kind, left) for kind, (_, left) in counts.items() if left]


def and_more(code: str, place: str, column: str | None, severity: str, count: int) -> Problem:
    """The problem that stands for `count` more of one kind."""
    what, remedy = (told("en", text, {"count": count}) for text in MORE)
    return Problem(code, place, what, remedy, None, column, None, severity, {"count": count}, MORE)


def translated(found: Problem, language: str) -> Problem:
    """The problem in `language` ("sv" or "en"); one whose texts are not in the catalogue stays in English."""
    if language == "en" or found.texts is None:
        return found
    what, remedy = (told(language, key, found.fields) for key in found.texts)
    return dataclasses.replace(found, what=what, remedy=remedy)


def place_in(place: str, lang: str) -> str:
    """A problem's place as readers of a language say it: files by their names, ``sheet costs`` is ``flik costs``."""
    kind, _, name = place.partition(" ")
    return told(lang, "check.sheet", {"name": name}) if kind == "sheet" and name else place
