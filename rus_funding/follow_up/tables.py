"""A follow-up in a reader's language: its sentences and tables, the same for the terminal and the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.words.language import say
from rus_funding.words.standings import sentence
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rus_funding.follow_up.outcome import FollowUp, Line
    from rus_funding.words.table import Cell


def sentences(found: FollowUp, lang: str) -> list[str]:
    """What matters most, a sentence each."""
    year, lines = found.through, found.years

    def total(name: str) -> int:
        return sum(getattr(line, name) for line in lines)

    out = [
        say(lang, "outcome.head", year=year, booked=total("booked"), planned=total("planned")),
        say(lang, "outcome.forecast", forecast=total("forecast"), plan=total("plan")),
        say(lang, "outcome.plan-decided" if found.decided else "outcome.plan-solved"),
        say(lang, "outcome.sure", sentence=sentence(found.forecast, lang)),
    ]
    recovery = sum(claim.recovery for claim in found.claims)
    due = sum(claim.due for claim in found.claims)
    if due:
        out.append(say(lang, "outcome.due", kronor=due))
    if recovery:
        out.append(say(lang, "outcome.recovery", kronor=recovery))
    bases = sorted({claim.basis for claim in found.claims if claim.recovery})
    out += [say(lang, f"outcome.reading-{basis}") for basis in bases]
    if found.lost:
        out.append(say(lang, "outcome.lost", kronor=sum(kronor for _, kronor in found.lost)))
    if found.unpaid:
        out.append(say(lang, "outcome.unpaid", kronor=sum(kronor for _, _, kronor in found.unpaid)))
    if found.ledger is not None:
        ledger = found.ledger
        out.append(say(lang, "outcome.rows", source=ledger.source, count=ledger.rows))
        if ledger.later:
            out.append(say(lang, "outcome.later", count=ledger.later, year=year))
        if ledger.unmatched:
            out.append(say(lang, "outcome.unmatched", count=len(ledger.unmatched)))
    return out


def tables(found: FollowUp, lang: str) -> list[Table]:
    """What there is to show; a table without rows is left out."""
    names = {
        table: dict(zip(found.model[table][key].tolist(), found.model[table]["name"].tolist(), strict=True))
        for table, key in (("projects", "project"), ("funds", "fund"), ("categories", "category"), ("actors", "actor"))
    }
    every = [
        _lines("projects", found.projects, (names["projects"],), lang),
        _lines("categories", found.categories, (names["projects"], names["categories"]), lang),
        _lines("funds", found.funds, (names["funds"],), lang),
        _lines("years", found.years, ({},), lang),
        _table(
            "claims",
            ("project", "fund", "basis", "entitled", "carried", "paid", "due", "recovery"),
            [
                (
                    names["projects"][one.project], names["funds"][one.fund], say(lang, f"outcome.basis-{one.basis}"),
                    one.entitled, one.carried, one.paid, one.due, one.recovery,
                )
                for one in found.claims
            ],
            lang,
        ),
        _table(
            "lost",
            ("financier", "kronor"),
            [(names["actors"].get(name, names["funds"].get(name, name)), kronor) for name, kronor in found.lost],
            lang,
        ),
        _table(
            "budgets",
            ("fund", "year", "budget", "used", "unused", "returns"),
            [
                (names["funds"][one.fund], str(one.year), one.budget, one.used, one.unused, one.returns)
                for one in found.budgets
            ],
            lang,
        ),
        _table(
            "unpaid",
            ("project", "year", "kronor"),
            [(names["projects"][project], str(year), kronor) for project, year, kronor in found.unpaid],
            lang,
        ),
        _table(
            "unmatched",
            ("sheet", "row", "reason", "value", "amount"),
            [
                (one.sheet, str(one.row or ""), say(lang, f"outcome.reason-{one.reason}"), one.value, one.amount)
                for one in (() if found.ledger is None else found.ledger.unmatched)
            ],
            lang,
        ),
    ]  # fmt: skip
    return [table for table in every if table.rows]


TITLED = frozenset({"lost", "unpaid", "unmatched"})  # whose bare name is a sentence
TEXTUAL = frozenset(
    {"project", "category", "fund", "basis", "financier", "year", "sheet", "row", "reason", "value", "amount"}
)


def _table(name: str, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]], lang: str) -> Table:
    """A table whose first column groups rows where more than one text stands before the figures."""
    texts = sum(column in TEXTUAL for column in columns)
    heads = []
    for i, column in enumerate(columns):
        kind = "group" if i == 0 and column == "project" and texts > 1 else "text" if column in TEXTUAL else "kronor"
        heads.append(Column(say(lang, f"outcome.col-{column}"), kind))
    title = say(lang, f"outcome.{name}-title" if name in TITLED else f"outcome.{name}")
    return Table(name, title, tuple(heads), tuple(rows))


def _lines(name: str, lines: Iterable[Line], names: tuple[Mapping[str, str], ...], lang: str) -> Table:
    heads = {"projects": ("project",), "categories": ("project", "category"), "funds": ("fund",), "years": ("year",)}
    figures = ("planned", "booked", "ahead", "plan", "forecast")
    rows = [
        (
            *(known.get(key, key) for known, key in zip(names, line.key, strict=True)),
            *(getattr(line, figure) for figure in figures),
        )
        for line in lines
    ]
    return _table(name, (*heads[name], *figures), rows, lang)
