"""The file that slides are made from: our neutral one, or an organisation's own, opened with suspicion."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from rus_funding.errors import Phrase, UsageError

LARGEST = 300_000_000  # bytes unpacked
TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
SLIDES = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
CONTENT = "[Content_Types].xml"


def own(path: Path | str) -> Any:
    """A presentation without slides, with the masters and layouts of the file at `path` (.pptx or .potx).

    Raises `UsageError` for what is no presentation, for one with macros and for one without layouts.
    """
    from pptx import Presentation

    path = Path(path)
    data = _bytes(path)
    try:
        prs = Presentation(io.BytesIO(data))
        layouts = [layout.name for layout in prs.slide_layouts if layout.placeholders is not None]
        width, height = prs.slide_width, prs.slide_height
    except Exception as error:  # lxml, KeyError, ValueError …: a broken file has countless ways to fail
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise UsageError(
            "{path}: is no presentation that can be read ({why}). Save it anew as .pptx.", path=path, why=why
        ) from None
    if not layouts or not width or not height:
        raise UsageError(
            "{path}: has no slide layout to use. Save a presentation with its slide master as .pptx.", path=path
        )
    ids = prs.slides._sldIdLst  # noqa: SLF001 - python-pptx has no way of its own to take slides away
    for slide in list(ids):
        prs.part.drop_rel(slide.rId)
        ids.remove(slide)
    for section in prs.element.xpath("./p:extLst"):
        prs.element.remove(section)  # lists of sections name slides that are gone
    return prs


def _bytes(path: Path) -> bytes:
    """The file, a template made a presentation. Unpacked sizes are looked at before anything is unpacked."""
    try:
        data = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if sum(member.file_size for member in members) > LARGEST:
                raise UsageError(
                    "{path}: is larger than {largest} MB unpacked. Take pictures out of it.",
                    path=path,
                    largest=LARGEST // 10**6,
                )
            types = package.read(CONTENT)
            if b"macroEnabled" in types:
                raise UsageError("{path}: has macros. Save it as .pptx or .potx without them.", path=path)
            if TEMPLATE not in types:
                return data
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
                for member in members:
                    content = package.read(member)
                    made.writestr(member, content.replace(TEMPLATE, SLIDES) if member.filename == CONTENT else content)
            return out.getvalue()
    except OSError as error:
        raise UsageError(
            "{path}: cannot be read ({strerror}). Give a file saved as .pptx.",
            path=path,
            strerror=Phrase(str(error.strerror)),
        ) from None
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise UsageError("{path}: is no PowerPoint file. Save the template as .pptx.", path=path) from None
