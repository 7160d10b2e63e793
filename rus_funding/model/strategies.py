"""The same plan in the areas of another strategy: what goes over into what, and the model that its weights would make.

The areas of the deciding strategy carry contributions, points, floors and caps. `mapping` says what share of each goes
over into which area of another strategy; kronor and points follow it:

    K_b = Σ_a m_ab K_a,  q_b = Σ_a m_ab q_a,  Σ_b m_ab = 1 for each a.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rus_funding.errors import InvalidInput, Phrase, UsageError
from rus_funding.model.amounts import Amounts, exact
from rus_funding.model.index import Index
from rus_funding.model.rows import Rows
from rus_funding.model.schema import empty
from rus_funding.words.messages import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rus_funding.model.model import FundingModel


@dataclasses.dataclass(frozen=True)
class Other:
    """A strategy that reports: its areas (rows of `areas`, in file order) and what goes over into them.

    `through` is by area of the deciding strategy: the shares m_ab by area b, exact. They sum to 1.
    """

    strategy: str
    name: str
    areas: Rows
    through: Mapping[str, Mapping[str, Fraction]]

    def told(self, amounts: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """Amounts by deciding area as amounts by area of this strategy, in file order.

        >>> half = {"a": {"x": Fraction(1, 2), "y": Fraction(1, 2)}}
        >>> Other("s", "S", Rows({"area": np.array(["x", "y"], object)}), half).told({"a": Fraction(5)})
        {'x': Fraction(5, 2), 'y': Fraction(5, 2)}
        """
        sums = dict.fromkeys(self.areas["area"].tolist(), Fraction(0))
        for area, amount in amounts.items():
            for to, share in self.through.get(area, {}).items():
                sums[to] += share * amount
        return sums


def other(model: FundingModel, strategy: str) -> Other:
    """The strategy `strategy` of a model, for a report in its areas.

    Raises `UsageError` where the model has no such strategy to report, and `InvalidInput` where an area of the deciding
    one goes over into nothing: its kronor would be missing.
    """
    rows = model["strategies"]
    names = dict(zip(rows["strategy"].tolist(), rows["name"].tolist(), strict=True))
    reporting = [name for name in names if name != model.strategy]
    if strategy == model.strategy and strategy:
        raise UsageError(
            "'{strategy}' is the strategy that decides: the plan's own areas are its report.", strategy=strategy
        )
    if strategy not in names:
        known = Phrase("It has none: see the table strategies.")
        if reporting:
            known = Phrase("It has: {strategies}.", strategies=", ".join(reporting))
        raise UsageError("the model has no strategy '{strategy}' to report. {known}", strategy=strategy, known=known)
    areas = model["areas"].take(model["areas"]["strategy"] == strategy)
    mine = set(areas["area"].tolist())
    through: dict[str, dict[str, Fraction]] = {area: {} for area in model.areas["area"].tolist()}
    table = model["mapping"]
    for area, to, share in zip(*(table[column].tolist() for column in ("area", "to", "share")), strict=True):
        if to in mine:
            through[area][to] = exact(float(share))
    if missing := [area for area, shares in through.items() if not shares]:
        found = problem("area_unmapped", "mapping", strategy=strategy, areas=missing)  # a warning till it is asked for
        raise InvalidInput([dataclasses.replace(found, severity="error")])
    whole = {area: sum(shares.values(), Fraction(0)) for area, shares in through.items()}  # 1 but for the sixth decimal
    exactly = {a: {to: share / whole[a] for to, share in shares.items()} for a, shares in through.items()}
    return Other(strategy, names[strategy], areas, exactly)


def weighed_by(model: FundingModel, by: Other) -> FundingModel:
    """The model with another strategy's weights, targets and points past them in place of the deciding one's.

    Everything else holds as decided: floors, caps and allow-lists by area speak of the deciding strategy's areas, which
    stay with weight 0 and without points. Points come over through the mapping: b_pb = Σ_a b_pa m_ab.
    """
    amounts = Amounts(model, Index(model))
    benefit, index = amounts.benefit, amounts.index
    own = model.areas
    size = own.size
    kept = own.replace(weight=np.zeros(size), target=np.full(size, np.nan), beyond=np.ones(size))
    areas = _stacked(kept, by.areas)
    given = model["contributions"]
    sums: dict[tuple[str, str], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for project, area, share in zip(*(given[column].tolist() for column in ("project", "area", "share")), strict=True):
        points = exact(float(benefit[index.projects.position[project], index.areas.position[area]]))
        for to, part in by.through[area].items():
            sums[project, to][0] += part * exact(float(share))
            sums[project, to][1] += part * points
    columns = {name: np.array(["" for _ in sums], object) for name in ("source", "verified", "note")}
    mapped = Rows({
        **columns,
        "project": np.array([project for project, _ in sums], object),
        "area": np.array([area for _, area in sums], object),
        "share": np.array([float(share) for share, _ in sums.values()]),
        "benefit": np.array([float(points) for _, points in sums.values()]),
    })  # fmt: skip
    tables = {
        **model.tables,
        "areas": areas.replace(strategy=np.array([""] * areas.size, object)),
        "contributions": _stacked(given.replace(benefit=np.zeros(given.size)), mapped),
        "strategies": empty("strategies"),
        "mapping": empty("mapping"),
    }
    return model.replace(tables=tables, strategy="", warnings=())


def _stacked(one: Rows, other: Rows) -> Rows:
    columns: dict[str, Any] = {name: np.concatenate([one[name], other[name]]) for name in one.columns}
    return Rows(columns)
