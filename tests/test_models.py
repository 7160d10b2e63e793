"""The shipped models: that they read, say what they rest on, and use what they promise to use."""

import csv
from pathlib import Path

import numpy as np
import pytest

from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import FundingModel
from rus_funding.model.reading import read_model
from rus_funding.model.schema import COMMON, TABLES

MODELS = Path(__file__).parents[1] / "models"
DECISION, PORTFOLIO, SMALL = "orebro-rus-2026-2028", "lansportfolj-exempel", "litet-exempel"


@pytest.fixture(scope="module")
def models() -> dict[str, FundingModel]:
    return {name: read_model(MODELS / name) for name in (DECISION, PORTFOLIO, SMALL)}


def source(name: str) -> list[dict[str, str]]:
    with (MODELS / "sources" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records(model: FundingModel, table: str, *columns: str) -> list[tuple]:
    return list(zip(*(model[table][column].tolist() for column in columns), strict=True))


def test_the_name_is_the_folder(models):
    assert [model.name for model in models.values()] == list(models)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (DECISION, {"perspective_without_projects", "unverified"}),
        (SMALL, set()),
        (PORTFOLIO, {"income_drawn_late", "markings_without_basis", "project_with_few_partners", "unverified"}),
    ],
)
def test_the_only_warnings_are_those_meant(models, name, expected):
    assert {warning.code for warning in models[name].warnings} == expected


def test_every_row_of_the_decision_has_a_source_and_is_verified(models):
    for name, table in models[DECISION].tables.items():
        assert all(table["source"].tolist())
        assert name == "participations" or set(table["verified"].tolist()) <= {"yes"}


def test_only_what_no_text_says_of_the_decision_is_unverified(models):
    """That the county's two arenas take part in this very project is read out of its structure, and says so."""
    rows = records(models[DECISION], "participations", "actor", "role", "verified", "note")
    assert sorted((actor, role) for actor, role, verified, _ in rows if verified == "no") == [
        ("partnerskapet", "partner"),
        ("samverkansradet", "partner"),
    ]
    assert all(note.startswith("Länets allmänna struktur" if known == "no" else "Beslutet") for *_, known, note in rows)


def test_the_decisions_actors_say_what_the_decision_itself_says(models):
    """Only the region and those who pay fees stand in the budget; all others are the county's structure."""
    notes = dict(records(models[DECISION], "actors", "actor", "note"))
    named = {actor for actor, note in notes.items() if note.startswith("Beslutet")}
    assert named == {"region-orebro-lan", "framtidsforum-deltagare"}
    rest = [note for actor, note in notes.items() if actor not in named]
    assert all(note.startswith(("Länets allmänna struktur", "Grupp som strategin nämner")) for note in rest)


def test_every_municipality_is_in_the_partnership_and_in_the_council(models):
    model = models[DECISION]
    links = set(records(model, "links", "actor", "other"))
    municipalities = model["municipalities"]["municipality"].tolist()
    assert len(municipalities) == 12
    assert {(arena, one) for arena in ("partnerskapet", "samverkansradet") for one in municipalities} < links


def test_the_decision_says_nothing_of_women_and_men(models):
    """Its markings are those that the strategy's text is a basis of."""
    rows = records(models[DECISION], "markings", "perspective", "share", "basis")
    assert {name for name, *_ in rows} == {"social", "ekonomisk", "ekologisk"}
    assert all(share == 1 and "hållbarhet" in basis for _, share, basis in rows)


def test_the_decisions_money_is_that_of_its_budget_table(models):
    model = models[DECISION]
    years = [str(year) for year in model.years]
    amounts = Amounts(model, Index(model))
    by_category = dict(zip(amounts.index.categories.ids, amounts.by_category[0].tolist(), strict=True))
    by_fund: dict[str, list[int]] = {}
    for fund, _, amount in sorted(records(model, "budgets", "fund", "year", "amount")):
        by_fund.setdefault(fund, []).append(amount)
    for row in source("orebro-rus-2026-2028.csv"):
        figures = [int(row[year]) for year in years]
        if row["id"] == "summa":
            found = by_category if row["section"] == "cost" else by_fund
            assert np.sum(list(found.values()), axis=0).tolist() == figures
        elif row["section"] == "cost":
            assert by_category[row["id"]] == figures
        else:
            assert by_fund[row["id"]] == figures


