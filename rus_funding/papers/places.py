"""Where the kronor land: a row for each municipality, what its projects ask for and what they get."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from rus_funding.engine.figures import HALF
from rus_funding.model.amounts import exact
from rus_funding.model.schema import OUT
from rus_funding.words.language import say
from rus_funding.words.table import Column, Table

if TYPE_CHECKING:
    from rus_funding.engine.figures import Figures


def municipalities(figures: Figures, lang: str) -> Table:
    """Municipalities by kronor per inhabitant, the least first; no rows where no project states its reach.

    Kronor are a municipality's shares of the projects' kronor, asked for its shares of their costs; projects that no
    plan funds ask for nothing.
    """
    names = figures.names("municipalities", "municipality")
    people = figures.column("municipalities", "municipality", "population")
    got, asked = (dict.fromkeys(names, Fraction(0)) for _ in range(2))
    counts = dict.fromkeys(names, 0)
    status = figures.column("projects", "project", "status")
    reach = figures.model["reach"]
    for project, place, share in zip(*(reach[c].tolist() for c in ("project", "municipality", "share")), strict=True):
        result = figures.projects.get(project)
        if share and result is not None and status[project] not in OUT:
            got[place] += exact(float(share)) * result.kronor
            asked[place] += exact(float(share)) * (result.cost - result.given_up)
            counts[place] += result.kronor > 0
    whole = {place: math.floor(kronor + HALF) for place, kronor in got.items()}
    each = {place: got[place] / int(people[place]) if people[place] else None for place in names}
    rows = tuple(
        (
            names[place],
            int(people[place]),
            whole[place],
            None if each[place] is None else math.floor((each[place] or Fraction(0)) + HALF),
            math.floor(asked[place] + HALF),
            got[place] / asked[place] if asked[place] else None,
            counts[place],
        )
        for place in sorted(names, key=lambda place: (each[place] is None, each[place] or 0, place))
    )
    heads = ("name", "people", "kronor", "each", "asked", "share", "projects")
    kinds = ("text", "kronor", "kronor", "kronor", "kronor", "share", "kronor")
    columns = tuple(Column(say(lang, f"story.place.{head}"), kind) for head, kind in zip(heads, kinds, strict=True))
    if not reach.size:
        rows = ()
    inhabitants = sum(int(people[place]) for place in names)
    total = None
    if rows:
        sums = sum(got.values()), sum(asked.values())
        total = (
            say(lang, "story.place.all"), inhabitants, sum(whole.values()),
            math.floor(sums[0] / inhabitants + HALF) if inhabitants else None, math.floor(sums[1] + HALF),
            sums[0] / sums[1] if sums[1] else None, None,
        )  # fmt: skip
    return Table(
        "municipalities", say(lang, "story.place.title"), columns, rows, total, (say(lang, "story.place.means"),)
    )
