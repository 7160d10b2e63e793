"""The texts: formats of fields, and that everything the reader refuses can be said in both languages."""

from __future__ import annotations

import ast
import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rus_funding
from rus_funding.errors import Problem
from rus_funding.kronor import Refused
from rus_funding.model.reading.source import problem
from rus_funding.words.language import texts
from rus_funding.words.messages import WARNINGS, Message, catalogue, told, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = Path(rus_funding.__file__).parent
FILES = [*sorted((ROOM / "model" / "reading").glob("*.py")), ROOM / "kronor.py", ROOM / "scenarios" / "cells.py"]
MAKERS = {"Refused", "_refused"}
ID = re.compile(r"(reading|scenario)\.[a-z0-9.-]+")


def ids(node: ast.AST) -> Iterator[str]:
    """The ids of texts that stand in an expression, as patterns: what is filled in may be anything."""
    for part in ast.walk(node):
        if isinstance(part, ast.JoinedStr):
            yield "".join(re.escape(piece.value) if isinstance(piece, ast.Constant) else ".+" for piece in part.values)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and ID.fullmatch(part.value):
            yield re.escape(part.value)


def asked_for() -> set[str]:
    found = {key for file in FILES for key in ids(ast.parse(file.read_text(encoding="utf-8")))}
    return {key for key in found if key.startswith(("reading", "scenario"))}


def test_the_reader_is_heard() -> None:
    assert len(said_by_the_reader()) > 80


def said_by_the_reader() -> list[str]:
    known, patterns = [*texts("en", "reading"), *texts("en", "scenario")], asked_for()
    return [key for key in known if any(re.fullmatch(pattern, key) for pattern in patterns)]


def test_refusals_name_texts_and_write_none() -> None:
    """A sentence of English in the reader could not be said in Swedish."""
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        assert not part.value.endswith((".", "?")) or part.value.startswith(
                            ("reading.", "scenario.")
                        ), (
                            file.name,
                            part.value,
                        )


@pytest.mark.parametrize("key", said_by_the_reader())
def test_every_sentence_of_the_reader_has_a_swedish_one(key: str) -> None:
    domain = key.partition(".")[0]
    assert texts("sv", domain)[key] != texts("en", domain)[key]


@pytest.mark.parametrize(
    ("key", "fields", "english", "swedish"),
    [
        ("write.choice", {"choices": ["cash", "in_kind"]}, "Write one of: cash, in_kind.",
         "Skriv något av: kontant, annat än pengar."),
        ("write.share", {}, "Write a share, e.g. 0.5 or 50 %.", "Skriv en andel, till exempel 0,5 eller 50 %."),
        ("share-or-percent", {"share": 0.5, "percent": 50.0}, "Write 0.5 or 50 %.", "Skriv 0,5 eller 50 %."),
        ("write-near", {"near": "public"}, "Write 'public'.", "Skriv 'public'."),
        ("zero-or-more", {}, "Write 0 or more.", "Skriv 0 eller mer."),
        ("not.number", {}, "This is not a number.", "Detta är inte ett tal."),
        ("no-choice", {}, "This is not one of the choices.", "Detta är inte ett av valen."),
        ("format.kronor", {}, "Format it as a number and write whole kronor.",
         "Formatera den som tal och skriv hela kronor."),
        ("rows-hidden", {"count": 3}, "3 rows of the table are hidden; they were read.",
         "3 rader i tabellen är dolda; de lästes."),
        ("rows-hidden", {"count": 1}, "1 row of the table is hidden; it was read.",
         "1 rad i tabellen är dold; den lästes."),
        ("rename-file", {"near": "funds.csv"}, "Did you mean funds.csv? Rename it.", "Menas funds.csv? Döp om den."),
        ("add-column", {"name": "costs.year", "meaning": {"en": "year of the cost", "sv": "kostnadens år"}},
         "Add the column year: year of the cost.", "Lägg till kolumnen år: kostnadens år."),
        ("if-thousands", {"thousands": "978000"}, "Write 978000 if thousands are meant.",
         "Skriv 978000 om tusental menas."),
    ],
)  # fmt: skip
def test_what_is_filled_in_moves_along(key: str, fields: dict[str, object], english: str, swedish: str) -> None:
    assert told("en", f"reading.{key}", fields) == english
    assert told("sv", f"reading.{key}", fields) == swedish


