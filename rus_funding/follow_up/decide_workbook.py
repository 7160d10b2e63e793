"""The workbook of a meeting: what is proposed, and cells in which the clerk writes what was decided.

No names of persons: a reservation is yes or no, and the headings say so. The same proposal gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput
from rus_funding.follow_up.decide import GIVING, OUTCOMES
from rus_funding.kronor import Refused, kronor, parse_kronor
from rus_funding.model.reading.ooxml import Workbook
from rus_funding.model.reading.source import letters, problem
from rus_funding.words.language import LANGUAGES, say, texts
from rus_funding.words.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rus_funding.errors import Problem
    from rus_funding.follow_up.decide import Proposal

TEXTS = ("project", "project-name", "fund", "fund-name")
CLERK = ("outcome", "reason", "reservation", "diary")
BASIS = ("meeting", "model", "model-sha256", "run", "run-sha256", "scenario", "decider", "proposal-sha256")
NARROW, WIDE = 14, 34  # characters of a column


@dataclasses.dataclass(frozen=True)
class Decided:
    """A row as the meeting left it: kronor proposed and decided by year."""

    row: int
    project: str
    fund: str
    proposed: Mapping[int, int]
    decided: Mapping[int, int]
    outcome: str
    reason: str
    reservation: bool
    diary: str

    @property
    def changed(self) -> bool:
        """Whether the meeting decided other kronor than were proposed."""
        return dict(self.proposed) != dict(self.decided)


@dataclasses.dataclass(frozen=True)
class Minutes:
    """A workbook that came back from a meeting: its rows, and what it says it was made from."""

    file: str
    basis: Mapping[str, str]
    years: tuple[int, ...]
    rows: tuple[Decided, ...]


def content(proposal: Proposal, lang: str = "sv") -> bytes:
    """The workbook as bytes, filled with the proposal: decided is what is proposed until somebody changes it."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": say(lang, "decide.title", title=visible(proposal.title)), "author": "rus-funding",
                         "created": dt.datetime.combine(proposal.meeting, dt.time())})  # fmt: skip
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    money = book.add_format({"num_format": "#,##0"})
    mine = {kind: book.add_format({"bg_color": "#FFF8DC", "border": 4, **more})
            for kind, more in (("money", {"num_format": "#,##0"}), ("text", {"text_wrap": True}))}  # fmt: skip
    sheet = book.add_worksheet(say(lang, "decide.sheet"))
    years = proposal.years
    headings = [
        *(say(lang, f"decide.column.{name}") for name in TEXTS),
        *(say(lang, "decide.column.proposed", year=year) for year in years),
        *(say(lang, "decide.column.decided", year=year) for year in years),
        *(say(lang, f"decide.column.{name}") for name in CLERK),
    ]
    first = len(TEXTS) + len(years)  # the first cell that is the clerk's
    for column, text in enumerate(headings):
        sheet.write_string(0, column, text, head)
        sheet.set_column(column, column, WIDE if column in {1, 3, len(headings) - 3} else NARROW)
    sheet.write_comment(0, len(headings) - 3, say(lang, "decide.no-names"))
    for at, row in enumerate(proposal.rows, 1):
        for column, text in enumerate((row.project, row.project_name, row.fund, row.fund_name)):
            sheet.write_string(at, column, visible(text))
        for column, amount in enumerate(row.proposed, len(TEXTS)):
            sheet.write_number(at, column, amount, money)
        for column, amount in enumerate(row.proposed, first):
            sheet.write_number(at, column, amount, mine["money"])
        outcome = "granted" if any(row.proposed) else "declined"
        shown = say(lang, f"decide.outcome.{outcome}"), "", say(lang, "decide.no"), ""
        for column, text in enumerate(shown, first + len(years)):
            sheet.write_string(at, column, text, mine["text"])
    last, column = len(proposal.rows), first + len(years)
    for at, choices in ((column, [say(lang, f"decide.outcome.{name}") for name in OUTCOMES]),
                        (column + 2, [say(lang, "decide.yes"), say(lang, "decide.no")])):  # fmt: skip
        sheet.data_validation(1, at, max(1, last), at, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, len(TEXTS))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    basis = book.add_worksheet(say(lang, "decide.basis-sheet"))
    said = (proposal.meeting.isoformat(), proposal.model, proposal.model_sha256, proposal.run, proposal.run_sha256,
            proposal.scenario, proposal.decider, proposal.sha256)  # fmt: skip
    for at, (key, value) in enumerate(zip(BASIS, said, strict=True)):
        basis.write_string(at, 0, say(lang, f"decide.basis.{key}"), head)
        basis.write_string(at, 1, value)
    basis.set_column(0, 1, WIDE)
    basis.write_string(len(BASIS) + 1, 0, say(lang, "decide.how"))
    book.close()
    return out.getvalue()


