"""`follow-up`: a ledger read without guessing, and an outcome held against the plan, to the krona."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from click.testing import CliRunner
from closed_years import GRANT, MODELS, OWN, PAID, PROJECT, UNDER, decision

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.errors import UsageError
from rus_funding.follow_up.ledger import read_ledger
from rus_funding.follow_up.outcome import follow_up, with_ledger
from rus_funding.follow_up.tables import sentences, tables

if TYPE_CHECKING:
    from pathlib import Path

    from rus_funding.model.model import FundingModel

MODEL = MODELS / "orebro-rus-2026-2028"
BOOKED = (
    (PROJECT, "egen-personal", 2026, UNDER),
    (PROJECT, "externa-tjanster", 2026, 1120000),
    (PROJECT, "resor-logi", 2026, 35000),
)
LONG = {
    "Projekt": [PROJECT] * 4,
    "Konto": [5010, 5090.0, "4010", 5810],
    "Datum": ["2026-03-31", "2026-12-31", pd.Timestamp(2026, 5, 5), 202606],
    "Belopp": ["979 552,40", 999999.6, "1 120 000 kr", "35\u00a0000"],
}
ACCOUNTS = {
    "Konto": ["5000-5099", "40*", 5810],
    "Kostnadsslag": ["Egen personal", "externa-tjanster", "RESOR OCH LOGI"],
}
CLAIM = {"Projekt": [PROJECT], "Källa": [GRANT], "År": [2026], "Belopp": [PAID], "Slag": ["Rekvisition"]}


@pytest.fixture(scope="module")
def model() -> FundingModel:
    return rf.load(MODEL)


def workbook(path: Path, **sheets: dict[str, list[Any]]) -> Path:
    with pd.ExcelWriter(path) as file:
        for name, columns in sheets.items():
            pd.DataFrame(columns).to_excel(file, sheet_name=name, index=False)
    return path


WIDE_YEARS = {
    "Projekt": ["Genomförande av den regionala utvecklingsstrategin"] * 3,
    "Kostnadsslag": [category for _, category, _, _ in BOOKED],
    "2026": [kronor for _, _, _, kronor in BOOKED],
    "2027": [1, None, 2],
}
WIDE_CATEGORIES = {"projekt": [PROJECT], "år": [2026], **{category: [kronor] for _, category, _, kronor in BOOKED}}


@pytest.mark.parametrize(
    "sheets",
    [{"Utfall": LONG, "Konton": ACCOUNTS}, {"Blad1": WIDE_YEARS}, {"Utfall": WIDE_CATEGORIES}],
    ids=["long", "years", "categories"],
)
def test_a_ledger_is_read_in_each_of_its_shapes(model: FundingModel, tmp_path: Path, sheets: dict[str, Any]) -> None:
    ledger = read_ledger(workbook(tmp_path / "utfall.xlsx", **sheets), model, 2026)
    assert ledger.booked == BOOKED
    assert ledger.unmatched == ()
    assert ledger.later == (2 if "Blad1" in sheets else 0)


def test_a_csv_is_a_ledger_too(model: FundingModel, tmp_path: Path) -> None:
    rows = "".join(f"{p};{k};{t};{kronor},00\n" for p, k, t, kronor in BOOKED)
    (tmp_path / "utfall.csv").write_text(f"\ufeffprojekt;kostnadsslag;år;belopp\n{rows}", encoding="utf-8")
    assert read_ledger(tmp_path / "utfall.csv", model, 2026).booked == BOOKED


def test_every_row_that_fits_nowhere_is_listed(model: FundingModel, tmp_path: Path) -> None:
    strange = {
        "Projekt": ["annat", PROJECT, PROJECT, PROJECT, PROJECT, PROJECT, PROJECT],
        "Kostnadsslag": ["resor-logi", "kaffe", "oh-20", "resor-logi", "resor-logi", "resor-logi", "externa-tjanster"],
        "År": [2026, 2026, 2026, "snart", 2025, 2026, 2026],
        "Belopp": [1, 2, 3, 4, 5, "1.2.3", -7],
    }
    claims = {**{name: [cells[0]] * 4 for name, cells in CLAIM.items()}}
    claims |= {"Källa": ["banken", GRANT, GRANT, GRANT], "Slag": ["Rekvisition", "gåva", "Förskott", "Återkrav"]}
    claims |= {"Belopp": [1, 2, -3, 4]}
    path = workbook(tmp_path / "utfall.xlsx", Utfall=strange, Rekvisitioner=claims)
    ledger = read_ledger(path, model, 2026)
    found = [(one.sheet, one.row, one.reason) for one in ledger.unmatched]
    assert found == [
        ("Utfall", 2, "project"), ("Utfall", 3, "category"), ("Utfall", 4, "flat"), ("Utfall", 5, "year"),
        ("Utfall", 6, "year"), ("Utfall", 7, "amount"), ("Rekvisitioner", 2, "fund"), ("Rekvisitioner", 3, "kind"),
        ("Rekvisitioner", 4, "negative"), ("Utfall", 0, "negative"),
    ]  # fmt: skip
    assert ledger.booked == ()
    assert ledger.claims == ((PROJECT, GRANT, 2026, "recovery", 4),)


def test_an_account_of_no_category_is_named(model: FundingModel, tmp_path: Path) -> None:
    path = workbook(tmp_path / "utfall.xlsx", Utfall={**LONG, "Konto": [5010, 5090, 4010, 9999]}, Konton=ACCOUNTS)
    (lost,) = read_ledger(path, model, 2026).unmatched
    assert (lost.row, lost.reason, lost.value) == (5, "account", "9999")


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"Utfall": {"a": [1]}}, "sheet Utfall is no ledger"),
        ({"Utfall": LONG, "Konton": {"Konto": [1]}}, "sheet Konton: the column category is missing"),
        ({"Utfall": LONG, "Konton": ACCOUNTS, "Rekvisitioner": {"Projekt": [1]}}, "the column fund is missing"),
    ],
)
def test_what_is_no_ledger_is_refused(model: FundingModel, tmp_path: Path, sheets: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_ledger(workbook(tmp_path / "utfall.xlsx", **sheets), model, 2026)


def test_the_decision_followed_up(model: FundingModel, tmp_path: Path) -> None:
    path = workbook(tmp_path / "utfall.xlsx", Utfall=LONG, Konton=ACCOUNTS, Rekvisitioner=CLAIM)
    ledger = read_ledger(path, model, 2026)
    found = follow_up(with_ledger(model, ledger), ledger)
    (project,) = found.projects
    assert (project.planned, project.booked, project.ahead) == (3_794_402, 3_530_462, -263_940)
    assert (project.plan, project.forecast) == (12_128_129, 11_864_189)
    (claim,) = found.claims
    assert (claim.entitled, claim.carried, claim.paid) == (1_765_231, 1_765_231, 1_897_201)
    assert (claim.due, claim.recovery) == (0, 131_970)
    assert dict(found.lost) == {"region-orebro-lan": 263_940}
    assert {(one.fund, one.unused, one.returns) for one in found.budgets if one.unused} == {
        (GRANT, 131_970, 0),
        (OWN, 131_970, 0),
    }
    assert {line.key: line.ahead for line in found.categories if line.ahead} == {
        (PROJECT, "egen-personal"): -219_950,
        (PROJECT, "oh-20"): -43_990,
    }
    for lines in (found.projects, found.categories, found.funds, found.years):
        assert sum(line.forecast for line in lines) == 11_864_189
        assert sum(line.booked for line in lines) == 3_530_462
    assert with_ledger(model, ledger)["booked"]["source"].tolist() == ["utfall.xlsx"] * 3


def test_what_is_left_to_claim_is_due() -> None:
    (claim,) = follow_up(decision(UNDER, paid=400_000)).claims
    assert (claim.due, claim.recovery) == (1_365_231, 0)


def test_unused_money_returns_as_carry_over_says() -> None:
    budgets = follow_up(decision(UNDER, paid=PAID, funds={"carry_over": 0.5})).budgets
    assert next(one.returns for one in budgets if one.fund == GRANT) == 65_985


def test_the_decided_plan_is_what_the_outcome_is_held_against() -> None:
    model = decision()
    assert not follow_up(model).decided
    decided = {"project": PROJECT, "fund": GRANT, "year": 2026, "amount": 2_000_000}
    frames = {**model.frames(), "previous": pd.DataFrame([decided])}
    found = follow_up(rf.from_frames(frames, like=model))
    assert found.decided
    assert found.projects[0].planned == 2_000_000


@pytest.mark.parametrize("basis", ["year", "total"])
def test_how_a_rate_is_read_is_said(basis: str) -> None:
    found = follow_up(decision(UNDER, paid=PAID, funds={"rate_basis": basis}, replan="delay", own=1_000_000))
    said = " ".join(sentences(found, "sv"))
    assert ("varje år för sig" in said) == (basis == "year")
    assert ("mot nästa rekvisition" in said) == (basis == "total")
    assert bool(found.lost) == (basis == "year")


def test_every_table_is_said_in_both_languages(model: FundingModel, tmp_path: Path) -> None:
    odd = {name: [*cells, cells[0]] for name, cells in LONG.items()} | {"Konto": [5010, 5010, 4010, 5810, 1]}
    ledger = read_ledger(workbook(tmp_path / "u.xlsx", Utfall=odd, Konton=ACCOUNTS, Rekvisitioner=CLAIM), model, 2026)
    over = dataclasses.replace(ledger, booked=((PROJECT, "egen-personal", 2026, 9_000_000),))
    found = follow_up(with_ledger(model, over), ledger)
    for lang in ("sv", "en"):
        names = [table.name for table in tables(found, lang)]
        assert names == ["projects", "categories", "funds", "years", "claims", "lost", "budgets", "unpaid", "unmatched"]


def test_the_command_prints_data_and_says_what_is_lacking(tmp_path: Path) -> None:
    path = workbook(tmp_path / "utfall.xlsx", Utfall=LONG, Konton=ACCOUNTS, Rekvisitioner=CLAIM)
    given = ["follow-up", str(MODEL), "--booked", str(path), "--through", "2026"]
    shown = CliRunner().invoke(cli, [*given, "--json"], standalone_mode=False)
    assert shown.return_value == 0
    assert json.loads(shown.stdout)["claims"][0]["recovery"] == 131_970
    shown = CliRunner().invoke(cli, given, standalone_mode=False)
    assert "Källorna har betalat 131\u00a0970\u00a0kr för mycket" in shown.stdout
    for wrong, said in (([], "no year is closed"), (["--through", "2030"], "none of the model's years")):
        with pytest.raises(UsageError, match=said):
            CliRunner().invoke(cli, ["follow-up", str(MODEL), *wrong], standalone_mode=False, catch_exceptions=False)
