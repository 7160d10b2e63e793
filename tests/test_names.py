"""The two names of every sheet, column, code word and key: each is read, and none means two things."""

import doctest

import pytest

from rus_funding.model import names
from rus_funding.model.reading.modelfile import POLICY, TEXTS
from rus_funding.model.schema import TABLES
from rus_funding.words import names as words
from rus_funding.words.language import texts

SHEETS = """areas Områden · funds Källor · budgets Budget · authorisations Bemyndiganden · eligibility Behörighet
· rate_limits Satsgränser · categories Kostnadsslag · projects Projekt · costs Kostnader · contributions Områdesandelar
· actors Aktörer · participations Deltagare · links Samarbeten · municipalities Kommuner · reach Kommunandelar
· commitments Åtaganden · dependencies Beroenden · perspectives Perspektiv · markings Märkningar · strategies Strategier
· mapping Övergång · previous Föregående · scenarios Scenarier · model Modell"""
COLUMNS = """project projekt · name namn · lead projektägare · fund källa · financier finansiär · year år
· amount belopp · status läge · category kostnadsslag · area område · goal mål · share andel
· benefit poäng · weight vikt
· sector sektor · form form · level nivå · max_rate högsta sats · rate_basis satsen gäller · rate_base satsens underlag
· income intäkt · max_per_project högst per projekt · min_per_project minst per projekt · draw_order dragordning
· actor aktör · type typ · municipality kommun · population folkmängd · flat_rate schablon
· flat_rate_base schablonens underlag · source uppgiftskälla · verified kontrollerad · note anmärkning"""
CODES = """sector public offentlig · sector private privat · form cash kontant · form in_kind annat än pengar
· level state stat · level region region · level municipality kommun · level eu EU · level other annan
· level private privat · status candidate kandidat · status committed bunden · status ordinary ordinarie
· status withdrawn utgår · status granted beviljad · status applied sökt · status planned planerad
· rate_basis year år · rate_basis total totalt · rate_base eligible stödberättigat · rate_base booked bokfört
· rate_base net netto · rate_base total totalt · verified yes ja · verified no nej · income yes ja · income no nej"""


def pairs(text: str) -> list[tuple[str, str]]:
    return [tuple(item.split(maxsplit=1)) for item in text.replace("\n", " ").split(" · ")]  # type: ignore[misc]


@pytest.mark.parametrize(("table", "word"), pairs(SHEETS))
def test_a_sheet_is_read_by_both_its_names(table: str, word: str) -> None:
    for text in (table, word, word.upper(), f" {word.lower()} ", table.replace("_", " ")):
        assert names.sheet_of(text) == table
    assert words.sheet("sv", table) == word


@pytest.mark.parametrize(("column", "word"), pairs(COLUMNS))
def test_a_column_is_read_by_both_its_names_in_every_table_that_has_it(column: str, word: str) -> None:
    tables = [name for name, table in TABLES.items() if column in table.by_name]
    assert tables
    for table in tables:
        assert words.column("sv", table, column) == word
        for text in (column, column.replace("_", " "), word, word.upper(), word.replace(" ", "_")):
            assert names.column_of(table, text) == column


@pytest.mark.parametrize(("column", "words_"), pairs(CODES))
def test_a_code_word_is_read_by_both_its_names(column: str, words_: str) -> None:
    code, word = words_.split(maxsplit=1)
    tables = [name for name, table in TABLES.items() if code in getattr(table.by_name.get(column), "choices", ())]
    assert tables
    for table in tables:
        for text in (code, word, word.upper(), code.replace("_", " ")):
            assert names.code_of(table, column, text) == code


def test_everything_that_is_read_has_a_swedish_name_and_no_name_means_two_things() -> None:
    assert all(names.sheet_of(word) for word in names.sheets())
    for table in TABLES.values():
        assert all(names.column_of(table.name, word) for word in names.columns(table.name))
        for column in table.columns:
            assert all(names.choice_of(column, word) for word in names.choices(column))
    for keys in (TEXTS, POLICY):
        assert all(names.key_of(words.key("sv", key), keys) == key for key in keys)
    for choice in (choice for column in POLICY.values() for choice in column.choices):
        assert words.code("sv", choice)


def test_marks_and_spaces_are_folded_and_nothing_else() -> None:
    assert names.column_of("costs", "a\u030ar") == "year"  # as a Mac writes it
    assert names.column_of("funds", "HOGSTA  SATS") == "max_rate"
    assert names.column_of("funds", "högstasats") == ""
    assert names.near("högstasats", names.columns("funds")) == "högsta sats"
    assert names.sheet_of("Kostnad") == ""


def test_swedish_names_are_plain_words() -> None:
    for key, (word,) in texts("sv", "names").items():
        assert word == word.strip()
        assert ";" not in word
        assert "," not in word, key


def test_the_examples_of_the_names_run() -> None:
    assert doctest.testmod(names).failed == doctest.testmod(words).failed == 0
