"""How wide text is, and how to break a name into a label. Fonts differ: the widths are those of a wide one."""

from __future__ import annotations

from functools import lru_cache

# Advance widths of DejaVu Sans, rounded up, in hundredths of the font size. Arial, Segoe UI, Liberation Sans and
# Helvetica are narrower: a label that fits by this table fits in all of them.
_WIDTHS = {
    28: "'ijl", 30: "IJ", 32: " ,.·’\u00a0\u202f", 34: "/:;\\|", 36: "f", 37: "-", 40: "()[]t", 41: "!", 42: "r",
    46: '"', 50: "*_`–§°", 52: "”“", 53: "sz", 54: "?", 55: "c", 56: "L", 58: "Fk", 60: "vxy•", 61: "P",
    62: "TYaeoåäöéø«»", 64: "$0123456789ESbdghnpqu{}Éü", 66: "K", 69: "ABVXZÅÄ", 70: "CR", 74: "UÜ", 75: "N", 76: "H",
    78: "&DG", 79: "OQÖØ", 82: "w", 84: "#+<=>^~×→−±≥≤", 87: "M", 96: "%½", 98: "mÆ", 99: "Wæ", 100: "@—…",
}  # fmt: skip
_WIDTH = {letter: width / 100 for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN = 1.05  # a letter of another script
BOLD = 1.13  # how much wider bold letters are


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The most a line of text is wide, in the unit of `size`."""
    return sum(_WIDTH.get(letter, _UNKNOWN) for letter in text) * size * (BOLD if bold else 1.0)


@lru_cache(maxsize=4096)
def wrap(text: str, size: float, most: float, lines: int) -> tuple[str, ...]:
    """The text in as few lines as fit in `most`, of about equal width; what does not fit in `lines` ends with "…".

    >>> wrap("Partnerskapet för regional utveckling", 10, 130, 3)
    ('Partnerskapet för', 'regional utveckling')
    """
    words = [_cut(word, size, most) for word in text.split()] or [""]
    broken = _greedy(words, size, most)
    if len(broken) > lines:
        rest = broken[lines - 1] + " …"
        while width(rest, size) > most and " " in rest[:-2]:
            rest = rest[:-2].rpartition(" ")[0] + " …"
        return (*broken[: lines - 1], _cut(rest, size, most))
    low, high = 0.0, most
    for _ in range(12):  # the narrowest label with as many lines
        middle = (low + high) / 2
        tried = _greedy(words, size, middle)
        if len(tried) == len(broken) and all(width(line, size) <= middle for line in tried):
            broken, high = tried, middle
        else:
            low = middle
    return tuple(broken)


def _greedy(words: list[str], size: float, most: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width(longer, size) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(word: str, size: float, most: float) -> str:
    """The word, shortened by "…" where it is wider than `most`."""
    if width(word, size) <= most:
        return word
    while word and width(word + "…", size) > most:
        word = word[:-1]
    return word + "…"
