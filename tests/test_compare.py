"""Comparisons: figures and differences, what moved, robust core, rank correlation, several runs, files, the command."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import numpy as np
import pytest
from build import build
from click.testing import CliRunner
from scipy.stats import spearmanr

from rus_funding.cli import cli
from rus_funding.comparisons import FIGURES, compare
from rus_funding.comparisons import read_runs as gather
from rus_funding.comparisons import robust_core as core
from rus_funding.comparisons.comparison import MONEY
from rus_funding.comparisons.csv_files import write_csv
from rus_funding.comparisons.drivers import correlations
from rus_funding.comparisons.tables import input_name, tables
from rus_funding.comparisons.terminal import said
from rus_funding.comparisons.texts import TEXTS
from rus_funding.errors import UsageError
from rus_funding.model.reading import read_model
from rus_funding.runs import Head, Run, Writer, claims
from rus_funding.runs.batch import batch
from rus_funding.runs.content import Record, numbered, scenario_digest, seal
from rus_funding.runs.export import cell
from rus_funding.runs.schema import RESULTS, result_columns
from rus_funding.scenarios import prepare, read_scenarios

SV, EN = TEXTS["sv"], TEXTS["en"]
ROOT = Path(__file__).parent.parent
MODEL = ROOT / "models" / "litet-exempel"
FILES = {
    "mindre": 'title = "=Mindre"\n[[change]]\ntable = "budgets"\nwhere = { fund = "statliga" }\n'
    "multiply = { amount = 0.8 }\n",
    "utan": 'exclude = ["natur"]\n',
    "krav": 'require = ["kompetens", "resecentrum", "natur"]\n'
    '[[change]]\ntable = "budgets"\nmultiply = { amount = 0.5 }\n',
    "vikt": '[[change]]\ntable = "areas"\nwhere = { area = "livskvalitet" }\nset = { weight = 9 }\n',
}
SAMPLE = """
[sample]
size = {size}
seed = 7
cost = {{ table = "costs", multiply = "amount", distribution = "uniform", low = 0.5, high = 2.0, per = "project" }}
"""


@pytest.fixture(scope="module")
def model():
    return read_model(MODEL)


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for name, text in FILES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    batch(model, read_scenarios([folder / f"{name}.toml" for name in FILES]), folder / "litet.sqlite", workers=0)
    return folder / "litet.sqlite"


def column(run, table, name):
    return [row[name] for row in run.records(table)]


# key figures and differences


def test_every_figure_is_that_of_the_run_and_every_difference_from_the_baseline(path):
    found = compare(path)
    assert [line.label for line in found.lines] == ["baseline", "krav", "mindre", "utan", "vikt"]
    with Run(path) as run:
        rows = {row["scenario"]: row for row in run.records("scenarios")}
    for line in found.lines:
        for name in (*FIGURES, *MONEY):
            assert line.figures[name] == rows[line.scenario][name]
            if name in FIGURES and line.planned and rows["baseline"][name] is not None:
                assert line.less(found.reference)[name] == rows[line.scenario][name] - rows["baseline"][name]
    assert found.statuses == {"infeasible": 1, "optimal": 4}
    assert found.planned == 4


def test_what_the_plans_rest_on_is_shown_where_money_is_not_granted(path, tmp_path):
    """Kronor by the status of the budget that pays them, in every scenario; nothing where all is granted."""
    titles = [table.title for table in tables(compare(path), "sv")]
    assert "Vilka pengar planen vilar på, kronor och andel" not in titles
    model = build(
        budgets=[
            {"fund": "f", "year": 2026, "amount": 60, "status": "granted"},
            {"fund": "g", "year": 2026, "amount": 40, "status": "applied"},
        ],
        costs={"p": 100},
    )
    (tmp_path / "mindre.toml").write_text(
        'title = "Mindre"\n[[change]]\ntable = "budgets"\nwhere = { fund = "g" }\nset = { amount = 15 }\n', "utf-8"
    )
    batch(model, read_scenarios([tmp_path / "mindre.toml"]), tmp_path / "run.sqlite", workers=0)
    found = compare(tmp_path / "run.sqlite")
    (shown,) = [table for table in tables(found, "sv") if table.name == "money"]
    cells = [[str(cell).replace("\u00a0", " ") for cell in row] for row in shown.rows]
    assert cells == [
        ["beviljade", "60 (60,0 %)", "60 (80,0 %)"],
        ["sökta", "40 (40,0 %)", "15 (20,0 %)"],
        ["planerade", "0 (0 %)", "0 (0 %)"],
    ]
    assert [line.figures["money_applied"] for line in found.lines] == [40, 15]
    columns, rows = found.tables()["scenarios"]
    assert [dict(zip(columns, row, strict=True))["money_granted"] for row in rows] == [60, 60]


def test_a_scenario_without_a_plan_has_no_figures_and_does_not_count_in_the_core(path):
    found = compare(path)
    (none,) = [line for line in found.lines if not line.planned]
    assert none.scenario == "krav"
    assert none.explanation
    assert set(none.figures.values()) == {None}
    assert set(none.less(found.reference).values()) == {None}
    for standing in found.projects:
        assert standing.kronor[1] is None
        assert standing.share[1] is None
        known = [share for share in standing.share if share is not None]
        assert standing.in_full == sum(share == 1 for share in known) / 4
        assert standing.at_all == sum(share > 0 for share in known) / 4


def test_any_scenario_can_be_the_reference(path):
    found = compare(path, scenarios=["baseline", "utan"], against="mindre")
    assert [line.label for line in found.lines] == ["mindre", "baseline", "utan"]
    assert found.lines[1].less(found.reference)["value"] > 0


def test_a_reference_without_a_plan_is_said(path):
    found = compare(path, scenarios=["utan"], against="krav")
    assert [note.code for note in found.notes] == ["reference_without_plan"]
    assert set(found.lines[1].less(found.reference).values()) == {None}
    assert found.moved_projects is None
    assert said(found.notes[0], "sv") == "krav har ingen plan (ingen plan möjlig): skillnader kan inte visas."


def test_other_weights_are_said(path):
    assert [(n.code, n.fields) for n in compare(path).notes] == [("other_points", {"count": 1})]
    assert compare(path, scenarios=["utan"]).notes == ()


# what moved


def test_two_scenarios_show_what_moved_to_the_krona(path):
    found = compare(path, scenarios=["mindre"])
    with Run(path) as run:
        for moves, table, key, amount in (
            (found.moved_projects, "projects", "project", "kronor"),
            (found.moved_funds, "funds", "fund", "used"),
        ):
            for scenario, attribute in (("baseline", "before"), ("mindre", "after")):
                sums: dict[str, int] = {}
                for row in run.records(table, scenario):
                    sums[row[key]] = sums.get(row[key], 0) + row[amount]
                assert {move.id: getattr(move, attribute) for move in moves} == sums
            changes = [abs(move.change) for move in moves]
            assert changes == sorted(changes, reverse=True)
            assert any(changes)
    one, other = found.lines
    total = sum(move.change for move in found.moved_funds)
    assert total == other.figures["funded"] - one.figures["funded"] == sum(m.change for m in found.moved_projects)


# the robust core


def test_groups_meet_at_the_threshold():
    assert core.group_of(1, 1) == "always"
    assert core.group_of(0.999, 1) == "depends"
    assert core.group_of(0, 0.001) == "depends"
    assert core.group_of(0, 0) == "never"
    assert core.group_of(0.95, 1, 0.95) == "always"
    assert core.group_of(0, 0.05, 0.95) == "never"  # 1 - 0.95 is a little more than 0.05 as a float
    assert core.group_of(0, 0.051, 0.95) == "depends"


@pytest.mark.parametrize("threshold", [0.5, 0, 1.01])
def test_a_threshold_that_sorts_nothing_is_refused(path, threshold):
    with pytest.raises(UsageError, match=r"above 0\.5 and at most 1"):
        compare(path, threshold=threshold)


# many scenarios


PROJECTS = ("kompetens", "resecentrum", "natur")
SIZE = 2000


@pytest.fixture(scope="module")
def synthetic(model, tmp_path_factory):
    """A run of 2 000 drawn scenarios with made-up results: share of kompetens falls as its cost rises."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "prov.toml").write_text(SAMPLE.format(size=SIZE), encoding="utf-8")
    head = Head(model, read_scenarios(folder / "prov.toml"), SIZE + 1, {})
    rng = random.Random(3)
    truth, records = [], []
    with Writer(folder / "many.sqlite", head) as writer:
        for position in range(SIZE + 1):
            name = "baseline" if position == 0 else f"prov-{position:04d}"
            draws = {project: 0.5 + 1.5 * rng.random() for project in PROJECTS}
            planned = position == 0 or rng.random() > 0.05
            share = {
                "kompetens": 1.0,
                "resecentrum": round(max(0.0, min(1.0, 1.6 - draws["resecentrum"])), 6),
                "natur": 0.0,
            }
            kronor = {project: round(share[project] * 1000 * draws[project]) for project in PROJECTS}
            value = 10_000 - 1000 * draws["kompetens"] - 100 * draws["resecentrum"]
            tables = {"changes": [("costs", p, "amount ×", 1.0, draws[p]) for p in PROJECTS] if position else []}
            if planned:
                standing = {p: "not" if not share[p] else "funded" if share[p] == 1 else "partly" for p in PROJECTS}
                tables["projects"] = [
                    (p, share[p], 1000, kronor[p], 0.0, standing[p], "", 0, "") for p in sorted(PROJECTS)
                ]
            cells = {
                "position": position, "scenario": name, "file": "prov" if position else "baseline", "title": "",
                "status": "optimal" if planned else "infeasible",
                "standing": "proven" if planned else "infeasible",
                "explanation": "" if planned else "too dear", "explanation_sv": "" if planned else "för dyrt",
                "value": value if planned else None, "funded": sum(kronor.values()) if planned else None,
                "projects_funded": 1, "projects_partly": 1, "projects_not": 1, "unused": 0,
                "question": "", "departures": "", "attempts": 1, "sha256": "", "seal": "",
            }  # fmt: skip
            row = tuple(cells.get(column) for column in result_columns("scenarios"))
            whole = {table: numbered(position, name, rows) for table, rows in tables.items()}
            row = (*row[:-2], scenario_digest(row, tables), "")
            whole["scenarios"] = [(*row[:-1], seal(row))]
            records.append(Record(position, name, whole))
            truth.append((planned, draws, share, kronor, value))
        writer.add(records)
    return folder / "many.sqlite", truth


