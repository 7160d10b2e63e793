"""Text that stays inside its box: cleaned, set smaller as far as that stays readable, then shortened with "…".

Widths are those of a wide font (see `collaboration.glyphs`): what fits by them fits in the fonts of any template.
"""

from __future__ import annotations

import math
import re

from rus_funding.collaboration.glyphs import width
from rus_funding.papers.clean_names import cleaned

LEADING = 1.2  # height of a line, in font sizes

# marks that no eye sees, of which cleaning lets some pass
_MARKS = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\ufffd]")
_SPACES = re.compile("[ \\t]+")


def plain(text: str) -> str:
    """A text from data on one line, without what a slide cannot hold. No-break spaces stay.

    >>> plain("Kultur\\x07\\n  skola\\u200e")
    'Kultur skola'
    """
    return _SPACES.sub(" ", _MARKS.sub("", cleaned(text))).strip()


def broken(text: str, size: float, across: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most `across` points, broken at spaces, and inside a word that is wider than a line.

    >>> broken("Partnerskapet för regional utveckling", 10, 130)
    ['Partnerskapet för', 'regional utveckling']
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if width(longer, size, bold=bold) <= across:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        rest = word
        while width(rest, size, bold=bold) > across and len(rest) > 1:
            part = _head(rest, size, across, bold=bold)
            lines[-1:] = [part, ""]
            rest = rest[len(part) :]
        lines[-1] = rest
    return lines


def lines(text: str, size: float, across: float, *, bold: bool = False) -> int:
    """How many lines of `across` points the text takes."""
    return len(broken(text, size, across, bold=bold))


def shortened(text: str, size: float, across: float, rows: int = 1, *, bold: bool = False) -> str:
    """The cleaned text in at most `rows` lines of `across` points.

    >>> shortened("Europeiska regionala utvecklingsfonden", 10, 150)
    'Europeiska regionala utvec…'
    """
    text = plain(text)
    found = broken(text, size, across, bold=bold)
    if len(found) <= rows:
        return text
    last = " ".join(found[rows - 1 :])
    cut = _head(last, size, across - width("…", size, bold=bold), bold=bold).rstrip(" ,;:")
    return " ".join([*found[: rows - 1], f"{cut}…"])


def fitted(
    text: str, box: tuple[float, float], size: float, least: float = 12.0, *, bold: bool = False
) -> tuple[str, float]:
    """The text and its font size in a box of (width, height) points: `size` if it fits, down to `least`, then cut.

    >>> fitted("Ja", (100, 30), 20), fitted("Ett mycket långt svar på en kort fråga", (100, 30), 20)[1]
    (('Ja', 20), 12.0)
    """
    text = plain(text)
    across, down = box
    tried = size
    while tried > least:
        whole = max((width(word, tried, bold=bold) for word in text.split(" ")), default=0) <= across
        if whole and lines(text, tried, across, bold=bold) * tried * LEADING <= down:
            return text, tried
        tried = max(least, tried - 1)
    least = min(size, least)
    rows = max(1, math.floor(down / (least * LEADING)))
    return shortened(text, least, across, rows, bold=bold), least


def _head(text: str, size: float, across: float, *, bold: bool) -> str:
    """As many letters as fit in `across`, one at least."""
    wide, count = 0.0, 0
    for letter in text:
        wide += width(letter, size, bold=bold)
        if wide > across:
            break
        count += 1
    return text[: max(1, count)]
