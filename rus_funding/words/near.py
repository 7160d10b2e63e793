"""The known word that an unknown one is most likely meant for, sought among a bounded number of them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 100  # characters of a word that may be a slip of another
MANY = 200  # known words that are all compared; of more only those that begin or end alike


def nearest(word: str, known: Collection[str]) -> str:
    """The word of `known` that `word` resembles, or ``""``.

    >>> nearest("fourm", ["forum", "skog"]), nearest("x", ["forum"])
    ('forum', '')
    """
    if not word or len(word) > LONGEST:
        return ""
    words = known
    if len(known) > MANY:
        head, tail = word[:2], word[-3:]
        alike = (one for one in known if one[:2] == head or one[-3:] == tail)
        words = [one for one, _ in zip(alike, range(MANY), strict=False)]
    near = difflib.get_close_matches(word, [one for one in words if one and len(one) <= LONGEST], n=1)
    return near[0] if near else ""
