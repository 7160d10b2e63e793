"""`import rus_funding as rf`: every verb, what it takes and gives, and that the command line says the same."""

from __future__ import annotations

import inspect
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import processes
import pytest
from click.testing import CliRunner

import rus_funding as rf
from rus_funding.cli import cli
from rus_funding.cli import explain as cli_explain
from rus_funding.cli import network as cli_network
from rus_funding.collaboration import network as network_module
from rus_funding.explanations import explain as explain_module
from rus_funding.model.model import digest
from rus_funding.model.schema import TABLES

ROOT = Path(__file__).parent.parent
MODELS = ROOT / "models"
SMALL, COUNTY, DECISION = (MODELS / name for name in ("litet-exempel", "lansportfolj-exempel", "orebro-rus-2026-2028"))
FUM = ROOT / "scenarios" / DECISION.name / "utan-fum.toml"
VERBS = [
    "load",
    "from_frames",
    "read_scenarios",
    "apply",
    "solve",
    "retell",
    "batch",
    "compare",
    "explain",
    "report",
    "network",
]
DTYPES = {
    "id": "string", "ids": "string", "text": "string", "choice": "string", "kronor": "Int64", "integer": "Int64",
    "year": "Int64", "share": "Float64", "number": "Float64", "flag": "boolean",
}  # fmt: skip
TYPED = {"string", "Int64", "Float64", "boolean"}


@pytest.fixture(scope="module")
def small() -> rf.FundingModel:
    return rf.load(SMALL)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return rf.batch(DECISION, FUM, tmp_path_factory.mktemp("run") / "run.sqlite", workers=0)


def said(*arguments: object) -> Any:
    """What a command prints for machines."""
    done = CliRunner().invoke(cli, [*map(str, arguments), "--json"], standalone_mode=False)
    assert done.exception is None, done.output
    return json.loads(done.stdout)


def plain(found: Any) -> Any:
    return json.loads(json.dumps(found))


def dtypes(frames: dict[str, pd.DataFrame]) -> set[str]:
    return {str(dtype) for frame in frames.values() for dtype in frame.dtypes}


# the door


def test_dir_shows_every_verb() -> None:
    assert set(VERBS) <= set(dir(rf))
    assert dir(rf) == sorted(rf.__all__)
    for name in dir(rf):
        assert getattr(rf, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        rf.sovle  # noqa: B018


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_what_it_takes_and_gives_and_shows_it(verb: str) -> None:
    function = getattr(rf, verb)
    page = inspect.getdoc(function) or ""
    assert function.__name__ == verb
    assert ">>> import rus_funding as rf" in page or "rf." in page
    assert f"rf.{verb}(" in page
    assert "InvalidInput" in page or "UsageError" in page
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for name in signature.parameters:
        assert f"`{name}`" in page or f"{name}=" in page or name in {"path", "model"}, name


def test_importing_the_package_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import rus_funding; print(sorted(set(sys.modules) - before))"
    loaded = processes.run([sys.executable, "-c", code], check=True).stdout
    assert not {"pandas", "numpy", "highspy", "click", "networkx", "typing"} & set(eval(loaded))  # noqa: S307


def test_dir_loads_nothing() -> None:
    code = "import sys, rus_funding; dir(rus_funding); print('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert processes.run([sys.executable, "-c", code], check=True).stdout == "False\n"


def test_the_command_line_has_the_same_choices() -> None:
    """It writes them down itself, so that `--help` loads nothing."""
    assert cli_explain.WITHIN == explain_module.WITHIN
    assert cli_network.FORMATS == network_module.FORMATS


# models and data frames


@pytest.mark.parametrize("path", [SMALL, COUNTY, DECISION], ids=lambda path: path.name)
def test_a_model_goes_through_frames_and_comes_back(path: Path) -> None:
    model = rf.load(path)
    again = rf.from_frames(model.frames(), like=model)
    assert digest(again) == digest(model)
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in model.frames().items()}
    assert digest(rf.from_frames(shuffled, like=model)) == digest(model)
    shape = rf.from_frames(
        {name: frame for name, frame in model.frames().items() if len(frame)},
        name=model.name, years=pd.Series(model.years), title=model.title, source=model.source, policy=model.policy,
        objectives=model.objectives, strategy=model.strategy or None, decider=model.decider or None,
    )  # fmt: skip
    assert digest(shape) == digest(model)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_types_of_the_schema(table: str) -> None:
    frame = rf.load(SMALL).frame(table)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        column.name: DTYPES[column.type] for column in TABLES[table].columns
    }


