"""What `audit` found, as sentences and tables, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from rus_funding.follow_up.decision_audit_tables import TOTAL
from rus_funding.words.language import say
from rus_funding.words.layout import safe
from rus_funding.words.messages import told
from rus_funding.words.printing import section, stack, standard_console, write
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from rich.console import Console

    from rus_funding.follow_up.decision_audit import Audited
    from rus_funding.follow_up.decision_audit_grants import Grant
    from rus_funding.follow_up.decision_audit_reading import Place
    from rus_funding.follow_up.decision_audit_rules import Wrong
    from rus_funding.follow_up.decision_audit_tables import Budget, Key, Unread

SHOWN = 20  # things that could not be read, of which more are only counted


def show(found: Audited, lang: str = "sv", console: Console | None = None) -> None:
    """Print what was read, the rule behind each number, and what disagrees."""
    out = console if console is not None else standard_console()
    write(out, [Text(safe(head(found, lang)), style="bold")])
    if not found.numbers:
        write(out, [Text(say(lang, "audit.nothing"))])
    for title, lines in (
        ("wrong", wrong(found, lang)),
        ("remarks", remarks(found, lang)),
        ("grants", [_grant(grant, lang) for grant in found.grants if grant.agrees]),
        ("unread", _some(unread(found, lang), lang)),
    ):
        if lines:
            write(out, section(say(lang, f"audit.title.{title}"), lines))
    tables = numbers(found, lang)
    if tables:
        write(out, section(say(lang, "audit.title.numbers"), []))
    for table in tables:
        write(out, stack([table], lang, out.width))


def head(found: Audited, lang: str) -> str:
    """How many numbers, errors and remarks."""
    errors = say(lang, "audit.wrong", count=len(found.wrong) + len(found.wrong_grants))
    noted = say(lang, "audit.remarks", count=len(found.remarks))
    return say(lang, "audit.head", file=found.file, count=found.numbers, wrong=errors, remarks=noted)


def wrong(found: Audited, lang: str) -> list[str]:
    """Each krona that disagrees, with the cell and what it should be where that is known."""
    return [_wrong(found, one, lang) for one in found.wrong] + [_wrong_grant(one, lang) for one in found.wrong_grants]


def remarks(found: Audited, lang: str) -> list[str]:
    """What agrees and deserves a word."""
    return [say(lang, f"audit.remark.{remark.code}", **remark.fields) for remark in found.remarks]


def unread(found: Audited, lang: str) -> list[str]:
    """What could not be read, each with its place and the reason."""
    return [
        say(lang, "audit.unread", place=_place(one.place, one.column, lang), text=one.text, why=_why(one, lang))
        for one in found.unread
    ]


def numbers(found: Audited, lang: str) -> list[Table]:
    """The tables as they were read, each row with the rule of its years."""
    return [_table(found, t, table, lang) for t, table in enumerate(found.tables)]


def as_dict(found: Audited, lang: str) -> dict[str, Any]:
    """All of it as plain data."""
    return {
        "file": found.file,
        "status": "agrees" if found.clean else "disagrees" if found.wrong or found.wrong_grants else "unread",
        "numbers": [
            {
                "place": _place(found.number(key).place, found.number(key).column, lang),
                "table": found.tables[key[0]].kind,
                "row": found.label(key),
                "column": key[2],
                "kronor": value,
                "rule": found.rule[key],
            }
            for key, value in found.values.items()
        ],
        "wrong": [
            {
                "row": found.label(one.cell),
                "column": one.cell[2],
                "place": _place(found.number(one.cell).place, found.number(one.cell).column, lang),
                "stated": one.stated,
                "should": one.should,
                "rules": [check.kind for check in one.checks],
                "suspects": [_cell(found, key, lang) for key in one.suspects],
            }
            for one in found.wrong
        ],
        "grants": [
            {
                "name": grant.name,
                "place": _place(grant.place, grant.cap.column, lang),
                "rate": float(grant.rate),
                "cap": grant.cap.kronor,
                "cost": None if grant.cost is None else grant.cost.kronor,
                "agrees": grant.agrees,
            }
            for grant in found.grants
        ],
        "remarks": [
            {"code": remark.code, "text": text}
            for remark, text in zip(found.remarks, remarks(found, lang), strict=True)
        ],
        "unread": [
            {"place": _place(one.place, one.column, lang), "text": one.text, "why": _why(one, lang)}
            for one in found.unread
        ],
    }


def _table(found: Audited, t: int, table: Budget, lang: str) -> Table:
    columns = table.columns
    heads = [say(lang, "audit.column.total") if column == TOTAL else str(column) for column in columns]
    rows = []
    for r, row in enumerate(table.rows):
        cells = [found.values.get((t, r, column)) for column in columns]
        rows.append((row.label, *cells, _rule(found, t, r, lang)))
    return Table(
        table.kind,
        say(lang, f"audit.table.{table.kind}"),
        (
            Column(say(lang, f"audit.table.{table.kind}")),
            *(Column(text, "kronor") for text in heads),
            Column(say(lang, "audit.column.rule")),
        ),
        tuple(rows),
    )


def _rule(found: Audited, t: int, r: int, lang: str) -> str:
    """The rule of a row's years; its total is their sum."""
    for year in found.tables[t].years:
        kind = found.rule.get((t, r, year))
        if kind in {"flat", "rate"}:
            rate = next(rate for rate in found.rates if (rate.table, rate.row) == (t, r))
            if len(rate.rows) > 1:
                return say(lang, "audit.rule.flat-of", rate=rate.rate, count=len(rate.rows))
            base = found.tables[rate.base].rows[rate.rows[0]].label
            return say(lang, f"audit.rule.{kind}", rate=rate.rate, base=base)
        if kind is not None:
            return say(lang, f"audit.rule.{kind}")
    return ""