def test_a_refusal_becomes_a_problem_in_either_language() -> None:
    refused = Refused("not_a_number", "reading.blank", "reading.write-near", near="a")
    found = problem(refused, "costs.csv", 3, "amount")
    assert (found.what, found.remedy) == ("The cell is blank.", "Write 'a'.")
    swedish = translated(found, "sv")
    assert (swedish.what, swedish.remedy) == ("Cellen är tom.", "Skriv 'a'.")
    assert translated(swedish, "sv") == swedish
    again = copy.copy(refused)
    assert (again.code, again.texts, again.fields) == (refused.code, refused.texts, refused.fields)


def test_a_sentence_nobody_knows() -> None:
    found = translated(Problem("x", "y", "The cell is blank.", "Abracadabra"), "sv")
    assert (found.what, found.remedy) == ("The cell is blank.", "Abracadabra")


def test_a_text_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        problem(Refused("x", "reading.nothing-like-it", "reading.blank"), "costs.csv")


def test_braces_in_a_cell_are_only_text() -> None:
    assert told("sv", "reading.write-everywhere", {"near": "{x}"}) == "Skriv '{x}', i alla tabeller."


def test_the_ids_of_texts_are_not_told() -> None:
    assert "texts" not in Problem("x", "y", "What.", "Remedy.", texts=("a.b", "a.c")).as_dict()


@pytest.mark.parametrize(
    ("text", "fields", "en", "sv"),
    [
        ("{a:kr}", {"a": 1_620_000}, "SEK\u00a01,620,000", "1\u00a0620\u00a0000\u00a0kr"),
        ("{a:share}", {"a": 0.8}, "0.8", "0,8"),
        ("{a:list}", {"a": [1, "b"]}, "1, b", "1, b"),
        ("{a:list}", {"a": list(range(10))}, "0, 1, 2, 3, 4, 5, 6, 7 and 2 more", "0, 1, 2, 3, 4, 5, 6, 7 och 2 till"),
        ("{a:years}", {"a": [[2026, 5]]}, "2026: SEK\u00a05", "2026: 5\u00a0kr"),
        ("{a:local}", {"a": {"en": "cost", "sv": "kostnad"}}, "cost", "kostnad"),
        (
            "{a:sheet} {b:sheet}",
            {"a": "costs", "b": ["funds", "areas"]},
            "costs funds, areas",
            "Kostnader Källor, Områden",
        ),
        ("{a:column}", {"a": ["costs.amount", "funds.max_rate"]}, "amount, max_rate", "belopp, högsta sats"),
        (
            "{a:code} {b:place}",
            {"a": ["in_kind", "eu"], "b": "actors.type"},
            "in_kind, eu actors, type",
            "annat än pengar, EU Aktörer, typ",
        ),
        ("{a} {b:.0f}", {"a": "{x}", "b": 2.0}, "{x} 2", "{x} 2"),
    ],
)
def test_formats(text: str, fields: dict[str, object], en: str, sv: str) -> None:
    message = Message("error", (text, ""), (text, ""))
    assert (message.text("en", fields)[0], message.text("sv", fields)[0]) == (en, sv)


def test_both_languages_name_the_same_fields() -> None:
    def named(texts: tuple[str, str]) -> set[str]:
        return set(re.findall(r"\{(\w+)", " ".join(texts)))

    for code, message in catalogue().items():
        assert named(message.sv) == named(message.en), code


def test_every_message_says_both_what_and_what_to_do() -> None:
    assert len(catalogue()) >= 80
    assert set(catalogue()) >= WARNINGS
    for lang in ("sv", "en"):
        assert {key.rpartition(".")[2] for key in texts(lang, "messages")} == {"what", "remedy"}
        assert len(texts(lang, "messages")) == 2 * len(catalogue())
