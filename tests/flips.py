"""What commands that read a run say of one of which a bit was turned: the same as before, or that it is damaged.

`python tests/flips.py 2000` does it two thousand times; the suite does it a little.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rus_funding.cli import cli
from rus_funding.errors import FundingError

if TYPE_CHECKING:
    from collections.abc import Iterator

Answer = tuple[str, object]
COMMANDS = ("compare", "report", "export", "explain")
CHANGES = """
title = "Mindre"
[[change]]
table = "budgets"
multiply = { amount = 0.5 }
"""


def made(path: Path) -> Path:
    """A small run: the baseline, one with less money, one that is not possible, one whose numbers are no model."""
    from build import build

    from rus_funding.runs.batch import batch
    from rus_funding.scenarios import read_scenarios

    model = build(
        years=[2026, 2027],
        areas=[{"area": "a"}, {"area": "b"}],
        funds=[{"fund": "grant", "level": "state", "max_rate": 0.5}, {"fund": "own", "level": "region"}],
        budgets={"grant": {2026: 300, 2027: 100}, "own": {2026: 400, 2027: 120}},
        projects=[{"project": "p"}, {"project": "q"}],
        costs={"p": {2026: 333, 2027: 167}, "q": 400},
        contributions={"p": {"a": 0.5, "b": 0.5}, "q": "b"},
        benefits={("p", "a"): 9, ("p", "b"): 1, ("q", "b"): 2},
    )  # fmt: skip
    files = {
        "mindre": CHANGES,
        "bada": 'require = ["p", "q"]\n[[change]]\ntable = "budgets"\nset = { amount = 0 }\n',
        "fel": '[[change]]\ntable = "contributions"\nset = { share = 0.9 }\n',
    }
    for name, text in files.items():
        (path.parent / f"{name}.toml").write_text(text, encoding="utf-8")
    scenarios = read_scenarios([path.parent / f"{name}.toml" for name in files])
    batch(model, scenarios, path, workers=0, input_files={"funds.csv": "ab"})
    return path


def answers(path: Path, folder: Path, commands: tuple[str, ...] = COMMANDS) -> dict[str, Answer]:
    """What each command says of a run: ("said", everything), ("refused", message) or ("trace", where)."""
    more = {
        "compare": ["--json"],
        "report": ["-o", str(folder / "report"), "--format", "html"],
        "export": ["-o", str(folder / "export")],
        "explain": ["-s", "mindre", "--json"],
    }
    found = {}
    for command in commands:
        shutil.rmtree(folder / command, ignore_errors=True)
        found[command] = _answer([command, str(path), *more[command]])
        if found[command][0] == "said":
            found[command] = ("said", (found[command][1], _digests(folder / command)))
    return found


def _answer(arguments: list[str]) -> Answer:
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = cli.main(args=arguments, standalone_mode=False)
    except (FundingError, click.ClickException) as error:
        return "refused", str(error)
    except BaseException:
        return "trace", traceback.format_exc()
    return "said", (status, out.getvalue())


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def turned(data: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """The file with one bit turned, each time another one: half of them anywhere, half in bytes that are not 0."""
    generator = random.Random(seed)
    used = [at for at, byte in enumerate(data) if byte]
    for number in range(count):
        at = generator.choice(used) if number % 2 else generator.randrange(len(data))
        bit = generator.randrange(8)
        yield f"byte {at}, bit {bit}", data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def tally(source: Path, folder: Path, count: int, seed: int = 1) -> tuple[dict[str, Counter[str]], list[str]]:
    """How many were the same, refused, changed unseen or ended in a traceback, by command; and which of the last two.

    The commands write nothing beside the run either.
    """
    path = folder / "run.sqlite"
    shutil.copyfile(source, path)
    right = answers(path, folder)
    assert all(kind == "said" for kind, _ in right.values()), right
    counted: dict[str, Counter[str]] = {command: Counter() for command in COMMANDS}
    wrong = []
    beside = sorted(file.name for file in folder.iterdir())
    for what, data in turned(source.read_bytes(), count, seed):
        path.write_bytes(data)
        for command, (kind, said) in answers(path, folder).items():
            same = (kind, said) == right[command]
            end = "same" if same else "changed" if kind == "said" else kind
            counted[command][end] += 1
            if end in {"changed", "trace"}:
                wrong.append(f"{command}, {what}: {end}\n{said if end == 'trace' else ''}")
        assert path.read_bytes() == data, what
        assert {file.name for file in folder.iterdir()} <= set(beside), what
    return counted, wrong


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        run = Path(sys.argv[2]) if sys.argv[2:] and sys.argv[2] else made(Path(name, "source.sqlite"))
        started = time.monotonic()
        (Path(name) / "work").mkdir()
        counts, faults = tally(
            run, Path(name) / "work", int(sys.argv[1]), seed=int(sys.argv[3]) if len(sys.argv) > 3 else 1
        )
        sys.stdout.write("\n".join(faults[:40]))
        sys.stdout.write(f"{json.dumps(counts)} {round(time.monotonic() - started)} s\n")