def read(path: Path) -> Minutes:
    """A workbook as the clerk left it. Raises `InvalidInput` with everything in it that cannot be read."""
    try:
        with Workbook(path) as book:
            names = {name.strip().casefold(): name for name, _ in book.sheets}
            decided, basis = (_sheet(names, key) for key in ("decide.sheet", "decide.basis-sheet"))
            cells, about = book.read(decided).rows, book.read(basis).rows
    except Refused as refused:
        raise InvalidInput([problem(refused, path.name)]) from None
    keys = _by_text("decide.basis.")
    said = {keys[str(row[0])]: str(row.get(1, "")) for row in about.values() if str(row.get(0)) in keys}
    place = f"sheet {decided}"
    columns, years = _columns(cells.get(1, {}))
    lacking = [name for name in (*TEXTS[::2], *CLERK) if name not in columns] + [
        f"{kind} {year}" for year in years for kind in ("proposed", "decided") if f"{kind} {year}" not in columns
    ]
    if lacking or not years or set(said) < set(BASIS):
        raise InvalidInput([problem(Refused("no_decision", "adopt.columns", "adopt.give-decision"), place)])
    problems: list[Problem] = []
    rows = [_row(number, cells[number], columns, years, place, problems) for number in sorted(cells) if number > 1]
    if problems:
        raise InvalidInput(problems)
    return Minutes(path.name, said, years, tuple(row for row in rows if row is not None))


def _sheet(names: Mapping[str, str], key: str) -> str:
    """The sheet that has this name in one of the languages. Raises `Refused`."""
    for lang in LANGUAGES:
        if (name := say(lang, key).casefold()) in names:
            return names[name]
    raise Refused("no_decision", "adopt.no-decision", "adopt.give-decision")


def _by_text(beginning: str) -> dict[str, str]:
    """The end of an id by its text, in any language."""
    return {
        forms[0]: key.removeprefix(beginning)
        for lang in LANGUAGES
        for key, forms in texts(lang, "decide").items()
        if key.startswith(beginning)
    }


def _columns(header: Mapping[int, Any]) -> tuple[dict[str, int], tuple[int, ...]]:
    """The columns by what they hold ("decided 2027" of a year), and the years in order."""
    known = _by_text("decide.column.")
    found: dict[str, int] = {}
    years: dict[int, None] = {}
    for column, text in sorted(header.items()):
        name = known.get(str(text).strip())
        if name is None:
            for kind in ("proposed", "decided"):
                for template in (template for template, end in known.items() if end == kind):
                    year = str(text).strip().removeprefix(template.partition("{")[0])
                    if year.isdigit() and str(text).strip().startswith(template.partition("{")[0]):
                        name = f"{kind} {int(year)}"
                        years[int(year)] = None
        if name is not None:
            found.setdefault(name, column)
    return found, tuple(years)


def _row(
    number: int, cells: Mapping[int, Any], columns: Mapping[str, int], years: tuple[int, ...], place: str,
    problems: list[Problem],
) -> Decided | None:  # fmt: skip
    def text(name: str) -> str:
        return str(cells.get(columns[name], "") or "").strip()

    def wrong(refused: Refused, name: str) -> None:
        column = columns[name]
        problems.append(problem(refused, place, number, letters(column), cells.get(column)))

    if not any(str(cell).strip() for cell in cells.values()):
        return None
    money: dict[str, dict[int, int]] = {"proposed": {}, "decided": {}}
    for kind, amounts in money.items():
        for year in years:
            cell = cells.get(columns[f"{kind} {year}"])
            try:
                amounts[year] = 0 if cell is None or cell == "" else (
                    kronor(cell) if isinstance(cell, int | float) else parse_kronor(str(cell))
                )  # fmt: skip
            except Refused as refused:
                wrong(refused, f"{kind} {year}")
    outcome = _word(text("outcome"), {name: name for name in OUTCOMES} | _by_text("decide.outcome."))
    if outcome is None:
        wrong(Refused("outcome", "adopt.outcome", "adopt.choose-outcome"), "outcome")
    answer = _word(text("reservation"), _yes())
    if answer is None and text("reservation"):
        wrong(Refused("reservation", "adopt.reservation", "adopt.yes-or-no"), "reservation")
    found = Decided(number, text("project"), text("fund"), money["proposed"], money["decided"], outcome or "",
                    text("reason"), answer == "yes", text("diary"))  # fmt: skip
    if len(money["decided"]) == len(money["proposed"]) == len(years) and outcome is not None:
        contradiction = _contradiction(found)
        if contradiction is not None:
            wrong(contradiction, "outcome")
    return found


def _contradiction(row: Decided) -> Refused | None:
    """Outcome and kronor must say the same."""
    proposed, decided = sum(row.proposed.values()), sum(row.decided.values())
    if row.outcome in GIVING and not decided:
        return Refused("outcome", "adopt.nothing", "adopt.decline-or-amount")
    if row.outcome not in GIVING and decided:
        return Refused("outcome", "adopt.amounts-stay", "adopt.clear-or-grant", kronor=decided)
    if row.outcome == "granted" and decided < proposed:
        return Refused("outcome", "adopt.less", "adopt.write-part", kronor=decided, proposed=proposed)
    if row.outcome == "part" and decided >= proposed:
        return Refused("outcome", "adopt.not-less", "adopt.write-granted", kronor=decided, proposed=proposed)
    return None


def _yes() -> dict[str, str]:
    return {say(lang, f"decide.{answer}"): answer for lang in LANGUAGES for answer in ("yes", "no")}


def _word(text: str, words: Mapping[str, str]) -> str | None:
    folded = {word.casefold(): name for word, name in words.items()}
    return folded.get(text.casefold())
