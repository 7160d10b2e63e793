"""The styles of the annex: what Word's own names are made to look like, and those of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from rus_funding.papers.docx.table import MARGIN, STYLE

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Calibri"
ACCENT, MUTED, RULE, HEAD = "1F4E79", "5B6670", "C9D2DB", "E3EBF3"
SIDE = 2.0  # centimetres at the sides
TAGS = {"sv": "sv-SE", "en": "en-GB"}
SIZES = {"Title": 19, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12, "Caption": 9.5}
ABOVE = {"Title": 0, "Subtitle": 0, "Heading 1": 12, "Heading 2": 8, "Caption": 6}
BELOW = {"Title": 2, "Subtitle": 10, "Heading 1": 5, "Heading 2": 3, "Caption": 4}
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def dress(document: Document, lang: str) -> None:
    """Set fonts, sizes, spaces, language and table styles."""
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    tag = defaults.find(qn("w:lang"))
    for name in ("w:val", "w:eastAsia"):
        tag.set(qn(name), TAGS[lang])
    normal: Any = styles["Normal"]
    _font(normal, 10)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(5), 1.1
    for name, size in SIZES.items():
        style: Any = styles[name]
        _font(style, size, bold=name != "Subtitle", colour=MUTED if name in {"Subtitle", "Caption"} else ACCENT)
        style.font.italic = False
        form = style.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(ABOVE[name]), Pt(BELOW[name]), True
        _bare(style)
    for name in ("List Bullet", "List Number"):
        _font(styles[name], 10)
        styles[name].paragraph_format.space_after = Pt(2)
    for name in ("Header", "Footer"):
        _font(styles[name], 8.5, colour=MUTED)
        _bare(styles[name])
    for size, ending in ((9.5, ""), (7.5, "S")):
        for name, right in (("Tabelltext", False), ("Tabelltal", True)):
            made = _made(document, name + ending, size)
            if right:
                made.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                made.element.get_or_add_rPr().append(parse_xml(f'<w14:numSpacing {W14} w14:val="tabular"/>'))
    group = _made(document, "Tabellgrupp", 9.5)
    group.font.bold, group.font.color.rgb = True, RGBColor.from_string(ACCENT)
    note = _made(document, "Tabellnot", 9)
    note.font.color.rgb, note.paragraph_format.space_after = RGBColor.from_string(MUTED), Pt(8)
    end = _made(document, "Tabellslut", 4)
    end.paragraph_format.space_before = end.paragraph_format.space_after = Pt(0)
    styles.element.append(_table_style())


def page(document: Document, *, landscape: bool) -> float:
    """A4; returns the width of the text in centimetres."""
    section = document.sections[0]
    size = (29.7, 21.0) if landscape else (21.0, 29.7)
    section.page_width, section.page_height = Cm(size[0]), Cm(size[1])
    if landscape:
        from docx.enum.section import WD_ORIENT

        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = Cm(SIDE)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.9)
    section.header_distance = section.footer_distance = Cm(1.1)
    return size[0] - 2 * SIDE


def _made(document: Document, name: str, size: float) -> Any:
    made: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    _font(made, size)
    made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(1.5)
    made.paragraph_format.line_spacing = 1.0
    return made


def _font(style: Any, size: float, *, bold: bool | None = None, colour: str = "") -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):  # a theme's font would win over the name
        fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
        fonts.set(qn(f"w:{kind}"), FONT)


def _bare(style: Any) -> None:
    """Take away the border that Word's template has under its title, and the letter spacing."""
    for place, names in (("pPr", ("pBdr", "contextualSpacing", "tabs")), ("rPr", ("spacing", "kern"))):
        parent = style.element.find(qn(f"w:{place}"))
        for name in names:
            found = parent.find(qn(f"w:{name}")) if parent is not None else None
            if found is not None:
                parent.remove(found)


def _table_style() -> Any:
    """Light lines between rows, a shaded row of headings, a closing row between rules."""

    def line(side: str, size: int, colour: str, kind: str = "single") -> str:
        return f'<w:{side} w:val="{kind}" w:sz="{size}" w:space="0" w:color="{colour}"/>'

    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{STYLE}"><w:name w:val="{STYLE}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:tblPr><w:tblBorders>'
        f"{line('top', 4, ACCENT)}{line('bottom', 8, ACCENT)}{line('insideH', 4, RULE)}</w:tblBorders>"
        f'<w:tblCellMar><w:left w:w="{MARGIN}" w:type="dxa"/><w:right w:w="{MARGIN}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="{ACCENT}"/></w:rPr><w:tcPr><w:tcBorders>'
        f"{line('bottom', 6, ACCENT)}</w:tcBorders>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{HEAD}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>{line("top", 8, ACCENT)}'
        f"</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
    )
