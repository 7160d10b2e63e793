"""The explanations of a part of the plan, and of what insisting on projects costs: numbers, sentences and frames."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.explanations.as_json import plain
from rus_funding.explanations.explanation import Explanation
from rus_funding.explanations.sentences import Words
from rus_funding.model import frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from rus_funding.explanations.insist import Insisted
    from rus_funding.explanations.part import Part
    from rus_funding.explanations.swaps import Move


@dataclasses.dataclass(frozen=True)
class PartExplained(Explanation):
    """A municipality, an area, an actor or a fund: what it gets, why no more, what would help and who would pay.

    Frames: ``part`` (one row), ``projects`` (kronor that each asks for and gets there), ``moves`` (kronor of projects
    in the proposal and in the plan that would help).
    """

    part: Part

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        said = [{"heading": heading, "sentences": lines} for heading, lines in self._said(lang)]
        return {"part": plain(self.part), "sentences": said}

    def _said(self, lang: str) -> list[tuple[str, list[str]]]:
        from rus_funding.explanations.sentences_part import part_paragraphs

        return part_paragraphs(self.part, Words(self.model, lang))

    def sentences(self, lang: str = "sv") -> list[str]:
        """Where it stands, why it gets no more, what would help and who would pay."""
        return [line for _, lines in self._said(lang) for line in lines]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        part, insisted = self.part, self.part.cheapest
        moves = insisted.moves if insisted is not None else part.more.moves if part.more is not None else ()
        kronor, counts = ("asked", "kronor"), ("rank", "size", "inhabitants")
        row = (part.kind, part.id, *(getattr(part, name) for name in (*kronor, *counts)))
        columns = {"kind": "id", "id": "id", **dict.fromkeys(kronor, "kronor"), **dict.fromkeys(counts, "integer")}
        projects = [(one.project, one.status, one.asked, one.kronor) for one in part.projects]
        asked = {"project": "id", "status": "id", "asked": "kronor", "kronor": "kronor"}
        return {
            "part": frames.of_rows(columns, [row]),
            "projects": frames.of_rows(asked, projects),
            "moves": _moves(moves),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.named import PARTS
        from rus_funding.explanations.sentences_part import part_tables
        from rus_funding.explanations.terminal import show_told

        words = Words(self.model, lang)
        show_told(
            words.bare(PARTS[self.part.kind], self.part.id), self._said(lang), part_tables(self.part, words), lang
        )


@dataclasses.dataclass(frozen=True)
class InsistExplained(Explanation):
    """What it costs to insist on projects, against the proposal.

    Frames: ``moves`` (kronor of every project that differs, before and after) and ``funds`` (the same of funds).
    """

    insisted: Insisted

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        said = [{"heading": heading, "sentences": lines} for heading, lines in self._said(lang)]
        return {"insisted": plain(self.insisted), "sentences": said}

    def _said(self, lang: str) -> list[tuple[str, list[str]]]:
        from rus_funding.explanations.sentences_part import insist_paragraphs

        return insist_paragraphs(self.insisted, Words(self.model, lang))

    def sentences(self, lang: str = "sv") -> list[str]:
        """What it costs, who falls out, who gets less and more, which funds pay."""
        return [line for _, lines in self._said(lang) for line in lines]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        columns = {"fund": "id", "before": "kronor", "after": "kronor"}
        return {"moves": _moves(self.insisted.moves), "funds": frames.of_rows(columns, self.insisted.funds)}

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.sentences_part import insist_tables
        from rus_funding.explanations.terminal import show_told

        words = Words(self.model, lang)
        title = self.model.title or self.model.name
        show_told(title, self._said(lang), insist_tables(self.insisted, words), lang)


def _moves(moves: Iterable[Move]) -> pd.DataFrame:
    """Projects whose kronor differ between two plans."""
    columns = {"project": "id", "before": "kronor", "after": "kronor", "points": "number"}
    return frames.of_rows(columns, [(m.project, m.before, m.after, m.points) for m in moves])
