"""Grants in a decision's own terms: "N per cent of the booked costs, at most B kronor", in a sentence or in a list."""

from __future__ import annotations

import dataclasses
import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.follow_up.decision_audit_tables import FIRST, LAST, Number, Unread, number, words
from rus_funding.kronor import floor_rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.follow_up.decision_audit_reading import Line, Place

_DIGITS = "[0-9](?:[0-9 \u00a0\u202f]*[0-9])?"
_NUMBER = re.compile(rf"(?<![\w:,.§/-]){_DIGITS}(?:[.,][0-9]+)?(?![\w:/]|[.,]?[0-9])")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_YEAR = re.compile("(?:19|20|21)[0-9]{2}")


@dataclasses.dataclass(frozen=True)
class Grant:
    """One grant: its rate, its cap, and the cost that it is of where the line has one (`implied`: worked out)."""

    place: Place
    name: str
    rate: Fraction
    cap: Number
    cost: Number | None = None
    implied: bool = False

    @property
    def floor(self) -> int | None:
        """⌊rate · cost⌋, what the cap is where the grant is the rate of that cost."""
        return None if self.cost is None or self.cost.kronor is None else floor_rate(self.rate, self.cost.kronor)

    @property
    def least_cost(self) -> int | None:
        """The least whole cost whose rate gives the cap, which is what a cost that was worked out of both is."""
        return None if self.cap.kronor is None else math.ceil(self.cap.kronor / self.rate)

    @property
    def agrees(self) -> bool:
        """Whether cap and cost are what each makes of the other; true where nothing can be asked."""
        if self.cost is None or self.cost.kronor is None or self.cap.kronor is None:
            return True
        return self.floor == self.cap.kronor and (not self.implied or self.least_cost == self.cost.kronor)


def listed(lines: Sequence[Line]) -> tuple[list[Grant], list[Line], list[Unread]]:
    """The grants of lists whose heading names a rate and a cap, the other lines, and cells that cannot be read."""
    found: list[Grant] = []
    rest: list[Line] = []
    unread: list[Unread] = []
    heading: Mapping[str, int] | None = None
    for line in lines:
        if (new := _heading(line)) is not None:
            heading = new
        elif heading is None or len(line.cells) <= max(heading["rate"], heading["cap"]) or not line.text:
            heading = heading if line.text else None
            rest.append(line)
        elif (grant := _of_row(line, heading, unread)) is not None:
            found.append(grant)
    return found, rest, unread


def _heading(line: Line) -> Mapping[str, int] | None:
    at: dict[str, int] = {}
    for column, cell in enumerate(line.cells):
        name = re.sub(r"[_\s]+", " ", str(cell or "")).strip().casefold()
        for what in ("rate", "cap", "cost", "implied", "name"):
            if name in words(f"column-{what}"):
                at.setdefault(what, column)
    return at if {"rate", "cap"} <= set(at) else None


def _of_row(line: Line, at: Mapping[str, int], unread: list[Unread]) -> Grant | None:
    cells = {what: line.cells[column] for what, column in at.items() if column < len(line.cells)}
    text = str(cells["rate"] or "").replace(",", ".").strip().rstrip("%").strip()
    rate = Fraction(text) / 100 if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else Fraction(0)
    column = "implied" if "implied" in at else "cost"
    cap = number(line.place, at["cap"], cells["cap"])
    cost = number(line.place, at[column], cells[column]) if cells.get(column) is not None else None
    unread += [Unread(n.place, n.column, n.text, "cell", n.why) for n in (cap, cost) if n is not None and n.why]
    if not 0 < rate <= 1:
        unread.append(Unread(line.place, at["rate"], str(cells["rate"]), "rate"))
        return None
    return Grant(line.place, str(cells.get("name") or ""), rate, cap, cost, column == "implied")


def in_sentences(lines: Sequence[Line]) -> tuple[list[Grant], list[Unread]]:
    """The grants of running text, and its other numbers. Dates, years, paragraphs and file numbers are no amounts."""
    percents, most = ("|".join(map(re.escape, sorted(words(what)))) for what in ("percent", "at-most"))
    formula = re.compile(
        rf"([0-9]+(?:[.,][0-9]+)?)\s*(?:{percents})(?![^.]*?(?:{percents}).*?(?:{most}))[^.]*?(?:{most})\s+"
        rf"({_DIGITS})\s*(?:kronor|kr|SEK)\b",
        re.IGNORECASE,
    )
    found: list[Grant] = []
    unread: list[Unread] = []
    for line in lines:
        for column, cell in enumerate(line.cells):
            if cell is None:
                continue
            text = str(cell)
            for match in formula.finditer(text):
                rate = Fraction(match[1].replace(",", ".")) / 100
                cap = number(line.place, column, match[2])
                if 0 < rate <= 1:
                    found.append(Grant(line.place, _clipped(text), rate, cap))
            left = _DATE.sub("", formula.sub("", text))
            amounts = [one for one in _NUMBER.findall(left) if not _is_year(one)]
            unread += [Unread(line.place, column, one, "text") for one in amounts]
    return found, unread


def _is_year(text: str) -> bool:
    return _PLAIN_YEAR.fullmatch(text) is not None and FIRST <= int(text) <= LAST


def _clipped(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
