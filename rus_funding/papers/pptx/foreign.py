"""Finding one's way in an organisation's own template: which layout to take, and where on it there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.enum.shapes import PP_PLACEHOLDER as KIND

from rus_funding.papers.pptx.layouts import Box

if TYPE_CHECKING:
    from rus_funding.papers.pptx.layouts import Layout

TITLES = {KIND.TITLE, KIND.CENTER_TITLE}
ROOMS = {KIND.OBJECT, KIND.BODY, KIND.CHART, KIND.TABLE}
LITTLE = 0.2  # of the slide: a smaller content placeholder is no room for a chart
POINT = 12700  # EMU


def layout(prs: Any, wanted: Layout) -> Any:
    """The layout of a template that has the placeholders a slide needs; the first at ties."""
    opening = wanted.type == "title"

    def worth(candidate: Any) -> tuple[int, int, int]:
        kinds = [shape.placeholder_format.type for shape in candidate.placeholders]
        rooms = [shape for shape in candidate.placeholders if shape.placeholder_format.type in ROOMS]
        large = any(shape.width * shape.height > LITTLE * prs.slide_width * prs.slide_height for shape in rooms)
        if opening:
            return int(KIND.CENTER_TITLE in kinds), int(KIND.SUBTITLE in kinds), -len(kinds)
        headed = int(KIND.TITLE in kinds)
        return headed, int(large and len(rooms) == 1), -len(kinds)

    return max(prs.slide_layouts, key=worth)


def stage(prs: Any, chosen: Any) -> Box:
    """Where a foreign layout has its content, in points; where it says nothing, below its title."""
    across, down = prs.slide_width / POINT, prs.slide_height / POINT
    rooms = [shape for shape in chosen.placeholders if shape.placeholder_format.type in ROOMS]
    for shape in sorted(rooms, key=lambda each: -each.width * each.height)[:1]:
        if shape.width * shape.height > LITTLE * prs.slide_width * prs.slide_height:
            box = Box(*(length / POINT for length in (shape.left, shape.top, shape.width, shape.height)))
            right, low = min(across, box.x + box.w), min(down, box.y + box.h)
            return Box(max(0.0, box.x), max(0.0, box.y), right - max(0.0, box.x), low - max(0.0, box.y))
    titles = [shape for shape in chosen.placeholders if shape.placeholder_format.type in TITLES]
    low = max([(shape.top + shape.height) / POINT for shape in titles], default=0.2 * down)
    low = low if low < 0.5 * down else 0.2 * down
    return Box(across * 0.05, low + 8, across * 0.9, 0.92 * down - low - 8)


def top(prs: Any) -> Box:
    """Where a headline stands if a layout has no place for one."""
    return Box(prs.slide_width / POINT * 0.05, prs.slide_height / POINT * 0.05, prs.slide_width / POINT * 0.9, 68.0)


def inside(shape: Any) -> Box:
    """A foreign placeholder's room for text: its extent less the usual insets."""
    x, y, w, h = (length / POINT for length in (shape.left, shape.top, shape.width, shape.height))
    return Box(x, y, max(40.0, w - 15), max(20.0, h - 8))
