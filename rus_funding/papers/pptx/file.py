"""The finished file: its properties, and the same bytes for the same slides."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from rus_funding.files import put
from rus_funding.papers.pptx.fit import plain

if TYPE_CHECKING:
    from typing import Any

EPOCH = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - python-pptx wants it bare; no clock decides a byte
ZIPPED = (1980, 1, 1, 0, 0, 0)
WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def save(prs: Any, path: Path | str, *, title: str, subject: str) -> None:
    """Write the presentation; it is ready before the file is touched."""
    properties = prs.core_properties
    properties.title, properties.subject = plain(title)[:255], plain(subject)[:255]
    properties.author = properties.last_modified_by = "rus-funding"
    properties.keywords = properties.comments = properties.category = ""
    properties.created = properties.modified = EPOCH
    properties.revision = 1
    out = io.BytesIO()
    prs.save(out)
    put(Path(path), _settled(out.getvalue()), force=True)


def _settled(data: bytes) -> bytes:
    """The archive with fixed times in it and in the workbooks inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for member in package.infolist():
            content = package.read(member)
            if member.filename.endswith(".xlsx"):
                content = _settled(content)
            elif member.filename == "docProps/core.xml":
                content = WRITTEN.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            made.writestr(zipfile.ZipInfo(member.filename, ZIPPED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
