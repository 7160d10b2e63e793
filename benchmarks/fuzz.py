# ruff: noqa: S608 (the names of tables are the project's own)
"""Mutated files through the reader, in this process: each must be read, or refused with its problems, within seconds.

`python benchmarks/fuzz.py --count 20000 --kinds csv,xlsx,toml,run` takes the shipped models and scenarios, and a run of
them, spoils one file a time, and counts what was read, what was refused, and what neither: other exceptions, what took
longer than the limit, and a run that is opened although something else than what was written stands in it. A
file that was neither is kept in ``--keep``, and the exit status is 1. The same seed spoils the same files.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

from rus_funding.errors import InvalidInput, UsageError
from rus_funding.model.reading import read_model
from rus_funding.model.templates import write_template
from rus_funding.runs import opened
from rus_funding.runs.claims import OWN_WORD
from rus_funding.runs.schema import RESULTS
from rus_funding.scenarios import Family, read_scenarios

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "litet-exempel"
LIMIT = 10  # CPU seconds that one file may take
TOKENS = [
    b"", b";", b",", b"\t", b'"', b"'", b"\n", b"\r", b"\r\n", b"\0", b"=", b"[", b"]", b"[[", b"{", b"}", b".", b"#",
    b"-", b"e", b"1e400", b"1e-999999999", b"1E+999999999", b"nan", b"inf", b"0x", b"9" * 30, b"9" * 5000, b"-1",
    b"1000000000000001", b"0.000000000000000000001", b"true", b"Ja", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xef\xbf\xbe", b"\xed\xa0\x80", b"\xd0\xbe", b"\xc3\x83\xc2\xa5", b"a" * 40_000,
    b"[" * 3000, b"a." * 3000, b"_xD800_", b"&#xD800;", b"&#0;", b"&amp;", b"&lt;", b"<", b">", b"</", b"/>", b"<c>",
    b'<c r="A1">', b'<row r="99999999999999999999">', b'<row r="0">', b't="s"', b't="b"', b't="e"', b"<!DOCTYPE a>",
    b'<?xml version="1.0" encoding="true"?>', b"xml:space", b"XFD1048576", b"ZZZZZZ1", b"2026", b"Summa", b"#REF!",
    b"insert = [", b"[sweep]", b"[stress]", b"[sample]\nsize = 99999999999\nseed = 1\n", b"where = { ", b"extends = ",
]  # fmt: skip


class TooLongError(BaseException):
    """One file took longer than the limit; no handler of exceptions may take it for a refusal."""


def spoil(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """A few changes at random places: bytes flipped, cut out, doubled, moved, exchanged for what hurts."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(out) + 1)
        end = min(len(out), at + rng.choice((0, 1, 2, 5, 20, 200)))
        kind = rng.randrange(8)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(out):
            out[at] = rng.randrange(256)
        elif kind == 2:
            del out[at:end]
        elif kind == 3:
            out[at:at] = out[at:end] * rng.choice((1, 2, 50))
        elif kind == 4:
            out[at:end] = rng.choice(TOKENS)
        elif kind == 5:
            out[at:at] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 30))
        elif kind == 6:
            other = rng.choice(others)
            start = rng.randrange(len(other) + 1)
            out[at:end] = other[start : start + rng.choice((1, 10, 100, 1000))]
        else:
            words = bytes(out).split(rng.choice((b";", b",", b"\n", b'"', b"=", b"<")))
            i = rng.randrange(len(words))
            words[i] = rng.choice((rng.choice(words), rng.choice(TOKENS)))
            out = bytearray(b";".join(words) if rng.random() < 0.05 else _joined(bytes(out), words))
    return bytes(out)


def _joined(data: bytes, words: list[bytes]) -> bytes:
    """The words with the separator that was most likely between them."""
    return max((b";", b",", b"\n", b'"', b"=", b"<"), key=lambda mark: data.count(mark) == len(words) - 1).join(words)


