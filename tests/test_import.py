"""`import`: the decision's two tables as they stand become the decision, and what does not agree is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from inputs import csv_text

import rus_funding as rf
from rus_funding.cli import main
from rus_funding.errors import UsageError
from rus_funding.model.importing.blocks import read_applications
from rus_funding.model.importing.mapping import flat_rates, proposal, read_mapping
from rus_funding.model.importing.tables import model_files

if TYPE_CHECKING:
    from rus_funding.model.importing.blocks import Application

HERE = Path(__file__).parent
SEED = HERE / "data" / "import" / "seed.xlsx"
CSV = HERE.parent / "models" / "sources" / "orebro-rus-2026-2028.csv"
DECIDED = {
    "1:1-medel": [1_897_201, 1_986_792, 2_180_071],
    "Övriga medel": [978_000, 1_250_000, 1_300_000],
    "FUM": [569_201, 386_793, 530_071],
    "Deltagaravgifter": [350_000, 350_000, 350_000],
}


def answered(text: str, funds: list[str]) -> str:
    """The proposed mapping with six answers: project, lead, area, order, rate and cap."""
    grant = next(fund for fund in funds if "1:1" in fund)
    order = sorted(funds, key=lambda fund: [key in fund for key in ("Deltagaravgifter", "1:1", "Övriga", "FUM")][::-1])
    text = text.replace('\nproject = ""', '\nproject = "Genomförande av RUS"').replace('lead = ""', 'lead = "Regionen"')
    text = text.replace('area = ""', 'area = "Strategin"').replace(
        "draw_order = []", f"draw_order = {json.dumps(order)}"
    )
    before, section, after = text.partition(f"[funds.{json.dumps(grant, ensure_ascii=False)}]")
    after = after.replace('max_rate = ""', 'max_rate = "50 %"', 1)
    after = after.replace('max_per_project = ""', 'max_per_project = "6064064"', 1)
    return before + section + after


@pytest.mark.parametrize("source", [SEED, CSV], ids=["as it stands", "as an export"])
def test_the_decisions_tables_become_the_decision(tmp_path: Path, source: Path) -> None:
    (one,) = applications = read_applications([source])
    assert len(one.amounts) + one.sums == 40
    funds = list(dict.fromkeys(a.what for a in one.amounts if a.kind == "financing"))
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(answered(proposal(applications, "beslutet"), funds), encoding="utf-8")
    target = tmp_path / "beslutet"
    target.mkdir()
    for name, content in model_files(applications, read_mapping(mapping, applications)).items():
        (target / name).write_bytes(content)
    model = rf.load(target)
    sectors = dict(zip(model["funds"]["name"].tolist(), model["funds"]["sector"].tolist(), strict=True))
    assert [sectors[fund] for fund in funds] == ["public", "public", "public", "private"]
    solved: Any = rf.solve(model)
    names = dict(zip(model["funds"]["fund"].tolist(), model["funds"]["name"].tolist(), strict=True))
    paid: dict[str, dict[int, int]] = {}
    for payment in solved.as_dict()["payments"]:
        years = paid.setdefault(names[payment["fund"]], {})
        years[payment["year"]] = years.get(payment["year"], 0) + payment["kronor"]
    for key, kronor in DECIDED.items():
        assert [paid[fund][year] for fund in paid if key in fund for year in model.years] == kronor


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def application(number: str, staff: int = 100, grant: int = 120, total: int = 120) -> list[list[Any]]:
    return [
        ["Ansökningsnummer", number], ["Projektnamn", f"Projekt {number}"], ["Sökande:", "Kumla kommun"],
        ["Kostnadsslag", 2026, 2027, "Totalt"], ["Personal", staff, 50, staff + 50], ["OH 20 %", 20, 10, 30],
        ["Summa kostnader", total, 60, total + 60], [],
        ["Finansiär", 2026, 2027, "Totalt"], ["Offentlig kontantfinansiering"], ["Staten", grant, 60, grant + 60],
        ["Summa", grant, 60, grant + 60],
    ]  # fmt: skip


def test_several_applications_stand_under_each_other(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", [*application("A1"), [], *application("A2"), ["Underskrift"]])
    first, second = found = read_applications([path])
    assert [(one.number, one.name, one.lead) for one in found] == [
        ("A1", "Projekt A1", "Kumla kommun"), ("A2", "Projekt A2", "Kumla kommun")
    ]  # fmt: skip
    assert [(a.what, a.year, a.kronor, a.cell) for a in second.amounts][:2] == [
        ("Personal", 2026, 100, "B18"), ("Personal", 2027, 50, "C18")
    ]  # fmt: skip
    assert (first.sums, second.unread) == (9, ["A26"])
    assert flat_rates(found) == {"OH 20 %": ("20 %", "Personal")}


def test_a_number_is_read_once(tmp_path: Path) -> None:
    paths = [sheet(tmp_path / f"{name}.xlsx", application("A1")) for name in ("a", "b")]
    assert [one.number for one in read_applications(paths)] == ["A1"]
    other = sheet(tmp_path / "c.xlsx", application("A1", staff=101, grant=121, total=121))
    with pytest.raises(UsageError, match=r"application A1 stands in a\.xlsx.* and in c\.xlsx.*different"):
        read_applications([*paths, other])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"total": 121}, "cell B7: the sum is SEK\u00a0121, but what it sums is SEK\u00a0120: SEK\u00a01 differ"),
        ({"grant": 119}, "2026: the costs are SEK\u00a0120, the financing SEK\u00a0119: SEK\u00a01 differ"),
    ],
)
def test_an_application_that_does_not_agree_is_refused(tmp_path: Path, change: dict[str, int], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_applications([sheet(tmp_path / "a.xlsx", application("A1", **change))])


def test_what_is_no_application_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(csv_text([["namn", "folkmängd"], ["Kumla", "22516"]]), encoding="utf-8")
    with pytest.raises(UsageError, match="no application was found"):
        read_applications([tmp_path / "a.csv"])


def test_blanks_that_must_be_answered_are_named(tmp_path: Path) -> None:
    applications: list[Application] = read_applications([SEED])
    mapping = tmp_path / "m.toml"
    mapping.write_text(proposal(applications, "m"), encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        read_mapping(mapping, applications)
    key = applications[0].key
    assert raised.value.phrase.fields["keys"] == ", ".join(
        f'applications."{key}".{field}' for field in ("project", "lead", "area")
    )


def test_the_command_proposes_then_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, target = sheet(tmp_path / "a.xlsx", application("A1")), tmp_path / "m"
    with pytest.raises(SystemExit) as left:
        main(["import", str(path), "-o", str(target)])
    assert left.value.code == 0
    assert "A1: 6 belopp lästa (B5–C11), 9 summor stämmer" in capsys.readouterr().out
    mapping = tmp_path / "m.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('area = ""', 'area = "Energi"'), encoding="utf-8")
    again = ["import", str(path), "-o", str(target), "--mapping", str(mapping)]
    with pytest.raises(SystemExit) as left:
        main(again)
    assert left.value.code == 0
    model = rf.load(target)
    assert model["projects"]["name"].tolist() == ["Projekt A1"]
    assert model["costs"]["amount"].tolist() == [100, 50]
    before = {file.name: file.read_bytes() for file in target.iterdir()}
    with pytest.raises(SystemExit) as left:  # a model is never written over
        main(again)
    assert left.value.code == 2
    assert {file.name: file.read_bytes() for file in target.iterdir()} == before
