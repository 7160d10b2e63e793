"""A ledger or a project's report, long or wide, as rows of `booked` and `claims`; what fits nowhere is listed.

The file (.xlsx or .csv) has a sheet of costs (`booked`, `Utfall`, else the first) and, if any, `claims`
(`Rekvisitioner`) and `accounts` (`Konton`: account, category). A cost's row names a project, a category or an account,
a year or a date, and an amount; or it has the years as columns, or the categories. Projects, categories and funds are
named by id or by name. An account of the mapping is a number, a beginning (`54*`) or a range (`5000-5899`). Öre are
summed and rounded once, by project, category and year, halves up.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from rus_funding.model.model import FundingModel

# The words that sheets, columns and kinds may have, without marks: see `_word`.
SHEETS = {"booked": ("booked", "utfall"), "claims": ("claims", "rekvisitioner"), "accounts": ("accounts", "konton")}
HEADS = {
    "project": ("project", "projekt", "objekt"),
    "category": ("category", "kostnadsslag"),
    "account": ("account", "konto"),
    "year": ("year", "ar", "date", "datum", "bokforingsdatum"),
    "amount": ("amount", "belopp", "summa", "kronor"),
    "fund": ("fund", "kalla", "finansiar"),
    "kind": ("kind", "slag", "typ"),
}
KINDS = {"advance": ("advance", "forskott"), "claim": ("claim", "rekvisition", "utbetalning"),
         "recovery": ("recovery", "aterkrav", "aterbetalning")}  # fmt: skip
NEEDED = {"claims": ("project", "fund", "year", "amount", "kind"), "accounts": ("account", "category")}


@dataclasses.dataclass(frozen=True)
class Unmatched:
    """A row that says nothing of the model: where it stands, what is unknown in it, and its amount."""

    sheet: str
    row: int
    reason: str  # a code: "project", "category", "account", "year", "amount", "fund", "kind", "flat", "negative"
    value: str
    amount: str


@dataclasses.dataclass(frozen=True)
class Ledger:
    """What a file says of the years up to `through`; `rows` are how many were used, `later` how many come after."""

    source: str
    through: int
    booked: tuple[tuple[str, str, int, int], ...]  # project, category, year, kronor
    claims: tuple[tuple[str, str, int, str, int], ...]  # project, fund, year, kind, kronor
    unmatched: tuple[Unmatched, ...]
    rows: int
    later: int


def read_ledger(path: Path, model: FundingModel, through: int) -> Ledger:
    """The rows of a file. Raises `UsageError` where it cannot be read or lacks the columns of a ledger."""
    sheets = _sheets(path)
    reader = _Reader(model, through)
    found = {kind: _find(sheets, names) for kind, names in SHEETS.items()}
    if found["booked"] is None:
        found["booked"] = next((name for name in sheets if name not in found.values()), None)
    if found["accounts"] is not None:
        reader.accounts = list(_accounts(found["accounts"], sheets[found["accounts"]], reader))
    if found["booked"] is not None:
        reader.costs(found["booked"], sheets[found["booked"]])
    if found["claims"] is not None:
        reader.payments(found["claims"], sheets[found["claims"]])
    return Ledger(path.name, through, *reader.sums(), tuple(reader.unmatched), reader.rows, reader.later)


def _sheets(path: Path) -> dict[str, pd.DataFrame]:
    import pandas as pd

    try:
        if path.suffix.lower() == ".csv":
            frames = {path.stem: pd.read_csv(path, sep=None, engine="python", dtype=str, encoding="utf-8-sig")}
        elif path.suffix.lower() == ".xlsx":
            frames = pd.read_excel(path, sheet_name=None, dtype=object)
        else:
            raise UsageError("{path} is no ledger: give a file .xlsx or .csv.", path=path)
    except (OSError, ValueError, KeyError, pd.errors.ParserError) as error:
        raise UsageError("{path} cannot be read as a ledger: {reason}", path=path, reason=error) from None
    return {str(name): frame.dropna(how="all") for name, frame in frames.items()}


def _find(sheets: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in sheets if _word(name) in names), None)


def _heads(kind: str, sheet: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Our name of each column that the sheet has: the sheet's own heading."""
    found: dict[str, Any] = {}
    for column in frame.columns:
        for name, words in HEADS.items():
            if _word(column) in words:
                found.setdefault(name, column)
    for name in NEEDED.get(kind, ()):
        if name not in found:
            raise UsageError(
                "sheet {sheet}: the column {column} is missing. It may be called: {names}.",
                sheet=sheet, column=name, names=", ".join(HEADS[name]),
            )  # fmt: skip
    return found


