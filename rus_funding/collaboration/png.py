"""SVG to PNG by resvg, a renderer that comes as one small wheel for Windows, macOS and Linux."""

from __future__ import annotations

from functools import cache
from typing import Any

from rus_funding.errors import UsageError


def available() -> bool:
    """Whether the renderer is installed."""
    try:
        renderer()
    except UsageError:
        return False
    return True


def png(svg: str, width: int = 1920) -> bytes:
    """The picture as PNG, `width` pixels wide. Raises `UsageError` without the renderer, or without any font."""
    render = renderer()
    if not _writes():
        raise UsageError(
            "No font was found to write the picture's text with. Install one (DejaVu Sans, Arial), or use the SVG."
        )
    return bytes(render(svg_string=svg, width=width, background="white"))


@cache
def renderer() -> Any:
    """resvg's function. Raises `UsageError` where it is not installed."""
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise UsageError("PNG pictures need resvg: pip install resvg-py. The SVG needs nothing.") from None
    return svg_to_bytes


@cache
def _writes() -> bool:
    """Whether text leaves a mark: without a font the renderer leaves it out and says nothing."""
    from rus_funding.collaboration.style import FONT

    blank = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{}</svg>'
    text = f'<text x="2" y="16" font-size="16" font-family="{FONT}">H</text>'
    return bytes(renderer()(svg_string=blank.format(text))) != bytes(renderer()(svg_string=blank.format("")))