def test_made_up_results_do_not_pass(synthetic):
    with pytest.raises(UsageError, match="results of baseline do not stand an audit"):
        compare(synthetic[0])


@pytest.fixture
def made_up(synthetic, monkeypatch):
    """The run of made-up results, which are not audited and add up to nothing."""
    monkeypatch.setattr(claims, "claim", lambda *_: None)
    monkeypatch.setattr(Run, "uneven", lambda _: [])
    return synthetic


def test_two_thousand_scenarios_are_counted_as_they_are(made_up):
    path, truth = made_up
    found = compare(path)
    planned = [item for item in truth if item[0]]
    assert found.planned == len(planned) < SIZE
    by_id = {standing.project: standing for standing in found.projects}
    assert [by_id[project].group for project in PROJECTS] == ["always", "depends", "never"]
    shares = np.array([share["resecentrum"] for _, _, share, _, _ in planned])
    kronor = np.array([kronor["resecentrum"] for _, _, _, kronor, _ in planned])
    some = by_id["resecentrum"]
    assert some.in_full == pytest.approx((shares == 1).mean())
    assert some.at_all == pytest.approx((shares > 0).mean())
    assert some.share_spread["median"] == pytest.approx(np.quantile(shares, 0.5))
    assert some.kronor_spread["nine_tenths"] == pytest.approx(np.quantile(kronor, 0.9))
    assert some.kronor == some.share == ()
    values = np.array([value for *_, value in planned[1:]])
    assert found.spread["value"]["tenth"] == pytest.approx(np.quantile(values, 0.1))