class Tables:
    """Folders: one CSV file or the model file spoilt."""

    def __init__(self, place: Path, suffix: str) -> None:
        self.folder = place / f"model-{suffix}"
        shutil.copytree(MODEL, self.folder)
        self.files = {path: path.read_bytes() for path in sorted(self.folder.glob(f"*.{suffix}"))}

    def __call__(self, rng: random.Random) -> tuple[Path, bytes]:
        path = rng.choice(list(self.files))
        data = spoil(rng, self.files[path], list(self.files.values()))
        path.write_bytes(data)
        try:
            read_model(self.folder)
        finally:
            path.write_bytes(self.files[path])
        return path, data


class Workbooks:
    """Workbooks: one part spoilt, or the bytes of the file."""

    def __init__(self, place: Path) -> None:
        self.path = place / "model.xlsx"
        write_template(self.path, example=True, lang="en")
        self.data = self.path.read_bytes()
        with zipfile.ZipFile(self.path) as book:
            self.parts = {name: book.read(name) for name in book.namelist()}
        self.names = [n for n in self.parts if "theme" not in n and "docProps" not in n]

    def __call__(self, rng: random.Random) -> tuple[Path, bytes]:
        if rng.random() < 0.1:
            self.path.write_bytes(spoil(rng, self.data, [self.data]))
        else:
            name = rng.choice(self.names)
            spoilt = {**self.parts, name: spoil(rng, self.parts[name], list(self.parts.values()))}
            with zipfile.ZipFile(self.path, "w") as book:
                for part, content in spoilt.items():
                    book.writestr(part, content)
        read_model(self.path)
        return self.path, b""


class Scenarios:
    """Scenario files, read and carried out on a model; the model file itself now and then."""

    def __init__(self, place: Path) -> None:
        paths = sorted((ROOT / "scenarios").rglob("*.toml"))
        self.models = {path.name: read_model(ROOT / "models" / path.name) for path in (ROOT / "scenarios").iterdir()}
        self.files = [(path.read_bytes(), self.models[path.parent.name]) for path in paths]
        self.texts = [text for text, _ in self.files]
        self.path = place / "spoilt" / "scenario.toml"
        self.path.parent.mkdir()
        self.model_file = Tables(place, "toml")

    def __call__(self, rng: random.Random) -> tuple[Path, bytes]:
        if rng.random() < 0.2:
            return self.model_file(rng)
        text, model = rng.choice(self.files)
        data = spoil(rng, text, self.texts)
        self.path.write_bytes(data)
        for scenario in read_scenarios(self.path):
            family = Family(model, scenario)
            family[len(family) // 2].apply()
        return self.path, data


class Runs:
    """Runs: the file's bytes spoilt, or cells of it by SQL, or these with every digest made anew by one who knows how.

    What is opened must hold the same content; what is made anew may say otherwise only what nothing else in a run says
    (`rus_funding.runs.claims.OWN_WORD`).
    """

    def __init__(self, place: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests"))
        import flips
        import forging

        self.place, self.path, self.anew = place, place / "run.sqlite", forging.seal_anew
        (place / "made").mkdir()
        self.data = flips.made(place / "made" / "run.sqlite").read_bytes()
        with contextlib.closing(sqlite3.connect(place / "made" / "run.sqlite")) as raw:
            names = [
                name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            ]
            self.cells = [(name, column[1]) for name in names for column in raw.execute(f'PRAGMA table_info("{name}")')]
        self.content = self._content(place / "made" / "run.sqlite")

    def __call__(self, rng: random.Random) -> tuple[Path, bytes]:
        kind = rng.choice(("bytes", "cells", "anew"))
        self.path.write_bytes(spoil(rng, self.data, [self.data]) if kind == "bytes" else self.data)
        if kind != "bytes":
            with contextlib.suppress(
                sqlite3.Error, LookupError, ValueError, TypeError, ArithmeticError
            ):  # what even the forger cannot do
                self._forge(rng, anew=kind == "anew")
        found = self._content(self.path)
        if found != self.content:
            raise AssertionError(f"{kind}: opened, and other content: {set(found) ^ set(self.content)}"[:1000])
        return self.path, b""

    def _forge(self, rng: random.Random, *, anew: bool) -> None:
        with contextlib.closing(sqlite3.connect(self.path)) as raw, raw:
            for _ in range(rng.choice((1, 1, 2, 5))):
                table, column = rng.choice(self.cells)
                cells = raw.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchall()
                if not cells:
                    continue
                row, value = rng.choice(cells)
                new = rng.choice((None, 0, -1, 1, 0.5, 10**18, 1e300, "", "x", b"x", rng.choice(cells)[1]))
                if isinstance(value, str) and rng.random() < 0.5:
                    new = spoil(rng, value.encode(), [value.encode()]).decode("utf-8", "replace")[:10_000]
                if isinstance(value, bytes) and rng.random() < 0.5:
                    new = spoil(rng, value, [value])
                if isinstance(value, int) and rng.random() < 0.5:
                    new = value + rng.choice((-1, 1, 100))
                raw.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, row))
        if anew:
            self.anew(self.path)

    def _content(self, path: Path) -> list[str]:
        """Every cell that something else in the run vouches for."""
        with opened(path) as run:
            return [
                repr((table, name, row.get("position", row.get("row")), column, row[column]))
                for table in RESULTS
                for row in run.records(table)
                for name in [row["scenario"]]
                for column in row
                if column not in OWN_WORD.get(table, ()) and (table, column) != ("rules", "side")
            ]


