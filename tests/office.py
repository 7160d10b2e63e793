"""Runs of the shipped models, and LibreOffice as a second reader of office files."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import processes
import pytest

from rus_funding.model.reading import read_model
from rus_funding.papers.pack import Pack
from rus_funding.runs.batch import batch
from rus_funding.scenarios import read_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
FILES = {
    "orebro-rus-2026-2028": ("minskade-1-1-medel", "minskade-1-1-medel-hela", "medfinansiering"),
    "lansportfolj-exempel": ("malgap", "utan-fum"),
}
DECISION, PORTFOLIO = FILES
CASES = [(DECISION, "baseline"), (DECISION, "minskade-1-1-medel"), (PORTFOLIO, "baseline"), (PORTFOLIO, "malgap")]
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""  # 0: always compute again


def run_of(model: str, folder: Path) -> Path:
    """A run of a shipped model with some of its scenarios."""
    path = folder / f"{model}.sqlite"
    path.write_bytes(_content(model))
    return path


@functools.cache  # the county's target gap takes half a minute to prove
def _content(model: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.sqlite"
        scenarios = [ROOT / "scenarios" / model / f"{name}.toml" for name in FILES[model]]
        batch(read_model(ROOT / "models" / model), read_scenarios(scenarios), path, workers=0)
        return path.read_bytes()


def every_case(write: Callable[[Pack, Path], None], folder: Path, form: str) -> dict[tuple[str, str, str], Path]:
    """The paper of each case and language, by (model, scenario, language)."""
    runs = {model: run_of(model, folder) for model in FILES}
    made = {}
    for model, scenario in CASES:
        with Pack.open(runs[model], scenario) as pack:
            for lang in ("sv", "en"):
                made[model, scenario, lang] = folder / f"{model}-{scenario}-{lang}.{form}"
                write(pack.told_in(lang), made[model, scenario, lang])
    return made


def converted(files: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """The files as LibreOffice opens, computes and saves them; skips where it is missing."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui libreoffice-writer-nogui")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    out = folder / "converted"
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    asked = [*command, "--outdir", str(out), *map(str, files)]
    done = processes.run(asked, seconds=240)
    made = [out / f"{file.stem}.{kind}" for file in files]
    if done.returncode or not all(file.exists() for file in made):
        if "source file could not be loaded" in done.stderr:
            pytest.skip("LibreOffice lacks the part that opens this kind of file")
        raise AssertionError(done.stdout + done.stderr)
    return made