def test_what_was_drawn_is_ranked_as_scipy_ranks_it(made_up):
    path, truth = made_up
    (found,) = compare(path).drivers
    planned = [item for item in truth[1:] if item[0]]
    assert found.scenarios == len(planned)
    assert found.inputs == 3
    for driver in (*found.value, *found.funded, *found.projects["resecentrum"]):
        drawn = [draws[driver.input[1]] for _, draws, _, _, _ in planned]
        result = {
            "value": [value for *_, value in planned],
            "funded": [sum(kronor.values()) for _, _, _, kronor, _ in planned],
            "project resecentrum": [share["resecentrum"] for _, _, share, _, _ in planned],
        }[driver.result]
        assert driver.correlation == pytest.approx(spearmanr(drawn, result).statistic, abs=1e-9)
    assert found.value[0].input == ("costs", "kompetens", "amount ×")
    assert found.value[0].correlation < -0.95
    assert list(found.projects) == ["resecentrum"]
    assert found.projects["resecentrum"][0].input[1] == "resecentrum"
    assert compare(path, top=1).drivers[0].value == found.value[:1]


def test_reading_in_several_parts_gives_the_same(made_up):
    path, _ = made_up
    with Run(path) as run:
        chosen = gather.choose([run])
        whole = dict(gather.project_columns(chosen))
        parts = dict(gather.project_columns(chosen, room=1))
    assert list(whole) == sorted(PROJECTS)
    assert set(parts) == set(whole)
    for project, one in whole.items():
        for attribute in ("kronor", "share", "status"):
            assert (getattr(one, attribute) == getattr(parts[project], attribute)).all()


