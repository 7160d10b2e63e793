"""Other plans that are worth almost as much as the proposal and differ from it as much as they can.

Modelling to generate alternatives, after E. D. Brill, S.-Y. Chang and L. D. Hopkins (Management Science 28, 1982): over
all plans with  value >= (1 - epsilon) · best,  the next plan maximises its distance to those at hand,

    Σ_q Σ_p C_p · |x_p - x_qp|   in kronor (q the proposal and the plans chosen so far),

projects that no plan treats differently yet counting more. |x - x_q| is measured downwards from shares of a half or
more and upwards from others, which never overstates it. What is found is then made a plan: within the shares it has
moved to, value, draw order and all other objectives are optimised, kronor settled, every rule audited, and its value
in whole kronor compared with the proposal's in exact numbers.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rus_funding.engine.key_figures import Sums
from rus_funding.explanations.distant_plans import Search, worth
from rus_funding.explanations.near_optimal import EPSILON, Near
from rus_funding.explanations.ranges import ranges
from rus_funding.explanations.what_if import Ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rus_funding.engine.plan import Outcome
    from rus_funding.explanations.ranges import Ranges
    from rus_funding.model.model import FundingModel

MOST = 24  # alternatives, enough to treat every contested project of a county's portfolio differently in one
NAMED = 0.005  # share of all kronor that an area must gain or lose to name an alternative


@dataclasses.dataclass(frozen=True)
class Moved:
    """A project's funded share (0..1) and kronor in the proposal and in the alternative."""

    project: str
    before: float
    after: float
    kronor_before: int
    kronor_after: int

    @property
    def kronor(self) -> int:
        """What it gains (above 0) or loses."""
        return self.kronor_after - self.kronor_before


@dataclasses.dataclass(frozen=True)
class AreaMoved:
    """Kronor counted to an area in the proposal and in the alternative, rounded to kronor."""

    area: str
    before: int
    after: int


@dataclasses.dataclass(frozen=True)
class Alternative:
    """A certified plan of the same model, and how it differs from the proposal.

    `more` and `less` are the areas that gain and lose most, `dropped` and `added` the projects that stand for it (all
    empty where nothing of the kind moves much). `value` and `lost` are points of the plans in whole kronor,
    `lost_share` is lost / the proposal's value; `distance` kronor moved against the proposal (Σ |kronor of p here -
    there|), `apart` the same against the alternative that is most like it (0 where it is alone). `gains` and `losses`
    are the projects that move by a krona or more, the largest first.
    """

    more: str
    less: str
    dropped: str
    added: str
    value: float
    lost: float
    lost_share: float
    distance: int
    apart: int
    gains: tuple[Moved, ...]
    losses: tuple[Moved, ...]
    areas: tuple[AreaMoved, ...]
    outcome: Outcome = dataclasses.field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``: the plan as `solve --json` prints it."""
        own = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name != "outcome"}
        for name in ("gains", "losses", "areas"):
            own[name] = [dataclasses.asdict(row) for row in own[name]]
        return {**own, "plan": self.outcome.as_dict()}


@dataclasses.dataclass(frozen=True)
class Alternatives:
    """The alternatives, the one farthest from the proposal first.

    `contested` are the projects whose share can differ from the proposal's by a half or more within epsilon; `left` are
    those of them that no alternative treats so. Sorted by id.
    """

    model: str
    epsilon: float
    proposal: Outcome = dataclasses.field(repr=False)
    plans: tuple[Alternative, ...]
    contested: tuple[str, ...]
    left: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for ``--json``."""
        return {
            "model": self.model,
            "epsilon": self.epsilon,
            "value": self.proposal.value,
            "contested": list(self.contested),
            "left": list(self.left),
            "alternatives": [plan.as_dict() for plan in self.plans],
        }


def alternatives(
    model: FundingModel,
    epsilon: float = EPSILON,
    *,
    most: int = MOST,
    near: Near | None = None,
    freedom: Ranges | None = None,
    proposal: Outcome | None = None,
) -> Alternatives:
    """Plans within `epsilon` (share of the proposal's value, 0..1) that differ from it, and from each other.

    At most `most` of them; none where no project is contested. `near`, `freedom` (ranges of the projects) and
    `proposal` (the model's own plan) may be given where they are at hand for this model and epsilon. Raises
    `UsageError` where the model has no plan.
    """
    near = near or Near(Ground(model), epsilon, proposal=proposal)
    freedom = freedom or ranges(model, near.epsilon, ("project",), near)
    search = Search(near, freedom)
    plans = search.plans(most)
    plans.sort(key=lambda plan: (-search.distance(plan, near.proposal), [str(p) for p in plan.payments]))
    left = search.contested - {p for plan in plans for p in search.differing(plan, near.proposal)}
    return Alternatives(
        model.name,
        near.epsilon,
        near.proposal,
        _described(search, plans),
        tuple(sorted(search.contested)),
        tuple(sorted(left)),
    )


def _described(search: Search, plans: Sequence[Outcome]) -> tuple[Alternative, ...]:
    """The plans with what tells them from the proposal; each is named by projects that no earlier one is named by."""
    proposal, told = search.near.proposal, set[str]()
    out = []
    for plan in plans:
        moved = [
            Moved(one.project, float(one.share), float(two.share), one.kronor, two.kronor)
            for one, two in zip(proposal.projects, plan.projects, strict=True)
            if one.kronor != two.kronor
        ]
        differing = search.differing(plan, proposal)
        moved.sort(key=lambda row: (-abs(row.kronor), row.project))
        stand = sorted((row for row in moved if row.project in differing), key=lambda row: row.project in told)
        dropped = next((row.project for row in stand if row.kronor < 0), "")
        added = next((row.project for row in stand if row.kronor > 0), "")
        told |= {dropped, added}
        areas = _areas(search, plan)
        lost = worth(proposal) - worth(plan)
        alternative = Alternative(
            *_ends(areas, NAMED * proposal.funded),
            dropped,
            added,
            float(worth(plan)),
            float(lost),
            float(lost / worth(proposal)) if worth(proposal) else 0.0,
            search.distance(plan, proposal),
            min((search.distance(plan, other) for other in plans if other is not plan), default=0),
            tuple(row for row in moved if row.kronor > 0),
            tuple(row for row in moved if row.kronor < 0),
            areas,
            plan,
        )
        out.append(alternative)
    return tuple(out)


def _areas(search: Search, plan: Outcome) -> tuple[AreaMoved, ...]:
    """Kronor by area in the proposal and in a plan, areas by id."""
    one, two = (Sums.of(which, search.index).by_area for which in (search.near.proposal, plan))
    return tuple(
        AreaMoved(area, round(before), round(after))
        for area, before, after in zip(search.index.areas.ids, one.tolist(), two.tolist(), strict=True)
    )


def _ends(areas: Sequence[AreaMoved], least: float) -> tuple[str, str]:
    """The area that gains most and the one that loses most, where that is more than `least` kronor."""
    by = sorted((row.after - row.before, row.area) for row in areas)
    more, less = (by[-1], by[0]) if by else ((0, ""), (0, ""))
    return (more[1] if more[0] > least else ""), (less[1] if -less[0] > least else "")