def test_what_is_bound_after_a_year_is_what_the_decision_leaves_to_pay(models):
    model = models[DECISION]
    one = {
        year: amount for fund, year, amount in records(model, "budgets", "fund", "year", "amount") if fund == "rol-1-1"
    }
    assert records(model, "authorisations", "fund", "year", "amount") == [
        ("rol-1-1", year, sum(amount for later, amount in one.items() if later > year)) for year in (2025, 2026, 2027)
    ]
    cap = dict(records(model, "funds", "fund", "max_per_project"))["rol-1-1"]
    assert cap == sum(one.values()) == 6_064_064


def test_fum_is_drawn_last(models):
    order = dict(records(models[DECISION], "funds", "draw_order", "fund"))
    assert order[max(order)] == "rol-fum"
    assert len(order) == 4


def test_the_small_model_is_small(models):
    model = models[SMALL]
    assert (model["projects"].size, model["funds"].size, len(model.years)) == (3, 3, 2)


def test_the_portfolio_has_the_promised_size(models):
    model = models[PORTFOLIO]
    sizes = {name: model[name].size for name in ("funds", "municipalities")} | {"areas": model.areas.size}
    assert sizes == {"areas": 10, "funds": 10, "municipalities": 12}
    assert len(model.years) == 6
    assert 38 <= model["projects"].size <= 45
    assert 33 <= model["actors"].size <= 37


@pytest.mark.parametrize("name", [DECISION, PORTFOLIO])
def test_the_models_have_the_real_populations(models, name):
    real = {row["kommun"]: int(row["folkmangd_2023_12_31"]) for row in source("population-orebro-2023.csv")}
    assert dict(records(models[name], "municipalities", "name", "population")) == real


AFTER = {"booked", "claims"}  # of years that are closed: the portfolio is one that is about to be decided


def test_what_is_invented_says_so(models):
    model = models[PORTFOLIO]
    assert "llustrativ" in model.title
    for name, table in model.tables.items():
        if name in AFTER:
            continue
        wanted = ("yes", "SCB") if name == "municipalities" else ("no", "illustrativt")
        assert set(table["verified"].tolist()) == {wanted[0]}
        assert all(wanted[1] in text for text in table["source"].tolist()), name


def test_the_portfolio_uses_every_table_and_every_column(models):
    model = models[PORTFOLIO]
    unused = []
    for name, table in TABLES.items():
        rows = model[name]
        if name in AFTER:
            continue
        assert rows.size, name
        for column in table.columns:
            values = rows[column.name].tolist()
            if column not in COMMON and all(value == column.default or value != value for value in values):
                unused.append((name, column.name))
    assert unused == [("projects", "replan")]  # of closed years too
    assert model.policy.collaboration_weight > 0
    assert model.policy.municipality_floor > 0
    assert model.policy.min_partners == 2


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("funds", "sector"), ("funds", "form"), ("funds", "rate_basis"), ("funds", "rate_base"),
        ("budgets", "status"), ("eligibility", "by"), ("rate_limits", "by"), ("categories", "form"),
        ("projects", "status"), ("participations", "role"), ("actors", "target_group"), ("commitments", "kind"),
        ("dependencies", "kind"),
    ],
)  # fmt: skip
def test_the_portfolio_uses_every_choice(models, table, column):
    unused = {"withdrawn"}  # nobody has withdrawn yet
    assert set(models[PORTFOLIO][table][column].tolist()) == set(TABLES[table][column].choices) - unused


def test_the_portfolio_has_every_kind_of_group_rate(models):
    rows = models[PORTFOLIO]["rate_limits"]
    assert any(rows["project"].tolist())
    assert any(rows["actor_type"].tolist())
    assert (rows["min_rate"] > 0).any()
    assert (rows["max_rate"] < 1).any()


def test_the_need_is_clearly_above_the_money(models):
    model = models[PORTFOLIO]
    need = Amounts(model, Index(model)).by_category.sum()
    assert 0.6 < model["budgets"]["amount"].sum() / need < 0.75


def test_commitments_are_covered_by_granted_money(models):
    model = models[PORTFOLIO]
    granted = {
        (fund, year): amount
        for fund, year, amount, status in records(model, "budgets", "fund", "year", "amount", "status")
        if status == "granted"
    }
    promised: dict[tuple[str, int], int] = {}
    for fund, year, amount in records(model, "commitments", "fund", "year", "amount"):
        promised[fund, year] = promised.get((fund, year), 0) + amount
    assert promised
    assert all(amount <= granted[key] for key, amount in promised.items())


def test_the_files_are_as_a_swedish_excel_saves_them():
    files = [file for name in (DECISION, PORTFOLIO, SMALL) for file in (MODELS / name).glob("*.csv")]
    assert files
    for file in files:
        text = file.read_bytes()
        assert text.startswith(b"\xef\xbb\xbf"), file
        assert b";" in text.splitlines()[0], file