def test_few_of_many_scenarios_are_looked_up(made_up):
    path, truth = made_up
    names = [f"prov-{i:04d}" for i in (7, 1999) if truth[i][0]]
    found = compare(path, scenarios=names)
    assert [line.label for line in found.lines] == ["baseline", *names]
    assert [s.kronor[1] for s in found.projects if s.project == "resecentrum"] == [truth[7][3]["resecentrum"]]


def test_ties_get_their_mean_rank_and_what_is_constant_correlates_with_nothing():
    rng = np.random.default_rng(1)
    inputs, results = rng.integers(0, 5, (4, 60)).astype(float), rng.integers(0, 3, (3, 60)).astype(float)
    found = correlations(inputs, results)
    for r in range(3):
        for i in range(4):
            assert found[r, i] == pytest.approx(spearmanr(inputs[i], results[r]).statistic, abs=1e-9)
    assert correlations(np.ones((1, 5)), np.arange(5.0)[None]).tolist() == [[0.0]]


def test_memory_does_not_grow_with_the_run(made_up):
    import tracemalloc

    path, _ = made_up
    compare(path)
    tracemalloc.start()
    compare(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000 * SIZE  # bytes: 10 kB a scenario, whatever a plan holds


# several runs


def test_a_second_run_of_the_same_model_adds_its_scenarios_but_no_second_baseline(model, path, tmp_path):
    (tmp_path / "halva.toml").write_text(FILES["mindre"].replace("0.8", "0.5"), encoding="utf-8")
    batch(model, read_scenarios(tmp_path / "halva.toml"), tmp_path / "andra.sqlite", workers=0)
    found = compare(path, tmp_path / "andra.sqlite", scenarios=["utan", "halva"])
    assert [line.label for line in found.lines] == ["litet/baseline", "litet/utan", "andra/halva"]
    assert found.notes == ()
    both = compare(path, tmp_path / "andra.sqlite")
    assert [line.label for line in both.lines if line.scenario == "baseline"] == ["litet/baseline"]
    assert both.lines[-1].less(both.reference)["value"] < 0


def test_another_model_and_an_unfinished_run_are_said(model, path, tmp_path):
    other = model.replace(title="Annan")
    (tmp_path / "s.toml").write_text(FILES["utan"], encoding="utf-8")
    scenarios = read_scenarios(tmp_path / "s.toml")
    batch(other, scenarios, tmp_path / "hel.sqlite", workers=0)
    with Run(tmp_path / "hel.sqlite") as run:
        rows = {table: list(run.rows(table, "baseline")) for table in RESULTS}
    with Writer(tmp_path / "del.sqlite", Head(other, scenarios, 2, {})) as writer:
        writer.add([Record(0, "baseline", rows)])
    found = compare(path, tmp_path / "del.sqlite", scenarios=["baseline"])
    assert [(note.code, note.fields["run"]) for note in found.notes] == [
        ("unfinished", str(tmp_path / "del.sqlite")),
        ("other_model", str(tmp_path / "del.sqlite")),
    ]
    assert [line.label for line in found.lines] == ["litet/baseline", "del/baseline"]


def test_unknown_names_are_met_with_the_nearest(path):
    with pytest.raises(UsageError, match=r"no scenario 'mindr'\. Did you mean 'mindre'\?"):
        compare(path, scenarios=["mindr"])
    with pytest.raises(UsageError, match=r"no scenario 'xyz'\. Scenarios: baseline, krav"):
        compare(path, against="xyz")
    with pytest.raises(UsageError, match="named twice"):
        compare(path, path)
    with pytest.raises(UsageError, match="no run to compare"):
        compare()
    with pytest.raises(UsageError, match="there is no such run"):
        compare(path.parent / "saknas.sqlite")


# what people see


def test_the_words_are_the_same_in_both_languages():
    def keys(words):
        return {key: keys(value) if isinstance(value, dict) else type(value) for key, value in words.items()}

    assert keys(SV) == keys(EN)
    fields = lambda text: sorted(part.split("}")[0] for part in text.split("{")[1:])  # noqa: E731
    for key, text in SV.items():
        if isinstance(text, str):
            assert fields(text) == fields(EN[key]), key


def run(*args):
    return CliRunner().invoke(cli, [str(arg) for arg in args], standalone_mode=False)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_command_shows_figures_core_and_what_has_no_plan(path, lang):
    result = run("compare", path, "--lang", lang)
    assert result.return_value == 1
    words = {"sv": SV, "en": EN}[lang]
    for part in (
        words["figures"],
        words["core"],
        words["groups"]["depends"],
        words["without"],
        "krav",
        "Kompetenslyft",
    ):
        assert part in result.output
    assert "Traceback" not in result.output
    assert all(len(line) <= 100 for line in result.output.splitlines())


def test_the_command_shows_two_scenarios_side_by_side(path):
    result = run("compare", path, "-s", "mindre")
    assert result.return_value == 0
    (line,) = [line for line in result.output.splitlines() if line.startswith("Finansieras, kr")]
    found = compare(path, scenarios=["mindre"])
    assert "".join(line.split()[2:]).startswith(str(found.lines[0].figures["funded"]))
    assert SV["moved_projects"] in result.output
    assert SV["moved_funds"] in result.output


def test_many_scenarios_are_shown_as_quantiles_and_extremes(made_up):
    path, _ = made_up
    result = run("compare", path, "--top", 3)
    assert result.return_value == 1
    for part in (SV["lowest"], SV["highest"], SV["quantiles"]["median"], "Kostnad: Kompetenslyft i industrin", "−0,9"):
        assert part in result.output
    assert result.output.count("prov-") == 3 * 3  # lowest, highest, without a plan
    assert SV["and_more"].format(count=sum(not item[0] for item in made_up[1]) - 3) in result.output


def test_json_is_one_object_and_says_all(path):
    result = run("compare", path, "--json")
    found = json.loads(result.stdout)
    assert found["regret_over_weights"] is None
    assert found["regret_over_scenarios"] is None
    assert found == json.loads(json.dumps(compare(path).as_dict()))
    assert found["statuses"] == {"infeasible": 1, "optimal": 4}
    assert sum(map(len, found["core"].values())) == 3
    assert json.loads(run("compare", path, "--json", "-s", "mindre").stdout)["moved"]["funds"]


def test_csv_opens_in_a_swedish_excel(path, tmp_path):
    files = write_csv(compare(path), tmp_path / "ut", "sv")
    assert [file.name for file in files] == ["scenarios.csv", "projects.csv", "shares.csv", "winners.csv"]
    data = files[0].read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines(), delimiter=";"))
    by_name = {row["scenario"]: row for row in rows}
    assert by_name["mindre"]["title"] == "'=Mindre"
    assert by_name["mindre"]["value"].replace(",", ".") == repr(compare(path).lines[2].figures["value"])
    assert by_name["krav"]["value"] == ""
    assert run("compare", path, "-s", "mindre", "--csv", tmp_path / "två").return_value == 0
    assert (tmp_path / "två" / "moved.csv").exists()
    assert cell(0.5, "en") == "0.5"


