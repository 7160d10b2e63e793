"""An .xlsx file as a guarded archive of XML parts: nothing is unpacked or parsed that could be a bomb."""

from __future__ import annotations

import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from xml.parsers import expat

from rus_funding.kronor import Refused
from rus_funding.words.visible import clipped

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 50 * 2**20  # bytes of the file
UNPACKED = 50 * 2**20  # bytes of all members
RATIO = 100  # unpacked to packed bytes, of members above a megabyte and of the whole
MEMBERS = 200
DIRECTORY = 2**18  # bytes of the list of members
FEW = 100_000  # elements of a part that holds no cells and no texts
DEEPEST = 100  # elements within elements

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError,
           OSError, ValueError, OverflowError)  # fmt: skip
_PREFIXED = re.compile(rb"(?:\s|\xef\xbb\xbf|<[?!][^>]*>)*<[\w.-]+:")  # is the root element's name prefixed?
_SAVE = "reading.save-xlsx"
_TAIL = 2**16 + 2**10  # bytes at the end of a file among which its list of members is announced


class Archive:
    """The parts of an .xlsx file. Raises `Refused` for anything that is not one, or not a reasonable one."""

    def __init__(self, path: Path) -> None:
        """Open the file after looking at its first bytes and its directory."""
        try:
            with path.open("rb") as file:
                head = file.read(8)
                size = file.seek(0, 2)
                file.seek(max(0, size - _TAIL))
                directory = _directory(file.read(_TAIL))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise Refused("unreadable", "reading.unreadable", "reading.close", reason=reason) from None
        if head == _OLE:
            raise _old_or_locked(path)
        if not head:
            raise Refused("empty_file", "reading.file-empty", _SAVE)
        if size > LARGEST:
            raise Refused("too_large", "reading.file-too-large", "reading.right-file", size=size, most=LARGEST)
        if directory > DIRECTORY:
            raise Refused("too_large", "reading.many-parts", "reading.keep-parts", most=MEMBERS)
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN:
            raise Refused("not_xlsx", "reading.damaged", _SAVE) from None
        self._left = UNPACKED
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

    def walk(self, part: str, start: Start, end: End | None = None, text: End | None = None, most: int = 0) -> None:
        """Parse a part, calling back with local names. Raises `Refused` for a DOCTYPE and for broken XML.

        It may have `most` elements; without, elements lie no deeper than `DEEPEST`, which a caller of its own sees to.
        """
        try:
            data = self._zip.read(part)
        except (KeyError, *_BROKEN):
            raise Refused("not_xlsx", "reading.part-damaged", _SAVE, part=clipped(part)) from None
        self._left -= len(data)  # several sheets may be one and the same part
        if self._left < 0:
            raise Refused("too_large", "reading.unpacks-again", "reading.right-file", most_size=UNPACKED // 2**20)
        if most and data.count(b"<") > 2 * most:
            raise Refused("too_large", "reading.part-elements", "reading.right-file", part=clipped(part), most=most)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        if _PREFIXED.match(data[:4096]):
            start, end = _local(start, end)
        if most:
            start, end = _shallow(start, end)
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if text is not None:
            parser.CharacterDataHandler = text
        try:
            parser.Parse(data, True)
        except Refused:
            raise
        except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding that there is not
            reason = clipped(str(error))
            raise Refused("not_xlsx", "reading.part-not-xml", _SAVE, part=clipped(part), reason=reason) from None

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
            self.walk(listing, start, most=FEW)
        return found


def _local(start: Start, end: End | None) -> tuple[Start, End | None]:
    """The callbacks with names freed from their namespace prefix."""

    def local_start(name: str, attributes: Mapping[str, str]) -> None:
        start(name.rpartition(":")[2], attributes)

    def local_end(name: str) -> None:
        if end is not None:
            end(name.rpartition(":")[2])

    return local_start, local_end


def _shallow(start: Start, end: End | None) -> tuple[Start, End]:
    """The callbacks, and a `Refused` for elements too deep in one another: each takes memory until it ends."""
    depth = 0

    def deep_start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise too_deep()
        start(name, attributes)

    def deep_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    return deep_start, deep_end


def too_deep() -> Refused:
    """The refusal of elements within elements within elements."""
    return Refused("not_xlsx", "reading.part-deep", _SAVE, most=DEEPEST)


def _directory(tail: bytes) -> int:
    """The bytes that the list of members takes, as the end of the file says; 0 where it says nothing."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 16 > len(tail):
        return 0
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail.rfind(b"PK\x06\x06", 0, at)
    if size == 0xFFFFFFFF and large >= 0 and large + 48 <= len(tail):
        size = int.from_bytes(tail[large + 40 : large + 48], "little")
    return size


def _no_doctype(*_: object) -> None:
    raise Refused("doctype", "reading.doctype", _SAVE)


def _old_or_locked(path: Path) -> Refused:
    with path.open("rb") as file:
        if "EncryptedPackage".encode("utf-16-le") in file.read(2**20):
            return Refused("encrypted", "reading.locked", "reading.remove-password")
    return Refused("not_xlsx", "reading.xls", _SAVE)
