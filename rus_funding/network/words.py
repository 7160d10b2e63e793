"""Words of the pictures and tables, in Swedish and English; numbers as each language writes them."""

from __future__ import annotations

from rus_funding.kronor import NBSP, format_integer

LANGUAGES = ("sv", "en")

# Actor types that the shipped models and templates use; any other type is shown as it is written.
TYPES = {
    "municipality": ("kommun", "municipality"),
    "region": ("region", "region"),
    "council": ("samverkansorgan", "council"),
    "agency": ("myndighet", "agency"),
    "university": ("lärosäte", "university"),
    "association": ("förening", "association"),
    "business-support": ("företagsstöd", "business support"),
    "company": ("företag", "company"),
}

WORDS = {
    "title": ("Vem arbetar med vem", "Who works with whom"),
    "before": ("I dag", "Today"),
    "after": ("Med de projekt som finansieras", "With the projects funded"),
    "baseline": ("Utgångsläget", "Baseline"),
    "new": ("nytt samarbete genom projekten", "new tie, through the projects"),
    "used": ("samverkar redan", "work together already"),
    "unused": ("samverkar redan, möts inte i projekten", "work together already, do not meet in the projects"),
    "thickness": ("linjens bredd: kronor i gemensamma projekt", "width of the line: kronor in shared projects"),
    "hollow": ("ofylld: i inget finansierat projekt", "hollow: in no funded project"),
    "size": ("större märke: fler samarbeten", "larger mark: more partners"),
    "and": ("och", "and"),
}

PLURALS = {
    "ties": (("{n} samarbete", "{n} samarbeten"), ("{n} tie", "{n} ties")),
    "new_ties": (("{n} nytt", "{n} nya"), ("{n} new", "{n} new")),
    "actors": (("{n} aktör", "{n} aktörer"), ("{n} actor", "{n} actors")),
    "alone": (("{n} aktör utan samarbete", "{n} aktörer utan samarbete"), ("{n} actor alone", "{n} actors alone")),
    "more": (("{n} till", "{n} till"), ("{n} more", "{n} more")),
    "come": (("{n} tillkommer", "{n} tillkommer"), ("{n} more", "{n} more")),
    "go": (("{n} faller bort", "{n} faller bort"), ("{n} gone", "{n} gone")),
    "are_new": (("{n} är nytt", "{n} är nya"), ("{n} is new", "{n} are new")),
    "funded_projects": (
        ("{n} finansierat projekt", "{n} finansierade projekt"),
        ("{n} funded project", "{n} funded projects"),
    ),
    "hidden": (
        (
            "bilden visar de {shown} med flest möjliga samarbeten; {n} till står i tabellerna",
            "bilden visar de {shown} med flest möjliga samarbeten; {n} till står i tabellerna",
        ),
        (
            "the picture shows the {shown} with most possible partners; {n} more is in the tables",
            "the picture shows the {shown} with most possible partners; {n} more are in the tables",
        ),
    ),
}


def word(key: str, lang: str) -> str:
    """A fixed phrase."""
    return WORDS[key][LANGUAGES.index(lang)]


def count(key: str, n: int, lang: str, **more: object) -> str:
    """A number with its noun, in the form the number asks for."""
    one, several = PLURALS[key][LANGUAGES.index(lang)]
    return (one if n == 1 else several).format(n=integer(n, lang), **more)


def kind(actor_type: str, lang: str) -> str:
    """An actor type as a reader says it."""
    known = TYPES.get(actor_type)
    return known[LANGUAGES.index(lang)] if known else actor_type


def integer(n: int, lang: str) -> str:
    """A whole number with its thousands parted."""
    return format_integer(n, lang)


def decimal(x: float, lang: str, digits: int = 2) -> str:
    """A number with at most `digits` decimals."""
    text = f"{abs(x):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    if lang == "sv":
        text = text.replace(",", NBSP).replace(".", ",")
    return ("−" if x < 0 and text.strip("0,.") else "") + text


def percent(share: float, lang: str) -> str:
    """A share in whole per cent."""
    return f"{round(100 * share)}{NBSP}%" if lang == "sv" else f"{round(100 * share)}%"


def short_kronor(n: float, lang: str) -> str:
    """Kronor in a unit that fits a legend or a sentence: kr, tkr or Mkr.

    >>> short_kronor(12_345_678, "en")
    'SEK\xa012.3m'
    """
    size, sv, en = next((unit for unit in ((1e6, "Mkr", "m"), (1e3, "tkr", "k")) if n >= unit[0]), (1.0, "kr", ""))
    number = decimal(n / size, lang, 1 if size > 1 else 0)
    return f"{number}{NBSP}{sv}" if lang == "sv" else f"SEK{NBSP}{number}{en}"
