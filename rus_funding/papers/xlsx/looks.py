"""How cells look: one format for each kind of number in each kind of line, made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

FONT, SIZE = "Calibri", 11
INK, MUTED, ACCENT = "#1B1B1B", "#5B6670", "#1F4E79"
HEAD, GROUP, RULE = "#E3EBF3", "#F4F7FA", "#C9D2DB"
LOCALES = {"sv": "[$-41D]", "en": "[$-809]"}
MORE = {"points": "#,##0.00", "share": "#,##0.0", "index": "0.000", "count": "#,##0"}  # of differences
LINES: dict[str, dict[str, Any]] = {  # how lines differ
    "row": {"bottom": 1, "bottom_color": RULE},
    "group": {"bold": True, "font_color": ACCENT, "bg_color": GROUP, "bottom": 1, "bottom_color": RULE},
    "subtotal": {"italic": True, "bottom": 1, "bottom_color": RULE},
    "total": {"bold": True, "top": 1, "top_color": ACCENT, "bottom": 6, "bottom_color": ACCENT},
    "plain": {},
}


def codes(lang: str) -> dict[str, str]:
    """The number formats of Excel by kind. Thousands are parted as the reader's Excel does it, in Swedish by a space.

    Kronor without their unit leave room for it, so that they stand in line with sums that have one.
    """
    at = LOCALES[lang]
    whole, less = f"{at}#,##0", f'{at}"−"#,##0'
    if lang == "sv":
        kronor, with_unit = f"{whole}_ _k_r;{less}_ _k_r", f'{whole}\\ "kr";{less}\\ "kr"'
    else:
        kronor, with_unit = f"{whole};{less}", f'{at}"SEK "#,##0;{at}"−SEK "#,##0'
    change = kronor.replace(whole, f'{at}"+"#,##0', 1) + f";{kronor.partition(';')[0]}"
    percent = "\\ %" if lang == "sv" else "%"
    return {
        "kronor": kronor,
        "kr": with_unit,
        "change": change,
        "points": f'{at}#,##0.00;{at}"−"#,##0.00',
        "share": f"{at}0.0{percent}",
        "limit": f"{at}0{percent}",
        "fine": f"{at}0.0#{percent}",
        "number": "General",
        "count": f"{at}#,##0",
        "year": "0",
        "millions": f"{at}0.0,,",
        "index": f'{at}0.000;{at}"−"0.000',
        "price": f'{at}0.000000;{at}"−"0.000000',
        "time": "yyyy\\-mm\\-dd\\ hh:mm",
        "slack": f'{at}#,##0.00;{at}"−"#,##0.00',
        **{f"more-{kind}": f'{at}"+"{code};{at}"−"{code};{at}{code}' for kind, code in MORE.items()},
    }


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self.book, self.codes = book, codes(lang)
        self._made: dict[tuple[Any, ...], Format] = {}
        self._cells: dict[tuple[str, str, bool], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """The format with these properties of XlsxWriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "vcenter"}
            self._made[key] = self.book.add_format({**base, **properties})
        return self._made[key]

    def cell(self, kind: str, line: str = "row", *, inner: bool = False) -> Format:
        """A cell of a table: `kind` of number or text, `line` of `LINES`; an `inner` text is set off a little."""
        key = kind, line, inner
        if key not in self._cells:
            self._cells[key] = self(**self._cell(kind, line), **self._indent(kind, inner=inner))
        return self._cells[key]

    def _indent(self, kind: str, *, inner: bool) -> dict[str, int]:
        return {"indent": 1} if inner and (kind not in self.codes or kind in {"year", "time"}) else {}

    def _cell(self, kind: str, line: str) -> dict[str, Any]:
        properties = dict(LINES[line])
        if kind in self.codes:
            unit = kind == "kronor" and line == "total"
            properties |= {"num_format": self.codes["kr" if unit else kind], "align": "right"}
            if kind in {"year", "time"}:
                properties["align"] = "left"
            return properties
        properties |= {"num_format": "@" if kind == "id" else "General", "align": "left"}
        if kind == "wrap":
            properties["text_wrap"] = True
        if kind == "id" and line == "row":
            properties["font_color"] = MUTED
        return properties

    def heading(self, kind: str, *, inner: bool = False) -> Format:
        """A heading of a column; above kronor it leaves the room that they leave for their unit."""
        right = kind in self.codes and kind not in {"year", "time"}
        room = "_ _k_r" if self.codes.get(kind, "").partition(";")[0].endswith("_ _k_r") else ""
        return self(
            bold=True, font_color=ACCENT, bg_color=HEAD, bottom=1, bottom_color=ACCENT, text_wrap=True,
            align="right" if right else "left", num_format=f"0{room};;;@{room}",
            **self._indent(kind, inner=inner),
        )  # fmt: skip
