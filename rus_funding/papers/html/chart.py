"""A picture with its heading, what it says in a sentence, and the table behind it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from rus_funding.papers.html.grid import Grid


@dataclasses.dataclass(frozen=True)
class Chart:
    """`said` stands under the heading; `choices` are (class, name) of what a reader may single out."""

    key: str
    title: str
    said: str
    svg: Markup
    table: Grid | None = None
    choices: tuple[tuple[str, str], ...] = ()
