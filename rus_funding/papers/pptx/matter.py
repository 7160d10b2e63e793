"""What slides are made from: a pack, its story and its colours, and numbers as slides write them."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rus_funding.papers.colours import colours
from rus_funding.papers.pptx.charts import MILLION
from rus_funding.papers.story import story
from rus_funding.proof.standing import INFEASIBLE
from rus_funding.words.language import say
from rus_funding.words.numbers import decimal, kronor, percent

SOLVES = 15  # a deck waits for no more of them
SHORT = 12  # characters of a checksum that a slide shows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rus_funding.comparisons import Comparison
    from rus_funding.engine.figures import Figures
    from rus_funding.explanations.conflict import Conflict
    from rus_funding.papers.colours import Palette
    from rus_funding.papers.pack import Pack
    from rus_funding.papers.story import Story


@dataclasses.dataclass(frozen=True)
class Matter:
    """A pack as slides see it."""

    pack: Pack

    @property
    def lang(self) -> str:
        """The language of the deck."""
        return self.pack.lang

    @property
    def figures(self) -> Figures:
        """The plan's sums."""
        return self.pack.figures

    @property
    def planned(self) -> bool:
        """Whether there is a plan to show."""
        return self.story.planned

    @cached_property
    def story(self) -> Story:
        """The sentences that all documents of the pack share."""
        return story(self.pack)

    @cached_property
    def palette(self) -> Palette:
        """Colours by id."""
        return colours(self.pack.model)

    @cached_property
    def conflict(self) -> Conflict | None:
        """The rules that contradict each other; None where there is a plan, or another reason for having none."""
        from rus_funding.explanations.conflict import conflict

        return conflict(self.pack.model, SOLVES) if self.pack.outcome.standing.name == INFEASIBLE else None

    @property
    def comparison(self) -> Comparison:
        """The run's scenarios. Only where there are `several`."""
        found = self.pack.comparison
        if found is None:
            raise ValueError("a run of one scenario compares nothing")
        return found

    @cached_property
    def footer(self) -> str:
        """What stands at the foot of every slide."""
        told = self.story
        return self.say("footer", title=told.title, scenario=told.scenario) if told.scenario else told.title

    @cached_property
    def about(self) -> list[str]:
        """What the notes of every slide end with: which run and scenario the figures are from."""
        return [self.say("notes.source", run=self.pack.run.path.name, scenario=self.pack.scenario)]

    @property
    def several(self) -> bool:
        """Whether the run compares scenarios."""
        return self.pack.comparison is not None

    def say(self, key: str, **fields: Any) -> str:
        """A text of the deck's own domain."""
        return say(self.lang, f"slides.{key}", **fields)

    def short(self, value: float) -> str:
        """Kronor in a headline or beside a bar: ``439,4 Mkr``."""
        return self.say("millions", number=decimal(Fraction(value) / MILLION, self.lang, 1))

    def precise(self, value: float) -> str:
        """Millions; kronor below a million."""
        return self.short(value) if abs(value) >= MILLION else self.say("kr", kronor=value)

    def kr(self, value: float) -> str:
        """Kronor to the krona, without unit, in a table."""
        return kronor(value, self.lang)

    def share(self, value: Any) -> str:
        """A share in per cent."""
        return percent(value, self.lang)

    def names(self, table: str, key: str) -> Mapping[str, str]:
        """Names of a table's rows by id, in file order."""
        rows = self.pack.model.areas if table == "areas" else self.pack.model[table]
        return dict(zip(rows[key].tolist(), rows["name"].tolist(), strict=True))

    def listed(self, names: Sequence[str], most: int = 3) -> list[str]:
        """The first names, and how many there are besides."""
        found = list(names[:most])
        if len(names) > most:
            found.append(self.say("more", count=len(names) - most))
        return found
