"""Which files are read, and what a scenario that extends another one says in all."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import InvalidInput, Problem
from rus_funding.kronor import Refused
from rus_funding.model.reading.entry import refuse_special
from rus_funding.scenarios.cells import ID
from rus_funding.scenarios.form import MOST, nearest
from rus_funding.scenarios.parse import parse
from rus_funding.scenarios.parts import BASELINE, Scenario, Spot, baseline
from rus_funding.scenarios.source import LARGEST_FILE, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_CHAIN = 100  # files that extend each other
StrPath = str | os.PathLike[str]


def read_scenarios(path: StrPath | Sequence[StrPath]) -> list[Scenario]:
    """The scenarios of a file, of a folder's ``*.toml`` files, or of several of both, sorted by id.

    `extends` is followed to files beside the file and in the folders given, never elsewhere. What a file extends is
    not itself among the scenarios unless it was given. A `Scenario` has `id`, `title` and `question`; `apply` makes the
    model that it asks about, `batch` solves those of any number of them. Raises `InvalidInput` with the problems of all
    the files (`place` is the file, `row` the line).

    >>> import rus_funding as rf
    >>> [scenario.id for scenario in rf.read_scenarios("scenarios/orebro-rus-2026-2028")][:2]
    ['bortfall', 'dyrare']
    """
    given = [path] if isinstance(path, (str, os.PathLike)) else list(path)
    folder = _Folder()
    for each in given:
        folder.add(Path(each))
    scenarios = []
    for name in sorted(folder.asked):
        try:
            scenarios.append(folder.resolved(name))
        except InvalidInput as error:
            folder.problems += error.problems
    if folder.problems:
        raise InvalidInput(list(dict.fromkeys(folder.problems)))
    return scenarios


class _Folder:
    """The files that may be read, by scenario id."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}
        self.asked: dict[str, None] = {}
        self.problems: list[Problem] = []
        self.read: dict[str, Scenario] = {}

    def wrong(self, file: Path, code: str, what: str, remedy: str, **fields: Any) -> None:
        self.problems.append(Spot(str(file)).problem(f"scenario_{code}", what, remedy, **fields))

    def add(self, path: Path) -> None:
        """A file or folder that the user named."""
        try:
            refuse_special(path)
        except Refused as error:
            self.problems.append(Spot(str(path)).refusal(error))
            return
        if _is_dir(path):
            found = self._toml(path)
            if not found:
                self.wrong(path, "none", "scenario.file.none", "scenario.file.name-another")
        elif _is_file(path):
            found = [path]
        else:
            self.wrong(path, "missing_file", "scenario.file.missing", "scenario.file.name-toml")
            return
        for file in found:
            self._add(file, asked=True)
        for file in self._toml(path.parent) if _is_file(path) else ():
            if file.stem not in self.files and ID.fullmatch(file.stem):  # a neighbour that `extends` may name
                self.files[file.stem] = file

    @staticmethod
    def _toml(folder: Path) -> list[Path]:
        """The folder's own scenario files: a link that leads out of the folder is not one of them."""
        home = folder.resolve()
        return sorted(file for file in folder.glob("*.toml") if file.is_file() and file.resolve().parent == home)

    def _add(self, file: Path, *, asked: bool) -> None:
        name = file.stem
        if file.suffix != ".toml" or not ID.fullmatch(name):
            self.wrong(file, "file_name", "scenario.file.id-name", "scenario.file.rename")
            return
        other = self.files.get(name)
        if other is not None and name in self.asked and other.resolve() != file.resolve():
            self.wrong(file, "same_name", "scenario.file.same-name", "scenario.file.rename-one", other=str(other))
            return
        self.files[name] = file
        if asked:
            self.asked[name] = None

    def own(self, name: str) -> Scenario:
        """The file's own scenario, read once."""
        if name not in self.read:
            file = self.files[name]
            try:
                refuse_special(file)
                with file.open("rb") as stream:
                    content = stream.read(LARGEST_FILE + 1)
            except Refused as error:
                raise InvalidInput([Spot(str(file)).refusal(error)]) from None
            except OSError as error:
                what, remedy, reason = "scenario.file.unreadable", "scenario.file.check", str(error.strerror or error)
                problem = Spot(str(file)).problem("scenario_unreadable", what, remedy, reason=reason)
                raise InvalidInput([problem]) from None
            self.read[name] = parse(Source(str(file), content), name)
        return self.read[name]

    def resolved(self, name: str) -> Scenario:
        """The scenario with all that it extends. A circle or an unknown name raises `InvalidInput`."""
        chain = [self.own(name)]
        seen = [name]
        while (base := chain[-1].extends) and not (base == BASELINE and base not in self.files):
            spot = dataclasses.replace(chain[-1].spot, key="extends")
            if base in seen:
                circle = " → ".join([*seen, base])
                problem = spot.problem("scenario_circle", "scenario.file.circle", "scenario.file.stand-alone", base,
                                       circle=circle)  # fmt: skip
                raise InvalidInput([problem])
            if base not in self.files:
                remedy, known = nearest(base, sorted({*self.files, BASELINE} - {name}))
                what = "scenario.file.no-scenario"
                raise InvalidInput([spot.problem("scenario_extends", what, remedy, base, name=base, **known)])
            if len(seen) == LONGEST_CHAIN:
                what, remedy = "scenario.file.chain", "scenario.file.fewer-files"
                raise InvalidInput([spot.problem("scenario_chain", what, remedy, base, most=LONGEST_CHAIN)])
            seen.append(base)
            chain.append(self.own(base))
        if sum(len(scenario.changes) for scenario in chain) > MOST:
            what, remedy = "scenario.file.many-changes", "scenario.file.extend-fewer"
            raise InvalidInput([chain[0].spot.problem("scenario_too_many", what, remedy, most=MOST)])
        return _joined(reversed(chain))


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long for any file
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def from_texts(files: Sequence[tuple[str, str]]) -> Scenario:
    """A scenario from its files' names and texts, what it extends before it: `Scenario.sources`, read back.

    No file is looked for. Raises `InvalidInput` where they are not a file and what it extends.
    """
    chain: list[Scenario] = []
    for file, text in files:
        name = file.removesuffix(".toml")
        scenario = parse(Source(file, text.encode()), name)
        before = chain[-1].id if chain else BASELINE
        if not ID.fullmatch(name) or (scenario.extends or BASELINE) != before:
            what, remedy = "scenario.file.not-extended", "scenario.file.batch-anew"
            raise InvalidInput([Spot(file).problem("scenario_extends", what, remedy, before, name=before)])
        chain.append(scenario)
    return _joined(chain)


def _joined(chain: Iterable[Scenario]) -> Scenario:
    """The last scenario of the chain with the changes of those before it.

    Changes come in order; a later `require` lifts an earlier `exclude` of the same project and the other way round;
    the last objectives and, key by key, the last policy stand. Families (sweep, stress, sample), texts and expected
    figures are a file's own: they are not taken over.
    """
    whole = baseline()
    for scenario in chain:
        both = sorted(set(scenario.require) & set(scenario.exclude))
        if both:
            problem = scenario.spot.problem("scenario_required_and_excluded", "scenario.file.both",
                                            "scenario.file.one-list", projects=", ".join(both))  # fmt: skip
            raise InvalidInput([problem])
        require = {*(set(whole.require) - set(scenario.exclude)), *scenario.require}
        exclude = {*(set(whole.exclude) - set(scenario.require)), *scenario.exclude}
        whole = dataclasses.replace(
            scenario,
            changes=whole.changes + scenario.changes,
            require=tuple(sorted(require)),
            exclude=tuple(sorted(exclude)),
            objectives=whole.objectives if scenario.objectives is None else scenario.objectives,
            policy=tuple({**dict(whole.policy), **dict(scenario.policy)}.items()),
            sources=whole.sources + scenario.sources,
        )
    return whole
