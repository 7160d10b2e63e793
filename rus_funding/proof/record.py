"""The bytes of a released plan: strict JSON, written in one way only, so that equal content is equal bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import stat
import zlib
from typing import TYPE_CHECKING, Any

from rus_funding.errors import Phrase
from rus_funding.proof.reading import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1 << 27  # bytes unpacked; a region's largest plan is a twentieth of it
RATIO = 200  # unpacked to packed bytes, above a megabyte: text packs to a tenth


def compact(value: Any) -> str:
    """JSON in one way: keys sorted, no spaces. The digest of a model is of this text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(value: Any) -> str:
    """Hexadecimal SHA-256 of a value's compact JSON in UTF-8."""
    return hashlib.sha256(compact(value).encode()).hexdigest()


def serialise(record: dict[str, Any]) -> bytes:
    """A record as UTF-8 JSON: a line for each of its entries, and for each row of an entry that is a list.

    >>> serialise({"a": 1, "b": [[1, 2], [3, 4]]}).decode().splitlines()
    ['{', '"a":1,', '"b":[', '[1,2],', '[3,4]]', '}']
    """
    lines = []
    for key, value in record.items():
        rows = "[\n" + ",\n".join(map(compact, value)) + "]" if isinstance(value, list) and value else compact(value)
        lines.append(f"{compact(key)}:{rows}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def parse(data: bytes) -> dict[str, Any]:
    """The record in these bytes. Raises `UnreadableError` for anything but plain, finite, unambiguous JSON."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
        )
        if b"\\ud" in data.lower():
            compact(value).encode()  # a lone half of a character cannot be written again
    except RecursionError:
        raise UnreadableError("the file is nested too deep to be a released plan") from None
    except ValueError as error:
        raise UnreadableError("the file is not plain JSON in UTF-8: {error}", error=error) from None
    if not isinstance(value, dict):
        raise UnreadableError("the file is JSON, but not a released plan")
    return value


def read(path: Path) -> bytes:
    """The file's bytes, unpacked where its name ends in `.gz`."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode) and not stat.S_ISDIR(kind.st_mode):  # a pipe would be waited for
            raise UnreadableError("{path} is a pipe or a device: save the plan in a file, and give that", path=path)
        if kind.st_size > LARGEST:
            raise UnreadableError(
                "{path} is larger than a released plan can be ({most} bytes)", path=path, most=LARGEST
            )
        most = LARGEST if path.suffix != ".gz" else min(LARGEST, max(1 << 20, RATIO * kind.st_size))
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data: bytes = file.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise UnreadableError("{path} cannot be read: {why}", path=path, why=Phrase(str(why))) from None
    if len(data) > most:
        raise UnreadableError(
            "{path} is larger than a released plan can be ({most} bytes unpacked)", path=path, most=most
        )
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return entries


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large a number")
    return number
