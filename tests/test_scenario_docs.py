"""The page about scenarios and the shipped scenarios work with the models they are written for."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest

from rus_funding.model.model import digest
from rus_funding.model.reading import read_model
from rus_funding.scenarios import NUMBERS, families, read_scenarios
from rus_funding.scenarios.grammar import DISTRIBUTIONS, EACH, FREE, METHODS, OPERATIONS, SECTIONS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
MODELS = ("lansportfolj-exempel", "orebro-rus-2026-2028")


@pytest.fixture(scope="module")
def models():
    return {name: read_model(ROOT / "models" / name) for name in MODELS}


def test_the_page_has_its_examples():
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_works(models, tmp_path, block):
    (tmp_path / "minskade-1-1-medel.toml").write_text("")
    file = tmp_path / "example.toml"
    file.write_text(block, encoding="utf-8")
    model = models["lansportfolj-exempel"]
    (family,) = families(model, read_scenarios(file))
    for member in islice(family, 3):
        assert member.apply().name == model.name


def test_the_session_of_the_page_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (session,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(session, "docs/scenarios.md", "exec"), {})  # noqa: S102
    assert "utan-fum [('budgets', 'rol-fum/2026', 'amount', 2500000, 0)]" in capsys.readouterr().out


def test_the_page_names_every_key_and_word():
    keys = {key.name for name, section in SECTIONS.items() if name != "expect" for key in section}
    words = keys | {*DISTRIBUTIONS, *EACH, *METHODS, *OPERATIONS}
    missing = [word for word in sorted(words) if not re.search(rf'[`"{{\[\s]{re.escape(word)}[`"\]\s]', PAGE)]
    assert missing == ["collaboration_weight", "min_partners"]  # the model's page explains the policy
    assert set(FREE) == {"sweep", "sample", "expect"}


def test_the_page_lists_the_columns_of_amounts():
    table = PAGE.partition("These columns hold amounts:")[2].partition("\n\nIn a family")[0]
    rows = re.findall(r"\| `(\w+)` \| (.*) \|", table)
    assert {(name, column) for name, columns in rows for column in re.findall(r"`(\w+)`", columns)} == NUMBERS


@pytest.mark.parametrize("name", MODELS)
def test_shipped_scenarios_apply_to_their_model(models, name):
    model = models[name]
    before = digest(model)
    scenarios = read_scenarios(ROOT / "scenarios" / name)
    assert len(scenarios) >= 10
    for family in families(model, scenarios):
        assert family.scenario.title
        assert family.scenario.question.endswith(("?", "."))
        for member in islice(family, 20):
            changed = member.apply()
            assert digest(changed) != before or not member.changes()
    assert digest(model) == before
