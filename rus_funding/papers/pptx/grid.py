"""Native tables: quiet rules instead of boxes, numbers to the right, every cell on one line."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from rus_funding.collaboration.glyphs import width
from rus_funding.papers.pptx.fit import LEADING, lines, plain, shortened
from rus_funding.papers.pptx.layouts import CELL_SIZE
from rus_funding.papers.pptx.xml import child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.papers.pptx.deck import Slide

PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's style without any line or fill
INSET, HIGHEST, POINT = 5.0, 32.0, 12700
NARROWEST = 60.0  # points of a column of text
LEAST, BETWEEN = 19.0, 4.0  # points: the lowest row of 12-point text, and what a row has beside its text
SMALLEST = 6.0  # font size


@dataclasses.dataclass(frozen=True)
class Row:
    """Cells from left to right. look: "", "head", "total", "named" (the first cell bold), "apart" (the
    last cell bold) or "group" (one text across).

    `swatch` colours the first cell; `rows` is how many lines the row's texts may take at most.
    """

    cells: Sequence[str]
    look: str = ""
    swatch: str = ""
    rows: int = 1


def capacity(slide: Slide, role: str = "table") -> int:
    """How many one-line rows the table's room holds, its heading among them."""
    return int(slide.box(role).h // LEAST)


def grid(slide: Slide, rows: Sequence[Row], widths: Sequence[float], right: Sequence[int], description: str) -> Any:
    """A table of rows; `widths` are shares of its width, `right` the columns set to the right."""
    box = slide.box("table")
    slide.notes += [" | ".join(cell for cell in map(plain, row.cells) if cell) for row in rows]
    table = slide.table("table", len(rows), len(widths), description)
    properties = table._tbl.tblPr  # noqa: SLF001
    style = properties.find(qn("a:tableStyleId"))
    style.text = PLAIN
    properties.set("bandRow", "0")
    properties.set("firstRow", "1" if rows[0].look == "head" else "0")
    across = _widths(rows, [box.w * width / sum(widths) for width in widths], right)
    for column, wide in zip(table.columns, across, strict=True):
        column.width = Emu(round(wide * POINT))
    size, taken = _fitting(rows, across, right, box.h)
    unit = min(HIGHEST, (box.h - sum((n - 1) * size * LEADING for n in taken)) / len(rows))
    for drawn, row, n in zip(table.rows, rows, taken, strict=True):
        drawn.height = Emu(round((unit + (n - 1) * size * LEADING) * POINT))
        if row.look == "group":
            drawn.cells[0].merge(drawn.cells[len(widths) - 1])
        for i, cell in enumerate(drawn.cells):
            if row.look == "group" and i:
                continue
            room = (box.w if row.look == "group" else across[i]) - 2 * INSET
            text = row.cells[i] if i < len(row.cells) else ""
            _cell(cell, text, row, room, size, strong=_strong(row, i), right=i in right and row.look != "group")
        if row.swatch:
            fill = drawn.cells[0].fill
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(row.swatch.removeprefix("#").upper())
    return table


def _widths(rows: Sequence[Row], wanted: list[float], right: Sequence[int]) -> list[float]:
    """The columns' widths: as wanted, but numbers have the room they need, taken from the widest column of text."""
    across = list(wanted)
    for i in right:
        across[i] = max(across[i], max((_needed(row, i) for row in rows), default=0.0))
    widest = max((i for i in range(len(across)) if i not in right), key=lambda i: across[i])
    across[widest] = max(NARROWEST, across[widest] - (sum(across) - sum(wanted)))
    part = sum(wanted) / sum(across)
    return [each * part for each in across]


def _size(rows: Sequence[Row], across: Sequence[float], right: Sequence[int]) -> float:
    """The font size at which every number has room."""
    crowded = (across[i] / need for i in right for row in rows if (need := _needed(row, i)) > across[i])
    return max(SMALLEST, CELL_SIZE * min(crowded, default=1.0))


def _needed(row: Row, column: int) -> float:
    if row.look == "group" or column >= len(row.cells):
        return 0.0
    return width(plain(row.cells[column]), CELL_SIZE, bold=_strong(row, column)) + 2 * INSET + 2


def _cell(cell: Any, text: str, row: Row, room: float, size: float, *, strong: bool, right: bool) -> None:
    bold = strong
    cell.margin_left = cell.margin_right = Pt(INSET)
    cell.margin_top = cell.margin_bottom = Pt(1)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if row.look in {"head", "group"} else MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = plain(text) if right else shortened(text, size, room, row.rows, bold=bold)
    run.font.size, run.font.bold = Pt(size), bold
    child(paragraph._p, "a:endParaRPr", sz=str(round(size * 100)))  # noqa: SLF001 - an empty cell takes no more room
    cell.fill.background()
    if row.look == "total":
        _line(cell, "lnT", 1.0)
    else:
        _line(cell, "lnB", 1.0 if row.look == "head" else 0.5, quiet=row.look != "head")


def _strong(row: Row, cell: int) -> bool:
    alone = {"named": 0, "apart": len(row.cells) - 1}.get(row.look)
    return row.look in {"head", "total", "group"} or cell == alone


def _fitting(
    rows: Sequence[Row], across: Sequence[float], right: Sequence[int], down: float
) -> tuple[float, list[int]]:
    """The largest font size at which all rows have room, and the lines that each takes at it."""
    size = _size(rows, across, right)
    while True:
        taken = [_lines(row, across, size) for row in rows]
        if size <= SMALLEST or sum(n * size * LEADING + BETWEEN for n in taken) <= down:
            return size, taken
        size = max(SMALLEST, size - 0.5)


def _lines(row: Row, across: Sequence[float], size: float) -> int:
    """How many lines the row's longest cell takes, `rows` at most."""
    if row.rows == 1:
        return 1
    cells = enumerate(zip(row.cells, across, strict=False))
    needed = (lines(plain(text), size, room - 2 * INSET, bold=_strong(row, i)) for i, (text, room) in cells)
    return min(row.rows, max(needed))


def _line(cell: Any, side: str, wide: float, *, quiet: bool = False) -> None:
    """A line at a side of a cell, in the colour of text, or a light tone of it."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    line = child(properties, f"a:{side}", w=str(round(wide * POINT)), cap="flat", cmpd="sng")
    scheme = child(child(line, "a:solidFill"), "a:schemeClr", val="tx1")
    if quiet:
        child(scheme, "a:lumMod", val="25000")
        child(scheme, "a:lumOff", val="75000")
    properties.insert(0, line)  # lines stand before the fill
