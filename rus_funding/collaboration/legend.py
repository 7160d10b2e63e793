"""What the marks and lines of the picture mean, in rows below it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rus_funding.collaboration import glyphs, style, words
from rus_funding.words.marks import darker, outline

if TYPE_CHECKING:
    from collections.abc import Mapping

ROW, BETWEEN, LINE = 27.0, 24.0, 38.0


@dataclasses.dataclass(frozen=True)
class Entry:
    """A sample, drawn from (0, 0) on its middle line, `wide` pixels; and what it means."""

    sample: str
    wide: float
    meaning: str

    @property
    def width(self) -> float:
        """Sample and text, in pixels."""
        return self.wide + 7 + glyphs.width(self.meaning, style.SIZE)


def entries(
    kinds: Mapping[str, tuple[str, str]], scale: float, lang: str, *, new: bool, faint: bool
) -> list[list[Entry]]:
    """The legend's paragraphs: types of actors; then lines; then the width of lines."""
    shapes = [
        Entry(style.mark(outline(shape, 9, 0, 7.5), colour, style.PAPER, 1.2), 18, words.kind(kind, lang))
        for kind, (shape, colour) in kinds.items()
    ]
    first = darker(next(iter(kinds.values()), ("circle", "#555555"))[1])
    states = [
        Entry(style.mark(outline("circle", 9, 0, 6.5), style.PAPER, first, 2.2), 18, words.word("hollow", lang)),
        Entry(
            style.mark(outline("circle", 5, 0, 4), style.SOFT, style.PAPER, 1)
            + style.mark(outline("circle", 19, 0, 8), style.SOFT, style.PAPER, 1),
            28,
            words.word("size", lang),
        ),
    ]
    lines = [_line(style.USED, 3, words.word("used", lang))]
    if new:
        lines.insert(0, _line(style.NEW, 4, words.word("new_strong" if faint else "new", lang)))
        if faint:
            lines.insert(1, _line(style.FAINT, style.FAINTEST, words.word("faint", lang)))
        lines.append(_line(style.UNUSED, 1.8, words.word("unused", lang)))
    widths = []
    if scale:
        steps = [scale / 20, scale / 5, scale]
        widths = [
            _line(style.USED, style.line_width(kronor, scale), words.short_kronor(kronor, lang)) for kronor in steps
        ]
        widths.append(Entry("", 0, words.word("thickness", lang)))
    return [shapes, [*states, *widths[-1:], *widths[:-1]], lines]


def _line(look: str, wide: float, meaning: str) -> Entry:
    path = f'<path d="M2 0H{LINE - 2:g}" fill="none" {look} stroke-width="{wide:.1f}" stroke-linecap="round"/>'
    return Entry(path, LINE, meaning)


def drawn(paragraphs: list[list[Entry]], top: float, width: float) -> tuple[list[str], float]:
    """The legend as SVG under a hairline at `top`, wrapped to `width`, and where it ends."""
    left, right = style.MARGIN, width - style.MARGIN
    out = [f'<path d="M{left:g} {top:g}H{right:g}" stroke="#d5d9df" stroke-width="1"/>']
    y = top + ROW * 0.85
    for entries_of_one in paragraphs:
        x = left
        for entry in entries_of_one:
            if x > left and x + entry.width > right:
                x, y = left, y + ROW
            if entry.sample:
                out.append(f'<g transform="translate({x:.1f} {y:.1f})">{entry.sample}</g>')
            out.append(style.text(round(x + entry.wide + 7, 1), y + 4.6, entry.meaning))
            x += entry.width + BETWEEN
        y += ROW
    return out, y
