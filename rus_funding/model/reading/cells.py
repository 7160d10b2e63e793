"""One cell: text, or a spreadsheet's value, to what its column holds. Refused, never guessed."""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding import kronor
from rus_funding.kronor import Refused
from rus_funding.model import names
from rus_funding.words.visible import control, deceiving, foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rus_funding.model.rows import Array
    from rus_funding.model.schema import Column

LONGEST = 32_767  # characters in an Excel cell
LONGEST_ID = 100
TOTALS = frozenset({"summa", "totalt", "total", "totalsumma", "delsumma", "sum", "subtotal", "grand total"})
YEARS = range(1900, 2201)
WORDS = {
    "yes": True, "ja": True, "true": True, "sant": True, "1": True,
    "no": False, "nej": False, "false": False, "falskt": False, "0": False,
}  # fmt: skip
ERRORS = frozenset({
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!",
    "#REFERENS!", "#SAKNAS!", "#VÄRDEFEL!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!", "#BERÄKNA!", "#FÄLT!",
    "#HÄMTAR_DATA", "#BLOCKERAD!", "#ANSLUT!", "#OKÄNT!", "#UPPTAGEN!",
})  # fmt: skip

_ID = re.compile("[a-z0-9][a-z0-9_-]*")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_BREAKS = re.compile("[\t\n\x0b\x0c\r\u2028\u2029\u00a0\u202f]+")
# UTF-8 read as cp1252, latin-1 or Mac Roman: å ä ö é Å Ä Ö and the typographic marks
_MOJIBAKE = re.compile("Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Ì[ˆŠ]|√[•§¶Ñ©]|\ufffd")


@dataclasses.dataclass(frozen=True)
class Date:
    """A spreadsheet's date, as ISO text."""

    iso: str

    def __str__(self) -> str:
        """The ISO text."""
        return self.iso


@dataclasses.dataclass(frozen=True)
class Uncached:
    """A formula that no spreadsheet program has computed yet."""

    formula: str

    def __str__(self) -> str:
        """The formula as its cell shows it."""
        return f"={self.formula}"


@dataclasses.dataclass(frozen=True)
class Foreign:
    """What a data frame's cell may hold and no sheet's: a list, bytes, any object. `kind` is its type's name."""

    kind: str
    text: str

    def __str__(self) -> str:
        """The value as Python prints it."""
        return self.text


@dataclasses.dataclass(frozen=True)
class Nobody:
    """A name that no row bears, or several: `refused` says what to write instead."""

    text: str
    refused: Refused

    def __str__(self) -> str:
        """The name as its cell has it."""
        return self.text


def parse_column(column: Column, cells: Sequence[Any], *, guarded: bool = False) -> tuple[Array, dict[int, Refused]]:
    """A column's array, and by position the cells that were refused; a stand-in keeps their places."""
    if guarded and column.type == "text":
        cells = [unguarded(cell) for cell in cells]
    # True == 1 == 1.0 would be one key of a dict
    keys = [cell if type(cell) is str else (type(cell), cell) for cell in cells]
    read: dict[Any, Any] = {}
    refused: dict[Any, Refused] = {}
    stand_in = _stand_in(column)
    for key in dict.fromkeys(keys):
        try:
            read[key] = parse(column, key if type(key) is str else key[1])
        except Refused as refusal:
            refused[key] = refusal
            read[key] = stand_in
    values = np.empty(len(keys), dtype=column.dtype)
    values[:] = [read[key] for key in keys]
    return values, {i: refused[key] for i, key in enumerate(keys) if key in refused} if refused else {}


def blank_column(column: Column, size: int) -> Array:
    """The array of a column that is not there: its default in every row."""
    return np.full(size, _stand_in(column), dtype=column.dtype)


def parse(column: Column, cell: Any) -> Any:
    """What the column holds for `cell` (NaN for a blank that means "none"). Raises `Refused`."""
    if isinstance(cell, str):
        cell = cleaned(cell)
        if cell.upper() in ERRORS:
            raise Refused("excel_error", "reading.not-computed", "reading.mend-formula")
        if len(cell) > 2 and not cell.strip("#"):
            raise Refused("excel_error", "reading.too-narrow", "reading.widen")
    if cell is None or cell == "":
        if column.required:
            raise _refused("missing_value", "reading.blank", column)
        return _blank(column)
    if isinstance(cell, Uncached):
        raise Refused("formula_without_value", "reading.no-value", "reading.open-and-save")
    if isinstance(cell, Nobody):
        raise cell.refused
    if isinstance(cell, Foreign):
        raise _refused("foreign", "reading.foreign", column, kind=cell.kind)
    return _READERS[column.type](column, cell)


def cleaned(text: str) -> str:
    """Text in NFC without surrounding blanks, invisible ones too; line breaks and no-break spaces are spaces.

    Raises `Refused` for what no cell can hold, and for characters that hide, turn the text around or are none.
    """
    if len(text) > LONGEST:
        raise Refused("text_too_long", "reading.text-too-long", "reading.shorten", found=len(text), most=LONGEST)
    if text.isascii() and text.isprintable():
        return text.strip()
    if _MOJIBAKE.search(text):
        raise Refused("mojibake", "reading.mojibake", "reading.save-original")
    if found := deceiving(text.strip().strip(_INVISIBLE)):
        raise Refused("deceiving_character", "reading.deceiving", "reading.write-again", character=found)
    text = _BREAKS.sub(" ", unicodedata.normalize("NFC", text).strip().strip(_INVISIBLE).strip())
    if control(text):
        raise Refused("control_character", "reading.control-character", "reading.write-again")
    return text.replace("\u00ad", "")  # where a line may break: it says nothing, and hides


