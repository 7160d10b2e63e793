"""Small drawing: text, boxes and ribbons as SVG. Colours and fonts are the page's classes, so that they follow it.

Lengths are in the drawing's own pixels, of which `WIDE` go across a page.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from rus_funding.collaboration import glyphs
from rus_funding.papers.clean_names import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDE = 1120.0
SIZE = 14.0
LEADING = 17.0


def drawing(key: str, height: float, title: str, said: str, parts: Iterable[str], width: float = WIDE) -> Markup:
    """A whole picture that says what it shows: `title` and `said` are its name and its description."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width:g} {height:.0f}" role="img" '
        f'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{_safe(title)}</title>'
        f'<desc id="{key}-d">{_safe(said)}</desc>'
    )
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - every part is escaped where it is made


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """A line of text; y is its base line. `kind` is a class of the page."""
    more = f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{_safe(words)}</text>'


def label(x: float, y: float, lines: Sequence[str], number: str, kind: str = "", anchor: str = "start") -> str:
    """The lines of a name over its number, their middle at y."""
    top = y - LEADING * (len(lines) + 1) / 2 + LEADING * 0.76
    out = [text(x, top + i * LEADING, line, f"name{kind}", anchor) for i, line in enumerate(lines)]
    return "".join([*out, text(x, top + len(lines) * LEADING, number, f"soft{kind}", anchor)])


def wrapped(name: str, width: float, lines: int = 2, size: float = SIZE) -> tuple[str, ...]:
    """A name in as few lines as fit."""
    return glyphs.wrap(cleaned(name), size, width, lines)


def box(x: float, y: float, width: float, height: float, kind: str, note: str = "") -> str:
    """A rectangle; `note` is shown where it is pointed at."""
    inner = f"<title>{_safe(note)}</title>" if note else ""
    size = f'width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} class="{kind}">{inner}</rect>'


def line(x: float, y: float, right: float, bottom: float, kind: str) -> str:
    """A straight line."""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{bottom:.1f}" class="{kind}"/>'


def ribbon(left: float, top: float, right: float, end: float, thick: float, kind: str, note: str) -> str:
    """A band from (left, top) to (right, end), so thick at both ends."""
    middle = (left + right) / 2
    path = (
        f"M{left:.1f} {top:.2f}C{middle:.1f} {top:.2f} {middle:.1f} {end:.2f} {right:.1f} {end:.2f}v{thick:.2f}"
        f"C{middle:.1f} {end + thick:.2f} {middle:.1f} {top + thick:.2f} {left:.1f} {top + thick:.2f}z"
    )
    return f'<path d="{path}" class="{kind}"><title>{_safe(note)}</title></path>'


def _safe(words: str) -> str:
    return escape(cleaned(words))
