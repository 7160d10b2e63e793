"""The texts: formats of fields, and that every sentence of the reader can be said in Swedish."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import rus_funding
from rus_funding.errors import Problem
from rus_funding.messages import Message, catalogue, translated
from rus_funding.messages.sentences import PHRASES, SENTENCES, in_swedish

ROOM = Path(rus_funding.__file__).parent
NAMES = {"what", "remedy", "hint"}  # what the reader calls its texts before it uses them
MAKERS = {"Refused", "warn", "_fraction_of"}


def sentences(node: ast.expr) -> list[str]:
    """The sentences that an expression can be, with 7 or an example in the place of what is filled in."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        text = ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += part.value
            elif isinstance(part, ast.FormattedValue):
                name = ast.unparse(part.value)
                phrase = next((value for key, value in FILLED.items() if key in name), "7")
                text += phrase
        return [text]
    if isinstance(node, ast.IfExp):
        return sentences(node.body) + sentences(node.orelse)
    if isinstance(node, ast.Tuple):
        return [text for item in node.elts for text in sentences(item)]
    return []


FILLED = {
    "_wanted": "whole kronor",
    "wanted": "a number",
    "word": "rows",
    "SEPARATORS": "commas",
    "kind": "an OpenDocument file",
}


def said_by_the_reader() -> list[str]:
    found = []
    for file in [*sorted((ROOM / "reading").glob("*.py")), ROOM / "kronor.py"]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS:
                found += [text for item in node.args[1:] for text in sentences(item)]
            elif isinstance(node, ast.Assign):
                targets = [name for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
                if any(name.id in NAMES or name.id.startswith("_AS_") or name.id == "_SAVE" for name in targets):
                    found += sentences(node.value)
    return sorted({text for text in found if text.endswith((".", "?")) and " " in text})


def test_the_reader_is_heard() -> None:
    assert len(said_by_the_reader()) > 80


@pytest.mark.parametrize("sentence", said_by_the_reader())
def test_every_sentence_of_the_reader_has_a_swedish_one(sentence: str) -> None:
    swedish = in_swedish(sentence)
    assert swedish is not None
    assert swedish != sentence


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("Write one of: cash, in_kind.", "Skriv något av: cash, in_kind."),
        ("Write a share, e.g. 0.5 or 50 %.", "Skriv en andel, till exempel 0,5 eller 50 %."),
        ("Write 0.5 or 50 %.", "Skriv 0.5 eller 50 %."),
        ("Write 'public'.", "Skriv 'public'."),
        ("Write 0 or more.", "Skriv 0 eller mer."),
        ("This is not a number.", "Detta är inte ett tal."),
        ("This is not one of the choices.", "Detta är inte ett av valen."),
        ("Format it as a number and write whole kronor.", "Formatera den som tal och skriv hela kronor."),
        ("3 rows of the table are hidden; they were read.", "3 rader i tabellen är dolda; de lästes."),
        ("Did you mean funds.csv? Rename it.", "Menas funds.csv? Döp om den."),
        ("Write 978000 if thousands are meant; else write the decimals with fewer or more than three digits.",
         "Skriv 978000 om tusental menas; skriv annars decimalerna med färre eller fler än tre siffror."),
    ],
)  # fmt: skip
def test_what_is_filled_in_moves_along(english: str, swedish: str) -> None:
    assert in_swedish(english) == swedish


def test_a_sentence_nobody_knows() -> None:
    assert in_swedish("Abracadabra") is None
    found = translated(Problem("x", "y", "The cell is blank.", "Abracadabra"), "sv")
    assert (found.what, found.remedy) == ("Cellen är tom.", "Abracadabra")


def test_braces_in_a_cell_are_only_text() -> None:
    assert in_swedish("Write '{x}', in every table.") == "Skriv '{x}', i alla tabeller."


@pytest.mark.parametrize(
    ("text", "fields", "en", "sv"),
    [
        ("{a:kr}", {"a": 1_620_000}, "SEK\u00a01,620,000", "1\u00a0620\u00a0000\u00a0kr"),
        ("{a:share}", {"a": 0.8}, "0.8", "0,8"),
        ("{a:list}", {"a": [1, "b"]}, "1, b", "1, b"),
        ("{a:list}", {"a": list(range(10))}, "0, 1, 2, 3, 4, 5, 6, 7 and 2 more", "0, 1, 2, 3, 4, 5, 6, 7 och 2 till"),
        ("{a:years}", {"a": [[2026, 5]]}, "2026: SEK\u00a05", "2026: 5\u00a0kr"),
        ("{a} {b:.0f}", {"a": "{x}", "b": 2.0}, "{x} 2", "{x} 2"),
    ],
)
def test_formats(text: str, fields: dict[str, object], en: str, sv: str) -> None:
    message = Message("error", (text, ""), (text, ""))
    assert (message.text("en", fields)[0], message.text("sv", fields)[0]) == (en, sv)


def test_both_languages_name_the_same_fields() -> None:
    import re

    def named(texts: tuple[str, str]) -> set[str]:
        return set(re.findall(r"\{(\w+)", " ".join(texts)))

    for code, message in catalogue().items():
        assert named(message.sv) == named(message.en), code
    for english, swedish in SENTENCES.items():
        assert named((swedish, "")) <= named((english, ""))
    assert not set(PHRASES) & set(SENTENCES)