def unguarded(cell: Any) -> Any:
    """The cell without the apostrophe that an export puts before text which a spreadsheet would compute."""
    return cell[1:] if isinstance(cell, str) and len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def is_id(text: str) -> bool:
    """Whether a text is an id."""
    return bool(_ID.fullmatch(text)) and len(text) <= LONGEST_ID


def written_word(cell: Any, guarded: bool = False) -> str:
    """What stands in a cell as a name does: its text, or a whole number's digits; ``""`` for anything else."""
    if _whole(cell):
        return str(int(cell))
    try:
        text = cleaned(unguarded(cell) if guarded else cell) if isinstance(cell, str) else ""
    except Refused:
        return ""
    return "" if text.upper() in ERRORS or (text and not text.strip("#")) or is_total(text) else text


def is_total(text: str) -> bool:
    """Whether a text is what a row of sums is called."""
    return text.casefold().rstrip(": ") in TOTALS


def identifier(text: str) -> str:
    """An id that looks like `text`: ``Örebro kommun`` → ``orebro-kommun``."""
    ascii_ = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9_-]+", "-", ascii_).strip("-_")[:LONGEST_ID]


def _blank(column: Column) -> Any:
    return math.nan if column.default is None and column.dtype == np.float64 else column.default


def _stand_in(column: Column) -> Any:
    """What keeps a refused cell's place, so that the rest of its row can still be judged."""
    if column.default is not None or column.dtype == np.float64:
        return _blank(column)
    if column.type == "choice":
        return column.choices[0]
    return "" if column.dtype == np.object_ else 0


def _refused(code: str, what: str, column: Column, **fields: Any) -> Refused:
    """A refusal whose remedy says what the column holds."""
    choices = {"choices": list(column.choices)} if column.type == "choice" else {}
    return Refused(code, what, f"reading.write.{column.type}", **choices, **fields)


def _id(column: Column, cell: Any) -> str:
    text = str(int(cell)) if _whole(cell) else _text(column, cell)
    if not _ID.fullmatch(text) or len(text) > LONGEST_ID:
        if found := foreign(text):
            character, name = found
            raise Refused("id_form", "reading.id-foreign", "reading.id-retype", character=character, name=name)
        suggestion = identifier(text)
        if suggestion:
            raise Refused("id_form", "reading.id-form", "reading.write-everywhere", near=suggestion)
        raise Refused("id_form", "reading.id-form", "reading.choose-id")
    return text


def _ids(column: Column, cell: Any) -> str:
    ids = [_id(column, part) for part in cell.split()] if isinstance(cell, str) else [_id(column, cell)]
    if len(set(ids)) < len(ids):
        raise Refused("id_twice", "reading.id-twice", "reading.id-once")
    return " ".join(sorted(ids))


def _text(column: Column, cell: Any) -> str:
    text = str(int(cell)) if _whole(cell) else str(cell).upper() if isinstance(cell, bool) else str(cell)
    suggested = names.choice_of(column, text) if column.choices and column.type == "text" else ""
    return suggested if suggested and suggested != text.casefold() else text


def _choice(column: Column, cell: Any) -> str:
    word = _text(column, cell)
    if found := names.choice_of(column, word):
        return found
    if column.choices == ("yes", "no") and word.casefold() in WORDS:
        return "yes" if WORDS[word.casefold()] else "no"
    if near := names.near(word, names.choices(column)):
        raise Refused("choice_unknown", "reading.no-choice", "reading.write-near", near=near)
    raise _refused("choice_unknown", "reading.no-choice", column)


def _flag(column: Column, cell: Any) -> bool:
    word = _text(column, cell).casefold()
    if word not in WORDS:
        raise Refused("flag", "reading.not.flag", "reading.write.flag")
    return WORDS[word]


def _year(column: Column, cell: Any) -> int:
    year = _number(column, cell, lambda text: int(text) if re.fullmatch("[0-9]{4}", text) else 0, kronor.integer)
    if year not in YEARS:
        raise Refused("year", "reading.not.year", "reading.four-digits")
    return int(year)


def _number(
    column: Column, cell: Any, of_text: Callable[[str], int | float], of_number: Callable[[float], int | float]
) -> int | float:
    if isinstance(cell, str):
        return of_text(cell)
    if isinstance(cell, bool):
        raise _refused("boolean", "reading.boolean", column)
    if isinstance(cell, Date):
        raise Refused("date", "reading.date", f"reading.format.{column.type}")
    return of_number(cell)


def _whole(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < 1e15 and cell == int(cell)


_READERS: dict[str, Callable[[Column, Any], Any]] = {
    "id": _id,
    "ids": _ids,
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "year": _year,
    "kronor": lambda column, cell: _number(column, cell, kronor.parse_kronor, kronor.kronor),
    "integer": lambda column, cell: _number(column, cell, kronor.parse_integer, kronor.integer),
    "share": lambda column, cell: _number(
        column, cell, kronor.parse_share, lambda value: kronor.share(kronor.denoised(value))
    ),
    "number": lambda column, cell: _number(
        column, cell, kronor.parse_number, lambda value: kronor.number(kronor.denoised(value))
    ),
}
