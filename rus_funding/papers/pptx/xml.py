"""What python-pptx leaves to its users' own XML."""

from __future__ import annotations

from typing import Any

from pptx.oxml.ns import qn


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """A new last child, its tag with its prefix: ``a:buNone``."""
    made = parent.makeelement(qn(tag), attributes)
    parent.append(made)
    return made
