"""One colour for a fund, an area and an actor type in every document of a pack.

Eight hues that the colour-blind tell apart, each in four steps of lightness, so that neighbours also differ in grey
print. Every one has a contrast of at least 3:1 to white (WCAG 2.1, 1.4.11). Rows that belong together share a hue:
funds of one level, areas of one goal. Nothing but the order of the model's tables decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# OKLCH hues 252, 50, 162, 330, 88, 220, 290, 20. In each the base first, then the steps that stand farthest from it;
# the bases' lightness is what keeps all eight apart for protan-, deuteran- and tritanopia.
HUES = (
    ("#4b95e5", "#00386a", "#1364b0", "#034e8e"),  # blue
    ("#b65403", "#5b2701", "#d96f28", "#7b3700"),  # orange
    ("#0c8a5e", "#01432c", "#38a477", "#005c3d"),  # green
    ("#903d8b", "#c36bbc", "#5f055b", "#aa55a4"),  # purple
    ("#b38c15", "#473502", "#977502", "#614900"),  # ochre
    ("#034a5b", "#27a0bf", "#046f87", "#0988a5"),  # cyan
    ("#7561c5", "#3b1e7e", "#917ee5", "#4f3797"),  # violet
    ("#80011d", "#e16167", "#ac2f3b", "#c74a51"),  # red
)
GREY = "#6b7280"  # what is past the hues, and what is summed up as "others"
STEPS = len(HUES[0])


def spread(families: Sequence[str], hues: Sequence[Sequence[str]]) -> Iterator[str]:
    """A hue for each family and a step for each member; one hue after the other where the families do not fit."""
    kinds = list(dict.fromkeys(families))
    if 1 < len(kinds) <= len(hues) and all(families.count(kind) <= STEPS for kind in kinds):
        for i, family in enumerate(families):
            yield hues[kinds.index(family)][families[:i].count(family)]
        return
    for i in range(len(families)):
        step, hue = divmod(i, len(hues))
        yield hues[hue][step] if step < STEPS else GREY


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.1 defines it, 1..21.

    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink(colour: str) -> str:
    """White or black: what is better read on the colour, at 4.5:1 at least."""
    return max(("#ffffff", "#000000"), key=lambda text: contrast(text, colour))


def lifted(colour: str, paper: str, least: float = 3.0) -> str:
    """The colour, mixed with as much white as it takes to stand out from a dark paper.

    >>> lifted("#ffffff", "#000000"), contrast(lifted("#00386a", "#14181f"), "#14181f") >= 3
    ('#ffffff', True)
    """
    steps = (mix(colour, "#ffffff", part / 20) for part in range(21))
    return next(mixed for mixed in steps if contrast(mixed, paper) >= least)


def mix(one: str, other: str, part: float) -> str:
    """The first colour with `part` (0..1) of the other.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [v / 255 for v in _channels(colour)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
