"""Native charts of Excel, with the pack's colours: they follow the cells."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

from rus_funding.kronor import NBSP
from rus_funding.papers.clean_names import cleaned
from rus_funding.papers.xlsx.looks import FONT, INK, MUTED, RULE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.papers.xlsx.book import Book
    from rus_funding.papers.xlsx.page import Page

SHOWN = 12  # series that a reader can tell apart
WIDTH = 780


def by_year(
    book: Book, page: Page, rows: Sequence[tuple[int, str]], head: int, columns: tuple[int, int], title: str
) -> None:
    """Stacked columns, one for each year, below the page's table. `rows` are (row, colour); too many are not drawn."""
    if not 0 < len(rows) <= SHOWN:
        return
    first, last = columns
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    for row, colour in rows:
        chart.add_series({
            "name": "=" + page.place(row, 1),
            "categories": "=" + page.place(head, first, head, last),
            "values": "=" + page.place(row, first, row, last),
            "fill": {"color": colour}, "border": {"color": "white", "width": 0.75}, "gap": 60,
        })  # fmt: skip
    _dress(chart, title)
    chart.set_y_axis(_axis(grid=True, name=book.words("axis-millions"), num_format=book.looks.codes["millions"]))
    chart.set_x_axis(_axis())
    _insert(page, chart, title, 340)


def bars(
    book: Book, page: Page, names: str, values: str, title: str, colours: Sequence[str], code: str, column: int = 0
) -> None:
    """Horizontal bars, the first on top, each in its own colour and with its number."""
    chart = book.file.add_chart({"type": "bar"})
    chart.add_series({
        "name": cleaned(title, 250), "categories": f"={names}", "values": f"={values}", "gap": 45,
        "points": [{"fill": {"color": colour}} for colour in colours],
        "data_labels": {"value": True, "num_format": code.replace('\\ "kr"', f'"{NBSP}kr"'), "font": _font(9)},
    })  # fmt: skip
    _dress(chart, title, legend=False)
    chart.set_y_axis({**_axis(), "reverse": True})
    chart.set_x_axis({**_axis(), "visible": False, "major_gridlines": {"visible": False}, "min": 0})
    _insert(page, chart, title, 70 + 26 * len(colours), column)


@dataclasses.dataclass(frozen=True)
class Axis:
    """Numbers of a cloud: where they stand, what they are called, their format, and the numbers themselves."""

    place: str
    name: str
    code: str
    values: Sequence[float]

    @property
    def least(self) -> float:
        """A round number below them all, near them: a cloud far from 0 would be a line."""
        low, high = min(self.values), max(self.values)
        step = 10 ** math.floor(math.log10(high - low)) if high > low else max(abs(low), 1.0)
        return max(0.0, math.floor((low - step / 10) / step) * step) if low >= 0 else low


def scatter(book: Book, page: Page, across: Axis, up: Axis, title: str) -> None:
    """A dot for each scenario."""
    chart = book.file.add_chart({"type": "scatter"})
    dot = {"type": "circle", "size": 4, "fill": {"color": "#1364b0", "transparency": 60}, "border": {"none": True}}
    chart.add_series({
        "name": cleaned(title, 250), "categories": f"={across.place}", "values": f"={up.place}", "marker": dot,
    })  # fmt: skip
    _dress(chart, title, legend=False)
    chart.set_x_axis(_axis(grid=True, name=across.name, num_format=across.code, min=across.least))
    chart.set_y_axis(_axis(grid=True, name=up.name, num_format=up.code, min=up.least))
    _insert(page, chart, title, 400)


def _insert(page: Page, chart: Any, title: str, height: int, column: int = 0) -> None:
    """Put a chart below what is there, and leave room for it."""
    chart.set_size({"width": WIDTH, "height": height})
    place = {"x_offset": 4, "y_offset": 4, "object_position": 2, "description": cleaned(title, 250)}
    page.sheet.insert_chart(page.row, column, chart, place)
    page.row += height // 24 + 2


def _dress(chart: Any, title: str, *, legend: bool = True) -> None:
    chart.set_title({"name": cleaned(title, 250), "name_font": {**_font(12), "bold": True}})
    chart.set_legend({"position": "right", "font": _font(9)} if legend else {"none": True})
    chart.set_chartarea({"border": {"none": True}, "fill": {"color": "white"}})
    chart.set_plotarea({"fill": {"none": True}})


def _axis(*, grid: bool = False, name: str = "", **more: Any) -> dict[str, Any]:
    ticks = {"major_tick_mark": "none", "minor_tick_mark": "none"}
    lines = {"major_gridlines": {"visible": grid, "line": {"color": RULE, "width": 0.5}}}
    named = {"name": name, "name_font": _font(9, MUTED)} if name else {}
    return {"num_font": _font(9), "line": {"color": RULE}, **ticks, **lines, **named, **more}


def _font(size: int, colour: str = INK) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": colour, "bold": False}
