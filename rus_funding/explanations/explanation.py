"""The explanations that `explain` gives, each with its numbers, its sentences and its data frames."""

from __future__ import annotations

import abc
import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.explanations.as_json import plain
from rus_funding.explanations.sentences import Words
from rus_funding.model import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from rus_funding.explanations.alternatives import Alternatives
    from rus_funding.explanations.certainty import Certainty
    from rus_funding.explanations.conflict import Conflict
    from rus_funding.explanations.degrees import Degrees
    from rus_funding.explanations.flips import Flips
    from rus_funding.explanations.frontier import Frontier
    from rus_funding.explanations.gains import Gains
    from rus_funding.explanations.prices import Price, Side
    from rus_funding.explanations.project import Explained
    from rus_funding.explanations.ranges import Ranges
    from rus_funding.explanations.ranking import Ranking
    from rus_funding.explanations.rules import RulePrices
    from rus_funding.model.model import FundingModel
    from rus_funding.scenarios.change_words import Told

_RULE = {"rule": "id", "subject": "text"}
_SIDE = {"price": "number", "until": "number", "ends": "flag"}


@dataclasses.dataclass(frozen=True)
class Explanation(abc.ABC):
    """An explanation of a plan of `model`, or of why there is none."""

    model: FundingModel
    scenario: str | None
    told: Told | None = dataclasses.field(default=None, kw_only=True)  # the scenario's title and changes

    def as_dict(self, lang: str = "sv") -> dict[str, Any]:
        """The object that ``explain --json`` prints."""
        return {"model": self.model.name, "scenario": self.scenario, **self.parts(lang)}

    @abc.abstractmethod
    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""

    @abc.abstractmethod
    def sentences(self, lang: str = "sv") -> list[str]:
        """The explanation in words, a sentence each; "sv" or "en"."""

    @abc.abstractmethod
    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""

    @abc.abstractmethod
    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""

    def frame(self, table: str) -> pd.DataFrame:
        """One of `frames`. Raises `KeyError` for one that it has not."""
        return self.frames()[table]


