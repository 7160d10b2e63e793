"""Advice that works when followed: what a message says to write, written in the cell it names, mends the workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from test_identities import TWELVE, errors, workbook

from rus_funding.model.reading import read_model

if TYPE_CHECKING:
    from pathlib import Path

# Sheet, row and column from 0, what somebody wrote, and what the message says to write in its place.
MISTAKES: list[tuple[str, int, int, Any, str]] = [
    ("Kostnader", 1, 0, "Projket A", "Projekt A"),
    ("Kostnader", 2, 0, "Projekt-B.", "Projekt B"),
    ("Kostnader", 3, 1, "Personalen", "Personal"),
    ("Kostnader", 1, 3, "978.000", "978000"),
    ("Kostnader", 1, 3, "15.414.794", "15414794"),
    ("Kostnader", 1, 3, "1,250,000", "1250000"),
    ("Projekt", 3, 1, "Region Örebro", "Region Örebro län"),
    ("Projekt", 4, 1, "orebrokommun", "Örebro kommun"),
    ("Budget", 1, 0, "1:1 medel", "1:1-medel"),
    ("Budget", 3, 0, "Egna-medel.", "Egna medel"),
    ("Källor", 1, 1, "offentliga", "offentlig"),
    ("Källor", 1, 2, "statlig", "stat"),
    ("Källor", 2, 2, "regional", "region"),
    ("Källor", 1, 3, 50, "0,5"),
    ("Källor", 1, 3, "45", "0,45"),
    ("Områdesandelar", 3, 1, "Kompetenser", "Kompetens"),
    ("Områdesandelar", 1, 1, "Näringsliv o innovation", "Näringsliv och innovation"),
    ("Områdesandelar", 1, 0, "projekta", "Projekt A"),
]
ADVICE = re.compile(r"(?:Menas|Skriv) '?(.+?)'?(?:\?| om tusental menas| eller|\.)")


@pytest.mark.parametrize(("sheet", "row", "column", "wrong", "right"), MISTAKES)
def test_doing_what_a_message_says_mends_it(
    tmp_path: Path, sheet: str, row: int, column: int, wrong: Any, right: str
) -> None:
    copy = {name: [list(cells) for cells in rows] for name, rows in TWELVE.items()}
    copy[sheet][row][column] = wrong
    path = workbook(tmp_path / "a.xlsx", copy)
    (one,) = errors(path)
    assert one.cell == f"{sheet}!{'ABCDE'[column]}{row + 1}"
    assert one.value == str(wrong)
    found = ADVICE.match(one.remedy)
    assert found, one.remedy
    advice = found[1].split(", ")[0]
    assert advice == right
    book = openpyxl.load_workbook(path)
    place, _, cell = one.cell.partition("!")
    book[place][cell] = advice
    book.save(path)
    read_model(path)