def test_csv_that_cannot_be_written_is_said(path, tmp_path):
    (tmp_path / "fil").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_csv(compare(path), tmp_path / "fil", "sv")


def test_inputs_are_named_as_people_name_them(made_up):
    found = compare(made_up[0])
    assert input_name(found.drivers[0].value[0], found, "en") == "Cost: Kompetenslyft i industrin"


def test_tables_name_every_project_once(path):
    by_name = {table.name: table for table in tables(compare(path), "sv")}
    assert list(by_name) == [
        "figures",
        "differences",
        "core",
        "shares",
        "winners_area",
        "winners_actor",
        "winners_fund",
    ]
    assert len({row[0] for row in by_name["core"].rows}) == 3
    assert len(by_name["differences"].rows) == 3


def test_every_option_is_documented():
    page = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    options = {option for parameter in cli.get_command(None, "compare").params for option in parameter.opts}
    assert {option for option in options if option.startswith("--") and option not in page} == {"--scenario"}


def test_a_run_without_any_plan_is_shown_without_figures(model, tmp_path):
    (tmp_path / "krav.toml").write_text(FILES["krav"], encoding="utf-8")
    bad = prepare(model, read_scenarios(tmp_path / "krav.toml")[0]).family.changed(0).model
    batch(bad, [], tmp_path / "ingen.sqlite", workers=0)
    result = run("compare", tmp_path / "ingen.sqlite", "--regret")
    assert result.return_value == 1
    assert SV["plan_regret"] in result.output
    assert compare(tmp_path / "ingen.sqlite").projects == ()