@dataclasses.dataclass(frozen=True)
class RankingExplained(Explanation):
    """The ranked list with its cut line, where the plan departs from it, and how firm each decision is.

    Frames: ``ranking`` (projects by points per krona), ``outside`` (projects that cannot be funded), ``departures``,
    ``flips`` (what the other decision costs in points), ``certainty`` (each project's class among plans within a share
    of the best value, and the least share of it that they give).
    """

    ranking: Ranking
    flips: Flips
    certainty: Certainty

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        line, departures, classes = self._said(lang)
        return {
            "ranking": plain(self.ranking),
            "flips": plain(self.flips),
            "certainty": plain(self.certainty),
            "sentences": {"line": line, "departures": departures, "classes": classes},
        }

    def _said(self, lang: str) -> tuple[list[str], list[list[str]], list[str]]:
        from rus_funding.explanations.certainty_words import certainty_sentences
        from rus_funding.explanations.sentences_ranking import departure_sentences, line_sentences

        words = Words(self.model, lang)
        departures = [departure_sentences(one, words) for one in self.ranking.departures]
        return line_sentences(self.ranking, words), departures, certainty_sentences(self.certainty, words)

    def sentences(self, lang: str = "sv") -> list[str]:
        """Where the line falls, each departure, how firm the decisions are."""
        line, departures, classes = self._said(lang)
        return [*line, *(said for one in departures for said in one), *classes]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        from rus_funding.explanations.ranking import Ranked

        flips = [(f.project, f.status, f.fixed, *_turn(f.out), *_turn(f.full)) for f in self.flips.flips]
        turn = {"loss": "number", "exact": "flag"}
        columns = {"project": "id", "status": "id", "fixed": "id", **_each(("out", "full"), turn)}
        departed = {"project": "id", "more": "flag", "loss": "number", "possible": "flag"}
        departures = [(d.row.project, d.more, d.loss, d.possible) for d in self.ranking.departures]
        return {
            "ranking": frames.of_dataclass(Ranked, self.ranking.rows),
            "outside": frames.of_rows({"project": "id", "reason": "id"}, self.ranking.outside),
            "departures": frames.of_rows(departed, departures),
            "flips": frames.of_rows(columns, flips),
            "certainty": frames.of_rows(
                {"project": "id", "class": "id", "least": "number", "exact": "flag", "fixed": "id"},
                [(one.project, one.kind, one.least, one.exact, one.fixed) for one in self.certainty.projects],
            ),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.terminal import show_ranking

        show_ranking(self.ranking, self.flips, self.certainty, self.model, lang)


@dataclasses.dataclass(frozen=True)
class ProjectExplained(Explanation):
    """One project: why, what it would take, what it displaces.

    Frames: ``project`` (one row), ``paid`` (kronor by fund), ``moves`` (kronor of every project in the plan with this
    one in full, `into` true, or without it).
    """

    explained: Explained

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        said = [{"heading": heading, "sentences": lines} for heading, lines in self._said(lang)]
        return {"project": plain(self.explained), "sentences": said}

    def _said(self, lang: str) -> Iterable[tuple[str, list[str]]]:
        from rus_funding.explanations.sentences_project import project_paragraphs

        return project_paragraphs(self.explained, Words(self.model, lang))

    def sentences(self, lang: str = "sv") -> list[str]:
        """Why, what it would take, what it displaces."""
        return [line for _, lines in self._said(lang) for line in lines]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        from rus_funding.explanations.project import Explained

        swaps = [swap for swap in (self.explained.into, self.explained.out) if swap is not None]
        moves = [(s.into, m.project, m.before, m.after, m.points) for s in swaps for m in s.moves]
        moved = {"into": "flag", "project": "id", "before": "kronor", "after": "kronor", "points": "number"}
        return {
            "project": frames.of_dataclass(Explained, [self.explained]),
            "paid": frames.of_rows({"fund": "id", "kronor": "kronor"}, self.explained.paid),
            "moves": frames.of_rows(moved, moves),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.terminal import show_project

        show_project(self.explained, self.model, lang)


@dataclasses.dataclass(frozen=True)
class ConflictExplained(Explanation):
    """Why there is no plan, and the smallest changes that give one; `conflict` is None where there is a plan.

    Frames: ``rules`` (that no plan keeps together), ``repairs`` (the cheapest first: what each changes, and kronor).
    """

    conflict: Conflict | None

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        said = [{"heading": heading, "sentences": lines} for heading, lines in self._said(lang)]
        return {"conflict": plain(self.conflict), "sentences": said}

    def _said(self, lang: str) -> list[tuple[str, list[str]]]:
        from rus_funding.explanations.conflict_words import conflict_report

        return conflict_report(self.model, lang, self.conflict)

    def sentences(self, lang: str = "sv") -> list[str]:
        """The rules in conflict, and the ways out."""
        return [line for _, lines in self._said(lang) for line in lines]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        rules = () if self.conflict is None else self.conflict.rules
        repairs = () if self.conflict is None else self.conflict.repairs
        changes = [
            (number, *_named(change.rule), change.new, repair.kronor, repair.exact)
            for number, repair in enumerate(repairs, 1)
            for change in repair.changes
        ]
        columns = {"repair": "integer", **_RULE, "new": "number", "kronor": "kronor", "exact": "flag"}
        return {
            "rules": frames.of_rows(_RULE, [_named(rule) for rule in rules]),
            "repairs": frames.of_rows(columns, changes),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.terminal import show_sections

        show_sections(self._said(lang))


@dataclasses.dataclass(frozen=True)
class DegreesExplained(Explanation):
    """What other rates of a fund, the same in all areas, would cost.

    Frames: ``degrees`` (points lost, kronor freed, projects that get less) and ``rest`` (what other funds pay more).
    """

    degrees: Degrees

    def parts(self, lang: str) -> dict[str, Any]:
        """The explanation as plain data."""
        return {"degrees": plain(self.degrees), "sentences": self.sentences(lang)}

    def sentences(self, lang: str = "sv") -> list[str]:
        """Each degree as a principle, and which costs least."""
        from rus_funding.explanations.degrees import degree_sentences

        return degree_sentences(self.degrees, Words(self.model, lang))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        rows = [(one.degree, one.standing, one.points, one.freed, one.smaller) for one in self.degrees.degrees]
        columns = {"degree": "share", "standing": "id", "points": "number", "freed": "kronor", "smaller": "integer"}
        rest = [(one.degree, fund, kronor) for one in self.degrees.degrees for fund, kronor in one.rest.items()]
        return {
            "degrees": frames.of_rows(columns, rows),
            "rest": frames.of_rows({"degree": "share", "fund": "id", "kronor": "kronor"}, rest),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.terminal import show_sections
        from rus_funding.words.language import say

        show_sections([(say(lang, "explain.degrees.title"), self.sentences(lang))])


@dataclasses.dataclass(frozen=True)
class PricesExplained(Explanation):
    """What more money, or a rule less, is worth.

    Frames: ``gains`` (points that a sum of kronor more gives, and the first tenth of it), ``prices`` (points for one
    unit, milder and stricter; `until` is for how many units) and ``rules`` (points that each rule costs).
    """

    gains: Gains | None
    prices: tuple[Price, ...]
    rules: RulePrices | None

    def parts(self, lang: str) -> dict[str, Any]:  # noqa: ARG002 (numbers have no language)
        """The explanation as plain data."""
        return {"gains": plain(self.gains), "prices": plain(self.prices), "rules": plain(self.rules)}

    def _tables(self, lang: str) -> Any:
        from rus_funding.explanations.gains_words import gains_table
        from rus_funding.explanations.prices_words import ROWS, prices_tables

        first = [] if self.gains is None else [gains_table(self.gains, self.model, lang, ROWS)]
        return [*first, *prices_tables(self.model, self.prices, self.rules, lang, ROWS)]

    def sentences(self, lang: str = "sv") -> list[str]:
        """What the tables mean."""
        return [note for table in self._tables(lang) for note in table.notes]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        columns = {**_RULE, "unit": "id", **_each(("milder", "stricter"), _SIDE), "step": "number"}
        rows = [(*_named(p.rule), p.unit, *_side(p.milder), *_side(p.stricter), p.step) for p in self.prices]
        dear = [] if self.rules is None else [(*_named(r.rule), r.price, r.value, r.without) for r in self.rules.rules]
        free = [] if self.rules is None else [(*_named(rule), 0.0, *[self.rules.value] * 2) for rule in self.rules.free]
        costs = {**_RULE, "price": "number", "value": "number", "without": "number"}
        more = () if self.gains is None else self.gains.gains
        gained = [(*_named(gain.rule), gain.kronor, gain.points, gain.first) for gain in more]
        gives = {**_RULE, "kronor": "kronor", "points": "number", "first": "number"}
        return {
            "gains": frames.of_rows(gives, gained),
            "prices": frames.of_rows(columns, rows),
            "rules": frames.of_rows(costs, [*dear, *free]),
        }

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.terminal import show_tables

        show_tables(self._tables(lang), lang)


@dataclasses.dataclass(frozen=True)
class ChoicesExplained(Explanation):
    """Other plans worth almost as much, how far each can move, or what one objective costs in another.

    Frames of alternatives: ``plans``, ``moves`` (projects that differ, shares 0..1 and kronor), ``areas``. Of ranges:
    ``ranges`` (kronor). Of a frontier: ``corners`` and ``steps``, in the objectives' own units.
    """

    found: Alternatives | Ranges | Frontier

    def parts(self, lang: str) -> dict[str, Any]:  # noqa: ARG002 (numbers have no language)
        """The explanation as plain data."""
        document: dict[str, Any] = plain(self.found.as_dict())
        return document

    def sentences(self, lang: str = "sv") -> list[str]:
        """What the tables mean."""
        from rus_funding.explanations.choices import tables

        return [note for table in tables(self.found, self.model, lang) for note in table.notes]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The numbers as data frames with typed columns, by name."""
        from rus_funding.explanations.choices_frames import choices_frames

        return choices_frames(self.found)

    def show(self, lang: str = "sv") -> None:
        """Print it as the command line does."""
        from rus_funding.explanations.choices import show

        show(self.found, self.model, lang)


def _each(prefixes: Iterable[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The columns once for each prefix."""
    return {f"{prefix}_{name}": kind for prefix in prefixes for name, kind in columns.items()}


def _named(rule: tuple[str, ...]) -> tuple[str, str]:
    """A rule's kind, and its ids joined by ``/``."""
    return rule[0], "/".join(rule[1:])


def _turn(turn: Any) -> tuple[float | None, bool | None]:
    return (None, None) if turn is None else (turn.loss, turn.exact)


def _side(side: Side | None) -> tuple[float | None, float | None, bool | None]:
    return (None, None, None) if side is None else (side.price, side.until, side.ends)
