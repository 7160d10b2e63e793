"""The commands `new` and `check`, as a user meets them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import openpyxl
import processes
import pytest
from click.testing import CliRunner, Result

from rus_funding.cli import cli
from rus_funding.model.model import digest
from rus_funding.model.reading import read_model

MODELS = Path(__file__).parent.parent / "models"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("new", tmp_path / "modell", "--example", "--lang", "en").exit_code == 0
    return tmp_path / "modell"


def edit(folder: Path, table: str, old: str, new: str) -> None:
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_new_names_the_files_and_what_to_do_next(tmp_path: Path) -> None:
    result = run("new", tmp_path / "bok.xlsx")
    assert result.stdout == f"{tmp_path / 'bok.xlsx'}\n"
    assert result.stderr == f"Fill in the tables, then run: rus-funding check {tmp_path / 'bok.xlsx'}\n"


def test_a_sound_model(folder: Path) -> None:
    result = run("check", folder)
    assert result.return_value == 0
    assert result.stdout.splitlines()[-1] == (
        "Fel: 0, varningar: 0. Projekt: 3, källor: 3, år: 2, kostnader: 2\u00a0992\u00a0400\u00a0kr, "
        "budgetar: 2\u00a0600\u00a0000\u00a0kr."
    )


def test_errors_in_swedish_with_their_place_and_remedy(folder: Path) -> None:
    edit(folder, "contributions", ";0.75;", ";0.7;")
    edit(folder, "links", "regionen;kommunen", "regionen;regionen")
    result = run("check", folder)
    assert result.return_value == 2
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    text = " ".join(lines)
    assert lines.index("contributions.csv") < lines.index("links.csv")
    assert "fel: rad 3: Områdesandelarna för projekt motesplats summerar till 0,95, inte till 1." in text
    assert "→ Ändra andelarna på rad 3, 4 så att de summerar till 1." in text
    assert "fel: rad 2, other (regionen): Aktör regionen är länkad till sig själv." in text
    assert lines[-1] == "Fel: 2, varningar: 0. Inget löses förrän felen är rättade."


def test_errors_in_english(folder: Path) -> None:
    edit(folder, "contributions", ";0.75;", ";0.7;")
    text = " ".join(run("check", folder, "--lang", "en").stdout.split())
    assert "error: row 3: The area shares of project motesplats sum to 0.95, not to 1." in text
    assert "Errors: 1, warnings: 0. Nothing is solved until the errors are mended." in text


def test_warnings_fail_only_under_strict(folder: Path) -> None:
    edit(folder, "areas", ";;\n", ";no;\n")
    edit(folder, "areas", ";;\n", ";no;\n")
    result = run("check", folder)
    assert result.stdout.count("2 av 2 rader är märkta som ej kontrollerade.") == 1
    edit(folder, "funds", ";;\n", ";no;\n")
    assert run("check", folder).stdout.count("Kontrollera dem mot källan") == 1  # said once, however many tables
    assert (result.return_value, run("check", folder, "--strict").return_value) == (0, 1)


def test_warnings_of_one_kind_are_not_all_spelled_out(folder: Path) -> None:
    with (folder / "projects.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"tomt{i:02};Utan kostnader;regionen;;;;;;;\r\n" for i in range(15))
    with (folder / "contributions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"tomt{i:02};halsa;1;0;;;\r\n" for i in range(15))
    result = run("check", folder)
    assert result.return_value == 0
    assert result.stdout.count("har inga kostnader") == 10
    assert "... och 5 likadana till (--json visar alla)" in result.stdout
    assert len(json.loads(run("check", folder, "--json").stdout)["problems"]) == 15


def test_json_of_a_sound_model(folder: Path) -> None:
    result = run("check", folder, "--json")
    assert result.return_value == 0
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert list(found) == ["model", "digest", "problems", "summary"]
    assert (found["model"], found["problems"]) == ("modell", [])
    assert found["digest"] == digest(read_model(folder))
    rows = found["summary"].pop("rows")
    assert (rows["projects"], rows["costs"], rows["commitments"]) == (3, 7, 0)
    assert found["summary"] == {
        "errors": 0, "warnings": 0, "projects": 3, "funds": 3, "years": 2, "costs": 2_992_400, "budgets": 2_600_000,
    }  # fmt: skip


def test_json_of_a_model_with_errors(folder: Path) -> None:
    edit(folder, "links", "regionen;kommunen", "regionen;regionen")
    result = run("check", folder, "--json", "--lang", "en")
    assert result.return_value == 2
    assert json.loads(result.stdout) == {
        "model": "modell",
        "digest": None,
        "problems": [
            {
                "code": "link_to_itself", "place": "links.csv", "row": 2, "column": "other", "value": "regionen",
                "what": "Actor regionen is linked with itself.", "remedy": "Name another actor, or remove the row.",
                "severity": "error", "fields": {"actor": "regionen"}, "cell": None,
            }
        ],
        "summary": {"errors": 1, "warnings": 0},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "sv",
            "fel: links.csv, rad 2, kolumn other: 'regionen': Aktör regionen är länkad till sig själv. Ange en annan",
        ),
        ("en", "error: links.csv, row 2, column other: 'regionen': Actor regionen is linked with itself. Name another"),
    ],
)
def test_other_commands_say_problems_in_the_language_asked_for(folder: Path, lang: str, said: str) -> None:
    edit(folder, "links", "regionen;kommunen", "regionen;regionen")
    command = [sys.executable, "-m", "rus_funding", "solve", str(folder), "--lang", lang]
    done = processes.run(command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)


def test_sheets_of_a_workbook_are_called_so_in_swedish(tmp_path: Path) -> None:
    run("new", tmp_path / "bok.xlsx", "--example", "--lang", "en")
    book = openpyxl.load_workbook(tmp_path / "bok.xlsx")
    book["links"]["B2"] = book["links"]["A2"].value
    book.save(tmp_path / "bok.xlsx")
    assert "flik links" in run("check", tmp_path / "bok.xlsx").stdout.splitlines()
    assert "sheet links" in run("check", tmp_path / "bok.xlsx", "--lang", "en").stdout.splitlines()


def test_control_characters_do_not_reach_the_terminal(folder: Path) -> None:
    edit(folder, "links", "regionen;kommunen", "regionen;\x1b[2Jkommunen")
    result = run("check", folder)
    assert result.return_value == 2
    assert "\x1b[2J" not in result.stdout


@pytest.mark.parametrize("name", ["litet-exempel", "orebro-rus-2026-2028", "lansportfolj-exempel"])
@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_shipped_models_have_no_errors(name: str, lang: str) -> None:
    result = run("check", MODELS / name, "--lang", lang)
    assert result.return_value == 0
    assert result.stdout.splitlines()[-1].startswith(("Fel: 0,", "Errors: 0,"))


def test_a_path_that_is_no_model(tmp_path: Path) -> None:
    done = processes.run([sys.executable, "-m", "rus_funding", "check", tmp_path / "nix"])
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
    assert "nix" in done.stdout


def test_check_is_quick_and_leaves_pandas_alone() -> None:
    code = (
        "import sys; from rus_funding.cli import cli\n"
        f"status = cli.main(['check', {str(MODELS / 'orebro-rus-2026-2028')!r}], standalone_mode=False)\n"
        "heavy = {'pandas', 'highspy', 'pulp', 'scipy', 'networkx', 'openpyxl', 'xlsxwriter'} & set(sys.modules)\n"
        "sys.exit(status or (str(sorted(heavy)) if heavy else 0))"
    )
    start = time.monotonic()
    done = processes.run([sys.executable, "-c", code])
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - start < 5  # under 1 s on an idle machine; tests share theirs


def test_a_scenario_may_not_leave_an_objective_without_a_meaning(folder: Path, tmp_path: Path) -> None:
    """All weights 0, where the smallest share per weight is sought: said by every command, in words."""
    model = folder / "model.toml"
    model.write_text(model.read_text(encoding="utf-8") + '\n[[objective]]\nname = "balance"\n', encoding="utf-8")
    assert run("check", folder).return_value == 0
    scenario = tmp_path / "utan-vikt.toml"
    scenario.write_text('title = "Utan vikt"\n[[change]]\ntable = "areas"\nset = { weight = 0 }\n', encoding="utf-8")
    command = [sys.executable, "-m", "rus_funding", "solve", str(folder), "-s", str(scenario)]
    done = processes.run(command)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0].endswith(
        "Målet balance jämför områden efter vikt, och inget område har en vikt över 0: det betyder ingenting. Ge minst "
        "ett område en vikt, eller ta bort målet balance."
    )
    assert "Traceback" not in done.stderr
    result = run("batch", folder, scenario, "-o", tmp_path / "run.sqlite")
    assert result.return_value == 1
    said = json.loads(run("check", folder, "--json").stdout)
    assert said["summary"]["errors"] == 0
