"""The ranked list with its cut line as a picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rus_funding.collaboration.words import short_kronor
from rus_funding.papers.html import svg
from rus_funding.words.language import say
from rus_funding.words.numbers import plain, points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from rus_funding.engine.plan import ProjectResult
    from rus_funding.explanations.ranking import Ranking

TALL, LEFT, TOP, LOW = 240.0, 64.0, 34.0, 46.0
THIN = 4.0  # a rim would hide the block
NUMBERED = 17.0  # a block so wide has room for its rank


def staircase(
    found: Ranking, results: Mapping[str, ProjectResult], names: Mapping[str, str], lang: str, title: str, said: str
) -> Markup:
    """Every project as a block: as wide as its cost, as high as its points per krona, filled as far as it is funded."""
    shown = [(row, row.per_thousand) for row in found.rows if row.per_thousand is not None]
    whole = sum(row.cost for row, _ in shown) or 1
    top = _top(max((rate for _, rate in shown), default=1.0))
    across, up = (svg.WIDE - LEFT - 8) / whole, TALL / (top or 1.0)
    base = TOP + TALL
    parts = [_scale(top, up, base, lang)]
    x = LEFT
    for row, rate in shown:
        wide, high = row.cost * across, max(rate * up, 1.0)
        note = f"{row.rank}. {names[row.project]}: {points(rate, lang)}"
        thin = " thin" if wide < THIN else ""
        parts.append(svg.box(x, base - high, wide, high, f"unfunded{thin}", note))
        if kronor := results[row.project].kronor:
            parts.append(svg.box(x, base - high, wide * kronor / row.cost, high, f"block {row.status}{thin}", note))
        if wide >= NUMBERED:
            parts.append(svg.text(x + wide / 2, base + 16, str(row.rank), "tick", "middle"))
        x += wide
    parts.append(svg.line(LEFT, base, svg.WIDE - 8, base, "axis"))
    cut = LEFT + min(found.money, whole) * across
    parts.append(svg.line(cut, TOP - 10, cut, base + 4, "cut"))
    words = say(lang, "page.cut.here", kronor=short_kronor(found.money, lang))
    side = ("end", -8) if cut > svg.WIDE / 2 else ("start", 8)
    parts.append(svg.text(cut + side[1], TOP - 4, words, "strong", side[0]))
    parts.append(svg.text(LEFT, base + 38, say(lang, "page.cut.across"), "soft"))
    return svg.drawing("cut", base + LOW, title, said, parts)


def _top(most: float) -> float:
    """The least number above `most` whose quarters are short.

    >>> _top(1.55), _top(26.0)
    (1.6, 30.0)
    """
    power = 10.0 ** math.floor(math.log10(most)) if most > 0 else 1.0
    return next(round(step * power, 9) for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * power >= most)


def _scale(top: float, up: float, base: float, lang: str) -> str:
    parts = [svg.text(0, TOP - 16, say(lang, "page.cut.up"), "soft")]
    for i in range(1, 5):
        value = top * i / 4
        y = base - value * up
        parts.append(svg.line(LEFT, y, svg.WIDE - 8, y, "rule"))
        parts.append(svg.text(LEFT - 8, y + 4, plain(value, lang), "tick", "end"))
    return "".join(parts)
