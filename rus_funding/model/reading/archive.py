"""An .xlsx file as a guarded archive of XML parts: nothing is unpacked or parsed that could be a bomb."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from xml.parsers import expat

from rus_funding.kronor import Refused

if TYPE_CHECKING:
    from pathlib import Path

UNPACKED = 50 * 2**20  # bytes of all members
RATIO = 100  # unpacked to packed bytes, of members above a megabyte and of the whole
MEMBERS = 200

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_PREFIXED = re.compile(rb"(?:\s|\xef\xbb\xbf|<[?!][^>]*>)*<[\w.-]+:")  # is the root element's name prefixed?
_SAVE = "reading.save-xlsx"


class Archive:
    """The parts of an .xlsx file. Raises `Refused` for anything that is not one, or not a reasonable one."""

    def __init__(self, path: Path) -> None:
        """Open the file after looking at its first bytes and its directory."""
        try:
            with path.open("rb") as file:
                head = file.read(8)
            if head == _OLE:
                raise _old_or_locked(path)
            if not head:
                raise Refused("empty_file", "reading.file-empty", _SAVE)
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError):  # a version of the format that there is not yet
            raise Refused("not_xlsx", "reading.damaged", _SAVE) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Refused("unreadable", "reading.unreadable", "reading.close", reason=reason) from None
        try:
            self._check()
        except Refused:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _check(self) -> None:
        members = self._zip.infolist()
        names = {member.filename for member in members}
        if "[Content_Types].xml" not in names:
            raise Refused("not_xlsx", "reading.opendocument" if "mimetype" in names else "reading.zip", _SAVE)
        if any(name.lower() == "xl/workbook.bin" for name in names):
            raise Refused("not_xlsx", "reading.xlsb", _SAVE)
        if any(member.flag_bits & 1 for member in members):
            raise Refused("encrypted", "reading.encrypted", "reading.remove-password")
        unpacked = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        swollen = any(m.file_size > max(2**20, RATIO * m.compress_size) for m in members) or (
            unpacked > max(2**20, RATIO * packed)
        )
        if len(members) > MEMBERS or unpacked > UNPACKED or swollen:
            found = {"parts": len(members), "size": unpacked // 2**20}
            most = {"most_parts": MEMBERS, "most_size": UNPACKED // 2**20}
            raise Refused("too_large", "reading.unpacks-to", "reading.keep-to", **found, **most)

    def has(self, part: str) -> bool:
        """Whether the file has such a part."""
        return part in self._zip.NameToInfo

    def walk(self, part: str, start: Start, end: End | None = None, text: End | None = None) -> None:
        """Parse a part, calling back with local names. Raises `Refused` for a DOCTYPE and for broken XML."""
        try:
            data = self._zip.read(part)
        except (KeyError, *_BROKEN):
            raise Refused("not_xlsx", "reading.part-damaged", _SAVE, part=part) from None
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        if _PREFIXED.match(data[:4096]):
            start, end = _local(start, end)
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise Refused("not_xlsx", "reading.part-not-xml", _SAVE, part=part, reason=str(error)) from None

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """(id, kind, part) of everything a part refers to within the file."""
        folder, name = posixpath.split(part)
        found: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))[1:]
                found.append((attributes.get("Id", ""), posixpath.basename(attributes.get("Type", "")), target))

        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.has(listing):
            self.walk(listing, start)
        return found


def _local(start: Start, end: End | None) -> tuple[Start, End | None]:
    """The callbacks with names freed from their namespace prefix."""

    def local_start(name: str, attributes: Mapping[str, str]) -> None:
        start(name.rpartition(":")[2], attributes)

    def local_end(name: str) -> None:
        if end is not None:
            end(name.rpartition(":")[2])

    return local_start, local_end


def _no_doctype(*_: object) -> None:
    raise Refused("doctype", "reading.doctype", _SAVE)


def _old_or_locked(path: Path) -> Refused:
    with path.open("rb") as file:
        if "EncryptedPackage".encode("utf-16-le") in file.read(2**20):
            return Refused("encrypted", "reading.locked", "reading.remove-password")
    return Refused("not_xlsx", "reading.xls", _SAVE)