def _accounts(sheet: str, frame: pd.DataFrame, reader: _Reader) -> Iterator[tuple[str, str]]:
    heads = _heads("accounts", sheet, frame)
    for row, record in _records(frame):
        category = reader.ids["categories"].get(_folded(record[heads["category"]]))
        if category is None:
            reader.lost(sheet, row, "category", record[heads["category"]])
        else:
            yield _text(record[heads["account"]]), category


def _records(frame: pd.DataFrame) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Rows by the number that Excel shows, blank cells as None."""
    for at, record in zip(frame.index.tolist(), frame.astype(object).to_dict("records"), strict=True):
        yield int(at) + 2, {key: None if value != value or value is None else value for key, value in record.items()}


class _Reader:
    def __init__(self, model: FundingModel, through: int) -> None:
        self.model, self.through = model, through
        self.ids: dict[str, dict[str, str]] = {}
        for table, key in (("projects", "project"), ("categories", "category"), ("funds", "fund")):
            rows = model[table]
            names = {_folded(name): one for one, name in zip(rows[key].tolist(), rows["name"].tolist(), strict=True)}
            self.ids[table] = {**names, **{_folded(one): one for one in rows[key].tolist()}}
        rates = zip(*(model["categories"][column].tolist() for column in ("category", "flat_rate")), strict=True)
        self.flat = {category for category, rate in rates if rate == rate}
        self.accounts: list[tuple[str, str]] = []
        self.cost: dict[tuple[str, str, int], Decimal] = {}
        self.paid: dict[tuple[str, str, int, str], Decimal] = {}
        self.unmatched: list[Unmatched] = []
        self.rows = self.later = 0
        self.sheet = self.of_costs = ""

    def lost(self, sheet: str, row: int, reason: str, value: Any, amount: Any = "") -> None:
        """List a row that fits nowhere."""
        self.unmatched.append(Unmatched(sheet, row, reason, _text(value), _text(amount)))

    def costs(self, sheet: str, frame: pd.DataFrame) -> None:
        """The costs of a sheet: a row for each amount, or the years or the categories as columns."""
        self.sheet = self.of_costs = sheet
        heads = _heads("booked", sheet, frame)
        years = {column: int(_text(column)) for column in frame.columns if re.fullmatch(r"(19|20)\d\d", _text(column))}
        wide = {column: _folded(column) for column in frame.columns if _folded(column) in self.ids["categories"]}
        named = "category" in heads or "account" in heads
        if "project" not in heads or not (named or wide) or not ("year" in heads or years):
            raise UsageError(
                "sheet {sheet} is no ledger: it needs a column of projects, one of categories or accounts (or the"
                " categories as columns), and one of years and one of amounts (or the years as columns).",
                sheet=sheet,
            )
        for row, record in _records(frame):
            said = (record.get(heads.get("category")), record.get(heads.get("account")))
            project, year = record[heads["project"]], record.get(heads.get("year"))
            if years:
                for column, of in years.items():
                    self._cost(row, project, said, of, record[column])
            elif not named:
                for column in wide:
                    self._cost(row, project, (column, None), year, record[column])
            else:
                self._cost(row, project, said, year, record.get(heads.get("amount")))

    def _cost(self, row: int, project: Any, said: tuple[Any, Any], year: Any, amount: Any) -> None:
        if amount is None:
            return
        number, when = _number(amount), _year(year)
        name, category = self.ids["projects"].get(_folded(project)), self._category(*said)
        if name is None:
            self.lost(self.sheet, row, "project", project, amount)
        elif category is None:
            reason, value = ("account", said[1]) if said[0] is None else ("category", said[0])
            self.lost(self.sheet, row, reason, value, amount)
        elif when is None:
            self.lost(self.sheet, row, "year", year, amount)
        elif number is None:
            self.lost(self.sheet, row, "amount", amount, amount)
        elif category in self.flat:
            self.lost(self.sheet, row, "flat", category, amount)
        elif self._used(row, when, amount):
            self.cost[name, category, when] = self.cost.get((name, category, when), Decimal(0)) + number

    def _used(self, row: int, year: int, amount: Any) -> bool:
        if year > self.through:
            self.later += 1
            return False
        if year not in self.model.years:
            self.lost(self.sheet, row, "year", year, amount)
            return False
        self.rows += 1
        return True

    def _category(self, category: Any, account: Any) -> str | None:
        if category is not None:
            return self.ids["categories"].get(_folded(category))
        number = _text(account)
        for pattern, found in self.accounts:
            low, dash, high = (part.strip() for part in pattern.partition("-"))
            if dash and low.isdigit() and high.isdigit() and number.isdigit():
                if int(low) <= int(number) <= int(high):
                    return found
            elif number == pattern or (pattern.endswith("*") and number.startswith(pattern[:-1])):
                return found
        return None

    def payments(self, sheet: str, frame: pd.DataFrame) -> None:
        """What funds have paid."""
        self.sheet, heads = sheet, _heads("claims", sheet, frame)
        kinds = {word: kind for kind, words in KINDS.items() for word in words}
        for row, record in _records(frame):
            cells = {name: record[heads[name]] for name in NEEDED["claims"]}
            project = self.ids["projects"].get(_folded(cells["project"]))
            fund = self.ids["funds"].get(_folded(cells["fund"]))
            year, kind, amount = _year(cells["year"]), kinds.get(_word(cells["kind"])), _number(cells["amount"])
            if project is None or fund is None or year is None or kind is None or amount is None:
                found = {"project": project, "fund": fund, "year": year, "kind": kind, "amount": amount}
                missing = next(name for name, value in found.items() if value is None)
                self.lost(sheet, row, missing, cells[missing], cells["amount"])
            elif amount < 0:
                self.lost(sheet, row, "negative", cells["amount"], cells["amount"])
            elif self._used(row, year, cells["amount"]):
                place = project, fund, year, kind
                self.paid[place] = self.paid.get(place, Decimal(0)) + amount

    def sums(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """`booked` and `claims` in whole kronor, sorted; a sum below 0 is no cost and is listed."""
        booked = []
        for place, amount in sorted(self.cost.items()):
            kronor = _whole(amount)
            if kronor < 0:
                self.lost(self.of_costs, 0, "negative", " ".join(map(str, place)), amount)
            else:
                booked.append((*place, kronor))
        return tuple(booked), tuple((*place, _whole(amount)) for place, amount in sorted(self.paid.items()))


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _text(value: Any) -> str:
    """A cell as text: a whole number without decimals."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _folded(value: Any) -> str:
    return " ".join(_text(value).casefold().split())


def _word(value: Any) -> str:
    """A word of ours as people write it: no case, no marks above letters."""
    return "".join(one for one in unicodedata.normalize("NFKD", _folded(value)) if not unicodedata.combining(one))


def _year(value: Any) -> int | None:
    """A year, or that of a date or a period (2026, 2026-03-31, 202603)."""
    found = re.match(r"(19|20)\d\d(?=$|[-/.]|\d\d$|\d{4}$)", _text(value))
    return int(found[0]) if found else None


def _number(value: Any) -> Decimal | None:
    """An amount with its öre; Swedish and English decimals, any minus, spaces at thousands."""
    if isinstance(value, bool):
        return None
    text = re.sub(r"[\s\u00a0\u202f]|kr$", "", _text(value)).replace("\u2212", "-")
    if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
