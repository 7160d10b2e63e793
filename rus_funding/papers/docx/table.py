"""A table of a Word document as XML, made whole: thousands of rows take as long as their text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rus_funding.papers.clean_names import cleaned

if TYPE_CHECKING:
    from collections.abc import Sequence

STYLE = "Beslutstabell"
TWIPS = 567  # to a centimetre
MARGIN = 70  # of a cell to its sides, twips
SMALL = 4  # years or rows from which a table's figures are set smaller
TOGETHER = 9  # rows that a page holds: so short a table is not broken


@dataclasses.dataclass(frozen=True)
class Row:
    """Cells as text; kind: "row", "group" (one text over all columns), "subtotal" or "total"."""

    cells: tuple[str, ...]
    kind: str = "row"


def table(
    headings: Sequence[str],
    rows: Sequence[Row],
    widths: Sequence[float],
    numbers: int,
    about: tuple[str, str],
    *,
    small: bool = False,
) -> Any:
    """The table: `widths` in centimetres; the last `numbers` columns hold numbers and stand to the right.

    The row of headings is marked as such and repeated on every page; no row breaks across pages; a heading over rows
    stays with them. `about` is title and description for those who do not see it.
    """
    last = any(row.kind == "total" for row in rows[-1:])
    title, description = (quoteattr(cleaned(text, 250)) for text in about)
    grid = "".join(f'<w:gridCol w:w="{round(width * TWIPS)}"/>' for width in widths)
    made = _Rows(widths, numbers, small=small)
    end = len(rows) - 1
    kept = [at < end and (end < TOGETHER or at == end - 1) for at in range(len(rows))]
    body = "".join([made.head(headings), *(made.row(row, keep) for row, keep in zip(rows, kept, strict=True))])
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="{STYLE}"/>'
        f'<w:tblW w:w="{round(sum(widths) * TWIPS)}" w:type="dxa"/><w:tblInd w:w="{MARGIN}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="04{"60" if last else "20"}" w:firstRow="1" w:lastRow="{int(last)}" w:firstColumn="0" '
        f'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={title}/><w:tblDescription w:val={description}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


class _Rows:
    """Rows as XML."""

    def __init__(self, widths: Sequence[float], numbers: int, *, small: bool) -> None:
        self.widths, self.first_number, self.size = widths, len(widths) - numbers, "S" if small else ""

    def head(self, headings: Sequence[str]) -> str:
        """The row of headings."""
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{self._cells(headings, keep=True)}</w:tr>"

    def row(self, row: Row, keep: bool) -> str:
        """A row of the body; `keep` it on the page of the next one."""
        if row.kind == "group":
            inner = self._cell(row.cells[0], sum(self.widths), "Tabellgrupp", span=len(self.widths), keep=True)
        else:
            inner = self._cells(row.cells, keep=keep, italic=row.kind == "subtotal")
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{inner}</w:tr>"

    def _cells(self, texts: Sequence[str], *, keep: bool, italic: bool = False) -> str:
        styles = [("Tabelltal" if i >= self.first_number else "Tabelltext") + self.size for i in range(len(texts))]
        cells = zip(texts, self.widths, styles, strict=True)
        return "".join(self._cell(text, width, style, keep=keep, italic=italic) for text, width, style in cells)

    def _cell(
        self, text: str, width: float, style: str, *, span: int = 1, keep: bool = False, italic: bool = False
    ) -> str:
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="F4F7FA"/>' if span > 1 else ""
        kept = "<w:keepNext/>" if keep else ""
        look = "<w:rPr><w:i/></w:rPr>" if italic else ""
        run = f'<w:r>{look}<w:t xml:space="preserve">{escape(cleaned(text))}</w:t></w:r>' if text else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/>{spanned}{shade}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}</w:pPr>{run}</w:p></w:tc>'
        )
