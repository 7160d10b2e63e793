"""`Paper`: the annex in the making: paragraphs, lists, tables with captions, header, footer and properties."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from rus_funding.papers.clean_names import cleaned
from rus_funding.papers.docx import styles
from rus_funding.papers.docx.table import MARGIN, TWIPS, Row, table
from rus_funding.words.language import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from rus_funding.papers.pack import Pack

FIXED = (1980, 1, 1, 0, 0, 0)  # of the archive's members: the same annex is the same bytes


class Paper:
    """A document of a pack, written from the top."""

    def __init__(self, pack: Pack, made: dt.datetime, *, landscape: bool) -> None:
        self.pack, self.lang, self.made = pack, pack.lang, made
        self.document = Document()
        self.width = styles.page(self.document, landscape=landscape)
        styles.dress(self.document, pack.lang)
        self.tables = 0

    def words(self, key: str, **fields: Any) -> str:
        """A text of the annex's own."""
        return say(self.lang, f"annex.{key}", **fields)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 0 is the title."""
        self.document.add_heading(cleaned(text), level)

    def text(self, text: str, style: str = "Normal", *, keep: bool = False) -> None:
        """A paragraph; `keep` it on the page of what follows."""
        self.document.add_paragraph(cleaned(text), style).paragraph_format.keep_with_next = keep or None

    def bullets(self, texts: Sequence[str], style: str = "List Bullet") -> None:
        """A list."""
        for text in texts:
            self.text(text, style)

    def table(
        self,
        caption: str,
        headings: Sequence[str],
        rows: Sequence[Row],
        widths: Sequence[float],
        numbers: int,
        *,
        small: bool = False,
    ) -> None:
        """A numbered table under its caption. `widths` are parts of the text's width."""
        self.tables += 1
        paragraph = self.document.add_paragraph(style="Caption")
        label = self.words("table")
        paragraph.add_run(f"{label}\u00a0")
        self._field(paragraph, f"SEQ {label} \\* ARABIC", str(self.tables))
        paragraph.add_run(cleaned(f". {caption}"))
        whole = sum(widths)
        centimetres = [width / whole * (self.width - MARGIN / TWIPS) for width in widths]
        made = table(
            headings, rows, centimetres, numbers, (caption, self.words("table-about", text=caption)), small=small
        )
        after_table = self.document.add_paragraph(style="Tabellslut")
        after_table._p.addprevious(made)  # noqa: SLF001  (python-docx has no other way)

    def ends(self, left: str, right: str, footer: str) -> None:
        """Header and footer, with the page's number and how many there are."""
        section = self.document.sections[0]
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        for paragraph in (head, foot):
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        head.text = f"{cleaned(left, 80)}\t{cleaned(right, 60)}"
        foot.text = f"{cleaned(footer, 90)}\t{self.words('page')}\u00a0"
        self._field(foot, "PAGE", "1")
        foot.add_run(" (")
        self._field(foot, "NUMPAGES", "1")
        foot.add_run(")")

    def save(self, title: str, subject: str, keywords: str) -> bytes:
        """The file, with its properties."""
        about = self.document.core_properties
        about.title, about.subject, about.keywords = cleaned(title, 250), cleaned(subject, 250), cleaned(keywords, 250)
        about.author = about.last_modified_by = "rus-funding"
        about.comments, about.language = "", styles.TAGS[self.lang]
        about.created = about.modified = self.made
        about.revision = 1
        content = io.BytesIO()
        self.document.save(content)
        return _fixed(content)

    def _field(self, paragraph: Any, code: str, shown: str) -> None:
        """A field that Word keeps up to date."""
        run = f"<w:r {nsdecls('w')}><w:t>{shown}</w:t></w:r>"
        field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {code} ">{run}</w:fldSimple>')
        paragraph._p.append(field)  # noqa: SLF001


def _fixed(content: io.BytesIO) -> bytes:
    """The archive with fixed times."""
    out = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, FIXED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(member))
    return out.getvalue()
