"""What is said of a scenario file is said in both languages: its form, its names, its rows, its families."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.scenarios import families, read_scenarios
from rus_funding.scenarios.form import KINDS
from rus_funding.scenarios.grammar import SECTIONS
from rus_funding.words.messages import told, translated

if TYPE_CHECKING:
    from rus_funding.errors import Problem

SMALL = Path(__file__).parents[1] / "models" / "litet-exempel"
FUND = 'table = "funds"\nwhere = { fund = "statliga" }\n'
DRAW = 'distribution = "uniform", low = 1, high = 2'
FAULTS = {
    "unknown key": ('titel = "x"\n', "Det finns ingen nyckel 'titel' här.", "Menas 'title'?"),
    "missing key": (
        "[[change]]\nset = { weight = 2 }\n", "Nyckeln 'table' saknas: tabellen vars rader ändras.",
        "Lägg till table = …",
    ),
    "unknown table": ('[[change]]\ntable = "budgetar"\nset = { amount = 1 }\n', "Det finns ingen tabell 'budgetar'.",
                      "Menas 'budgets'?"),
    "unknown column": (f"[[change]]\n{FUND}set = {{ sats = 1 }}\n", "Tabellen funds har ingen kolumn 'sats'.",
                       "De som finns: fund, name"),
    "wrong kind": ('require = "p"\n', 'require ska vara en lista med id: ["a", "b"].',
                   "Den anger projekt som måste genomföras helt: x = 1."),
    "wrong table of keys": ("sweep = 1\n", "sweep ska vara en tabell med nycklar.",
                            "Den anger ett scenario per kombination av värden."),
    "no operation": ('[[change]]\ntable = "areas"\n', "Ändringen gör ingenting.", "Lägg till set"),
    "several operations": ('[[change]]\ntable = "areas"\ndrop = true\nset = { weight = 1 }\n',
                           "En ändring antingen ändrar, lägger till eller tar bort rader; den här har set, drop.",
                           "Skriv en [[change]] för varje."),
    "required and excluded": ('require = ["natur"]\nexclude = ["natur"]\n',
                              "natur kan inte både krävas och uteslutas.", "Ta bort det från den ena listan."),
    "no TOML": ("a = = 1\n", "Detta är inte TOML: ", "Formen står i docs/scenarios.md."),
    "extends nothing": ('extends = "baselin"\n', "Det finns inget scenario 'baselin' här.", "Menas 'baseline'?"),
    "no such row": ('[[change]]\ntable = "budgets"\nwhere = { fund = "egn" }\nset = { amount = 1 }\n',
                    "Ingen rad i budgets har fund = egn.", "Menas fund = 'egna'?"),
    "no such year": ('[[change]]\ntable = "budgets"\nwhere = { fund = "egna", year = [2031, 2032] }\ndrop = true\n',
                     "Ingen rad i budgets har fund = egna, year = 2031 eller 2032.",
                     "Det finns year = 2026, 2027 där fund = egna."),
    "no such project": ('require = ["finnsinte"]\n', "Det finns inget projekt 'finnsinte'.", "De som finns: "),
    "named elsewhere": ('[[change]]\ntable = "funds"\nwhere = { fund = "kommunala" }\ndrop = true\n',
                        "Andra rader nämner det som tas bort (kommunala): budgets kommunala 2026",
                        "Ta bort dem också, eller lägg till cascade = true, som gör det."),
    "no axis": ('[sweep]\nname = "a"\n', "Svepet har ingen axel.", "Lägg till en: rate = { table = …"),
    "no operation of an axis": ('[sweep]\nrate = { table = "funds", values = [1] }\n',
                                "Exakt en av set, multiply, add, policy ska stå här, inte 0.", "Välj en."),
    "unknown axis": ('[sweep]\nname = "a-{sats}"\nrate = { table = "funds", set = "max_rate", values = [1] }\n',
                     "Namnet har {sats}, som inte är någon axel.", "Axlar: rate."),
    "lost in part": ('[stress]\neach = "actor"\nmultiply = 0.5\n',
                     "En aktör faller bort helt: multiply hör till källor.", "Ta bort den, eller skriv en [[change]]."),
    "too many draws": (
        f'[sample]\nsize = 100000\nseed = 1\ncosts = {{ table = "costs", multiply = "amount", {DRAW} }}\n',
        "100000 scenarier med 6 dragningar är 600000 dragningar, fler än", "Låt rader dela dragningar",
    ),
}  # fmt: skip


def refused(path: Path) -> Problem:
    with pytest.raises(rf.InvalidInput) as error:
        families(rf.load(SMALL), read_scenarios(path))
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_said_in_swedish(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, what, remedy = FAULTS[fault]
    monkeypatch.setattr("rus_funding.scenarios.sample.MOST_DRAWS", 499_999)
    (tmp_path / "s.toml").write_text(text, encoding="utf-8")
    english = refused(tmp_path / "s.toml")
    swedish = translated(english, "sv")
    assert swedish.what.startswith(what)
    assert swedish.remedy.startswith(remedy)
    assert english.what != swedish.what
    assert english.remedy != swedish.remedy


def test_the_command_says_it_in_the_language_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('[[change]]\ntable = "budgetar"\nset = { amount = 1 }\n', encoding="utf-8")
    for language, said in (("sv", "Det finns ingen tabell 'budgetar'."), ("en", "There is no table 'budgetar'.")):
        done = CliRunner().invoke(cli, ["solve", str(SMALL), "-s", str(path), "--lang", language])
        assert isinstance(done.exception, rf.InvalidInput)
        assert said in translated(done.exception.problems[0], done.exception.lang).what


def test_every_key_has_its_description_and_every_kind_its_form_in_both_languages() -> None:
    for section, keys in SECTIONS.items():
        for key in keys:
            text = f"scenario.key.{section}-{key.name}"
            assert told("en", text, {}) == key.description
            assert told("sv", text, {}) != key.description or key.name == "median"
            assert told("sv", f"scenario.kind.{key.kind}", {}) != told("en", f"scenario.kind.{key.kind}", {})
    assert {key.kind for keys in SECTIONS.values() for key in keys} <= set(KINDS)
