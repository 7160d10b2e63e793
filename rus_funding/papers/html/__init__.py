"""The meeting pack's page: one file that opens from a disk or a mail, shows everything and fetches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rus_funding.files import put
from rus_funding.papers.html.page import page

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.papers.pack import Pack

__all__ = ["page", "write"]


def write(pack: Pack, path: Path) -> None:
    """Write the page of a pack. The same run gives the same bytes."""
    put(path, page(pack).encode("utf-8"), force=True)
