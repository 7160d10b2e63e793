"""Names from data as office files can hold them: no control characters, nothing that turns the text around."""

from __future__ import annotations

import re

LARGEST_CELL = 32_767  # characters of a cell in Excel

# what XML 1.0 forbids, lone surrogates, and the marks that turn the direction of all text after them
_SPACE = re.compile("[\\t\\n\\x0b\\x0c\\r\\x85\\u2028\\u2029]+")
_DROPPED = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff\\ufffe\\uffff]")


def cleaned(text: str, most: int = LARGEST_CELL) -> str:
    """`text` on one line, without what office files cannot hold, cut to `most` characters as Excel counts them.

    >>> cleaned("Kultur\\x07\\n\\u202eskola"), cleaned("å" * 9, 4)
    ('Kultur skola', 'ååå…')
    """
    if len(text) * 2 <= most and text.isprintable():
        return text
    plain = _DROPPED.sub("", _SPACE.sub(" ", text))
    if len(plain) * 2 <= most or len(plain.encode("utf-16-le")) // 2 <= most:
        return plain
    return plain.encode("utf-16-le")[: (most - 1) * 2].decode("utf-16-le", "ignore") + "…"