def _wrong(found: Audited, one: Wrong, lang: str) -> str:
    said = [say(lang, f"audit.check.{check.kind}", should=check.expected(found.values)) for check in one.checks]
    where = {"cell": _cell(found, one.cell, lang), "stated": one.stated}
    if one.should is not None:
        names = [
            f"{_cell(found, check.target, lang)}: {text}" if check.target != one.cell else text
            for check, text in zip(one.checks, said, strict=True)
        ]
        return say(lang, "audit.found-wrong", **where, should=one.should, checks="; ".join(names))
    if one.suspects:
        cells = "; ".join(_cell(found, key, lang) for key in one.suspects)
        return say(lang, "audit.found-suspects", **where, check=said[0], suspects=cells)
    return say(lang, "audit.found-unclear", **where, check=said[0])


def _cell(found: Audited, key: Key, lang: str) -> str:
    number = found.number(key)
    column = say(lang, "audit.column.total") if key[2] == TOTAL else str(key[2])
    return say(lang, "audit.cell", label=found.label(key), column=column,
               place=_place(number.place, number.column, lang))  # fmt: skip


def _place(place: Place, column: int | None, lang: str) -> str:
    at = place.column(column or 0)
    return say(lang, f"audit.place.{place.kind}", part=place.part, row=place.row, column=at)


def _grant(grant: Grant, lang: str) -> str:
    said = {"name": grant.name, "place": _place(grant.place, grant.cap.column, lang), "rate": grant.rate}
    if grant.cap.kronor is None or grant.cost is None or grant.cost.kronor is None:
        return say(lang, "audit.grant-alone", **said, cap=grant.cap.kronor or 0)
    return say(lang, "audit.grant", **said, cap=grant.cap.kronor, cost=grant.cost.kronor)


def _wrong_grant(grant: Grant, lang: str) -> str:
    said = {"name": grant.name, "place": _place(grant.place, grant.cap.column, lang), "rate": grant.rate,
            "cap": grant.cap.kronor, "cost": None if grant.cost is None else grant.cost.kronor}  # fmt: skip
    if grant.floor != grant.cap.kronor:
        return say(lang, "audit.grant-wrong", **said, floor=grant.floor)
    return say(lang, "audit.grant-implied", **said, least=grant.least_cost)


def _why(one: Unread, lang: str) -> str:
    if one.refused is not None:
        return " ".join(told(lang, text, one.refused.fields) for text in one.refused.texts)
    return say(lang, f"audit.unread.{one.why}")


def _some(lines: list[str], lang: str) -> list[str]:
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], say(lang, "audit.unread-more", count=more)]