def run(kind: str, count: int, seed: int, seconds: float, keep: Path | None) -> int:
    """Spoil `count` files of a kind, or as many as the time allows; how many were neither read nor refused."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        makers = {
            "csv": lambda: Tables(place, "csv"),
            "xlsx": lambda: Workbooks(place),
            "toml": lambda: Scenarios(place),
            "run": lambda: Runs(place),
        }
        one = makers[kind]()
        tally: collections.Counter[str] = collections.Counter()
        slowest, start = 0.0, time.perf_counter()
        for number in range(count):
            began = time.process_time()
            if time.perf_counter() - start > seconds:
                break
            outcome = attempt(one, random.Random(f"{kind} {seed} {number}"), f"{kind} {seed} {number}", place, keep)
            tally[outcome] += 1
            slowest = max(slowest, time.process_time() - began)
        done = sum(tally.values())
        counts = ", ".join(f"{tally[outcome]} {outcome}" for outcome in ("read", "refused", "broken", "too long"))
        print(f"{kind}: {done} files in {time.perf_counter() - start:.0f} s: {counts}; slowest {slowest:.1f} CPU s")
        sys.stdout.flush()
    return tally["broken"] + tally["too long"]


def attempt(one: object, rng: random.Random, name: str, place: Path, keep: Path | None) -> str:
    """What became of one spoilt file."""
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        one(rng)  # type: ignore[operator]
    except InvalidInput as error:
        return (
            "refused"
            if all(problem.place and problem.what and problem.remedy for problem in error.problems)
            else "broken"
        )
    except UsageError as error:  # a run
        return "refused" if len(str(error)) > 20 else "broken"
    except TooLongError:
        outcome = "too long"
        traceback.print_exc(limit=-4)
    except Exception:
        outcome = "broken"
        traceback.print_exc(limit=-4)
    else:
        return "read"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{name}: {outcome}")
    if keep is not None:
        shutil.copytree(place, keep / name.replace(" ", "-"), dirs_exist_ok=True)
    return outcome


def _too_long(*_: object) -> None:
    raise TooLongError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="files of each kind")
    parser.add_argument("--kinds", default="csv,xlsx,toml,run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="time for each kind")
    parser.add_argument("--keep", type=Path, help="where to keep what was neither read nor refused")
    given = parser.parse_args()
    signal.signal(signal.SIGPROF, _too_long)
    wrong = sum(run(kind, given.count, given.seed, given.seconds, given.keep) for kind in given.kinds.split(","))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