def test_what_csv_files_hold_is_read_the_same_from_frames(small: rf.FundingModel) -> None:
    """Untyped frames, as pandas reads the very files."""
    tables = {path.stem: pd.read_csv(path, sep=";") for path in sorted(SMALL.glob("*.csv"))}
    assert digest(rf.from_frames(tables, like=small)) == digest(small)


@pytest.mark.parametrize(
    "amount",
    [600_000, 600_000.0, np.int32(600_000), np.float64(600_000), Decimal("600000.00"), "600 000 kr", "600\u00a0000"],
)
def test_kronor_are_kronor_however_they_are_typed(small: rf.FundingModel, amount: object) -> None:
    costs = small.frame("costs").astype({"amount": object})
    costs.loc[0, "amount"] = amount
    assert rf.from_frames({**small.frames(), "costs": costs}, like=small).frame("costs")["amount"][0] == 600_000


def test_cells_are_read_as_a_sheets(small: rf.FundingModel) -> None:
    funds = small.frame("funds").astype(object)
    funds["max_rate"] = ["50 %"] * len(funds)
    funds["income"] = [np.bool_(False)] * len(funds)
    funds["max_per_project"] = [None, np.nan, pd.NA][: len(funds)]
    funds = funds.set_index("fund")  # an index that is named as a column
    read = rf.from_frames({**small.frames(), "funds": funds}, like=small).frame("funds")
    assert read["max_rate"].tolist() == [0.5] * len(funds)
    assert not read["income"].any()
    assert read["max_per_project"].isna().all()


def problems(**given: Any) -> list[tuple[Any, ...]]:
    model = rf.load(SMALL)
    tables = {**model.frames(), **{name: table for name, table in given.items() if name not in {"years", "name"}}}
    more = {name: value for name, value in given.items() if name in {"years", "name"}}
    with pytest.raises(rf.InvalidInput) as refused:
        rf.from_frames(tables, like=model, **more)
    return [(one.place, one.row, one.column, one.value) for one in refused.value.problems]


def edited(table: str, row: object, column: str, value: object, index: Any = None) -> pd.DataFrame:
    frame = rf.load(SMALL).frame(table).astype(object)
    if index is not None:
        frame.index = index(frame)
    frame.loc[row, column] = value
    return frame


def test_a_problem_names_table_row_label_and_column() -> None:
    assert problems(costs=edited("costs", 0, "amount", -1)) == [("costs", 0, "amount", "-1")]
    labelled = edited("costs", "r1", "amount", "x", lambda frame: [f"r{i}" for i in range(len(frame))])
    assert problems(costs=labelled) == [("costs", "r1", "amount", "x")]
    assert problems(costs=edited("costs", 1, "project", "okand")) == [("costs", 1, "project", "okand")]
    twice = edited("costs", 1, "amount", -1)
    twice.index = [7] * len(twice)  # labels that tell nothing apart: places do
    assert problems(costs=twice) == [("costs", 1, "amount", "-1")]


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"1", object, 1j, pd.Timestamp("2026-01-01"), float("inf"), True])
def test_a_cell_of_the_wrong_type_is_a_message(value: object) -> None:
    frame = rf.load(SMALL).frame("costs").astype(object)
    frame.at[0, "amount"] = value  # noqa: PD008 (a list is one cell)
    ((place, row, column, _),) = problems(costs=frame)
    assert (place, row, column) == ("costs", 0, "amount")


def test_tables_and_columns_that_are_none_are_named() -> None:
    model = rf.load(SMALL)
    assert problems(projekt=model.frame("projects")) == [("projekt", None, None, None)]
    assert problems(costs=None) == [("costs", None, None, None)]
    assert problems(costs=[1]) == [("costs", None, None, None)]
    assert problems(costs=model.frame("costs").rename(columns={"amount": "amuont"})) == [
        ("costs", None, "amuont", None), ("costs", None, "amount", None),
    ]  # fmt: skip
    assert problems(years="nyss")[0][:3] == ("model", None, "years")
    assert problems(name="")[0][:3] == ("model", None, "name")
    with pytest.raises(rf.InvalidInput, match="not data frames by table"):
        rf.from_frames([model.frame("costs")])  # type: ignore[arg-type]
    with pytest.raises(rf.UsageError, match="no table 'cost'"):
        model.frame("cost")
    with pytest.raises(rf.UsageError, match="from_frames takes data frames"):
        rf.load(model.frames())  # type: ignore[arg-type]


