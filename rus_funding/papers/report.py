"""`report`: the papers of a meeting from one run, as files in a folder."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rus_funding.errors import UsageError
from rus_funding.files import file_name, placed_all
from rus_funding.model.strategies import other
from rus_funding.papers.pack import FORMATS, Pack
from rus_funding.scenarios import BASELINE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from rus_funding.proof.standing import Standing


@dataclasses.dataclass(frozen=True)
class Papers:
    """The papers that were made: `files` by format; `status` and `standing` are those of the scenario they propose."""

    run: str
    scenario: str
    status: str
    standing: Standing
    files: Mapping[str, Path]

    @property
    def proven(self) -> bool:
        """Whether what they propose is a plan that is proven best; where not, the papers say so."""
        return self.standing.proven

    def as_dict(self) -> dict[str, Any]:
        """The object that ``report --json`` prints."""
        return {
            "run": self.run,
            "scenario": self.scenario,
            "status": self.status,
            "standing": self.standing.name,
            "files": {form: str(path) for form, path in self.files.items()},
        }


def report(
    run: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    scenario: str = BASELINE,
    formats: Iterable[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    force: bool = False,
    lang: str = "sv",
    damaged: bool = False,
    strategy: str | None = None,
) -> Papers:
    """Make the papers of a meeting from a run, a finished or unfinished batch; its plans are not solved again.

    `run` is what `batch` gave, or a run's path; `folder` is made if need be. `scenario` is the one that the papers
    propose. `formats` are some of xlsx, html, pptx and docx (all if left out): a workbook, a page, slides, an annex.
    Each file is MODEL-SCENARIO with the format's ending, and appears whole or not at all; `template` are slides of your
    own to build on (.pptx), `force` replaces files that are there, `lang` is "sv" or "en"; with `damaged` what is
    left of a damaged run is shown, and every page says so. Kronor in them are whole.
    With `strategy` workbook, page and annex tell the plan in that strategy's areas too, and what its weights would
    choose instead: this is solved, once (see `retell`).

    Returns the files by format, and how the plan that they propose stands. Raises `UsageError` for what is no sound
    run, an unknown scenario or format, files that are there, and what cannot be written.

    >>> import tempfile, rus_funding as rf
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = rf.batch("models/litet-exempel", [], f"{folder}/run.sqlite", workers=0)
    ...     papers = rf.report(run, folder, formats=["html"], lang="en")
    ...     papers.proven, [path.name for path in papers.files.values()]
    (True, ['litet-exempel-baseline.html'])
    """
    forms = chosen(formats)
    if template is not None and "pptx" not in forms:
        raise UsageError("--template is for slides: add pptx to --format.")
    with Pack.open(Path(run), scenario, lang, damaged=damaged, strategy=strategy or "") as pack:
        if strategy is not None:
            other(pack.model, strategy)  # refused before anything is written
        stem = file_name(f"{pack.run.info['model']}-{scenario}")
        targets = {form: Path(folder) / f"{stem}.{form}" for form in forms}
        with placed_all(list(targets.values()), force=force) as drafts:
            for form, draft in zip(targets, drafts, strict=True):
                more = {"template": Path(template)} if form == "pptx" and template is not None else {}
                importlib.import_module(f"rus_funding.papers.{form}").write(pack, draft, **more)
        return Papers(str(run), scenario, pack.outcome.status, pack.outcome.standing, targets)


def chosen(formats: Iterable[str] | None) -> tuple[str, ...]:
    """The formats to write, in the order of `FORMATS`. Raises `UsageError` for an unknown one."""
    given = [formats] if isinstance(formats, str) else FORMATS if formats is None else list(formats)
    asked = [form.strip().lower() for form in given]
    unknown = [form for form in asked if form not in FORMATS]
    if unknown:
        raise UsageError("'{unknown}' is none of {formats}.", unknown=unknown[0], formats=", ".join(FORMATS))
    return tuple(form for form in FORMATS if form in asked)
