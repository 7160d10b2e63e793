"""Every command that writes keeps to the rule of `rus_funding.files`, from the command line."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import processes
import pytest
from papers import run_of

from rus_funding.cli import main
from rus_funding.model.reading import read_model

ROOT = Path(__file__).parents[1]
NAME = "litet-exempel"
MODEL = ROOT / "models" / NAME
# what is called, with {out} for the folder, and a file that it writes there
COMMANDS = {
    "solve": (["solve", "{model}", "-o", "{out}/plan.json"], "plan.json"),
    "solve packed": (["solve", "{model}", "-o", "{out}/plan.json.gz"], "plan.json.gz"),
    "batch": (["batch", "{model}", "-o", "{out}/new.sqlite", "--workers", "0"], "new.sqlite"),
    "lp": (["export", "{model}", "-o", "{out}/p.lp"], "p.names.csv"),
    "mps": (["export", "{model}", "-o", "{out}/p.mps", "--no-names"], "p.mps"),
    "csv": (["export", "{run}", "-o", "{out}"], "projects.csv"),
    "xlsx": (["export", "{run}", "-o", "{out}", "--format", "xlsx"], "run.xlsx"),
    "compare": (["compare", "{run}", "--csv", "{out}"], "projects.csv"),
    "report": (["report", "{run}", "-o", "{out}"], f"{NAME}-baseline.docx"),
    "network": (["network", "{model}", "-o", "{out}", "--format", "csv", "--format", "svg"], "layers-edges.csv"),
    "decide": (["decide", "{run}", "--meeting", "2027-02-11", "-o", "{out}/b.xlsx"], "b.xlsx"),
    "new": (["new", "{out}"], "model.toml"),
    "import": (["import", str(ROOT / "tests/data/import/seed.xlsx"), "-o", "{out}/m"], "m.toml"),
    "new xlsx": (["new", "{out}/bok.xlsx"], "bok.xlsx"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    model = read_model(MODEL).replace(decider="region-orebro-lan")  # whose decision it is: decide asks
    return run_of(tmp_path_factory.mktemp("run") / "run.sqlite", model)


@pytest.fixture(params=COMMANDS)
def command(request, run, capsys):
    """The command as a function of the folder and more arguments; its exit status, and what it said."""
    arguments, file = COMMANDS[request.param]

    def called(out, *more):
        with pytest.raises(SystemExit) as left:
            main([part.format(model=MODEL, run=run, out=out) for part in arguments] + list(more))
        return int(left.value.code or 0), capsys.readouterr().err

    called.name, called.file = request.param, file
    return called


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_what_is_there_is_replaced_only_by_force(command, tmp_path):
    old = os.umask(0o026)
    try:
        assert command(tmp_path)[0] == 0
    finally:
        os.umask(old)
    first = contents(tmp_path)
    assert command.file in first
    assert {oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()} == {"0o640"}
    status, said = command(tmp_path)
    assert (status, contents(tmp_path)) == (2, first)
    assert "--force" in said
    assert command(tmp_path, "--force")[0] == 0
    assert set(contents(tmp_path)) == set(first)
    if command.name == "solve":
        assert contents(tmp_path) == first


def test_one_file_that_is_there_is_enough(command, tmp_path):
    (tmp_path / command.file).write_bytes(b"mine")
    status, said = command(tmp_path)
    assert (status, contents(tmp_path)) == (2, {command.file: b"mine"})
    assert command.file in said


def test_never_into_a_model(command, tmp_path):
    model = Path(shutil.copytree(MODEL, tmp_path / "mm"))
    before = contents(model)
    for more in ([], ["--force"]):
        status, said = command(model, *more)
        if command.name == "new xlsx":  # a model beside a model
            continue
        assert (status, contents(model)) == (2, before)
        assert "model" in said


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_never_through_a_link(command, tmp_path):
    real, out = tmp_path / "real", tmp_path / "out"
    real.mkdir()
    out.mkdir()
    (tmp_path / "link").symlink_to(real)
    (real / "victim").write_bytes(b"mine")
    (out / command.file).symlink_to(real / "victim")
    for folder in (tmp_path / "link", out):
        for more in ([], ["--force"]):
            status, said = command(folder, *more)
            assert (status, contents(real)) == (2, {"victim": b"mine"})
            assert "är en länk" in said or f"({command.file} ligger där)" in said
    assert [file.name for file in out.iterdir()] == [command.file]


def test_a_folder_that_is_a_file_is_said(command, tmp_path):
    (tmp_path / "file").write_bytes(b"mine")
    for place in ("file", "file/in"):
        status, said = command(tmp_path / place)
        assert status == 2
        assert "Traceback" not in said
        assert "file" in said.splitlines()[-1]
    assert contents(tmp_path) == {"file": b"mine"}


def test_a_released_plan_is_replaced_by_no_other(tmp_path, capsys):
    plan = tmp_path / "plan.json"

    def solved(model, *more):
        with pytest.raises(SystemExit) as left:
            main(["solve", str(model), "-o", str(plan), *more])
        return int(left.value.code or 0), capsys.readouterr().err

    assert solved(MODEL)[0] == 0
    first = plan.read_bytes()
    status, said = solved(ROOT / "models" / "orebro-rus-2026-2028", "--force")
    assert (status, plan.read_bytes()) == (2, first)
    assert "är en utgiven plan, och det här är en annan: den får stå kvar, även med --force" in said
    assert solved(MODEL, "--force", "--second-opinion")[0] == 0  # the same plan, and more known of it
    assert plan.read_bytes() != first
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


def test_the_workbook_a_run_was_made_from_is_not_replaced(run, tmp_path, capsys):
    """`export RUN --format xlsx` writes RUN.xlsx, which may be how the model is called."""
    with pytest.raises(SystemExit):
        main(["new", str(tmp_path / "run.xlsx"), "--example"])
    before = contents(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["export", str(run), "-o", str(tmp_path), "--format", "xlsx", "--force"])
    assert (left.value.code, contents(tmp_path)) == (2, before)
    assert "en modells arbetsbok: den får stå kvar" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(
    os.name != "posix" or shutil.which("unshare") is None or processes.run(["unshare", "-m", "true"]).returncode != 0,
    reason="no right to mount a small disk",
)
def test_a_full_disk_is_named_and_nothing_is_left_on_it(command, run, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    arguments = [part.format(model=MODEL, run=run, out=small) for part in COMMANDS[command.name][0]]
    fill = f'mount -t tmpfs -o size=8k none "{small}" && ! head -c 9000 /dev/zero 2>/dev/null >"{small}/fill"'
    shell = f'{fill} && "$@"; s=$?; ls -A "{small}" | grep -v fill >&2; exit $s'
    done = processes.run(
        ["unshare", "-m", "sh", "-c", shell, "sh", sys.executable, "-m", "rus_funding", *arguments], cwd=ROOT
    )
    said = done.stderr.splitlines()
    assert done.returncode == 2, done.stderr
    assert str(small) in said[-1], said  # and nothing after it: no file is left
    assert "är full" in said[-1]
    assert "frigör plats" in said[-1]