def test_a_duplicate_names_both_rows() -> None:
    costs = rf.load(SMALL).frame("costs")
    costs = pd.concat([costs, costs.iloc[:1]], ignore_index=True)
    small = rf.load(SMALL)
    with pytest.raises(rf.InvalidInput, match=rf"row {len(costs) - 1}.*\b0\b"):
        rf.from_frames({**small.frames(), "costs": costs}, like=small)


def test_the_same_problems_as_of_files(tmp_path: Path, small: rf.FundingModel) -> None:
    """Codes, columns and texts are those of the reader; only place and row are the frame's own."""
    tables = {name: frame for name, frame in small.frames().items() if len(frame)}
    tables["costs"] = edited("costs", 0, "amount", "12,5")
    tables["contributions"] = edited("contributions", 0, "share", "1,5")
    for name, frame in tables.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    (tmp_path / "model.toml").write_text((SMALL / "model.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(rf.InvalidInput) as of_files:
        rf.load(tmp_path)
    with pytest.raises(rf.InvalidInput) as of_frames:
        rf.from_frames(tables, like=small)
    files, frames = of_files.value.problems, of_frames.value.problems
    assert [(one.code, one.column, one.value, one.what, one.remedy) for one in files] == [
        (one.code, one.column, one.value, one.what, one.remedy) for one in frames
    ]
    assert [(one.place, one.row) for one in files] == [(f"{one.place}.csv", int(one.row or 0) + 2) for one in frames]


# what comes out, against the command line


def test_solve() -> None:
    plan = rf.solve(DECISION, FUM, time_limit=60)
    assert plain(plan.as_dict() | {"idle": None}) == said("solve", DECISION, "-s", FUM)
    assert plain(rf.solve(rf.load(DECISION), rf.read_scenarios(FUM)[0]).as_dict()) == plain(plan.as_dict())
    assert digest(rf.apply(DECISION, FUM)) == digest(plan.model)
    frames = plan.frames()
    assert list(frames) == ["payments", "projects", "objectives", "rules"]
    assert dtypes(frames) <= TYPED
    assert int(frames["payments"]["kronor"].sum()) == plan.funded
    assert str(frames["projects"]["share"].dtype) == "Float64"
    for wrong in (0, -1, float("nan")):
        with pytest.raises(rf.UsageError, match="leaves no time"):
            rf.solve(SMALL, time_limit=wrong)
    with pytest.raises(rf.UsageError, match="no table"):
        plan.frame("funds")
    with pytest.raises(rf.UsageError, match="is a folder"):
        rf.solve(DECISION, FUM.parent)


def test_batch_and_compare(run: Any, tmp_path: Path) -> None:
    document, went = said("batch", DECISION, FUM, "-o", tmp_path / "run.sqlite", "--workers", "0"), run.as_dict()
    volatile = {"seconds", "run"}
    for one in (document, went):
        for row in one["scenarios"]:
            del row["seconds"], row["seal"]
    assert {key: value for key, value in plain(went).items() if key not in volatile} == {
        key: value for key, value in document.items() if key not in volatile
    }
    frames = run.frames()
    assert dtypes({name: frame for name, frame in frames.items() if name not in {"certificates", "changes"}}) <= TYPED
    assert frames["scenarios"]["scenario"].tolist() == ["baseline", "utan-fum"]
    assert len(run.frame("payments", "utan-fum")) < len(run.frame("payments"))
    with rf.Run(run) as opened:
        assert str(opened.frame("input_funds")["income"].dtype) == "boolean"
        assert info_of(opened) == "model.toml"
    found = rf.compare(run)
    assert plain(found.as_dict()) == said("compare", run)
    assert dtypes(found.frames()) <= TYPED
    assert set(found.frames()) >= {"scenarios", "projects", "shares", "moved"}
    with pytest.raises(rf.UsageError, match="no table"):
        found.frame("regret_weights")


def info_of(run: rf.Run) -> str:
    return next(name for name in run.info["input_files"] if name.endswith("toml"))


def test_compare_with_regret(run: Any) -> None:
    found = rf.compare(run, regret=True, plans=2)
    assert plain(found.as_dict()) == said("compare", run, "--regret", "--regret-plans", 2)
    assert str(found.frame("regret_scenarios")["largest"].dtype) == "Float64"


OPTIONS: list[tuple[dict[str, Any], list[str], set[str]]] = [
    ({}, [], {"ranking", "outside", "departures", "flips", "certainty"}),
    ({"project": "natur"}, ["--project", "natur"], {"project", "paid", "moves"}),
    ({"prices": True}, ["--prices"], {"gains", "prices", "rules"}),
    ({"alternatives": True}, ["--alternatives"], {"plans", "moves", "areas"}),
    ({"ranges": True, "within": 0.05}, ["--ranges", "--within", "0.05"], {"ranges", "weights"}),
    ({"frontier": ("value", "balance")}, ["--frontier", "value", "balance"], {"corners", "steps"}),
    ({"infeasible": True}, ["--infeasible"], {"rules", "repairs"}),
]


@pytest.mark.parametrize(
    ("asked", "options", "tables"), OPTIONS, ids=[" ".join(options)[:20] or "list" for _, options, _ in OPTIONS]
)
def test_explain(asked: dict[str, Any], options: list[str], tables: set[str]) -> None:
    found = rf.explain(rf.solve(SMALL), **asked)
    assert plain(found.as_dict()) == said("explain", SMALL, *options)
    assert plain(found.as_dict("en")) == said("explain", SMALL, *options, "--lang", "en")
    assert set(found.frames()) == tables
    assert dtypes(found.frames()) <= TYPED
    assert found.sentences("en")


def test_explain_without_a_plan(small: rf.FundingModel) -> None:
    budgets = small.frame("budgets")
    budgets["amount"] //= 10
    poor = rf.from_frames({**small.frames(), "budgets": budgets}, like=small).replace(required=("kompetens",))
    found = rf.explain(poor)
    assert len(found.frame("rules")) > 0
    assert found.frame("repairs")["kronor"].notna().any()
    late = rf.solve(COUNTY, time_limit=1e-5)
    assert not late.planned
    for verb in (rf.explain, rf.network):
        with pytest.raises(rf.NoPlan) as none:
            verb(late)
        assert none.value.outcome is late
    with pytest.raises(rf.UsageError, match="project and prices are different"):
        rf.explain(small, project="natur", prices=True)
    with pytest.raises(rf.UsageError, match="Did you mean 'natur'"):
        rf.explain(small, project="nature")
    with pytest.raises(rf.UsageError, match="from 0 to 1"):
        rf.explain(small, within=2)


def test_report(run: Any, tmp_path: Path) -> None:
    made = rf.report(run, tmp_path, formats=["html"], scenario="utan-fum")
    assert [path.name for path in made.files.values()] == [f"{DECISION.name}-utan-fum.html"]
    assert made.proven
    with pytest.raises(rf.UsageError, match="exists already"):
        rf.report(run, tmp_path, formats="html", scenario="utan-fum")
    again = said("report", run, "-o", tmp_path, "-s", "utan-fum", "--format", "html", "--force")
    assert plain(made.as_dict()) == again
    with pytest.raises(rf.UsageError, match="'doc' is none of"):
        rf.report(run, tmp_path, formats=["doc"])


def test_network(tmp_path: Path) -> None:
    found = rf.network(DECISION, FUM)
    document = said("network", DECISION, "-s", FUM, "-o", tmp_path, "--format", "svg")
    files = document.pop("files")
    assert plain(found.as_dict()) == {**document, "files": []}
    assert [str(path) for path in found.save(tmp_path, ["svg"], force=True)] == files
    assert dtypes(found.frames()) <= TYPED
    assert len(found.frame("actors")) == found.graph.number_of_nodes()
    assert len(found.frame("ties")) == found.graph.number_of_edges()
    assert found.sentences("en") != found.sentences("sv")
    with pytest.raises(rf.UsageError, match="no format 'gif'"):
        found.save(tmp_path, ["gif"])
    with pytest.raises(rf.UsageError, match="0 or more"):
        rf.network(SMALL, weights=[-1])


def test_every_table_of_a_network_is_typed_rows_or_not() -> None:
    for path in (SMALL, COUNTY):
        found = rf.network(rf.solve(path))
        frames = found.frames()
        assert dtypes(frames) <= TYPED
        for name, rows in found.tables.items():
            assert not rows or list(frames[name].columns) == list(rows[0]), name
