"""Text that deceives the eye: characters that hide, reorder, or look like others; how they are shown instead.

A cell, a key or a name with one of them is refused where it is read, alike in tables, scenarios and workbooks. What is
refused, and what stands where nobody refuses it (names of files), is shown with every such character written out.
"""

from __future__ import annotations

import re
import unicodedata

STACK = 20  # accents on one letter: no language has as many, and ordering them takes the square of their number
CLIP = 300  # characters of a text from a file that a message repeats

# Marks that turn the direction of text; characters without any width; fillers that look like nothing; tags; what is no
# character at all (halves of surrogate pairs, U+FFFE and its like).
_DECEIVING = re.compile(
    "[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u115f\u1160\u3164\uffa0\u2800\ufeff\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Joiners belong to emoji and to scripts whose letters join; beside our own letters and digits they only hide.
_JOINER = re.compile("(?:^|(?<=[\\s\x00-\u024f]))[\u200c\u200d]|[\u200c\u200d](?=[\\s\x00-\u024f]|$)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def deceiving(text: str) -> str:
    """The first character of a text that deceives, as ``U+202E``; ``""`` where none does.

    >>> deceiving("Örebro län"), deceiving("Öre\\u202ebro"), deceiving("Öre\\u200dbro")
    ('', 'U+202E', 'U+200D')
    """
    if text.isascii():
        return ""
    if len(text) > STACK:
        for start in range(0, len(text) - STACK + 1, STACK):  # a stack twice as high fills one of these wholly
            if all(map(unicodedata.combining, text[start : start + STACK])):
                return f"U+{ord(text[start]):04X}"
    found = _DECEIVING.search(text) or _JOINER.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def control(text: str) -> str:
    """The first control character that is no tab and no line break, as ``U+001B``; ``""`` where there is none."""
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def visible(text: str) -> str:
    """Text with everything written out that does not print: it could steer a terminal, or hide.

    >>> visible("a\\u202eb\\tc")
    'a\\\\u202eb\\\\tc'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else repr(char)[1:-1] for char in text)


def plain(text: str) -> str:
    """An id as it stands, its foreign letters written out: a Cyrillic о looks like an o.

    >>> plain("f\u043erum"), plain("förum")
    ('f\\\\u043erum', 'förum')
    """
    return "".join(char if char < "\u0250" and char.isprintable() else ascii(char)[1:-1] for char in text)


def foreign(text: str) -> tuple[str, str] | None:
    """The first letter of another alphabet than ours, as ``U+043E`` and by its name; None where there is none.

    >>> foreign("f\u043erum"), foreign("förum")
    (('U+043E', 'CYRILLIC SMALL LETTER O'), None)
    """
    found = next((char for char in text if char >= "\u0250" and char.isalpha()), None)
    return None if found is None else (f"U+{ord(found):04X}", unicodedata.name(found, "?"))


def clipped(text: str, most: int = CLIP) -> str:
    """The beginning of a long text."""
    return text if len(text) <= most else f"{text[:most]}…"
