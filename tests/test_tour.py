"""A tour of every command and of many faults in both languages: nothing of the one language stands in the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rus_funding.cli import COMMANDS, main
from rus_funding.model.reading import read_model
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "models" / "litet-exempel"
LESS = """title = "Mindre egna medel"
question = "Vad händer då?"
[[change]]
table = "budgets"
where = { fund = "egna" }
multiply = { amount = 0.5 }
"""
TOO_MUCH = """title = "För mycket"
require = ["kompetens", "resecentrum", "natur"]
[[change]]
table = "budgets"
multiply = { amount = 0.1 }
"""
# the stops: what is typed, with {model}, {run}, {less}, {poor}, {out} for places
TOUR = (
    "check {model}",
    "check {model}/finns-inte",
    "check {broken}",
    "solve {model}",
    "solve {model} -s {less} --reasons",
    "solve {model} -s {poor}",
    "solve {model} -s {model}",
    "solve {model} --time-limit 0",
    "solve {model} --solver bollen",
    "solve {model} -o {run}",
    "batch {model} {less} {poor} -o {out}/ny.sqlite --workers 1",
    "batch {model} {less} -o {run} --workers 1",
    "batch {model} {out}/ingen.toml -o {out}/annan.sqlite",
    "compare {run}",
    "compare {run} -s mindre",
    "compare {run} -s okänd",
    "compare {run} --statement blaj",
    "compare {model}",
    "explain {model}",
    "explain {model} -s {less} --project natur",
    "explain {model} -s {poor} --infeasible",
    "explain {model} -s {poor} --area livskvalitet",
    "explain {model} --prices",
    "explain {model} --alternatives",
    "explain {model} --ranges",
    "explain {model} --frontier value balance",
    "explain {model} --area livskvalitet",
    "explain {model} --actor kumla",
    "explain {model} --fund egna",
    "explain {model} --insist natur",
    "explain {model} --insist natur --insist kompetens --insist resecentrum",
    "explain {model} --municipality kumla",
    "explain {model} --project okänd",
    "explain {model} --area okänd --fund egna",
    "explain {run} -s mindre --fund egna",
    "network {model} -o {out}/natet",
    "report {run} -o {out}/papper --format docx",
    "report {run} -s okänd -o {out}/papper2",
    "export {run} -o {out}/tabeller",
    "export {run} -o {run}",
    "verify {out}/ingen.json",
    "decide {run} --meeting 2027-02-11 -o {out}/beslut.xlsx",
    "decide {run} -s okänd --meeting 2027-02-11 -o {out}/beslut.xlsx",
    "decide {run} --meeting igår -o {out}/beslut.xlsx",
    "adopt {out}/inget.xlsx {model} -o {out}/nasta --register {out}/register.sqlite",
    "register {out}/inget.sqlite",
    "audit {out}/inget.docx",
    "audit {less}",
    "follow-up {model}",
    "follow-up {model} --through 2026",
    "follow-up {model} --booked {out}/inget.xlsx --through 2026",
    "import {out}/ingen.xlsx -o {out}/modell",
    "import {less} -o {out}/modell",
    "new {model}",
    "okänt {model}",
    "solve",
    "solve {model} --within 2",
    "compare {run} --threshold 7",
)
ENGLISH = re.compile(r"\b(the|of|and|are|is|with|cannot|must|which|this|that|has|have|than|from|what|why|no)\b")
SWEDISH = re.compile(r"\b(och|att|inte|är|för|som|till|av|på|det|ett|med|från|eller|ingen|inga|källa|kan)\b")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tour")
    for name, text in (("mindre", LESS), ("for-mycket", TOO_MUCH)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    less, poor = (read_scenarios(folder / f"{name}.toml") for name in ("mindre", "for-mycket"))
    batch(read_model(SMALL), [*less, *poor], folder / "run.sqlite", workers=0)
    broken = folder / "trasig"
    broken.mkdir()
    for file in SMALL.iterdir():
        text = file.read_text("utf-8-sig")
        broken.joinpath(file.name).write_text(text.replace("egna", "eigna") if file.stem == "funds" else text, "utf-8")
    files = {"run": "run.sqlite", "less": "mindre.toml", "poor": "for-mycket.toml"}
    return {"model": SMALL, "broken": broken, **{name: folder / file for name, file in files.items()}}


def test_the_tour_comes_to_every_command() -> None:
    assert {stop.split()[0] for stop in TOUR} >= set(COMMANDS)


@pytest.mark.parametrize("stop", TOUR)
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_each_stop_speaks_one_language(
    stop: str, lang: str, places: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [word.format(**places, out=tmp_path) for word in stop.split()]
    with pytest.raises(SystemExit):
        main([*words, "--lang", lang])
    said = "".join(capsys.readouterr())
    assert said.strip()
    foreign = (ENGLISH if lang == "sv" else SWEDISH).findall(_own(said, [*_data(), *words]))
    assert foreign == [], said


def _data() -> Iterable[str]:
    """The texts of the model and its scenarios: they are in the language that they were written in."""
    model = read_model(SMALL)
    for rows in model.tables.values():
        for column in rows.columns.values():
            if column.dtype == object:
                yield from (str(cell) for cell in column.tolist() if " " in str(cell))
    yield from (model.title, model.source, "Mindre egna medel", "För mycket", "Vad händer då?")


def _own(said: str, data: Iterable[str]) -> str:
    """What the program itself says: without data, paths, options, ids and the names of keys."""
    text = " ".join(said.replace("\xa0", " ").split())
    for one in sorted(filter(None, data), key=len, reverse=True):
        text = text.replace(" ".join(one.split()), " ")
    text = re.sub(r"\S*[/\\_=.]\S+|--\S+|\[[^\]]*\]|'[^']*'|`[^`]*`", " ", text)
    return text.casefold()
