"""Measures and colours of the pictures, in one place; lengths are pixels at the picture's own size."""

from __future__ import annotations

import math
from html import escape

FONT = "'Segoe UI', 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
INK, SOFT, PAPER = "#1d2430", "#5a6270", "#ffffff"
NEW = 'stroke="#e0803a" stroke-opacity="0.42"'  # a warm, light tone: in grey print well apart from the dark old ties
FAINT = 'stroke="#e0803a" stroke-opacity="0.3"'
USED = 'stroke="#2b3442" stroke-opacity="0.85"'
UNUSED = 'stroke="#2b3442" stroke-opacity="0.8" stroke-dasharray="1.5 4"'
MARGIN, SIZE, LEADING = 28.0, 13.0, 15.0
LEAST_RADIUS, MOST_RADIUS, GAP = 5.5, 13.0, 4.0
THINNEST, THICKEST, FAINTEST = 1.1, 7.0, 0.8


def nice(kronor: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below `kronor`: pictures of like plans share a scale."""
    if kronor <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(kronor))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= kronor)


def line_width(kronor: float, scale: float) -> float:
    """The width of a line: thinnest without kronor, thickest at `scale`, growing with the square root between."""
    return THINNEST + (THICKEST - THINNEST) * (kronor / scale) ** 0.5 if scale and kronor > 0 else THINNEST


def radius(partners: int, most: int) -> float:
    """The radius of a mark: its area grows with the number of partners, `most` being the greatest in the picture."""
    return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * (partners / most) ** 0.5 if most else LEAST_RADIUS


def text(x: float, y: float, words: str, size: float = SIZE, colour: str = INK, more: str = "") -> str:
    """A line of text; `more` holds further attributes."""
    return f'<text x="{x:g}" y="{y:.1f}" font-size="{size:g}" fill="{colour}"{more}>{escape(words)}</text>'


def mark(path: str, fill: str, stroke: str, wide: float) -> str:
    """A shape on a white rim that parts it from the lines under it."""
    rim = f'<path d="{path}" fill="{PAPER}" stroke="{PAPER}" stroke-width="4.5" stroke-linejoin="round"/>'
    return f'{rim}<path d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="{wide}" stroke-linejoin="round"/>'
