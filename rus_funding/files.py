"""Files that appear whole: written beside their place under another name, then put there."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rus_funding.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LONGEST_NAME = 100  # characters before the ending
_NO_NAME = re.compile(r"[^\w+-]+")  # what leads elsewhere, hides a file, or is refused by some file system


def file_name(text: str) -> str:
    """A text that comes from data as the name of a file without its ending: never a path, never hidden, never long.

    >>> file_name("län-2026"), file_name("../../etc/passwd"), file_name("..")
    ('län-2026', 'etc-passwd', 'file')
    """
    return _NO_NAME.sub("-", text)[:LONGEST_NAME].strip("-") or "file"


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Where to write what is then put at `path`: a reader never sees half of it, nor loses the old one.

    Raises `UsageError` where the file or its folder cannot be written.
    """
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield beside
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}). Close it if it is open, or name another folder."
        ) from None
