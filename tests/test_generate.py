"""The benchmark generator: the same arguments give the same model, of the calibrated size, and it can be solved."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from rus_funding.model.amounts import Amounts
from rus_funding.model.index import Index
from rus_funding.model.model import digest
from rus_funding.model.portfolio import Portfolio
from rus_funding.model.reading import read_model
from rus_funding.model.validation import validate

FILE = Path(__file__).parents[1] / "benchmarks" / "generate.py"
SPEC = importlib.util.spec_from_file_location("generate", FILE)
assert SPEC is not None
assert SPEC.loader is not None
generate = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = generate  # dataclasses look their module up
SPEC.loader.exec_module(generate)


def laid_out(model):
    index = Index(model)
    return Portfolio(index, Amounts(model, index))


def test_the_seed_decides_the_model():
    assert digest(generate.model("S", 1)) == digest(generate.model("S", 1))
    assert digest(generate.model("S", 1)) != digest(generate.model("S", 2))


@pytest.mark.parametrize(("size", "pairs"), [("S", 0.42), ("M", 0.21), ("L", 0.20)])
def test_sizes_and_the_share_of_pairs(size, pairs):
    model = generate.model(size)
    projects, funds, years = generate.SIZES[size]
    assert (model["projects"].size, model["funds"].size, len(model.years)) == (projects, funds, years)
    assert laid_out(model).pairs[0].size / (projects * funds) == pytest.approx(pairs, abs=0.03)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_project_has_two_funds_and_a_cover(seed):
    model = generate.model("M", seed)
    portfolio = laid_out(model)
    project, fund, _ = portfolio.pairs
    count = model["projects"].size
    assert np.bincount(project, minlength=count).min() >= 2
    free = (portfolio.index.fund_column("max_rate") == 1) & np.isnan(portfolio.index.fund_column("max_per_project"))
    covered = free[portfolio.fund] & np.ones(portfolio.cell.size, bool)
    assert np.unique(portfolio.cell[covered]).size == portfolio.cell_project.size
    assert fund.max() < model["funds"].size


def test_money_and_costs_are_calibrated():
    model = generate.model("L")
    portfolio = laid_out(model)
    cost = np.bincount(portfolio.cell_project, portfolio.cell_cost(portfolio.amounts))
    assert model["budgets"]["amount"].sum() / cost.sum() == pytest.approx(0.6, abs=1e-6)
    assert np.median(cost) == pytest.approx(5.0e6, rel=0.1)
    assert np.quantile(cost, 0.95) == pytest.approx(52e6, rel=0.15)


@pytest.mark.parametrize("binaries", [0.0, 0.2])
def test_the_model_is_valid(binaries):
    model = generate.model("S", 4, binaries)
    assert [problem for problem in validate(model) if problem.severity == "error"] == []
    assert (laid_out(model).binary.size > 0) == (binaries > 0)


def test_the_folder_is_the_model(tmp_path):
    made = generate.generate(30, 7, 4, 5, tmp_path, 0.3)
    assert digest(read_model(tmp_path)) == digest(made)


def test_too_few_funds_are_refused():
    with pytest.raises(ValueError, match="at least"):
        generate.portfolio(10, 3, 2, 1)
